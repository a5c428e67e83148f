//! Bytes flip, sectors turn to zeros, anywhere.

use event::{LossCause, Record};
use journal::{Damage, DataDir, Writer};

use super::super::stream::Chance;
use super::{Written, home, lay, read, records, settings};

/// Damages `bytes` and says which were touched (and changed).
fn damage(bytes: &mut [u8], chance: &mut Chance) -> Vec<usize> {
    let len = bytes.len() as u64;
    let mut touched = Vec::new();
    match chance.below(4) {
        // A sector lost.
        0 => {
            let begin = chance.below(len) as usize / 512 * 512;
            let end = (begin + 512).min(bytes.len());
            touched.extend((begin..end).filter(|at| bytes[*at] != 0));
            bytes[begin..end].fill(0);
        }
        // Noise over a stretch.
        1 => {
            let begin = chance.below(len) as usize;
            let end = (begin + chance.below(200) as usize).min(bytes.len());
            for (at, byte) in bytes.iter_mut().enumerate().take(end).skip(begin) {
                *byte ^= 1 + chance.below(255) as u8;
                touched.push(at);
            }
        }
        // One to four bits.
        _ => {
            for _ in 0..=chance.below(4) {
                let at = chance.below(len) as usize;
                bytes[at] ^= 1 << chance.below(8);
                touched.push(at);
            }
        }
    }
    touched
}

#[test]
fn damage_costs_the_damaged_frames_and_is_counted() {
    let written = Written::new(16, 3, 5);
    let home = home();
    let dir = DataDir::claim(home.path()).unwrap();
    for seed in 0..6_000 {
        let mut bytes = written.bytes.clone();
        let touched = damage(&mut bytes, &mut Chance::new(seed));
        lay(home.path(), &bytes);
        let mut expect = Vec::new();
        let (mut missing, mut at_the_end, mut places) = (0, 0, 0);
        // With both copies of the segment's header lost too, nothing tells what was in front.
        let headers_hit =
            [0..512, 512..1_024].into_iter().all(|copy| bytes[copy.clone()] != written.bytes[copy]);
        let mut leading = None;
        for (begin, end, records) in written.spans() {
            // Two flips of one bit heal each other.
            let hit = bytes[begin..end] != written.bytes[begin..end];
            if hit {
                places += u64::from(at_the_end == 0);
                at_the_end += records.len() as u64;
            } else {
                let before = std::mem::take(&mut at_the_end);
                leading.get_or_insert(before);
                missing += before;
                expect.extend(records.iter().cloned());
            }
        }
        places -= u64::from(at_the_end > 0);
        let (stored, damage) = read(home.path());
        let what = format!("seed {seed}, touched {touched:?}");
        if headers_hit && damage.records != missing {
            let leading = leading.unwrap_or(0);
            (missing, places) = (missing - leading, places - u64::from(leading > 0));
        }
        assert_eq!((damage.records, damage.unknown), (missing, 0), "{what}");
        // With both headers lost, damage before the first sound frame cannot be known.
        assert!(
            damage.places <= places && (damage.places == places || touched[0] < 1_024),
            "{what}"
        );
        let lost: u64 = stored.iter().filter_map(|stored| lost_on_disk(&stored.record)).sum();
        assert_eq!(lost, missing, "{what}");
        let got: Vec<_> =
            records(stored).into_iter().filter(|record| lost_on_disk(record).is_none()).collect();
        assert_eq!(got, expect, "{what}");
        if seed % 4 != 0 {
            continue;
        }
        drop(Writer::open(&dir, &settings()).unwrap());
        let (stored, Damage { records: lost, .. }) = read(home.path());
        assert_eq!(lost, missing, "after recovery, {what}");
        assert!(stored.len() >= expect.len());
    }
}

fn lost_on_disk(record: &Record) -> Option<u64> {
    match record {
        Record::Loss(loss) if loss.cause == LossCause::Disk => Some(loss.count),
        _ => None,
    }
}
