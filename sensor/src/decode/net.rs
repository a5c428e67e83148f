//! Sockets and the packets that carry names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use event::{Act, ClientHello, Dns, Endpoint, Flow, Protocol, Text};

use super::text::{Cursor, lossless};
use super::{dns, hello, records};

const AF_UNIX: u32 = 1;
const AF_INET: u32 = 2;
const AF_INET6: u32 = 10;
const TCP: u32 = 6;
const UDP: u32 = 17;

pub(super) fn net(cursor: &mut Cursor<'_>) -> Option<Act> {
    let record = records::Net::read(cursor)?;
    let unix = unix_name(record.path);
    let is_peer = record.op == 1;
    let (local, remote) = match record.family {
        AF_UNIX if is_peer => (Endpoint::None, unix),
        AF_UNIX => (unix, Endpoint::None),
        family => (
            endpoint(family, record.local, record.local_port),
            endpoint(family, record.remote, record.remote_port),
        ),
    };
    let flow = Flow {
        protocol: protocol(record.family, record.protocol),
        local,
        remote,
        host: None,
        peer: (record.peer_pid != 0).then_some(record.peer_pid),
        cookie: record.cookie,
        sent: record.sent,
        received: record.received,
        error: record.error,
    };
    Some(match record.op {
        1 => Act::NetworkConnect(flow),
        2 => Act::NetworkAccept(flow),
        3 => Act::NetworkBind(flow),
        4 => Act::NetworkListen(flow),
        5 => Act::NetworkSend(flow),
        6 => Act::NetworkClose(flow),
        _ => return None,
    })
}

/// A packet's act; `Some(None)` if the payload is not what its port or first bytes promise.
#[expect(clippy::option_option, reason = "a broken record and a meaningless packet differ")]
pub(super) fn packet(cursor: &mut Cursor<'_>) -> Option<Option<Act>> {
    let record = records::Packet::read(cursor)?;
    let remote = endpoint(record.family, record.remote, record.remote_port);
    Some(match record.op {
        1 | 2 => dns::parse(record.payload).map(|message| {
            let dns = Dns {
                name: message.name.into(),
                record: message.record,
                server: remote,
                addresses: message.addresses,
                code: message.code,
            };
            if record.op == 1 { Act::DnsQuery(dns) } else { Act::DnsAnswer(dns) }
        }),
        3 => hello::server_name(record.payload).map(|name| {
            let flow = Flow {
                protocol: Protocol::Tcp,
                local: endpoint(record.family, record.local, record.local_port),
                remote,
                cookie: record.cookie,
                host: Some(Text::from(&*name)),
                ..Flow::default()
            };
            Act::TlsClientHello(ClientHello { server_name: name.into(), flow })
        }),
        _ => return None,
    })
}

fn protocol(family: u32, protocol: u32) -> Protocol {
    match (family, protocol) {
        (AF_UNIX, _) => Protocol::Unix,
        (AF_INET | AF_INET6, TCP) => Protocol::Tcp,
        (AF_INET | AF_INET6, UDP) => Protocol::Udp,
        _ => Protocol::Other,
    }
}

fn endpoint(family: u32, address: [u8; 16], port: u32) -> Endpoint {
    let ip = match family {
        AF_INET => {
            let [a, b, c, d, ..] = address;
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        AF_INET6 => Ipv6Addr::from(address).to_canonical(),
        _ => return Endpoint::None,
    };
    if ip.is_unspecified() && port == 0 { Endpoint::None } else { Endpoint::Ip(ip, port as u16) }
}

/// Abstract names begin with a zero byte, shown as `@`; paths may end with one.
fn unix_name(bytes: &[u8]) -> Endpoint {
    match bytes {
        [] => Endpoint::None,
        [0, rest @ ..] => Endpoint::Unix(format!("@{}", lossless(rest)).into()),
        path => Endpoint::Unix(lossless(super::text::until_zero(path)).into()),
    }
}
