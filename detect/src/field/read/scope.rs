//! Where an address is: on this host, in the company, a cloud's metadata service, the world.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use event::Endpoint;

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every address of this host (0.0.0.0).
    Any,
    /// This host.
    Loopback,
    /// A Unix socket.
    Unix,
    /// The same link.
    LinkLocal,
    /// A cloud's instance metadata service.
    Metadata,
    /// Private use.
    Private,
    /// A group.
    Multicast,
    /// Everything else.
    Public,
}

impl Scope {
    /// As it is written in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Loopback => "loopback",
            Self::Unix => "unix",
            Self::LinkLocal => "link_local",
            Self::Metadata => "metadata",
            Self::Private => "private",
            Self::Multicast => "multicast",
            Self::Public => "public",
        }
    }
}

/// Instance metadata: AWS, GCP, Azure and others share the first; then ECS tasks, EKS pods,
/// Azure's wire server, Alibaba, Oracle (classic).
const METADATA_V4: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];
const METADATA_NAMES: [&str; 4] =
    ["metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

/// The scope of an address.
pub fn of_ip(ip: IpAddr) -> Scope {
    match ip.to_canonical() {
        IpAddr::V4(ip) => of_v4(ip),
        IpAddr::V6(ip) => of_v6(ip),
    }
}

fn of_v4(ip: Ipv4Addr) -> Scope {
    // Shared address space of carriers (100.64.0.0/10), which overlay networks use too.
    let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
    if METADATA_V4.contains(&ip) {
        Scope::Metadata
    } else if ip.is_unspecified() {
        Scope::Any
    } else if ip.is_loopback() {
        Scope::Loopback
    } else if ip.is_link_local() {
        Scope::LinkLocal
    } else if ip.is_private() || shared {
        Scope::Private
    } else if ip.is_multicast() || ip.is_broadcast() {
        Scope::Multicast
    } else {
        Scope::Public
    }
}

fn of_v6(ip: Ipv6Addr) -> Scope {
    if METADATA_V6.contains(&ip) {
        Scope::Metadata
    } else if ip.is_unspecified() {
        Scope::Any
    } else if ip.is_loopback() {
        Scope::Loopback
    } else if ip.is_unicast_link_local() {
        Scope::LinkLocal
    } else if ip.is_unique_local() {
        Scope::Private
    } else if ip.is_multicast() {
        Scope::Multicast
    } else {
        Scope::Public
    }
}

/// The scope a name alone tells: metadata services and this host.
pub fn of_host(name: &str) -> Option<Scope> {
    let name = name.trim_end_matches('.');
    if METADATA_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Some(Scope::Metadata);
    }
    name.eq_ignore_ascii_case("localhost").then_some(Scope::Loopback)
}

/// The scope of one side of a flow.
pub fn of_endpoint(endpoint: &Endpoint) -> Option<Scope> {
    match endpoint {
        Endpoint::None => None,
        Endpoint::Ip(ip, _) => Some(of_ip(*ip)),
        Endpoint::Unix(_) => Some(Scope::Unix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_an_address_is() -> Result<(), std::net::AddrParseError> {
        for (ip, expect) in [
            ("127.3.2.1", "loopback"),
            ("::1", "loopback"),
            ("10.0.0.1", "private"),
            ("172.31.9.9", "private"),
            ("100.64.0.1", "private"),
            ("fd12::1", "private"),
            ("169.254.1.1", "link_local"),
            ("fe80::1", "link_local"),
            ("169.254.169.254", "metadata"),
            ("::ffff:169.254.169.254", "metadata"),
            ("fd00:ec2::254", "metadata"),
            ("224.0.0.251", "multicast"),
            ("0.0.0.0", "any"),
            ("8.8.8.8", "public"),
            ("2606:4700::1111", "public"),
        ] {
            assert_eq!(of_ip(ip.parse()?).name(), expect, "{ip}");
        }
        assert_eq!(of_host("Metadata.google.internal."), Some(Scope::Metadata));
        assert_eq!(of_host("example.com"), None);
        Ok(())
    }
}
