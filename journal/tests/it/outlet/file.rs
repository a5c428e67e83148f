//! The JSON lines file: appended, moved aside, mended after a torn write.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use journal::outlet::{FileSettings, OutletSettings, Selection};
use serde_json::Value;

use super::{Host, until};

fn settings(host: &Host, records: Selection, max_mib: u64) -> OutletSettings {
    let path = host.path("findings.jsonl");
    let file = FileSettings { path, records, max_mib, keep: 2 };
    OutletSettings { file: BTreeMap::from([("a".into(), file)]), ..OutletSettings::default() }
}

fn lines(host: &Host, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(host.path(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn findings_are_lines_and_a_torn_line_is_mended() {
    let mut host = Host::new();
    fs::write(host.path("findings.jsonl"), "{\"old\":1}\n{\"to").unwrap();
    let settings = settings(&host, Selection::Findings, 100);
    let mut expect = vec![serde_json::json!({"old": 1})];
    expect.extend(host.write(0, 2));
    let outlets = host.start(&settings, 0);
    until(&outlets, |status| status.delivered == 2);
    outlets.stop();
    let outlets = host.start(&settings, host.writer.end().0);
    expect.extend(host.write(2, 3));
    until(&outlets, |status| status.delivered == 1);
    assert_eq!(lines(&host, "findings.jsonl"), expect);

    fs::rename(host.path("findings.jsonl"), host.path("moved")).unwrap();
    let more = host.write(3, 4);
    until(&outlets, |status| status.delivered == 2);
    assert_eq!(lines(&host, "findings.jsonl"), more, "made again after another moved it");
    let rights = fs::metadata(host.path("findings.jsonl")).unwrap().permissions().mode();
    assert_eq!(rights & 0o137, 0o000);
}

#[test]
fn a_large_file_is_moved_aside() {
    let mut host = Host::new();
    let settings = settings(&host, Selection::Everything, 1);
    let outlets = host.start(&settings, 0);
    let mut written = 0;
    for _ in 0..60 {
        host.write(0, 1);
        written += 51;
        until(&outlets, |status| status.delivered == written);
    }
    let count = |name| lines(&host, name).len() as u64;
    let counts = ["findings.jsonl", "findings.jsonl.1", "findings.jsonl.2"].map(count);
    assert_eq!(counts.iter().sum::<u64>(), written);
    assert!(counts.iter().all(|lines| *lines > 0), "{counts:?}");
}
