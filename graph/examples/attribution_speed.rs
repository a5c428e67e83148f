//! How fast attribution is: a made-up mix of events through the real attributor, one core.
//! `cargo run --release -p graph --example attribution_speed`

use std::sync::Arc;
use std::time::Instant;

use event::testing::{exec, open, pid};
use event::{Access, Act, Endpoint, Event, EventId, Exit, Flow, Forked};
use graph::attribute::{Attributor, Host, Outcome, Settings};
use graph::signature::{Signatures, embedded};

/// Of 100 events: 3 forks, 3 execs, 3 exits, 6 connects, 85 opens; four agents among busy others.
fn stream(rounds: u32) -> Vec<Event> {
    let codex = "/opt/@openai/codex-linux-x64/vendor/x/bin/codex";
    let mut events: Vec<Event> =
        (0..4).map(|at| exec(1, 1, 100 + at, codex, "codex exec hi")).collect();
    events.push(exec(1, 1, 200, "/bin/bash", "bash build.sh"));
    let mut child = 1_000;
    for round in 0..rounds {
        let second = u64::from(round / 1_000) + 2;
        let parent = if round % 5 == 4 { 200 } else { 100 + round % 4 };
        for _ in 0..3 {
            child += 1;
            let at = second * 1_000_000_000;
            events.push(Event::new(
                at,
                pid(parent),
                Act::ProcessClone(Forked { child: pid(child) }),
            ));
            let (exe, line) = match round % 3 {
                0 => ("/usr/bin/python3", "python3 -u test_everything.py --verbose"),
                1 => ("/bin/bash", "bash -lc make_test"),
                _ => ("/usr/bin/gcc", "gcc -O2 -c src/main.c -o main.o"),
            };
            events.push(exec(second, parent, child, exe, line));
            for at in 0..28 {
                events.push(open(second, child, PATHS[at % PATHS.len()], Access::Read));
            }
            for _ in 0..2 {
                let remote = Endpoint::Ip([151, 101, 0, 223].into(), 443);
                let flow = Flow { remote, ..Flow::default() };
                events.push(Event::new(at, pid(child), Act::NetworkConnect(flow)));
            }
            events.push(Event::new(at, pid(child), Act::ProcessExit(Exit::default())));
        }
    }
    events
}

const PATHS: &[&str] = &[
    "/etc/ld.so.cache",
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/home/alice/project/src/main.rs",
    "/dev/null",
];

fn main() {
    let (signatures, _) = Signatures::parse(embedded().iter().copied());
    let signatures = Arc::new(signatures);
    let events = stream(10_000);
    let host = Host { name: "host".into(), boot_id: "boot".into() };
    for run in 1..=5 {
        let mut attributor =
            Attributor::new(host.clone(), signatures.clone(), Settings::default(), EventId(1));
        let mut outcome = Outcome::default();
        let batch = events.clone();
        let count = batch.len();
        let begin = Instant::now();
        let mut acts = 0;
        for event in batch {
            attributor.attribute(event, &mut outcome);
            if outcome.acts.len() >= 256 {
                acts += outcome.acts.iter().filter(|act| act.actor.is_some()).count();
                outcome.acts.clear();
            }
        }
        let nanoseconds = begin.elapsed().as_nanos() as f64 / count as f64;
        println!(
            "run {run}: {count} events, {acts} of agents, {nanoseconds:.0} ns per event, {:?}",
            attributor.health()
        );
    }
}
