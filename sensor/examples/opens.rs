//! What a guarded file costs who opens it: a person and an agent, beside an open that nobody guards.
//! `cargo run --release -p sensor --example opens`, as root.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{
    Classes, Clause, Effect, GuardedPlace, KernelRules, Label, Names, Order, Orders, ProcessId,
    Regime, RuleBook, Verb, VerbRules, WatchPlan,
};
use sensor::{KernelSource, Settings, Source};

const ROUNDS: usize = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    match words.get(1).map(String::as_str) {
        Some("respond") => return Ok(sensor::respond()?),
        Some("open") => {
            // Begins once it belongs to a session.
            std::io::read_to_string(std::io::stdin())?;
            return table(Path::new(words.get(2).map_or("", String::as_str)), "agent");
        }
        _ => {}
    }
    let place = tempfile::tempdir()?;
    for name in ["other/file", "store/key"] {
        let path = place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(place.path()))?;
        std::fs::write(path, "x")?;
    }
    table(place.path(), "nobody guards")?;
    let plan = WatchPlan::default();
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    let itself = std::env::current_exe()?;
    let program = itself.clone();
    let guard = source.guard_files(move || {
        let mut command = Command::new(&program);
        command.arg("respond");
        command
    });
    guard.carry_out(&Order::Rules(rules(place.path())))?;
    table(place.path(), "person")?;
    let mut agent = Command::new(itself)
        .args(["open".as_ref(), place.path().as_os_str()])
        .stdin(Stdio::piped())
        .spawn()?;
    let (label, root) = (Label(7), ProcessId { start_ns: 0, pid: agent.id() });
    source.orders().carry_out(&Order::Adopt { root, label })?;
    guard.carry_out(&Order::Govern(Regime { label, book: Some(0), workspace: "".into() }))?;
    drop(agent.stdin.take());
    let mut events = Vec::new();
    while agent.try_wait()?.is_none() {
        source.poll(Duration::from_millis(10), &mut events)?;
        events.clear();
    }
    Ok(())
}

/// Writing there is denied, so reading has to be told from it.
fn rules(place: &Path) -> Arc<KernelRules> {
    let deny = Clause { all: Classes(1), effect: Effect::Deny, ..Clause::default() };
    let write = VerbRules { forbids: vec![deny], permits: None };
    Arc::new(KernelRules {
        places: vec![GuardedPlace {
            folder: place.join("store").to_string_lossy().as_ref().into(),
            names: Names::Below,
            classes: Classes(1),
            groups: 0,
        }],
        books: vec![RuleBook {
            profile: "guarded".into(),
            verbs: [(Verb::WriteFile, write)].into(),
        }],
        ..KernelRules::default()
    })
}

fn table(place: &Path, who: &str) -> Result<(), Box<dyn std::error::Error>> {
    for name in ["other/file", "store/key"] {
        let path = place.join(name);
        let mut took = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let file = File::open(&path)?;
            took.push(begun.elapsed());
            drop(file);
        }
        took.sort_unstable();
        let at = |hundredth: usize| took.get(ROUNDS * hundredth / 100).copied().unwrap_or_default();
        println!("{who:14} {name:11} p50 {:?}  p99 {:?}", at(50), at(99));
    }
    Ok(())
}
