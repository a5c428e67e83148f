//! Which events can complete an expression at all: a test of a field that an event never carries
//! is false there, and a rule that is false everywhere is refused.

use content::matcher::Place;

use super::{Check, Expression, Test};
use crate::field::{Field, read};
use crate::kind::{Kind, Kinds};

/// The kinds of `kinds` whose events can match.
pub fn kinds(expression: &Expression, kinds: Kinds) -> Kinds {
    let possible = kinds.iter().filter(|kind| decide(expression, *kind) != Some(false));
    possible.fold(Kinds::NONE, |all, kind| all.join(Kinds::named(kind.name())))
}

/// What the expression is for every event of this kind, if that can be said.
fn decide(expression: &Expression, kind: Kind) -> Option<bool> {
    match expression {
        Expression::Constant(value) => Some(*value),
        Expression::Test(test) => decide_test(test, kind),
        Expression::Not(inner) => decide(inner, kind).map(|value| !value),
        Expression::And(parts) => all(parts.iter().map(|part| decide(part, kind)), true),
        Expression::Or(parts) => all(parts.iter().map(|part| decide(part, kind)), false),
    }
}

/// `neutral` if all are; the other if one is.
fn all(parts: impl Iterator<Item = Option<bool>>, neutral: bool) -> Option<bool> {
    let mut result = Some(neutral);
    for part in parts {
        match part {
            Some(value) if value != neutral => return part,
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

fn decide_test(test: &Test, kind: Kind) -> Option<bool> {
    if !test.field.kinds().contains(kind) {
        return Some(false);
    }
    let name = kind.name();
    let Check::Literal { folded, place, .. } = &test.check else { return None };
    let values: &[&str] = match test.field {
        Field::EventType => return Some(fits(name, folded, *place)),
        Field::AuditType => read::types_of(name),
        Field::AuditSyscall => read::syscalls_of(name),
        _ => return None,
    };
    let any = values.iter().any(|value| fits(&value.to_ascii_lowercase(), folded, *place));
    Some(any)
}

fn fits(value: &str, literal: &str, place: Place) -> bool {
    match place {
        Place::WHOLE => value == literal,
        Place::START => value.starts_with(literal),
        Place::END => value.ends_with(literal),
        _ => value.contains(literal),
    }
}

/// The expression for events of this kind, with what is decided by the kind taken out.
pub fn for_kind(expression: &Expression, kind: Kind) -> Expression {
    let parts = |parts: &[Expression]| parts.iter().map(|part| for_kind(part, kind)).collect();
    simplify(match expression {
        Expression::Constant(value) => Expression::Constant(*value),
        Expression::Not(inner) => Expression::Not(Box::new(for_kind(inner, kind))),
        Expression::And(inner) => Expression::And(parts(inner)),
        Expression::Or(inner) => Expression::Or(parts(inner)),
        Expression::Test(test) => match decide_test(test, kind) {
            Some(value) => Expression::Constant(value),
            None => expression.clone(),
        },
    })
}

/// The expression without constants inside and without needless levels.
pub fn simplify(expression: Expression) -> Expression {
    match expression {
        Expression::And(parts) => join(parts, true),
        Expression::Or(parts) => join(parts, false),
        Expression::Not(inner) => match simplify(*inner) {
            Expression::Constant(value) => Expression::Constant(!value),
            Expression::Not(inner) => *inner,
            other => Expression::Not(Box::new(other)),
        },
        other => other,
    }
}

fn join(parts: Vec<Expression>, neutral: bool) -> Expression {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match simplify(part) {
            Expression::Constant(value) if value == neutral => {}
            Expression::Constant(value) => return Expression::Constant(value),
            Expression::And(inner) if neutral => flat.extend(inner),
            Expression::Or(inner) if !neutral => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.pop() {
        None => Expression::Constant(neutral),
        Some(only) if flat.is_empty() => only,
        Some(last) => {
            flat.push(last);
            if neutral { Expression::And(flat) } else { Expression::Or(flat) }
        }
    }
}
