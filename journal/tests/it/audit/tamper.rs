//! What is changed in a log, byte by byte and line by line, is found at its place; what a key or an anchor holds
//! against it, too.

use event::AuditHead;
use journal::audit::{Expected, Fault, Note, PublicKey, Verdict};
use proptest::prelude::*;

use super::{Made, judge, made};

/// Where each line begins, and behind the last.
fn lines(bytes: &[u8]) -> Vec<usize> {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).collect()
}

/// The first entry of which the line that holds byte `at`, or a later one, is about.
fn entry_at(bytes: &[u8], at: usize) -> u64 {
    let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    1 + bytes[..begin].windows(9).filter(|part| part == b" {\"entry\"").count() as u64
}

fn changed(made: &Made, change: impl FnOnce(&mut Vec<u8>)) -> Verdict {
    let mut segments = made.segments.clone();
    change(segments.get_mut(&1).unwrap());
    judge(&segments, &made.remembered())
}

#[test]
fn a_log_as_it_was_written_is_proved_to_its_end() {
    let made = made(&[1, 3, 2], Some(1));
    let verdict = judge(&made.segments, &made.remembered());
    assert_eq!(verdict.fault, None);
    assert_eq!(verdict.notes, []);
    // The first key, six entries, and one rotation.
    assert_eq!((verdict.entries, verdict.first, verdict.last), (8, 1, 8));
    assert_eq!(verdict.proved.as_ref().map(|proved| proved.sequence), Some(8));
    assert_eq!(verdict.anchors, 1);
    let keys: Vec<u64> = verdict.keys.iter().map(|span| span.from).collect();
    assert_eq!(keys, [1, 7], "the new key signs what comes after the entry that names it");
}

#[test]
fn every_flipped_bit_is_found_at_its_line() {
    let made = made(&[1, 2], Some(0));
    let bytes = made.segments[&1].clone();
    let unsigned = made.heads[made.heads.len() - 2].sequence + 1;
    for at in 0..bytes.len() {
        let verdict = changed(&made, |bytes| bytes[at] ^= 1 << (at % 8));
        let (place, _) = verdict.fault.unwrap_or_else(|| panic!("byte {at} may be changed"));
        // Without its last line end the log ends in a line that is not whole: the last signature is missing.
        let expect = if at + 1 == bytes.len() { unsigned } else { entry_at(&bytes, at) };
        assert_eq!(place.sequence, expect, "byte {at}");
        let proved = verdict.proved.map_or(0, |proved| proved.sequence);
        assert!(proved < expect, "byte {at}: {proved} is proved");
    }
}

#[test]
fn every_cut_is_found() {
    let made = made(&[1, 2], None);
    for at in 0..made.segments[&1].len() {
        let verdict = changed(&made, |bytes| bytes.truncate(at));
        let (place, fault) = verdict.fault.unwrap_or_else(|| panic!("cut at {at}"));
        let last = made.last().sequence;
        assert!(matches!(fault, Fault::Truncated { known, .. } if known == last), "{at}: {fault}");
        assert!(place.sequence <= last, "{at}");
    }
    // The head line alone: everything is there, and the last group is not signed.
    let verdict = changed(&made, |bytes| {
        let lines = lines(bytes);
        bytes.truncate(lines[lines.len() - 2]);
    });
    assert!(verdict.notes.contains(&Note::Unsigned { count: 2 }), "{verdict:?}");
}

#[test]
fn lines_that_go_come_or_change_places_are_found() {
    let made = made(&[1, 2, 1], None);
    let lines = lines(&made.segments[&1]);
    let count = lines.len() - 1;
    let line = |bytes: &[u8], index: usize| bytes[lines[index]..lines[index + 1]].to_vec();
    for a in 0..count {
        let gone = changed(&made, |bytes| drop(bytes.drain(lines[a]..lines[a + 1])));
        assert!(gone.fault.is_some(), "line {a} may go");
        for (b, at) in lines.iter().copied().enumerate() {
            let copied = changed(&made, |bytes| {
                let copy = line(bytes, a);
                bytes.splice(at..at, copy);
            });
            let (place, _) = copied.fault.unwrap_or_else(|| panic!("line {a} may stand at {b}"));
            // A copy right behind its original is found at the copy.
            assert!(place.line as usize >= b.min(count), "{a} {b}: {place:?}");
        }
        for b in a + 1..count {
            let swapped = changed(&made, |bytes| {
                let (first, second) = (line(bytes, a), line(bytes, b));
                bytes.splice(lines[b]..lines[b + 1], first);
                bytes.splice(lines[a]..lines[a + 1], second);
            });
            let (place, _) = swapped.fault.unwrap_or_else(|| panic!("{a} and {b} swapped"));
            assert_eq!(place.line as usize, a + 1, "{a} {b}");
        }
    }
}

#[test]
fn whoever_writes_the_whole_log_anew_lacks_the_key() {
    let (ours, theirs) = (made(&[2, 2], None), made(&[2, 2], None));
    let check = |expected: &Expected, expect: Option<Fault>| {
        let verdict = judge(&theirs.segments, expected);
        assert_eq!(verdict.fault.map(|(_, fault)| fault), expect);
    };
    check(&Expected::default(), None);
    check(&ours.remembered(), Some(Fault::Anchor { sequence: 5 }));
    let anchors = vec![ours.heads[1].clone()];
    check(&Expected { anchors, ..Expected::default() }, Some(Fault::Anchor { sequence: 3 }));
    let key = PublicKey::read(&ours.last().public_key).unwrap();
    let (expected, found) = (key.id(), theirs.last().key.clone());
    let key = Some(key);
    check(&Expected { key, ..Expected::default() }, Some(Fault::Key { expected, found }));
}

#[test]
fn an_anchor_that_was_forged_is_told_and_does_not_count() {
    let made = made(&[2, 2], None);
    let mut forged = made.last().clone();
    forged.sequence = 99;
    let anchors = vec![forged, made.heads[1].clone()];
    let verdict = judge(&made.segments, &Expected { anchors, ..Expected::default() });
    assert_eq!(verdict.fault, None);
    assert_eq!(verdict.anchors, 1);
    assert_eq!(verdict.notes, [Note::AnchorsUnsigned { count: 1 }]);
}

#[test]
fn anchors_are_found_among_what_an_outlet_wrote() {
    let made = made(&[2, 2], None);
    let host = event::ocsf::Device::named("host");
    let head = |head: &AuditHead| event::Record::Audit(Box::new(head.clone()));
    let mut lines = String::from("not json\n{\"class_uid\": 2004}\n");
    for one in &made.heads {
        let event = event::ocsf::export(&head(one), &host, event::ocsf::Version::V1_9).unwrap();
        lines.push_str(&format!("{event}\n[{event}]\n"));
    }
    let anchors = journal::audit::read_anchors(lines.as_bytes()).unwrap();
    assert_eq!(anchors.len(), 2 * made.heads.len());
    let verdict = judge(&made.segments, &Expected { anchors, ..Expected::default() });
    assert_eq!((verdict.fault, verdict.anchors), (None, 6));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any edit of any log is found, wherever its groups end and whether or not its key was rotated.
    #[test]
    fn any_edit_is_found(
        groups in proptest::collection::vec(1u64..4, 1..4),
        rotate in proptest::option::of(0usize..3),
        at in 0.0f64..1.0,
        insert in proptest::collection::vec(any::<u8>(), 0..80),
        remove in 0usize..200,
    ) {
        let made = made(&groups, rotate);
        let before = made.segments[&1].clone();
        let mut after = before.clone();
        let at = (at * before.len() as f64) as usize;
        let end = (at + remove).min(before.len());
        after.splice(at..end, insert);
        let mut segments = made.segments.clone();
        let is_same = before == after;
        // What comes behind the end of the log without a line end is a torn tail, and not read.
        let is_torn = after.starts_with(&before) && !after[before.len()..].contains(&b'\n');
        segments.insert(1, after);
        let verdict = judge(&segments, &made.remembered());
        prop_assert_eq!(verdict.fault.is_none(), is_same || is_torn, "{:?}", verdict);
        if is_torn && !is_same {
            prop_assert!(verdict.notes.iter().any(Note::is_grave));
        }
    }
}
