//! How fast the rules are on one core: `cargo run --release -p detect --example throughput --
//! <rules directory> <commands.jsonl>…`. A command becomes an exec of `bash -c COMMAND` by an agent and
//! an exec of each simple command in it. Events are made anew for each round, so that nothing is
//! remembered by address from the round before; making them is not timed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use detect::engine::{Engine, plain};
use detect::{Detector, Loader, Pack, RuleSet, Settings};
use event::{
    Act, Actor, AgentId, AgentKind, Attributed, Basis, Event, EventId, Exec, FileRef, Process,
    ProcessId, SessionId, Text, ToolCallId, User,
};

const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: throughput <rules directory> <commands.jsonl>…")?;
    let files: Vec<String> = arguments.collect();
    let rules = load(Path::new(&folder))?;
    let execs: Vec<(usize, String, String)> = commands(&files)?;
    let bytes: usize = execs.iter().map(|(_, _, command)| command.len()).sum();
    let of_execs =
        rules.rules.iter().filter(|rule| rule.kinds.iter().any(|k| k.name() == "process_exec"));
    println!(
        "rules {} ({} for execs), refused {}",
        rules.rules.len(),
        of_execs.count(),
        rules.refused()
    );
    println!(
        "events {}, command line {} bytes in the mean",
        execs.len(),
        bytes / execs.len().max(1)
    );
    report("engine", &execs, &mut engine_round(&rules)?);
    report("detector", &execs, &mut detector_round(&rules)?);
    Ok(())
}

type Round<'a> = dyn FnMut(&[Attributed]) -> (usize, Duration) + 'a;

fn report(what: &str, execs: &[(usize, String, String)], round: &mut Round<'_>) {
    let mut rates = Vec::new();
    let mut matches = 0;
    for _ in 0..ROUNDS {
        let events = events(execs);
        let (found, time) = round(&events);
        matches = found;
        rates.push(events.len() as f64 / time.as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let at = |index: usize| rates.get(index).copied().unwrap_or(0.0);
    println!(
        "{what}: {:.0} events/s (from {:.0} to {:.0}, {ROUNDS} rounds), {matches} found",
        at(ROUNDS / 2),
        at(0),
        at(ROUNDS - 1)
    );
}

fn engine_round(rules: &RuleSet) -> Result<Box<Round<'static>>, Box<dyn std::error::Error>> {
    let mut engine = Engine::new(&rules.rules)?;
    println!("literals {}, memory {} KiB", engine.literals(), engine.memory() / 1024);
    Ok(Box::new(move |events| {
        let mut found = 0;
        let begin = Instant::now();
        for act in events {
            engine.matches(plain(act), |_| found += 1);
        }
        (found, begin.elapsed())
    }))
}

fn detector_round(rules: &RuleSet) -> Result<Box<Round<'static>>, Box<dyn std::error::Error>> {
    let rules = rules.clone();
    Ok(Box::new(move |events| {
        let Ok(mut detector) = Detector::new(rules.clone(), Settings::default()) else {
            return (0, Duration::MAX);
        };
        let mut findings = Vec::new();
        let begin = Instant::now();
        for act in events {
            detector.detect(act, &mut findings);
        }
        (findings.len(), begin.elapsed())
    }))
}

fn load(folder: &Path) -> Result<RuleSet, std::io::Error> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let mut loader = Loader::default();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        loader.add(&Pack::agents("sigma"), &file.to_string_lossy(), &text);
    }
    Ok(loader.finish())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), std::io::Error> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ends| ends == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Number of the shell command, program, command line.
fn commands(files: &[String]) -> Result<Vec<(usize, String, String)>, Box<dyn std::error::Error>> {
    let mut execs = Vec::new();
    for file in files {
        for (number, line) in std::fs::read_to_string(file)?.lines().enumerate() {
            let line: HashMap<String, serde_json::Value> = serde_json::from_str(line)?;
            let command = ["command", "code"].iter().find_map(|key| line.get(*key));
            let Some(command) = command.and_then(|command| command.as_str()) else { continue };
            execs.push((number, "/usr/bin/bash".into(), format!("bash -c {command}")));
            for simple in simple_commands(command) {
                let word = simple.split_whitespace().next().unwrap_or("true");
                let program =
                    if word.contains('/') { word.into() } else { format!("/usr/bin/{word}") };
                execs.push((number, program, simple));
            }
        }
    }
    Ok(execs)
}

/// The simple commands of a shell command, roughly: none of a here-document.
fn simple_commands(command: &str) -> Vec<String> {
    let end = command.find("<<").unwrap_or(command.len());
    let command = command.get(..end).unwrap_or(command);
    let parts = command.split(['\n', ';', '|', '&']);
    parts
        .map(str::trim)
        .filter(|part| {
            part.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '/')
        })
        .filter(|part| !part.starts_with("cd ") && !part.starts_with("echo "))
        .map(str::to_owned)
        .collect()
}

fn events(execs: &[(usize, String, String)]) -> Vec<Attributed> {
    let agent = AgentId::derive("host", "mini-swe-agent", "alice");
    let session = SessionId::derive(agent, "boot", ProcessId { start_ns: 1, pid: 1 });
    let user = User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) };
    let root = Arc::new(Process {
        id: ProcessId { start_ns: 10, pid: 10 },
        exe: "/usr/bin/python3".into(),
        command_line: "python3 /usr/local/bin/mini-swe-agent --yolo".into(),
        cwd: "/app".into(),
        user: user.clone(),
        parent: None,
    });
    let mut shell = root.clone();
    let mut programs: HashMap<&str, Text> = HashMap::new();
    let mut events = Vec::with_capacity(execs.len());
    for (index, (number, exe, command)) in execs.iter().enumerate() {
        let id = ProcessId { start_ns: index as u64, pid: 100 + index as u32 };
        let is_shell = command.starts_with("bash -c ");
        let parent = if is_shell { root.clone() } else { shell.clone() };
        let exe: Text = programs.entry(exe).or_insert_with(|| exe.as_str().into()).clone();
        let exec = Exec {
            parent: parent.id,
            exe: FileRef { path: exe.clone(), inode: (1, 1) },
            argv: command.splitn(3, ' ').map(Text::from).collect(),
            cwd: "/app".into(),
            user: user.clone(),
            ..Exec::default()
        };
        let process = Arc::new(Process {
            id,
            exe,
            command_line: command.as_str().into(),
            cwd: "/app".into(),
            user: user.clone(),
            parent: Some(parent),
        });
        if is_shell {
            shell = process.clone();
        }
        let actor = Actor {
            agent,
            product: "mini-swe-agent".into(),
            kind: AgentKind::Agent,
            session,
            workspace: "/app".into(),
            tool_call: Some(ToolCallId::derive(
                session,
                ProcessId { start_ns: *number as u64, pid: 1 },
            )),
            tool_root: Some(shell.id),
            basis: Basis::Lineage,
        };
        let event = Event::new(index as u64 * 1_000_000, id, Act::ProcessExec(Box::new(exec)));
        let id = EventId(index as u64);
        events.push(Attributed { id, event, process, actor: Some(Arc::new(actor)) });
    }
    events
}
