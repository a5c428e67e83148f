//! The compiled rules: all literals of all rules in one automaton, rules indexed by kind of event
//! and by a literal they cannot match without. `matches` is the hot path of the crate.

mod compile;
#[cfg(test)]
mod naive;
mod program;
mod remember;
mod trigger;

use content::matcher::{Matcher, MatcherError, Place};
use event::Attributed;

use crate::field::Field;
use crate::field::read::{Input, Value, read};
use crate::kind::{Kind, Kinds};
use crate::rule::Rule;
use program::Program;
use remember::{Hit, Remembered};

/// Compiled rules and the scratch space to evaluate them.
#[derive(Debug)]
pub struct Engine {
    matcher: Matcher,
    plans: Vec<Plan>,
    remembered: Remembered,
    /// For each slot of the kind at hand and each literal, where it was found.
    found: Vec<Vec<u8>>,
    /// Which of `found` are not zero.
    touched: Vec<(u8, u32)>,
    /// Rules of the kind at hand that may match, as bits.
    candidates: Vec<u64>,
}

/// What is to be done for one kind of event.
#[derive(Debug, Default)]
struct Plan {
    /// The text fields that are scanned.
    slots: Vec<Slot>,
    /// The rules, each made for this kind.
    programs: Vec<Program>,
    /// Rules that are evaluated always, as bits.
    always: Vec<u64>,
    /// Some rule also looks at acts of nobody.
    host: bool,
}

/// A text field and what its literals mean.
#[derive(Debug)]
struct Slot {
    field: Field,
    /// Literals that mean something here, as bits: most of what is found does not.
    relevant: Vec<u64>,
    /// By literal.
    uses: Vec<Use>,
    /// Program and the place it waits for.
    triggers: Vec<(u16, Place)>,
}

/// What one literal means in one slot.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    /// Places that some test asks for.
    places: u8,
    /// How many of `triggers` wait for it.
    count: u8,
    /// First of them.
    first: u32,
}

impl Engine {
    /// Compiles the rules.
    pub fn new(rules: &[Rule]) -> Result<Self, MatcherError> {
        compile::compile(rules)
    }

    /// Calls `matched` with the place of each rule that the event completes.
    pub fn matches(&mut self, input: Input<'_>, mut matched: impl FnMut(usize)) {
        let Some(plan) = self.plans.get(Kind::of(&input.act.event.act).index()) else { return };
        let of_agent = input.act.actor.is_some();
        if plan.programs.is_empty() || !(of_agent || plan.host) {
            return;
        }
        self.candidates.clear();
        self.candidates.extend_from_slice(&plan.always);
        for (index, slot) in plan.slots.iter().enumerate() {
            let Some(found) = self.found.get_mut(index) else { continue };
            let mut scan = Scan {
                matcher: &self.matcher,
                remembered: &mut self.remembered,
                slot,
                slot_index: u8::try_from(index).unwrap_or(u8::MAX),
                found,
                touched: &mut self.touched,
                candidates: &mut self.candidates,
            };
            read(slot.field, input, &mut |value| scan.value(value));
        }
        for (word, bits) in self.candidates.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(program) = plan.programs.get(index) else { continue };
                if (of_agent || program.host) && program.node.holds(&self.found, input) {
                    matched(program.rule);
                }
            }
        }
        for (slot, literal) in self.touched.drain(..) {
            let cell = self.found.get_mut(usize::from(slot));
            if let Some(cell) = cell.and_then(|found| found.get_mut(literal as usize)) {
                *cell = 0;
            }
        }
    }

    /// Bytes of memory that the compiled rules take, without scratch space.
    pub fn memory(&self) -> usize {
        let uses = self.plans.iter().flat_map(|plan| &plan.slots);
        let uses: usize = uses.map(|slot| slot.uses.len() * size_of::<Use>()).sum();
        self.matcher.memory() + uses
    }

    /// Rules that no literal announces, so that they are evaluated for every event of a kind: the
    /// kind's name and the rule's place.
    pub fn unannounced(&self) -> impl Iterator<Item = (&'static str, usize)> {
        Kinds::ALL.iter().zip(&self.plans).flat_map(|(kind, plan)| {
            let is_always = |index: usize| {
                plan.always.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
            };
            let programs = plan.programs.iter().enumerate();
            programs
                .filter(move |(index, _)| is_always(*index))
                .map(move |(_, p)| (kind.name(), p.rule))
        })
    }

    /// How many different literals the rules hold.
    pub fn literals(&self) -> usize {
        self.matcher.len()
    }
}

/// Scanning the values of one slot.
struct Scan<'a> {
    matcher: &'a Matcher,
    remembered: &'a mut Remembered,
    slot: &'a Slot,
    slot_index: u8,
    found: &'a mut Vec<u8>,
    touched: &'a mut Vec<(u8, u32)>,
    candidates: &'a mut Vec<u64>,
}

impl Scan<'_> {
    fn value(&mut self, value: Value<'_>) {
        let Self { matcher, remembered, slot, slot_index, found, touched, candidates } = self;
        let hits = match value {
            Value::Shared(text) => remembered.shared(matcher, text),
            Value::Fixed(text) => remembered.fixed(matcher, text),
            Value::Text(text) => remembered.once(matcher, text),
            Value::Number(_) | Value::Flag(_) => return,
        };
        for Hit { literal, places } in hits {
            let word = slot.relevant.get(*literal as usize / 64).copied().unwrap_or(0);
            if word >> (literal % 64) & 1 == 0 {
                continue;
            }
            let Some(used) = slot.uses.get(*literal as usize) else { continue };
            let places = places & used.places;
            let Some(cell) = found.get_mut(*literal as usize) else { continue };
            if places & !*cell == 0 {
                continue;
            }
            if *cell == 0 {
                touched.push((*slot_index, *literal));
            }
            *cell |= places;
            let first = used.first as usize;
            let waiting = slot.triggers.get(first..first + usize::from(used.count));
            for (program, place) in waiting.unwrap_or_default() {
                if place.meets(Place(places)) {
                    let program = usize::from(*program);
                    if let Some(word) = candidates.get_mut(program / 64) {
                        *word |= 1 << (program % 64);
                    }
                }
            }
        }
    }
}

/// Engines are asked with the event alone where nothing is remembered about it.
pub fn plain(act: &Attributed) -> Input<'_> {
    Input { act, first: crate::prevalence::FirstTimes::default() }
}
