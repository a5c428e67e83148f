//! Where somebody wants to go, in one spelling: a name in lower case without its last dot, or an address. What
//! resolvers of different programs would read differently is refused, not guessed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use event::{Object, Text};

use super::refusal::Refusal;

/// Longest name that DNS carries.
const MOST_NAME: usize = 253;

/// The other end, as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// By name.
    Name(Text),
    /// By address; never an IPv4 address in the clothes of an IPv6 one.
    Address(IpAddr),
}

/// The other end with its port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Who.
    pub host: Host,
    /// Port.
    pub port: u16,
}

impl Host {
    /// The host of a URL, a `Host` header, a request of SOCKS, a question of DNS.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some(inner) = text.strip_prefix('[') {
            let address = inner.strip_suffix(']').and_then(|it| Ipv6Addr::from_str(it).ok());
            return address.map(|it| Self::address(it.into())).ok_or(Refusal::OddAddress);
        }
        if let Ok(address) = Ipv4Addr::from_str(text) {
            return Ok(Self::Address(address.into()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        if is_number(last) {
            return Err(Refusal::OddAddress);
        }
        let sound = name.len() <= MOST_NAME && name.split('.').all(is_label);
        if sound { Ok(Self::Name(name.into())) } else { Err(Refusal::BadName) }
    }

    /// An address in its one spelling.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(address.to_canonical())
    }

    /// As it stands in a URL.
    pub fn written(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Address(IpAddr::V6(address)) => format!("[{address}]"),
            Self::Address(address) => address.to_string(),
        }
    }
}

impl Target {
    /// `host`, `host:port`, `[v6]:port`; whose name stands before an `@` is nobody's business here.
    pub fn parse(authority: &str, default_port: Option<u16>) -> Result<Self, Refusal> {
        if authority.contains('@') {
            return Err(Refusal::Login);
        }
        let after_host = authority.rfind(']').map_or(0, |at| at + 1);
        let colon = authority.get(after_host..).and_then(|rest| rest.find(':'));
        let (host, port) = match colon {
            Some(at) => {
                let (host, port) = authority.split_at(after_host + at);
                let digits =
                    port.strip_prefix(':').filter(|it| it.bytes().all(|b| b.is_ascii_digit()));
                let port = digits.and_then(|it| it.parse().ok()).filter(|port| *port != 0);
                (host, Some(port.ok_or(Refusal::BadName)?))
            }
            None => (authority, default_port),
        };
        Ok(Self { host: Host::parse(host)?, port: port.ok_or(Refusal::BadName)? })
    }

    /// What the guard is asked about: a connection.
    pub fn object(&self, address: Option<IpAddr>) -> Object {
        self.requested(address, "".into())
    }

    /// What the guard is asked about: a request.
    pub fn requested(&self, address: Option<IpAddr>, request: Text) -> Object {
        let (name, address) = match &self.host {
            Host::Name(name) => (name.clone(), address),
            Host::Address(own) => ("".into(), Some(*own)),
        };
        Object::Host { name, address, port: self.port, request }
    }

    /// As it stands in a `Host` header: without the port that the scheme has anyway.
    pub fn authority(&self, default_port: u16) -> String {
        match self.port == default_port {
            true => self.host.written(),
            false => format!("{}:{}", self.host.written(), self.port),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host.written(), self.port)
    }
}

/// What some programs take for a part of an IPv4 address.
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x");
    let is_hex = hex.is_some_and(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
    is_hex || (!label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()))
}

fn is_label(label: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(authority: &str, expect: Result<&str, Refusal>) {
        let target = Target::parse(authority, Some(80)).map(|it| it.to_string());
        assert_eq!(target, expect.map(str::to_owned), "{authority}");
    }

    #[test]
    fn one_host_has_one_spelling() {
        check("API.Example.com", Ok("api.example.com:80"));
        check("api.example.com.:443", Ok("api.example.com:443"));
        check("localhost.", Ok("localhost:80"));
        check("127.0.0.1:8080", Ok("127.0.0.1:8080"));
        check("[::1]:80", Ok("[::1]:80"));
        check("[::ffff:127.0.0.1]", Ok("127.0.0.1:80"));
        check("xn--bcher-kva.example", Ok("xn--bcher-kva.example:80"));
    }

    #[test]
    fn what_programs_read_differently_is_refused() {
        for odd in [
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "127.1",
            "0x7f000001",
            "1.2.3.4.5",
            "a.0x7f",
            "127.0.0.1.",
        ] {
            check(odd, Err(Refusal::OddAddress));
        }
        check("[::1%eth0]", Err(Refusal::OddAddress));
        check("[::1", Err(Refusal::OddAddress));
        for bad in [
            "",
            ".",
            "a..b",
            "a b",
            "a\r\nX: y",
            "a%2eb",
            "bücher.example",
            "a/b",
            "a:0",
            "a:65536",
            "a:+80",
            "a:80:80",
            "::1",
            "a:",
            "*.example.com",
            "a,b",
        ] {
            check(bad, Err(Refusal::BadName));
        }
        check("user:pass@example.com", Err(Refusal::Login));
        check(
            &"a.".repeat(127).to_string(),
            Err(Refusal::BadName).or(Ok(&*format!("{}:80", "a.".repeat(126) + "a"))),
        );
        check(&"a".repeat(64), Err(Refusal::BadName));
    }
}
