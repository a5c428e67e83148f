//! What a product may do, as it is told.

use content::tree::{Kind, Node};
use event::Verdict;

use super::{Claims, Says, scalars};
use crate::product::{Path, Settings};

/// Keys whose value is the verdict about the map that holds it.
const VERDICTS: &[&str] = &["action", "permission", "decision", "approve"];
/// Keys that say what such a map is about.
const SUBJECTS: &[&str] = &["tool", "toolName", "name", "pattern", "command", "prefix", "matches"];

/// Deepest place of a verdict.
const MAX_DEPTH: usize = 5;

pub fn take(settings: &Settings, root: &Node, claims: &mut Claims<'_>) {
    lists(&settings.allow, Verdict::Allow, root, claims);
    lists(&settings.ask, Verdict::Ask, root, claims);
    lists(&settings.deny, Verdict::Deny, root, claims);
    for path in &settings.rights {
        path.way.follow(root, &mut |names, node| {
            walk(names, &mut Vec::new(), node, MAX_DEPTH, claims);
        });
    }
}

fn lists(paths: &[Path], verdict: Verdict, root: &Node, claims: &mut Claims<'_>) {
    for path in paths {
        path.way.follow(root, &mut |names, node| {
            for (line, what) in scalars(node) {
                let what = claims.clean(&what);
                claims.push(line, names, Says::Right(verdict, what));
            }
            for entry in node.entries() {
                let off = entry.value.kind == Kind::Bool(false);
                let what = claims.clean(&entry.key);
                if !off {
                    claims.push(entry.line, names, Says::Right(verdict, what));
                }
            }
        });
    }
}

/// Verdicts at the leaves: what leads to one is what it is about.
fn walk<'n>(
    names: &[&str],
    about: &mut Vec<&'n str>,
    node: &'n Node,
    depth: usize,
    claims: &mut Claims<'_>,
) {
    if depth == 0 {
        return;
    }
    if let Some(verdict) = verdict(node) {
        return push(names, about, node.line, verdict, claims);
    }
    let own = VERDICTS.iter().find_map(|key| {
        let value = node.get(key)?;
        verdict(value).or_else(|| verdict(value.get("type")?))
    });
    if let Some(verdict) = own {
        let mut about = about.clone();
        about.extend(SUBJECTS.iter().filter_map(|key| node.get(key)?.text()));
        push(names, &about, node.line, verdict, claims);
    }
    for entry in node.entries().iter().filter(|entry| !VERDICTS.contains(&entry.key.as_str())) {
        about.push(&entry.key);
        walk(names, about, &entry.value, depth - 1, claims);
        about.pop();
    }
    for item in node.items() {
        walk(names, about, item, depth - 1, claims);
    }
}

fn push(names: &[&str], about: &[&str], line: u32, verdict: Verdict, claims: &mut Claims<'_>) {
    let what = match about {
        [] => "*".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first}({})", rest.join(" ")),
    };
    let what = claims.clean(&what);
    claims.push(line, names, Says::Right(verdict, what));
}

fn verdict(node: &Node) -> Option<Verdict> {
    match &node.kind {
        Kind::Bool(true) => Some(Verdict::Allow),
        Kind::Bool(false) => Some(Verdict::Ask),
        Kind::Text(text) => match text.to_ascii_lowercase().as_str() {
            "allow" | "always" | "approve" | "approved" => Some(Verdict::Allow),
            "ask" | "prompt" | "confirm" => Some(Verdict::Ask),
            "deny" | "never" | "reject" | "forbid" | "block" => Some(Verdict::Deny),
            _ => None,
        },
        _ => None,
    }
}
