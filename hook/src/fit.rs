//! Makes what the agent said fit into a frame: texts that are far longer than any path, address or command that is
//! judged lose their end, and it is said that they did.

use link::HookCall;
use serde_json::Value;

/// So much fits into a frame however it has to be escaped.
const FITS: usize = link::MAX_FRAME / 2 - 4_096;

/// The input, and whether texts in it were cut; none where nothing helps. `ends` says that not all of it was read.
pub fn fit(input: String, ends: bool) -> Option<(String, bool)> {
    if input.len() <= FITS && !ends {
        return Some((input, false));
    }
    let mut value: Value = serde_json::from_str(&input).ok()?;
    cut(&mut value);
    let short = value.to_string();
    (short.len() <= FITS).then_some((short, true))
}

fn cut(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > HookCall::CUT => {
            text.truncate(text.floor_char_boundary(HookCall::CUT));
        }
        Value::Array(items) => items.iter_mut().for_each(cut),
        Value::Object(fields) => fields.values_mut().for_each(cut),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_and_what_cannot_be_cut_is_refused() {
        let content = "é".repeat(700_000);
        let long = serde_json::json!({"tool_input": {"file_path": "/a", "content": content}});
        let (short, cut) = fit(long.to_string(), false).expect("it can be cut");
        assert!(cut && short.len() < 2 * HookCall::CUT && short.contains("\"file_path\":\"/a\""));
        assert_eq!(fit("{}".into(), false), Some(("{}".into(), false)));
        assert_eq!(fit("{}".into(), true), Some(("{}".into(), true)));
        let many = serde_json::json!(vec!["x".repeat(1_000); 1_000]);
        assert_eq!(fit(many.to_string(), false), None);
        assert_eq!(fit("x".repeat(FITS + 1), false), None);
    }
}
