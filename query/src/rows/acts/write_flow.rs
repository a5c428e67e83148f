//! A flow, a DNS question or a TLS hello becomes part of a row.

use std::borrow::Cow;

use event::{ClientHello, Dns, Endpoint, Flow};

use super::write::text;
use crate::rows::detail::Detail;
use crate::rows::events::Row;
use crate::rows::words::Word;

pub(super) fn flow<'a>(row: &mut Row<'a>, detail: &mut Detail, flow: &'a Flow) {
    row.protocol = flow.protocol.word().map(Cow::Borrowed);
    row.host = flow.host.as_deref().and_then(text);
    row.peer_pid = flow.peer;
    row.flow = some(flow.cookie);
    row.bytes = some(flow.sent);
    row.received = some(flow.received);
    row.error = (flow.error != 0).then_some(flow.error);
    remote(row, &flow.remote);
    match &flow.local {
        Endpoint::None => {}
        Endpoint::Ip(ip, port) => {
            row.local_ip = Some(Cow::Owned(ip.to_string()));
            row.local_port = Some(u32::from(*port));
        }
        Endpoint::Unix(path) => {
            detail.local = Some(path.clone());
            // A socket that only listens has its name on this side: it shall be found by `path`.
            if row.path.is_none() {
                row.path = text(path);
                detail.bound = true;
            }
        }
    }
}

fn remote<'a>(row: &mut Row<'a>, remote: &'a Endpoint) {
    match remote {
        Endpoint::None => {}
        Endpoint::Ip(ip, port) => {
            row.remote_ip = Some(Cow::Owned(ip.to_string()));
            row.remote_port = Some(u32::from(*port));
        }
        Endpoint::Unix(path) => row.path = text(path),
    }
}

fn some(number: u64) -> Option<u64> {
    (number != 0).then_some(number)
}

pub(super) fn dns<'a>(row: &mut Row<'a>, detail: &mut Detail, dns: &'a Dns) {
    row.host = text(&dns.name);
    match &dns.server {
        Endpoint::Ip(..) => remote(row, &dns.server),
        other => detail.server = other.clone(),
    }
    detail.record = dns.record;
    detail.code = dns.code;
    detail.addresses.clone_from(&dns.addresses);
}

pub(super) fn hello<'a>(row: &mut Row<'a>, detail: &mut Detail, hello: &'a ClientHello) {
    flow(row, detail, &hello.flow);
    row.host = text(&hello.server_name);
    detail.flow_host = hello.flow.host.clone();
}
