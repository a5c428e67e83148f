//! Whether records are live, rolled or both, SQL says the same.

use event::LossCause;
use journal::{Position, RetentionSettings};
use query::{Expired, Settings, Store};

use crate::record::{Host, csv, records};

/// Questions that touch every table and what may go wrong between its two halves.
const QUESTIONS: [&str; 9] = [
    "SELECT agent, count(*) AS n FROM events GROUP BY agent ORDER BY agent",
    "SELECT * FROM events ORDER BY id",
    "SELECT id, pid, host FROM events WHERE agent = 'codex-cli' AND remote_port = 443 \
     AND time >= '1970-01-01T00:03:00Z' ORDER BY id",
    "SELECT p.pid, q.pid AS parent, q.command_line FROM processes p \
     JOIN processes q ON p.parent_pid = q.pid AND p.parent_start = q.process_start ORDER BY 1",
    "SELECT * FROM findings ORDER BY id",
    "SELECT * FROM evidence ORDER BY finding, event",
    "SELECT * FROM sessions ORDER BY id",
    "SELECT * FROM agents ORDER BY id",
    "SELECT * FROM losses ORDER BY position",
];

/// Compares `host` with one that holds the same records live only, with all that is not rolled in
/// memory and with all of it read from the journal by each question.
fn check(host: &Host, expect: &Host) {
    let live = expect.query();
    for live_mib in [1, 0] {
        let query = host.query_with(Settings { live_mib, ..Settings::default() });
        for question in QUESTIONS {
            assert_eq!(csv(&query, question), csv(&live, question), "{question}");
        }
    }
}

fn live(minutes: u32) -> Host {
    let mut host = Host::new();
    host.append(&records(0..minutes));
    host
}

#[test]
fn live_rolled_and_mixed_are_the_same() {
    let expect = live(12);
    let mut host = Host::new();
    let until = host.append(&records(0..5));
    let rolled = host.store().roll(until).unwrap();
    assert_eq!((rolled.records, rolled.until), (40, until));
    host.append(&records(5..12));
    check(&host, &expect);
    let end = host.append(&[]);
    host.store().roll(end).unwrap();
    check(&host, &expect);
    let rows = csv(&host.query(), "SELECT count(*) FROM events");
    assert_eq!(rows, "count(*)\n48\n");
}

#[test]
fn a_query_sees_what_was_written_and_rolled_since() {
    for live_mib in [128, 0] {
        written_and_rolled(&Settings { live_mib, ..Settings::default() });
    }
}

fn written_and_rolled(settings: &Settings) {
    let mut host = Host::new();
    let query = host.query_with(settings.clone());
    let count = |query| csv(query, "SELECT count(*) AS n FROM events");
    assert_eq!(count(&query), "n\n0\n");
    host.append(&records(0..1));
    assert_eq!(count(&query), "n\n4\n");
    let until = host.append(&records(1..2));
    host.store().roll(until).unwrap();
    assert_eq!(count(&query), "n\n8\n");
    host.append(&records(2..3));
    assert_eq!(count(&query), "n\n12\n");
}

#[test]
fn rolling_stops_in_the_middle_of_a_segment_and_goes_on() {
    let expect = live(6);
    let mut host = Host::new();
    let end = host.append(&records(0..6));
    for until in [0, 1, 9, 9] {
        host.store().roll(Position(until)).unwrap();
        check(&host, &expect);
    }
    let rolled = host.store().roll(end).unwrap();
    assert_eq!(rolled.until, end);
    assert_eq!(host.store().roll(end).unwrap().records, 0, "nothing is rolled twice");
    check(&host, &expect);
}

#[test]
fn a_crash_before_the_manifest_loses_and_doubles_nothing() {
    let expect = live(6);
    let mut host = Host::new();
    let until = host.append(&records(0..3));
    host.store().roll(until).unwrap();
    let manifest = host.dir.path().join("parquet/manifest.json");
    let before = std::fs::read(&manifest).unwrap();
    let end = host.append(&records(3..6));
    host.store().roll(end).unwrap();
    let files = parquet_files(&host);
    // As if the power went after the files were there and before the manifest was.
    std::fs::write(&manifest, before).unwrap();
    std::fs::write(host.dir.path().join("parquet/events-00000099.tmp"), "torn").unwrap();
    std::fs::write(host.dir.path().join("parquet/manifest.new"), "{ torn").unwrap();
    check(&host, &expect);
    let mut store = host.store();
    assert!(parquet_files(&host) < files, "files that do not count are removed");
    store.roll(end).unwrap();
    check(&host, &expect);
    assert_eq!(parquet_files(&host), files);
}

#[test]
fn a_damaged_manifest_is_said_and_not_overwritten() {
    let mut host = Host::new();
    let until = host.append(&records(0..1));
    host.store().roll(until).unwrap();
    let manifest = host.dir.path().join("parquet/manifest.json");
    std::fs::write(&manifest, "{ \"form\": 1, ").unwrap();
    let error = Store::open(&host.held).unwrap_err().to_string();
    assert!(error.contains("manifest.json") && error.contains("hint:"), "{error}");
    assert_eq!(std::fs::read_to_string(&manifest).unwrap(), "{ \"form\": 1, ");
}

#[test]
fn records_come_back_as_they_were() {
    let mut host = Host::new();
    let until = host.append(&records(0..4));
    host.store().roll(until).unwrap();
    host.append(&records(4..6));
    let acts = host.query().acts("agent IS NOT NULL").unwrap();
    let findings = host.query().findings("level >= 3").unwrap();
    let mut expect = Vec::new();
    let mut expect_findings = Vec::new();
    for record in records(0..6) {
        match record {
            event::Record::Act(act) if act.actor.is_some() => expect.push(*act),
            event::Record::Finding(finding) => expect_findings.push(*finding),
            _ => {}
        }
    }
    for act in &mut expect {
        // Only the exec knows the arguments; the other acts of its process get them back.
        std::sync::Arc::make_mut(&mut act.process).command_line = "cat /home/alice/.ssh/id".into();
    }
    let known = |act: &event::Attributed| (act.id, act.event.clone(), act.actor.clone());
    assert_eq!(
        acts.iter().map(known).collect::<Vec<_>>(),
        expect.iter().map(known).collect::<Vec<_>>()
    );
    let lines = |acts: &[event::Attributed]| -> Vec<_> {
        acts.iter().map(|act| act.process.command_line.clone()).collect()
    };
    assert_eq!(lines(&acts), lines(&expect));
    expect_findings.retain(|finding| findings.iter().any(|found| found == finding));
    assert_eq!(findings, expect_findings);
    assert_eq!(findings.len(), 4, "one of each id");
}

#[test]
fn merged_files_say_the_same_and_stay_for_running_queries() {
    let expect = live(18);
    let mut host = Host::new();
    for minute in 0..18 {
        let until = host.append(&records(minute..minute + 1));
        host.store().roll(until).unwrap();
    }
    let before = parquet_files(&host);
    let query = host.query();
    assert_eq!(csv(&query, "SELECT count(*) AS n FROM events"), "n\n72\n");
    let mut store = host.store();
    let size = store.size();
    let compacted = store.compact().unwrap();
    assert!(compacted.merged > compacted.files && compacted.rows > 0, "{compacted:?}");
    assert_eq!(store.size().0, size.0, "no row more or less");
    assert!(parquet_files(&host) > before, "old files are kept for a while");
    assert_eq!(store.compact().unwrap().merged, 0, "once is enough");
    assert_eq!(csv(&query, "SELECT count(*) AS n FROM events"), "n\n72\n");
    check(&host, &expect);
}

#[test]
fn old_files_go_by_age_and_then_by_size() {
    let mut host = Host::new();
    for minute in 0..4 {
        let until = host.append(&records(minute..minute + 1));
        host.store().roll(until).unwrap();
    }
    let mut store = host.store();
    let count = || csv(&host.query(), "SELECT count(*) AS n FROM events");
    let settings = RetentionSettings { acts_days: 1, findings_days: 2, max_mib: 1 };
    let day_ns = 86_400_000_000_000;
    let kept = store.retain(&settings, day_ns).unwrap();
    assert_eq!((kept, count().as_str()), (Expired::default(), "n\n16\n"));
    let aged = store.retain(&settings, day_ns + 100_000_000_000).unwrap();
    assert_eq!((aged.files, aged.rows, aged.loss), (2, 8, None), "of minutes 0 and 1");
    assert_eq!(count(), "n\n8\n");
    let small = RetentionSettings { max_mib: 0, ..settings };
    let early = store.retain(&small, 0).unwrap();
    let loss = early.loss.unwrap();
    assert_eq!((loss.cause, loss.count), (LossCause::Retention, 8));
    assert_eq!(count(), "n\n0\n");
    assert_ne!(csv(&host.query(), "SELECT count(*) AS n FROM findings"), "n\n0\n");
}

fn parquet_files(host: &Host) -> usize {
    let names = std::fs::read_dir(host.dir.path().join("parquet")).unwrap();
    names
        .filter(|name| {
            name.as_ref().is_ok_and(|name| {
                let name = name.file_name();
                name.to_str().is_some_and(|name| name.ends_with(".parquet"))
            })
        })
        .count()
}
