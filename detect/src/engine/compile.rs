//! From rules to an engine: per kind of event an expression with what is decided by the kind taken
//! out, its literals numbered, and the literals it waits for.

use std::collections::HashMap;

use content::matcher::{Matcher, MatcherError, Place};

use super::program::{Node, Program};
use super::remember::Remembered;
use super::trigger::{Needed, needed, seldom};
use super::{Engine, Plan, Slot, Use};
use crate::field::{Field, Shape};
use crate::kind::{Kind, Kinds};
use crate::rule::possible::for_kind;
use crate::rule::{Check, Expression, Rule, Scope, Test};

pub fn compile(rules: &[Rule]) -> Result<Engine, MatcherError> {
    let mut literals = Literals::default();
    let drafts: Vec<Draft> =
        Kinds::ALL.iter().map(|kind| Draft::of(kind, rules, &mut literals)).collect();
    let matcher = Matcher::new(&literals.texts)?;
    let plans: Vec<Plan> = drafts.into_iter().map(|draft| draft.plan(&literals)).collect();
    let slots = plans.iter().map(|plan| plan.slots.len()).max().unwrap_or(0);
    Ok(Engine {
        remembered: Remembered::new(literals.texts.len()),
        found: vec![vec![0; literals.texts.len()]; slots],
        touched: Vec::new(),
        candidates: Vec::new(),
        matcher,
        plans,
    })
}

#[derive(Default)]
struct Literals {
    ids: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Literals {
    fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.ids.insert(text.to_owned(), id);
        self.texts.push(text.to_owned());
        id
    }
}

/// A plan before the literals are all known.
struct Draft {
    slots: Vec<Field>,
    uses: Vec<Needed>,
    programs: Vec<Program>,
}

/// Most text fields that one kind of event is scanned for; tests of further ones are looked at.
const MAX_SLOTS: usize = 200;

impl Draft {
    fn of(kind: Kind, rules: &[Rule], literals: &mut Literals) -> Self {
        let mut draft = Self { slots: Vec::new(), uses: Vec::new(), programs: Vec::new() };
        let rules = rules.iter().enumerate().filter(|(_, rule)| rule.kinds.contains(kind));
        // Programs are numbered by 16 bits.
        for (index, rule) in rules.take(usize::from(u16::MAX)) {
            let node = draft.node(&for_kind(&rule.expression, kind), literals);
            draft.programs.push(Program { rule: index, host: rule.scope == Scope::Host, node });
        }
        draft
    }

    fn node(&mut self, expression: &Expression, literals: &mut Literals) -> Node {
        match expression {
            Expression::Constant(true) => Node::All(Box::default()),
            Expression::Constant(false) => Node::Any(Box::default()),
            Expression::Not(inner) => Node::Not(Box::new(self.node(inner, literals))),
            Expression::And(parts) => Node::All(self.nodes(parts, literals)),
            Expression::Or(parts) => Node::Any(self.nodes(parts, literals)),
            Expression::Test(test) => self.test(test, literals),
        }
    }

    fn nodes(&mut self, parts: &[Expression], literals: &mut Literals) -> Box<[Node]> {
        let mut nodes: Vec<_> = parts.iter().map(|part| self.node(part, literals)).collect();
        nodes.sort_by_key(Node::cost);
        nodes.into()
    }

    /// A literal is a look-up; anything else is a look at the field, after its literals.
    fn test(&mut self, test: &Test, literals: &mut Literals) -> Node {
        let look = || Node::Look(Box::new(test.clone()));
        if !matches!(test.field.shape(), Shape::Text | Shape::List) {
            return look();
        }
        let mut found = |text: &str, place| self.found(test.field, text, place, literals);
        let first = match &test.check {
            Check::Literal { folded, place, exact: None } => {
                return found(folded, *place).unwrap_or_else(look);
            }
            Check::Literal { folded, place, exact: Some(_) } => found(folded, *place),
            Check::Glob(glob) => glob.needs().and_then(|(text, place)| found(&text, place)),
            Check::Pattern(pattern) if !pattern.needs().is_empty() => {
                let needs = pattern.needs().iter().map(|text| found(text, Place::ANYWHERE));
                needs.collect::<Option<Vec<_>>>().map(|needs| Node::Any(needs.into()))
            }
            _ => None,
        };
        match first {
            Some(first) => Node::All(Box::new([first, look()])),
            None => look(),
        }
    }

    fn found(
        &mut self,
        field: Field,
        text: &str,
        place: Place,
        literals: &mut Literals,
    ) -> Option<Node> {
        let index = match self.slots.iter().position(|slot| *slot == field) {
            Some(index) => index,
            None if self.slots.len() < MAX_SLOTS => {
                self.slots.push(field);
                self.slots.len() - 1
            }
            None => return None,
        };
        if text.is_empty() {
            return None;
        }
        let slot = u8::try_from(index).ok()?;
        let literal = literals.id(text);
        self.uses.push(Needed { slot, place, literal });
        Some(Node::Found { slot, place, literal })
    }

    fn plan(self, literals: &Literals) -> Plan {
        let Self { slots, uses, programs } = self;
        let length =
            |needed: &Needed| literals.texts.get(needed.literal as usize).map_or(0, String::len);
        let is_common = |needed: &Needed| {
            slots.get(usize::from(needed.slot)).is_none_or(|field| field.is_common())
        };
        let weight = |needed: &Needed| match is_common(needed) {
            true => 0,
            false => seldom(length(needed), needed.place),
        };
        let mut waiting: HashMap<(u8, u32), Vec<(u16, Place)>> = HashMap::new();
        let mut always = vec![0u64; programs.len().div_ceil(64)];
        for (index, program) in programs.iter().enumerate() {
            let set = needed(&program.node, &weight);
            for need in set.iter().flatten() {
                let entry = waiting.entry((need.slot, need.literal)).or_default();
                let trigger = (u16::try_from(index).unwrap_or(u16::MAX), need.place);
                if !entry.contains(&trigger) {
                    entry.push(trigger);
                }
            }
            if set.is_none()
                && let Some(word) = always.get_mut(index / 64)
            {
                *word |= 1 << (index % 64);
            }
        }
        // A literal that more rules wait for than a slot can count makes the rest run always.
        for triggers in waiting.values_mut() {
            for (program, _) in triggers.drain(triggers.len().min(usize::from(u8::MAX))..) {
                if let Some(word) = always.get_mut(usize::from(program) / 64) {
                    *word |= 1 << (program % 64);
                }
            }
        }
        let slots = slots.into_iter().enumerate().map(|(index, field)| {
            let index = u8::try_from(index).unwrap_or(u8::MAX);
            slot(index, field, &uses, &waiting, literals.texts.len())
        });
        let slots = slots.collect();
        let host = programs.iter().any(|program| program.host);
        Plan { slots, always, host, programs }
    }
}

fn slot(
    index: u8,
    field: Field,
    used: &[Needed],
    waiting: &HashMap<(u8, u32), Vec<(u16, Place)>>,
    literals: usize,
) -> Slot {
    let mut uses = vec![Use::default(); literals];
    let mut triggers = Vec::new();
    for need in used.iter().filter(|need| need.slot == index) {
        if let Some(cell) = uses.get_mut(need.literal as usize) {
            cell.places |= need.place.0;
        }
    }
    for (literal, cell) in uses.iter_mut().enumerate() {
        let key = (index, u32::try_from(literal).unwrap_or(u32::MAX));
        let Some(waits) = waiting.get(&key) else { continue };
        cell.first = u32::try_from(triggers.len()).unwrap_or(u32::MAX);
        cell.count = u8::try_from(waits.len()).unwrap_or(u8::MAX);
        triggers.extend_from_slice(waits);
    }
    let mut relevant = vec![0u64; literals.div_ceil(64)];
    for (literal, used) in uses.iter().enumerate() {
        if let Some(word) = relevant.get_mut(literal / 64).filter(|_| used.places != 0) {
            *word |= 1 << (literal % 64);
        }
    }
    Slot { field, relevant, uses, triggers }
}
