//! `chaperone gateway pins`: what servers of tools offer, as it was pinned, and what is held for being another now.

use std::collections::BTreeMap;

use anyhow::Result;
use event::show::brief;
use inventory::trust::{Trust, Trusted, Waiting};

use crate::lines::stamp;
use crate::out;
use crate::verbs::trust::pins::is_first_use;
use crate::verbs::{Common, Exit};

pub fn show(common: &Common) -> Result<Exit> {
    let dir = common.config()?.data_dir();
    super::super::readable(&dir)?;
    let trust = Trust::load(&dir)?;
    let pinned: Vec<&Trusted> = trust.entries().iter().filter(|it| is_offer(&it.kind)).collect();
    if common.json {
        for one in trust.waiting() {
            out::json(&serde_json::json!({ "held": one }))?;
        }
        for one in pinned {
            out::json(&serde_json::json!({ "pinned": one }))?;
        }
        return Ok(Exit::Done);
    }
    let mut rows: Vec<Vec<String>> = trust.waiting().iter().map(held).collect();
    rows.extend(pinned.iter().map(|one| row(one)));
    if rows.is_empty() {
        crate::say!("nothing is pinned: no server of tools was used through Chaperone yet");
        return Ok(Exit::Done);
    }
    out::table(&["stands", "id", "what", "server", "name", "since, and why"], &rows)?;
    out::line("")?;
    out::table(&["server", "pinned", "held"], &counts(&trust))?;
    if !trust.waiting().is_empty() {
        crate::say!("`chaperone trust add ID` pins one as it is now");
    }
    Ok(Exit::Done)
}

fn is_offer(kind: &str) -> bool {
    kind.starts_with("mcp_")
}

/// Account and server, and the name of what is offered there.
fn parts(name: &str) -> (&str, &str) {
    let server = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    let (server, rest) = name.split_at(server);
    (server, rest.trim_start_matches('/'))
}

fn about(stands: &str, (digest, kind, name): (&str, &str, &str), more: String) -> Vec<String> {
    let (server, thing) = parts(name);
    let kind = kind.trim_start_matches("mcp_").replace('_', " ");
    let id = digest.chars().take(8).collect();
    vec![stands.into(), id, kind, brief(server, 40), brief(thing, 40), more]
}

fn held(one: &Waiting) -> Vec<String> {
    let why: Vec<String> = one.why.iter().map(|why| brief(why, 120)).collect();
    let more = format!("{}: {}", stamp(one.time_unix_ns), why.join("; "));
    about("held", (&one.digest, &one.kind, &one.name), more)
}

fn row(one: &Trusted) -> Vec<String> {
    let by = match is_first_use(one) {
        true => "as at first use".to_owned(),
        false => format!("by {}", brief(&one.by, 40)),
    };
    let more = format!("{}, {by}", stamp(one.time_unix_ns));
    about("pinned", (&one.digest, &one.kind, &one.name), more)
}

/// How much of each server is pinned, and held.
fn counts(trust: &Trust) -> Vec<Vec<String>> {
    let mut servers: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in trust.entries().iter().filter(|it| is_offer(&it.kind)) {
        servers.entry(parts(&one.name).0).or_default().0 += 1;
    }
    for one in trust.waiting() {
        servers.entry(parts(&one.name).0).or_default().1 += 1;
    }
    let row = |(server, (pinned, held)): (&str, (usize, usize))| {
        vec![brief(server, 60), pinned.to_string(), held.to_string()]
    };
    servers.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_server_and_what_it_offers() {
        let check = |name: &str, expect: (&str, &str)| assert_eq!(parts(name), expect);
        check("ida/tickets/create_issue", ("ida/tickets", "create_issue"));
        check("ida/files/file:///a/b", ("ida/files", "file:///a/b"));
        check("ida/tickets", ("ida/tickets", ""));
        check("", ("", ""));
    }
}
