//! Writers that are killed, and a disk that is full.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use journal::audit::{AuditSettings, Log, Note, What, entries, verify};
use journal::{Error, Fsync};

use super::super::crash::full::Small;
use super::super::stream::Chance;
use super::{alice, home, segment, settings, some, sound};

const ROUNDS: u64 = 12;
const HOME: &str = "AUDIT_CRASH_HOME";

/// Not a test by itself: what the killed process does. Says after each flush how far the log goes.
#[test]
fn append_until_killed() {
    let Ok(home) = std::env::var(HOME) else { return };
    let settings = AuditSettings { max_mib: 1, ..settings() };
    let mut log = Log::open(Path::new(&home), &settings).unwrap();
    for number in 0.. {
        log.add(alice(), some(number)).unwrap();
        if number % 7 == 0 {
            log.flush().unwrap();
            writeln!(std::io::stdout(), "flushed {}", log.head().unwrap().sequence).unwrap();
        }
    }
}

#[test]
fn what_was_flushed_survives_a_kill_at_any_moment() {
    let home = home();
    let mut chance = Chance::new(5);
    let mut flushed = 0;
    for _ in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["it::audit::crash::append_until_killed", "--exact", "--nocapture"])
            .env(HOME, home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut left = chance.below(12);
        let spin = chance.below(300_000);
        for line in lines.map_while(Result::ok) {
            let Some((_, sequence)) = line.split_once("flushed ") else { continue };
            flushed = sequence.parse::<u64>().unwrap();
            if left == 0 {
                (0..spin).for_each(|turn| {
                    std::hint::black_box(turn);
                });
                child.kill().unwrap();
            }
            left = left.saturating_sub(1);
        }
        child.wait().unwrap();
        // As it lies there, before anybody repairs it.
        let verdict = sound(home.path());
        let proved = verdict.proved.map_or(0, |proved| proved.sequence);
        assert!(proved >= flushed, "{proved} of {flushed}");
    }
    drop(Log::open(home.path(), &settings()).unwrap());
    let verdict = sound(home.path());
    assert_eq!(verdict.proved.map(|proved| proved.sequence), Some(verdict.last));
    println!("{ROUNDS} kills, {} entries, {} notes", verdict.entries, verdict.notes.len());
}

#[test]
fn a_torn_tail_is_cut_at_the_last_whole_entry_and_told() {
    let home = home();
    let mut log = Log::open(home.path(), &settings()).unwrap();
    for number in 0..3 {
        log.add(alice(), some(number)).unwrap();
    }
    log.close().unwrap();
    let whole = std::fs::read(segment(home.path(), 1)).unwrap();
    // Around each line end, and some places in each line.
    let near =
        |cut: &usize| whole[cut.saturating_sub(2)..*cut].contains(&b'\n') || cut.is_multiple_of(97);
    for cut in (0..whole.len()).filter(near) {
        std::fs::write(segment(home.path(), 1), &whole[..cut]).unwrap();
        let before = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        let torn =
            (cut - whole[..cut].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1)) as u64;
        drop(Log::open(home.path(), &settings()).unwrap());
        let told = entries(home.path()).unwrap().map(|entry| entry.unwrap().what);
        let resumed: Vec<_> = told.filter(|what| matches!(what, What::Resumed { .. })).collect();
        // Lines: the segment, the key, its head, three entries, their head.
        let unsigned = [0, 0, 1, 0, 1, 2, 3, 0].get(before).copied().unwrap_or_default();
        let expect =
            (torn > 0 || unsigned > 0).then_some(What::Resumed { torn_bytes: torn, unsigned });
        assert_eq!(resumed.first(), expect.as_ref(), "cut at {cut}");
        if before > 1 {
            assert_eq!(verify(home.path(), &Default::default()).unwrap().fault, None, "{cut}");
        }
    }
}

#[test]
fn a_full_disk_makes_entries_wait_and_counts_what_is_too_much() {
    let small = match Small::mount() {
        Ok(small) => small,
        Err(reason) => return println!("skipped: no tmpfs can be mounted here: {reason}"),
    };
    let settings = AuditSettings { fsync: Fsync::Always, ..settings() };
    let mut log = Log::open(small.path(), &settings).unwrap();
    let ballast = small.path().join("ballast");
    let _ = std::fs::write(&ballast, vec![1; 2 << 20]);
    let mut refused = 0;
    for number in 0..6_000 {
        match log.add(alice(), some(number)) {
            Ok(()) => {}
            Err(Error::AuditRefused { source, .. }) => {
                assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    let (waiting, lost) = log.waiting();
    assert!(refused > 0 && lost > 0, "{refused} {lost}");
    std::fs::remove_file(&ballast).unwrap();
    log.close().unwrap();
    let verdict = sound(small.path());
    let read: Vec<_> = entries(small.path()).unwrap().map(|entry| entry.unwrap().what).collect();
    let ours = read.iter().filter(|what| matches!(what, What::PolicyChanged { .. })).count();
    assert_eq!(ours as u64 + lost, 6_000, "{waiting} waited");
    assert!(matches!(read.last(), Some(What::Lost { count, .. }) if *count == lost));
    assert!(verdict.notes.iter().any(|note| matches!(note, Note::Told { .. })));
}
