//! Loss: what a full ring could not take is counted, to the record.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use event::{Act, Event, LossCause};
use sensor::{Settings, Source};

use crate::stage::Stage;

/// Records that were told: by CPU how many, and the first and last sequence number.
#[derive(Clone, Default)]
struct Tap(Arc<Mutex<HashMap<u32, Told>>>);

#[derive(Default)]
struct Told {
    records: u64,
    first: Option<u64>,
    last: u64,
}

impl Write for Tap {
    /// Length and record come in two writes; the header holds the sequence number at 32, the CPU at 44.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() > 48 {
            let number = |at: usize| bytes[at..at + 8].try_into().map(u64::from_ne_bytes);
            let sequence = number(32).expect("eight bytes");
            let cpu = u32::from_ne_bytes(bytes[44..48].try_into().expect("four bytes"));
            let mut state = self.0.lock().expect("one thread");
            let told = state.entry(cpu).or_default();
            told.records += 1;
            told.first = Some(told.first.map_or(sequence, |first| first.min(sequence)));
            told.last = told.last.max(sequence);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn recorded_and_counted_make_what_was_offered() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 1, ..Settings::default() }) else {
        return;
    };
    let tap = Tap::default();
    stage.source.tap(Box::new(tap.clone()));
    // The self-test has taken sequence numbers: a record of each CPU says where its count begins.
    let mut events = Vec::new();
    stage.act("every_cpu");
    stage.told_until_now(&mut events);
    stage.act("many"); // nobody reads
    stage.told_until_now(&mut events);
    // A record of each CPU now, so that what was lost before it shows as a gap.
    stage.act("every_cpu");
    stage.told_until_now(&mut events);

    let lost = stage.source.stats().lost;
    assert!(lost > 0, "the flood fitted into the ring");
    {
        let state = tap.0.lock().expect("one thread");
        let recorded: u64 = state.values().map(|told| told.records).sum();
        let offered: u64 = state.values().map(|told| told.last + 1 - told.first.unwrap_or(0)).sum();
        assert_eq!(recorded + lost, offered);
    }
    // Counts are taken every second, and come as events.
    for _ in 0..1000 {
        if told_lost(&events) > 0 {
            break;
        }
        stage.told_until_now(&mut events);
    }
    assert_eq!(told_lost(&events), lost);
}

fn told_lost(events: &[Event]) -> u64 {
    let losses = events.iter().filter_map(|event| match &event.act {
        Act::EventLoss(loss) if loss.cause == LossCause::RingFull => Some(loss.count),
        _ => None,
    });
    losses.sum()
}
