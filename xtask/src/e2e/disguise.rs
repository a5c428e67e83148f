//! A real agent under another name: a copy of its program, and of its package where it asks for that,
//! with nothing left of the path that a signature knows. To see whether its behaviour gives it away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::agents::{Agent, Run};

/// The command of `agent` with its program in disguise, in `place`.
pub fn command(agent: &Agent, run: &Run, place: &Path) -> Result<Command> {
    fs::create_dir_all(place)?;
    let modules = run.programs.join("node_modules");
    let plain = (agent.command)(run)?;
    let mut disguised = match agent.product {
        "codex-cli" => {
            let from = below(&modules.join("@openai"), "bin/codex")?;
            Command::new(copy(&from, &place.join("updater"))?)
        }
        "claude-code" => {
            let from = below(&modules.join("@anthropic-ai"), "-x64/claude")
                .or_else(|_| below(&modules.join("@anthropic-ai"), "-arm64/claude"))?;
            Command::new(copy(&from, &place.join("notes-sync"))?)
        }
        "gemini-cli" => {
            let to = place.join("sync");
            copy_tree(&modules.join("@google/gemini-cli/bundle"), &to)?;
            fs::rename(to.join("gemini.js"), to.join("main.js"))?;
            let mut node = Command::new("node");
            node.arg(to.join("main.js"));
            node
        }
        "mini-swe-agent" => mini(run, place)?,
        other => bail!("no disguise for `{other}`"),
    };
    disguised.args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => disguised.env(name, value),
            None => disguised.env_remove(name),
        };
    }
    if let Some(directory) = plain.get_current_dir() {
        disguised.current_dir(directory);
    }
    Ok(disguised)
}

/// The package under another name, started by a script of another name.
fn mini(run: &Run, place: &Path) -> Result<Command> {
    const NAME: &str = "minisweagent";
    let from = below(&run.programs.join("venv/lib"), "site-packages/minisweagent")?;
    copy_tree(&from, &place.join("stepper"))?;
    rename_inside(&place.join("stepper"), NAME, "stepper")?;
    let script = place.join("worker.py");
    fs::write(&script, "from stepper.run.mini import app\napp()\n")?;
    let mut python = Command::new(run.programs.join("venv/bin/python3"));
    python.arg(script);
    Ok(python)
}

fn rename_inside(dir: &Path, name: &str, to: &str) -> Result<()> {
    for path in entries(dir)? {
        if path.is_dir() {
            rename_inside(&path, name, to)?;
        } else if path.extension().is_some_and(|end| end == "py" || end == "yaml") {
            fs::write(&path, fs::read_to_string(&path)?.replace(name, to))?;
        }
    }
    Ok(())
}

/// The first path below `dir` that ends so.
fn below(dir: &Path, end: &str) -> Result<PathBuf> {
    let mut open = vec![dir.to_owned()];
    while let Some(place) = open.pop() {
        for path in entries(&place)? {
            if path.to_string_lossy().ends_with(end) {
                return Ok(path);
            }
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            }
        }
    }
    bail!("no `{end}` below {}", dir.display())
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| dir.display().to_string())?;
    Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect())
}

fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(to.to_owned())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let status = Command::new("cp").arg("-r").arg(from).arg(to).status()?;
    ensure!(status.success(), "cannot copy {}", from.display());
    Ok(())
}
