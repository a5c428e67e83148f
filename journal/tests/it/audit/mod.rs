//! The audit log: what anybody changes in it is found, and where; crashes and other writers cost nothing.

mod appending;
mod crash;
mod tamper;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use event::AuditHead;
use journal::Fsync;
use journal::audit::{AuditSettings, Expected, Log, Verdict, What, Who, verify};
use tempfile::TempDir;

/// A directory in memory where there is one.
fn home() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

fn settings() -> AuditSettings {
    AuditSettings { fsync: Fsync::Never, ..AuditSettings::default() }
}

fn alice() -> Who {
    Who::Account { name: "alice".into(), uid: 1000 }
}

/// An entry that says its number.
fn some(number: u64) -> What {
    What::PolicyChanged {
        old: None,
        new: format!("policy {number}").into(),
        changes: Vec::new(),
        refused: None,
    }
}

/// The segments of a log, by number.
type Segments = BTreeMap<u64, Vec<u8>>;

fn segment(home: &Path, number: u64) -> PathBuf {
    home.join("audit").join(format!("{number:010}.log"))
}

fn read_segments(home: &Path) -> Segments {
    let numbers = (1..).take_while(|number| segment(home, *number).exists());
    numbers.map(|number| (number, fs::read(segment(home, number)).unwrap())).collect()
}

fn judge(segments: &Segments, expected: &Expected) -> Verdict {
    let segments: Vec<(u64, &[u8])> =
        segments.iter().map(|(number, bytes)| (*number, bytes.as_slice())).collect();
    journal::audit::verify_bytes(&segments, expected)
}

/// A log of groups of these sizes, in segments of about so many groups; the heads behind each group.
struct Made {
    segments: Segments,
    heads: Vec<AuditHead>,
}

fn made(groups: &[u64], rotate_after: Option<usize>) -> Made {
    let home = home();
    let mut log = Log::open(home.path(), &settings()).unwrap();
    let mut heads = vec![log.head().unwrap().clone()];
    let mut number = 0;
    for (index, size) in groups.iter().enumerate() {
        for _ in 0..*size {
            number += 1;
            log.add(alice(), some(number)).unwrap();
        }
        log.flush().unwrap();
        heads.push(log.head().unwrap().clone());
        if rotate_after == Some(index) {
            log.rotate(alice()).unwrap();
            heads.push(log.head().unwrap().clone());
        }
    }
    Made { segments: read_segments(home.path()), heads }
}

impl Made {
    fn last(&self) -> &AuditHead {
        self.heads.last().unwrap()
    }

    /// What a verifier knows who remembers the last head.
    fn remembered(&self) -> Expected {
        Expected { remembered: Some(self.last().clone()), ..Expected::default() }
    }
}

fn sound(home: &Path) -> Verdict {
    let verdict = verify(home, &Expected::default()).unwrap();
    assert_eq!(verdict.fault, None, "{verdict:?}");
    verdict
}
