//! Programs in folders of programs: what a Go program says of its making, and what cargo remembers. Nothing is run.

mod elf;
mod go;

use std::path::Path;

use event::{Manager, Role, Text};
use serde_json::Value;

use crate::packages::{ANY_SERVER, names_server};
use crate::product::Program;
use crate::read::{self, Why};

/// A program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its module or crate.
    pub name: Text,
    /// Its version.
    pub version: Option<Text>,
    /// Who installed it.
    pub manager: Manager,
    /// Its program, by the id in the tables.
    pub program: Text,
    /// What it is.
    pub role: Role,
    /// Why that is thought.
    pub because: Text,
}

/// Modules with which servers of tools are written.
const SDKS: &[&str] = &[
    "github.com/mark3labs/mcp-go",
    "github.com/modelcontextprotocol/go-sdk",
    "github.com/metoro-io/mcp-golang",
    "github.com/ThinkInAIXYZ/go-mcp",
];

/// A file in a folder of programs: None if it says nothing of itself, or is none of ours.
pub fn of_file(programs: &[Program], path: &Path, uid: u32) -> Result<Option<Found>, Why> {
    let (file, meta) = read::open(path, uid)?;
    let section = elf::section(&file, meta.len(), b".go.buildinfo");
    let Some(info) = section.as_deref().and_then(go::info) else { return Ok(None) };
    let is = |module: &Text| {
        [&info.path, &info.module].iter().any(|one| {
            one.strip_prefix(&**module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let known = programs.iter().find(|program| program.go.iter().any(is));
    let last = info.module.rsplit('/').find(|part| !is_major(part)).unwrap_or_default();
    let serves = || names_server(last) && info.needs.iter().any(|it| SDKS.contains(&&**it));
    let (program, role, because) = match known {
        Some(known) => (known.id.clone(), known.is, "its module is known"),
        None if serves() => (ANY_SERVER.into(), Role::ToolServer, "it is a program on the MCP SDK"),
        None => return Ok(None),
    };
    let version = info.version.filter(|it| it != "(devel)");
    Ok(Some(Found {
        name: info.module.into(),
        version: version.map(|it| it.strip_prefix('v').unwrap_or(&it).into()),
        manager: Manager::Go,
        program,
        role,
        because: because.into(),
    }))
}

/// `v2` at the end of a module's name is no name.
fn is_major(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
}

/// What cargo installed, out of its `.crates2.json`.
pub fn of_crates(programs: &[Program], text: &str) -> Result<Vec<Found>, String> {
    // Cargo makes the file before it writes the first time.
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let installs = list.get("installs").and_then(Value::as_object);
    let found = installs.into_iter().flatten().filter_map(|(id, _)| {
        let mut words = id.split(' ');
        let (name, version) = (words.next()?, words.next()?);
        let known = programs.iter().find(|program| program.crates.iter().any(|it| **it == *name));
        let (program, role, because) = match known {
            Some(known) => (known.id.clone(), known.is, "its name is known"),
            None if names_server(name) => (ANY_SERVER.into(), Role::ToolServer, "its name says so"),
            None => return None,
        };
        Some(Found {
            name: name.into(),
            version: Some(version.into()),
            manager: Manager::Cargo,
            program,
            role,
            because: because.into(),
        })
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Products;

    #[test]
    fn crates_are_found_by_their_names() {
        let (products, _) = Products::shipped();
        let text = r#"{"installs":{
            "goose-cli 1.9.0 (registry+https://x.test)": {"bins":["goose"]},
            "ripgrep 14.1.0 (registry+https://x.test)": {"bins":["rg"]},
            "notes-mcp-server 0.2.0 (path+file:///x)": {},
            "broken": {}}}"#;
        let told = of_crates(products.programs(), text).expect("a list");
        let told = told.iter().map(|it| {
            format!("{} {} {}", it.program, it.name, it.version.as_deref().unwrap_or("-"))
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            ["goose goose-cli 1.9.0", "mcp-server notes-mcp-server 0.2.0"]
        );
        assert!(of_crates(products.programs(), "{").is_err());
    }
}
