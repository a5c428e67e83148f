//! Connections where the host's network is shared: to the proxy, and nowhere else. Landlock knows its port, which any other
//! host may have, too.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;

use rustix::io::Errno;
use rustix::net::{connect as connect_to, connect_unspec};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use super::Answer;
use super::caller::Caller;

/// Whether this process may take descriptors of others, which containers often forbid.
pub fn can() -> bool {
    let own = pidfd_open(rustix::process::getpid(), PidfdFlags::empty());
    own.is_ok_and(|own| pidfd_getfd(&own, own.as_raw_fd(), PidfdGetfdFlags::empty()).is_ok())
}

/// Connects the caller's own socket, if it is to be connected to the proxy.
pub fn connect(
    caller: &Caller<'_>,
    proxy: Option<u16>,
    socket: i32,
    address: u64,
    length: u64,
) -> Answer {
    let done = read(caller, address, length).and_then(|end| {
        let to_proxy = end.is_none_or(|end| is_proxy(end, proxy));
        if !to_proxy {
            return Err(Errno::ACCESS);
        }
        let process = Pid::from_raw(caller.process()?).ok_or(Errno::SRCH)?;
        let process = pidfd_open(process, PidfdFlags::empty())?;
        let socket = pidfd_getfd(process, socket, PidfdGetfdFlags::empty())?;
        end.map_or_else(|| connect_unspec(&socket), |end| connect_to(&socket, &end))
    });
    done.map_or_else(Answer::Refused, |()| Answer::Done)
}

/// Where to; none: an end to where it was connected to.
fn read(caller: &Caller<'_>, address: u64, length: u64) -> Result<Option<SocketAddr>, Errno> {
    if length < 2 {
        return Err(Errno::INVAL);
    }
    // As much of it as says where: the other protocol's addresses are longer.
    parse(&caller.bytes::<2>(address)?, || match length {
        0..16 => Err(Errno::INVAL),
        16..24 => caller.bytes::<16>(address).map(Vec::from),
        _ => caller.bytes::<24>(address).map(Vec::from),
    })
}

/// By the family, and by all of it where that is one of the network's.
fn parse(
    family: &[u8; 2],
    all: impl FnOnce() -> Result<Vec<u8>, Errno>,
) -> Result<Option<SocketAddr>, Errno> {
    let port = |all: &[u8]| all.get(2..4).and_then(|port| port.try_into().ok());
    match i32::from(u16::from_ne_bytes(*family)) {
        libc::AF_UNSPEC => Ok(None),
        libc::AF_INET => {
            let all = all()?;
            let host: Option<[u8; 4]> = all.get(4..8).and_then(|host| host.try_into().ok());
            let (host, port) = host.zip(port(&all)).ok_or(Errno::INVAL)?;
            Ok(Some((Ipv4Addr::from(host), u16::from_be_bytes(port)).into()))
        }
        libc::AF_INET6 => {
            let all = all()?;
            let host: Option<[u8; 16]> = all.get(8..24).and_then(|host| host.try_into().ok());
            let (host, port) = host.zip(port(&all)).ok_or(Errno::INVAL)?;
            Ok(Some((Ipv6Addr::from(host), u16::from_be_bytes(port)).into()))
        }
        _ => Err(Errno::ACCESS),
    }
}

fn is_proxy(end: SocketAddr, proxy: Option<u16>) -> bool {
    end.ip().to_canonical() == Ipv4Addr::LOCALHOST && Some(end.port()) == proxy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxy_is_it() {
        let check = |bytes: &[u8], expect: Result<bool, Errno>| {
            let family = [bytes[0], bytes[1]];
            let end = parse(&family, || Ok(bytes.to_vec()));
            let is = end.map(|end| end.is_some_and(|end| is_proxy(end, Some(0x1f90))));
            assert_eq!(is, expect, "{bytes:?}");
        };
        let v6 = |host: Ipv6Addr, port: [u8; 2]| {
            [&[10, 0], &port[..], &[0; 4], &host.octets()[..]].concat()
        };
        check(&[2, 0, 0x1f, 0x90, 127, 0, 0, 1], Ok(true));
        check(&[2, 0, 0x1f, 0x91, 127, 0, 0, 1], Ok(false));
        check(&[2, 0, 0x1f, 0x90, 127, 0, 0, 2], Ok(false));
        check(&[2, 0, 0x1f, 0x90, 192, 0, 2, 1], Ok(false));
        check(&v6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), [0x1f, 0x90]), Ok(true));
        check(&v6(Ipv6Addr::LOCALHOST, [0x1f, 0x90]), Ok(false));
        check(&[2, 0, 0x1f, 0x90], Err(Errno::INVAL));
        check(&[1, 0, b'/'], Err(Errno::ACCESS));
        check(&[0, 0], Ok(false));
    }
}
