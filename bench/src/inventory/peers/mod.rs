//! Scanners of others beside ours, where they are installed. Each runs without a network and with an empty `PATH`:
//! nothing leaves the machine, and no server that one of them finds can be started by its name.

pub mod corpus;
pub mod discovery;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// Longest that one run may take, in seconds.
const LONGEST: &str = "1800";
/// Folders with their programs, before those of `PATH`.
const FOLDERS: &str = "CHAPERONE_PEERS";

/// An installed scanner.
#[derive(Debug)]
pub struct Peer {
    pub name: &'static str,
    program: PathBuf,
}

impl Peer {
    /// The scanner that is called `program`.
    pub fn find(name: &'static str, program: &str) -> Option<Self> {
        let folders = [FOLDERS, "PATH"].into_iter().filter_map(std::env::var_os);
        folders
            .flat_map(|folders| std::env::split_paths(&folders).collect::<Vec<_>>())
            .map(|folder| folder.join(program))
            .find(|program| program.is_file())
            .map(|program| Self { name, program })
    }

    /// Its name, with the version that is installed.
    pub fn called(&self) -> String {
        format!("{} {}", self.name, self.version().unwrap_or_default()).trim_end().to_owned()
    }

    /// As the folder beside its library says.
    fn version(&self) -> Option<String> {
        let program = fs::canonicalize(&self.program).ok()?;
        let library = program.parent()?.parent()?.join("lib");
        let packages = fs::read_dir(library).ok()?.flatten().next()?.path().join("site-packages");
        let name = self.name.replace('-', "_") + "-";
        fs::read_dir(packages).ok()?.flatten().find_map(|entry| {
            let entry = entry.file_name().into_string().ok()?;
            Some(entry.strip_prefix(&name)?.strip_suffix(".dist-info")?.to_owned())
        })
    }

    /// What it prints as JSON when it is asked about `home`.
    pub fn ask<A: AsRef<OsStr>>(&self, home: &Path, args: &[A]) -> Result<Value> {
        let nowhere = home.join("nowhere");
        let out = Command::new("timeout")
            .args([LONGEST, "unshare", "--user", "--map-root-user", "--net", "env", "-i"])
            .arg(named("HOME", home))
            .arg(named("PATH", &nowhere))
            .arg(&self.program)
            .args(args)
            .current_dir(home)
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&out.stderr);
        let last = said.lines().last().unwrap_or_default();
        ensure!(!out.stdout.is_empty(), "{} said nothing: {last}", self.name);
        let text = String::from_utf8_lossy(&out.stdout);
        // Some greet before they answer.
        let at = text.find(['{', '[']).context("no JSON")?;
        serde_json::from_str(&text[at..]).with_context(|| format!("{} said no JSON", self.name))
    }
}

/// What stands in a figure for a scanner that did not run.
pub fn absent(why: &str) -> Value {
    json!({ "not measured": why })
}

fn named(name: &str, path: &Path) -> std::ffi::OsString {
    let mut all = std::ffi::OsString::from(name);
    all.push("=");
    all.push(path);
    all
}
