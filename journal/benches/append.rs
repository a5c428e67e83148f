//! Appends a made stream to a journal on disk and reads it back: records per CPU second of the one
//! thread (the machine may be busy), and bytes per record at rest. The median of five rounds.
//!
//! `cargo bench -p journal --bench append`, `-- --json` for one line per figure.
#![allow(clippy::unwrap_used, reason = "a benchmark stops on the first error")]

#[path = "../tests/it/stream.rs"]
mod stream;

use event::Record;
use journal::{Compression, DataDir, Fsync, Reader, SegmentSettings, Writer};

const RECORDS: usize = 300_000;
const ROUNDS: usize = 5;

struct Case {
    name: &'static str,
    batch: usize,
    compression: Compression,
    /// Records per frame; a full frame if it is larger.
    frame: usize,
}

const CASES: [Case; 5] = {
    use Compression::{None, Zstd};
    const fn case(
        name: &'static str,
        batch: usize,
        compression: Compression,
        frame: usize,
    ) -> Case {
        Case { name, batch, compression, frame }
    }
    [
        case("batches of 256, zstd", 256, Zstd, usize::MAX),
        case("batches of 256, uncompressed", 256, None, usize::MAX),
        case("one by one, zstd", 1, Zstd, usize::MAX),
        case("frames of 500 (2,000/s), zstd", 100, Zstd, 500),
        case("frames of 50 (200/s), zstd", 10, Zstd, 50),
    ]
};

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    let records: Vec<Record> = stream::Stream::new(42).take(RECORDS).collect();
    if !json {
        println!("{:<32} {:>11} {:>11} {:>9}", "case", "append/s", "read/s", "bytes");
    }
    for case in &CASES {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| round(&records, case)).collect();
        let append = rate(rounds.iter().map(|round| round.append_ns));
        let read = rate(rounds.iter().map(|round| round.read_ns));
        let bytes = rounds[0].bytes as f64 / RECORDS as f64;
        if json {
            figure("journal append", append, "records/CPU s", 1e6, append >= 1e6, case);
            figure("journal read", read, "records/CPU s", 0.0, true, case);
            figure("journal at rest", bytes, "bytes/record", 40.0, bytes <= 40.0, case);
        } else {
            println!("{:<32} {append:>11.0} {read:>11.0} {bytes:>9.1}", case.name);
        }
    }
}

fn figure(what: &str, value: f64, unit: &str, target: f64, ok: bool, case: &Case) {
    let workload = format!("made stream of ten agents, {RECORDS} records, {}", case.name);
    let figure = serde_json::json!({
        "what": what, "value": value, "unit": unit, "target": target, "ok": ok, "peers": {},
        "workload": workload, "n": ROUNDS,
    });
    println!("{figure}");
}

fn rate(times_ns: impl Iterator<Item = u64>) -> f64 {
    let mut times_ns: Vec<_> = times_ns.collect();
    times_ns.sort_unstable();
    RECORDS as f64 / (times_ns[ROUNDS / 2] as f64 / 1e9)
}

struct Round {
    append_ns: u64,
    read_ns: u64,
    bytes: u64,
}

fn round(records: &[Record], case: &Case) -> Round {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let settings = SegmentSettings {
        compression: case.compression,
        fsync: Fsync::Never,
        collect_ms: 3_600_000,
        ..SegmentSettings::default()
    };
    let begun = cpu_ns();
    let mut writer = Writer::open(&dir, &settings).unwrap();
    for (index, part) in records.chunks(case.batch).enumerate() {
        writer.append(part).unwrap();
        if ((index + 1) * case.batch).is_multiple_of(case.frame) {
            writer.flush().unwrap();
        }
    }
    writer.flush().unwrap();
    let append_ns = cpu_ns() - begun;
    let begun = cpu_ns();
    let mut reader = Reader::open(home.path()).unwrap();
    let mut count = 0;
    while let Some(batch) = reader.next_batch().unwrap() {
        count += batch.len();
    }
    let read_ns = cpu_ns() - begun;
    assert_eq!(count, records.len());
    let files = std::fs::read_dir(home.path().join("journal")).unwrap();
    let bytes = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    Round { append_ns, read_ns, bytes }
}

/// CPU time of this thread so far.
fn cpu_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}
