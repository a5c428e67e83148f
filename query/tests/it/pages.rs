//! A long record, told act by act: the same acts as at once, whatever a page holds.

use event::{Access, EventId, Record, testing};
use journal::Position;
use query::{Damage, Error, Query, Settings};

use crate::record::{Host, act, csv};

/// Acts of three minutes, of which the second has more than fit a page; many at the same time.
fn acts() -> Vec<Record> {
    let event = |id: u64| {
        let second = match id {
            0..1_000 => 0,
            1_000..39_000 => 60 + id / 1_000,
            _ => 120,
        };
        match id % 100 {
            _ if id == 0 => testing::exec(second, 1, 20, "/usr/bin/cat", "cat start"),
            _ if id == 39_999 => testing::open(second, 20, "/src", Access::Read),
            0 => testing::exec(second, 1, 10, "/usr/bin/cat", &format!("cat {id}")),
            _ => testing::open(second, 10, "/src", Access::Read),
        }
    };
    (0..40_000).map(|id| act(id, event(id), None)).collect()
}

fn told(host: &Host, condition: &str, most: u64) -> Vec<(EventId, String)> {
    let mut told = Vec::new();
    let tell = |act: event::Attributed| {
        told.push((act.id, act.process.command_line.to_string()));
        Ok::<(), Error>(())
    };
    host.query().each_act(condition, most, tell).unwrap();
    told
}

fn told_line(told: &[(EventId, String)], id: u64) -> String {
    let found = told.iter().find(|(one, _)| one.0 == id);
    found.map(|(_, line)| line.clone()).unwrap_or_default()
}

#[test]
fn all_are_told_once_and_in_order() {
    let mut host = Host::new();
    let records = acts();
    let (rolled, live) = records.split_at(20_000);
    let until = host.append(rolled);
    host.store().roll(until).unwrap();
    host.append(live);
    let check = |condition: &str, most: u64, expect: Vec<u64>| {
        let told = told(&host, condition, most);
        let ids: Vec<u64> = told.iter().map(|(id, _)| id.0).collect();
        assert!(ids == expect, "{condition} {most}: {} are not {}", ids.len(), expect.len());
        told
    };
    let all = check("true", u64::MAX, (0..40_000).collect());
    check("true", 39_500, (500..40_000).collect());
    check("true", 3, vec![39_997, 39_998, 39_999]);
    check("true", 0, vec![]);
    check("false", u64::MAX, vec![]);
    check("act = 'process_exec'", 2, vec![39_800, 39_900]);
    check("id < 5 OR id > 39997", 4, vec![3, 4, 39_998, 39_999]);
    // Each act has the program that its process ran then: acts of a second have its last one.
    let ran = |id: u64| told_line(&all, id);
    assert_eq!((ran(999).as_str(), ran(20_999).as_str()), ("cat 900", "cat 20900"));
    // Also where its start is many pages back.
    assert_eq!(told_line(&all, 39_999), "cat start");
    assert_eq!(told_line(&all, 39_998), "cat 39900");
}

#[test]
fn what_cannot_be_read_is_counted() {
    let mut host = Host::new();
    for part in acts()[..90].chunks(10) {
        host.append(part);
    }
    assert_eq!(host.query().damage().unwrap(), Damage::default());
    let segment = host.dir.path().join("journal/0000000001.seg");
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&segment, bytes).unwrap();
    let expect = Damage { records: 10, places: 1 };
    assert_eq!(host.query().damage().unwrap(), expect);
    assert_eq!(told(&host, "true", u64::MAX).len(), 80);
    let none = Query::rolled(host.dir.path(), Settings::default()).unwrap();
    // Rolled, it is still known.
    let end = host.append(&[]);
    host.store().roll(end).unwrap();
    let all = Query::rolled(host.dir.path(), Settings::default()).unwrap();
    let count = |query: &Query| csv(query, "SELECT count(*) AS n FROM events");
    assert_eq!((none.until(), count(&none).as_str()), (Position(0), "n\n0\n"));
    assert_eq!((all.until(), count(&all).as_str()), (end, "n\n80\n"));
    assert_eq!(host.query().damage().unwrap(), expect);
    assert_eq!(told(&host, "true", u64::MAX).len(), 80);
}
