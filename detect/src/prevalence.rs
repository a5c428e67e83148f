//! What each agent product has done on this host before: the memory behind `FirstTimeProgram` and
//! `FirstTimeHost`. Bounded: two generations of hashes, the older forgotten when the newer is full. The
//! caller keeps what was new and gives it back after a restart, so that an upgrade is no new world.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use event::{Act, Attributed};

/// What an agent product may do for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Run a program.
    Program,
    /// Talk to a host, or ask for its name.
    Host,
}

impl Kind {
    /// In one word, for storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Host => "host",
        }
    }
    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Program, Self::Host].into_iter().find(|kind| kind.name() == name)
    }
}

/// What `act` may be the first time of: the program's path, the host's name or else address.
pub fn subject(act: &Act) -> Option<(Kind, Cow<'_, str>)> {
    let host = |name| Some((Kind::Host, Cow::Borrowed(name)));
    match act {
        Act::ProcessExec(exec) => Some((Kind::Program, Cow::Borrowed(&*exec.exe.path))),
        Act::DnsQuery(dns) => host(&*dns.name),
        Act::TlsClientHello(hello) => host(&*hello.server_name),
        Act::NetworkConnect(flow) | Act::NetworkSend(flow) => {
            match (&flow.host, flow.remote.ip()) {
                (Some(name), _) => host(&**name),
                (None, ip) => Some((Kind::Host, Cow::Owned(ip?.to_string()))),
            }
        }
        _ => None,
    }
}

/// Whether an event's program or host is new to its agent's product; `None` where that says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstTimes {
    /// At an exec: the program.
    pub program: Option<bool>,
    /// At a connection, send, query or client hello: the host.
    pub host: Option<bool>,
}

/// What has been seen.
#[derive(Debug, Default)]
pub struct Prevalence {
    programs: Seen,
    hosts: Seen,
}

impl Prevalence {
    /// Looks the event up, and remembers it.
    pub fn note(&mut self, act: &Attributed) -> FirstTimes {
        let Some(actor) = &act.actor else { return FirstTimes::default() };
        let Some((kind, what)) = subject(&act.event.act) else { return FirstTimes::default() };
        let first = Some(self.remember(&actor.product, kind, &what));
        match kind {
            Kind::Program => FirstTimes { program: first, host: None },
            Kind::Host => FirstTimes { program: None, host: first },
        }
    }

    /// Remembers what `product` did; true if it was not known.
    pub fn remember(&mut self, product: &str, kind: Kind, what: &str) -> bool {
        match kind {
            Kind::Program => self.programs.note(product, what),
            Kind::Host => self.hosts.note(product, what),
        }
    }
}

/// Most hashes in one generation: twice this many are kept, 16 bytes each.
const GENERATION: usize = 65_536;

#[derive(Debug, Default)]
struct Seen {
    young: HashSet<u64, BuildHasherDefault<Already>>,
    old: HashSet<u64, BuildHasherDefault<Already>>,
}

impl Seen {
    /// True if it was not known.
    fn note(&mut self, product: &str, what: &str) -> bool {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((product, what));
        if self.young.contains(&hash) {
            return false;
        }
        let known = self.old.contains(&hash);
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash);
        !known
    }
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct Already(u64);

impl std::hash::Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_within_bounds() {
        let mut seen = Seen::default();
        assert!(seen.note("codex", "/bin/a"));
        assert!(!seen.note("codex", "/bin/a"));
        assert!(seen.note("claude", "/bin/a"));
        for number in 0..GENERATION {
            seen.note("codex", &number.to_string());
        }
        assert!(!seen.note("codex", "/bin/a"), "the older generation still knows it");
        for number in 0..5 * GENERATION {
            seen.note("x", &number.to_string());
        }
        assert!(seen.young.len() + seen.old.len() <= 2 * GENERATION + 1);
        assert!(seen.note("codex", "/bin/a"), "forgotten at last");
    }
}
