//! What is put back, and what is not.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use shadow::{Done, Force, Refused};

use super::room::{Room, now};

#[test]
fn modes_times_attributes_links_and_owners_come_back() {
    let mut room = Room::new();
    room.write("script", "#!/bin/sh\n");
    let script = room.path("script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o750)).expect("set");
    let set = rustix::fs::setxattr(&script, "user.note", b"hello", rustix::fs::XattrFlags::empty());
    let root = rustix::process::getuid().is_root();
    if root {
        std::os::unix::fs::chown(&script, Some(4242), Some(4343)).expect("given");
    }
    fs::File::open(&script)
        .expect("open")
        .set_modified(std::time::UNIX_EPOCH + std::time::Duration::new(1_000_000_000, 123))
        .expect("set");
    symlink("script", room.path("link")).expect("linked");
    room.write("one", "same file");
    fs::hard_link(room.path("one"), room.path("two")).expect("linked");
    fs::create_dir(room.path("closed")).expect("made");
    room.write("closed/x", "x");
    fs::set_permissions(room.path("closed"), fs::Permissions::from_mode(0o500)).expect("set");
    room = room.covered();
    let agent = now();
    fs::set_permissions(room.path("closed"), fs::Permissions::from_mode(0o700)).expect("set");
    for entry in fs::read_dir(room.work()).expect("read").flatten() {
        let path = entry.path();
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("gone");
    }
    room.settle();
    room.undo(agent, now(), Force::Never);
    let about = fs::metadata(&script).expect("back");
    assert_eq!(
        (about.mode() & 0o7777, about.mtime(), about.mtime_nsec()),
        (0o750, 1_000_000_000, 123)
    );
    if root {
        assert_eq!((about.uid(), about.gid()), (4242, 4343));
    }
    if set.is_ok() {
        let mut value = [0; 16];
        let length = rustix::fs::getxattr(&script, "user.note", &mut value[..]).expect("back");
        assert_eq!(&value[..length], b"hello");
    }
    assert_eq!(fs::read_link(room.path("link")).expect("back"), std::path::Path::new("script"));
    let inode = |name: &str| fs::metadata(room.path(name)).expect("back").ino();
    assert_eq!(inode("one"), inode("two"), "one file with two names");
    assert_eq!(room.read("closed/x").as_deref(), Some("x"));
    assert_eq!(fs::metadata(room.path("closed")).expect("back").mode() & 0o777, 0o500);
}

#[test]
fn what_somebody_changed_since_stays_without_force() {
    let mut room = Room::new();
    room.write("x", "before");
    room.write("y", "before");
    room = room.covered();
    let agent = now();
    room.write("x", "agent");
    fs::remove_file(room.path("y")).expect("removed");
    room.settle();
    let until = now();
    now();
    room.write("x", "person");
    room.write("y", "person");
    room.settle();
    for force in [Force::Look, Force::Never] {
        let done = room.undo(agent, until, force);
        let refused = |(_, done): &&(_, Done)| matches!(done, Done::Refused(Refused::ChangedSince));
        assert_eq!(done.iter().filter(refused).count(), 2, "{done:?}");
    }
    assert_eq!(room.read("x").as_deref(), Some("person"));
    room.undo(agent, until, Force::LookOverwrite);
    assert_eq!(room.read("x").as_deref(), Some("person"), "a look changes nothing");
    room.undo(agent, until, Force::Overwrite);
    assert_eq!((room.read("x"), room.read("y")), (Some("before".into()), Some("before".into())));
}

#[test]
fn nothing_is_written_through_a_link() {
    let mut room = Room::new();
    room.write("etc/passwd", "mine");
    room = room.covered();
    let agent = now();
    fs::remove_dir_all(room.path("etc")).expect("removed");
    let trap = room.home.path().join("trap");
    fs::create_dir(&trap).expect("made");
    symlink(&trap, room.path("etc")).expect("linked");
    room.settle();
    let done = room.undo(agent, now(), Force::Overwrite);
    assert_eq!(fs::read_dir(&trap).expect("there").count(), 0, "{done:?}");
    assert!(
        done.iter().any(|(_, done)| matches!(done, Done::Refused(Refused::InTheWay))),
        "{done:?}"
    );
}
