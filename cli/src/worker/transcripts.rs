//! In the child: follows transcripts as they grow, from when it is told of them, and says the words in them. Its
//! orders come on stdin, behind the task.

mod followed;

use std::collections::HashMap;
use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

use super::child::{HEARTBEAT, Teller};
use super::wire::{Follow, Said};
use followed::Followed;

/// What comes together is read together.
const SETTLE: Duration = Duration::from_millis(50);
/// Most transcripts that are followed; the one that was quiet for longest is left for a new one.
pub const MOST_FOLLOWED: usize = 128;
/// Bytes of one read of orders, and of changes.
const BUFFER: usize = 16 * 1024;
/// Longest order, in bytes.
const MAX_ORDER: usize = 64 * 1024;

/// Follows what it is told to, until nobody tells it any more. `begun` has come behind the task.
pub fn follow(teller: &Teller, begun: Vec<u8>) -> Result<()> {
    let mut following = Following::new(begun)?;
    loop {
        following.wait()?;
        let more = following.read_all(teller);
        teller.say(&Said::Settled { entries: 0, unwatched: 0 });
        if following.over && !more {
            return Ok(());
        }
    }
}

struct Following {
    inotify: OwnedFd,
    orders: Vec<u8>,
    followed: HashMap<PathBuf, Followed>,
    /// Nobody tells it any more.
    over: bool,
}

impl Following {
    fn new(begun: Vec<u8>) -> Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let mut new = Self { inotify, orders: begun, followed: HashMap::new(), over: false };
        new.take_orders()?;
        Ok(new)
    }

    /// Waits for orders and changes, for a heartbeat at most.
    fn wait(&mut self) -> Result<()> {
        let at_once = self.over || self.followed.values().any(|one| one.changed);
        let most = if at_once { Duration::ZERO } else { HEARTBEAT };
        let timeout = Timespec {
            tv_sec: i64::try_from(most.as_secs()).unwrap_or(1),
            tv_nsec: i64::from(most.subsec_nanos()),
        };
        let stdin = rustix::stdio::stdin();
        let mut ready = vec![PollFd::new(&self.inotify, PollFlags::IN)];
        if !self.over {
            ready.push(PollFd::new(&stdin, PollFlags::IN));
        }
        match poll(&mut ready, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |at: usize| ready.get(at).is_some_and(|one| !one.revents().is_empty());
        let (changes, orders) = (is_ready(0), is_ready(1));
        // Also where there is more: at most so much in a second is read.
        if changes || orders || at_once {
            std::thread::sleep(SETTLE);
        }
        if changes {
            self.hear_changes();
        }
        if orders {
            let mut some = [0; BUFFER];
            let read = rustix::io::read(stdin, &mut some)?;
            self.orders.extend(some.iter().take(read));
            self.over = read == 0;
            if self.over {
                // What was written last is still told.
                self.followed.values_mut().for_each(|one| one.changed = true);
            }
            self.take_orders()?;
        }
        Ok(())
    }

    fn take_orders(&mut self) -> Result<()> {
        while let Some(end) = memchr::memchr(b'\n', &self.orders) {
            let line: Vec<u8> = self.orders.drain(..=end).collect();
            self.begin(serde_json::from_slice(&line)?);
        }
        if self.orders.len() > MAX_ORDER {
            bail!("an order is longer than {MAX_ORDER} bytes");
        }
        Ok(())
    }

    /// Follows one more, or one again: of another session, or another file at the same place.
    fn begin(&mut self, order: Follow) {
        let path = order.place.0.clone();
        let told = WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE;
        let watch = match inotify::add_watch(&self.inotify, followed::watched(&order), told) {
            Ok(watch) => Some(watch),
            Err(error) => {
                // It is gone already, or there are no watches left: read now, and when it is told of again.
                tracing::debug!(%error, "a transcript is not watched");
                None
            }
        };
        if let Some(known) = self.followed.get_mut(&path)
            && known.order.since_unix_ns == order.since_unix_ns
        {
            (known.changed, known.watch) = (true, watch);
            return;
        }
        if self.followed.len() >= MOST_FOLLOWED
            && let Some(quiet) = self.followed.iter().min_by_key(|(_, one)| one.last)
        {
            let quiet = quiet.0.clone();
            self.leave(&quiet);
        }
        if let Some(one) = Followed::new(order, watch) {
            self.followed.insert(path, one);
        }
    }

    fn leave(&mut self, path: &Path) {
        let watch = self.followed.remove(path).and_then(|one| one.watch);
        // Databases of one folder have one watch.
        let is_last = !self.followed.values().any(|one| one.watch == watch);
        if let Some(watch) = watch.filter(|_| is_last) {
            // It goes by itself with its file.
            let _ = inotify::remove_watch(&self.inotify, watch);
        }
    }

    fn hear_changes(&mut self) {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(CStr::to_bytes);
                    // Below 0: more than the kernel keeps, so any may have changed.
                    let is_of = |one: &Followed| {
                        event.wd() < 0 || (one.watch == Some(event.wd()) && one.is_of(name))
                    };
                    let of = self.followed.values_mut().filter(|one| is_of(one));
                    of.for_each(|one| one.changed = true);
                }
                Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    /// Reads what changed; whether there is more.
    fn read_all(&mut self, teller: &Teller) -> bool {
        let mut more = false;
        for (path, one) in self.followed.iter_mut().filter(|(_, one)| one.changed) {
            let mut said = Vec::new();
            one.changed = one.read(path, &mut said);
            more |= one.changed;
            one.tell(teller, said);
        }
        more
    }
}
