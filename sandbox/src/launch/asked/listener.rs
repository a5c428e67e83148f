//! The kernel's end of a question: taken, looked at whether it still stands, answered.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};

use super::caller::Caller;
use super::{Answer, Inherited};

/// Where questions come.
#[derive(Debug)]
pub struct Listener(OwnedFd);

/// A call that waits.
#[derive(Debug)]
pub struct Asked {
    /// Its number among those that wait.
    pub id: u64,
    /// The thread that makes it.
    thread: i32,
    /// Which call.
    pub call: libc::c_long,
    /// Its arguments.
    pub arguments: [u64; 6],
}

impl Asked {
    /// Who asks.
    pub fn caller<'l>(&self, listener: &'l Listener) -> Caller<'l> {
        Caller::new(listener, self.id, self.thread)
    }
}

impl From<OwnedFd> for Listener {
    fn from(descriptor: OwnedFd) -> Self {
        let listener = Self(descriptor);
        // Whoever answers goes on where the caller ran, which saves the wait for another processor (since 6.6).
        const SYNC_WAKE_UP: libc::c_ulong = 1;
        // SAFETY: the call takes a number.
        #[expect(unsafe_code, reason = "no safe library listens to seccomp")]
        unsafe {
            libc::ioctl(listener.0.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP)
        };
        listener
    }
}

impl Listener {
    /// The next call; none when nobody is left to make one.
    pub fn next(&self) -> Option<Asked> {
        loop {
            let data = libc::seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
            let mut asked = libc::seccomp_notif { id: 0, pid: 0, flags: 0, data };
            match self.order(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut asked) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // Its caller is gone; perhaps all are.
                Err(error) if error.raw_os_error() == Some(libc::ENOENT) && !self.is_over() => {
                    continue;
                }
                Err(_) => return None,
            }
            return Some(Asked {
                id: asked.id,
                thread: i32::try_from(asked.pid).ok()?,
                call: asked.data.nr.into(),
                arguments: asked.data.args,
            });
        }
    }

    fn is_over(&self) -> bool {
        let mut ready = [PollFd::new(&self.0, PollFlags::IN)];
        let now = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
        let _ = poll(&mut ready, Some(&now));
        let [ready] = ready;
        ready.revents().contains(PollFlags::HUP)
    }

    /// Whether the call still waits: if so, its thread is the one that asked.
    pub fn stands(&self, id: u64) -> bool {
        self.order(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id.clone()).is_ok()
    }

    /// Ends the wait. Who is gone needs no answer.
    pub fn answer(&self, id: u64, answer: Answer) {
        let (error, flags) = match answer {
            Answer::Given(file, inherited) => match self.give(id, &file, inherited) {
                Ok(()) => return,
                Err(error) => (error.raw_os_error().unwrap_or(libc::EMFILE), 0),
            },
            Answer::GoOn => (0, libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32),
            Answer::Done => (0, 0),
            Answer::Refused(error) => (error.raw_os_error(), 0),
            Answer::Later(_) => (libc::EAGAIN, 0),
        };
        let mut response = libc::seccomp_notif_resp { id, val: 0, error: -error, flags };
        let _ = self.order(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut response);
    }

    /// The file becomes the caller's, and its number the result.
    fn give(&self, id: u64, file: impl AsFd, inherited: Inherited) -> io::Result<()> {
        let mut given = libc::seccomp_notif_addfd {
            id,
            flags: libc::SECCOMP_ADDFD_FLAG_SEND as u32,
            srcfd: file.as_fd().as_raw_fd().unsigned_abs(),
            newfd: 0,
            newfd_flags: match inherited {
                Inherited::Yes => 0,
                Inherited::No => libc::O_CLOEXEC.unsigned_abs(),
            },
        };
        self.order(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut given).map(drop)
    }

    fn order<T>(&self, order: libc::Ioctl, what: &mut T) -> io::Result<libc::c_int> {
        // SAFETY: each order above goes with the structure whose size is part of its number; it lives until the call ends.
        #[expect(unsafe_code, reason = "no safe library listens to seccomp")]
        let done = unsafe { libc::ioctl(self.0.as_raw_fd(), order, std::ptr::from_mut(what)) };
        if done < 0 { Err(io::Error::last_os_error()) } else { Ok(done) }
    }
}
