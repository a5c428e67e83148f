//! What must have been told, written as lines:
//!
//! ```text
//! file_rename {"from": {"path": "$dir/old"}}            at least one such act
//! never file_open {"file": {"path": "$dir/absent"}}     none
//! 3 network_send {"remote": null}                       exactly three, counts of folded ones summed
//! ```
//!
//! `$name` is what the actor said; `"~N"` is a time of which only the hundredths of a second are known. An object may hold more than is written; `null` is anything. Four
//! names are of the event itself: `@pid` (else the actor), `@label` (else the actor's; `false` is
//! none), `@caveats` (else 0) and `@count`.

use std::collections::HashMap;

use event::Event;
use serde_json::{Map, Value};

use crate::stage::Performance;

pub struct Expect {
    line: String,
    times: Times,
    act: String,
    fields: Map<String, Value>,
}

enum Times {
    Some,
    Exactly(u64),
}

impl Expect {
    pub fn parse(line: &str, facts: &HashMap<String, String>) -> Self {
        let line = fill(line, facts);
        let (head, json) = line.split_once('{').unwrap_or((&line, "}"));
        let fields = serde_json::from_str(&format!("{{{json}"))
            .unwrap_or_else(|error| panic!("{line}: {error}"));
        let (times, act) = match head.trim().split_once(' ') {
            None => (Times::Some, head.trim()),
            Some(("never", act)) => (Times::Exactly(0), act),
            Some((count, act)) => (Times::Exactly(count.parse().expect("a count")), act),
        };
        let act = act.trim().to_owned();
        let mut expect = Self { times, act, fields, line: line.clone() };
        let pid = facts.get("pid").and_then(|pid| pid.parse::<u64>().ok());
        expect.fields.entry("@pid").or_insert_with(|| pid.into());
        expect.fields.entry("@label").or_insert(true.into());
        expect.fields.entry("@caveats").or_insert(0.into());
        expect
    }

    pub fn hold(&self, act: &str, performance: &Performance) {
        let told: Vec<Value> =
            performance.events.iter().map(|event| flat(event, performance)).collect();
        let count: u64 = told
            .iter()
            .filter(|told| self.fits(told))
            .map(|told| told["@count"].as_u64().unwrap_or(0))
            .sum();
        let holds = match self.times {
            Times::Some => count > 0,
            Times::Exactly(times) => count == times,
        };
        let same = told.iter().filter(|told| told["@act"] == *self.act);
        let same: Vec<String> = same.map(Value::to_string).collect();
        assert!(
            holds,
            "`{act}`: told {count} times: {}\nfacts {:?}\nof this kind were told:\n{}",
            self.line,
            performance.facts,
            same.join("\n")
        );
    }

    fn fits(&self, told: &Value) -> bool {
        told["@act"] == *self.act
            && self.fields.iter().all(|(name, want)| fits(want, told.get(name)))
    }
}

/// Fields of the act and of the event in one object.
fn flat(event: &Event, performance: &Performance) -> Value {
    let act = serde_json::to_value(&event.act).expect("an act has a form");
    let inner = act.as_object().and_then(|act| act.values().next());
    let mut fields = inner.and_then(Value::as_object).cloned().unwrap_or_default();
    fields.insert("@act".into(), event.act.name().into());
    fields.insert("@pid".into(), event.process.pid.into());
    fields.insert("@start".into(), event.process.start_ns.into());
    fields.insert("@count".into(), event.count.into());
    fields.insert("@caveats".into(), event.caveats.0.into());
    let own = event.label.is_some() && event.label == performance.label;
    fields.insert("@label".into(), own.into());
    Value::Object(fields)
}

/// A field that is left out on the wire when it is empty fits `null`, `0`, `false` and `""`.
fn fits(want: &Value, told: Option<&Value>) -> bool {
    match (want, told) {
        (Value::Null, _) => true,
        (Value::Object(want), Some(Value::Object(told))) => {
            want.iter().all(|(name, want)| fits(want, told.get(name)))
        }
        (Value::Array(want), Some(Value::Array(told))) => {
            want.len() == told.len()
                && want.iter().zip(told).all(|(want, told)| fits(want, Some(told)))
        }
        (Value::String(want), Some(Value::Number(told))) => {
            let hundredths = told.as_u64().map(|ns| (ns / 10_000_000).to_string());
            want.strip_prefix('~') == hundredths.as_deref()
        }
        (want, Some(told)) => want == told,
        (want, None) => *want == 0 || *want == false || *want == "",
    }
}

/// Longer names first, so that `$port4` is not taken for `$port`.
fn fill(line: &str, facts: &HashMap<String, String>) -> String {
    let mut names: Vec<&String> = facts.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut line = line.to_owned();
    for name in names {
        line = line.replace(&format!("${name}"), &facts[name]);
    }
    line
}
