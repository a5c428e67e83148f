//! Forms without a grammar of their own: one thing a line. Each becomes a map, so that ways lead through it.

use content::tree::{Entry, Kind, Node};

/// Most lines of a file.
const MOST: usize = 100_000;

/// `NAME=value` lines.
pub fn variables(text: &str) -> Node {
    let mut entries = Vec::new();
    for (line, text) in numbered(text) {
        let text = text.strip_prefix("export ").unwrap_or(text);
        let Some((name, value)) = text.split_once('=').filter(|_| !text.starts_with('#')) else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']);
        entries.push(entry(line, name.trim(), value));
    }
    map(entries)
}

/// `[section]` lines, each with its `name = value` lines.
pub fn sections(text: &str) -> Node {
    let mut sections: Vec<Entry> = Vec::new();
    for (line, text) in numbered(text) {
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let section = map(Vec::new());
            sections.push(Entry { key: name.trim().into(), line, column: 1, value: section });
        } else if let Some((name, value)) = text.split_once('=')
            && !text.starts_with(['#', ';'])
            && let Some(section) = sections.last_mut()
            && let Kind::Map(values) = &mut section.value.kind
        {
            values.push(entry(line, name.trim(), value.trim()));
        }
    }
    map(sections)
}

/// Hosts of addresses, one a line. Who logs in there is left out.
pub fn addresses(text: &str) -> Node {
    let host = |text: &str| {
        let host = text.split_once("://")?.1.split('/').next()?.rsplit('@').next()?;
        (!host.is_empty()).then(|| host.to_owned())
    };
    let hosts = numbered(text).filter_map(|(line, text)| Some(entry(line, &host(text)?, "")));
    map(hosts.collect())
}

/// Machines of a `.netrc`.
pub fn machines(text: &str) -> Node {
    let mut entries = Vec::new();
    for (line, text) in numbered(text) {
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                _ if word.starts_with('#') => break,
                "machine" => entries.extend(words.next().map(|name| entry(line, name, ""))),
                "default" => entries.push(entry(line, word, "")),
                // What follows may be any word.
                "login" | "password" | "account" | "macdef" => _ = words.next(),
                _ => {}
            }
        }
    }
    map(entries)
}

fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines().map(str::trim)).take(MOST)
}

fn entry(line: u32, key: &str, value: &str) -> Entry {
    let value = Node { line, column: 1, kind: Kind::Text(value.to_owned()) };
    Entry { key: key.to_owned(), line, column: 1, value }
}

fn map(entries: Vec<Entry>) -> Node {
    Node { line: 1, column: 1, kind: Kind::Map(entries) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_a_map_by_what_it_names() {
        let check = |read: fn(&str) -> Node, text: &str, expect: &[&str]| {
            let node = read(text);
            let keys: Vec<&str> = node.entries().iter().map(|it| it.key.as_str()).collect();
            assert_eq!(keys, expect, "{text}");
        };
        check(variables, "export A=1\n#B=2\nC = 'x'\nD\n", &["A", "C"]);
        check(sections, "x=1\n[default]\nkey = 1\n# [no]\n[p prod]\n", &["default", "p prod"]);
        let urls = "https://me:secret@a.example/x\nnone\nhttps://b.example\n";
        check(addresses, urls, &["a.example", "b.example"]);
        let netrc = "machine a login machine password machine\nmachine b\n login x\n# machine c\ndefault login y\n";
        check(machines, netrc, &["a", "b", "default"]);
    }
}
