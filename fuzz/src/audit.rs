//! The audit log that somebody changed, and heads among what receivers kept.

use std::sync::LazyLock;

use event::AuditHead;
use journal::audit::{AuditSettings, Expected, Log, Note, What, Who, read_anchors, verify_bytes};

use crate::fields::Fields;
use crate::journal::damaged;

/// What a writer wrote: a segment and the last head.
static WRITTEN: LazyLock<(Vec<u8>, AuditHead)> = LazyLock::new(|| {
    let home = tempfile::tempdir().expect("a place to write");
    let mut log = Log::open(home.path(), &AuditSettings::default()).expect("a new log");
    for number in 0..12 {
        let new = format!("policy {number}").into();
        log.add(
            Who::Daemon,
            What::PolicyChanged { old: None, new, changes: Vec::new(), refused: None },
        )
        .expect("it waits");
        if number % 3 == 0 {
            log.flush().expect("flushed");
        }
    }
    log.flush().expect("flushed");
    let head = log.head().expect("it is signed").clone();
    let bytes = std::fs::read(home.path().join("audit/0000000001.log")).expect("a segment");
    (bytes, head)
});

/// First byte 0: the rest is the file. Else the rest are edits of a sound one.
pub fn any(data: &[u8]) {
    let mut fields = Fields::new(data);
    let expected = Expected { remembered: Some(WRITTEN.1.clone()), ..Expected::default() };
    let bytes = match fields.byte() {
        0 => fields.rest().to_vec(),
        _ => damaged(&WRITTEN.0, fields),
    };
    let verdict = verify_bytes(&[(1, bytes.as_slice())], &expected);
    let proved = verdict.proved.as_ref().map_or(0, |proved| proved.sequence);
    assert!(proved <= verdict.last && verdict.entries <= verdict.last);
    let whole = verdict.fault.is_none() && !verdict.notes.iter().any(Note::is_grave);
    assert_eq!(whole, bytes == WRITTEN.0, "{verdict:?}");
    let heads = read_anchors(data).expect("memory is read");
    assert!(heads.len() <= data.len());
}
