//! What is done with a session that runs: it is ended, stopped, cut off; whatever it does about that.

use std::path::Path;
use std::time::{Duration, Instant};

use event::{Act, Event, Label, Order};
use sensor::Source;

use crate::egress::{listener, stage};
use crate::stage::{LIMIT, Playing, Stage};

/// Reads until it is so.
fn until(stage: &mut Stage, what: &str, mut is_so: impl FnMut(&[Event]) -> bool) -> Vec<Event> {
    let (deadline, mut events) = (Instant::now() + LIMIT, Vec::new());
    while !is_so(&events) {
        stage.source.poll(Duration::from_millis(5), &mut events).expect("the ring is read");
        assert!(Instant::now() < deadline, "never {what}");
    }
    events
}

/// States of the processes of a program, by its path; dead ones have none.
fn states(program: &Path) -> Vec<char> {
    let processes = std::fs::read_dir("/proc").expect("procfs").flatten();
    let runs = |place: &Path| {
        let is = std::fs::read_link(place.join("exe")).is_ok_and(|exe| exe == program);
        let stat = std::fs::read_to_string(place.join("stat")).ok()?;
        let state = stat.rsplit_once(") ")?.1.chars().next()?;
        is.then_some(state)
    };
    processes.filter_map(|it| runs(&it.path())).collect()
}

fn begin(stage: &mut Stage, script: &str) -> (Playing, Label) {
    let mut playing = stage.begin("shell");
    let label = stage.label_of(playing.pid(), &mut Vec::new());
    playing.tell(script);
    (playing, label)
}

#[test]
fn a_session_ends_whatever_it_does() {
    let Some(mut stage) = stage() else { return };
    let (playing, label) = begin(&mut stage, "exec $A swarm $D 40\n");
    until(&mut stage, "so many", |events| {
        let born = events.iter().filter(|event| matches!(event.act, Act::ProcessClone(_)));
        born.filter(|event| event.label == label).count() >= 200
    });
    let begun = Instant::now();
    stage.order(&Order::Kill(label));
    println!("ended after {:?}", begun.elapsed());
    let left = states(stage.actor());
    assert!(left.iter().all(|state| *state == 'Z'), "{} are left", left.len());
    playing.killed();
}

#[test]
fn a_session_stands_still_until_it_is_released() {
    let Some(mut stage) = stage() else { return };
    let (playing, label) = begin(&mut stage, "exec $A swarm $D 20\n");
    let is_many = |events: &[Event]| {
        let born = events.iter().filter(|event| matches!(event.act, Act::ProcessClone(_)));
        born.filter(|event| event.label == label).count() >= 60
    };
    until(&mut stage, "so many", is_many);
    stage.order(&Order::Freeze(label));
    let stopped = states(stage.actor());
    assert!(stopped.len() > 60, "{} are there", stopped.len());
    assert!(stopped.iter().all(|state| *state == 'T'), "{stopped:?}");
    stage.order(&Order::Release(label));
    // What was stopped goes on to fork.
    until(&mut stage, "born again", |events| {
        events.iter().any(|event| matches!(event.act, Act::ProcessClone(_)) && event.label == label)
    });
    stage.order(&Order::Kill(label));
    playing.killed();
}

#[test]
fn a_session_that_is_cut_off_reaches_nothing() {
    let Some(mut stage) = stage() else { return };
    let (listener, port) = listener();
    let mut playing = stage.begin("shell");
    let label = stage.label_of(playing.pid(), &mut Vec::new());
    let step = |stage: &mut Stage, playing: &mut Playing, name: &str| {
        playing.tell(&format!(
            "echo {name}=$($A dial $D 127.0.0.1 {port}); echo u{name}=$($A send_to $D 127.0.0.1 9)\n\
             echo r{name}=$($A raw $D); : > $D/{name}\n"
        ));
        let done = playing.directory().join(name);
        until(stage, name, |_| done.exists());
    };
    step(&mut stage, &mut playing, "before");
    stage.order(&Order::Cut(label));
    step(&mut stage, &mut playing, "cut");
    // Nobody else is.
    std::net::TcpStream::connect(("127.0.0.1", port)).expect("a person connects");
    stage.order(&Order::Release(label));
    step(&mut stage, &mut playing, "after");
    let facts = playing.finish();
    let outcome = |name: &str| ["", "u", "r"].map(|kind| facts[&format!("{kind}{name}")].clone());
    assert_eq!([outcome("before"), outcome("after")], [["0", "0", "0"]; 2], "{facts:?}");
    assert_eq!(outcome("cut"), ["1", "1", "1"], "{facts:?}");
    drop(listener);
}
