//! Orders to the kernel: labels confirmed, cleared, given to running trees; rules put in force, sessions held.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use event::{Destination, Event, Label, Order, OrderError, Orders, ProcessId};
use libbpf_rs::{Iter, Link, MapCore, MapFlags, MapHandle};

use super::earlier::{Earlier, Knowledge, Ordered};
use super::load::Loaded;
use super::pins::Pins;
use super::responses::Members;
use super::rules::{Hold, RulesInForce};
use crate::clock::BootClock;
use crate::decode::PolicyNames;
use crate::procfs::open_descriptors;
use crate::source::SourceError;

const CONFIRMED: u32 = 2;

/// Carries out orders on the label maps. Shared between threads; each map update is atomic.
pub struct KernelOrders {
    labels: MapHandle,
    process_labels: MapHandle,
    holders: MapHandle,
    endpoints: MapHandle,
    adoption: Mutex<Option<Link>>,
    listing: Mutex<Option<Link>>,
    /// Whether system calls are watched, by the source's thread; an order may ask for it.
    watched: Mutex<Watched>,
    now_watched: Condvar,
    /// Events that an order gave rise to, until the source hands them on.
    found: Mutex<Vec<Event>>,
    rules: RulesInForce,
    members: Members,
    /// Whether it is seen where secrets go: needed while rules are in force.
    followed: Mutex<Watched>,
    now_followed: Condvar,
    /// What a later run would take over.
    knowledge: Mutex<Knowledge>,
    earlier: Mutex<Vec<Earlier>>,
}

#[derive(Clone, Copy)]
struct Watched {
    now: bool,
    wanted: bool,
}

/// An order waits at most this long for system calls to be watched; the source polls far more often.
const WATCH_WITHIN: Duration = Duration::from_millis(200);

impl KernelOrders {
    pub fn new(loaded: &Loaded, policies: Arc<PolicyNames>) -> Result<Self, SourceError> {
        let rules = RulesInForce::new(loaded, policies)?;
        // Where nobody is refused anything, this is a list that nobody reads.
        rules.protect(std::process::id()).map_err(|error| SourceError::Load(error.to_string()))?;
        Ok(Self {
            labels: loaded.map("labels")?,
            process_labels: loaded.map("process_labels")?,
            holders: loaded.map("holders")?,
            endpoints: loaded.map("endpoints")?,
            adoption: Mutex::new(loaded.iterator("adopt")),
            listing: Mutex::new(loaded.iterator("list_processes")),
            watched: Mutex::new(Watched { now: true, wanted: false }),
            now_watched: Condvar::new(),
            found: Mutex::default(),
            rules,
            members: Members::new(loaded.map("process_labels")?),
            followed: Mutex::new(Watched { now: false, wanted: false }),
            now_followed: Condvar::new(),
            knowledge: Mutex::new(Knowledge::of(loaded)?),
            earlier: Mutex::default(),
        })
    }

    /// What the kernel knows of sessions outlives this process.
    pub fn pin(&self, pins: &Pins) -> Result<(), SourceError> {
        self.knowledge.lock().unwrap_or_else(PoisonError::into_inner).pin(pins)
    }

    /// Programs of runs that died: what they hold is to be held by this one.
    pub fn succeed(&self, earlier: Vec<Earlier>) {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner).extend(earlier);
    }

    /// Takes over what this run holds by now.
    pub fn take_over(&self) {
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        if earlier.is_empty() {
            return;
        }
        let knowledge = self.knowledge.lock().unwrap_or_else(PoisonError::into_inner);
        let ordered: Vec<Ordered> =
            earlier.iter().flat_map(|it| it.hand_over(&knowledge)).collect();
        for (label, flags) in ordered {
            tracing::info!(label = label.0, "a session of an earlier run is held by this one");
            if let Err(error) = self.rules.hold_as(label, flags) {
                tracing::warn!(%error, "what was ordered before the restart does not hold");
            }
        }
        earlier.extract_if(.., |it| it.is_over()).for_each(|it| it.remove());
    }

    fn confirm(&self, label: Label) -> Result<(), OrderError> {
        self.labels
            .update(&label.0.to_ne_bytes(), &CONFIRMED.to_ne_bytes(), MapFlags::ANY)
            .map_err(refused)
    }

    fn clear(&self, label: Label) -> Result<(), OrderError> {
        self.rules.forget(label);
        match self.labels.delete(&label.0.to_ne_bytes()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == libbpf_rs::ErrorKind::NotFound => Err(OrderError::Gone),
            Err(error) => Err(refused(error)),
        }
    }

    fn over(&self, label: Label) -> Result<(), OrderError> {
        if self.members.any(label)? {
            let why = "a process of the session lives";
            return Err(OrderError::Refused(std::io::Error::other(why)));
        }
        self.clear(label)
    }

    /// Lists the tree twice, so that children made while it is listed are caught: those made after
    /// their parent carries the label inherit it.
    fn adopt(&self, root: ProcessId, label: Label) -> Result<(), OrderError> {
        if label.is_some() {
            self.wait_for_watch();
            self.confirm(label)?;
        }
        let mut given: HashSet<u32> = HashSet::new();
        for _ in 0..2 {
            for pid in descendants(root.pid).ok_or(OrderError::Gone)? {
                if given.insert(pid) {
                    self.process_labels
                        .update(&pid.to_ne_bytes(), &label.0.to_ne_bytes(), MapFlags::ANY)
                        .map_err(refused)?;
                }
            }
            self.run_adoption()?;
        }
        if label.is_some() {
            self.look_at_descriptors(&given, label);
        }
        Ok(())
    }

    /// Labels one process, and what it starts from now on.
    pub fn give(&self, pid: u32, label: Label) -> Result<(), OrderError> {
        self.confirm(label)?;
        self.process_labels
            .update(&pid.to_ne_bytes(), &label.0.to_ne_bytes(), MapFlags::ANY)
            .map_err(refused)?;
        self.run_adoption()
    }

    /// Ends what [`KernelOrders::give`] began.
    pub fn take_back(&self, pid: u32, label: Label) -> Result<(), OrderError> {
        self.clear(label)?;
        let nothing = Label::default().0.to_ne_bytes();
        self.process_labels.update(&pid.to_ne_bytes(), &nothing, MapFlags::ANY).map_err(refused)?;
        self.run_adoption()?;
        self.process_labels.delete(&pid.to_ne_bytes()).map_err(refused)
    }

    /// Before a label is given to what runs already: from then on nothing is to be missed.
    fn wait_for_watch(&self) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.wanted = !watched.now;
        let waited = self.now_watched.wait_timeout_while(watched, WATCH_WITHIN, |it| !it.now);
        drop(waited);
    }

    /// Whether an order waits for system calls to be watched.
    pub fn wants_watch(&self) -> bool {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).wanted
    }

    /// Says whether system calls are watched.
    pub fn set_watched(&self, now: bool) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        *watched = Watched { now, wanted: watched.wanted && !now };
        self.now_watched.notify_all();
    }

    /// Before rules come in force, and after they are gone.
    fn follow(&self, wanted: bool) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.wanted = wanted;
        let other = |it: &mut Watched| it.now != wanted;
        drop(self.now_followed.wait_timeout_while(followed, WATCH_WITHIN, other));
    }

    /// Whether it is to be seen where secrets go.
    pub fn wants_to_follow(&self) -> bool {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).wanted
    }

    /// Says whether it is.
    pub fn set_followed(&self, now: bool) {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).now = now;
        self.now_followed.notify_all();
    }

    /// What a process that started unwatched holds open by now.
    pub fn look_again(&self, pid: u32, label: Label) {
        self.look_at_descriptors(&HashSet::from([pid]), label);
    }

    /// What the adopted hold open already.
    fn look_at_descriptors(&self, pids: &HashSet<u32>, label: Label) {
        let now = BootClock::new().now_unix_ns();
        let starts = self.running();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for pid in pids {
            let Some(start_ns) = starts.get(pid).copied() else { continue };
            found.extend(open_descriptors(ProcessId { start_ns, pid: *pid }, label, now));
        }
    }

    /// Events that orders gave rise to since the last time.
    pub fn take_found(&self) -> Vec<Event> {
        std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hands on events that did not come through the ring.
    pub fn tell(&self, mut events: Vec<Event>) {
        if !events.is_empty() {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).append(&mut events);
        }
    }

    /// A process of Chaperone beside the daemon.
    pub fn protect(&self, pid: u32) {
        if let Err(error) = self.rules.protect(pid) {
            tracing::warn!(%error, "a process of ours is not protected");
        }
    }

    /// It is gone.
    pub fn unprotect(&self, pid: u32) {
        self.rules.unprotect(pid);
    }

    /// The maps in which the kernel keeps which process is whose, which labels are in force, and what processes hold,
    /// by their ids.
    pub fn maps_of_processes(&self) -> std::io::Result<[u32; 3]> {
        let id = |map: &MapHandle| match map.info() {
            Ok(info) => Ok(info.info.id),
            Err(error) => Err(std::io::Error::other(error.to_string())),
        };
        Ok([id(&self.process_labels)?, id(&self.labels)?, id(&self.holders)?])
    }

    /// Exact starts of all running processes, by pid; empty where the kernel has no iterators.
    pub fn running(&self) -> HashMap<u32, u64> {
        let link = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        let read =
            link.as_ref().and_then(|link| Iter::new(link).ok()?.read_to_end(&mut bytes).ok());
        if read.is_none() {
            return HashMap::new();
        }
        // `struct running_process` in `bpf/process.h`.
        let entry = |chunk: &[u8]| {
            let start_ns = u64::from_ne_bytes(chunk.get(..8)?.try_into().ok()?);
            Some((u32::from_ne_bytes(chunk.get(8..12)?.try_into().ok()?), start_ns))
        };
        bytes.chunks_exact(16).filter_map(entry).collect()
    }

    fn run_adoption(&self) -> Result<(), OrderError> {
        let link = self.adoption.lock().unwrap_or_else(PoisonError::into_inner);
        let link = link.as_ref().ok_or_else(|| {
            OrderError::Unsupported("the kernel refused the task iterator".into())
        })?;
        let mut nothing = Vec::new();
        Iter::new(link).map_err(refused)?.read_to_end(&mut nothing)?;
        Ok(())
    }
}

impl Orders for KernelOrders {
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        match order {
            Order::Confirm(label) => self.confirm(*label),
            Order::Clear(label) => self.clear(*label),
            Order::Adopt { root, label } => self.adopt(*root, *label),
            Order::Watch(end) => {
                self.endpoints.update(&endpoint_key(end), &[1], MapFlags::ANY).map_err(refused)
            }
            Order::Rules(rules) => {
                self.follow(true);
                self.rules.put(rules)
            }
            Order::Govern(regime) => self.rules.govern(regime),
            Order::Over(label) => self.over(*label),
            Order::Know(ends) => self.rules.know(ends),
            Order::Freeze(label) => {
                self.rules.hold(*label, Hold::Frozen)?;
                self.members.freeze(*label)
            }
            Order::Release(label) => {
                self.rules.let_go(*label, &[Hold::Frozen, Hold::Cut])?;
                self.members.release(*label)
            }
            Order::Cut(label) => self.rules.hold(*label, Hold::Cut),
            Order::End(process) => self.members.end(*process),
            // Of others.
            Order::PutBack(_) => Err(OrderError::Gone),
            Order::Kill(label) => {
                self.rules.hold(*label, Hold::Cut)?;
                self.rules.hold(*label, Hold::Dead)?;
                self.members.kill(*label)
            }
            Order::Disarm => {
                let earlier = std::mem::take(
                    &mut *self.earlier.lock().unwrap_or_else(PoisonError::into_inner),
                );
                earlier.iter().for_each(Earlier::remove);
                let frozen = self.rules.disarm()?;
                self.follow(false);
                frozen.into_iter().try_for_each(|label| self.members.release(label))
            }
        }
    }
}

/// `struct endpoint` in `bpf/state.h`.
pub fn endpoint_key(end: &Destination) -> [u8; 24] {
    let mut key = [0u8; 24];
    let address = match end.ip {
        Some(IpAddr::V4(ip)) => ip.to_ipv6_mapped().octets(),
        Some(IpAddr::V6(ip)) => ip.octets(),
        None => [0; 16],
    };
    key[..16].copy_from_slice(&address);
    key[16..18].copy_from_slice(&end.port.unwrap_or(0).to_ne_bytes());
    key
}

pub(super) fn refused(error: libbpf_rs::Error) -> OrderError {
    OrderError::Refused(std::io::Error::other(error.to_string()))
}

/// `root` and everything below it, from procfs; `None` if it is gone.
fn descendants(root: u32) -> Option<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent_of(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    if !std::path::Path::new(&format!("/proc/{root}")).exists() {
        return None;
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        found.extend(children.remove(&pid).unwrap_or_default());
        next += 1;
    }
    Some(found)
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may itself hold some; what follows the last is plain.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
