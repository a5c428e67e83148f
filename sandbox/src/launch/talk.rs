//! What the launcher and what it launches tell each other, one packet each, over a pair of sockets.

use std::ffi::{OsStr, OsString};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

/// Longest packet.
const MOST: usize = 96 << 10;
/// Most descriptors of a packet.
const DESCRIPTORS: usize = 8;

/// One end.
#[derive(Debug)]
pub struct Talk(OwnedFd);

/// From inside to the launcher.
#[derive(Debug)]
pub enum Said {
    /// This way does not work on this host.
    Unavailable(String),
    /// It failed.
    Failed(String),
    /// What was denied is not denied.
    NotHeld(String),
    /// Sockets that were opened inside, for the launcher to serve.
    Doors(Vec<OwnedFd>),
    /// Where what the program asks about comes.
    Asks(OwnedFd),
    /// All is given up; how, as text.
    Ready(String),
    /// The program was not started: the number of the error.
    NotRun(i32),
    /// The program was stopped.
    Stopped,
}

/// From the launcher.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// Accounts are mapped.
    Mapped,
    /// Start it, with these variables changed.
    Go(Vec<(OsString, OsString)>),
}

/// Both ends.
pub fn pair() -> io::Result<(Talk, Talk)> {
    let flags = SocketFlags::CLOEXEC;
    let (a, b) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    Ok((Talk(a), Talk(b)))
}

impl Talk {
    /// Says it.
    pub fn say(&self, said: &Said) -> io::Result<()> {
        let text = |tag: u8, text: &str| [&[tag], text.as_bytes()].concat();
        match said {
            Said::Unavailable(why) => self.send(&text(b'U', why), &[]),
            Said::Failed(why) => self.send(&text(b'E', why), &[]),
            Said::NotHeld(what) => self.send(&text(b'H', what), &[]),
            Said::Ready(how) => self.send(&text(b'R', how), &[]),
            Said::NotRun(error) => self.send(&text(b'X', &error.to_string()), &[]),
            Said::Stopped => self.send(b"S", &[]),
            Said::Asks(listener) => self.send(b"L", &[listener.as_fd()]),
            Said::Doors(doors) => {
                let doors: Vec<BorrowedFd<'_>> = doors.iter().map(AsFd::as_fd).collect();
                self.send(b"D", &doors)
            }
        }
    }

    /// What is said next; none when nobody is there any more.
    pub fn hear(&self) -> io::Result<Option<Said>> {
        let (packet, descriptors) = self.receive()?;
        let Some((tag, text)) = packet.split_first() else { return Ok(None) };
        let text = String::from_utf8_lossy(text).into_owned();
        Ok(Some(match tag {
            b'L' => Said::Asks(descriptors.into_iter().next().ok_or(io::ErrorKind::InvalidData)?),
            b'U' => Said::Unavailable(text),
            b'H' => Said::NotHeld(text),
            b'R' => Said::Ready(text),
            b'X' => Said::NotRun(text.parse().unwrap_or(libc::EINVAL)),
            b'S' => Said::Stopped,
            b'D' => Said::Doors(descriptors),
            _ => Said::Failed(text),
        }))
    }

    /// Tells it.
    pub fn tell(&self, told: &Told) -> io::Result<()> {
        match told {
            Told::Mapped => self.send(b"M", &[]),
            Told::Go(variables) => {
                let mut packet = vec![b'G'];
                for (name, value) in variables {
                    packet.extend([name.as_bytes(), b"=", value.as_bytes(), b"\0"].concat());
                }
                self.send(&packet, &[])
            }
        }
    }

    /// What one is told next; an error when the launcher is gone.
    pub fn listen(&self) -> io::Result<Told> {
        let (packet, _) = self.receive()?;
        match packet.split_first() {
            Some((b'M', _)) => Ok(Told::Mapped),
            Some((b'G', rest)) => Ok(Told::Go(variables(rest))),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn send(&self, packet: &[u8], descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        if packet.len() > MOST {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !control.push(SendAncillaryMessage::ScmRights(descriptors)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // Who is gone is told by an error, not by a signal.
        sendmsg(&self.0, &[IoSlice::new(packet)], &mut control, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    fn receive(&self) -> io::Result<(Vec<u8>, Vec<OwnedFd>)> {
        let mut packet = vec![0; MOST];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let into = &mut [IoSliceMut::new(&mut packet)];
        let got = rustix::io::retry_on_intr(|| {
            recvmsg(&self.0, into, &mut control, RecvFlags::CMSG_CLOEXEC)
        })?;
        let mut descriptors = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(these) = message {
                descriptors.extend(these);
            }
        }
        packet.truncate(got.bytes);
        Ok((packet, descriptors))
    }
}

impl AsFd for Talk {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn variables(packet: &[u8]) -> Vec<(OsString, OsString)> {
    let each = packet.split(|byte| *byte == 0).filter(|one| !one.is_empty());
    each.filter_map(|one| {
        let at = one.iter().position(|byte| *byte == b'=')?;
        let (name, value) = one.split_at_checked(at)?;
        Some((OsStr::from_bytes(name).into(), OsString::from_vec(value.get(1..)?.to_vec())))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_heard() {
        let (a, b) = pair().expect("sockets");
        let told = Told::Go(vec![("A".into(), "x=y".into()), ("B".into(), "".into())]);
        a.tell(&told).expect("sent");
        assert_eq!(b.listen().expect("told"), told);
        let (one, _other) = pair().expect("sockets");
        b.say(&Said::Doors(vec![one.0])).expect("sent");
        assert!(matches!(a.hear(), Ok(Some(Said::Doors(doors))) if doors.len() == 1));
        drop(b);
        assert!(matches!(a.hear(), Ok(None)));
    }
}
