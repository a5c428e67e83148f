//! What comes back is what went in: whole, from a position, from a time, and while it grows.

use journal::{DataDir, Position, Reader, SegmentSettings, Writer};

use super::stream::Stream;

fn written(count: usize) -> (tempfile::TempDir, Vec<event::Record>) {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(7).take(count).collect();
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
    for part in records.chunks(100) {
        writer.append(part).unwrap();
        writer.sync().unwrap();
    }
    (home, records)
}

#[test]
fn acts_come_back_with_their_lineage_and_actor() {
    let (home, records) = written(5_000);
    let mut lineages = 0;
    for (stored, record) in Reader::open(home.path()).unwrap().map(Result::unwrap).zip(&records) {
        assert_eq!(&stored.record, record);
        let (event::Record::Act(read), event::Record::Act(act)) = (&stored.record, record) else {
            continue;
        };
        let names = |process: &std::sync::Arc<event::Process>| -> Vec<_> {
            process.lineage().map(|process| (process.id, process.exe.clone())).collect()
        };
        assert_eq!(names(&read.process), names(&act.process));
        lineages += usize::from(names(&read.process).len() == 3);
    }
    assert!(lineages > 4_000, "the stream has processes with ancestors: {lineages}");
}

#[test]
fn reads_from_a_position() {
    let (home, records) = written(1_000);
    for from in [0, 1, 99, 100, 101, 555, 999, 1_000, 2_000] {
        let reader = Reader::open(home.path()).unwrap().from(Position(from)).unwrap();
        let read: Vec<_> = reader.map(|stored| stored.unwrap().record).collect();
        assert_eq!(read, records[records.len().min(from as usize)..], "from {from}");
    }
}

#[test]
fn reads_from_a_time() {
    let (home, records) = written(1_000);
    let time = records[700].time_unix_ns().unwrap();
    let expect: Vec<_> = records
        .iter()
        .filter(|record| record.time_unix_ns().is_some_and(|at| at >= time))
        .collect();
    let reader = Reader::open(home.path()).unwrap().since(time);
    let read: Vec<_> = reader.map(|stored| stored.unwrap().record).collect();
    assert_eq!(read.iter().collect::<Vec<_>>(), expect);
}

#[test]
fn a_snapshot_ends_where_it_was_opened_and_a_follower_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(3).take(600).collect();
    let settings = SegmentSettings { max_mib: 0, ..SegmentSettings::default() };
    let mut writer = Writer::open(&dir, &settings).unwrap();
    let mut parts = records.chunks(100);
    let mut write = move || {
        let Some(part) = parts.next() else { return false };
        writer.append(part).unwrap();
        writer.sync().unwrap();
        true
    };
    assert!(write());
    let snapshot = Reader::open(home.path()).unwrap();
    let following = Reader::open(home.path()).unwrap();
    assert!(write());
    assert_eq!(snapshot.map(Result::unwrap).count(), 100);
    let read: Vec<_> = following.follow(write).map(|stored| stored.unwrap().record).collect();
    assert_eq!(read, records);
}
