//! What lock files name: libraries with their exact versions, and the hashes that they give.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use content::tree::{Node, Unread};
use event::{Evidence, Text};

use super::super::make::Library;
use crate::extract::parse;
use crate::join::text;
use crate::product::Form;
use crate::read::{self, MAX_WORDING};

/// Names of the files that are read.
const LOCKS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "uv.lock",
    "poetry.lock",
    "Cargo.lock",
    "pnpm-lock.yaml",
];

/// Whether a file is read.
pub fn is_lock(name: &str) -> bool {
    LOCKS.contains(&name) || (name.starts_with("requirements") && name.ends_with(".txt"))
}

/// The libraries of a lock file.
pub fn libraries(path: &Path, name: &str, content: &str) -> Result<Vec<Library>, Unread> {
    let place = text(path);
    let at = |line: u32| Some(Evidence { place: place.clone(), line });
    let mut all = match name {
        "package-lock.json" | "npm-shrinkwrap.json" => npm(&parse(Form::Json, content)?),
        "uv.lock" | "poetry.lock" => packages(&parse(Form::Toml, content)?, "pypi"),
        "Cargo.lock" => packages(&parse(Form::Toml, content)?, "cargo"),
        "pnpm-lock.yaml" => pnpm(&parse(Form::Yaml, content)?),
        _ => requirements(content),
    };
    for (library, line) in &mut all {
        library.at = at(*line);
    }
    Ok(all.into_iter().map(|(library, _)| library).collect())
}

/// What a project calls itself: name and version.
pub fn own_name(folder: &Path, uid: u32) -> (Option<Text>, Option<Text>) {
    let files = [
        ("pyproject.toml", Form::Toml, Some("project")),
        ("Cargo.toml", Form::Toml, Some("package")),
        ("package.json", Form::Json, None),
    ];
    for (name, form, table) in files {
        let Ok(content) = read::file(&folder.join(name), uid, MAX_WORDING) else { continue };
        let Ok(node) = parse(form, &content.text()) else { continue };
        let Some(node) = table.map_or(Some(&node), |table| node.get(table)) else { continue };
        if let Some(name) = said(node, "name") {
            return (Some(name), said(node, "version"));
        }
    }
    (None, None)
}

fn said(node: &Node, key: &str) -> Option<Text> {
    node.get(key).and_then(Node::text).filter(|text| !text.is_empty()).map(Text::from)
}

/// `packages`, by where they are installed; the project itself stands under no name.
fn npm(node: &Node) -> Vec<(Library, u32)> {
    let entries = node.get("packages").map(Node::entries).unwrap_or_default();
    let mut all = Vec::new();
    for entry in entries {
        let Some((_, name)) = entry.key.rsplit_once("node_modules/") else { continue };
        if entry.value.get("link").is_some() {
            continue;
        }
        let library = Library {
            registry: "npm".into(),
            name: said(&entry.value, "name").unwrap_or_else(|| name.into()),
            version: said(&entry.value, "version"),
            licence: said(&entry.value, "license"),
            hash: said(&entry.value, "integrity").and_then(|text| integrity(&text)),
            ..Library::default()
        };
        all.push((library, entry.line));
    }
    all
}

/// `sha512-BASE64`, as npm writes it.
fn integrity(text: &str) -> Option<(Text, Text)> {
    let (alg, hash) = text.split_whitespace().next()?.split_once('-')?;
    let (alg, length) = match alg {
        "sha512" => ("SHA-512", 64),
        "sha256" => ("SHA-256", 32),
        "sha1" => ("SHA-1", 20),
        _ => return None,
    };
    let bytes = STANDARD.decode(hash).ok().filter(|bytes| bytes.len() == length)?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some((alg.into(), hex.as_str().into()))
}

/// `name@version`, in newer files with `/` before and what it was built with behind.
fn pnpm(node: &Node) -> Vec<(Library, u32)> {
    let entries = node.get("packages").map(Node::entries).unwrap_or_default();
    let known = entries.iter().filter_map(|entry| {
        let key = entry.key.trim_start_matches('/').split('(').next()?;
        let (name, version) = key.rsplit_once('@').filter(|(name, _)| !name.is_empty())?;
        let hash = entry.value.get("resolution").and_then(|it| said(it, "integrity"));
        let library = Library {
            registry: "npm".into(),
            name: name.into(),
            version: Some(version.into()),
            hash: hash.and_then(|text| integrity(&text)),
            ..Library::default()
        };
        Some((library, entry.line))
    });
    known.collect()
}

/// `[[package]]` of Python and Rust. The project itself has no source, or one that is here.
fn packages(node: &Node, registry: &str) -> Vec<(Library, u32)> {
    let list = node.get("package").map(Node::items).unwrap_or_default();
    let known = list.iter().filter_map(|package| {
        let here = package.get("source").is_some_and(|source| {
            ["virtual", "editable", "directory"].iter().any(|key| source.get(key).is_some())
        });
        let own = registry == "cargo" && package.get("source").is_none();
        if here || own {
            return None;
        }
        let checksum = said(package, "checksum").filter(|hash| is_sha256(hash));
        let library = Library {
            registry: registry.into(),
            name: said(package, "name")?,
            version: said(package, "version"),
            hash: checksum.map(|hash| ("SHA-256".into(), hash)),
            ..Library::default()
        };
        let line = package.get("name").map_or(package.line, |name| name.line);
        Some((library, line))
    });
    known.collect()
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `name==1.2`, `name[extra] >= 1`: exact versions are versions, others are none.
fn requirements(content: &str) -> Vec<(Library, u32)> {
    let mut all = Vec::new();
    for (line, said) in (1u32..).zip(content.lines()) {
        let said = said.split(" #").next().unwrap_or(said).trim();
        if said.is_empty() || said.starts_with(['#', '-', '.', '/']) || said.contains("://") {
            continue;
        }
        let said = said.split(';').next().unwrap_or(said).trim_end_matches('\\').trim();
        let end = said.find(['=', '<', '>', '~', '!', '[', ' ', '@']).unwrap_or(said.len());
        let Some((name, rest)) = said.split_at_checked(end) else { continue };
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || !name.chars().all(fits) {
            continue;
        }
        let exact = rest.split_once("==").map(|(_, version)| version.trim_start_matches('='));
        let exact =
            exact.and_then(|version| version.split([' ', ',']).find(|word| !word.is_empty()));
        let library = Library {
            registry: "pypi".into(),
            name: name.into(),
            version: exact.filter(|version| !version.contains('*')).map(Text::from),
            ..Library::default()
        };
        all.push((library, line));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_name_libraries_with_versions_and_lines() {
        let check = |name: &str, text: &str, expect: &[&str]| {
            let told = libraries(Path::new(name), name, text).expect("read");
            let line = |one: &Library| {
                let version = one.version.as_deref().unwrap_or("-");
                let hash = one.hash.as_ref().map(|(alg, hash)| format!(" {alg} {}", hash.len()));
                let line = one.at.as_ref().map_or(0, |at| at.line);
                format!(
                    "{}:{} {version}:{line}{}",
                    one.registry,
                    one.name,
                    hash.unwrap_or_default()
                )
            };
            assert_eq!(told.iter().map(line).collect::<Vec<_>>(), expect, "{name}");
        };
        check(
            "package-lock.json",
            "{\"packages\": {\n\"\": {\"name\": \"own\"},\n\"node_modules/@a/b\": {\"version\": \"1.0.0\", \"integrity\": \"sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=\"},\n\"node_modules/a/node_modules/c\": {\"version\": \"2.0.0\"}, \"node_modules/own\": {\"link\": true}}}",
            &["npm:@a/b 1.0.0:3 SHA-1 40", "npm:c 2.0.0:4"],
        );
        check(
            "uv.lock",
            "version = 1\n[[package]]\nname = \"own\"\nsource = { virtual = \".\" }\n[[package]]\nname = \"torch\"\nversion = \"2.1\"\nsource = { registry = \"x\" }\n",
            &["pypi:torch 2.1:6"],
        );
        let hash = "a".repeat(64);
        check(
            "Cargo.lock",
            &format!(
                "[[package]]\nname = \"own\"\nversion = \"1.0.0\"\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry\"\nchecksum = \"{hash}\"\n"
            ),
            &["cargo:serde 1.0.1:5 SHA-256 64"],
        );
        check(
            "pnpm-lock.yaml",
            "packages:\n  '@a/b@1.0.0':\n    resolution: {integrity: sha512-x}\n  /c@2.0.0(d@1): {}\n",
            &["npm:@a/b 1.0.0:2", "npm:c 2.0.0:4"],
        );
        check(
            "requirements-dev.txt",
            "# all\n-r other.txt\ntorch==2.1 ; python_version > '3'\nnumpy>=1,<2\nvllm[extra]==0.6.* # note\nhttps://x/y.whl\n--hash=sha256:00\n",
            &["pypi:torch 2.1:3", "pypi:numpy -:4", "pypi:vllm -:5"],
        );
    }

    #[test]
    fn what_is_no_lock_file_is_refused() {
        assert!(libraries(Path::new("uv.lock"), "uv.lock", "[[package").is_err());
        assert!(libraries(Path::new("x"), "package-lock.json", "[]").expect("read").is_empty());
    }
}
