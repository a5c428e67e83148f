//! Asking: one connection, one question, one answer, within a time.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::socket::sockopt::SendTimeout;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, UnixAddr, connect, setsockopt, socket};
use nix::sys::time::{TimeVal, TimeValLike};
use std::os::fd::AsRawFd;

use crate::message::{Ask, Reply, Request, VERSION};
use crate::{FrameError, frame};

/// Nobody answered.
#[derive(Debug, thiserror::Error)]
pub enum Absence {
    /// Nobody listens.
    #[error("nobody answers at the socket: {0}")]
    NotThere(io::Error),
    /// No answer came in time.
    #[error("no answer came in time")]
    Late,
    /// What came is no answer.
    #[error("the answer cannot be read: {0}")]
    Garbage(String),
    /// The question is longer than a frame.
    #[error("the question is too long")]
    TooLong,
}

/// Asks at the socket `path`; the answer must be there within `patience`.
pub fn ask(path: &Path, ask: &Ask, patience: Duration) -> Result<Reply, Absence> {
    let until = Instant::now() + patience;
    let deadline_ms = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    let request = Request { version: VERSION, deadline_ms, ask };
    let content =
        serde_json::to_vec(&request).map_err(|error| Absence::Garbage(error.to_string()))?;
    let mut tries = 1..=TRIES;
    loop {
        match once(path, &content, until) {
            // Let go, as where too many ask at once: whoever floods the server must not open the guard by it.
            Err(Absence::NotThere(error)) if is_let_go(&error) && tries.next().is_some() => {}
            Err(absence) => return Err(absence),
            Ok(answer) => {
                let read = serde_json::from_slice(&answer);
                return read.map_err(|error| Absence::Garbage(error.to_string()));
            }
        }
    }
}

/// How often somebody who is let go asks again.
const TRIES: u32 = 3;

fn is_let_go(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

fn once(path: &Path, content: &[u8], until: Instant) -> Result<Vec<u8>, Absence> {
    let mut stream = connected(path, left(until)?)?;
    frame::write(&mut stream, content).map_err(broken)?;
    frame::read(&mut Timed { stream, until }).map_err(broken)
}

/// What is left of the time.
fn left(until: Instant) -> Result<Duration, Absence> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(Absence::Late) } else { Ok(left) }
}

/// The system's own `connect` would wait for as long as the server's queue is full; the time for sending bounds it, too.
fn connected(path: &Path, patience: Duration) -> Result<UnixStream, Absence> {
    let there = |error: nix::Error| match error {
        nix::Error::EAGAIN | nix::Error::EINPROGRESS => Absence::Late,
        other => Absence::NotThere(other.into()),
    };
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Unix, SockType::Stream, flags, None).map_err(there)?;
    let micros = i64::try_from(patience.as_micros()).unwrap_or(i64::MAX).max(1);
    setsockopt(&socket, SendTimeout, &TimeVal::microseconds(micros)).map_err(there)?;
    let address = UnixAddr::new(path).map_err(there)?;
    connect(socket.as_raw_fd(), &address).map_err(there)?;
    Ok(UnixStream::from(socket))
}

fn broken(error: FrameError) -> Absence {
    match error {
        FrameError::Io(error)
            if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
        {
            Absence::Late
        }
        FrameError::Io(error) => Absence::NotThere(error),
        FrameError::TooLong(length) if length > frame::MAX_FRAME => Absence::TooLong,
        FrameError::TooLong(_) => Absence::Garbage("its length".into()),
    }
}

/// Reads until a time, however slowly bytes drip.
struct Timed {
    stream: UnixStream,
    until: Instant,
}

impl io::Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = left(self.until).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(into)
    }
}
