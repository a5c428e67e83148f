//! One test of one event, looked at directly: for tests that are no plain literal, and for showing
//! what matched.

use content::matcher::{Place, lower};
use event::Text;

use crate::field::Field;
use crate::field::read::{Input, Value, read};
use crate::rule::{Check, Expression, Test};

/// The test holds for the event.
pub fn holds(test: &Test, input: Input<'_>) -> bool {
    match &test.check {
        Check::Time(part, order, wanted) => {
            order.holds(part.of(input.act.event.time_unix_ns), *wanted)
        }
        Check::Like(other, place) => like(test.field, *other, *place, input),
        check => any(test.field, input, |value| fits(check, value)),
    }
}

/// Some value of the field fits.
fn any(field: Field, input: Input<'_>, mut fits: impl FnMut(Value<'_>) -> bool) -> bool {
    let mut found = false;
    read(field, input, &mut |value| found = found || fits(value));
    found
}

fn fits(check: &Check, value: Value<'_>) -> bool {
    match check {
        Check::Exists => true,
        Check::Flag(wanted) => matches!(value, Value::Flag(flag) if flag == *wanted),
        Check::Number(order, wanted) => number(value).is_some_and(|n| order.holds(n, *wanted)),
        Check::Network(network) => {
            with_text(value, |text| text.parse().is_ok_and(|ip| network.contains(ip)))
        }
        Check::Pattern(pattern) => with_text(value, |text| pattern.is_match(text)),
        Check::Glob(glob) => with_text(value, |text| glob.is_match(text)),
        Check::Literal { exact: Some(exact), place, .. } => {
            with_text(value, |text| stands(text, exact, *place))
        }
        Check::Literal { folded, place, .. } => {
            with_text(value, |text| stands(&lower(text), folded, *place))
        }
        Check::Like(..) | Check::Time(..) => false,
    }
}

fn number(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Number(number) => Some(number),
        Value::Flag(_) => None,
        Value::Shared(text) => text.trim().parse().ok(),
        Value::Fixed(text) | Value::Text(text) => text.trim().parse().ok(),
    }
}

/// The value as text, numbers and truth values written out.
pub fn with_text<R>(value: Value<'_>, use_text: impl FnOnce(&str) -> R) -> R {
    match value {
        Value::Shared(text) => use_text(text),
        Value::Fixed(text) | Value::Text(text) => use_text(text),
        Value::Number(number) => use_text(&number.to_string()),
        Value::Flag(flag) => use_text(if flag { "true" } else { "false" }),
    }
}

fn stands(text: &str, literal: &str, place: Place) -> bool {
    match place {
        Place::WHOLE => text == literal,
        Place::START => text.starts_with(literal),
        Place::END => text.ends_with(literal),
        _ => text.contains(literal),
    }
}

fn like(field: Field, other: Field, place: Place, input: Input<'_>) -> bool {
    let mut wanted = Vec::new();
    read(other, input, &mut |value| wanted.push(with_text(value, lower)));
    any(field, input, |value| {
        with_text(value, |text| {
            let text = lower(text);
            wanted.iter().any(|wanted| stands(&text, wanted, place))
        })
    })
}

/// Longest value that a finding shows, in letters.
const SHOWN: usize = 400;
/// Most values that a finding shows.
const MOST: usize = 12;

/// The fields whose tests hold in an expression that holds, with their values, safe to show.
pub fn matched(expression: &Expression, input: Input<'_>) -> Vec<(Text, Text)> {
    let mut found = Vec::new();
    collect(expression, input, &mut found);
    found
}

fn collect(expression: &Expression, input: Input<'_>, found: &mut Vec<(Text, Text)>) {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter().for_each(|part| collect(part, input, found));
        }
        Expression::Test(test) if holds(test, input) => show(test, input, found),
        // What is absent matched nothing that could be shown.
        Expression::Not(_) | Expression::Constant(_) | Expression::Test(_) => {}
    }
}

fn show(test: &Test, input: Input<'_>, found: &mut Vec<(Text, Text)>) {
    let name: Text = match test.field {
        Field::Keywords => "keywords".into(),
        field => field.name().into(),
    };
    if found.len() >= MOST || found.iter().any(|(known, _)| *known == name) {
        return;
    }
    let mut shown = None;
    read(test.field, input, &mut |value| {
        let compare = matches!(test.check, Check::Like(..) | Check::Time(..));
        if shown.is_none() && (compare || fits(&test.check, value)) {
            shown = Some(with_text(value, |text| event::show::brief(text, SHOWN)));
        }
    });
    if let Some(shown) = shown {
        found.push((name, shown.into()));
    }
}
