//! How fast the rules are on one core: `cargo run --release -p detect --example throughput --
//! <rules directory> <commands.jsonl>…`. A command becomes an exec of `bash -c COMMAND` by an agent and
//! an exec of each simple command in it. Events are made anew for each round, so that nothing is
//! remembered by address from the round before; making them is not timed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use detect::engine::{Engine, plain};
use detect::{Detector, Loader, Pack, RuleSet, Settings};
use event::{
    Access, Act, Actor, AgentId, AgentKind, Attributed, Basis, Endpoint, Event, EventId, Exec,
    Exit, FileOpen, FileRef, FileWrite, Flow, Process, ProcessId, SessionId, Text, ToolCallId,
    User,
};

const ROUNDS: usize = 15;

/// Number of the shell command, program, command line.
type Command = (usize, String, String);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: throughput <rules directory> <commands.jsonl>…")?;
    let files: Vec<String> = arguments.collect();
    let rules = load(Path::new(&folder))?;
    let execs: Vec<Command> = commands(&files)?;
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
    report("engine, execs", &execs, events, &mut engine_round(&rules)?);
    report("detector, execs", &execs, events, &mut detector_round(&rules)?);
    println!("mixed: each exec with its exit, 12 opens, 2 writes, a connection");
    report("engine, mixed", &execs, mixed, &mut engine_round(&rules)?);
    report("detector, mixed", &execs, mixed, &mut detector_round(&rules)?);
    Ok(())
}

/// Time this thread has run on a core: other work on the machine does not count.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

type Round<'a> = dyn FnMut(&[Attributed]) -> (usize, Duration) + 'a;

fn report(
    what: &str,
    execs: &[Command],
    make: fn(&[Command]) -> Vec<Attributed>,
    round: &mut Round<'_>,
) {
    let mut rates = Vec::new();
    let mut matches = 0;
    for _ in 0..ROUNDS {
        let events = make(execs);
        let (found, time) = round(&events);
        matches = found;
        rates.push(events.len() as f64 / time.as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let at = |index: usize| rates.get(index).copied().unwrap_or(0.0);
    println!(
        "{what}: {:.0} events/s of core time (from {:.0} to {:.0}, {ROUNDS} rounds), {matches} found",
        at(ROUNDS / 2),
        at(0),
        at(ROUNDS - 1)
    );
}

fn engine_round(rules: &RuleSet) -> Result<Box<Round<'static>>, Box<dyn std::error::Error>> {
    let mut engine = Engine::new(&rules.rules)?;
    for (kind, rule) in engine.unannounced().filter(|(kind, _)| *kind == "process_exec") {
        let title = rules.rules.get(rule).map(|rule| rule.info.title.clone()).unwrap_or_default();
        println!("evaluated for every {kind}: {title}");
    }
    println!("literals {}, memory {} KiB", engine.literals(), engine.memory() / 1024);
    Ok(Box::new(move |events| {
        let mut found = 0;
        let begin = cpu_time();
        for act in events {
            engine.matches(plain(act), |_| found += 1);
        }
        (found, cpu_time().saturating_sub(begin))
    }))
}

fn detector_round(rules: &RuleSet) -> Result<Box<Round<'static>>, Box<dyn std::error::Error>> {
    let rules = rules.clone();
    Ok(Box::new(move |events| {
        let Ok(mut detector) = Detector::new(rules.clone(), Settings::default()) else {
            return (0, Duration::MAX);
        };
        let mut findings = Vec::new();
        let begin = cpu_time();
        for act in events {
            detector.detect(act, &mut findings);
        }
        (findings.len(), cpu_time().saturating_sub(begin))
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

/// All commands of some files.
fn commands(files: &[String]) -> Result<Vec<Command>, Box<dyn std::error::Error>> {
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

fn events(execs: &[Command]) -> Vec<Attributed> {
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

/// The execs, and what a program does besides.
fn mixed(execs: &[Command]) -> Vec<Attributed> {
    let mut all = Vec::new();
    for exec in events(execs) {
        let (time, id) = (exec.event.time_unix_ns, exec.event.process);
        let act = |act: Act| Attributed { event: Event::new(time, id, act), ..exec.clone() };
        let open =
            |path: String| FileOpen { file: FileRef::named(path), access: Access::Read, error: 0 };
        let mut more = Vec::new();
        for number in 0..4 {
            more.push(act(Act::FileOpen(open(format!(
                "/usr/lib/x86_64-linux-gnu/lib{number}.so.6"
            )))));
            more.push(act(Act::FileOpen(open(format!(
                "/usr/lib/python3.12/site-packages/m{number}/x.py"
            )))));
            more.push(act(Act::FileOpen(open(format!(
                "/app/src/{}/file{number}.rs",
                id.pid % 97
            )))));
        }
        for number in 0..2 {
            let file = FileRef::named(format!("/app/target/debug/deps/x-{}-{number}.o", id.pid));
            more.push(act(Act::FileWrite(FileWrite { file, bytes: 4096 })));
        }
        let flow = Flow {
            remote: Endpoint::Ip([151, 101, 0, 223].into(), 443),
            host: Some("pypi.org".into()),
            ..Flow::default()
        };
        more.push(act(Act::NetworkConnect(flow)));
        more.push(act(Act::ProcessExit(Exit::default())));
        all.push(exec);
        all.append(&mut more);
    }
    all
}
