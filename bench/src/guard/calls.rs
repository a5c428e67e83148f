//! What rules in force cost a process that is not stopped: connections, opens, reads and writes of an agent that is
//! held, of one that holds a secret, and of a stranger; with rules and without, by turns.

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use event::{
    Classes, Clause, Effect, End, GuardedPlace, HoldsSecret, KernelRules, Names, Order, Regime,
    RuleBook, Verb, VerbRules, WatchPlan,
};
use sensor::{KernelSource, Settings, Source};

use super::worker::Worker;
use crate::figure::{Figure, Target};
use crate::measure::quantile;
use crate::undo::Place;

const ACTS: [(&str, u32); 4] = [("connect", 300), ("open", 300), ("write", 500), ("read", 500)];
/// The names under which the workers run; the first is an agent's.
const AGENT: &str = "bench-held-agent";
const STRANGER: &str = "bench-stranger";

pub fn measure(rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let secrets = place.dir("secrets")?;
    fs::write(secrets.join("id_canary"), "no key\n")?;
    let plan = WatchPlan { candidates: vec![AGENT.into()], ..WatchPlan::default() };
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    let backend = format!("{:?}", source.report().backend);
    let mut workers = Vec::new();
    for (name, program) in [("agent", AGENT), ("holder", AGENT), ("stranger", STRANGER)] {
        let mut worker = Worker::start(place.path(), program)?;
        if program == AGENT {
            let label = worker.label(&mut source)?;
            let regime = Regime { label, book: Some(0), ..Regime::default() };
            source.orders().carry_out(&Order::Govern(regime))?;
        }
        if name == "holder" {
            // Under rules, so that it is followed.
            source.orders().carry_out(&Order::Rules(Arc::new(rules(&secrets))))?;
            source.poll(Duration::ZERO, &mut Vec::new())?;
            worker.ask("secret 1")?;
        }
        workers.push((name, worker));
    }
    let mut found: BTreeMap<(&str, &str, bool), Vec<f64>> = BTreeMap::new();
    for round in 0..rounds * 2 {
        let in_force = round % 2 == 0;
        let order = match in_force {
            true => Order::Rules(Arc::new(rules(&secrets))),
            false => Order::Disarm,
        };
        source.orders().carry_out(&order)?;
        for (name, worker) in &mut workers {
            for (act, count) in ACTS {
                source.poll(Duration::ZERO, &mut Vec::new())?;
                let times = worker.ask(&format!("{act} {count}"))?;
                found.entry((name, act, in_force)).or_default().extend(times);
            }
        }
    }
    for (name, _) in &workers {
        for (act, count) in ACTS {
            let of = |in_force| found.get(&(*name, act, in_force)).map_or(&[][..], Vec::as_slice);
            print(
                (name, act),
                (of(false), of(true)),
                rounds,
                &format!(
                    "{rounds} rounds of {count} with rules and without, by turns, 2,000 addresses and 13 clauses, back-end {backend}"
                ),
            );
        }
    }
    Ok(())
}

/// The added time of the fastest tenth of many short rounds: what others did to the machine meanwhile is not in it.
fn print((name, act): (&str, &str), (without, with): (&[f64], &[f64]), n: usize, workload: &str) {
    let [before, after] = [without, with].map(|times| quantile(times, 0.1));
    let target = match (name, act) {
        ("agent", "connect") => Some(2_000.0),
        ("agent", "open") => Some(1_000.0),
        ("stranger", "open") => Some(100.0),
        _ => None,
    };
    Figure {
        what: format!("added to {act} of {name}"),
        value: after - before,
        unit: "ns",
        target: target.map(Target::AtMost),
        workload: format!("{before:.0} ns without rules, {after:.0} with; {workload}"),
        n,
        spread: (
            quantile(with, 0.05) - quantile(without, 0.05),
            quantile(with, 0.5) - quantile(without, 0.5),
        ),
        ..Figure::default()
    }
    .print();
}

/// Many ends and a dozen clauses, as a real set has.
fn rules(secrets: &Path) -> KernelRules {
    let clause = |number: u64| Clause {
        all: Classes(1 << (number + 4)),
        effect: Effect::Deny,
        ..Clause::default()
    };
    let secret = Clause {
        holds: HoldsSecret::Yes,
        none: Classes(2),
        effect: Effect::Deny,
        ..Clause::default()
    };
    let forbids = (0..12).map(clause).chain([secret]).collect();
    let verbs = BTreeMap::from([(Verb::Connect, VerbRules { forbids, permits: None })]);
    let ends = (0..2_000u32).map(|number| End {
        address: Ipv4Addr::from_bits(0x0a00_0000 + number * 7).into(),
        bits: 32,
        classes: Classes(4),
    });
    let here = End { address: Ipv4Addr::LOCALHOST.into(), bits: 8, classes: Classes(2) };
    KernelRules {
        classes: vec!["credential".into(), "declared".into()],
        places: vec![GuardedPlace {
            folder: secrets.to_string_lossy().into_owned().into(),
            names: Names::In { prefix: "id_".into(), suffix: "".into() },
            classes: Classes(1),
            groups: 0,
        }],
        ends: ends.chain([here]).collect(),
        books: vec![RuleBook { profile: "guarded".into(), verbs }],
        ..KernelRules::default()
    }
}
