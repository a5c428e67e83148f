//! `sensor.on_demand`: nothing hangs behind every call of the host while no task carries a label. What
//! hangs there is asked of the kernel, not of the sensor.

use std::collections::HashSet;
use std::process::Command;
use std::time::{Duration, Instant};

use event::{Act, Event};
use libbpf_rs::query::{LinkInfoIter, ProgInfoIter};
use sensor::{Settings, Source};

use crate::stage::{LIMIT, Stage};

#[test]
fn system_calls_are_watched_while_a_task_is_labelled() {
    let settings = Settings { ring_mib: 4, on_demand: true, ..Settings::default() };
    let Some(mut stage) = Stage::open(&settings) else { return };
    if stage.source.report().backend != "sys_exit" {
        println!("skipped: this kernel sees system calls at functions, which is for good");
        return;
    }
    let mut events = Vec::new();
    until(&mut stage, &mut events, "watches nobody", |stage, _| !attached(stage));
    assert!(!stage.source.watch_stats().now);

    // A program of nobody's is told, and changes nothing.
    let mut stranger = Command::new("true").spawn().expect("`true` starts");
    let pid = stranger.id();
    until(&mut stage, &mut events, "told of the stranger", |_, events| ended(events, pid));
    stranger.wait().expect("`true` ends");
    assert!(!attached(&stage), "watched for a stranger");

    let mut actor = stage.begin("create_when_told");
    until(&mut stage, &mut events, "watches an agent", |stage, _| attached(stage));
    // It does nothing for longer than nobody would be waited for.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        stage.source.poll(Duration::from_millis(100), &mut events).expect("the ring is read");
        assert!(attached(&stage), "an agent is not watched: {:?}", stage.source.watch_stats());
    }
    // What it does from here on is seen; how much of its first instants is not, is counted.
    actor.go_on();
    let pid = actor.pid();
    until(&mut stage, &mut events, "told of the agent", |_, events| ended(events, pid));
    let facts = actor.finish();
    let made = format!("{}/made", facts["dir"]);
    let is_made = |event: &Event| match &event.act {
        Act::FileCreate(open) => event.label.is_some() && *open.file.path == *made,
        _ => false,
    };
    assert_eq!(events.iter().filter(|event| is_made(event)).count(), 1, "{events:#?}");
    until(&mut stage, &mut events, "watches nobody again", |stage, _| !attached(stage));

    let stats = stage.source.watch_stats();
    assert_eq!((stats.begun, stats.now), (1, false), "{stats:?}");
}

/// Reads until it is so.
fn until(
    stage: &mut Stage,
    events: &mut Vec<Event>,
    what: &str,
    is_so: impl Fn(&Stage, &[Event]) -> bool,
) {
    let deadline = Instant::now() + LIMIT;
    while !is_so(stage, events) {
        stage.source.poll(Duration::from_millis(10), events).expect("the ring is read");
        assert!(Instant::now() < deadline, "never {what}: {:?}", stage.source.watch_stats());
    }
}

/// Whether the kernel lists a link of this sensor to the end of every call.
fn attached(stage: &Stage) -> bool {
    let ours = stage.source.program_ids();
    let behind: HashSet<u32> = ProgInfoIter::default()
        .filter(|program| ours.contains(&program.id) && program.name == "on_sys_exit")
        .map(|program| program.id)
        .collect();
    assert_eq!(behind.len(), 1, "the kernel does not list the program");
    LinkInfoIter::default().any(|link| behind.contains(&link.prog_id))
}

fn ended(events: &[Event], pid: u32) -> bool {
    let end = |event: &Event| event.process.pid == pid && matches!(event.act, Act::ProcessExit(_));
    events.iter().any(end)
}
