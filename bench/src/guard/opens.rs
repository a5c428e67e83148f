//! What an open of a guarded file takes that is let through: an agent's and a person's, beside one that nobody guards.
//! The responder is a process of its own, as in `up`.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use event::{
    Classes, Clause, Effect, GuardedPlace, KernelRules, Label, Names, Order, Orders, ProcessId,
    Regime, RuleBook, Verb, VerbRules, WatchPlan,
};
use sensor::{KernelSource, Settings, Source};

use super::worker::Worker;
use crate::figure::{Figure, Target};
use crate::undo::Place;

const OPENS: usize = 500;

pub fn measure(rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let store = place.dir("store")?;
    fs::write(store.join("key"), "x")?;
    fs::write(place.join("other"), "x")?;
    let plan = WatchPlan::default();
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    let itself = std::env::current_exe()?;
    let guard = source.guard_files(move || {
        let mut command = Command::new(&itself);
        command.args(["play", "respond"]);
        command
    });
    let mut agent = Worker::start(place.path(), "bench-opening-agent")?;
    let mut person = Worker::start(place.path(), "bench-opening-person")?;
    let (label, root) = (Label(7), ProcessId { start_ns: 0, pid: agent.pid() });
    source.orders().carry_out(&Order::Adopt { root, label })?;
    guard.carry_out(&Order::Rules(Arc::new(rules(&store.to_string_lossy()))))?;
    guard.carry_out(&Order::Govern(Regime { label, book: Some(0), workspace: "".into() }))?;
    let (mut agents, mut people, mut unguarded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        source.poll(Duration::ZERO, &mut Vec::new())?;
        agents.push(agent.ask(&format!("key {OPENS}"))?);
        source.poll(Duration::ZERO, &mut Vec::new())?;
        people.push(person.ask(&format!("key {OPENS}"))?);
        unguarded.push(person.ask(&format!("other {OPENS}"))?);
    }
    for (what, times, target) in [
        ("guarded open, agent", &agents, Some(100.0)),
        ("guarded open, person", &people, Some(100.0)),
        ("open of a file that nobody guards", &unguarded, None),
    ] {
        for (share, at, target) in [("p50", 0, target), ("p99", 1, None)] {
            let values: Vec<f64> =
                times.iter().filter_map(|round| round.get(at)).map(|ns| ns / 1e3).collect();
            let (value, spread) = crate::measure::median(&values);
            Figure {
                what: format!("{what}, {share}"),
                value,
                unit: "us",
                target: target.map(Target::AtMost),
                workload: format!("median of {rounds} rounds of {OPENS} opens, by turns"),
                n: rounds,
                spread,
                ..Figure::default()
            }
            .print();
        }
    }
    Ok(())
}

/// Writing there is denied, so reading has to be told from it.
fn rules(store: &str) -> KernelRules {
    let deny = Clause { all: Classes(1), effect: Effect::Deny, ..Clause::default() };
    let write = VerbRules { forbids: vec![deny], permits: None };
    KernelRules {
        places: vec![GuardedPlace {
            folder: store.into(),
            names: Names::Below,
            classes: Classes(1),
            groups: 0,
        }],
        books: vec![RuleBook {
            profile: "guarded".into(),
            verbs: [(Verb::WriteFile, write)].into(),
        }],
        ..KernelRules::default()
    }
}
