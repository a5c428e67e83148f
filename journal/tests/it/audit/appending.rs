//! Appending: segments, retention, two writers, rotation, clocks, and a log that somebody damaged meanwhile.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use journal::audit::{AuditSettings, Expected, Fault, Log, Note, What, Who, entries, verify};
use journal::{DataDir, State, StateReader};

use super::{alice, home, read_segments, segment, settings, some, sound};

/// So small that each group begins a new segment.
fn small() -> AuditSettings {
    AuditSettings { keep_days: 1, ..settings() }
}

/// A new segment at the next group, as if the last one were full.
fn fill(home: &std::path::Path, log: Log) -> Log {
    log.close().unwrap();
    let tiny = AuditSettings { max_mib: 1, ..small() };
    let mut log = Log::open(home, &tiny).unwrap();
    let long = What::PolicyChanged {
        old: None,
        new: "x".repeat(200_000).into(),
        changes: Vec::new(),
        refused: None,
    };
    for _ in 0..6 {
        log.add(alice(), long.clone()).unwrap();
    }
    log.flush().unwrap();
    log
}

#[test]
fn the_key_and_the_log_are_for_their_owner_alone() {
    let home = home();
    let mut log = Log::open(home.path(), &settings()).unwrap();
    log.add(alice(), some(1)).unwrap();
    log.close().unwrap();
    for (name, expect) in [("key", 0o600), ("0000000001.log", 0o600), ("lock", 0o600), ("", 0o700)]
    {
        let mode = fs::metadata(home.path().join("audit").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expect, "{name}");
    }
    let read: Vec<_> = entries(home.path()).unwrap().map(Result::unwrap).collect();
    assert!(matches!(read[0].what, What::KeyMade { .. }));
    assert_eq!((read[1].sequence, &read[1].who, &read[1].what), (2, &alice(), &some(1)));
}

#[test]
fn two_writers_take_turns() {
    let home = home();
    let mut daemon = Log::open(home.path(), &settings()).unwrap();
    for number in 0..20 {
        daemon.add(Who::Daemon, some(number)).unwrap();
        Log::add_now(home.path(), &settings(), alice(), some(100 + number)).unwrap();
        daemon.flush().unwrap();
    }
    // A key that a verb rotates is the daemon's, too.
    Log::open(home.path(), &settings()).unwrap().rotate(alice()).unwrap();
    daemon.add(Who::Daemon, some(20)).unwrap();
    daemon.flush().unwrap();
    daemon.rotate(Who::Daemon).unwrap();
    Log::add_now(home.path(), &settings(), alice(), some(121)).unwrap();
    let verdict = sound(home.path());
    assert_eq!((verdict.last, verdict.keys.len(), verdict.notes), (45, 3, vec![]));
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let home = home();
    drop(Log::open(home.path(), &settings()).unwrap());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let home = home.path();
            scope.spawn(move || {
                let mut log = Log::open(home, &settings()).unwrap();
                for number in 0..50 {
                    log.add(Who::Daemon, some(writer * 1_000 + number)).unwrap();
                    if number % 3 == 0 {
                        log.flush().unwrap();
                    }
                }
                log.close().unwrap();
            });
        }
    });
    assert_eq!(sound(home.path()).last, 201);
}

#[test]
fn segments_follow_each_other_and_go_only_with_an_entry() {
    let home = home();
    let log = fill(home.path(), Log::open(home.path(), &small()).unwrap());
    let log = fill(home.path(), log);
    let mut log = fill(home.path(), log);
    let before = read_segments(home.path());
    assert_eq!(before.len(), 3);
    assert_eq!(sound(home.path()).segments, 3);
    // None is old enough; a day and a bit later all but the last are.
    let now = 1_000_000_000 * jiff_now_s();
    assert_eq!(log.retain(now).unwrap(), 0);
    assert_eq!(log.retain(now + 90_000 * 1_000_000_000).unwrap(), 2);
    assert!(!segment(home.path(), 1).exists() && !segment(home.path(), 2).exists());
    let verdict = verify(home.path(), &Expected::default()).unwrap();
    assert_eq!(verdict.fault, None, "{verdict:?}");
    assert!(verdict.first > 1);
    assert!(verdict.notes.contains(&Note::Removed { before: verdict.first }), "{verdict:?}");
    // The same by hand is found, in the middle and at the beginning.
    let check = |gone: u64| {
        let mut segments = before.clone();
        segments.remove(&gone);
        let verdict = super::judge(&segments, &Expected::default());
        let fault = verdict.fault.map(|(_, fault)| fault);
        assert_eq!(fault, Some(Fault::Missing { number: gone }), "segment {gone}");
    };
    check(1);
    check(2);
}

fn jiff_now_s() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_damaged_log_goes_on_in_a_new_segment_and_says_so() {
    let home = home();
    let mut log = Log::open(home.path(), &settings()).unwrap();
    for number in 0..3 {
        log.add(alice(), some(number)).unwrap();
        log.flush().unwrap();
    }
    let mut bytes = fs::read(segment(home.path(), 1)).unwrap();
    let at = bytes.len() - 300;
    bytes[at] ^= 1;
    bytes.extend_from_slice(b"rubbish\n");
    fs::write(segment(home.path(), 1), &bytes).unwrap();
    // The one that was running meanwhile, and one that comes later.
    log.add(alice(), some(3)).unwrap();
    log.flush().unwrap();
    Log::add_now(home.path(), &settings(), alice(), some(4)).unwrap();
    let read: Vec<_> = entries(home.path()).unwrap().map(|entry| entry.unwrap().what).collect();
    let broken = read.iter().filter(|what| matches!(what, What::Broken { .. })).count();
    assert_eq!(broken, 1);
    assert_eq!(read.last(), Some(&some(4)));
    assert_eq!(read_segments(home.path()).len(), 2);
    let verdict = verify(home.path(), &Expected::default()).unwrap();
    assert_eq!(verdict.fault.map(|(place, _)| place.segment), Some(1));
}

#[test]
fn a_key_that_is_gone_is_followed_by_one_that_nobody_vouches_for() {
    let home = home();
    Log::add_now(home.path(), &settings(), alice(), some(1)).unwrap();
    fs::remove_file(home.path().join("audit/key")).unwrap();
    Log::add_now(home.path(), &settings(), alice(), some(2)).unwrap();
    let verdict = verify(home.path(), &Expected::default()).unwrap();
    let (place, fault) = verdict.fault.unwrap();
    assert!(matches!(fault, Fault::Unvouched { .. }), "{fault}");
    assert_eq!(place.sequence, 3);
    assert_eq!(verdict.proved.map(|proved| proved.sequence), Some(2));
}

#[test]
fn a_rotation_that_a_crash_broke_off_is_finished() {
    let home = home();
    let mut log = Log::open(home.path(), &settings()).unwrap();
    let audit = home.path().join("audit");
    let old = fs::read(audit.join("key")).unwrap();
    log.rotate(alice()).unwrap();
    // As if the last step had not been taken.
    fs::rename(audit.join("key"), audit.join("key.next")).unwrap();
    fs::write(audit.join("key"), old).unwrap();
    Log::add_now(home.path(), &settings(), alice(), some(1)).unwrap();
    assert!(!audit.join("key.next").exists());
    assert_eq!(sound(home.path()).keys.len(), 2);
}

#[test]
fn the_state_remembers_how_far_it_went() {
    let home = home();
    drop(State::open(&DataDir::claim(home.path()).unwrap()).unwrap());
    let mut log = Log::open(home.path(), &settings()).unwrap();
    log.add(alice(), some(1)).unwrap();
    log.flush().unwrap();
    let shorter = fs::read(segment(home.path(), 1)).unwrap();
    log.add(alice(), some(2)).unwrap();
    log.close().unwrap();
    let remembered = StateReader::open(home.path()).unwrap().audit_head().unwrap();
    assert_eq!(remembered.as_ref().map(|head| head.sequence), Some(3));
    fs::write(segment(home.path(), 1), shorter).unwrap();
    let expected = Expected { remembered, ..Expected::default() };
    let verdict = verify(home.path(), &expected).unwrap();
    let fault = verdict.fault.map(|(_, fault)| fault);
    assert_eq!(fault, Some(Fault::Truncated { known: 3, found: 2 }));
    // Whoever goes on says it, too.
    Log::add_now(home.path(), &settings(), alice(), some(4)).unwrap();
    let told = entries(home.path()).unwrap().map(|entry| entry.unwrap().what);
    let told: Vec<_> = told.filter(|what| matches!(what, What::Shortened { .. })).collect();
    assert_eq!(told, [What::Shortened { remembered: 3, found: 2 }]);
}
