//! Network Activity 4001: sockets, and the server name a TLS client asks for.

use serde_json::{Map, Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::Reading;
use crate::ocsf::node::Node;
use crate::ocsf::object::endpoint;
use crate::{ClientHello, Endpoint, Flow, Protocol};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 4001, caption: "Network Activity" };

const OPEN: Activity = Activity(1, "Open");
const CLOSE: Activity = Activity(2, "Close");
const FAIL: Activity = Activity(4, "Fail");
const REFUSE: Activity = Activity(5, "Refuse");
const TRAFFIC: Activity = Activity(6, "Traffic");
const LISTEN: Activity = Activity(7, "Listen");
const BIND: Activity = Activity(99, "Bind");

const IN_PROGRESS: i32 = 115;
const CONNECTION_REFUSED: i32 = 111;
const TIMED_OUT: i32 = 110;

/// Which side of the connection the own address is on.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    /// The own address is the source: the process reaches out.
    Source,
    /// The own address is the destination: the process is reached.
    Destination,
    /// The own address is written as the source, but who began is not known.
    Unknown,
}

pub(in crate::ocsf) fn connect(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Source);
    match flow.error {
        0 | IN_PROGRESS => OPEN,
        CONNECTION_REFUSED => REFUSE,
        _ => FAIL,
    }
}

pub(in crate::ocsf) fn accept(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Destination);
    OPEN
}

pub(in crate::ocsf) fn bind(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Destination);
    BIND
}

pub(in crate::ocsf) fn listen(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Destination);
    LISTEN
}

pub(in crate::ocsf) fn send(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Source);
    TRAFFIC
}

pub(in crate::ocsf) fn close(draft: &mut Draft, flow: &Flow) -> Activity {
    put(draft, flow, Side::Unknown);
    CLOSE
}

/// The schema asks for the TLS version, which a client hello does not settle: the server chooses.
pub(in crate::ocsf) fn client_hello(draft: &mut Draft, hello: &ClientHello) -> Activity {
    put(draft, &hello.flow, Side::Source);
    draft.set("tls", json!({ "version": "unknown", "sni": &*hello.server_name }));
    if draft.version.has_initiator() {
        draft.set("app_protocol_name", "tls");
    }
    TRAFFIC
}

fn put(draft: &mut Draft, flow: &Flow, side: Side) {
    let mut local = endpoint::object(&flow.local, None);
    let remote = endpoint::object(&flow.remote, flow.host.as_deref());
    if local.is_none() && remote.is_none() {
        // The class wants one endpoint at least; the host itself is always one.
        local = endpoint::object(&Endpoint::None, Some(&draft.host.hostname));
    }
    let (source, destination) =
        if side == Side::Destination { (remote, local) } else { (local, remote) };
    for (key, object) in [("src_endpoint", source), ("dst_endpoint", destination)] {
        if let Some(object) = object {
            draft.set(key, Value::Object(object));
        }
    }
    if draft.version.has_initiator() {
        draft.set("initiator_id", if side == Side::Unknown { 0 } else { 1 });
    }
    draft.set("connection_info", connection(flow, side));
    put_traffic(draft, flow);
    put_observables(draft, flow, side);
    if let Some(peer) = flow.peer {
        draft.keep("peer_pid", peer);
    }
}

fn connection(flow: &Flow, side: Side) -> Value {
    let address = flow.remote.ip().or(flow.local.ip());
    let on_host =
        flow.remote.ip().is_some_and(|ip| ip.is_loopback()) || flow.protocol == Protocol::Unix;
    let (direction_id, direction) = match side {
        _ if on_host => (4, "Local"),
        Side::Source => (2, "Outbound"),
        Side::Destination => (1, "Inbound"),
        Side::Unknown => (0, "Unknown"),
    };
    let (number, name) = match flow.protocol {
        Protocol::Tcp => (Some(6), "tcp"),
        Protocol::Udp => (Some(17), "udp"),
        Protocol::Unix => (None, "unix"),
        Protocol::Other => (None, "other"),
    };
    let mut connection = Map::new();
    connection.insert("direction_id".into(), json!(direction_id));
    connection.insert("direction".into(), json!(direction));
    connection.insert("protocol_name".into(), json!(name));
    if let Some(number) = number {
        connection.insert("protocol_num".into(), json!(number));
    }
    if let Some(ip) = address {
        connection.insert("protocol_ver_id".into(), json!(if ip.is_ipv4() { 4 } else { 6 }));
    }
    if flow.cookie != 0 {
        connection.insert("uid".into(), json!(flow.cookie.to_string()));
    }
    Value::Object(connection)
}

/// Totals of a flow so far, which OCSF calls cumulative.
fn put_traffic(draft: &mut Draft, flow: &Flow) {
    if flow.sent == 0 && flow.received == 0 {
        return;
    }
    let sent = draft.long("sent", flow.sent);
    let received = draft.long("received", flow.received);
    let total = i64::try_from(flow.sent.saturating_add(flow.received)).unwrap_or(i64::MAX);
    let traffic = json!({ "bytes_out": sent, "bytes_in": received, "bytes": total });
    draft.set("cumulative_traffic", traffic);
}

/// Pivots for the analyst: the other side.
fn put_observables(draft: &mut Draft, flow: &Flow, side: Side) {
    let end = if side == Side::Destination { "src_endpoint" } else { "dst_endpoint" };
    let mut observables = Vec::new();
    if let Some(host) = &flow.host {
        observables.push(observable(&format!("{end}.hostname"), 1, "Hostname", host));
    }
    if let Some(ip) = flow.remote.ip() {
        observables.push(observable(&format!("{end}.ip"), 2, "IP Address", &ip.to_string()));
    }
    if !observables.is_empty() {
        draft.set("observables", Value::Array(observables));
    }
}

pub(super) fn observable(name: &str, type_id: u32, caption: &str, value: &str) -> Value {
    json!({ "name": name, "type_id": type_id, "type": caption, "value": value })
}

/// Acts another product's activity stands for. One that knows the server name tells two.
pub(in crate::ocsf) fn acts(
    activity_id: u64,
    event: &Node,
) -> Result<&'static [&'static str], &'static str> {
    const INBOUND: u32 = 1;
    let inbound = event.down("connection_info.direction_id").number::<u32>() == Ok(Some(INBOUND));
    let hello = !event.down("tls.sni").is_absent();
    Ok(match activity_id {
        1 if inbound => &["network_accept"],
        1 if hello => &["network_connect", "tls_client_hello"],
        1 | 4 | 5 => &["network_connect"],
        2 | 3 => &["network_close"],
        6 if hello => &["tls_client_hello"],
        6 => &["network_send"],
        7 => &["network_listen"],
        _ => {
            return Err(
                "the activity is not one of Open, Close, Reset, Fail, Refuse, Traffic, Listen",
            );
        }
    })
}

pub(in crate::ocsf) fn read_hello(reading: &Reading) -> Result<ClientHello, ImportError> {
    let name = reading.event.down("tls.sni").text_or_empty()?;
    let server_name = if reading.is_own() { name } else { name.to_lowercase() };
    let flow = read_flow("tls_client_hello", reading)?;
    Ok(ClientHello { server_name: server_name.into(), flow })
}

pub(in crate::ocsf) fn read_flow(act: &str, reading: &Reading) -> Result<Flow, ImportError> {
    let event = &reading.event;
    let source = event.at("src_endpoint");
    let destination = event.at("dst_endpoint");
    let (local, remote) =
        if reached(act, event)? { (destination, source) } else { (source, destination) };
    let traffic = ["cumulative_traffic", "traffic"].map(|key| event.at(key));
    let traffic = if traffic[0].is_absent() { &traffic[1] } else { &traffic[0] };
    let bytes = |exact: &str, home: &str| match reading.own.at(exact).number()? {
        Some(exact) => Ok(exact),
        None => traffic.at(home).number_or_zero(),
    };
    Ok(Flow {
        protocol: read_protocol(&event.at("connection_info"))?,
        local: endpoint::read(&local, reading.is_own())?,
        remote: endpoint::read(&remote, reading.is_own())?,
        host: endpoint::read_host(&remote)?.map(Into::into),
        peer: reading.own.at("peer_pid").number()?,
        cookie: read_cookie(&event.down("connection_info.uid"))?,
        sent: bytes("sent", "bytes_out")?,
        received: bytes("received", "bytes_in")?,
        error: read_error(event, reading)?,
    })
}

/// The own address is the destination.
fn reached(act: &str, event: &Node) -> Result<bool, ImportError> {
    const INBOUND: u32 = 1;
    Ok(match act {
        "network_accept" | "network_bind" | "network_listen" => true,
        "network_connect" | "tls_client_hello" => false,
        _ => event.down("connection_info.direction_id").number::<u32>()? == Some(INBOUND),
    })
}

fn read_protocol(connection: &Node) -> Result<Protocol, ImportError> {
    let name = connection.at("protocol_name").text_or_empty()?;
    Ok(match (name.to_lowercase().as_str(), connection.at("protocol_num").number::<i32>()?) {
        ("unix", _) => Protocol::Unix,
        ("udp", _) | ("", Some(17)) => Protocol::Udp,
        ("tcp", _) | ("", Some(6) | None) => Protocol::Tcp,
        _ => Protocol::Other,
    })
}

/// Our cookies are numbers; a text is hashed, so that the events of a flow still join.
fn read_cookie(node: &Node) -> Result<u64, ImportError> {
    let Some(text) = node.text()? else { return Ok(0) };
    let hash = || uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, text.as_bytes()).as_u64_pair().0;
    Ok(text.parse().unwrap_or_else(|_| hash()))
}

fn read_error(event: &Node, reading: &Reading) -> Result<i32, ImportError> {
    let error = reading.error()?;
    if error != 0 || reading.is_own() {
        return Ok(error);
    }
    Ok(match event.at("activity_id").number::<u32>()? {
        Some(id) if id == FAIL.0 => TIMED_OUT,
        Some(id) if id == REFUSE.0 => CONNECTION_REFUSED,
        _ => 0,
    })
}
