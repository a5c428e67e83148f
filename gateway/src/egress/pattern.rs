//! Which hosts somebody meant: `*`, `*.example.com`, `api.example.com`, `10.1.2.3`, `10.0.0.0/8`, each with `:port`
//! where only that one is meant.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use event::Text;

use super::host::Host;

/// A pattern of hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    /// Every name, and every address of the outside.
    Any,
    /// Everything below this name, itself not.
    Below(Text),
    Name(Text),
    Network(IpAddr, u8),
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no host\nhint: write a name (`api.example.com`), everything below one (`*.example.com`), an address, \
     a network (`10.0.0.0/8`) or `*`, with `:port` where only that one is meant"
)]
pub struct PatternError(String);

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.hosts, self.port) {
            (Hosts::Any, _) => f.write_str("*")?,
            (Hosts::Below(name), _) => write!(f, "*.{name}")?,
            (Hosts::Name(name), _) => write!(f, "{name}")?,
            (Hosts::Network(address @ IpAddr::V6(_), length), Some(_)) => {
                write!(f, "[{address}/{length}]")?;
            }
            (Hosts::Network(address, length), _) => write!(f, "{address}/{length}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl FromStr for HostPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let wrong = || PatternError(event::show::brief(text, 80));
        let after_host = text.rfind(']').map_or(0, |at| at + 1);
        let rest = text.get(after_host..).unwrap_or_default();
        let is_bare_v6 = after_host == 0 && rest.matches(':').count() > 1;
        let (host, port) = match rest.find(':').filter(|_| !is_bare_v6) {
            Some(at) => {
                let (host, port) = text.split_at(after_host + at);
                let port = port.strip_prefix(':').and_then(|it| it.parse::<u16>().ok());
                (host, Some(port.filter(|port| *port != 0).ok_or_else(wrong)?))
            }
            None => (text, None),
        };
        let hosts = Hosts::parse(host).ok_or_else(wrong)?;
        Ok(Self { hosts, port })
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        let (address, length) =
            bare.split_once('/').map_or((bare, None), |(it, by)| (it, Some(by)));
        if let Ok(address) = address.parse::<IpAddr>().map(|it| it.to_canonical()) {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let length =
                length.map_or(Some(most), |it| it.parse().ok().filter(|it| *it <= most))?;
            return Some(Self::Network(address, length));
        }
        let (name, below) = text.strip_prefix("*.").map_or((text, false), |it| (it, true));
        match Host::parse(name).ok()? {
            Host::Name(name) if below => Some(Self::Below(name)),
            Host::Name(name) => Some(Self::Name(name)),
            Host::Address(_) => None,
        }
    }
}

impl HostPattern {
    /// Whether the host is meant.
    pub fn matches(&self, host: &Host, port: u16) -> bool {
        self.port.is_none_or(|own| own == port)
            && match (&self.hosts, host) {
                (Hosts::Any, _) => true,
                (Hosts::Name(own), Host::Name(name)) => own == name,
                (Hosts::Below(own), Host::Name(name)) => {
                    name.strip_suffix(&**own).is_some_and(|rest| rest.ends_with('.'))
                }
                (Hosts::Network(network, length), Host::Address(address)) => {
                    is_within(*network, *length, *address)
                }
                _ => false,
            }
    }

    /// Whether the name may be asked for, on whatever port.
    pub fn matches_name(&self, name: &Host) -> bool {
        Self { hosts: self.hosts.clone(), port: None }.matches(name, 0)
    }

    /// Whether an address is meant that is inside: `*` and names do not mean those.
    pub fn names_address(&self, address: IpAddr, port: u16) -> bool {
        matches!(self.hosts, Hosts::Network(..)) && self.matches(&Host::address(address), port)
    }
}

fn is_within(network: IpAddr, length: u8, address: IpAddr) -> bool {
    let same = |a: u128, b: u128, bits: u32| bits == 0 || a >> (128 - bits) == b >> (128 - bits);
    match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            same(u128::from(a.to_bits()) << 96, u128::from(b.to_bits()) << 96, length.into())
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), length.into()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::host::Target;

    fn check(pattern: &str, target: &str, expect: bool) {
        let pattern: HostPattern = pattern.parse().expect(pattern);
        let target = Target::parse(target, Some(443)).expect(target);
        assert_eq!(pattern.matches(&target.host, target.port), expect, "{pattern:?} {target}");
    }

    #[test]
    fn patterns_mean_what_they_say() {
        check("example.com", "example.com", true);
        check("Example.com.", "example.com", true);
        check("example.com", "api.example.com", false);
        check("*.example.com", "a.b.example.com", true);
        check("*.example.com", "example.com", false);
        check("*.example.com", "badexample.com", false);
        check("example.com:22", "example.com:22", true);
        check("example.com:22", "example.com", false);
        check("*", "93.184.216.34", true);
        check("*:443", "x.example:80", false);
        check("10.0.0.0/8", "10.9.8.7", true);
        check("10.0.0.0/8", "11.9.8.7", false);
        check("10.0.0.0/8", "[::ffff:10.0.0.1]", true);
        check("0.0.0.0/0", "[2001:db8::1]", false);
        check("2001:db8::/32", "[2001:db8::1]", true);
        check("[2001:db8::1]:22", "[2001:db8::1]:22", true);
        check("example.com", "10.0.0.1", false);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in
            ["", "*.", "a b", "10.0.0.0/33", "a:0", "a:x", "*.10.0.0.1", "ex*mple.com", "http://a"]
        {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}
