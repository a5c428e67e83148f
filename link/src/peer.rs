//! Who is at the other end, by the kernel's word.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::getsockopt;
use nix::sys::socket::sockopt::{PeerCredentials, PeerPidfd};

/// A process that connected.
#[derive(Debug)]
pub struct Peer {
    /// Its pid when it connected; 0: of another world of pids.
    pub pid: u32,
    /// Its account.
    pub uid: u32,
    /// Holds the process by itself, so that a pid that was given anew is noticed. Kernels before 6.5 have none.
    hold: Option<OwnedFd>,
}

impl Peer {
    /// Of a connection; none where the system does not say.
    pub fn of(stream: &UnixStream) -> Option<Self> {
        let said = getsockopt(stream, PeerCredentials).ok()?;
        let hold = getsockopt(stream, PeerPidfd).ok();
        Some(Self { pid: u32::try_from(said.pid()).unwrap_or(0), uid: said.uid(), hold })
    }

    /// False once the process has ended, as far as the kernel can hold it: what was read below its pid may then be
    /// another one's.
    pub fn lives(&self) -> bool {
        let Some(hold) = &self.hold else { return true };
        let mut ended = [PollFd::new(hold.as_fd(), PollFlags::POLLIN)];
        matches!(poll(&mut ended, PollTimeout::ZERO), Ok(0))
    }
}

/// The account of a connection.
pub(crate) fn uid(stream: &UnixStream) -> Option<u32> {
    getsockopt(stream, PeerCredentials).ok().map(|said| said.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_of_a_pair_is_this_process() {
        let (one, _other) = UnixStream::pair().expect("a pair");
        let peer = Peer::of(&one).expect("credentials");
        assert_eq!((peer.pid, peer.uid), (std::process::id(), nix::unistd::getuid().as_raw()));
        assert!(peer.lives());
    }
}
