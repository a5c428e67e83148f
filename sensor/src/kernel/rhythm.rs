//! When the ring is read: at the first record after a pause at once, then after rests that grow while
//! records come, for every wake-up takes the processor from those who are watched.

use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use libbpf_rs::MapHandle;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use crate::source::SourceError;

/// The first rest after a pause.
const SHORTEST: Duration = Duration::from_millis(2);

/// Sleeps until the kernel wakes the reader, or it is time.
pub struct Rhythm {
    /// Tells of wake-ups only: that there is something in the ring is no reason to read it.
    wakes: OwnedFd,
    longest: Duration,
    next: Duration,
    read: Instant,
}

impl Rhythm {
    /// Between two readings of `ring` are `longest` at most.
    pub fn new(ring: &MapHandle, longest: Duration) -> Result<Self, Errno> {
        let wakes = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ET;
        epoll::add(&wakes, ring.as_fd(), epoll::EventData::new_u64(0), flags)?;
        Ok(Self { wakes, longest, next: SHORTEST.min(longest), read: Instant::now() })
    }

    /// Until the next reading is due, `longest` at most.
    pub fn rest(&self, longest: Duration) -> Result<(), SourceError> {
        let left = self.next.saturating_sub(self.read.elapsed()).min(longest);
        if left.is_zero() { Ok(()) } else { self.wait(left) }
    }

    /// Nothing happens: until the kernel wakes the reader, `longest` at most.
    pub fn pause(&mut self, longest: Duration) -> Result<(), SourceError> {
        self.next = Duration::ZERO;
        self.wait(longest)
    }

    /// The ring has been read.
    pub fn has_read(&mut self) {
        self.next = (self.next * 2).max(SHORTEST).min(self.longest);
        self.read = Instant::now();
    }

    fn wait(&self, longest: Duration) -> Result<(), SourceError> {
        let longest = Timespec::try_from(longest).ok();
        let mut woken = [epoll::Event {
            flags: epoll::EventFlags::empty(),
            data: epoll::EventData::new_u64(0),
        }];
        match epoll::wait(&self.wakes, &mut woken, longest.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(SourceError::Ring(error.to_string())),
        }
    }
}
