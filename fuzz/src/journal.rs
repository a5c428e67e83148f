//! The record at rest: payloads of frames, and segments that somebody damaged.

use std::path::Path;
use std::sync::LazyLock;

use event::{Act, Event, Forked, LossCause, ProcessId, Record, testing};
use journal::{DataDir, Reader, Settings, Writer};

use crate::fields::Fields;

pub fn payload(data: &[u8]) {
    let (records, unknown) = journal::read_payload(data);
    assert!(records.len() + unknown as usize <= data.len() / 5 + 1);
    for record in records {
        let text = serde_json::to_string(&record).expect("a record is written");
        let _: Record = serde_json::from_str(&text).expect("what was written is read");
    }
}

/// What a writer wrote: a segment and its records.
static WRITTEN: LazyLock<(Vec<u8>, Vec<Record>)> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a place to write");
    let records: Vec<Record> = (0..60).map(record).collect();
    let dir = DataDir::claim(home.path()).expect("a new directory");
    let mut writer = Writer::open(&dir, &Settings::default().segments).expect("a writer");
    for some in records.chunks(7) {
        writer.append(some).expect("appended");
        writer.flush().expect("flushed");
    }
    drop(writer);
    let bytes = std::fs::read(segment_in(home.path())).expect("a segment");
    (bytes, records)
});

fn record(number: u64) -> Record {
    let child = ProcessId { start_ns: number, pid: number as u32 };
    let act = Act::ProcessClone(Forked { child });
    let event = Event::new(number * 1_000, testing::pid(number as u32 % 5), act);
    Record::Act(Box::new(testing::unattributed(number, event)))
}

fn segment_in(home: &Path) -> std::path::PathBuf {
    home.join("journal/0000000001.seg")
}

/// First byte 0: the rest is the file. Else the rest are edits of a sound one.
pub fn segment(data: &[u8]) {
    let mut fields = Fields::new(data);
    let forged = fields.byte() == 0;
    let bytes = if forged { fields.rest().to_vec() } else { damaged(&WRITTEN.0, fields) };
    let home = tempfile::tempdir_in(shared_memory()).expect("a place to write");
    std::fs::create_dir_all(home.path().join("journal")).expect("made");
    std::fs::write(home.path().join("VERSION"), "1\n").expect("written");
    std::fs::write(segment_in(home.path()), bytes).expect("written");
    let before = read(home.path(), forged);
    // A writer takes over: it cuts what is torn and goes on behind it.
    if let Ok(dir) = DataDir::claim(home.path())
        && let Ok(mut writer) = Writer::open(&dir, &Settings::default().segments)
    {
        writer.append(&[record(99)]).expect("appended");
        drop(writer);
        let after = read(home.path(), true);
        assert!(after.contains(&record(99)), "what is written after damage is read");
        let kept = before.iter().filter(|record| !matches!(record, Record::Loss(_)));
        kept.for_each(|record| assert!(after.contains(record), "recovery lost {record:?}"));
    }
}

/// All that can be read; unless `forged`, only what was written, each once and in order.
fn read(home: &Path, forged: bool) -> Vec<Record> {
    let Ok(reader) = Reader::open(home) else { return Vec::new() };
    let (mut records, mut last) = (Vec::new(), None);
    for stored in reader {
        let Ok(stored) = stored else { continue };
        assert!(last < Some(stored.position), "{:?} after {last:?}", stored.position);
        last = Some(stored.position);
        let known = match &stored.record {
            Record::Loss(loss) => loss.cause == LossCause::Disk,
            record => WRITTEN.1.contains(record),
        };
        assert!(known || forged, "nobody wrote {:?}", stored.record);
        records.push(stored.record);
    }
    records
}

/// Cuts, flips, copies and inserts.
pub fn damaged(sound: &[u8], mut fields: Fields<'_>) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    while !fields.is_empty() && bytes.len() < 1 << 20 {
        let (what, at) =
            (fields.byte(), usize::from(fields.byte()) << 8 | usize::from(fields.byte()));
        let at = at.min(bytes.len());
        match what % 4 {
            0 => bytes.truncate(at),
            1 => {
                let with = fields.byte();
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= with;
                }
            }
            2 => {
                let end = (at + usize::from(fields.byte()) * 8).min(bytes.len());
                let copied = bytes.get(at..end).unwrap_or_default().to_vec();
                bytes.extend(copied);
            }
            _ => {
                let new = fields.text().to_vec();
                bytes.splice(at..at, new);
            }
        }
    }
    bytes
}

fn shared_memory() -> std::path::PathBuf {
    let memory = std::path::PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}
