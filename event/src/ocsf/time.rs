//! Times of other products: milliseconds as the schema says, and what is found instead.

use super::ImportError;
use super::node::Node;

/// When an event happened, in nanoseconds since 1970.
pub(super) fn read(event: &Node, own: &Node) -> Result<u64, ImportError> {
    if let Some(exact) = own.at("time_unix_ns").number()? {
        return Ok(exact);
    }
    for key in ["time", "start_time"] {
        if let Some(time) = of(event, key)? {
            return Ok(time);
        }
    }
    if let Some(time) = text(&event.down("metadata.original_time"))? {
        return Ok(time);
    }
    let hint = "fill `time` with milliseconds since 1970 UTC";
    Err(event.at("time").missing("milliseconds since 1970", hint))
}

/// A time attribute of `object`, or its sibling `<key>_dt`: the text is finer than milliseconds.
pub(super) fn of(object: &Node, key: &str) -> Result<Option<u64>, ImportError> {
    let sibling = object.at(&format!("{key}_dt"));
    let node = object.at(key);
    match text(&sibling) {
        Ok(None) => {}
        // A text that is no time is no loss where the number is there.
        Err(_) if !node.is_absent() => {}
        told => return told,
    }
    match node.integer() {
        Ok(number) => Ok(number.and_then(by_size)),
        Err(_) => text(&node),
    }
}

/// Products send seconds, micro- and nanoseconds too; no time of our days is ambiguous.
fn by_size(number: i128) -> Option<u64> {
    let number = u64::try_from(number).ok()?;
    let unit = match number {
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    };
    number.checked_mul(unit)
}

/// A time as RFC 3339 text.
fn text(node: &Node) -> Result<Option<u64>, ImportError> {
    let Some(text) = node.text()? else { return Ok(None) };
    let expected = "milliseconds since 1970, or a time like 2026-01-31T12:00:00Z";
    let time: jiff::Timestamp = zoned(&text).parse().map_err(|_| node.wrong(expected))?;
    u64::try_from(time.as_nanosecond()).map(Some).map_err(|_| node.wrong("a time after 1970"))
}

/// The schema lets the zone away; UTC is meant then.
fn zoned(text: &str) -> String {
    let text = text.trim();
    let clock = text.split(['T', 't', ' ']).nth(1).unwrap_or_default();
    let has_zone = clock.contains(['Z', 'z', '+', '-']);
    if has_zone { text.to_owned() } else { format!("{text}Z") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(time: Value, expect: Option<u64>) {
        let event = json!({ "time": time });
        let found = read(&Node::root(&event), &Node::root(&Value::Null)).ok();
        assert_eq!(found, expect, "{event}");
    }

    #[test]
    fn the_text_is_finer_and_may_be_wrong() {
        let read = |event: Value| read(&Node::root(&event), &Node::root(&Value::Null)).ok();
        let fine =
            json!({ "time": 1_767_225_600_123_u64, "time_dt": "2026-01-01T00:00:00.1234567Z" });
        assert_eq!(read(fine), Some(1_767_225_600_123_456_700));
        let wrong = json!({ "time": 1_767_225_600_123_u64, "time_dt": "soon" });
        assert_eq!(read(wrong), Some(1_767_225_600_123_000_000));
        assert_eq!(read(json!({ "time_dt": "soon" })), None);
    }

    #[test]
    fn reads_what_products_write() {
        let expect = Some(1_760_000_000_123_000_000);
        check(json!(1_760_000_000_123_u64), expect);
        check(json!(1_760_000_000_123.0), expect);
        check(json!("1760000000123"), expect);
        check(json!(1_760_000_000_123_000_u64), expect);
        check(json!(1_760_000_000_123_000_000_u64), expect);
        check(json!("2025-10-09T08:53:20.123Z"), expect);
        check(json!("2025-10-09T08:53:20.123"), expect);
        check(json!("2025-10-09 10:53:20.123+02:00"), expect);
        check(json!(1_760_000_000), Some(1_760_000_000_000_000_000));
        check(json!("yesterday"), None);
        check(json!(-5), None);
        check(Value::Null, None);
    }
}
