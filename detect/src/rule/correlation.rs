//! A correlation as it was read: which rules, over what time, grouped by what, and when it holds.

use std::sync::Arc;

use content::tree::Node;
use event::{RuleInfo, Text};

use super::Order;
use crate::diagnostic::{Refusal, nearest};
use crate::field::Field;

/// A correlation of rules, or of other correlations.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// What findings say of it.
    pub info: Arc<RuleInfo>,
    /// Its severity was written, not taken from its rules.
    pub levelled: bool,
    /// Name that other correlations may use.
    pub name: Option<Text>,
    /// What it is about, for people.
    pub description: Text,
    /// Sigma's `status`.
    pub status: Text,
    /// File and line it stands at.
    pub place: (Text, u32),
    /// How long equal findings are folded into one; none is the setting's.
    pub window_ns: Option<u64>,
    /// Ids or names of what it is over, in order.
    pub rules: Vec<String>,
    /// Fields or aliases whose values must be equal.
    pub group_by: Vec<Group>,
    /// Over how much time.
    pub timespan_ns: u64,
    /// When it holds.
    pub when: When,
    /// Its rules also give findings of their own.
    pub generate: bool,
    /// It gives findings of its own, also if another correlation uses it.
    pub reports: bool,
}

/// One thing that must be equal in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// A field of every event.
    Field(Field),
    /// For each rule, by id or name, its own field.
    Alias(Vec<(String, Field)>),
}

/// When a correlation holds.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// So many events.
    EventCount(Bounds),
    /// So many different values of the fields.
    ValueCount(Vec<Field>, Bounds),
    /// So many different rules (none: all of them).
    Temporal(Option<Bounds>),
    /// All rules, in their order.
    TemporalOrdered,
    /// A figure of the values of a field.
    Metric(Metric, Field, Bounds),
}

/// A figure of many values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// Their sum.
    Sum,
    /// Their mean.
    Average,
    /// The value below which so many percent lie; the median is 50.
    Percentile(f64),
}

/// What a number must be: all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds(pub Vec<(Order, f64)>);

impl Bounds {
    /// `number` is within.
    pub fn hold(&self, number: f64) -> bool {
        self.0.iter().all(|(order, bound)| order.holds(number, *bound))
    }
}

/// The parts of a `correlation` section.
#[derive(Debug)]
pub struct Section {
    /// See [`Correlation::rules`].
    pub rules: Vec<String>,
    /// See [`Correlation::group_by`].
    pub group_by: Vec<Group>,
    /// See [`Correlation::timespan_ns`].
    pub timespan_ns: u64,
    /// See [`Correlation::when`].
    pub when: When,
    /// See [`Correlation::generate`].
    pub generate: bool,
}

const KEYS: [&str; 7] =
    ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"];

/// Reads a `correlation` section.
pub fn read(node: &Node) -> Result<Section, Refusal> {
    let at = (node.line, node.column);
    for entry in node.entries() {
        if !KEYS.contains(&entry.key.as_str()) {
            let hint = match nearest(&entry.key, KEYS.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may have {}", KEYS.join(", ")),
            };
            let message = format!("a correlation has no `{}`", entry.key);
            return Err(Refusal::new((entry.line, entry.column), message, hint));
        }
    }
    let rules: Vec<String> = node
        .get("rules")
        .map(|rules| rules.one_or_many().iter().filter_map(Node::scalar).collect())
        .unwrap_or_default();
    if rules.is_empty() {
        return Err(Refusal::new(
            at,
            "the correlation names no rules",
            "list ids or names in `rules:`",
        ));
    }
    let timespan = node.get("timespan").ok_or_else(|| {
        Refusal::new(at, "the correlation has no timespan", "write `timespan: 10m`")
    })?;
    Ok(Section {
        rules,
        group_by: group_by(node)?,
        timespan_ns: timespan_ns(timespan)?,
        when: when(node)?,
        generate: node.get("generate").and_then(Node::scalar).as_deref() == Some("true"),
    })
}

/// Reads `30s`, `10m`, `1h`, `1d` as nanoseconds.
pub fn timespan_ns(node: &Node) -> Result<u64, Refusal> {
    let text = node.scalar().unwrap_or_default();
    let refused = || {
        let message = format!("`{text}` is not a timespan");
        Refusal::new((node.line, node.column), message, "write `30s`, `10m`, `1h` or `1d`")
    };
    let unit = text.chars().last().ok_or_else(refused)?;
    let number: u64 =
        text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(refused)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(refused()),
    };
    match number.checked_mul(seconds).and_then(|seconds| seconds.checked_mul(1_000_000_000)) {
        Some(span) if span > 0 => Ok(span),
        _ => Err(refused()),
    }
}

fn field(name: &str, at: (u32, u32)) -> Result<Field, Refusal> {
    Field::audit(name).ok_or_else(|| {
        let hint = match nearest(name, Field::names(true)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a field of detect/README.md or an alias".into(),
        };
        Refusal::new(at, format!("no event carries the field `{name}`"), hint)
    })
}

fn group_by(node: &Node) -> Result<Vec<Group>, Refusal> {
    let aliases = node.get("aliases");
    let names = node.get("group-by").map(Node::one_or_many).unwrap_or_default();
    let mut groups = Vec::new();
    for name in names {
        let at = (name.line, name.column);
        let text = name.scalar().unwrap_or_default();
        let Some(alias) = aliases.and_then(|aliases| aliases.get(&text)) else {
            groups.push(Group::Field(field(&text, at)?));
            continue;
        };
        let mut fields = Vec::new();
        for entry in alias.entries() {
            let name = entry.value.scalar().unwrap_or_default();
            fields.push((entry.key.clone(), field(&name, (entry.value.line, entry.value.column))?));
        }
        groups.push(Group::Alias(fields));
    }
    Ok(groups)
}

fn when(node: &Node) -> Result<When, Refusal> {
    let at = (node.line, node.column);
    let kind = node.get("type").and_then(Node::scalar).unwrap_or_default();
    let condition = node.get("condition");
    let bounds = || {
        let bounds = bounds(condition)?;
        bounds.ok_or_else(|| {
            Refusal::new(at, "the correlation has no condition", "write `condition:` with `gte: 5`")
        })
    };
    Ok(match kind.as_str() {
        "event_count" => When::EventCount(bounds()?),
        "value_count" => When::ValueCount(condition_fields(condition, at)?, bounds()?),
        "temporal" => When::Temporal(self::bounds(condition)?),
        "temporal_ordered" => When::TemporalOrdered,
        "value_sum" => When::Metric(Metric::Sum, one_field(condition, at)?, bounds()?),
        "value_avg" => When::Metric(Metric::Average, one_field(condition, at)?, bounds()?),
        "value_median" => {
            When::Metric(Metric::Percentile(50.0), one_field(condition, at)?, bounds()?)
        }
        "value_percentile" => {
            let metric = Metric::Percentile(percentile(condition, at)?);
            When::Metric(metric, one_field(condition, at)?, bounds()?)
        }
        other => {
            let hint = "it is event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile or value_median";
            return Err(Refusal::new(at, format!("correlation type `{other}` is not known"), hint));
        }
    })
}

fn bounds(condition: Option<&Node>) -> Result<Option<Bounds>, Refusal> {
    let mut bounds = Bounds::default();
    for entry in condition.map(Node::entries).unwrap_or_default() {
        if ["field", "percentile"].contains(&entry.key.as_str()) {
            continue;
        }
        let number = entry.value.scalar().and_then(|text| text.parse().ok());
        let (Some(order), Some(number)) = (Order::named(&entry.key), number) else {
            let message = format!("`{}` is not a condition of a correlation", entry.key);
            let hint = "write gt, gte, lt, lte, eq or neq with a number";
            return Err(Refusal::new((entry.line, entry.column), message, hint));
        };
        bounds.0.push((order, number));
    }
    Ok((!bounds.0.is_empty()).then_some(bounds))
}

fn condition_fields(condition: Option<&Node>, at: (u32, u32)) -> Result<Vec<Field>, Refusal> {
    let Some(names) = condition.and_then(|condition| condition.get("field")) else {
        let hint = "write `field:` in the condition: whose values are looked at";
        return Err(Refusal::new(at, "the condition names no field", hint));
    };
    let names = names.one_or_many().iter();
    names.map(|name| field(&name.scalar().unwrap_or_default(), (name.line, name.column))).collect()
}

fn one_field(condition: Option<&Node>, at: (u32, u32)) -> Result<Field, Refusal> {
    match condition_fields(condition, at)?.as_slice() {
        [field] => Ok(*field),
        _ => Err(Refusal::new(at, "a figure is taken of one field", "name one field")),
    }
}

fn percentile(condition: Option<&Node>, at: (u32, u32)) -> Result<f64, Refusal> {
    let number = condition.and_then(|condition| condition.get("percentile")).and_then(Node::scalar);
    match number.and_then(|text| text.parse::<f64>().ok()) {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(number),
        _ => {
            let hint = "write `percentile: 95` in the condition";
            Err(Refusal::new(at, "the condition has no percentile from 0 to 100", hint))
        }
    }
}
