//! SOCKS 5 (RFC 1928): connections by name or address, nothing else, no login.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::accept::Permit;
use super::gate::{Fail, Gate};
use super::host::{Host, Target};
use super::line::Line;
use super::refusal::Refusal;
use super::stream::{Prefixed, Watched};
use super::tunnel;

/// Most that a client may say before it is answered: 255 methods, a name of 255 bytes.
const MOST: usize = 1024;

/// What a client said, once it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<T> {
    /// It, and how many bytes it took.
    Whole(T, usize),
    /// More is to come.
    Open,
    /// It cannot be answered.
    Wrong,
}

/// Where a client wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// There.
    Connect(Target),
    /// To a host that is none; as it was said, and why not.
    Refused(String, u16, Refusal),
    /// Something else than a connection.
    OtherCommand,
    /// An address of an unknown kind.
    OtherAddress,
}

/// What a client is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Go on.
    Succeeded = 0,
    /// Not allowed.
    Refused = 2,
    /// The host cannot be reached.
    Unreachable = 4,
    /// Not a command that is done here.
    OtherCommand = 7,
    /// Not an address that is known here.
    OtherAddress = 8,
}

/// Reads the methods that the client knows: whether it can do without a login.
pub fn greeting(bytes: &[u8]) -> Said<bool> {
    match bytes {
        [] | [5] => Said::Open,
        [5, count, methods @ ..] => match methods.get(..usize::from(*count)) {
            Some(methods) => Said::Whole(methods.contains(&0), 2 + methods.len()),
            None => Said::Open,
        },
        _ => Said::Wrong,
    }
}

/// Reads what the client wants.
pub fn request(bytes: &[u8]) -> Said<Request> {
    let [5, command, 0, kind, rest @ ..] = bytes else {
        let open = bytes.len() < 4 && [5].starts_with(bytes.get(..1).unwrap_or_default());
        return if open { Said::Open } else { Said::Wrong };
    };
    let length = match (kind, rest.first()) {
        (1, _) => 4,
        (4, _) => 16,
        (3, Some(length)) => 1 + usize::from(*length),
        (3, None) => return Said::Open,
        _ => return Said::Whole(Request::OtherAddress, bytes.len()),
    };
    let (Some(address), Some([high, low])) = (rest.get(..length), rest.get(length..length + 2))
    else {
        return Said::Open;
    };
    let used = 4 + length + 2;
    if *command != 1 {
        return Said::Whole(Request::OtherCommand, used);
    }
    let port = u16::from_be_bytes([*high, *low]);
    Said::Whole(to(*kind, address, port), used)
}

fn to(kind: u8, address: &[u8], port: u16) -> Request {
    let host = if let Ok(v4) = <[u8; 4]>::try_from(address)
        && kind == 1
    {
        Ok(Host::address(Ipv4Addr::from(v4).into()))
    } else if let Ok(v6) = <[u8; 16]>::try_from(address)
        && kind == 4
    {
        Ok(Host::address(Ipv6Addr::from(v6).into()))
    } else {
        let name = address.get(1..).unwrap_or_default();
        std::str::from_utf8(name).map_err(|_| Refusal::BadName).and_then(Host::parse)
    };
    match host {
        Ok(host) if port != 0 => Request::Connect(Target { host, port }),
        other => {
            let name = String::from_utf8_lossy(address.get(1..).unwrap_or_default()).into_owned();
            Request::Refused(name, port, other.err().unwrap_or(Refusal::BadName))
        }
    }
}

/// Serves a client.
pub async fn serve(gate: Arc<Gate>, mut client: Watched<TcpStream>, permit: Permit) {
    let Ok(Some((request, rest))) = timeout(gate.bounds.opening, ask(&mut client)).await else {
        return;
    };
    let (reply, way) = match request {
        Request::Connect(target) => match reach(&gate, target).await {
            Ok(way) => (Reply::Succeeded, Some(way)),
            Err(Fail::Stopped(_)) => (Reply::Refused, None),
            Err(Fail::Unreachable(_)) => (Reply::Unreachable, None),
        },
        Request::Refused(name, port, refusal) => {
            gate.judge.room().await;
            gate.judge.refuse_name(&name, port, &refusal);
            (Reply::Refused, None)
        }
        Request::OtherCommand => (Reply::OtherCommand, None),
        Request::OtherAddress => (Reply::OtherAddress, None),
    };
    let said = client.write_all(&[5, reply as u8, 0, 1, 0, 0, 0, 0, 0, 0]).await;
    if let (Ok(()), Some((target, host))) = (said, way) {
        tunnel::run(gate, target, Prefixed::new(rest, client), host, permit).await;
    }
}

async fn reach(gate: &Arc<Gate>, target: Target) -> Result<(Target, Line), Fail> {
    let target = gate.admit(target).await?;
    let host = gate.dial(&target).await?;
    Ok((target, host))
}

/// The client's wish, and what it said after that already.
async fn ask(client: &mut Watched<TcpStream>) -> Option<(Request, Vec<u8>)> {
    let mut bytes = Vec::new();
    let free = whole(client, &mut bytes, greeting).await?;
    client.write_all(if free { &[5, 0] } else { &[5, 0xff] }).await.ok()?;
    if !free {
        return None;
    }
    let request = whole(client, &mut bytes, request).await?;
    Some((request, bytes))
}

/// Reads until it is whole, and takes it away.
async fn whole<T>(
    client: &mut Watched<TcpStream>,
    bytes: &mut Vec<u8>,
    read: impl Fn(&[u8]) -> Said<T>,
) -> Option<T> {
    loop {
        match read(bytes) {
            Said::Whole(said, used) => {
                bytes.drain(..used.min(bytes.len()));
                return Some(said);
            }
            Said::Open if bytes.len() < MOST => {
                if client.read_buf(bytes).await.ok()? == 0 {
                    return None;
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: Request) {
        assert_eq!(request(bytes), Said::Whole(expect, bytes.len()), "{bytes:?}");
        for end in 0..bytes.len() {
            assert_eq!(request(&bytes[..end]), Said::Open, "{bytes:?} to {end}");
        }
    }

    fn to(authority: &str) -> Request {
        Request::Connect(Target::parse(authority, None).expect(authority))
    }

    #[test]
    fn reads_every_kind_of_address() {
        check(b"\x05\x01\x00\x01\x5d\xb8\xd8\x22\x01\xbb", to("93.184.216.34:443"));
        check(b"\x05\x01\x00\x03\x0bExample.com\x00\x50", to("example.com:80"));
        check(
            b"\x05\x01\x00\x03\x0910.1.2.34\x00\x50",
            Request::Connect(Target::parse("10.1.2.34:80", None).expect("it")),
        );
        check(b"\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x16", to("[::1]:22"));
        check(
            b"\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\x01\x00\x16",
            to("127.0.0.1:22"),
        );
        check(b"\x05\x03\x00\x01\x5d\xb8\xd8\x22\x01\xbb", Request::OtherCommand);
        check(
            b"\x05\x01\x00\x03\x060x7f.1\x00\x50",
            Request::Refused("0x7f.1".into(), 80, Refusal::OddAddress),
        );
        check(
            b"\x05\x01\x00\x03\x03a b\x00\x50",
            Request::Refused("a b".into(), 80, Refusal::BadName),
        );
        check(b"\x05\x01\x00\x03\x01a\x00\x00", Request::Refused("a".into(), 0, Refusal::BadName));
    }

    #[test]
    fn what_is_none_of_it_is_wrong() {
        assert_eq!(request(b"\x04\x01\x00\x50"), Said::Wrong);
        assert_eq!(request(b"\x05\x01\x07\x01"), Said::Wrong);
        assert_eq!(request(b"\x05\x01\x00\x09"), Said::Whole(Request::OtherAddress, 4));
        assert_eq!(greeting(b"\x05\x02\x00\x02"), Said::Whole(true, 4));
        assert_eq!(greeting(b"\x05\x01\x02"), Said::Whole(false, 3));
        assert_eq!(greeting(b"\x05\x02\x00"), Said::Open);
        assert_eq!(greeting(b"GE"), Said::Wrong);
    }
}
