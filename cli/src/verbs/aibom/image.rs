//! An image of a container: unpacked by one worker, which may write in one folder, and looked at by another one, which
//! may read nothing else. The folder is gone afterwards.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use inventory::Inside;
use inventory::aibom::image::Image;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::verbs::Common;
use crate::worker::{self, Found, Homes, Job, Of, Place, Task};

/// Names that are tried for the folder.
const TRIES: u32 = 100;
/// How often it is cleared when somebody may still write into it.
const CLEARED: u32 = 10;

/// Looks into the image at `path`.
pub fn look(path: &Path, common: &Common) -> Result<(Found, Image)> {
    let cannot = || format!("cannot read {}", path.display());
    let path = fs::canonicalize(path).with_context(cannot)?;
    let folder = Temporary::new()?;
    let into = Place(folder.path.clone());
    let job = Job::Unpack { image: Place(path), into: into.clone() };
    worker::run(Task { job, homes: Homes::Nobodys, ..Task::default() }, common)?;
    let job = Job::Materials(Of::Image(into));
    let mut found = worker::run(Task { job, homes: Homes::Nobodys, ..Task::default() }, common)?;
    // What broke a worker is told by where it was unpacked.
    let inside = Inside::of(&folder.path.join("root"));
    for unsure in &mut found.inventory.unsure {
        unsure.place = inside.place(Path::new(&*unsure.place));
    }
    let image = found.materials.image.take().context("the reader of files told of no image")?;
    Ok((found, image))
}

/// A folder of our own, which goes with us.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new() -> Result<Self> {
        // `/tmp` is memory on many hosts.
        let above =
            std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
        let cannot = || {
            format!("cannot make a folder in {}\nhint: TMPDIR names another one", above.display())
        };
        let above = fs::canonicalize(&above).with_context(cannot)?;
        for number in 0..TRIES {
            let path = above.join(format!("chaperone-{}-{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    clear_on_signals(path.clone())?;
                    return Ok(Self { path });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(cannot),
            }
        }
        Err(std::io::Error::from(std::io::ErrorKind::AlreadyExists)).with_context(cannot)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        clear(&self.path);
    }
}

fn clear(path: &Path) {
    for _ in 0..CLEARED {
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {}
            _ => return,
        }
    }
    tracing::warn!(path = %path.display(), "could not be removed");
}

/// Who is told to end clears first. The workers end with us.
fn clear_on_signals(path: PathBuf) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new().name("clear".into()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            clear(&path);
            std::process::exit(128 + signal);
        }
    })?;
    Ok(())
}
