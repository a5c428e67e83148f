//! The `detection` of a rule: named selections joined by its condition.

use std::collections::BTreeMap;

use content::tree::{Kind as YamlKind, Node};

use super::condition::{self, Condition};
use super::{Expression, modifier};
use crate::diagnostic::{Refusal, nearest};
use crate::field::Field;

/// What a reader of a detection knows and remembers.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The rule speaks auditd's words.
    pub audit: bool,
    /// Values for `expand`.
    pub placeholders: &'a BTreeMap<String, Vec<String>>,
    /// What is odd but no reason to refuse the rule.
    pub warnings: Vec<Refusal>,
}

impl Reader<'_> {
    /// The field of this name; an unknown one is remembered as a warning.
    pub fn field(&mut self, name: &str, at: (u32, u32)) -> Option<Field> {
        let field = if self.audit { Field::audit(name) } else { Field::named(name) };
        if field.is_none() {
            let hint = match nearest(name, Field::names(self.audit)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "detect/README.md lists the fields".into(),
            };
            let message = format!("no event carries the field `{name}`");
            self.warnings.push(Refusal::new(at, message, hint));
        }
        field
    }
}

/// Reads a map with selections and a `condition`; keys in `skip` belong to others.
pub fn read(reader: &mut Reader<'_>, node: &Node, skip: &[&str]) -> Result<Expression, Refusal> {
    let at = (node.line, node.column);
    let mut selections: Vec<(&str, Expression)> = Vec::new();
    for entry in node.entries() {
        if ["condition", "timeframe"].contains(&entry.key.as_str())
            || skip.contains(&entry.key.as_str())
        {
            continue;
        }
        selections.push((&entry.key, selection(reader, &entry.value)?));
    }
    if selections.is_empty() {
        return Err(Refusal::new(at, "there is no selection", "name at least one, `selection:`"));
    }
    let Some(conditions) = node.get("condition") else {
        let hint =
            format!("write `condition: {}`", selections.first().map_or("selection", |s| s.0));
        return Err(Refusal::new(at, "there is no condition", hint));
    };
    let mut branches = Vec::new();
    for node in conditions.one_or_many() {
        branches.push(condition_of(node, &selections)?);
    }
    Ok(Expression::Or(branches))
}

fn condition_of(node: &Node, selections: &[(&str, Expression)]) -> Result<Expression, Refusal> {
    let at = (node.line, node.column);
    let Some(text) = node.text() else {
        let message = format!("the condition is {}", node.kind_name());
        return Err(Refusal::new(at, message, "write names joined by `and`, `or`, `not`"));
    };
    let hint = "a condition is names of selections joined by `and`, `or`, `not`, `1 of x*`, `all of them`; counting belongs into a `correlation`";
    let condition = condition::parse(text).map_err(|message| Refusal::new(at, message, hint))?;
    resolve(&condition, selections, at)
}

fn resolve(
    condition: &Condition,
    selections: &[(&str, Expression)],
    at: (u32, u32),
) -> Result<Expression, Refusal> {
    let each = |parts: &[Condition]| -> Result<Vec<_>, _> {
        parts.iter().map(|part| resolve(part, selections, at)).collect()
    };
    Ok(match condition {
        Condition::Not(inner) => Expression::Not(Box::new(resolve(inner, selections, at)?)),
        Condition::And(parts) => Expression::And(each(parts)?),
        Condition::Or(parts) => Expression::Or(each(parts)?),
        Condition::Name(name) => {
            named(name, selections, at)?.into_iter().next().unwrap_or(Expression::Constant(false))
        }
        Condition::OneOf(names) => Expression::Or(named(names, selections, at)?),
        Condition::AllOf(names) => Expression::And(named(names, selections, at)?),
    })
}

fn named(
    pattern: &str,
    selections: &[(&str, Expression)],
    at: (u32, u32),
) -> Result<Vec<Expression>, Refusal> {
    let fitting: Vec<_> = selections
        .iter()
        .filter(|(name, _)| condition::fits(pattern, name))
        .map(|(_, expression)| expression.clone())
        .collect();
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    let hint = match nearest(pattern, selections.iter().map(|(name, _)| *name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add it under `detection:`, or take it out of the condition".into(),
    };
    Err(Refusal::new(at, format!("there is no selection `{pattern}`"), hint))
}

/// A map is AND of its lines, a list is OR of its items, text is a keyword.
fn selection(reader: &mut Reader<'_>, node: &Node) -> Result<Expression, Refusal> {
    match &node.kind {
        YamlKind::Map(entries) => {
            let lines = entries.iter().map(|entry| {
                modifier::line(reader, &entry.key, (entry.line, entry.column), &entry.value)
            });
            Ok(Expression::And(lines.collect::<Result<_, _>>()?))
        }
        YamlKind::List(items) if items.is_empty() => {
            let at = (node.line, node.column);
            Err(Refusal::new(at, "the selection is empty", "give it fields or keywords"))
        }
        YamlKind::List(items) => {
            let items = items.iter().map(|item| selection(reader, item));
            Ok(Expression::Or(items.collect::<Result<_, _>>()?))
        }
        YamlKind::Null => {
            let at = (node.line, node.column);
            Err(Refusal::new(at, "the selection is empty", "give it fields or keywords"))
        }
        _ => modifier::keyword(reader, node),
    }
}
