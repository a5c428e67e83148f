//! Why something does not happen, for who reads it: one line on the standard error of the process, while it waits.
//! "Operation not permitted" alone says nothing, and an agent that knows nothing tries again in other ways.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};

use event::show::brief;
use rustix::fs::{FileType, Mode, OFlags, fstat, major, open};
use rustix::net::sockopt::socket_domain;
use rustix::net::{AddressFamily, SendFlags, send};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

/// Longest line; what a pipe takes at once.
const LONGEST: usize = 1000;
/// Terminals, by their major numbers: what is opened by a program for a person.
const TERMINALS: std::ops::RangeInclusive<u32> = 136..=143;

/// Tells it, if that can be done without waiting, and says whether it was. Nothing is written to files: they are
/// somebody's.
pub fn tell(pid: u32, why: &str) -> bool {
    let line = format!("chaperone: stopped: {}\n", brief(why, LONGEST));
    write(pid, line.as_bytes()).unwrap_or(false)
}

fn write(pid: u32, line: &[u8]) -> rustix::io::Result<bool> {
    // Only held, so that nobody is asked about it; from here on it is the same file.
    let held = open(format!("/proc/{pid}/fd/2"), OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let about = fstat(&held)?;
    match FileType::from_raw_mode(about.st_mode) {
        FileType::Socket => {
            let socket = socket_of(pid)?;
            // Another one by now, or one that leads out of this machine, is left alone.
            let local = socket_domain(&socket)? == AddressFamily::UNIX;
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            Ok(local && send(&socket, line, flags)? == line.len())
        }
        FileType::Fifo => write_to(&held, line),
        FileType::CharacterDevice if TERMINALS.contains(&major(about.st_rdev)) => {
            write_to(&held, line)
        }
        _ => Ok(false),
    }
}

/// By a description of our own, which does not wait.
fn write_to(held: &OwnedFd, line: &[u8]) -> rustix::io::Result<bool> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let own = open(format!("/proc/self/fd/{}", held.as_raw_fd()), flags, Mode::empty())?;
    // One that is full is not read.
    Ok(File::from(own).write(line).is_ok_and(|written| written == line.len()))
}

/// A socket has no name by which it could be opened.
fn socket_of(pid: u32) -> rustix::io::Result<OwnedFd> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(rustix::io::Errno::SRCH)?;
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    pidfd_getfd(process, 2, PidfdGetfdFlags::empty())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn it_is_told_on_pipes_and_sockets_and_not_in_files() {
        let told = |stderr: Stdio| {
            let mut child = Command::new("cat");
            child.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(stderr);
            let mut child = child.spawn().expect("cat");
            let written = tell(child.id(), "it \u{1b}[31mburns");
            drop(child.stdin.take());
            let mut said = String::new();
            if let Some(mut stderr) = child.stderr.take() {
                stderr.read_to_string(&mut said).expect("text");
            }
            child.wait().expect("it ends");
            (written, said)
        };
        let (written, line) = told(Stdio::piped());
        assert!(written);
        assert!(line.starts_with("chaperone: stopped: it "), "{line}");
        assert!(!line.contains('\u{1b}') && line.ends_with('\n'), "{line:?}");

        let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair");
        assert!(told(Stdio::from(OwnedFd::from(theirs))).0);
        let mut said = String::new();
        ours.read_to_string(&mut said).expect("text");
        assert_eq!(said, line);

        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(!told(Stdio::from(file.reopen().expect("again"))).0);
        assert_eq!(std::fs::read_to_string(file.path()).expect("text"), "");
    }
}
