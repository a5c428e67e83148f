//! From kinds of hosts to ends of connections: what is known by address at once, what is known by name as soon as the
//! name was answered.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use event::{Classes, End, KernelRules, Text};

use super::formula::NAMED;
use super::lexicon::{Lexicon, Space};
use crate::Guide;
use crate::kinds::host_matches;

/// The machine itself.
const LOOPBACK: [(IpAddr, u8); 2] =
    [(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8), (IpAddr::V6(Ipv6Addr::LOCALHOST), 128)];

/// Networks that are nobody's on the internet.
const PRIVATE: [(IpAddr, u8); 6] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

impl Guide {
    /// What addresses that a name was answered with are, by rules in force. What an address is by itself is not said
    /// again. Empty: the name is nothing that a policy asks for.
    pub fn ends_of_name(&self, rules: &KernelRules, name: &str, addresses: &[IpAddr]) -> Vec<End> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let kinds = self.kinds_of_name(&name).into_iter();
        let classes = kinds
            .filter_map(|kind| rules.class(&format!("host/{kind}")).or_else(|| rules.class(&kind)))
            .fold(Classes::NONE, Classes::and);
        if classes == Classes::NONE {
            return Vec::new();
        }
        addresses.iter().map(|address| one(*address, classes)).collect()
    }

    /// The kinds that a name alone makes.
    fn kinds_of_name(&self, name: &str) -> Vec<Text> {
        let surroundings = self.surroundings();
        let table = surroundings.kinds.hosts.iter();
        let known = table.filter(|ends| ends.names.iter().any(|known| host_matches(known, name)));
        let mut kinds: Vec<Text> = known.map(|ends| ends.kind.clone()).collect();
        for (kind, hosts) in self.named_hosts() {
            if hosts.iter().any(|known| host_matches(known, name)) {
                kinds.push(kind.into());
            }
        }
        kinds.push(format!("{NAMED}{name}").into());
        kinds
    }

    fn named_hosts(&self) -> [(&'static str, &[String]); 2] {
        let surroundings = self.surroundings();
        [("declared", &surroundings.declared_hosts), ("model", &surroundings.model_hosts)]
    }

    /// What is known by address.
    pub(super) fn ends(&self, lexicon: &Lexicon) -> Vec<End> {
        let class = |kind: &str| lexicon.bit(Space::Host, kind).map(|(bit, _)| bit);
        let mut ends = Vec::new();
        for known in &self.surroundings().kinds.hosts {
            let Some(classes) = class(&known.kind) else { continue };
            ends.extend(known.addresses.iter().map(|address| one(*address, classes)));
        }
        for (kind, networks) in [("loopback", &LOOPBACK[..]), ("private", &PRIVATE)] {
            let Some(classes) = class(kind) else { continue };
            ends.extend(networks.iter().map(|(address, bits)| End {
                address: *address,
                bits: *bits,
                classes,
            }));
        }
        for (kind, hosts) in self.named_hosts() {
            let Some(classes) = class(kind) else { continue };
            let addresses = hosts.iter().filter_map(|host| host.parse().ok());
            ends.extend(addresses.map(|address| one(address, classes)));
        }
        let single = lexicon.named(Space::Host);
        ends.extend(single.filter_map(|(name, classes)| Some(one(name.parse().ok()?, classes))));
        ends
    }
}

fn one(address: IpAddr, classes: Classes) -> End {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 32 } else { 128 };
    End { address, bits, classes }
}
