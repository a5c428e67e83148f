//! Where scenes are played: one daemon for all scenes of an agent, a home and a workspace for each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::scene::Scene;
use crate::e2e::agents::{Agent, Run};
use crate::e2e::daemon::Daemon;
use crate::e2e::endpoint::{Endpoint, base};

/// What was recorded of a scene.
#[derive(Debug, Default)]
pub struct Played {
    /// Calls of tools that the agent told of.
    pub calls: usize,
    /// Kind and summary of what was found.
    pub findings: Vec<(String, String)>,
}

/// An agent is given up after this.
const PATIENCE_SECONDS: u32 = 240;

/// Plays scenes, one after the other; what was recorded of each.
pub fn play(
    agent: &Agent,
    programs: &Path,
    chaperone: &Path,
    place: &Path,
    scenes: &[&Scene],
) -> Result<Vec<Played>> {
    fs::create_dir_all(place)?;
    let (config, data) = (place.join("chaperone.toml"), place.join("data"));
    let homes: Vec<PathBuf> =
        (0..scenes.len()).map(|at| place.join(format!("scene-{at}"))).collect();
    for (scene, place) in scenes.iter().zip(&homes) {
        set(place, scene).with_context(|| format!("setting {}", scene.name))?;
    }
    // What the projects' settings run has to be known.
    let projects: Vec<PathBuf> = homes.iter().map(|home| home.join("work")).collect();
    fs::write(
        &config,
        format!("[detect]\ndeclared = true\n[inventory]\nprojects = {projects:?}\n"),
    )?;
    let daemon = Daemon::with(chaperone, &data, Some(&config))?;
    for (scene, place) in scenes.iter().zip(&homes) {
        act(agent, programs, place, scene)
            .with_context(|| format!("{}: {}", agent.product, scene.name))?;
    }
    let record = daemon.stop_and_list()?;
    end_what_runs_in(place);
    let mut played: Vec<Played> = homes.iter().map(|_| Played::default()).collect();
    let scene_of = |actor: &Value| {
        let workspace = Path::new(actor["workspace"].as_str().unwrap_or_default());
        homes.iter().position(|home| workspace.starts_with(home))
    };
    let mut sessions: BTreeMap<String, usize> = BTreeMap::new();
    for act in record.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let (actor, words) = (&act["act"]["actor"], &act["act"]["event"]["act"]["utterance"]);
        let Some(at) = scene_of(actor) else { continue };
        sessions.insert(actor["session"].as_str().unwrap_or_default().to_owned(), at);
        if words["speech"] == "tool_call"
            && let Some(one) = played.get_mut(at)
        {
            one.calls += 1;
        }
    }
    for finding in findings(chaperone, &data)? {
        let kind = finding["rule"]["id"].as_str().unwrap_or_default();
        let at = sessions.get(finding["actor"]["session"].as_str().unwrap_or_default());
        if let Some(one) =
            at.and_then(|at| played.get_mut(*at)).filter(|_| kind.starts_with("declared-"))
        {
            let summary = finding["summary"].as_str().unwrap_or_default();
            one.findings.push((kind.to_owned(), summary.to_owned()));
        }
    }
    Ok(played)
}

/// Ends what scenes left running: whatever works in a folder that was made for them.
fn end_what_runs_in(place: &Path) {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|it| it.file_name().into_string().ok());
    for pid in pids.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
        let works_here =
            fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(place));
        if works_here {
            // Gone meanwhile, where it fails.
            let _ = Command::new("kill").args(["-KILL", &pid]).stderr(Stdio::null()).status();
        }
    }
}

fn findings(chaperone: &Path, data: &Path) -> Result<Vec<Value>> {
    let mut command = Command::new(chaperone);
    let output = command.args(["findings", "--json", "--data-dir"]).arg(data).output()?;
    ensure!(
        output.status.success(),
        "`chaperone findings`: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// The workspace and home of a scene as they are before it.
fn set(place: &Path, scene: &Scene) -> Result<()> {
    let (home, workspace) = (place.join("home"), place.join("work"));
    fs::create_dir_all(&home)?;
    fs::create_dir_all(&workspace)?;
    for line in &scene.set {
        let mut shell = surroundings("sh", &home);
        let set = shell.args(["-ec", &line.replace('⏎', "\n")]).current_dir(&workspace).output()?;
        if !set.status.success() {
            bail!("`{line}`: {}", String::from_utf8_lossy(&set.stderr));
        }
    }
    Ok(())
}

/// One session.
fn act(agent: &Agent, programs: &Path, place: &Path, scene: &Scene) -> Result<()> {
    let (home, workspace) = (place.join("home"), place.join("work"));
    let script = scene.script(agent.product, &workspace.to_string_lossy())?;
    let endpoint = Endpoint::play(script)?;
    let run = Run { programs: programs.to_owned(), home, workspace, base: base(endpoint.port) };
    let own = (agent.command)(&run)?;
    let mut command = surroundings("timeout", &run.home);
    let seconds = scene.limit.unwrap_or(PATIENCE_SECONDS).to_string();
    command.args(["-s", "INT", "-k", "5", &seconds]).arg(own.get_program()).args(own.get_args());
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    for (name, value) in &scene.env {
        command.env(name, value.replace("$W", &run.workspace.to_string_lossy()));
    }
    let output = command.current_dir(&run.workspace).stdin(Stdio::null()).output()?;
    let said = [output.stdout, output.stderr].concat();
    fs::write(place.join("said.txt"), said)?;
    fs::write(place.join("heard.txt"), endpoint.heard())?;
    Ok(())
}

/// A program in a home of its own, with the compilers of this account.
fn surroundings(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("HOME", home);
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if let Some(own) = std::env::home_dir().filter(|_| std::env::var_os(name).is_none()) {
            command.env(name, own.join(folder));
        }
    }
    command
        .env_remove("CARGO_TARGET_DIR")
        .env("GIT_AUTHOR_NAME", "e2e")
        .env("GIT_AUTHOR_EMAIL", "e2e@localhost")
        .env("GIT_COMMITTER_NAME", "e2e")
        .env("GIT_COMMITTER_EMAIL", "e2e@localhost");
    command
}
