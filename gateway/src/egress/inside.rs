//! Which addresses are not the outside: this host, its network, clouds' tables of keys. A name that leads there was
//! bent (rebinding), unless somebody says that it may.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the address is anything but an ordinary one of the public network.
pub fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_inside_v4(address),
        IpAddr::V6(address) => match carried(address) {
            Some(carried) => is_inside_v4(carried),
            None => is_inside_v6(address),
        },
    }
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || matches!(a, 0 | 224..)
        || (a, b) == (100, (b & 63) | 64) // carriers' networks: 100.64.0.0/10
        || (a, b, c) == (192, 0, 0)
        || (a, b) == (198, 18 | (b & 1)) // our own answers
        || (a, b, c) == (192, 88, 99)
        || address == Ipv4Addr::new(168, 63, 129, 16) // Azure's table of keys
}

/// Everything that is not handed out to the public, which is `2000::/3` without what stands in it for other uses.
fn is_inside_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_public = first & 0xe000 == 0x2000;
    !is_public
        || (first == 0x2001 && second < 0x200)
        || (first, second) == (0x2001, 0xdb8)
        || first == 0x3fff
}

/// The IPv4 address that a gateway would go on to: NAT64, 6to4, and the old compatible form.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
            Some(v4(high, low))
        }
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expect: bool) {
        assert_eq!(is_inside(address.parse().expect(address)), expect, "{address}");
    }

    #[test]
    fn the_public_network_and_nothing_else_is_outside() {
        for inside in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "168.63.129.16",
            "192.0.0.192",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            check(inside, true);
        }
        for outside in [
            "93.184.216.34",
            "100.63.0.1",
            "100.128.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "64:ff9b::808:808",
        ] {
            check(outside, false);
        }
    }
}
