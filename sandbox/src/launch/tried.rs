//! What must not work is tried before the program starts: a launch whose denials do not hold is none.

use std::fs::{File, OpenOptions};
use std::io::{Error, Read};
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;

use event::{FileAccess, Reach, SandboxPlan};
use nix::sched::CloneFlags;

use super::places::{Place, Shows};

/// Names that nobody has.
const PROBE: &str = ".chaperone-denied";
/// Most places that are tried of each kind.
const MOST: usize = 32;
/// Ends that nobody answers at, by their purpose.
const NOBODY: [&str; 2] = ["192.0.2.1:53", "[2001:db8::1]:53"];

/// What is not denied though it should be, beside places that are said not to be held.
pub fn all(plan: &SandboxPlan, places: &[Place], lacking: &[String]) -> Result<(), String> {
    let of = |what: fn(FileAccess) -> bool| {
        plan.grants.iter().filter(move |grant| what(grant.access)).take(MOST)
    };
    for grant in of(|access| matches!(access, FileAccess::Read | FileAccess::Run)) {
        let said = lacking.iter().any(|place| *place == *grant.path);
        if !said && changes(Path::new(&*grant.path)) {
            return Err(format!("`{}` could be changed", grant.path));
        }
    }
    for grant in of(|access| access == FileAccess::Hidden) {
        let path = Path::new(&*grant.path);
        // What is made in a folder of the launch's own is no secret.
        let own = places.iter().any(|place| place.path == path && place.shows == Shows::Own);
        if !own && shows(path, plan) {
            return Err(format!("`{}` could be read", grant.path));
        }
    }
    if plan.network != Reach::Everything {
        for end in NOBODY.iter().filter_map(|end| end.parse().ok()) {
            if reaches(end) {
                return Err(format!("a packet could be sent to {end}"));
            }
        }
    }
    if nix::sched::unshare(CloneFlags::CLONE_NEWUSER).is_ok() {
        return Err("a namespace could be made".into());
    }
    if rings() {
        return Err("the kernel could be given work past all rules (io_uring)".into());
    }
    Ok(())
}

/// Whether a file could be made in the folder, or the file be opened to write.
fn changes(path: &Path) -> bool {
    // A device takes words and does not change.
    if path.starts_with("/dev") {
        return false;
    }
    if path.is_file() {
        return OpenOptions::new().append(true).open(path).is_ok();
    }
    let probe = path.join(PROBE);
    let made = OpenOptions::new().write(true).create_new(true).open(&probe).is_ok();
    if made {
        let _ = std::fs::remove_file(probe);
    }
    made
}

/// Whether anything is there beside the way to what is granted.
fn shows(path: &Path, plan: &SandboxPlan) -> bool {
    if let Ok(mut listed) = std::fs::read_dir(path) {
        let on_the_way =
            |name: &Path| plan.grants.iter().any(|grant| Path::new(&*grant.path).starts_with(name));
        return listed.any(|entry| entry.is_ok_and(|entry| !on_the_way(&entry.path())));
    }
    let mut first = [0];
    File::open(path).and_then(|mut file| file.read(&mut first)).is_ok_and(|read| read > 0)
}

/// Whether a packet leaves. Nobody gets it: the address is one of examples.
fn reaches(end: SocketAddr) -> bool {
    let any: SocketAddr =
        if end.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0, 0, 0, 0, 0, 0, 0, 0], 0).into() };
    UdpSocket::bind(any).and_then(|socket| socket.connect(end)).is_ok()
}

fn rings() -> bool {
    // SAFETY: an address of nothing is refused by the call itself; no memory is touched.
    #[expect(unsafe_code, reason = "no safe library makes a ring of nothing")]
    let made = unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, std::ptr::null::<u8>()) };
    made >= 0 || Error::last_os_error().raw_os_error() == Some(libc::EFAULT)
}
