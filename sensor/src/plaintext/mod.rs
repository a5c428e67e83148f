//! What named processes say and hear over TLS, in plain text, by programs at the functions of their TLS library. Best
//! effort: a library that is linked in without names, or is another one, is not heard. For telling, never for refusing.
//!
//! Only the processes that are tapped pay: the kernel puts its breakpoints into their memory alone.

mod piece;
mod places;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io;
use std::mem::MaybeUninit;
use std::rc::Rc;
use std::time::Duration;

use libbpf_rs::skel::{OpenSkel, Skel, SkelBuilder};
use libbpf_rs::{ErrorKind, Link, RingBuffer, RingBufferBuilder, UprobeOpts};

pub use piece::{Piece, Way};

use crate::kernel::{PlaintextSkel, PlaintextSkelBuilder, log_libbpf};
use crate::settings::Library;
use crate::source::SourceError;
use places::{Function, GNUTLS, OPENSSL, Place};

/// Processes that are tapped at one time.
const PROCESSES: usize = 64;
/// Files that are known to have no such functions.
const FILES: usize = 4096;

/// Taps at the TLS libraries of processes. Made and used on one thread.
pub struct Taps {
    /// Per process: which files it is tapped at, with the attachments.
    tapped: HashMap<u32, HashMap<(u64, u64), Vec<Link>>>,
    /// Files without any of the functions.
    without: HashSet<(u64, u64)>,
    ring: RingBuffer<'static>,
    pieces: Rc<RefCell<Vec<Piece>>>,
    skel: PlaintextSkel<'static>,
    wanted: Vec<Library>,
    refused: u64,
}

impl Taps {
    /// Loads the programs; nobody is tapped yet. Only these libraries will be.
    pub fn open(wanted: &[Library]) -> Result<Self, SourceError> {
        log_libbpf();
        // The object must not move; it lives as long as the process, which has one.
        let place = Box::leak(Box::new(MaybeUninit::uninit()));
        let skel = PlaintextSkelBuilder::default().open(place).and_then(|open| open.load());
        let skel = skel.map_err(|error| SourceError::Load(format!("{error:#}")))?;
        let pieces: Rc<RefCell<Vec<Piece>>> = Rc::default();
        let taken = Rc::clone(&pieces);
        let ring = |error: libbpf_rs::Error| SourceError::Ring(error.to_string());
        let mut builder = RingBufferBuilder::new();
        let take = move |record: &[u8]| {
            taken.borrow_mut().extend(Piece::read(record));
            0
        };
        builder.add(&skel.maps.pieces, take).map_err(ring)?;
        let ring = builder.build().map_err(ring)?;
        let (tapped, without, wanted) = (HashMap::new(), HashSet::new(), wanted.to_vec());
        Ok(Self { tapped, without, ring, pieces, skel, wanted, refused: 0 })
    }

    /// Taps a process at what it has mapped by now; again, at what has come since. Returns at how many functions it is
    /// tapped; none: it has no library that is known, is gone, or too many are tapped.
    pub fn tap(&mut self, pid: u32) -> usize {
        if !self.tapped.contains_key(&pid) && self.tapped.len() >= PROCESSES {
            self.refused += 1;
            return 0;
        }
        for place in places::of(pid, &self.wanted) {
            let known = self.tapped.get(&pid).is_some_and(|it| it.contains_key(&place.file));
            if known || self.without.contains(&place.file) {
                continue;
            }
            match self.attach(pid, &place) {
                Ok(links) => drop(self.tapped.entry(pid).or_default().insert(place.file, links)),
                Err(error) => self.is_without(&place, &error),
            }
        }
        self.tapped.get(&pid).map_or(0, |files| files.values().map(Vec::len).sum())
    }

    /// Ends it for a process: when it has ended, too, for its number may be another's next.
    pub fn let_go(&mut self, pid: u32) {
        self.tapped.remove(&pid);
    }

    /// Waits at most `wait` for something to be said, and appends it.
    pub fn poll(&mut self, wait: Duration, pieces: &mut Vec<Piece>) -> Result<(), SourceError> {
        let polled = self.ring.poll_raw(wait);
        if polled < 0 && -polled != rustix::io::Errno::INTR.raw_os_error() {
            let error = io::Error::from_raw_os_error(-polled);
            return Err(SourceError::Ring(error.to_string()));
        }
        pieces.append(&mut self.pieces.borrow_mut());
        Ok(())
    }

    /// Processes that are tapped, in order.
    pub fn tapped(&self) -> Vec<u32> {
        let mut pids: Vec<u32> = self.tapped.keys().copied().collect();
        pids.sort_unstable();
        pids
    }

    /// How often a process was not tapped since the start, for too many are.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Bytes that were not copied since the start: beyond what is taken of one call, or for want of room.
    pub fn left_out(&self) -> u64 {
        self.skel.maps.bss_data.as_ref().map_or(0, |data| data.bytes_left_out)
    }

    /// Remembers a file that has none of the functions; one of a process that is gone may have them.
    fn is_without(&mut self, place: &Place, error: &libbpf_rs::Error) {
        tracing::debug!(%error, path = %place.path.display(), "no TLS functions");
        let has_none = error.kind() == ErrorKind::NotFound && place.path.exists();
        if has_none && self.without.len() < FILES {
            self.without.insert(place.file);
        }
    }

    /// At all functions that the file has.
    fn attach(&self, pid: u32, place: &Place) -> libbpf_rs::Result<Vec<Link>> {
        let functions = if place.library == Library::Gnutls { GNUTLS } else { OPENSSL };
        let mut links = Vec::new();
        for function in functions {
            // Names stand in a file all or none, but for the newest ones.
            match self.attach_at(pid, place, function) {
                Ok(attached) => links.extend(attached),
                Err(error) if links.is_empty() => return Err(error),
                Err(error) => tracing::debug!(%error, function = function.name, "not tapped"),
            }
        }
        Ok(links)
    }

    fn attach_at(
        &self,
        pid: u32,
        place: &Place,
        function: &Function,
    ) -> libbpf_rs::Result<Vec<Link>> {
        let programs = [(Some(function.begins), false), (function.ends, true)];
        let wanted = programs.into_iter().filter_map(|(name, at_end)| Some((name?, at_end)));
        wanted
            .map(|(name, retprobe)| {
                let mut programs = self.skel.object().progs_mut();
                let program = programs.find(|program| program.name() == name);
                let program = program.ok_or_else(|| io::Error::other("no such program"))?;
                let func_name = Some(function.name.to_owned());
                let options = UprobeOpts { retprobe, func_name, ..UprobeOpts::default() };
                let pid = i32::try_from(pid).map_err(io::Error::other)?;
                program.attach_uprobe_with_opts(pid, &place.path, 0, options)
            })
            .collect()
    }
}

impl Drop for Taps {
    fn drop(&mut self) {
        // Detach before the maps go.
        self.tapped.clear();
    }
}
