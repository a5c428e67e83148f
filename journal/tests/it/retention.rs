//! Old segments go by age, by size, and when their records lie elsewhere.

use event::{LossCause, Record};
use journal::{
    DataDir, Fsync, Position, Reader, Removed, RetentionSettings, SegmentSettings, Writer,
};

use super::stream::{Chance, Stream};

const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// A journal of four segments of nearly 1 MiB, 2,000 records each, and one more that is open.
fn written() -> (tempfile::TempDir, DataDir, Writer) {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let mut chance = Chance::new(1);
    let settings =
        SegmentSettings { max_mib: 1, fsync: Fsync::Always, ..SegmentSettings::default() };
    let mut writer = Writer::open(&dir, &settings).unwrap();
    for mut part in Stream::new(2).take(10_000).collect::<Vec<_>>().chunks(2_000).map(Vec::from) {
        for record in &mut part {
            if let Record::Act(act) = record
                && let event::Act::FileOpen(open) = &mut act.event.act
            {
                let noise: String = (0..64).map(|_| format!("{:x}", chance.next())).collect();
                open.file.path = noise.into();
            }
        }
        writer.append(&part).unwrap();
    }
    (home, dir, writer)
}

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_nanos() as u64
}

fn check(settings: RetentionSettings, days: u64, rolled: u64, expect: (u64, u64, Option<u64>)) {
    let (home, _dir, mut writer) = written();
    let removed = writer.retain(&settings, now() + days * DAY_NS, Position(rolled)).unwrap();
    let (segments, lost, first) = expect;
    assert_eq!((removed.segments, removed.lost), (segments, lost), "{settings:?}");
    writer.sync().unwrap();
    let read: Vec<_> = Reader::open(home.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(read.first().map(|stored| stored.position.0), first);
    let reported = read.iter().find_map(|stored| match &stored.record {
        Record::Loss(loss) => Some((loss.cause, loss.count)),
        _ => None,
    });
    assert_eq!(reported, (lost > 0).then_some((LossCause::Retention, lost)));
}

#[test]
fn by_age_without_loss_and_by_size_with() {
    let keep = RetentionSettings { acts_days: 30, max_mib: 100, ..RetentionSettings::default() };
    let small = RetentionSettings { max_mib: 2, ..keep.clone() };
    check(keep.clone(), 0, 0, (0, 0, Some(0)));
    check(keep, 31, 0, (4, 0, Some(8_000)));
    check(small.clone(), 0, 0, (3, 6_000, Some(6_000)));
    check(small.clone(), 0, 5_000, (3, 1_000, Some(6_000)));
    check(small, 31, 0, (4, 0, Some(8_000)));
}

#[test]
fn what_lies_elsewhere_goes_on_demand() {
    let (home, _dir, mut writer) = written();
    assert_eq!(writer.remove_before(Position(1_999)).unwrap(), Removed::default());
    let removed = writer.remove_before(Position(4_000)).unwrap();
    assert_eq!((removed.segments, removed.lost), (2, 0));
    let mut reader = Reader::open(home.path()).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().position, Position(4_000));
    assert_eq!(reader.damage(), journal::Damage::default());
}

#[test]
fn a_reader_that_holds_reads_what_is_removed_meanwhile() {
    let (home, _dir, mut writer) = written();
    let held = Reader::open(home.path()).unwrap().hold().unwrap();
    let behind = Reader::open(home.path()).unwrap().hold().unwrap().from(Position(3_000)).unwrap();
    writer.remove_before(Position(4_000)).unwrap();
    assert_eq!(held.map(Result::unwrap).count(), 10_000);
    let first = behind.map(Result::unwrap).next().unwrap();
    assert_eq!(first.position, Position(3_000));
}
