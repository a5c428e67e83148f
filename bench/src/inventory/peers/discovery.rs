//! The planted homes under scanners that list what is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::super::plants::{Expect, Plant};
use super::{Peer, absent};
use crate::figure::progress;

/// Kinds of things that such scanners know.
const KINDS: [&str; 3] = ["agent", "tool_server", "skill"];

/// How each scanner did on the homes that were planted below `place`.
pub fn beside(plants: &[Plant], place: &Path) -> Map<String, Value> {
    let mut said = Map::new();
    let (name, value) = match Peer::find("snyk-agent-scan", "snyk-agent-scan") {
        None => ("snyk-agent-scan".into(), absent("not installed")),
        Some(peer) => {
            let score = score(&peer, plants, place);
            (peer.called(), score.unwrap_or_else(|error| absent(&format!("{error:#}"))))
        }
    };
    said.insert(format!("{name} inspect"), value);
    let why = "starts the servers that it finds to look at them; it is not asked";
    said.insert("cisco-ai-mcp-scanner known-configs".into(), absent(why));
    said
}

#[derive(Default)]
struct Counts {
    expected: usize,
    found: usize,
}

fn score(peer: &Peer, plants: &[Plant], place: &Path) -> Result<Value> {
    let mut homes: BTreeMap<&str, Vec<&Expect>> = BTreeMap::new();
    for plant in plants {
        homes.entry(&plant.home).or_default().extend(&plant.expect);
    }
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let (mut all, mut invented) = (0, 0);
    for (name, expects) in homes {
        all += expects.len();
        let told = peer.ask(&place.join(name), &["inspect", "--json"])?;
        let listed = listed(&told);
        for expect in expects.iter().filter(|expect| KINDS.contains(&&*expect.kind)) {
            let counts = counts.entry(&expect.kind).or_default();
            counts.expected += 1;
            counts.found += usize::from(listed.iter().any(|one| is(one, expect)));
        }
        for one in &listed {
            if !expects.iter().any(|expect| is(one, expect)) {
                invented += 1;
                progress(format!("{} invented in {name}: {} {}", peer.name, one.0, one.1));
            }
        }
    }
    let total: usize = counts.values().map(|one| one.found).sum();
    let of: usize = counts.values().map(|one| one.expected).sum();
    let by_kind: Map<String, Value> = counts
        .iter()
        .map(|(kind, one)| ((*kind).into(), format!("{} of {}", one.found, one.expected).into()))
        .collect();
    Ok(json!({
        "found": total, "of agents, servers and skills": of, "of all": all,
        "by kind": by_kind, "invented": invented,
    }))
}

/// Kind and name of all that it lists.
fn listed(told: &Value) -> BTreeSet<(&'static str, String)> {
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut listed = BTreeSet::new();
    for (_, client) in told.as_object().into_iter().flatten() {
        let product = client["client"].as_str().unwrap_or_default().replace([' ', '_'], "-");
        listed.insert(("agent", product));
        listed.extend(each(&client["servers"]).iter().map(|one| ("tool_server", name(one))));
        listed.extend(each(&client["skills"]).iter().map(|one| ("skill", name(one))));
    }
    listed
}

/// Whether what is listed may be what was planted: by the name alone, which is generous.
fn is((kind, name): &(&str, String), expect: &Expect) -> bool {
    if *kind != expect.kind {
        return false;
    }
    if *kind != "agent" {
        return expect.name.as_ref().is_none_or(|expected| expected == name);
    }
    let product = &expect.product;
    product == name
        || product.strip_prefix(&**name).is_some_and(|rest| rest.starts_with('-'))
        || name.strip_suffix("-copilot").is_some() && product.contains("copilot")
}
