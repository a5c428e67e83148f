//! Nothing half is ever put back.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use shadow::{Done, Force, Keeper, Objects, Refused, Settings, State, restore};

use super::room::{PATIENCE, Room, now};

const CHILD: &str = "SHADOW_TEST_KEEPS";

/// Not a test by itself: the keeper that is killed by the one below.
#[test]
fn keeps_until_killed() {
    let Ok(of) = std::env::var(CHILD) else { return };
    let of = std::path::PathBuf::from(of);
    let mut keeper =
        Keeper::open(&of.join("store"), &Settings::default(), Box::new(|_| None)).expect("opened");
    keeper.cover(&of.join("work"));
    loop {
        keeper.turn(std::time::Duration::from_millis(10)).expect("turned");
    }
}

#[test]
fn a_keeper_that_is_killed_leaves_no_half_shadow() {
    let mut room = Room::new();
    for number in 0..300 {
        room.write(&format!("file-{number}"), &format!("{number} ").repeat(40_000));
    }
    for wanted in [2, 60, 200] {
        let mut child = Command::new(std::env::current_exe().expect("a program"))
            .args(["it::damage::keeps_until_killed", "--exact", "--nocapture"])
            .env(CHILD, room.home.path().canonicalize().expect("there"))
            .stdout(Stdio::null())
            .spawn()
            .expect("started");
        let began = Instant::now();
        let lines = || {
            fs::read(room.store().join("log")).map_or(0, |it| it.split(|it| *it == b'\n').count())
        };
        while lines() < wanted {
            assert!(began.elapsed() < PATIENCE, "{wanted}");
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    // What was kept before it died is whole, each by itself.
    let pieces = room.pieces(&room.work(), now());
    for piece in &pieces {
        if piece.path.is_file() {
            fs::remove_file(&piece.path).expect("removed");
        }
    }
    restore(&Objects::of(&room.store()), &pieces, Force::Never).expect("restored");
    for piece in pieces.iter().filter(|piece| piece.path != room.work()) {
        let name = piece.path.file_name().expect("a name").to_string_lossy().into_owned();
        let number = name.trim_start_matches("file-");
        let text = fs::read_to_string(&piece.path).expect("back");
        assert!(text == format!("{number} ").repeat(40_000), "{name} is whole");
    }
    assert!(pieces.len() > 30, "{}", pieces.len());
    // And the next one goes on where it was.
    room.cover(&Settings::default());
    assert_eq!(room.keeper.as_ref().map(|keeper| keeper.status().files), Some(300));
    assert_eq!(fs::read_dir(room.store().join("new")).expect("there").count(), 0);
}

#[test]
fn a_file_that_changes_while_it_is_copied_is_kept_whole_or_not_at_all() {
    let mut room = Room::new();
    let text = |letter: char| letter.to_string().repeat(1 << 20);
    room.write("x", &text('a'));
    let stop = Arc::new(AtomicBool::new(false));
    let (path, until) = (room.path("x"), Arc::clone(&stop));
    let writer = std::thread::spawn(move || {
        for letter in ('a'..='z').cycle() {
            if until.load(Ordering::Relaxed) {
                return;
            }
            // Whole each time, and each time another inode, half written under another name.
            let new = path.with_extension("new");
            let mut file = fs::File::create(&new).expect("made");
            let whole = letter.to_string().repeat(1 << 20);
            for part in whole.as_bytes().chunks(64 << 10) {
                file.write_all(part).expect("written");
            }
            drop(file);
            fs::rename(new, &path).expect("renamed");
        }
    });
    let mut keeper =
        Keeper::open(&room.store(), &Settings::default(), Box::new(|_| None)).expect("opened");
    keeper.cover(&room.work());
    let began = Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(2) {
        keeper.turn(std::time::Duration::from_millis(5)).expect("turned");
    }
    stop.store(true, Ordering::Relaxed);
    writer.join().expect("ended");
    room.keeper = Some(keeper);
    room.settle();
    let history = room.history();
    let versions = history.of(&room.path("x"));
    let here: Vec<_> = versions.iter().filter_map(|version| version.here().cloned()).collect();
    assert!(!here.is_empty());
    for (number, here) in here.into_iter().enumerate() {
        let path = room.home.path().canonicalize().expect("there").join(format!("back-{number}"));
        let kept = matches!(here.kind, shadow::Kind::File { kept: shadow::Kept::Yes(_), .. });
        let piece = shadow::Piece { path, here, until_unix_ns: None, names: Vec::new() };
        restore(&Objects::of(&room.store()), std::slice::from_ref(&piece), Force::Never)
            .expect("ran");
        if kept {
            let text = fs::read_to_string(&piece.path).expect("back");
            let first = text.chars().next().expect("a letter");
            assert!(text == first.to_string().repeat(1 << 20), "{number} is of one letter");
        }
    }
}

#[test]
fn a_damaged_shadow_is_told_and_not_put_back() {
    let mut room = Room::new();
    room.write("x", "content");
    room.write("y", "other content");
    room = room.covered();
    let agent = now();
    fs::remove_file(room.path("x")).expect("removed");
    fs::remove_file(room.path("y")).expect("removed");
    room.settle();
    let mut objects = Vec::new();
    for folder in fs::read_dir(room.store().join("objects")).expect("there").flatten() {
        objects.extend(fs::read_dir(folder.path()).expect("there").flatten().map(|it| it.path()));
    }
    let x = objects.iter().find(|it| fs::read(it).is_ok_and(|it| it == b"content")).expect("kept");
    fs::remove_file(x).expect("removed");
    fs::write(x, "c0ntent").expect("damaged");
    let done = room.undo(agent, now(), Force::Overwrite);
    let damaged = done.iter().find(|(path, _)| path.ends_with("x")).map(|(_, done)| done);
    assert!(matches!(damaged, Some(Done::Refused(Refused::Damaged))), "{done:?}");
    assert_eq!((room.read("x"), room.read("y")), (None, Some("other content".into())));
    let names: Vec<_> = fs::read_dir(room.work()).expect("there").flatten().collect();
    assert_eq!(names.len(), 1, "nothing is left beside it: {names:?}");
}

#[test]
fn a_torn_log_costs_its_end_and_a_damaged_line_itself() {
    let mut room = Room::new();
    for name in ["a", "b", "c"] {
        room.write(name, name);
        room.cover(&Settings::default());
    }
    room.keeper = None;
    let log = room.store().join("log");
    let text = fs::read_to_string(&log).expect("read");
    let [a, q] = ["a", "q"].map(|name| format!("/{name}\""));
    let torn = text[..text.len() - 20].replace(&a, &q);
    fs::write(&log, torn).expect("written");
    room.cover(&Settings::default());
    let history = room.history();
    assert!(history.last(&room.path("q")).is_none());
    for name in ["a", "b", "c"] {
        let last = history.last(&room.path(name)).expect("looked at again");
        assert!(matches!(last.state, State::Here(_)), "{name}");
    }
}
