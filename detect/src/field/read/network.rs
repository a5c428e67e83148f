//! Fields of flows, names and client hellos.

use event::{Act, Attributed, Dns, Endpoint, Flow, Protocol, Text};

use super::scope::{of_endpoint, of_host};
use super::{Take, Value};

/// A side of a flow, seen from the acting process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This process's.
    Own,
    /// The peer's.
    Other,
}

fn endpoint(side: Side, flow: &Flow) -> &Endpoint {
    match side {
        Side::Own => &flow.local,
        Side::Other => &flow.remote,
    }
}

pub fn flow(act: &Attributed, take: impl FnOnce(&Flow)) {
    if let Some(flow) = act.event.act.flow() {
        take(flow);
    }
}

pub fn dns(act: &Attributed, take: impl FnOnce(&Dns)) {
    if let Act::DnsQuery(dns) | Act::DnsAnswer(dns) = &act.event.act {
        take(dns);
    }
}

pub fn protocol(act: &Attributed, take: Take<'_>) {
    flow(act, |flow| {
        take(Value::Fixed(match flow.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Unix => "unix",
            Protocol::Other => "other",
        }));
    });
}

pub fn initiated(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::NetworkConnect(_) | Act::NetworkSend(_) | Act::TlsClientHello(_) => {
            take(Value::Flag(true));
        }
        Act::NetworkAccept(_) => take(Value::Flag(false)),
        _ => {}
    }
}

pub fn ip(side: Side, act: &Attributed, take: Take<'_>) {
    flow(act, |flow| {
        if let Some(ip) = endpoint(side, flow).ip() {
            take(Value::Text(&ip.to_string()));
        }
    });
}

pub fn port(side: Side, act: &Attributed, take: Take<'_>) {
    flow(act, |flow| {
        if let Some(port) = endpoint(side, flow).port() {
            take(Value::Number(port.into()));
        }
    });
}

pub fn scope(side: Side, act: &Attributed, take: Take<'_>) {
    let scope = match (&act.event.act, side) {
        (Act::DnsQuery(dns), Side::Other) => of_endpoint(&dns.server),
        (other, Side::Own) => other.flow().and_then(|flow| of_endpoint(&flow.local)),
        (other, Side::Other) => {
            let by_name = host_name(act).and_then(|name| of_host(name));
            by_name.or_else(|| other.flow().and_then(|flow| of_endpoint(&flow.remote)))
        }
    };
    if let Some(scope) = scope {
        take(Value::Fixed(scope.name()));
    }
}

/// The name of the other side.
pub fn host_name(act: &Attributed) -> Option<&Text> {
    match &act.event.act {
        Act::TlsClientHello(hello) => Some(&hello.server_name),
        other => other.flow()?.host.as_ref(),
    }
}

pub fn host(act: &Attributed, take: Take<'_>) {
    if let Some(host) = host_name(act) {
        take(Value::Shared(host));
    }
}

pub fn socket_path(act: &Attributed, take: Take<'_>) {
    flow(act, |flow| match (&flow.remote, &flow.local) {
        (Endpoint::Unix(path), _) | (_, Endpoint::Unix(path)) => take(Value::Shared(path)),
        _ => {}
    });
}

pub fn peer(act: &Attributed, take: Take<'_>) {
    flow(act, |flow| {
        if let Some(peer) = flow.peer {
            take(Value::Number(peer.into()));
        }
    });
}

pub fn query_type(act: &Attributed, take: Take<'_>) {
    dns(act, |dns| {
        let name = match dns.record {
            1 => "A",
            2 => "NS",
            5 => "CNAME",
            6 => "SOA",
            12 => "PTR",
            15 => "MX",
            16 => "TXT",
            28 => "AAAA",
            33 => "SRV",
            64 => "SVCB",
            65 => "HTTPS",
            255 => "ANY",
            other => return take(Value::Text(&other.to_string())),
        };
        take(Value::Fixed(name));
    });
}

pub fn query_results(act: &Attributed, take: Take<'_>) {
    if let Act::DnsAnswer(dns) = &act.event.act {
        dns.addresses.iter().for_each(|ip| take(Value::Text(&ip.to_string())));
    }
}
