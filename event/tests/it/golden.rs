//! A handful of exports as a receiver sees them, for a checkout without the published schema.

use event::ocsf::{Version, export_at};
use event::{Act, Record};
use serde_json::{Value, json};

use crate::acts;

/// The record as exported, without the version of the crate, which changes with every release.
fn shown(record: &Record, version: Version) -> Value {
    let mut event = export_at(record, acts::TIME, &acts::host(), version);
    for pointer in ["/metadata/product/version", "/finding_info/product/version"] {
        if let Some(version) = event.pointer_mut(pointer) {
            *version = json!("0");
        }
    }
    event
}

fn act(index: usize) -> Record {
    let act: Act = acts::every().swap_remove(index);
    Record::Act(Box::new(acts::attributed(act)))
}

#[test]
fn exports_look_like_this() {
    insta::assert_json_snapshot!("process_exec", shown(&act(0), Version::V1_9));
    insta::assert_json_snapshot!("process_exec_1_7", shown(&act(0), Version::V1_7));
    insta::assert_json_snapshot!("file_open_refused", shown(&act(3), Version::V1_9));
    insta::assert_json_snapshot!("network_connect", shown(&act(13), Version::V1_9));
    insta::assert_json_snapshot!("dns_answer", shown(&act(20), Version::V1_9));
    insta::assert_json_snapshot!("tls_client_hello", shown(&act(21), Version::V1_9));
    insta::assert_json_snapshot!("credential_change", shown(&act(25), Version::V1_9));
    let finding = Record::Finding(Box::new(acts::finding()));
    insta::assert_json_snapshot!("finding", shown(&finding, Version::V1_9));
    insta::assert_json_snapshot!(
        "session",
        shown(&Record::Session(acts::session()), Version::V1_9)
    );
    insta::assert_json_snapshot!("loss", shown(&Record::Loss(acts::loss()), Version::V1_9));
}
