//! `site-packages`: each package has a folder `NAME-VERSION.dist-info` that says what it is.

use std::fs;
use std::path::Path;

use event::Text;
use rustc_hash::FxHashMap;

use super::{Index, Installed, MOST_READ, described, known, named, server, words};
use crate::discover::PackageFolder;
use crate::read;

/// Packages with which servers of tools are written.
const SDKS: &[&str] = &["mcp", "fastmcp", "mcp-server-sdk"];

pub fn look(names: &FxHashMap<Text, Index>, folder: &PackageFolder, uid: u32) -> Vec<Installed> {
    let (mut found, mut others, mut speaks) = (Vec::new(), Vec::new(), false);
    for entry in fs::read_dir(&folder.path).into_iter().flatten().flatten() {
        let file = entry.file_name();
        let Some((name, version)) =
            file.to_str().and_then(|it| it.strip_suffix(".dist-info")?.rsplit_once('-'))
        else {
            continue;
        };
        let place = entry.path();
        let name = normal(name);
        speaks |= SDKS.contains(&&*name);
        match names.get(&*name) {
            Some(index) => {
                found.extend(known(index, &name, folder.libraries).map(|what| Installed {
                    what,
                    version: Some(version.into()),
                    place,
                }))
            }
            None => others.push((name, Text::from(version), place)),
        }
    }
    // Without the SDK beside it nothing here is a server written in Python.
    if speaks {
        others.sort();
        for (name, version, place) in others.into_iter().take(MOST_READ) {
            if let Some(why) = serves(&name, &place, uid) {
                found.push(Installed { what: server(&name, why), version: Some(version), place });
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Why a package is a server of tools. Only of those that bring a command more is read.
fn serves(name: &str, place: &Path, uid: u32) -> Option<&'static str> {
    let read = |file: &str| read::file(&place.join(file), uid, read::MAX_WORDING).ok();
    let points = read("entry_points.txt")?;
    let points = points.text();
    let scripts = scripts(&points);
    if scripts.is_empty() {
        return None;
    }
    let content = read("METADATA")?;
    let text = content.text();
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    if body.contains("mcp-name:") {
        return Some("it has a name in the registry of MCP servers");
    }
    let field = |wanted: &'static str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(move |(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let speaks = field("Requires-Dist").filter(|it| !it.contains("extra ==")).any(|needs| {
        let end = needs.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        SDKS.contains(&&*normal(needs.get(..end.unwrap_or(needs.len())).unwrap_or_default()))
    });
    let keyword = field("Keywords").flat_map(words).any(|word| word.eq_ignore_ascii_case("mcp"));
    let says = field("Summary").any(described);
    let called = named(name) || scripts.iter().any(|script| named(script));
    (speaks && (called && (says || keyword || named(name)) || says))
        .then_some("it is a program on the MCP SDK")
}

/// Names of commands.
fn scripts(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut scripts = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[console_scripts]";
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside) {
            scripts.push(name.trim());
        }
    }
    scripts
}

/// Names of Python packages are equal whatever joins their words (PEP 503).
pub fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        let joins = matches!(letter, '-' | '_' | '.');
        if !joins {
            normal.extend(letter.to_lowercase());
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}
