//! Checks a value against its type. Of alternatives that all fail, the one that fits best is told.

use std::collections::HashSet;

use event::show::brief;
use serde_json::{Map, Value};

use super::{
    Bounds, Choose, Equals, List, Need, Number, NumberKind, Object, Problem, Rest, Rule, Shape,
    Shapes, Text, Words,
};
use crate::sound::names::distance;

/// Most problems that are told of one document.
pub const MAX_PROBLEMS: usize = 200;
/// Most characters of a value that are quoted.
const QUOTED: usize = 60;

impl Shapes {
    /// Everything that does not fit, in the order of the document; nothing of a document that does.
    pub fn check(&self, value: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let root = self.types.get(self.root).unwrap_or(&Shape::Any);
        Checking { shapes: self }.value(root, value, At::Root, &mut problems);
        problems
    }
}

/// The way to a value, as long as it is looked at.
#[derive(Clone, Copy)]
enum At<'a> {
    Root,
    Key(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl At<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                let key = brief(&key.replace('~', "~0").replace('/', "~1"), 4 * QUOTED);
                parent.pointer() + "/" + &key
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

struct Checking<'a> {
    shapes: &'a Shapes,
}

impl Checking<'_> {
    fn value(&self, shape: &Shape, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        if out.len() >= MAX_PROBLEMS {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::Bool => {
                if !value.is_boolean() {
                    out.push(kind(at, value, "`true` or `false`"));
                }
            }
            Shape::Number(number) => self.number(number, value, at, out),
            Shape::Text(text) => self.text(text, value, at, out),
            Shape::Words(words) => self.words(words, value, at, out),
            Shape::List(list) => self.list(list, value, at, out),
            Shape::Object(object) => match value {
                Value::Object(map) => self.object(object, map, at, out),
                other => out.push(kind(at, other, "an object")),
            },
            Shape::One(shapes) => self.one(shapes, value, at, out),
            Shape::Some(shapes) => self.some(shapes, value, at, out),
            Shape::Choose(choose) => self.choose(choose, value, at, out),
            Shape::Named(index) => {
                if let Some(shape) = self.shapes.types.get(*index) {
                    self.value(shape, value, at, out);
                }
            }
        }
    }

    fn number(&self, number: &Number, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let whole = number.kind == NumberKind::Whole;
        let (Some(float), Value::Number(_)) = (value.as_f64(), value) else {
            let wanted = if whole { "a whole number" } else { "a number" };
            return out.push(kind(at, value, wanted));
        };
        if whole && float.fract() != 0.0 {
            out.push(kind(at, value, "a whole number"));
        } else if !number.bounds.hold(float) {
            let what = format!("`{float}` is out of range");
            out.push(problem(at, what, format!("it must be {}", number.bounds)));
        }
    }

    fn text(&self, text: &Text, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let Value::String(said) = value else { return out.push(kind(at, value, "text")) };
        if text.length != Bounds::default() {
            let length = said.chars().count();
            if !text.length.hold(length as f64) {
                let what = format!("it has {length} characters");
                return out.push(problem(at, what, format!("it must have {}", text.length)));
            }
        }
        let fits = text.pattern.as_ref().is_none_or(|pattern| pattern.is_match(said));
        if let Some(pattern) = text.pattern.as_ref().filter(|_| !fits) {
            let what = format!("`{}` has not the form that is wanted", brief(said, QUOTED));
            out.push(problem(at, what, format!("it must match {}", pattern.source())));
        } else if let Err(wanted) = text.form.check(said) {
            out.push(problem(
                at,
                format!("`{}` is not {wanted}", brief(said, QUOTED)),
                text.form.hint(),
            ));
        }
    }

    fn words(&self, words: &Words, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let said = match value {
            Value::String(said) => said,
            other => return out.push(kind(at, other, "one of a list of words")),
        };
        if words.known.contains(said) {
            return;
        }
        let what = format!("`{}` is not one of the words that are known here", brief(said, QUOTED));
        let hint = match words.elsewhere.get(said) {
            Some(version) => self.other_version(said, version),
            None => one_of(said, words.known.iter().map(String::as_str)),
        };
        out.push(problem(at, what, hint));
    }

    fn list(&self, list: &List, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let Value::Array(items) = value else { return out.push(kind(at, value, "a list")) };
        if !list.size.hold(items.len() as f64) {
            let what = format!("the list has {} entries", items.len());
            out.push(problem(at, what, format!("it must have {}", list.size)));
        }
        if list.equals == Equals::Forbidden {
            let mut seen = HashSet::with_capacity(items.len());
            if let Some(twice) = items.iter().position(|item| !seen.insert(item)) {
                let what = "the entry is in the list twice".to_owned();
                out.push(problem(At::Index(&at, twice), what, "remove one of them".to_owned()));
            }
        }
        for (index, item) in items.iter().enumerate() {
            self.value(&list.item, item, At::Index(&at, index), out);
        }
    }

    fn object(
        &self,
        object: &Object,
        map: &Map<String, Value>,
        at: At<'_>,
        out: &mut Vec<Problem>,
    ) {
        for (key, value) in map {
            let here = At::Key(&at, key);
            match object.fields.get(key) {
                Some(field) => self.value(&field.shape, value, here, out),
                None if object.rest == Rest::Open => {}
                None => {
                    let what = format!("field `{}` is not known here", brief(key, QUOTED));
                    let hint = match object.elsewhere.get(key) {
                        Some(version) => self.other_version(key, version),
                        None => one_of(key, object.fields.keys().map(String::as_str)),
                    };
                    out.push(problem(here, what, hint));
                }
            }
        }
        let required = object.fields.iter().filter(|(_, field)| field.need == Need::Required);
        let mut missing: Vec<&str> =
            required.map(|(key, _)| key.as_str()).filter(|key| !map.contains_key(*key)).collect();
        missing.sort_unstable();
        for key in missing {
            out.push(problem(at, format!("field `{key}` is missing"), format!("add `{key}`")));
        }
        for rule in &object.rules {
            out.extend(broken(rule, map).map(|(what, hint)| problem(at, what, hint)));
        }
    }

    fn other_version(&self, name: &str, version: &str) -> String {
        let since = if version > self.shapes.version.as_str() { "came with" } else { "is of" };
        format!(
            "`{}` {since} {version}, the document says {}",
            brief(name, QUOTED),
            self.shapes.version
        )
    }

    fn one(&self, shapes: &[Shape], value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let told = self.tried(shapes, value, at);
        match told.iter().filter(|problems| problems.is_empty()).count() {
            1 => {}
            0 => out.extend(best(told)),
            fitting => out.push(problem(
                at,
                format!("{fitting} of the forms that are possible here fit at once"),
                "leave only the fields of one of them".to_owned(),
            )),
        }
    }

    fn some(&self, shapes: &[Shape], value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let told = self.tried(shapes, value, at);
        if !told.iter().any(Vec::is_empty) {
            out.extend(best(told));
        }
    }

    fn tried(&self, shapes: &[Shape], value: &Value, at: At<'_>) -> Vec<Vec<Problem>> {
        let tried = shapes.iter().map(|shape| {
            let mut problems = Vec::new();
            self.value(shape, value, at, &mut problems);
            problems
        });
        tried.collect()
    }

    fn choose(&self, choose: &Choose, value: &Value, at: At<'_>, out: &mut Vec<Problem>) {
        let Value::Object(map) = value else { return out.push(kind(at, value, "an object")) };
        let by = choose.by.as_str();
        match map.get(by) {
            None => {
                out.push(problem(at, format!("field `{by}` is missing"), format!("add `{by}`")))
            }
            Some(Value::String(said)) => match choose.of.get(said) {
                Some(shape) => self.value(shape, value, at, out),
                None if choose.rest == Rest::Open => {}
                None => {
                    let what = format!("`{}` is not known here", brief(said, QUOTED));
                    let hint = one_of(said, choose.of.keys().map(String::as_str));
                    out.push(problem(At::Key(&at, by), what, hint));
                }
            },
            Some(other) => out.push(kind(At::Key(&at, by), other, "text")),
        }
    }
}

/// Of alternatives the one that was meant: that which fails deepest, then least often.
fn best(told: Vec<Vec<Problem>>) -> Vec<Problem> {
    let depth = |problems: &[Problem]| {
        let depths = problems.iter().map(|one| one.pointer.matches('/').count());
        depths.min().unwrap_or(0)
    };
    let rank = |problems: &Vec<Problem>| (usize::MAX - depth(problems), problems.len());
    told.into_iter().min_by_key(rank).unwrap_or_default()
}

/// What is broken of a rule, and what to do.
fn broken(rule: &Rule, map: &Map<String, Value>) -> Option<(String, String)> {
    let has = |key: &String| map.contains_key(key);
    let names = |sets: &[Vec<String>]| {
        let sets: Vec<String> =
            sets.iter().map(|set| format!("`{}`", set.join("` and `"))).collect();
        sets.join(", ")
    };
    match rule {
        Rule::OneOf(sets) => match sets.iter().filter(|set| set.iter().all(has)).count() {
            1 => None,
            0 => Some((format!("one of {} is missing", names(sets)), "add one of them".into())),
            _ => Some((
                format!("only one of {} may be there", names(sets)),
                "remove all but one".into(),
            )),
        },
        Rule::SomeOf(sets) => (!sets.iter().any(|set| set.iter().all(has)))
            .then(|| (format!("one of {} is missing", names(sets)), "add one of them".into())),
        Rule::NotTogether(keys) => keys.iter().all(has).then(|| {
            let keys = keys.join("` and `");
            (format!("`{keys}` may not stand together"), "remove one of them".into())
        }),
        Rule::OnlyIf(key, other) => {
            let allowed = map.get(other).is_some_and(|value| *value != Value::Bool(false));
            (has(key) && !allowed).then(|| {
                (
                    format!("`{key}` needs `{other}`"),
                    format!("set `{other}` to true, or remove `{key}`"),
                )
            })
        }
    }
}

fn problem(at: At<'_>, what: String, hint: String) -> Problem {
    Problem { pointer: at.pointer(), what, hint }
}

fn kind(at: At<'_>, value: &Value, wanted: &str) -> Problem {
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    problem(at, format!("it is {is}, not {wanted}"), format!("write {wanted}"))
}

/// What could be said instead.
fn one_of<'a>(said: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    let near = known.iter().filter_map(|name| {
        let equal = name.eq_ignore_ascii_case(said).then_some(0);
        Some((equal.or_else(|| distance(name, said, 2))?, *name))
    });
    if let Some((_, name)) = near.min() {
        return format!("`{name}` is meant?");
    }
    let more = known.len().saturating_sub(12);
    known.truncate(12);
    match more {
        0 => format!("known are {}", known.join(", ")),
        more => format!("known are {}, and {more} more", known.join(", ")),
    }
}
