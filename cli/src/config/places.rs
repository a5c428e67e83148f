//! Where in its text each key of a configuration stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Keys that are set (`journal.outlets.file.siem.path`) and their lines, from 1. A list is one value.
pub fn places(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    // A text that is no TOML has no places; who reads it says why.
    if let Ok(table) = DeTable::parse(text) {
        walk(text, "", table.get_ref(), &mut found);
    }
    found
}

/// The line of a byte, from 1.
pub fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn walk(text: &str, above: &str, table: &DeTable<'_>, found: &mut Vec<(String, usize)>) {
    for (key, value) in table.iter() {
        let name: &str = key.get_ref();
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        match Spanned::get_ref(value) {
            DeValue::Table(inner) => walk(text, &path, inner, found),
            _ => found.push((path, line(text, key.span().start))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_line() {
        let text = "data_dir = \"/x\"\n\n[journal.outlets.file.a]\npath = '''\n/y'''\nkeep = 3\n";
        let expect = [
            ("data_dir", 1),
            ("journal.outlets.file.a.keep", 6),
            ("journal.outlets.file.a.path", 4),
        ];
        let mut found = places(text);
        found.sort();
        assert_eq!(found, expect.map(|(path, line)| (path.to_owned(), line)));
        assert!(places("a = = 1").is_empty());
    }
}
