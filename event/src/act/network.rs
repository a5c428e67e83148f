//! Flows of sockets, names that were asked for, servers that were named.

use serde::{Deserialize, Serialize};

use super::zero;
use crate::Text;

/// One end-to-end flow of a socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Kind of socket.
    pub protocol: Protocol,
    /// Own address (`127.0.0.1:4242`, `[::1]:80`, a Unix path, `@abstract`).
    #[serde(default, skip_serializing_if = "Endpoint::is_none")]
    pub local: Endpoint,
    /// The other side's address.
    #[serde(default, skip_serializing_if = "Endpoint::is_none")]
    pub remote: Endpoint,
    /// Name of the other side, where a DNS answer or client hello told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text>,
    /// The process at the other end, where it is on this host and known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<u32>,
    /// Socket cookie: joins the events of one flow.
    #[serde(default)]
    pub cookie: u64,
    /// Bytes sent so far.
    #[serde(default)]
    pub sent: u64,
    /// Bytes received so far.
    #[serde(default)]
    pub received: u64,
    /// Error number of a refused connect; 0 is success, `EINPROGRESS` (115) is under way.
    #[serde(default, skip_serializing_if = "zero")]
    pub error: i32,
}

/// Kind of socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// TCP over IPv4 or IPv6.
    #[default]
    Tcp,
    /// UDP over IPv4 or IPv6.
    Udp,
    /// Unix domain socket.
    Unix,
    /// Anything else (raw, netlink, packet, vsock).
    Other,
}

/// One side of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Not known or not bound.
    #[default]
    None,
    /// Address and port.
    Ip(std::net::IpAddr, u16),
    /// Path of a Unix socket; abstract names begin with `@`.
    Unix(Text),
}

impl Endpoint {
    /// Not known or not bound.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
    /// The address, if it is one.
    pub fn ip(&self) -> Option<std::net::IpAddr> {
        if let Self::Ip(ip, _) = self { Some(*ip) } else { None }
    }
    /// The port, if there is one.
    pub fn port(&self) -> Option<u16> {
        if let Self::Ip(_, port) = self { Some(*port) } else { None }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("-"),
            Self::Ip(std::net::IpAddr::V6(ip), port) => write!(f, "[{ip}]:{port}"),
            Self::Ip(ip, port) => write!(f, "{ip}:{port}"),
            Self::Unix(path) => f.write_str(path),
        }
    }
}

/// A DNS question or its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dns {
    /// Name asked for, lower case, without the last dot.
    pub name: Text,
    /// Record type as number (1 A, 28 AAAA, 5 CNAME, 16 TXT, 65 HTTPS).
    pub record: u16,
    /// Server asked.
    pub server: Endpoint,
    /// Addresses in the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<std::net::IpAddr>,
    /// Response code of an answer (0 no error, 3 no such name).
    #[serde(default)]
    pub code: u8,
}

/// The first words of a TLS client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientHello {
    /// Server name it asks for, lower case.
    pub server_name: Text,
    /// The flow.
    pub flow: Flow,
}
