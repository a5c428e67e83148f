//! Heads that left the host, read back from what an outlet's receiver kept: OCSF events, one per line, among others.

use std::io::{self, BufRead};

use event::AuditHead;
use serde::Deserialize;
use serde_json::Value;

use super::segment::{Line, next_line};

/// Most heads that are taken; years of them, at one in a quarter of an hour.
const MOST: usize = 1 << 20;

/// The heads among lines of JSON; what else stands there is passed over.
pub fn read_anchors(mut reader: impl BufRead) -> io::Result<Vec<AuditHead>> {
    let mut heads = Vec::new();
    loop {
        let line = match next_line(&mut reader)? {
            Line::Whole(line) => line,
            Line::Torn(_) | Line::End => return Ok(heads),
        };
        if heads.len() < MOST
            && memchr::memmem::find(&line, b"audit_head").is_some()
            && let Ok(value) = serde_json::from_slice::<Value>(&line)
        {
            find(&value, &mut heads);
        }
    }
}

fn find(value: &Value, heads: &mut Vec<AuditHead>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find(item, heads)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match AuditHead::deserialize(value) {
                    Ok(head) if name == "audit_head" => heads.push(head),
                    _ => find(value, heads),
                }
            }
        }
        _ => {}
    }
}
