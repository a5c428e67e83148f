//! A bill of materials for people: each agent, what it may do, what it loads, and where what it does differs from
//! what it is told.

use std::collections::BTreeMap;

use event::show::{brief, plain};
use inventory::aibom::Bom;
use serde_json::Value;

use crate::out::{Colour, Words};

/// Lines of one kind that are shown.
const SHOWN: usize = 40;

/// What is said of an agent, in this order: property, title, colour.
const TOLD: [(&str, &str, Option<Colour>); 17] = [
    ("machine", "for", None),
    ("created", "made", None),
    ("entrypoint", "runs", None),
    ("command", "with", None),
    ("account", "as", None),
    ("label", "labels", None),
    ("autonomy", "autonomy", Some(Colour::Yellow)),
    ("right:allow", "may", None),
    ("right:ask", "must ask", None),
    ("right:deny", "may not", None),
    ("reach", "is given", None),
    ("secret", "secrets", Some(Colour::Yellow)),
    ("variable", "variables", None),
    ("listens", "listens", Some(Colour::Yellow)),
    ("unused", "declared, not used", Some(Colour::Yellow)),
    ("undeclared", "used, not declared", Some(Colour::Red)),
    ("not-looked-at", "not looked at", Some(Colour::Yellow)),
];

pub fn lines(bom: &Bom) -> Vec<Words> {
    let things = Things::of(bom);
    let metadata = bom.document().get("metadata").cloned().unwrap_or_default();
    let subject = metadata.get("component").cloned().unwrap_or_default();
    let mut lines = vec![head(&subject, 0)];
    lines.extend(told(&metadata, 2));
    lines.extend(told(&subject, 2));
    lines.extend(things.below(&subject, 2));
    let agents = bom.components();
    let agents = agents.iter().filter(|one| property(one, "kind").next() == Some("agent"));
    for agent in agents.filter(|agent| text(agent, "bom-ref") != text(&subject, "bom-ref")) {
        lines.push(Words::default());
        lines.push(head(agent, 0));
        lines.extend(told(agent, 2));
        lines.extend(things.below(agent, 2));
    }
    lines
}

/// Name, version, who makes it, package.
fn head(component: &Value, indent: usize) -> Words {
    let name = format!(
        "{:indent$}{} {}",
        "",
        plain(text(component, "name")),
        plain(text(component, "version"))
    );
    let words = Words::default().with(name.trim_end().to_owned(), Colour::Cyan);
    let supplier = component.pointer("/supplier/name").and_then(Value::as_str).unwrap_or_default();
    let owner = property(component, "owner").next().unwrap_or_default();
    let rest: Vec<_> = [supplier, owner, text(component, "purl"), text(component, "description")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| brief(part, 100))
        .collect();
    words.with(format!("  {}", rest.join("  ")), Colour::Dim)
}

fn told(component: &Value, indent: usize) -> Vec<Words> {
    let mut lines = Vec::new();
    for (name, title, colour) in TOLD {
        let mut all: Vec<String> = property(component, name).map(|one| brief(one, 110)).collect();
        // `unused:model` and its like: the kind is said with the name.
        let below = format!("chaperone:{name}:");
        all.extend(properties(component).filter_map(|(key, value)| {
            let kind =
                key.strip_prefix(&below).filter(|_| !name.contains(':') && name != "secret")?;
            Some(format!("{kind} {}", brief(value, 110)))
        }));
        for (at, one) in all.iter().take(SHOWN).enumerate() {
            let title = if at == 0 { title } else { "" };
            let words = Words::plain(format!("{:indent$}{title:<20}", ""));
            lines.push(match colour {
                Some(colour) => words.with(one.clone(), colour),
                None => words.and(one.clone()),
            });
        }
        if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            lines.push(Words::plain(format!("{:indent$}{:<20}{more} more", "", "")));
        }
    }
    lines
}

/// What hangs on what.
struct Things<'a> {
    known: BTreeMap<&'a str, &'a Value>,
    on: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Things<'a> {
    fn of(bom: &'a Bom) -> Self {
        let all = bom.components().into_iter().chain(bom.services());
        let edges = bom.document().get("dependencies").and_then(Value::as_array);
        let edges = edges.map(Vec::as_slice).unwrap_or_default().iter().map(|edge| {
            let on = edge.get("dependsOn").and_then(Value::as_array);
            let on = on.map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_str);
            (text(edge, "ref"), on.collect())
        });
        Self { known: all.map(|one| (text(one, "bom-ref"), one)).collect(), on: edges.collect() }
    }

    /// What hangs on a thing, kind by kind.
    fn below(&self, thing: &Value, indent: usize) -> Vec<Words> {
        let mut kinds: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for on in self.on.get(text(thing, "bom-ref")).map(Vec::as_slice).unwrap_or_default() {
            if let Some(value) = self.known.get(on) {
                kinds.entry(kind(value)).or_default().push(value);
            }
        }
        let mut lines = Vec::new();
        for (kind, values) in kinds {
            for (at, value) in values.iter().take(SHOWN).enumerate() {
                let title = if at == 0 { plural(kind) } else { String::new() };
                let name =
                    format!("{} {}", brief(text(value, "name"), 40), plain(text(value, "version")));
                let words =
                    Words::plain(format!("{:indent$}{title:<20}{:<28}", "", name.trim_end()));
                lines.push(words.with(format!("  {}", detail(value)), Colour::Dim));
            }
            if let Some(more) = values.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                lines.push(Words::plain(format!("{:indent$}{:<20}{more} more", "", "")));
            }
        }
        lines
    }
}

fn kind(value: &Value) -> &str {
    property(value, "kind").next().unwrap_or_else(|| text(value, "type"))
}

/// What a list of things of a kind is called.
fn plural(kind: &str) -> String {
    match kind {
        "tool_server" => "tool servers".into(),
        "sub_agent" => "sub-agents".into(),
        "dataset" => "data sets".into(),
        "memory" => "memories".into(),
        "library" => "libraries".into(),
        "rules" | "code" | "data" | "system" => kind.into(),
        other => format!("{}s", other.replace(['_', '-'], " ")),
    }
}

fn detail(value: &Value) -> String {
    let endpoint = value.pointer("/endpoints/0").and_then(Value::as_str).unwrap_or_default();
    let place = value.pointer("/evidence/occurrences/0/location").and_then(Value::as_str);
    let runs = property(value, "runs").next().unwrap_or_default();
    let hash = value.pointer("/hashes/0/content").and_then(Value::as_str).unwrap_or_default();
    let hash = hash.get(..12).map(|hash| format!("blake3 {hash}…")).unwrap_or_default();
    let parts = [text(value, "purl"), endpoint, runs, place.unwrap_or_default(), &hash];
    let parts = parts.into_iter().filter(|part| !part.is_empty()).map(|part| brief(part, 80));
    parts.collect::<Vec<_>>().join("  ")
}

fn properties(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let list = value.get("properties").and_then(Value::as_array).map(Vec::as_slice);
    list.unwrap_or_default().iter().map(|one| (text(one, "name"), text(one, "value")))
}

/// The values of one of our properties.
fn property<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    let name = format!("chaperone:{name}");
    properties(value).filter(move |(key, _)| *key == name).map(|(_, value)| value)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
