//! What could be stopped here before its effect: a harmless act of our own must be refused.

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::path::PathBuf;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::fanotify::{
    EventFFlags, Fanotify, FanotifyResponse, InitFlags, MarkFlags, MaskFlags, Response,
};
use sensor::Denial;

use super::{Capability, Part};

/// How long the kernel may take to ask us about our own act.
const PATIENCE_MS: u16 = 2_000;

/// Tries each way; the first answer is that of LSM programs.
pub fn try_all() -> (Denial, Vec<Capability>) {
    let lsm = sensor::lsm_denied();
    let connect = sensor::connections_denied();
    let rows = vec![lsm_hooks(&lsm), connect_hooks(&connect), opens()];
    (lsm, rows)
}

fn lsm_hooks(denial: &Denial) -> Capability {
    let what_for = "any act: programs, files, connections, signals, mounts";
    let hint = match denial {
        Denial::NeverCalled => "add `bpf` to the boot parameter `lsm=`",
        _ => "root, CONFIG_BPF_LSM, and `bpf` in the boot parameter `lsm=`",
    };
    of_denial("LSM denials", what_for, denial, hint)
}

fn connect_hooks(denial: &Denial) -> Capability {
    let what_for = "connections and datagrams, by control group";
    of_denial("connect denials", what_for, denial, "root, and control groups of version 2 mounted")
}

/// What the sensor's own test of a denial says; `hint` is told where it does not work.
fn of_denial(
    name: &'static str,
    what_for: &'static str,
    denial: &Denial,
    hint: &'static str,
) -> Capability {
    let works = *denial == Denial::Works;
    let hint = (!works).then_some(hint);
    let (part, found) = (Part::Stop, denial.to_string());
    Capability { part, name, works, self_tested: works, what_for, found, hint }
}

fn opens() -> Capability {
    let denied = open_denied();
    Capability {
        part: Part::Stop,
        name: "open denials",
        works: denied.is_ok(),
        self_tested: denied.is_ok(),
        what_for: "opening and running guarded files (fanotify)",
        hint: denied.is_err().then_some("root, and CONFIG_FANOTIFY_ACCESS_PERMISSIONS"),
        found: denied.map_or_else(
            |why| format!("refused: {why}"),
            |()| "denies: a known file could not be opened".into(),
        ),
    }
}

/// A file of ours that is removed again.
struct Known(PathBuf);

impl Known {
    fn make() -> std::io::Result<Self> {
        let name = format!("chaperone-doctor-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        File::create_new(&path).map(|_| Self(path))
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        // In a directory for such files; nothing is lost if it stays.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Opens a file of ours on a thread and denies it from here. Closing the group answers whatever still
/// waits, so nothing can hang.
fn open_denied() -> Result<(), String> {
    let said = |error: nix::Error| std::io::Error::from(error).to_string();
    let init = InitFlags::FAN_CLASS_CONTENT | InitFlags::FAN_CLOEXEC | InitFlags::FAN_NONBLOCK;
    let group =
        Fanotify::init(init, EventFFlags::O_RDONLY | EventFFlags::O_CLOEXEC).map_err(said)?;
    let known = Known::make().map_err(|error| error.to_string())?;
    let root = File::open("/").map_err(|error| error.to_string())?;
    group
        .mark(MarkFlags::FAN_MARK_ADD, MaskFlags::FAN_OPEN_PERM, &root, Some(known.0.as_path()))
        .map_err(said)?;
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| File::open(&known.0).map(drop));
        let answered = deny_one(&group).map_err(said);
        drop(group);
        let opened = opened.join().map_err(|_| "the test broke off".to_owned())?;
        match (answered?, opened) {
            (true, Err(error)) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
            (true, Ok(())) => Err("the file was opened all the same".into()),
            (false, _) => Err("the kernel did not ask".into()),
            (true, Err(error)) => Err(format!("the known act failed otherwise: {error}")),
        }
    })
}

/// Denies what the kernel asks for; false if it asks nothing.
fn deny_one(group: &Fanotify) -> nix::Result<bool> {
    let mut ready = [PollFd::new(group.as_fd(), PollFlags::POLLIN)];
    if poll(&mut ready, PollTimeout::from(PATIENCE_MS))? == 0 {
        return Ok(false);
    }
    let mut asked = false;
    for event in group.read_events()? {
        if let Some(file) = event.fd() {
            group.write_response(FanotifyResponse::new(file, Response::FAN_DENY))?;
            asked = true;
        }
    }
    Ok(asked)
}
