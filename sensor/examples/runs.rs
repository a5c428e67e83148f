//! What asking about a program costs who runs it: a person and an agent, beside a program that nobody asks about.
//! `cargo run --release -p sensor --example runs`, as root. Who answers here decides nothing: the guard's own time comes on top.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{
    AskedPrograms, EveryRun, KernelRules, Label, Order, Orders, ProcessId, Regime, RuleBook,
    WatchPlan,
};
use sensor::{KernelSource, Manners, Settings, Source};

const ROUNDS: usize = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().collect();
    match words.get(1).map(String::as_str) {
        Some("respond") => return Ok(sensor::respond()?),
        Some("run") => {
            // Begins once it belongs to a session.
            std::io::read_to_string(std::io::stdin())?;
            return table(Path::new(words.get(2).map_or("", String::as_str)), "agent");
        }
        _ => {}
    }
    let place = tempfile::tempdir()?;
    for name in ["other", "asked"] {
        std::fs::copy("/bin/true", place.path().join(name))?;
    }
    table(place.path(), "nobody asks")?;
    let plan = WatchPlan::default();
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    let itself = std::env::current_exe()?;
    let program = itself.clone();
    let launch = move || {
        let mut command = Command::new(&program);
        command.arg("respond");
        command
    };
    let guard = source.guard_files(launch).asking(Arc::new(EveryRun), Manners::default());
    guard.carry_out(&Order::Rules(rules(place.path())))?;
    table(place.path(), "no session")?;
    let mut agent = Command::new(itself)
        .args(["run".as_ref(), place.path().as_os_str()])
        .stdin(Stdio::piped())
        .spawn()?;
    let (label, root) = (Label(7), ProcessId { start_ns: 0, pid: agent.id() });
    source.orders().carry_out(&Order::Adopt { root, label })?;
    guard.carry_out(&Order::Govern(Regime { label, book: Some(0), workspace: "".into() }))?;
    table(place.path(), "person")?;
    drop(agent.stdin.take());
    let mut events = Vec::new();
    while agent.try_wait()?.is_none() {
        source.poll(Duration::from_millis(10), &mut events)?;
        events.clear();
    }
    Ok(())
}

fn rules(place: &Path) -> Arc<KernelRules> {
    let folder = place.to_string_lossy().as_ref().into();
    Arc::new(KernelRules {
        books: vec![RuleBook { profile: "guarded".into(), ..RuleBook::default() }],
        asked: AskedPrograms { names: ["asked".into()].into(), folders: [folder].into() },
        ..KernelRules::default()
    })
}

fn table(place: &Path, who: &str) -> Result<(), Box<dyn std::error::Error>> {
    for name in ["other", "asked"] {
        let path = place.join(name);
        let mut took = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            // Comes back when the program has begun: its answer is waited for in there.
            let mut child = Command::new(&path).args(["push", "origin", "main"]).spawn()?;
            took.push(begun.elapsed());
            child.wait()?;
        }
        took.sort_unstable();
        let at = |hundredth: usize| took.get(ROUNDS * hundredth / 100).copied().unwrap_or_default();
        println!("{who:12} {name:6} p50 {:?}  p99 {:?}", at(50), at(99));
    }
    Ok(())
}
