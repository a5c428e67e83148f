//! Appends a made stream to a journal on disk and reads it back: records/s on one core, bytes per
//! record at rest.
//!
//! `cargo bench -p journal` (`-- --json` for one line per figure).
#![allow(clippy::unwrap_used, reason = "a benchmark stops on the first error")]

#[path = "../tests/it/stream.rs"]
mod stream;

use std::time::{Duration, Instant};

use event::Record;
use journal::{Compression, DataDir, Fsync, Reader, SegmentSettings, Writer};

const RECORDS: usize = 500_000;
const ROUNDS: usize = 5;

fn main() {
    let records: Vec<Record> = stream::Stream::new(42).take(RECORDS).collect();
    let cases = [
        ("batches of 256, zstd", 256, Compression::Zstd, usize::MAX),
        ("batches of 256, none", 256, Compression::None, usize::MAX),
        ("one by one, zstd", 1, Compression::Zstd, usize::MAX),
        ("frames of 500 (250 ms of 2,000/s), zstd", 100, Compression::Zstd, 500),
        ("frames of 50 (250 ms of 200/s), zstd", 10, Compression::Zstd, 50),
    ];
    println!("{:<44} {:>12} {:>12} {:>8}", "case", "append/s", "read/s", "bytes");
    for (name, batch, compression, sync_every) in cases {
        let mut rounds: Vec<_> =
            (0..ROUNDS).map(|_| round(&records, batch, compression, sync_every)).collect();
        rounds.sort_by_key(|round| round.append);
        let Round { append, read, bytes } = rounds[ROUNDS / 2];
        let rate = |time: Duration| RECORDS as f64 / time.as_secs_f64();
        let per = bytes as f64 / RECORDS as f64;
        println!("{name:<44} {:>12.0} {:>12.0} {per:>8.1}", rate(append), rate(read));
    }
}

#[derive(Clone, Copy)]
struct Round {
    append: Duration,
    read: Duration,
    bytes: u64,
}

fn round(records: &[Record], batch: usize, compression: Compression, sync_every: usize) -> Round {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let settings = SegmentSettings {
        compression,
        fsync: Fsync::Never,
        collect_ms: 3_600_000,
        ..SegmentSettings::default()
    };
    let begun = Instant::now();
    let mut writer = Writer::open(&dir, &settings).unwrap();
    for (index, part) in records.chunks(batch).enumerate() {
        writer.append(part).unwrap();
        if ((index + 1) * batch).is_multiple_of(sync_every) {
            writer.flush().unwrap();
        }
    }
    writer.flush().unwrap();
    let append = begun.elapsed();
    let begun = Instant::now();
    let mut reader = Reader::open(home.path()).unwrap();
    let mut count = 0;
    while let Some(batch) = reader.next_batch().unwrap() {
        count += batch.len();
    }
    assert_eq!(count, records.len());
    let read = begun.elapsed();
    let files = std::fs::read_dir(home.path().join("journal")).unwrap();
    let bytes = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    Round { append, read, bytes }
}
