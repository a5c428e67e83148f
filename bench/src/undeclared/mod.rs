//! Agents that no signature names, really run beside the daemon, which knows only the address of the
//! company's model gateway: how many are found; and a build machine's ordinary work: how much of it is
//! taken for an agent.

mod agents;
mod names;
mod ordinary;
mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use event::Record;

use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::binomial;
use crate::undo::{self, Place, Started};
use crate::workspace;
use agents::CASES;
use ordinary::CHORES;

/// What the model asks for, one tool call each.
const STEPS: [&str; 6] = [
    "ls -la",
    "cat notes.txt",
    "cp notes.txt made.txt",
    "git init -q .",
    "mkdir -p out",
    "touch out/done",
];

/// How the agent finds the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It asks for a name.
    Name,
    /// It has the address.
    Address,
}

/// A directory in which something ran, and what it was.
type Ran = Vec<(&'static str, PathBuf)>;

pub fn run(run: &Run) -> Result<()> {
    let place = Place::new()?;
    let (_model, port) = model()?;
    let web = web::serve()?;
    let names = names::Names::serve(&place)?;
    let gateways = [format!("127.0.0.1:{port}"), names::MODEL.to_owned()];
    let wishes = Wishes { gateways: &gateways, ..Wishes::default() };
    let daemon = Daemon::start(&run.chaperone()?, &place, wishes)?;
    let mut skipped = 0;
    let mut took = |what: &str, done: Result<()>| match done {
        Ok(()) => true,
        Err(error) => {
            progress(format_args!("skipped: {what}: {error:#}"));
            skipped += 1;
            false
        }
    };
    let (mut by_name, mut by_address, mut worked) = (Ran::new(), Ran::new(), Ran::new());
    for (way, ran) in [(Way::Name, &mut by_name), (Way::Address, &mut by_address)] {
        for case in CASES.iter().filter(|case| way == Way::Address || case.resolves) {
            let dir = workdir(&place, &format!("{way:?}"), case.name)?;
            if took(case.name, begin(case, way, &dir, port, &names)) {
                ran.push((case.name, dir));
            }
        }
    }
    for chore in &CHORES {
        let dir = workdir(&place, "chore", chore.name)?;
        let done = needed(chore.needs)
            .and_then(|()| names.behind(&chore.command(&dir, web, port)?))
            .and_then(|command| finish(chore.name, &command, &dir));
        if took(chore.name, done) {
            worked.push((chore.name, dir));
        }
    }
    let known = Known::read(&daemon.stop()?)?;
    ensure!(!by_name.is_empty() && !by_address.is_empty(), "no agent could be run");
    recall("by its name", &known, &by_name, skipped);
    recall("by its address", &known, &by_address, skipped);
    false_alarms(&known, &worked);
    Ok(())
}

fn begin(case: &agents::Case, way: Way, dir: &Path, port: u16, names: &names::Names) -> Result<()> {
    needed(case.needs)?;
    let command = (case.start)(dir, port)?;
    let command = if way == Way::Name { names.behind(&command)? } else { command };
    finish(case.name, &command, dir)
}

fn needed(programs: &[&str]) -> Result<()> {
    let missing = programs.iter().find(|name| agents::which(name).is_none());
    missing.map_or(Ok(()), |name| Err(anyhow::anyhow!("{name} is not here")))
}

/// The scripted model, and its port.
fn model() -> Result<(Started, u16)> {
    let mut command = workspace::xtask()?;
    command.arg("model").args(STEPS).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut model = undo::start(&mut command)?;
    let stdout = model.child.stdout.take().context("stdout is piped")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    Ok((model, line.trim().parse().context("the model said no port")?))
}

fn workdir(place: &Place, kind: &str, name: &str) -> Result<PathBuf> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let dir = place.dir(&format!("{kind}-{name}"))?;
    std::fs::write(dir.join("notes.txt"), "remember the milk\n")?;
    Ok(dir)
}

fn finish(name: &str, command: &Command, dir: &Path) -> Result<()> {
    progress(name);
    // Nothing that hangs holds the benchmark.
    let mut timed = Command::new("timeout");
    timed.args(["-k", "5", "120"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    timed.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = undo::finish(&mut timed)?;
    ensure!(status.success(), "ended with {status}");
    Ok(())
}

/// What the daemon took for agents, by directory.
#[derive(Default)]
struct Known {
    /// Where an undeclared agent was found.
    findings: Vec<String>,
    /// Where a session began, and of what.
    sessions: Vec<(String, String)>,
}

impl Known {
    fn read(data: &Path) -> Result<Self> {
        let mut known = Self::default();
        let mut products = BTreeMap::new();
        for record in daemon::records(data)? {
            match record? {
                Record::Agent(agent) => drop(products.insert(agent.id, agent.product.to_string())),
                Record::Session(session) => {
                    let product = products.get(&session.agent).cloned().unwrap_or_default();
                    known.sessions.push((session.cwd.to_string(), product));
                }
                Record::Finding(found) if &*found.rule.id == "undeclared-agent" => {
                    known.findings.push(found.process.cwd.to_string());
                }
                _ => {}
            }
        }
        Ok(known)
    }

    fn found(&self, dir: &Path) -> bool {
        self.findings.iter().any(|cwd| Path::new(cwd).starts_with(dir))
    }

    /// Products that a signature named below `dir`.
    fn named(&self, dir: &Path) -> BTreeSet<&str> {
        let below = self.sessions.iter().filter(|(cwd, _)| Path::new(cwd).starts_with(dir));
        below.map(|(_, product)| product.as_str()).filter(|name| *name != "undeclared").collect()
    }
}

fn recall(how: &str, known: &Known, ran: &Ran, skipped: usize) {
    let mut missed = Vec::new();
    let mut named = Vec::new();
    for (name, dir) in ran {
        match (known.found(dir), known.named(dir)) {
            (true, _) => {}
            (false, products) if !products.is_empty() => {
                named.push(format!("{name} as {products:?}"));
            }
            (false, _) => missed.push(*name),
        }
    }
    let (hits, n) = ((ran.len() - missed.len()) as u64, ran.len() as u64);
    let (low, high) = binomial(hits, n);
    let share = hits as f64 * 100.0 / n as f64;
    Figure {
        what: format!("undeclared agents, gateway {how}: recall"),
        value: share,
        unit: "%",
        target: Some(Target::AtLeast(90.0)),
        ok: Some(share >= 90.0 && n >= 10),
        workload: format!(
            "{n} agents really run against the company's gateway ({}); exact 95 % interval; missed: {missed:?}; told by what is left of them: {named:?}; {skipped} skipped",
            ran.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("; ")
        ),
        n: ran.len(),
        spread: (low * 100.0, high * 100.0),
        ..Figure::default()
    }
    .print();
}

fn false_alarms(known: &Known, worked: &Ran) {
    let wrong: Vec<&str> = worked
        .iter()
        .filter(|(_, dir)| known.found(dir) || !known.named(dir).is_empty())
        .map(|(name, _)| *name)
        .collect();
    let (low, high) = binomial(wrong.len() as u64, worked.len() as u64);
    Figure {
        what: "undeclared agents: false alarms".into(),
        value: wrong.len() as f64,
        unit: "chores",
        target: Some(Target::AtMost(0.0)),
        workload: format!(
            "{} chores of a build machine ({}); 95 % interval of their share {low:.2}-{high:.2}; wrong: {wrong:?}",
            worked.len(),
            worked.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("; ")
        ),
        n: worked.len(),
        spread: (wrong.len() as f64, wrong.len() as f64),
        ..Figure::default()
    }
    .print();
}
