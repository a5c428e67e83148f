//! One run of a guest: boots, runs one command as root, says its output and how it ended.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

use super::boot::Image;
use super::packages;

/// Guests of this process are told apart by their number.
static GUESTS: AtomicU32 = AtomicU32::new(0);

/// What a guest is booted for.
pub struct Order<'a> {
    /// Where the command runs.
    pub directory: &'a Path,
    /// Further words of the kernel's command line.
    pub words: &'a str,
    pub command: &'a str,
    /// Seconds after which it is ended.
    pub limit_s: u32,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The command's own status.
    Status(i32),
    /// The time was over.
    Limit,
    /// The guest ended without a word.
    Lost,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Limit => write!(f, "not ended in time"),
            Self::Lost => write!(f, "the guest died"),
        }
    }
}

/// What a run left.
pub struct Ended {
    pub outcome: Outcome,
    /// Both outputs of the command; the tail of the console where the guest was lost.
    pub output: String,
}

/// The emulator of this host, or the one in the cache.
pub struct Qemu {
    program: PathBuf,
    options: Vec<OsString>,
    libraries: Option<OsString>,
}

impl Qemu {
    /// Finds the emulator, fetching it into `place` if the host has none.
    pub fn find(place: &Path) -> Result<Self> {
        let installed = Path::new("/usr/bin/qemu-system-x86_64");
        if installed.exists() {
            return Ok(Self { program: installed.into(), options: Vec::new(), libraries: None });
        }
        let tree = packages::qemu(place)?;
        let mut options = Vec::new();
        for data in ["usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu"] {
            options.extend(["-L".into(), tree.join(data).into_os_string()]);
        }
        let mut libraries = tree.join("usr/lib/x86_64-linux-gnu").into_os_string();
        libraries.push(":");
        libraries.push(tree.join("lib/x86_64-linux-gnu"));
        let libraries = Some(libraries);
        Ok(Self { program: tree.join("usr/bin/qemu-system-x86_64"), options, libraries })
    }

    /// Boots `image` and runs the order as root of the guest.
    pub fn run(&self, image: &Image, order: &Order<'_>) -> Result<Ended> {
        let number = GUESTS.fetch_add(1, Ordering::Relaxed);
        let name = format!("chaperone-vm-{}-{}-{number}", image.release, std::process::id());
        let share = std::env::temp_dir().join(name);
        fs::create_dir_all(&share)?;
        let ended = self.boot(image, order, &share);
        fs::remove_dir_all(&share)?;
        ended
    }

    fn boot(&self, image: &Image, order: &Order<'_>, share: &Path) -> Result<Ended> {
        fs::write(share.join("guest.sh"), include_str!("../../vm/guest.sh"))?;
        fs::write(share.join("command.sh"), order.command)?;
        fs::write(share.join("directory"), order.directory.display().to_string())?;
        let console = share.join("console");
        let mut command = self.command(image, order, share, &console);
        let status = command.status().context("cannot run setpriv")?;
        let read = |name| fs::read(share.join(name)).unwrap_or_default();
        let text = |name| String::from_utf8_lossy(&read(name)).into_owned();
        let outcome = match (text("status").trim().parse(), status.code()) {
            (Ok(status), _) => Outcome::Status(status),
            (Err(_), Some(124 | 137)) => Outcome::Limit,
            (Err(_), _) => Outcome::Lost,
        };
        let mut output = text("output");
        if !matches!(outcome, Outcome::Status(_)) {
            let console = text("console");
            let lines: Vec<&str> = console.lines().collect();
            output.push_str(&lines[lines.len().saturating_sub(40)..].join("\n"));
            output.push('\n');
        }
        Ok(Ended { outcome, output })
    }

    fn command(&self, image: &Image, order: &Order<'_>, share: &Path, console: &Path) -> Command {
        let mut command = Command::new("setpriv");
        // Each ends with who started it: whatever happens to us, no guest is left.
        command.args(["--pdeathsig", "KILL", "timeout", "-k", "5", &order.limit_s.to_string()]);
        command.args(["setpriv", "--pdeathsig", "KILL"]);
        command.arg(&self.program).args(&self.options);
        command.args(["-nodefaults", "-display", "none", "-no-reboot", "-m", "2048", "-smp", "2"]);
        if hardware() {
            command.args(["-accel", "kvm", "-cpu", "host"]);
        } else {
            // Both processors in turn: side by side, the emulator now and then runs old bytes while a
            // kernel patches its own text, and the guest dies in its boot.
            command.args(["-accel", "tcg,thread=single", "-cpu", "max"]);
        }
        command.arg("-kernel").arg(&image.kernel).arg("-initrd").arg(&image.first);
        let words = format!("console=ttyS0 quiet panic=-1 no_timer_check {}", order.words);
        command.args(["-append", &words]);
        command.arg("-serial").arg(option("file:", console));
        folder(&mut command, "root", Path::new("/"), ",readonly=on");
        folder(&mut command, "share", share, "");
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).process_group(0);
        command
    }
}

fn option(before: &str, path: &Path) -> OsString {
    let mut option = OsString::from(before);
    option.push(path);
    option
}

fn folder(command: &mut Command, tag: &str, path: &Path, more: &str) {
    let backend = format!("local,id={tag},security_model=none,multidevs=remap{more},path=");
    command.arg("-fsdev").arg(option(&backend, path));
    command.args(["-device", &format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}")]);
}

/// A /dev/kvm on a host whose processor shows no support is worse than none: see it and emulate.
fn hardware() -> bool {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let flags = cpu.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let supported = flags.split_whitespace().any(|flag| flag == "vmx" || flag == "svm");
    supported && fs::OpenOptions::new().write(true).open("/dev/kvm").is_ok()
}
