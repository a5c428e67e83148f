//! Real work to do: a build and test run of a real crate, and a shell-heavy session. An agent does it,
//! or somebody else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::undo::Place;
use crate::workspace;

/// A crate of our own dependencies without any of its own, with its tests in its source.
const CRATE: &str = "regex-syntax";
const MANIFEST: &str = "[package]\nname = \"regex-syntax\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
    [features]\ndefault = [\"std\", \"unicode\"]\nstd = []\narbitrary = []\n\
    unicode = [\"unicode-age\", \"unicode-bool\", \"unicode-case\", \"unicode-gencat\", \"unicode-perl\", \"unicode-script\", \"unicode-segment\"]\n\
    unicode-age = []\nunicode-bool = []\nunicode-case = []\nunicode-gencat = []\nunicode-perl = []\nunicode-script = []\nunicode-segment = []\n[workspace]\n";

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Build,
    Shell,
}

impl Work {
    pub const ALL: [Self; 2] = [Self::Build, Self::Shell];

    pub fn name(self) -> &'static str {
        match self {
            Self::Build => "build and test",
            Self::Shell => "shell session",
        }
    }

    /// What it is, for the reader of a figure.
    pub fn describe(self) -> String {
        match self {
            Self::Build => format!("cargo build and cargo test of {CRATE}, from nothing, offline"),
            Self::Shell => "git, grep, find and sed loops in a new repository".into(),
        }
    }

    /// A directory in which it can be done again and again, and the script that does it.
    pub fn prepare(self, place: &Place, percent: usize) -> Result<PathBuf> {
        let dir = place.dir(match self {
            Self::Build => "build",
            Self::Shell => "shell",
        })?;
        let script = match self {
            Self::Build => {
                vendor(&dir)?;
                BUILD.to_owned()
            }
            Self::Shell => SHELL.replace("ROUNDS", &(24 * percent / 100).max(1).to_string()),
        };
        let path = dir.join("work.sh");
        fs::write(&path, script)?;
        Ok(path)
    }
}

/// Runs a prepared script in its directory; `command` is who does it.
pub fn done_by(mut command: Command, script: &Path) -> Command {
    let dir = script.parent().unwrap_or(script);
    command.args(["run", "bash"]).arg(script).current_dir(dir).env("HOME", dir);
    for name in ["CARGO_HOME", "RUSTUP_HOME"] {
        if std::env::var_os(name).is_none()
            && let Some(home) = std::env::var_os("HOME")
        {
            let folder = if name == "CARGO_HOME" { ".cargo" } else { ".rustup" };
            command.env(name, Path::new(&home).join(folder));
        }
    }
    for name in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

const BUILD: &str =
    "set -e\nrm -rf target\ncargo build --offline --quiet\ncargo test --offline --quiet --lib\n";

const SHELL: &str = r#"set -e
rm -rf repo && mkdir repo && cd repo
git init -q . && git config user.email a@example.org && git config user.name a
for i in $(seq 1 60); do
  mkdir -p "src/m$((i % 7))"
  for j in 1 2 3 4 5; do echo "fn f${i}_$j() { let value = $((i * j)); }" >> "src/m$((i % 7))/file$i.rs"; done
done
git add -A && git commit -qm start
for round in $(seq 1 ROUNDS); do
  find . -name '*.rs' -not -path './.git/*' | sort | head -20 > list
  while read -r file; do
    grep -n 'value' "$file" | wc -l > count
    sed -n '1,3p' "$file" | tr a-z A-Z > upper
    sed -i "s/value/value/" "$file"
  done < list
  grep -rn "f${round}_" src | cut -d: -f1 | uniq -c | sort -rn > hits || true
  git status --porcelain > state; git diff --stat > diff
  echo "$round" >> "src/m1/log.rs"; git add -A; git commit -qm "round $round"
  git log --oneline | head -5 > log; git grep -n fn > all || true
  ls -la src/* | awk '{ s += $5 } END { print s }' > size
  cat list count upper hits | md5sum > sum
done
"#;

/// The crate as it was published, from cargo's own store.
fn vendor(dir: &Path) -> Result<()> {
    // Of this platform only: nothing that was never needed here is fetched.
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = workspace::cargo()
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &platform])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "cargo knows no packages of this workspace");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == CRATE)
        .find_map(|package| package["manifest_path"].as_str())
        .context("the workspace has no regex-syntax")?;
    let from = Path::new(manifest).parent().context("a manifest is in a directory")?;
    copy_tree(&from.join("src"), &dir.join("src"))?;
    fs::write(dir.join("Cargo.toml"), MANIFEST)?;
    fs::copy(workspace::root().join("rust-toolchain.toml"), dir.join("rust-toolchain.toml"))?;
    Ok(())
}

pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
