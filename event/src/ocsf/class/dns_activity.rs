//! DNS Activity 4003: names asked for and answered.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::network_activity::observable;
use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::Reading;
use crate::ocsf::node::Node;
use crate::ocsf::object::endpoint;
use crate::{Dns, Endpoint};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 4003, caption: "DNS Activity" };

const QUERY: Activity = Activity(1, "Query");
const RESPONSE: Activity = Activity(2, "Response");

/// Names of record types, as `query.type` has them; others are `TYPE<number>` (RFC 3597).
const RECORDS: [(u16, &str); 17] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (15, "MX"),
    (16, "TXT"),
    (28, "AAAA"),
    (33, "SRV"),
    (35, "NAPTR"),
    (43, "DS"),
    (46, "RRSIG"),
    (48, "DNSKEY"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (255, "ANY"),
    (257, "CAA"),
];

/// Captions of `rcode_id`; the enumeration has a gap where RFC 6895 has none assigned.
const CODES: [(u8, &str); 20] = [
    (0, "NoError"),
    (1, "FormError"),
    (2, "ServError"),
    (3, "NXDomain"),
    (4, "NotImp"),
    (5, "Refused"),
    (6, "YXDomain"),
    (7, "YXRRSet"),
    (8, "NXRRSet"),
    (9, "NotAuth"),
    (10, "NotZone"),
    (11, "DSOTYPENI"),
    (16, "BADVERS"),
    (17, "BADKEY"),
    (18, "BADTIME"),
    (19, "BADMODE"),
    (20, "BADNAME"),
    (21, "BADALG"),
    (22, "BADTRUNC"),
    (23, "BADCOOKIE"),
];
const UNASSIGNED: (u8, &str) = (24, "Unassigned");

pub(in crate::ocsf) fn query(draft: &mut Draft, dns: &Dns) -> Activity {
    put(draft, dns);
    if dns.code != 0 {
        put_code(draft, dns.code);
    }
    QUERY
}

pub(in crate::ocsf) fn answer(draft: &mut Draft, dns: &Dns) -> Activity {
    put(draft, dns);
    put_code(draft, dns.code);
    RESPONSE
}

/// In both directions the client is the source and the server the destination: who asked whom.
fn put(draft: &mut Draft, dns: &Dns) {
    draft.set("query", json!({ "hostname": &*dns.name, "type": record_name(dns.record) }));
    draft.set("src_endpoint", json!({ "hostname": &*draft.host.hostname }));
    if let Some(server) = endpoint::object(&dns.server, None) {
        draft.set("dst_endpoint", Value::Object(server));
    }
    let mut observables = vec![observable("query.hostname", 1, "Hostname", &dns.name)];
    if !dns.addresses.is_empty() {
        let answer = |ip: &IpAddr| json!({ "rdata": ip.to_string(), "type": address_type(*ip) });
        draft.set("answers", dns.addresses.iter().map(answer).collect::<Vec<_>>());
        let pivot = |ip: &IpAddr| observable("answers[].rdata", 2, "IP Address", &ip.to_string());
        observables.extend(dns.addresses.iter().map(pivot));
    }
    draft.set("observables", Value::Array(observables));
}

fn put_code(draft: &mut Draft, code: u8) {
    let (id, caption) = CODES.iter().copied().find(|(id, _)| *id == code).unwrap_or_else(|| {
        draft.keep("code", code);
        UNASSIGNED
    });
    draft.set("rcode_id", id);
    draft.set("rcode", caption);
}

fn address_type(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() { "A" } else { "AAAA" }
}

fn record_name(record: u16) -> String {
    match RECORDS.iter().find(|(number, _)| *number == record) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("TYPE{record}"),
    }
}

fn record_number(name: &str) -> Option<u16> {
    let name = name.trim().to_uppercase();
    match RECORDS.iter().find(|(_, known)| *known == name) {
        Some((number, _)) => Some(*number),
        None => name.strip_prefix("TYPE").unwrap_or(&name).parse().ok(),
    }
}

/// Acts another product's activity stands for; Traffic is both in one.
pub(in crate::ocsf) fn acts(activity_id: u64) -> Result<&'static [&'static str], &'static str> {
    Ok(match activity_id {
        1 => &["dns_query"],
        2 => &["dns_answer"],
        6 => &["dns_query", "dns_answer"],
        _ => return Err("the activity is not one of Query, Response, Traffic"),
    })
}

pub(in crate::ocsf) fn read(act: &str, reading: &Reading) -> Result<Dns, ImportError> {
    const A: u16 = 1;
    let event = &reading.event;
    let hostname = event.down("query.hostname");
    let hint = "fill `query.hostname` with the name that was asked for";
    let name = hostname.text()?.ok_or_else(|| hostname.missing("the name asked for", hint))?;
    let name = if reading.is_own() { name } else { name.trim_end_matches('.').to_lowercase() };
    let answered = act == "dns_answer" || reading.is_own();
    let record = event.down("query.type").text()?.and_then(|name| record_number(&name));
    Ok(Dns {
        name: name.into(),
        record: record.unwrap_or(A),
        server: read_server(reading)?,
        addresses: if answered { read_addresses(event)? } else { Vec::new() },
        code: if answered { read_code(reading)? } else { 0 },
    })
}

fn read_server(reading: &Reading) -> Result<Endpoint, ImportError> {
    endpoint::read(&reading.event.at("dst_endpoint"), reading.is_own())
}

/// Answers that are addresses; names and texts are not kept.
fn read_addresses(event: &Node) -> Result<Vec<IpAddr>, ImportError> {
    let mut addresses = Vec::new();
    for answer in event.at("answers").items()? {
        let data = answer.at("rdata").text_or_empty()?;
        addresses.extend(data.trim().parse::<IpAddr>());
    }
    Ok(addresses)
}

fn read_code(reading: &Reading) -> Result<u8, ImportError> {
    if let Some(code) = reading.own.at("code").number()? {
        return Ok(code);
    }
    Ok(reading.event.at("rcode_id").number()?.unwrap_or_default())
}
