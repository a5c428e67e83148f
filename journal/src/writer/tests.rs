//! The writer on a disk that refuses, tears and forgets on command.
#![expect(clippy::unwrap_used, reason = "test")]

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use event::{Loss, LossCause, Record};

use super::*;
use crate::Reader;
use crate::medium::Output;

/// A disk that obeys.
#[derive(Debug, Default)]
struct Fate {
    /// Bytes it still takes; the append that goes beyond is torn there.
    room: AtomicI64,
    /// Syncs that fail.
    bad_syncs: AtomicU64,
    /// Cuts that fail.
    bad_cuts: AtomicU64,
    log: Mutex<Vec<&'static str>>,
}

#[derive(Debug)]
struct Fickle(Arc<Fate>);

#[derive(Debug)]
struct FickleFile(Box<dyn Output>, Arc<Fate>);

impl Medium for Fickle {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        self.0.log.lock().unwrap().push("create");
        Ok(Box::new(FickleFile(Disk.create(path)?, self.0.clone())))
    }
}

fn once(count: &AtomicU64) -> bool {
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

impl Output for FickleFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = self.1.room.fetch_sub(bytes.len() as i64, Ordering::Relaxed);
        let Some(torn) = bytes.get(..usize::try_from(room).unwrap_or(0)) else {
            return self.0.append(bytes);
        };
        self.1.room.store(0, Ordering::Relaxed);
        self.0.append(torn)?;
        Err(io::ErrorKind::StorageFull.into())
    }
    fn sync(&mut self) -> io::Result<()> {
        if once(&self.1.bad_syncs) { Err(io::Error::other("lost")) } else { self.0.sync() }
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        if once(&self.1.bad_cuts) { Err(io::Error::other("stuck")) } else { self.0.cut(len) }
    }
}

/// Numbered records that say nothing else.
fn record(number: u64) -> Record {
    let (cause, place) = (LossCause::Decode, "test".into());
    let (from_unix_ns, until_unix_ns) = (number, number);
    Record::Loss(Loss { cause, count: number, from_unix_ns, until_unix_ns, place })
}

struct Bench {
    home: tempfile::TempDir,
    fate: Arc<Fate>,
    writer: Writer,
    _dir: DataDir,
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let dir = DataDir::claim(home.path()).unwrap();
        let fate = Arc::new(Fate { room: AtomicI64::new(i64::MAX / 2), ..Fate::default() });
        let settings = SegmentSettings { fsync: Fsync::Always, ..SegmentSettings::default() };
        let writer = Writer::with_medium(&dir, &settings, Box::new(Fickle(fate.clone()))).unwrap();
        Self { home, fate, writer, _dir: dir }
    }

    fn append(&mut self, numbers: std::ops::Range<u64>) -> Result<Position, Error> {
        self.writer.append(&numbers.map(record).collect::<Vec<_>>())
    }

    /// Numbers of our records, and the counts of losses on disk.
    fn read(&self) -> (Vec<u64>, Vec<u64>) {
        let mut reader = Reader::open(self.home.path()).unwrap();
        let (mut numbers, mut lost) = (Vec::new(), Vec::new());
        for stored in reader.by_ref() {
            match stored.unwrap().record {
                Record::Loss(loss) if loss.cause == LossCause::Decode => numbers.push(loss.count),
                Record::Loss(loss) if loss.cause == LossCause::Disk => lost.push(loss.count),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(reader.damage().records, 0, "what was shed is not damage");
        (numbers, lost)
    }
}

fn shed(result: Result<Position, Error>) -> u64 {
    match result {
        Err(Error::Shed { shed, .. }) => shed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_torn_append_is_cut_off_and_reported_once() {
    // Room for the segment's header and some of the frames, in every proportion.
    for room in (0..4_000).step_by(37) {
        let mut bench = Bench::new();
        bench.fate.room.store(room, Ordering::Relaxed);
        let (mut kept, mut lost) = (Vec::new(), 0);
        for batch in 0..20 {
            let numbers = batch * 10..batch * 10 + 10;
            match bench.append(numbers.clone()) {
                Ok(_) => kept.extend(numbers),
                error => {
                    lost += 10;
                    assert_eq!(shed(error), lost);
                }
            }
        }
        assert!(lost > 0);
        bench.fate.room.store(i64::MAX / 2, Ordering::Relaxed);
        assert_eq!(bench.append(200..205).unwrap(), bench.writer.synced());
        kept.extend(200..205);
        assert_eq!(bench.read(), (kept, vec![lost]), "room for {room}");
    }
}

#[test]
fn a_segment_that_cannot_be_cut_is_given_up() {
    let mut bench = Bench::new();
    bench.append(0..5).unwrap();
    bench.fate.room.store(20, Ordering::Relaxed);
    bench.fate.bad_cuts.store(1, Ordering::Relaxed);
    assert_eq!(shed(bench.append(5..10)), 5);
    bench.fate.room.store(i64::MAX / 2, Ordering::Relaxed);
    bench.append(10..12).unwrap();
    assert_eq!(*bench.fate.log.lock().unwrap(), ["create", "create"]);
    assert_eq!(bench.read(), ((0..5).chain(10..12).collect(), vec![5]));
}

#[test]
fn a_failed_sync_makes_what_was_not_synced_suspect() {
    let mut bench = Bench::new();
    bench.append(0..5).unwrap();
    bench.fate.bad_syncs.store(1, Ordering::Relaxed);
    assert_eq!(shed(bench.append(5..8)), 3);
    bench.append(8..9).unwrap();
    assert_eq!(*bench.fate.log.lock().unwrap(), ["create", "create"], "the file is not trusted");
    // They may or may not have reached the disk: here they have.
    assert_eq!(bench.read(), ((0..9).collect(), vec![3]));
}

#[test]
fn no_record_of_a_large_append_is_dropped_silently() {
    let mut bench = Bench::new();
    bench.fate.room.store(1_200, Ordering::Relaxed);
    // Several frames in one append: the first is refused, the rest must still be accounted for.
    let count = 40_000;
    let lost = shed(bench.append(0..count));
    bench.fate.room.store(i64::MAX / 2, Ordering::Relaxed);
    bench.append(count..count + 1).unwrap();
    let (kept, reported) = bench.read();
    assert_eq!(kept.len() as u64 + reported.iter().sum::<u64>(), count + 1);
    assert!(lost > 0 && reported.iter().sum::<u64>() >= lost);
}

#[test]
fn the_loss_is_reported_without_new_records() {
    let mut bench = Bench::new();
    bench.fate.room.store(0, Ordering::Relaxed);
    assert_eq!(shed(bench.append(0..7)), 7);
    assert!(bench.writer.due().is_some());
    bench.fate.room.store(i64::MAX / 2, Ordering::Relaxed);
    bench.writer.sync().unwrap();
    assert_eq!(bench.read(), (vec![], vec![7]));
    assert_eq!(bench.writer.due(), None);
}
