//! Whether two ways to a provider came to the same.

use anyhow::{Result, ensure};
use serde_json::Value;

/// Compares what clients said, case by case; gives how many there were.
pub fn cases(direct: &str, through: &str) -> Result<usize> {
    let (direct, through): (Vec<&str>, Vec<&str>) =
        (direct.lines().collect(), through.lines().collect());
    let differ = direct.iter().zip(&through).filter(|(one, other)| one != other);
    let told: Vec<String> = differ.take(3).map(|(one, other)| difference(one, other)).collect();
    ensure!(
        told.is_empty(),
        "clients say something else through the gateway\n  {}",
        told.join("\n  ")
    );
    ensure!(
        direct.len() == through.len(),
        "{} cases directly, {} through",
        direct.len(),
        through.len()
    );
    ensure!(!direct.is_empty(), "no case was tried");
    Ok(direct.len())
}

/// Compares what providers saw; gives how many requests there were.
pub fn requests(direct: &[String], through: &[String]) -> Result<usize> {
    let differ = direct.iter().zip(through).find(|(one, other)| one != other);
    if let Some((one, other)) = differ {
        anyhow::bail!("the provider sees something else: {}", difference(one, other));
    }
    ensure!(
        direct.len() == through.len(),
        "{} requests directly, {} through",
        direct.len(),
        through.len()
    );
    Ok(direct.len())
}

/// The first place where they differ, with some letters around it.
fn difference(one: &str, other: &str) -> String {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let around =
        |text: &str| -> String { text.chars().skip(same.saturating_sub(120)).take(240).collect() };
    format!("{:?} is {:?}", around(one), around(other))
}

/// How many calls of this provider are in the record.
pub fn calls(recorded: &str, provider: &str) -> usize {
    let events = recorded.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events
        .filter(|event| model_call(event).is_some_and(|call| call["provider"] == provider))
        .count()
}

/// How many calls of this server of tools are in the record.
pub fn tool_calls(recorded: &str, server: &str) -> usize {
    let events = recorded.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events
        .filter(|event| find(event, "tool_call").is_some_and(|call| call["server"] == server))
        .count()
}

/// The call of a model that an event tells of.
pub fn model_call(event: &Value) -> Option<&Value> {
    find(event, "model_call")
}

/// A field, however deep.
fn find<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => {
            let own = fields.get(name).filter(|it| it.is_object());
            own.or_else(|| fields.values().find_map(|it| find(it, name)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_where_it_does() {
        let check = |one: &str, other: &str, expect: &str| {
            let said = match cases(one, other) {
                Ok(count) => count.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(expect), "{said}");
        };
        check("a\nb", "a\nb", "2");
        check("a\nb", "a\nc", "\"b\" is \"c\"");
        check("a\nb", "a", "2 cases directly, 1 through");
        check("", "", "no case");
        assert!(requests(&["x".into()], &["y".into()]).is_err());
        assert!(requests(&["x".into()], &[]).is_err());
    }
}
