//! `cargo xtask vm`: the sensor's tests inside stock Debian kernels. The guest is the host's own file
//! system below a throw-away overlay, emulated where the processor does not help: for correctness,
//! never for timing.

mod boot;
mod guest;
pub(crate) mod packages;
mod suite;

use std::path::Path;
use std::thread;

use anyhow::{Result, anyhow};

pub use guest::{Ended, Order, Outcome};

/// The kernels that are tested: the oldest and the newest that Debian 12 ships.
pub const KERNELS: [&str; 2] = ["6.1", "6.12"];

/// Seconds after which a guest is ended that nobody gave more.
const LIMIT_S: u32 = 1500;

/// A stock kernel, ready to boot as often as wanted.
pub struct Kernel {
    qemu: guest::Qemu,
    image: boot::Image,
}

impl Kernel {
    /// The newest of a series (`6.1`), or the one of that exact package name; fetched into `cache` once.
    pub fn find(cache: &Path, series: &str) -> Result<Self> {
        let place = cache.join("vm");
        std::fs::create_dir_all(&place)?;
        let qemu = guest::Qemu::find(&place)?;
        let files = packages::kernel(&place, series).map_err(|missing| anyhow!(missing.0))?;
        Ok(Self { qemu, image: boot::Image::make(&place, &files)? })
    }

    pub fn run(&self, order: &Order<'_>) -> Result<Ended> {
        self.qemu.run(&self.image, order)
    }
}

/// Runs the suite in each kernel named, or in all, and the packaged service of `chaperone`; true if
/// everything passed.
pub fn run(
    root: &Path,
    cache: &Path,
    kernels: &[String],
    chaperone: Option<&Path>,
) -> Result<bool> {
    let place = cache.join("vm");
    std::fs::create_dir_all(&place)?;
    let qemu = guest::Qemu::find(&place)?;
    let programs = suite::build(root)?;
    let named: Vec<&str> = kernels.iter().map(String::as_str).collect();
    let mut total = suite::Tally::default();
    let mut images = Vec::new();
    for kernel in if named.is_empty() { &KERNELS } else { named.as_slice() } {
        match packages::kernel(&place, kernel) {
            Ok(files) => images.push(boot::Image::make(&place, &files)?),
            Err(packages::Missing(why)) => {
                println!("kernel {kernel}: skipped: {why}");
                total.skipped += 1;
            }
        }
    }
    let all = |image: &boot::Image| -> Result<suite::Tally> {
        let mut tally = suite::run(&qemu, image, root, &programs)?;
        if let Some(chaperone) = chaperone {
            tally += suite::service(&qemu, image, root, chaperone)?;
        }
        Ok(tally)
    };
    // An emulated guest keeps one processor busy, so they run beside each other.
    let tallies = thread::scope(|scope| {
        let running: Vec<_> = images.iter().map(|image| scope.spawn(|| all(image))).collect();
        running.into_iter().map(|it| it.join()).collect::<Vec<_>>()
    });
    for tally in tallies {
        total += tally.map_err(|_| anyhow!("the run of a kernel broke off"))??;
    }
    println!("kernels: {total}");
    Ok(total.failed == 0)
}

/// Runs one command line in one kernel, booted with further `words`, and says how it ended: for those
/// who work on the sensor.
pub fn shell(root: &Path, cache: &Path, kernel: &str, words: &str, command: &str) -> Result<bool> {
    let order = Order { directory: root, words, command, limit_s: LIMIT_S };
    let ended = Kernel::find(cache, kernel)?.run(&order)?;
    print!("{}", ended.output);
    println!("{}", ended.outcome);
    Ok(ended.outcome == Outcome::Status(0))
}
