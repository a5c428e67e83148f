//! Stored forms of other versions are read as far as they are known, and anything else is no harm.
#![expect(clippy::unwrap_used, reason = "test")]

use event::testing::{exec, open, unattributed};
use event::{Access, Process, Record};
use proptest::prelude::*;
use serde_json::json;

use super::unpacker::Unpacked;
use super::{Packer, kind, unpack};

fn entry(kind: u8, value: &serde_json::Value) -> Vec<u8> {
    let body = rmp_serde::to_vec_named(value).unwrap();
    let mut entry = vec![kind];
    entry.extend_from_slice(&(body.len() as u32).to_le_bytes());
    entry.extend(body);
    entry
}

fn packed(records: &[Record]) -> Vec<u8> {
    let mut packer = Packer::default();
    records.iter().for_each(|record| packer.push(record).unwrap());
    packer.payload().to_vec()
}

fn acts() -> Vec<Record> {
    let exec = unattributed(7, exec(10, 1, 2, "/bin/bash", "bash -c ls"));
    let mut open = unattributed(8, open(11, 2, "/etc/hosts", Access::Read));
    open.process = exec.process.clone();
    [exec, open].map(|act| Record::Act(Box::new(act))).to_vec()
}

fn read(payload: &[u8]) -> (Vec<Record>, u32) {
    let Unpacked { records, unknown } = unpack(payload);
    (records.into_iter().map(|(_, record)| record).collect(), unknown)
}

#[test]
fn what_a_later_version_adds_is_passed_over() {
    let records = acts();
    let mut payload = entry(9, &json!({"a table of the future": [1, 2]}));
    payload.extend(packed(&records[..1]));
    payload.extend(entry(200, &json!({"a record of the future": true})));
    payload.extend(entry(kind::ACT, &json!({"p": 0, "x": {"an_act_of_the_future": {}}})));
    let act =
        json!({"t": 5, "p": 0, "new": {"x": 1}, "x": {"file_unlink": {"path": "/a", "new": 1}}});
    payload.extend(entry(kind::ACT, &act));
    let Unpacked { records: read, unknown } = unpack(&payload);
    assert_eq!(unknown, 2);
    let places: Vec<_> = read.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [0, 3], "those that are not known keep their positions");
    assert_eq!(read[0].1, records[0]);
    let Record::Act(act) = &read[1].1 else { panic!("not an act") };
    assert_eq!(act.event.act.name(), "file_unlink");
    assert_eq!((act.event.time_unix_ns, act.event.count), (10_000_000_005, 1));
}

#[test]
fn a_process_of_a_deep_chain_keeps_its_near_ancestors() {
    let mut process = std::sync::Arc::new(Process::default());
    for pid in 1..5_000 {
        let id = event::testing::pid(pid);
        process = Process { id, parent: Some(process), ..Process::default() }.into();
    }
    let mut act = unattributed(1, open(1, 4_999, "/a", Access::Read));
    act.process = process.clone();
    let (read, _) = read(&packed(&[Record::Act(Box::new(act))]));
    let Record::Act(act) = &read[0] else { panic!("not an act") };
    let pids: Vec<_> = act.process.lineage().map(|process| process.id.pid).collect();
    assert_eq!(pids, (4_872..5_000).rev().collect::<Vec<_>>());
}

#[test]
fn a_process_at_the_address_of_a_dropped_one_is_not_taken_for_it() {
    let mut packer = Packer::default();
    let mut expect = Vec::new();
    for number in 0..100 {
        let line = format!("true {number}");
        let act = Record::Act(Box::new(unattributed(number, exec(1, 1, 2, "/bin/true", &line))));
        packer.push(&act).unwrap();
        expect.push(line);
    }
    let (read, _) = read(packer.payload());
    let lines = read.iter().map(|record| match record {
        Record::Act(act) => act.process.command_line.to_string(),
        _ => String::new(),
    });
    assert_eq!(lines.collect::<Vec<_>>(), expect);
}

proptest! {
    #[test]
    fn noise_is_no_harm(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
        unpack(&noise);
    }

    #[test]
    fn damage_that_a_checksum_missed_is_no_harm(at in 0usize..400, byte in any::<u8>()) {
        let mut payload = packed(&acts());
        let at = at % payload.len();
        payload[at] = byte;
        unpack(&payload);
    }
}
