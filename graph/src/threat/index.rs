//! From names to nodes: which process, file, socket, pipe or group an act of the threat graph is
//! about. Every entry leaves with its node.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::net::IpAddr;

use event::{AgentId, FindingId, ProcessId, SessionId, Text, ToolCallId};
use rustc_hash::FxHashMap;

use super::node::SocketKey;

/// Most addresses whose names are remembered.
const MAX_NAMED_ADDRESSES: usize = 16_384;

#[derive(Debug)]
pub(super) struct Index {
    pub processes: FxHashMap<ProcessId, u32>,
    /// The newest process of each pid: an older one of the same pid is over.
    pub pids: FxHashMap<u32, u32>,
    pub paths: HashMap<Text, u32, Seeded>,
    pub inodes: FxHashMap<(u64, u64), u32>,
    pub sockets: HashMap<SocketKey, u32, Seeded>,
    pub pipes: FxHashMap<u64, u32>,
    pub names: HashMap<(ProcessId, Text), u32, Seeded>,
    pub terminals: HashMap<Text, u32, Seeded>,
    pub groups: FxHashMap<Group, u32>,
    pub findings: FxHashMap<FindingId, u32>,
    /// The one node for system files.
    pub system: Option<u32>,
    /// Names of addresses, from DNS answers.
    addresses: FxHashMap<IpAddr, Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Group {
    Agent(AgentId),
    Session(SessionId),
    ToolCall(ToolCallId),
}

impl Index {
    pub fn new(seed: u64) -> Self {
        let seeded = Seeded(seed);
        Self {
            processes: FxHashMap::default(),
            pids: FxHashMap::default(),
            paths: HashMap::with_hasher(seeded),
            inodes: FxHashMap::default(),
            sockets: HashMap::with_hasher(seeded),
            pipes: FxHashMap::default(),
            names: HashMap::with_hasher(seeded),
            terminals: HashMap::with_hasher(seeded),
            groups: FxHashMap::default(),
            findings: FxHashMap::default(),
            system: None,
            addresses: FxHashMap::default(),
        }
    }

    pub fn name_address(&mut self, address: IpAddr, name: &Text) {
        // Forgetting all at once is rare and costs only the names of connections yet to come.
        if self.addresses.len() >= MAX_NAMED_ADDRESSES {
            self.addresses.clear();
        }
        self.addresses.insert(address, name.clone());
    }

    pub fn name_of_address(&self, address: IpAddr) -> Option<&Text> {
        self.addresses.get(&address)
    }

    pub fn bytes(&self) -> usize {
        fn table<K, V>(capacity: usize) -> usize {
            capacity * 8 / 7 * (size_of::<(K, V)>() + 1)
        }
        table::<ProcessId, u32>(self.processes.capacity())
            + table::<u32, u32>(self.pids.capacity())
            + table::<Text, u32>(self.paths.capacity())
            + table::<(u64, u64), u32>(self.inodes.capacity())
            + table::<SocketKey, u32>(self.sockets.capacity())
            + table::<u64, u32>(self.pipes.capacity())
            + table::<(ProcessId, Text), u32>(self.names.capacity())
            + table::<Group, u32>(self.groups.capacity())
            + table::<FindingId, u32>(self.findings.capacity())
            + table::<IpAddr, Text>(self.addresses.capacity())
    }
}

/// Builds [`Folded`] hashers. Names come from whom we watch; with a hash they know, they could choose
/// names that all collide and slow the host's record down to nothing. So the seed must not be known
/// to them: the engine takes a random one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seeded(u64);

impl BuildHasher for Seeded {
    type Hasher = Folded;
    fn build_hasher(&self) -> Folded {
        Folded { state: self.0 ^ 0x9e37_79b9_7f4a_7c15, seed: self.0 | 1 }
    }
}

/// A keyed hash by folded multiplication (the construction of wyhash): sixteen bytes a step, some
/// four times as fast on paths as the standard library's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folded {
    state: u64,
    seed: u64,
}

impl Folded {
    fn step(&mut self, a: u64, b: u64) {
        let product = u128::from(a ^ self.seed ^ 0xa076_1d64_78bd_642f)
            * u128::from(b ^ self.state ^ 0xe703_7ed1_a0b4_28db);
        self.state = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<16>();
        for chunk in chunks {
            let whole = u128::from_le_bytes(*chunk);
            self.step(whole as u64, (whole >> 64) as u64);
        }
        let mut last = [0; 16];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let whole = u128::from_le_bytes(last);
        self.step(whole as u64, (whole >> 64) as u64 ^ ((bytes.len() as u64) << 48));
    }
    fn write_u8(&mut self, value: u8) {
        self.step(u64::from(value), 1);
    }
    fn write_u32(&mut self, value: u32) {
        self.step(u64::from(value), 4);
    }
    fn write_u64(&mut self, value: u64) {
        self.step(value, 8);
    }
    fn finish(&self) -> u64 {
        self.state
    }
}

/// Removes `key` if it still points to `slot`; a newer node may have taken the name.
pub(super) fn forget<K: Eq + Hash, S: BuildHasher>(
    map: &mut HashMap<K, u32, S>,
    key: &K,
    slot: u32,
) {
    if map.get(key) == Some(&slot) {
        map.remove(key);
    }
}

/// A number that spreads well over the low bits.
pub(super) fn mix(value: &impl Hash) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_and_every_byte_decide() {
        let hash = |seed, text: &str| Seeded(seed).hash_one(text);
        assert_eq!(hash(1, "/etc/passwd"), hash(1, "/etc/passwd"));
        assert_ne!(hash(1, "/etc/passwd"), hash(2, "/etc/passwd"));
        let long = "x".repeat(40);
        for at in 0..40 {
            let mut other = long.clone();
            other.replace_range(at..=at, "y");
            assert_ne!(hash(1, &long), hash(1, &other), "{at}");
        }
        assert_ne!(hash(1, "a"), hash(1, "a\0"));
    }
}
