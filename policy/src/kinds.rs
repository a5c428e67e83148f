//! What a file, a program or a host is: from its path or name to the kinds that policies ask for.

use std::collections::BTreeSet;
use std::net::IpAddr;

use content::yaml::{self, YamlError};
use event::Text;
use serde::Deserialize;

use crate::place::{Place, below};

/// The table, ready to be asked.
#[derive(Debug, Default)]
pub struct Kinds {
    pub(crate) files: Vec<Places>,
    pub(crate) programs: Vec<Places>,
    pub(crate) hosts: Vec<Ends>,
    homes: Vec<String>,
}

/// A table of kinds that was not understood.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct KindsError {
    file: String,
    why: YamlError,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    files: Vec<Places>,
    #[serde(default)]
    programs: Vec<Places>,
    #[serde(default)]
    hosts: Vec<Ends>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Places {
    pub kind: Text,
    #[expect(dead_code, reason = "written for people, and required")]
    about: String,
    pub places: Patterns,
    #[serde(default)]
    pub but: Patterns,
    /// Programs of the system whose own place it is: for them it is of the kind `own-tool`, too.
    #[serde(default)]
    pub by: Vec<Text>,
}

/// Patterns of paths, each alternative apart.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct Patterns(pub Vec<Place>);

impl From<Vec<String>> for Patterns {
    fn from(patterns: Vec<String>) -> Self {
        Self(patterns.iter().flat_map(|pattern| Place::of(pattern)).collect())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ends {
    pub kind: Text,
    #[expect(dead_code, reason = "written for people, and required")]
    about: String,
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
}

impl Kinds {
    /// Reads the table; the error says where it is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, KindsError> {
        let error = |why| KindsError { file: file.to_owned(), why };
        let Table { files, programs, hosts } = yaml::parse(text).map_err(error)?;
        Ok(Self { files, programs, hosts, homes: Vec::new() })
    }

    /// With homes that lie elsewhere than homes do. A folder at the top is nobody's home, whatever a table of accounts
    /// says: all others may lie below it.
    #[must_use]
    pub fn at_homes(mut self, homes: impl IntoIterator<Item = String>) -> Self {
        let deep = |home: &String| home.trim_end_matches('/').matches('/').count() > 1;
        self.homes.extend(homes.into_iter().filter(deep));
        self
    }

    /// What of a path stands below somebody's home.
    pub(crate) fn below_home<'a>(&self, path: &'a str) -> Option<&'a str> {
        let known = self.homes.iter().filter(|home| below(path, home)).max_by_key(|it| it.len());
        if let Some(home) = known {
            return path.get(home.trim_end_matches('/').len() + 1..);
        }
        if let Some(below) = path.strip_prefix("/root/") {
            return Some(below);
        }
        let rest = path.strip_prefix("/home/")?;
        rest.split_once('/').map(|(_, below)| below)
    }

    fn of(&self, table: &[Places], path: &str) -> BTreeSet<Text> {
        let home = self.below_home(path);
        table.iter().filter(|kind| kind.means(path, home)).map(|kind| kind.kind.clone()).collect()
    }

    /// The kinds of a file. `path` is absolute and without links; `workspace` may be empty; `programs` are the paths
    /// of the program that acts and of the script that it runs, as far as they are known.
    pub fn of_file(&self, path: &str, workspace: &str, programs: [&str; 2]) -> BTreeSet<Text> {
        let path = &plain(path);
        let mut kinds = self.of(&self.files, path);
        let home = self.below_home(path);
        if self.files.iter().any(|kind| kind.is_own(programs) && kind.means(path, home)) {
            kinds.insert("own-tool".into());
        }
        if below(path, workspace) {
            kinds.insert("workspace".into());
        }
        kinds
    }

    /// Whether a store of keys lies in a folder, or the folder in one.
    pub(crate) fn keys_below(&self, folder: &str) -> bool {
        let home = self.below_home(folder);
        let stores = self.files.iter().filter(|entry| &*entry.kind == "credential");
        let mut places = stores.flat_map(|entry| &entry.places.0);
        places.any(|place| {
            let store = place.form.folder();
            let folder = match (place.home, home) {
                (true, Some(below_home)) => below_home,
                (true, None) => return false,
                (false, _) => folder,
            };
            below(store, folder) || below(folder, store)
        })
    }

    /// The kinds of a program.
    pub fn of_program(&self, path: &str, workspace: &str) -> BTreeSet<Text> {
        let path = &plain(path);
        let mut kinds = self.of(&self.programs, path);
        if below(path, workspace) {
            kinds.insert("workspace".into());
            kinds.remove("dropped");
        }
        kinds
    }

    /// The kinds of the other end of a connection.
    pub fn of_host(&self, name: &str, address: Option<IpAddr>) -> BTreeSet<Text> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let address = address.or_else(|| name.parse().ok()).map(|it| it.to_canonical());
        let is = |ends: &&Ends| {
            address.is_some_and(|address| ends.addresses.contains(&address))
                || ends.names.iter().any(|known| host_matches(known, &name))
        };
        let mut kinds: BTreeSet<Text> =
            self.hosts.iter().filter(is).map(|ends| ends.kind.clone()).collect();
        match address {
            Some(address) if address.is_loopback() => {
                kinds.insert("loopback".into());
            }
            Some(IpAddr::V4(address)) if address.is_private() || address.is_link_local() => {
                kinds.insert("private".into());
            }
            Some(IpAddr::V6(address))
                if address.is_unique_local() || address.is_unicast_link_local() =>
            {
                kinds.insert("private".into());
            }
            // A name alone is the machine itself only if no address says otherwise.
            None if name == "localhost" || name.ends_with(".localhost") => {
                kinds.insert("loopback".into());
            }
            _ => {}
        }
        kinds
    }
}

/// Whether a pattern of host names (`*.example.org`, `api.example.org`) means this name.
pub(crate) fn host_matches(pattern: &str, name: &str) -> bool {
    !name.is_empty() && (pattern == name || fast_glob::glob_match(pattern, name))
}

impl Places {
    fn means(&self, path: &str, home: Option<&str>) -> bool {
        let is = |place: &Place| place.means(path, home);
        self.places.0.iter().any(is) && !self.but.0.iter().any(is)
    }

    /// Whether one of the programs is the place's own. Only where nobody but the system installs: a file of that name
    /// elsewhere may be anybody's.
    fn is_own(&self, programs: [&str; 2]) -> bool {
        let [program, script] = programs.map(plain);
        event::installed_names(&program, &script)
            .any(|name| self.by.iter().any(|own| **own == *name))
    }
}

/// A path without `.`, `..` and doubled slashes, as text only: what asks gives paths without links.
pub(crate) fn plain(path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Kinds {
        Kinds::parse("kinds.yaml", crate::shipped_kinds()).expect("the shipped table is right")
    }

    #[test]
    fn files_are_what_their_places_say() {
        let kinds = kinds();
        let check = |path: &str, expect: &[&str]| {
            let found = kinds.of_file(path, "/home/alice/code/shop", ["", ""]);
            let found: Vec<&str> = found.iter().map(|kind| &**kind).collect();
            assert_eq!(found, expect, "{path}");
        };
        check("/home/alice/.ssh/id_ed25519", &["credential"]);
        check("/root/.ssh/id_rsa", &["credential"]);
        check("/home/alice/.ssh/id_ed25519.pub", &[]);
        check("/home/alice/.ssh/known_hosts", &[]);
        check("/home/alice/code/shop/../../.aws/credentials", &["credential"]);
        check("/home/alice//.aws/./credentials", &["credential"]);
        check("/srv/home/alice/.aws/credentials", &[]);
        check("/home/alice/code/shop/src/main.rs", &["workspace"]);
        check("/home/alice/code/shopping/src/main.rs", &[]);
        check(
            "/home/alice/code/shop/node_modules/x/index.js",
            &["build-product", "third-party", "workspace"],
        );
        check("/home/alice/Documents/taxes.pdf", &["personal"]);
        check("/home/alice/code/shop/AGENTS.md", &["agent-memory", "workspace"]);
        check("/home/alice/code/shop/.git/hooks/pre-commit", &["vcs-hook", "workspace"]);
        check("/home/alice/code/shop/.git/hooks/pre-commit.sample", &["workspace"]);
        check("/home/alice/.claude/settings.json", &["agent-settings"]);
        check("/home/alice/.claude.json", &["agent-servers"]);
        check("/home/alice/.claude/projects/x/1.jsonl", &["agent-own"]);
        check("/home/alice/.claude/projects/x/memory/notes.md", &["agent-memory"]);
        check("/home/alice/.bashrc", &["start-up"]);
        check("/etc/systemd/system/chaperone.service", &["chaperone", "start-up", "system"]);
        check("/etc/shadow", &["credential", "system"]);
        check("/var/log/auth.log", &["log"]);
        check("/tmp/x", &["temporary"]);
        check("/dev/null", &["temporary"]);
        check("/dev/sda", &[]);
    }

    #[test]
    fn homes_may_lie_elsewhere() {
        let kinds = kinds().at_homes(["/srv/ci".to_owned(), "/home".to_owned()]);
        let check = |path: &str, expect: bool| {
            let found = kinds.of_file(path, "", ["", ""]);
            assert_eq!(found.contains("credential"), expect, "{path}");
        };
        check("/srv/ci/.aws/credentials", true);
        check("/srv/other/.aws/credentials", false);
        check("/home/alice/.aws/credentials", true);
        check("/home/.aws/credentials", false);
    }

    #[test]
    fn a_store_is_its_own_tools_only_where_the_system_installed_it() {
        let kinds = kinds();
        let check = |path: &str, program: &str, script: &str, expect: bool| {
            let found = kinds.of_file(path, "/home/alice/code", [program, script]);
            assert!(found.contains("credential"), "{path}");
            assert_eq!(found.contains("own-tool"), expect, "{path} by {program} {script}");
        };
        check("/home/alice/.ssh/id_ed25519", "/usr/bin/ssh", "", true);
        check("/home/alice/.ssh/id_ed25519", "/usr/bin/cat", "", false);
        check("/home/alice/.ssh/id_ed25519", "/home/alice/bin/ssh", "", false);
        check("/home/alice/.ssh/id_ed25519", "/usr/../tmp/ssh", "", false);
        check("/home/alice/.ssh/id_ed25519", "", "", false);
        check(
            "/home/alice/.npmrc",
            "/usr/bin/node",
            "/usr/lib/node_modules/npm/bin/npm-cli.js",
            true,
        );
        check("/home/alice/.npmrc", "/usr/bin/node", "/home/alice/code/npm-cli.js", false);
        check("/home/alice/.npmrc", "/tmp/node", "/usr/lib/node_modules/npm/bin/npm-cli.js", false);
        check("/home/alice/.aws/credentials", "/usr/bin/ssh", "", false);
    }

    #[test]
    fn programs_and_hosts() {
        let kinds = kinds();
        let program = |path: &str, expect: &[&str]| {
            let found = kinds.of_program(path, "/tmp/build");
            let found: Vec<&str> = found.iter().map(|kind| &**kind).collect();
            assert_eq!(found, expect, "{path}");
        };
        program("/tmp/x", &["dropped"]);
        program("/tmp/build/run.sh", &["workspace"]);
        program("memfd:x", &["dropped"]);
        program("/bin/bash", &["shell"]);
        let host = |name: &str, address: &str, expect: &[&str]| {
            let found = kinds.of_host(name, address.parse().ok());
            let found: Vec<&str> = found.iter().map(|kind| &**kind).collect();
            assert_eq!(found, expect, "{name} {address}");
        };
        host("", "169.254.169.254", &["metadata", "private"]);
        host("", "::ffff:169.254.169.254", &["metadata", "private"]);
        host("Metadata.Google.Internal.", "", &["metadata"]);
        host("localhost", "", &["loopback"]);
        host("localhost", "203.0.113.7", &[]);
        host("127.0.0.1", "", &["loopback"]);
        host("pypi.org", "151.101.0.223", &["registry"]);
        host("pypi.org.evil.example", "", &[]);
    }

    #[test]
    fn a_wrong_table_says_where() {
        let text = "files:\n  - kind: x\n    about: y\n    place: [a]\n";
        let error = Kinds::parse("mine.yaml", text).expect_err("`place` is no key").to_string();
        assert!(error.starts_with("mine.yaml: line 4"), "{error}");
    }
}
