//! Crashes: a segment cut at every byte, damaged at random places, a writer killed at random
//! moments, a disk that is full. What was acknowledged and is not itself damaged comes back.

mod cut;
mod damage;
pub mod full;
mod kill;

use std::fs;
use std::path::{Path, PathBuf};

use event::Record;
use journal::{DataDir, Fsync, Reader, SegmentSettings, Stored, Writer};
use tempfile::TempDir;

use super::stream::Stream;

/// A directory in memory where there is one: thousands of crashes without a disk.
fn home() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

fn settings() -> SegmentSettings {
    SegmentSettings { fsync: Fsync::Always, ..SegmentSettings::default() }
}

fn read(home: &Path) -> (Vec<Stored>, journal::Damage) {
    let mut reader = Reader::open(home).unwrap();
    let stored = reader.by_ref().map(Result::unwrap).collect();
    (stored, reader.damage())
}

/// One segment and where its frames are.
struct Written {
    bytes: Vec<u8>,
    /// Of each frame its end in the file and its records.
    frames: Vec<(usize, Vec<Record>)>,
}

/// Where the first frame begins.
const FRAMES: usize = 1_024;

impl Written {
    fn new(frames: usize, most: usize, seed: u64) -> Self {
        let home = home();
        let dir = DataDir::claim(home.path()).unwrap();
        let mut writer = Writer::open(&dir, &settings()).unwrap();
        let mut records = Stream::new(seed);
        let path = segment(home.path(), 1);
        let frames = (0..frames).map(|index| {
            let records: Vec<_> = records.by_ref().take(1 + index % most).collect();
            writer.append(&records).unwrap();
            (fs::metadata(&path).unwrap().len() as usize, records)
        });
        let frames = frames.collect();
        Self { bytes: fs::read(&path).unwrap(), frames }
    }

    /// Begin and end of each frame, and its records.
    fn spans(&self) -> impl Iterator<Item = (usize, usize, &Vec<Record>)> {
        let begins = [FRAMES].into_iter().chain(self.frames.iter().map(|(end, _)| *end));
        begins.zip(&self.frames).map(|(begin, (end, records))| (begin, *end, records))
    }
}

fn segment(home: &Path, number: u64) -> PathBuf {
    home.join("journal").join(format!("{number:010}.seg"))
}

/// A data directory that holds one segment with these bytes.
fn lay(home: &Path, bytes: &[u8]) {
    let journal = home.join("journal");
    let _ = fs::remove_dir_all(&journal);
    fs::create_dir_all(&journal).unwrap();
    fs::write(segment(home, 1), bytes).unwrap();
}

fn records(stored: Vec<Stored>) -> Vec<Record> {
    stored.into_iter().map(|stored| stored.record).collect()
}
