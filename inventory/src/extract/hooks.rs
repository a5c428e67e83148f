//! Programs that run when something happens, in every form that products write them.

use content::tree::Node;
use event::Hook;

use super::{Claims, Says};
use crate::product::Path;

/// Keys that say what runs.
const RUNS: &[&str] = &["command", "bash", "powershell", "run", "script", "url", "prompt"];

/// Deepest place of a hook below its event.
const MAX_DEPTH: usize = 6;

pub fn take(paths: &[Path], root: &Node, claims: &mut Claims<'_>) {
    for path in paths {
        path.way.follow(root, &mut |names, node| {
            if let (Some(when), Some(then)) = (node.get("when"), node.get("then")) {
                let event = when.get("type").and_then(Node::text).unwrap_or("when");
                return below(names, event, None, then, MAX_DEPTH, claims);
            }
            for entry in node.entries() {
                below(names, &entry.key, None, &entry.value, MAX_DEPTH, claims);
            }
            for item in node.items() {
                let event = ["event", "type", "name"].iter().find_map(|key| item.get(key)?.text());
                below(names, event.unwrap_or_default(), None, item, MAX_DEPTH, claims);
            }
        });
    }
}

fn below(
    names: &[&str],
    event: &str,
    matcher: Option<&str>,
    node: &Node,
    depth: usize,
    claims: &mut Claims<'_>,
) {
    if depth == 0 {
        return;
    }
    let matcher =
        ["matcher", "match", "if"].iter().find_map(|key| node.get(key)?.text()).or(matcher);
    for key in RUNS {
        let Some(value) = node.get(key) else { continue };
        let words: Vec<String> = match value.items() {
            [] => value.scalar().into_iter().collect(),
            items => items.iter().filter_map(Node::scalar).collect(),
        };
        if words.is_empty() {
            continue;
        }
        let arguments = node.get("args").map(Node::items).unwrap_or_default();
        let words: Vec<String> =
            words.into_iter().chain(arguments.iter().filter_map(Node::scalar)).collect();
        let hook = Hook {
            event: event.into(),
            matcher: matcher.filter(|text| !text.is_empty()).map(Into::into),
            runs: claims.clean(&words.join(" ")),
        };
        claims.push(value.line, names, Says::Hook(hook));
    }
    for item in node.items() {
        below(names, event, matcher, item, depth - 1, claims);
    }
    for entry in node.entries().iter().filter(|entry| !RUNS.contains(&entry.key.as_str())) {
        if !entry.value.items().is_empty() || !entry.value.entries().is_empty() {
            below(names, event, matcher, &entry.value, depth - 1, claims);
        }
    }
}
