//! What is kept, and what is known of it.

use std::fs;
use std::os::unix::fs::symlink;

use shadow::{Error, Force, Keeper, Kept, Kind, Settings, State, Status, Why};

use super::room::{Room, now};

#[test]
fn what_is_deleted_overwritten_and_moved_comes_back() {
    let mut room = Room::new();
    room.write("plan.md", "first");
    room.write("src/deep/a.rs", "fn a() {}");
    room.write("src/b.rs", "fn b() {}");
    room = room.covered();
    room.write("plan.md", "second, by a person");
    room.settle();
    let agent = now();
    room.write("plan.md", "by an agent");
    fs::rename(room.path("src/b.rs"), room.path("src/c.rs")).expect("moved");
    fs::remove_dir_all(room.path("src/deep")).expect("removed");
    room.settle();
    let done = room.undo(agent, now(), Force::Never);
    assert!(done.iter().all(|(_, done)| !matches!(done, shadow::Done::Refused(_))), "{done:?}");
    assert_eq!(room.read("plan.md").as_deref(), Some("second, by a person"));
    assert_eq!(room.read("src/deep/a.rs").as_deref(), Some("fn a() {}"));
    assert_eq!(room.read("src/b.rs").as_deref(), Some("fn b() {}"));
    assert_eq!(room.read("src/c.rs").as_deref(), Some("fn b() {}"), "what it made stays");
}

#[test]
fn folders_that_come_go_and_change_their_names_are_followed() {
    let mut room = Room::new().covered();
    room.write("new/one/x", "x");
    room.settle();
    fs::rename(room.path("new"), room.path("old")).expect("moved");
    room.settle();
    room.write("old/one/x", "y");
    room.settle();
    let history = room.history();
    assert_eq!(history.last(&room.path("new/one/x")).map(|it| &it.state), Some(&State::Gone));
    assert_eq!(history.of(&room.path("old/one/x")).len(), 2);
    let text = fs::read_to_string(room.store().join("status.json")).expect("told");
    assert_eq!(Status::read(&room.store()).expect("read").expect("told").files, 1, "{text}");
}

#[test]
fn what_stood_for_a_moment_is_known_to_be_missed() {
    let mut room = Room::new();
    room.write("x", "1");
    room.write("y", "1");
    room = room.covered();
    // It is heard of the first, and nobody looks before the second. (Two of which nothing was heard are one to the kernel.)
    room.write("x", "2");
    let keeper = room.keeper.as_mut().expect("covered");
    keeper.turn(std::time::Duration::ZERO).expect("turned");
    let agent = now();
    room.write("x", "3");
    fs::remove_file(room.path("y")).expect("removed");
    room.settle();
    let history = room.history();
    let exact = |name: &str| history.before(&room.path(name), agent).map(|found| found.exact);
    // The second was written before the agent came, and is not kept.
    assert_eq!((exact("x"), exact("y")), (Some(false), Some(true)));
}

#[test]
fn secrets_strangers_and_links_are_left_alone() {
    let mut room = Room::new();
    room.write("id_ed25519", "key");
    room.write("node_modules/x.js", "x");
    room.write("big", &"x".repeat(3 << 20));
    fs::write(room.home.path().join("outside"), "outside").expect("written");
    symlink(room.home.path(), room.path("way")).expect("linked");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        room.path("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .expect("made");
    room.cover(&Settings { max_file_mib: 1, ..Settings::default() });
    let history = room.history();
    let check = |name: &str, expect: Option<Kept>| {
        let kind =
            history.last(&room.path(name)).and_then(|it| it.here()).map(|it| it.kind.clone());
        let kept = kind.and_then(|kind| match kind {
            Kind::File { kept, .. } => Some(kept),
            _ => None,
        });
        assert_eq!(kept, expect, "{name}");
    };
    check("id_ed25519", Some(Kept::No(Why::Secret)));
    check("big", Some(Kept::No(Why::TooLarge)));
    check("node_modules/x.js", None);
    check("way/outside", None);
    check("pipe", None);
    assert!(history.last(&room.path("way")).is_some(), "the link itself is kept");
    assert!(!history.all().any(|(path, _)| path.ends_with("outside")));
}

#[test]
fn one_keeper_keeps_a_store() {
    let room = Room::new().covered();
    let second = Keeper::open(&room.store(), &Settings::default(), Box::new(|_| None));
    assert!(matches!(second, Err(Error::Held { .. })));
}

#[test]
fn a_new_keeper_sees_what_happened_meanwhile_and_copies_nothing_twice() {
    let mut room = Room::new();
    room.write("stays", "1");
    room.write("changes", "1");
    room.write("goes", "1");
    room = room.covered();
    room.keeper = None;
    room.write("changes", "2");
    fs::remove_file(room.path("goes")).expect("removed");
    room.cover(&Settings::default());
    let history = room.history();
    let versions = |name: &str| history.of(&room.path(name)).len();
    assert_eq!((versions("stays"), versions("changes"), versions("goes")), (1, 2, 2));
}
