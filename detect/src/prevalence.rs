//! What each agent product has done on this host before: the memory behind `FirstTimeProgram` and
//! `FirstTimeHost`. Bounded: two generations of hashes, the older forgotten when the newer is full.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use event::{Act, Attributed};

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
        let mut first = FirstTimes::default();
        match &act.event.act {
            Act::ProcessExec(exec) => {
                first.program = Some(self.programs.note(&actor.product, &exec.exe.path));
            }
            Act::DnsQuery(dns) => first.host = Some(self.hosts.note(&actor.product, &dns.name)),
            Act::TlsClientHello(hello) => {
                first.host = Some(self.hosts.note(&actor.product, &hello.server_name));
            }
            Act::NetworkConnect(flow) | Act::NetworkSend(flow) => {
                first.host = match (&flow.host, flow.remote.ip()) {
                    (Some(host), _) => Some(self.hosts.note(&actor.product, host)),
                    (None, Some(ip)) => Some(self.hosts.note(&actor.product, &ip.to_string())),
                    (None, None) => None,
                };
            }
            _ => {}
        }
        first
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
