//! Part of a row becomes a flow, a DNS question or a TLS hello again.

use std::borrow::Cow;

use event::{ClientHello, Dns, Endpoint, Flow, Text};

use super::read::text;
use crate::rows::detail::Detail;
use crate::rows::events::Row;
use crate::rows::words::Word;

pub(super) fn flow(row: &Row<'_>, detail: &Detail) -> Flow {
    let path = row.path.as_deref().filter(|_| !detail.bound);
    Flow {
        protocol: row.protocol.as_deref().and_then(Word::of).unwrap_or_default(),
        local: match &detail.local {
            Some(path) => Endpoint::Unix(path.clone()),
            None => ip(&row.local_ip, row.local_port),
        },
        remote: match path {
            Some(path) => Endpoint::Unix(path.into()),
            None => ip(&row.remote_ip, row.remote_port),
        },
        host: row.host.as_deref().map(Text::from),
        peer: row.peer_pid,
        cookie: row.flow.unwrap_or(0),
        sent: row.bytes.unwrap_or(0),
        received: row.received.unwrap_or(0),
        error: row.error.unwrap_or(0),
    }
}

fn ip(ip: &Option<Cow<'_, str>>, port: Option<u32>) -> Endpoint {
    let ip = ip.as_deref().and_then(|ip| ip.parse().ok());
    match (ip, port.and_then(|port| u16::try_from(port).ok())) {
        (Some(ip), Some(port)) => Endpoint::Ip(ip, port),
        _ => Endpoint::None,
    }
}

pub(super) fn dns(row: &Row<'_>, detail: Detail) -> Dns {
    let server = ip(&row.remote_ip, row.remote_port);
    Dns {
        name: text(&row.host),
        record: detail.record,
        server: if server.is_none() { detail.server } else { server },
        addresses: detail.addresses,
        code: detail.code,
    }
}

pub(super) fn hello(row: &Row<'_>, detail: Detail) -> ClientHello {
    let mut flow = flow(row, &detail);
    flow.host = detail.flow_host;
    ClientHello { server_name: text(&row.host), flow }
}
