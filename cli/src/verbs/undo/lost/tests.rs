//! Acts of the record beside real shadows of a real folder.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use event::testing;
use event::{Act, FileOpen, FilePair, FileRef, FileWrite};
use shadow::{Keeper, Settings};

use super::super::traces::take;
use super::*;

fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64
}

/// A time by which what was before has another stamp than what comes after.
fn now() -> u64 {
    let began = clock();
    while clock() < began + 40_000_000 {
        std::thread::yield_now();
    }
    clock()
}

fn settle(keeper: &mut Keeper) {
    keeper.turn(Duration::ZERO).expect("turned");
    let began = clock();
    while !keeper.rests() {
        assert!(clock() < began + 60_000_000_000, "it never rests");
        keeper.turn(Duration::from_millis(5)).expect("turned");
    }
}

#[test]
fn what_a_session_took_away_is_what_stood_before_it() {
    let home = tempfile::tempdir().expect("a folder");
    let top = home.path().canonicalize().expect("there");
    let (work, store) = (top.join("work"), top.join("store"));
    fs::create_dir_all(work.join("docs")).expect("made");
    for name in ["plan", "same", "src", "docs/a", "docs/b"] {
        fs::write(work.join(name), name).expect("written");
    }
    let mut keeper =
        Keeper::open(&store, &Settings::default(), Box::new(|_| None)).expect("opened");
    keeper.cover(&work);
    settle(&mut keeper);
    let time = now();
    // Nothing happened until then, and it is known.
    keeper.turn(Duration::ZERO).expect("turned");
    let path = |name: &str| FileRef::named(work.join(name).to_string_lossy().as_ref());
    let open = |name: &str, access| FileOpen { file: path(name), access, error: 0 };
    let acts = [
        Act::FileOpen(open("plan", event::Access::Write)),
        Act::FileWrite(FileWrite { file: path("plan"), bytes: 5 }),
        Act::FileOpen(open("same", event::Access::ReadWrite)),
        Act::FileOpen(open("src", event::Access::Read)),
        Act::FileCreate(open("made", event::Access::Write)),
        Act::FileUnlink(path("made")),
        Act::FileWrite(FileWrite { file: path("docs/a"), bytes: 1 }),
        Act::FileRename(FilePair { from: path("docs"), to: FileRef::named("/elsewhere/docs") }),
        Act::FileUnlink(FileRef::named("/not/covered")),
    ];
    fs::write(work.join("plan"), "agent").expect("written");
    fs::write(work.join("docs/a"), "x").expect("written");
    fs::rename(work.join("docs"), top.join("elsewhere")).expect("moved");
    settle(&mut keeper);
    let mut session = Session {
        id: event::SessionId::default(),
        agent: "codex-cli".into(),
        traces: BTreeMap::new(),
    };
    for (number, act) in acts.into_iter().enumerate() {
        let mut event = testing::open(0, 1, "", event::Access::Read);
        (event.act, event.time_unix_ns) = (act, time + number as u64);
        take(&mut session.traces, &testing::by_agent(1, event));
    }
    let history = History::read(&store).expect("read");
    let lost = of(&session, &history);
    let told: Vec<_> = lost
        .iter()
        .map(|one| {
            let path = one.path.strip_prefix(&work).unwrap_or(&one.path);
            format!("{} {} {}", path.display(), one.trace.did.name(), one.shadow.name())
        })
        .collect();
    assert_eq!(
        told,
        [
            "/not/covered deleted none",
            "docs moved exact",
            "docs/a moved exact",
            "docs/b moved exact",
            "plan overwrote exact",
        ]
    );
    let pieces = pieces(&lost, &history);
    let done = shadow::restore(&shadow::Objects::of(&store), &pieces, shadow::Force::Never);
    assert!(done.is_ok_and(|done| done.iter().all(|it| matches!(it, shadow::Done::Restored(_)))));
    for name in ["plan", "docs/a", "docs/b"] {
        assert_eq!(fs::read_to_string(work.join(name)).expect("back"), name);
    }
    settle(&mut keeper);
    let left = of(&session, &History::read(&store).expect("read"));
    assert_eq!(left.len(), 1, "what is back is lost no more: {left:?}");
}
