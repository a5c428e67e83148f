//! Nothing grows without end: processes, sessions, chains of ancestors, names, requests, talkers.

use std::sync::Arc;

use event::testing::{exec, open, pid};
use event::{Access, Act, Dns, Endpoint, Event, EventId, Exit, Forked};
use graph::attribute::{Attributor, Host, Outcome, Settings};
use graph::signature::{Signatures, embedded};

const CODEX: &str = "/opt/@openai/codex-linux-x64/vendor/x/bin/codex";

fn attributor(most_processes: usize) -> Attributor {
    let (signatures, _) = Signatures::parse(embedded().iter().copied());
    let host = Host { name: "host".into(), boot_id: "boot".into() };
    let settings = Settings { most_processes, ..Settings::default() };
    Attributor::new(host, Arc::new(signatures), settings, EventId(1))
}

fn fork(parent: u32, child: u32) -> Event {
    Event::new(1, pid(parent), Act::ProcessClone(Forked { child: pid(child) }))
}

/// The product that the last act is attributed to.
fn last(outcome: &Outcome) -> Option<&str> {
    Some(&outcome.acts.last()?.actor.as_ref()?.product)
}

#[test]
fn strangers_make_room_before_an_agents_processes() {
    let mut attributor = attributor(1_000);
    let mut outcome = Outcome::default();
    attributor.attribute(exec(1, 1, 100, CODEX, "codex exec hi"), &mut outcome);
    attributor.attribute(fork(100, 101), &mut outcome);
    attributor.attribute(exec(1, 100, 101, "/bin/bash", "bash -c ls"), &mut outcome);
    for stranger in 1_000..21_000 {
        attributor.attribute(exec(2, 1, stranger, "/bin/true", "true"), &mut outcome);
        outcome.acts.clear();
    }
    let health = attributor.health();
    assert!(health.processes <= 1_000, "{health:?}");
    assert!(health.evicted_processes >= 19_000, "{health:?}");
    attributor.attribute(open(3, 101, "/etc/passwd", Access::Read), &mut outcome);
    assert_eq!(last(&outcome), Some("codex-cli"));
}

#[test]
fn what_exited_is_forgotten_after_a_while() {
    let mut attributor = attributor(16_000);
    let mut outcome = Outcome::default();
    for process in 1..50_000 {
        attributor.attribute(exec(1, 0, process, "/bin/true", "true"), &mut outcome);
        let exit = Event::new(2, pid(process), Act::ProcessExit(Exit::default()));
        attributor.attribute(exit, &mut outcome);
        outcome.acts.clear();
    }
    let health = attributor.health();
    assert!(health.processes <= 1_001 && health.evicted_processes == 0, "{health:?}");
}

#[test]
fn a_program_that_forks_itself_for_ever_keeps_a_short_chain() {
    let mut attributor = attributor(16_000);
    let mut outcome = Outcome::default();
    attributor.attribute(exec(1, 1, 100, CODEX, "codex exec hi"), &mut outcome);
    for parent in 100..10_100 {
        attributor.attribute(fork(parent, parent + 1), &mut outcome);
        let exit = Event::new(1, pid(parent), Act::ProcessExit(Exit::default()));
        attributor.attribute(exit, &mut outcome);
    }
    attributor.attribute(open(3, 10_100, "/etc/passwd", Access::Read), &mut outcome);
    assert_eq!(last(&outcome), Some("codex-cli"));
    let ended = outcome.sessions.iter().filter(|session| session.ended_unix_ns.is_some());
    assert_eq!(ended.count(), 0, "the last of the chain still runs");
    let depth = outcome.acts.last().map(|act| act.process.lineage().count());
    assert!(depth.is_some_and(|depth| depth <= 65), "{depth:?}");
}

#[test]
fn sessions_without_end_are_closed() {
    let mut attributor = attributor(16_000);
    let mut outcome = Outcome::default();
    for root in 100..6_100 {
        attributor.attribute(exec(1, 1, root, CODEX, "codex exec hi"), &mut outcome);
        outcome.acts.clear();
    }
    let health = attributor.health();
    assert!(health.sessions <= 4_096 && health.evicted_sessions == 6_000 - 4_096, "{health:?}");
}

#[test]
fn names_are_replaced_by_newer_ones() {
    let mut attributor = attributor(16_000);
    let mut outcome = Outcome::default();
    for number in 0..20_000_u32 {
        let dns = Dns {
            name: format!("host{number}.example").into(),
            record: 1,
            server: Endpoint::None,
            addresses: vec![std::net::Ipv4Addr::from(number + 1).into()],
            code: 0,
        };
        attributor.attribute(Event::new(1, pid(7), Act::DnsAnswer(dns)), &mut outcome);
        outcome.acts.clear();
    }
    let mut name_of = |number: u32| {
        let remote = Endpoint::Ip(std::net::Ipv4Addr::from(number + 1).into(), 443);
        let flow = event::Flow { remote, ..event::Flow::default() };
        attributor.attribute(Event::new(1, pid(7), Act::NetworkConnect(flow)), &mut outcome);
        outcome.acts.last().and_then(|act| act.event.act.flow()?.host.clone())
    };
    assert_eq!(name_of(0), None);
    assert_eq!(name_of(19_999).as_deref(), Some("host19999.example"));
}
