//! What is kept stays within its bounds, and what matters stays longest.

use std::fs;
use std::process::Command;

use shadow::{Kept, Kind, Settings, Why};

use super::room::{Room, now};

const DAY_NS: u64 = 86_400 * 1_000_000_000;

fn shadows(room: &Room, name: &str) -> Vec<bool> {
    let history = room.history();
    let kept = |version: &shadow::Version| match version.here().map(|here| &here.kind) {
        Some(Kind::File { kept, .. }) => Some(matches!(kept, Kept::Yes(_))),
        _ => None,
    };
    history.of(&room.path(name)).iter().filter_map(kept).collect()
}

#[test]
fn who_writes_often_stays_within_the_bounds() {
    let mut room = Room::new();
    let text = |letter: char| letter.to_string().repeat(300 << 10);
    room.write("thesis", &text('a'));
    room.cover(&Settings { max_mib: 2, ..Settings::default() });
    for letter in 'b'..='r' {
        room.write("thesis", &text(letter));
        room.settle();
    }
    let bytes = room.keeper.as_ref().expect("covered").status().bytes;
    assert!(bytes <= 2 << 20, "{bytes}");
    assert!(shadows(&room, "thesis").len() < 17, "what stood for a moment went");
}

#[test]
fn more_than_the_bounds_is_told_and_left_out() {
    let mut room = Room::new();
    for number in 0..20 {
        room.write(&format!("file-{number:02}"), "x");
    }
    room.cover(&Settings { max_files: 12, ..Settings::default() });
    let status = room.keeper.as_ref().expect("covered").status();
    assert_eq!((status.files, status.too_many), (12, 8));
    let mut room = Room::new();
    for number in 0..5 {
        room.write(&format!("file-{number}"), &number.to_string().repeat(300 << 10));
    }
    room.cover(&Settings { max_mib: 1, ..Settings::default() });
    let status = room.keeper.as_ref().expect("covered").status();
    assert_eq!((status.files, status.left_out.get(&Why::NoRoom)), (3, Some(&2)));
}

#[test]
fn what_was_replaced_or_deleted_too_long_ago_goes() {
    let mut room = Room::new();
    room.write("stays", "1");
    room.write("changes", "1");
    room.write("goes", "1");
    room = room.covered();
    room.write("changes", "2");
    fs::remove_file(room.path("goes")).expect("removed");
    room.settle();
    let keeper = room.keeper.as_mut().expect("covered");
    let soon = now() + 13 * DAY_NS;
    keeper.retain(soon).expect("done");
    let before = keeper.status().versions;
    keeper.retain(soon + 2 * DAY_NS).expect("done");
    assert!(keeper.status().versions < before);
    assert_eq!(shadows(&room, "stays"), [true]);
    assert_eq!(shadows(&room, "changes"), [true]);
    assert!(room.history().of(&room.path("goes")).is_empty());
    let count = |it: fs::DirEntry| fs::read_dir(it.path()).map_or(0, Iterator::count);
    let objects = fs::read_dir(room.store().join("objects")).expect("there").flatten().map(count);
    assert_eq!(objects.sum::<usize>(), 2, "`1` of stays and `2` of changes");
}

/// Needs root, for a disk of its own (a tmpfs of two MiB).
#[test]
fn a_full_disk_costs_shadows_and_breaks_nothing() {
    let mut room = Room::new();
    fs::create_dir(room.store()).expect("made");
    let mount = |words: &[&str]| {
        let store = room.store();
        Command::new(words[0])
            .args(&words[1..])
            .arg(store)
            .output()
            .is_ok_and(|it| it.status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=2m", "none"]) {
        eprintln!("skipped: it takes root to mount a small disk");
        return;
    }
    for number in 0..8 {
        room.write(&format!("file-{number}"), &number.to_string().repeat(400 << 10));
    }
    room.cover(&Settings::default());
    let status = room.keeper.as_ref().expect("covered").status();
    assert!(status.files >= 3 && status.left_out.contains_key(&Why::NoRoom), "{status:?}");
    // Even the log finds no room: nothing of it is torn.
    let rest = room.store().join("rest");
    let _ = fs::write(&rest, vec![0; 4 << 20]);
    for number in 0..200 {
        room.write(&format!("small-{number}"), "x");
    }
    let keeper = room.keeper.as_mut().expect("covered");
    for _ in 0..20 {
        keeper.turn(std::time::Duration::from_millis(20)).expect("it goes on");
    }
    fs::remove_file(&rest).expect("removed");
    room.settle();
    let known = room.history().all().count();
    room.keeper = None;
    let settings = Settings::default();
    room.cover(&settings);
    let files = room.keeper.as_ref().expect("covered").status().files;
    room.keeper = None;
    Command::new("umount").arg(room.store()).status().expect("unmounted");
    assert!(known >= 8 && files >= 200, "{known} {files}");
}
