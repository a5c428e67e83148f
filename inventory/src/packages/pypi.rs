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
    let metadata = metadata(&place.join("METADATA"), uid)?;
    if metadata.body().contains("mcp-name:") {
        return Some("it has a name in the registry of MCP servers");
    }
    let field = |wanted| metadata.fields(wanted);
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

/// What a package says of itself in its `METADATA`.
pub fn metadata(place: &Path, uid: u32) -> Option<Metadata> {
    let content = read::file(place.exists().then_some(place)?, uid, read::MAX_WORDING).ok()?;
    Some(Metadata(content.text().into_owned()))
}

/// Fields, and below them what it says in length.
pub struct Metadata(String);

impl Metadata {
    fn parts(&self) -> (&str, &str) {
        self.0.split_once("\n\n").unwrap_or((&self.0, ""))
    }

    fn body(&self) -> &str {
        self.parts().1
    }

    /// All values of a field.
    fn fields(&self, wanted: &'static str) -> impl Iterator<Item = &str> {
        let lines = self.parts().0.lines().filter_map(|line| line.split_once(": "));
        lines.filter(move |(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }

    fn field(&self, wanted: &'static str) -> Option<Text> {
        let mut said = self.fields(wanted).map(str::trim);
        said.find(|it| !it.is_empty() && *it != "UNKNOWN").map(Text::from)
    }

    /// What it is called.
    pub fn name(&self) -> Option<Text> {
        self.field("Name")
    }

    /// Its version.
    pub fn version(&self) -> Option<Text> {
        self.field("Version")
    }

    /// Its licence: an expression, a name, or what it is classified as.
    pub fn licence(&self) -> Option<Text> {
        let class = self.fields("Classifier").find_map(|it| it.strip_prefix("License :: "));
        let class = class.and_then(|class| class.rsplit(" :: ").next());
        self.field("License-Expression").or_else(|| self.field("License")).or(class.map(Text::from))
    }
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

#[cfg(test)]
mod tests {
    #[test]
    fn python_packages_say_their_licence_in_one_of_three_ways() {
        let check = |head: &str, expect: Option<&str>| {
            let told = super::Metadata(format!("{head}\n\nLicense: of the text")).licence();
            assert_eq!(told.as_deref(), expect, "{head}");
        };
        check(
            "Name: a\nLicense-Expression: MIT OR Apache-2.0\nLicense: x",
            Some("MIT OR Apache-2.0"),
        );
        check("Name: a\nLicense: BSD", Some("BSD"));
        check(
            "License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License",
            Some("MIT License"),
        );
        check("Name: a", None);
    }
}
