//! The `network_endpoint` object: one side of a flow.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::Endpoint;
use crate::ocsf::error::ImportError;
use crate::ocsf::node::Node;

/// The object of `endpoint`, or nothing where there is none and no name either.
pub(in crate::ocsf) fn object(
    endpoint: &Endpoint,
    hostname: Option<&str>,
) -> Option<Map<String, Value>> {
    let mut object = Map::new();
    match endpoint {
        Endpoint::None => {}
        Endpoint::Ip(ip, port) => {
            object.insert("ip".into(), json!(ip.to_string()));
            object.insert("port".into(), json!(port));
        }
        Endpoint::Unix(path) => {
            object.insert("name".into(), json!(&**path));
        }
    }
    if let Some(hostname) = hostname {
        object.insert("hostname".into(), json!(hostname));
    }
    (!object.is_empty()).then_some(object)
}

/// The endpoint of an object; `None` where it has no address. A `name` beside no address is a Unix
/// socket for us, a label for others unless it looks like a path.
pub(in crate::ocsf) fn read(node: &Node, own: bool) -> Result<Endpoint, ImportError> {
    if let Some(ip) = read_ip(&node.at("ip"))? {
        return Ok(Endpoint::Ip(ip, node.at("port").number_or_zero()?));
    }
    Ok(match node.at("name").text()? {
        Some(name) if own || name.starts_with(['/', '@']) => Endpoint::Unix(name.into()),
        _ => Endpoint::None,
    })
}

/// The name of the machine at the endpoint.
pub(in crate::ocsf) fn read_host(node: &Node) -> Result<Option<String>, ImportError> {
    match node.at("hostname").text()? {
        Some(hostname) => Ok(Some(hostname)),
        None => node.at("domain").text(),
    }
}

fn read_ip(node: &Node) -> Result<Option<IpAddr>, ImportError> {
    let Some(text) = node.text()? else { return Ok(None) };
    // A zone (`fe80::1%eth0`) names an interface, not an address.
    let address = text.trim().split('%').next().unwrap_or_default();
    address.parse().map(Some).map_err(|_| node.wrong("an IP address"))
}
