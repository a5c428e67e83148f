//! Where questions come in; one thread at a time stands here, accepts and reads. Everything that a client can make it keep
//! is bounded: how many connections, how many bytes, how long.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::work::{Job, refuse};
use crate::frame::{self, HEAD};
use crate::peer;
use crate::{Refusal, Why};

/// Connections whose question is not whole yet.
const MOST_WAITING: usize = 256;
/// Whole questions that wait for a thread: while there are so many no more are read, and the kernel holds them. To refuse
/// instead would let whoever asks a lot open the guard of others.
const MOST_WHOLE: usize = 64;
/// What is kept of their questions, in bytes.
const MOST_BYTES: usize = 16 << 20;
/// How long a question may take to come.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked whether the server is to end.
const LOOK_EVERY: u16 = 100;
/// Read at once.
const PIECE: usize = 64 << 10;

/// A connection whose question is coming.
struct Waiting {
    stream: UnixStream,
    uid: u32,
    since: Instant,
    bytes: Vec<u8>,
}

pub struct Door {
    listener: UnixListener,
    waiting: Vec<Waiting>,
    whole: VecDeque<Job>,
    stop: Arc<AtomicBool>,
    /// No more descriptors are to be had: nobody is let in for a round.
    full: bool,
}

/// How far a question has come.
enum Come {
    Partly,
    Whole,
    /// Gone, or no question.
    Never,
}

impl Door {
    pub fn new(listener: UnixListener, stop: Arc<AtomicBool>) -> Self {
        let (waiting, whole) = Default::default();
        Self { listener, waiting, whole, stop, full: false }
    }

    /// The next whole question, waited for; none: the server ends.
    pub fn next(&mut self) -> Option<Job> {
        while !self.stop.load(Ordering::Relaxed) {
            if let Some(job) = self.whole.pop_front() {
                return Some(job);
            }
            let (ready, knocks) = self.wait();
            self.read(&ready);
            if knocks {
                self.accept();
            }
            self.waiting.retain(|one| one.since.elapsed() < PATIENCE);
            self.shrink();
        }
        None
    }

    /// Waits until something comes: which connections, and whether somebody knocks.
    fn wait(&mut self) -> (Vec<bool>, bool) {
        let input = PollFlags::POLLIN;
        let mut asked: Vec<PollFd<'_>> =
            self.waiting.iter().map(|one| PollFd::new(one.stream.as_fd(), input)).collect();
        if !self.full {
            asked.push(PollFd::new(self.listener.as_fd(), input));
        }
        // An error is a round without news.
        let _ = poll(&mut asked, PollTimeout::from(LOOK_EVERY));
        let mut ready: Vec<bool> = asked.iter().map(|one| one.any().unwrap_or(false)).collect();
        let knocks = !self.full && ready.pop().unwrap_or(false);
        self.full = false;
        (ready, knocks)
    }

    fn read(&mut self, ready: &[bool]) {
        let mut left = Vec::with_capacity(self.waiting.len());
        for (at, mut one) in std::mem::take(&mut self.waiting).into_iter().enumerate() {
            let reads = ready.get(at) == Some(&true) && self.has_room();
            let come = if reads { one.read() } else { Come::Partly };
            match come {
                Come::Partly => left.push(one),
                Come::Whole => self.hand_on(one),
                Come::Never => {}
            }
        }
        self.waiting = left;
    }

    fn accept(&mut self) {
        for _ in 0..MOST_WAITING {
            if !self.has_room() {
                return;
            }
            match self.listener.accept() {
                Ok((stream, _)) => self.let_in(stream),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.full = !self.send_away();
                    return;
                }
            }
        }
    }

    fn let_in(&mut self, stream: UnixStream) {
        let (Ok(()), Some(uid)) = (stream.set_nonblocking(true), peer::uid(&stream)) else {
            return;
        };
        if self.waiting.len() >= MOST_WAITING {
            self.send_away();
        }
        let mut one = Waiting { stream, uid, since: Instant::now(), bytes: Vec::new() };
        // Who has asked already need not wait for another round.
        match one.read() {
            Come::Partly => self.waiting.push(one),
            Come::Whole => self.hand_on(one),
            Come::Never => {}
        }
    }

    /// Of the account that has most connections here, the one that has been silent longest goes. False: there is none.
    fn send_away(&mut self) -> bool {
        let of = |uid: u32| self.waiting.iter().filter(|one| one.uid == uid).count();
        let most = self.waiting.iter().map(|one| one.uid).max_by_key(|uid| of(*uid));
        // Sorted by when they came.
        let at = self.waiting.iter().position(|one| Some(one.uid) == most);
        at.map(|at| self.waiting.remove(at)).is_some()
    }

    /// Keeps the bytes of all together within bounds: the longest question goes first.
    fn shrink(&mut self) {
        let mut all: usize = self.waiting.iter().map(|one| one.bytes.len()).sum();
        while all > MOST_BYTES {
            let longest = (0..self.waiting.len())
                .max_by_key(|at| self.waiting.get(*at).map_or(0, |one| one.bytes.len()));
            let Some(at) = longest else { return };
            all = all.saturating_sub(self.waiting.remove(at).bytes.len());
        }
    }

    fn has_room(&self) -> bool {
        self.whole.len() < MOST_WHOLE
    }

    fn hand_on(&mut self, one: Waiting) {
        let Waiting { stream, mut bytes, since, .. } = one;
        bytes.drain(..HEAD.min(bytes.len()));
        self.whole.push_back(Job { stream, content: bytes, since });
    }
}

impl Waiting {
    fn read(&mut self) -> Come {
        let mut piece = [0; PIECE];
        loop {
            let wanted = match frame::length(&self.bytes) {
                None => HEAD,
                Some(Ok(length)) => HEAD + length,
                Some(Err(error)) => {
                    refuse(&self.stream, Refusal::new(Why::Malformed, error.to_string()));
                    return Come::Never;
                }
            };
            let missing = wanted.saturating_sub(self.bytes.len());
            if missing == 0 {
                return Come::Whole;
            }
            let into = piece.get_mut(..missing.min(PIECE)).unwrap_or_default();
            match self.stream.read(into) {
                Ok(0) => return Come::Never,
                Ok(read) => self.bytes.extend(into.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Come::Partly,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Come::Never,
            }
        }
    }
}
