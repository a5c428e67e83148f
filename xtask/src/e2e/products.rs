//! Real products from their registries in a throw-away home, set up as their makers document: each must be found by
//! `chaperone inventory` with the version that its own package says, and with what it may do.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::agents::{Install, install};

/// A product, and how it is told what it may do.
struct Product {
    /// Product id; of a server of tools its package.
    id: &'static str,
    install: Install,
    /// Where its package says its version, below where it was installed.
    says: &'static str,
    /// A file of settings in the home, and its text.
    settings: Option<(&'static str, &'static str)>,
    /// What of the settings has to be told.
    tells: &'static [&'static str],
}

const PRODUCTS: &[Product] = &[
    Product {
        id: "claude-code",
        install: Install::Npm("@anthropic-ai/claude-code"),
        says: "node_modules/@anthropic-ai/claude-code/package.json",
        settings: Some((
            ".claude/settings.json",
            r#"{"permissions":{"allow":["Bash(git status:*)"],"deny":["Read(./.env)"],"defaultMode":"bypassPermissions"}}"#,
        )),
        tells: &["Bash(git status:*)", "Read(./.env)", "bypassPermissions"],
    },
    Product {
        id: "codex-cli",
        install: Install::Npm("@openai/codex"),
        says: "node_modules/@openai/codex/package.json",
        settings: Some((
            ".codex/config.toml",
            "model = \"gpt-5\"\napproval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n",
        )),
        tells: &["gpt-5", "approval_policy", "danger-full-access"],
    },
    Product {
        id: "gemini-cli",
        install: Install::Npm("@google/gemini-cli"),
        says: "node_modules/@google/gemini-cli/package.json",
        settings: Some((
            ".gemini/settings.json",
            r#"{"tools":{"allowed":["run_shell_command(git)"],"exclude":["web_fetch"]}}"#,
        )),
        tells: &["run_shell_command(git)", "web_fetch"],
    },
    Product {
        id: "opencode",
        install: Install::Npm("opencode-ai"),
        says: "node_modules/opencode-ai/package.json",
        settings: Some((
            ".config/opencode/opencode.json",
            r#"{"permission":{"bash":{"git push":"ask","*":"allow"}}}"#,
        )),
        tells: &["bash(git push)"],
    },
    Product {
        id: "mini-swe-agent",
        install: Install::PyPi(&["mini-swe-agent", "mcp"]),
        says: "venv",
        settings: None,
        tells: &[],
    },
    Product {
        id: "@modelcontextprotocol/server-filesystem",
        install: Install::Npm("@modelcontextprotocol/server-filesystem"),
        says: "node_modules/@modelcontextprotocol/server-filesystem/package.json",
        settings: Some((
            ".claude.json",
            r#"{"mcpServers":{"files":{"command":"mcp-server-filesystem","args":["/srv"]}}}"#,
        )),
        tells: &["mcp-server-filesystem"],
    },
];

/// Whether all that could be installed are found.
pub fn run(cache: &Path, chaperone: &Path, home: &Path) -> Result<bool> {
    let strict = std::env::var_os("CHAPERONE_E2E_STRICT").is_some();
    let mut here = Vec::new();
    for product in PRODUCTS {
        let name = product.id.rsplit('/').next().unwrap_or(product.id);
        match install(cache, name, &product.install) {
            Ok(place) => {
                settle(home, name, &place, product)?;
                here.push((product, version(&place, product)?));
            }
            Err(error) if !strict => {
                println!("{:<16} skipped: could not be installed: {error:#}", product.id);
            }
            Err(error) => return Err(error),
        }
    }
    let assets = inventory(chaperone, home)?;
    let mut good = true;
    for (product, version) in here {
        match judge(product, &version, &assets) {
            Ok(()) => println!("{:<16} found, version {version}, with what it may do", product.id),
            Err(error) => {
                println!("{:<16} FAILED: {error:#}", product.id);
                good = false;
            }
        }
    }
    Ok(good)
}

/// As its package manager would have put it there, and its settings.
fn settle(home: &Path, name: &str, place: &Path, product: &Product) -> Result<()> {
    let to = match product.install {
        // A project of the owner that has it as a dependency, or an environment of his.
        Install::Npm(_) => home.join("tools").join(name),
        Install::PyPi(_) => home.join(".local/share/pipx/venvs").join(name),
    };
    fs::create_dir_all(&to)?;
    let from = format!("{}/.", place.display());
    let copy = |how: &str| Command::new("cp").arg(how).arg(&from).arg(&to).output();
    // Another file system has no content to share.
    if !copy("-al")?.status.success() {
        ensure!(copy("-a")?.status.success(), "{} cannot be copied", place.display());
    }
    if let Some((file, text)) = product.settings {
        let path = home.join(file);
        fs::create_dir_all(path.parent().context("a name below home")?)?;
        fs::write(path, text)?;
    }
    let bin = home.join(".local/bin");
    fs::create_dir_all(&bin)?;
    let _ = symlink(to.join("venv/bin/mini"), bin.join("mini"));
    Ok(())
}

/// What the package itself says.
fn version(place: &Path, product: &Product) -> Result<String> {
    let says = place.join(product.says);
    if let Install::PyPi([package, ..]) = product.install {
        let wanted = format!("{}-", package.replace('-', "_"));
        let found = find(&says, &|name| name.starts_with(&wanted) && name.ends_with(".dist-info"));
        let name = found.with_context(|| format!("{package} has no metadata"))?;
        return Ok(name.trim_start_matches(&wanted).trim_end_matches(".dist-info").to_owned());
    }
    let manifest: Value = serde_json::from_slice(&fs::read(&says)?)?;
    Ok(manifest["version"].as_str().context("a package has a version")?.to_owned())
}

fn find(folder: &Path, is: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is(&name) {
                return Some(name);
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    None
}

fn inventory(chaperone: &Path, home: &Path) -> Result<Vec<Value>> {
    let mut command = Command::new(chaperone);
    let output = command.args(["inventory", "--json", "--home"]).arg(home).output()?;
    if !output.status.success() {
        bail!("`chaperone inventory`: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn judge(product: &Product, version: &str, assets: &[Value]) -> Result<()> {
    let mine = |asset: &&Value| {
        let asset = &asset["asset"];
        let of = asset["products"].as_array().into_iter().flatten().any(|it| *it == product.id);
        of && asset["kind"] == "agent" || asset["name"] == product.id
    };
    let found: Vec<&Value> = assets.iter().filter(mine).collect();
    ensure!(!found.is_empty(), "it was not found");
    let versions: Vec<&Value> = found.iter().map(|asset| &asset["asset"]["version"]).collect();
    ensure!(
        versions.iter().any(|it| **it == version),
        "its version is {version}, not {versions:?}"
    );
    let all: String = match product.id.starts_with('@') {
        true => assets.iter().map(ToString::to_string).collect(),
        false => found.iter().map(|asset| asset.to_string()).collect(),
    };
    for words in product.tells {
        ensure!(all.contains(words), "`{words}` of its settings is not told");
    }
    Ok(())
}
