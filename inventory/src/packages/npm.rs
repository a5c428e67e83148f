//! `node_modules`: folders are packages, and each says in `package.json` what it is.

use std::fs;
use std::path::Path;

use event::Text;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Index, Installed, MOST_READ, described, known, named, server, words};
use crate::discover::{Libraries, PackageFolder};
use crate::read;

/// Packages with which servers of tools are written.
const SDKS: &[&str] =
    &["@modelcontextprotocol/sdk", "fastmcp", "mcp-framework", "@modelcontextprotocol/server"];

pub fn look(names: &FxHashMap<Text, Index>, folder: &PackageFolder, uid: u32) -> Vec<Installed> {
    let at = |name: &str| folder.path.join(name).join("package.json");
    let mut found = Vec::new();
    for (name, index) in names {
        let Some(what) = known(index, name, folder.libraries) else { continue };
        let place = at(name);
        if let Some(manifest) = manifest(&place, uid) {
            found.push(Installed { what, version: manifest.version(), place });
        }
    }
    for name in candidates(folder, uid) {
        let place = at(&name);
        if names.contains_key(&*name) {
            continue;
        }
        if let Some(manifest) = manifest(&place, uid)
            && let Some(why) = manifest.serves(&name)
        {
            let what = server(&name, why);
            found.push(Installed { what, version: manifest.version(), place });
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Packages that may be servers, by their names and by what stands beside them. No manifest is read for it but
/// that of who asked for them.
fn candidates(folder: &PackageFolder, uid: u32) -> Vec<Text> {
    let has_sdk = |at: &Path| SDKS.iter().any(|sdk| at.join(sdk).is_dir());
    let speaks = has_sdk(&folder.path);
    let alone = folder.libraries == Libraries::Part;
    let (mut names, mut scopes) = (Vec::new(), Vec::new());
    for name in folders(&folder.path) {
        match name.starts_with('@') {
            true => scopes.push(name),
            false => names.push(name),
        }
    }
    for scope in scopes {
        // In a project without a word of the protocol only its own scope is worth a look.
        let own = scope == "@modelcontextprotocol" || words(&scope).any(|it| it.contains("mcp"));
        if speaks || alone || own {
            let below = folders(&folder.path.join(&scope));
            names.extend(below.into_iter().map(|name| format!("{scope}/{name}")));
        }
    }
    let mut asked: Vec<String> = Vec::new();
    if speaks && let Some(parent) = folder.path.parent() {
        let asking = manifest(&parent.join("package.json"), uid).unwrap_or_default();
        let needs = asking.0.get("dependencies").and_then(Value::as_object);
        asked.extend(needs.into_iter().flat_map(|needs| needs.keys().cloned()));
        asked.retain(|name| !name.contains(".."));
    }
    names.retain(|name| {
        let scope = name.starts_with("@modelcontextprotocol/server-");
        named(name) || scope || alone && has_sdk(&folder.path.join(name).join("node_modules"))
    });
    names.extend(asked);
    names.sort();
    names.dedup();
    names.truncate(MOST_READ);
    names.into_iter().map(Text::from).collect()
}

fn folders(at: &Path) -> Vec<String> {
    let entries = fs::read_dir(at).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// What a package says of itself in its `package.json`.
pub fn manifest(place: &Path, uid: u32) -> Option<Manifest> {
    // Most are not there; who looks on is told of those that are.
    let content = read::file(place.exists().then_some(place)?, uid, read::MAX_WORDING).ok()?;
    serde_json::from_slice(&content.bytes).ok().map(Manifest)
}

/// What people put into manifests is not always of the kind that belongs there.
#[derive(Default)]
pub struct Manifest(Value);

impl Manifest {
    /// What it is called.
    pub fn name(&self) -> Option<Text> {
        self.0.get("name").and_then(Value::as_str).map(Text::from)
    }

    /// Its licence; in old packages an object or a list of those.
    pub fn licence(&self) -> Option<Text> {
        let said = self.0.get("license").or_else(|| self.0.get("licenses")?.get(0))?;
        let said = said.as_str().or_else(|| said.get("type")?.as_str())?;
        (!said.is_empty()).then(|| said.into())
    }

    /// Its version.
    pub fn version(&self) -> Option<Text> {
        self.0.get("version").and_then(Value::as_str).map(Text::from)
    }

    /// The text, or the texts of a list, under a key.
    fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let value = self.0.get(key);
        let many = value.and_then(Value::as_array).into_iter().flatten();
        value.into_iter().chain(many).filter_map(Value::as_str)
    }

    fn needs(&self, name: &str) -> bool {
        ["dependencies", "peerDependencies"]
            .iter()
            .any(|key| self.0.get(key).is_some_and(|it| it.get(name).is_some()))
    }

    /// Why it is a server of tools.
    fn serves(&self, name: &str) -> Option<&'static str> {
        if self.texts("mcpName").next().is_some() {
            return Some("it has a name in the registry of MCP servers");
        }
        let keyword = |wanted: &[&str]| {
            self.texts("keywords").any(|word| wanted.contains(&&*word.to_lowercase()))
        };
        if self.0.get("bin").is_none() || keyword(&["mcp-client", "mcp-inspector"]) {
            return None;
        }
        let speaks = SDKS.iter().any(|sdk| *sdk != name && self.needs(sdk));
        let scope = name.starts_with("@modelcontextprotocol/server-");
        let says =
            keyword(&["mcp-server", "mcp-servers"]) || self.texts("description").any(described);
        match (
            speaks,
            named(name) || scope,
            says || keyword(&["mcp", "modelcontextprotocol", "model-context-protocol"]),
        ) {
            (true, _, true) | (true, true, _) => Some("it is a program on the MCP SDK"),
            (false, true, true) if says => Some("it is a program that says it is an MCP server"),
            _ => None,
        }
    }
}
