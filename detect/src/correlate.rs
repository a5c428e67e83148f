//! Correlations at work: windows of matches per group, bounded, looked at when a match arrives.

mod window;

use std::collections::HashMap;

use event::EventId;

use crate::field::Field;
use crate::field::read::{Input, read};
use crate::look::with_text;
use crate::rule::correlation::{Correlation, Group, When};
use crate::ruleset::{Reference, Tied};
use window::{Entry, Window};

/// A correlation that an event completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// Its place in the set.
    pub correlation: usize,
    /// The events it stands on, oldest first.
    pub events: Vec<EventId>,
}

/// The windows of all correlations.
#[derive(Debug)]
pub struct Correlator {
    states: Vec<State>,
    /// Rules that some correlation is over: for all others there is nothing to do.
    used: Vec<bool>,
}

#[derive(Debug)]
struct State {
    correlation: Correlation,
    over: Vec<Reference>,
    groups: HashMap<Box<str>, Window>,
}

/// Most groups of one correlation; beyond it those silent for longest are forgotten.
const MAX_GROUPS: usize = 8_192;

impl Correlator {
    /// For the correlations of a set with so many rules.
    pub fn new(tied: &[Tied], rules: usize) -> Self {
        let mut used = vec![false; rules];
        for reference in tied.iter().flat_map(|tied| &tied.over) {
            if let Reference::Rule(index) = reference
                && let Some(used) = used.get_mut(*index)
            {
                *used = true;
            }
        }
        let states = tied.iter().map(|tied| State {
            correlation: tied.correlation.clone(),
            over: tied.over.clone(),
            groups: HashMap::new(),
        });
        Self { states: states.collect(), used }
    }

    /// Takes in which rules an event completed; says which correlations it completes.
    pub fn feed(&mut self, rules: &[usize], input: Input<'_>) -> Vec<Completed> {
        let mut completed = Vec::new();
        if !rules.iter().any(|rule| self.used.get(*rule) == Some(&true)) {
            return completed;
        }
        let mut matched: Vec<Reference> = rules.iter().map(|rule| Reference::Rule(*rule)).collect();
        // What a correlation names stands before it, so one pass carries chains through.
        for (index, state) in self.states.iter_mut().enumerate() {
            if let Some(events) = state.feed(&matched, input) {
                matched.push(Reference::Correlation(index));
                completed.push(Completed { correlation: index, events });
            }
        }
        completed
    }
}

impl State {
    fn feed(&mut self, matched: &[Reference], input: Input<'_>) -> Option<Vec<EventId>> {
        let mut completed = None;
        for (position, reference) in self.over.iter().enumerate() {
            if !matched.contains(reference) {
                continue;
            }
            let Some(key) = group_key(&self.correlation, position, input) else { continue };
            let Some(entry) = entry(&self.correlation.when, position, input) else { continue };
            let window = self.groups.entry(key.into_boxed_str()).or_default();
            window.push(entry, self.correlation.timespan_ns);
            let events = window.complete(&self.correlation.when, self.over.len());
            completed = completed.or(events);
        }
        if self.groups.len() > MAX_GROUPS {
            self.forget();
        }
        completed
    }

    /// Drops the half of the groups that have been silent for longest.
    fn forget(&mut self) {
        let mut times: Vec<u64> = self.groups.values().map(Window::latest).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.groups.retain(|_, window| window.latest() > median);
    }
}

/// The values of the group-by fields; none if the event lacks one.
fn group_key(correlation: &Correlation, position: usize, input: Input<'_>) -> Option<String> {
    let mut key = String::new();
    for group in &correlation.group_by {
        let field = match group {
            Group::Field(field) => *field,
            Group::Alias(fields) => {
                let rule = correlation.rules.get(position)?;
                fields.iter().find(|(name, _)| name == rule)?.1
            }
        };
        key.push_str(&text_of(field, input)?);
        key.push('\u{1f}');
    }
    Some(key)
}

/// All values of a field as one text; none if there are none.
fn text_of(field: Field, input: Input<'_>) -> Option<String> {
    let mut all: Option<String> = None;
    read(field, input, &mut |value| {
        let text = all.get_or_insert_default();
        with_text(value, |value| text.push_str(value));
        text.push('\u{1e}');
    });
    all
}

/// What the window keeps of an event; none if it lacks the field that is looked at.
fn entry(when: &When, position: usize, input: Input<'_>) -> Option<Entry> {
    let (mut value, mut number) = (None, None);
    match when {
        When::ValueCount(fields, _) => {
            let texts: Option<Vec<_>> = fields.iter().map(|field| text_of(*field, input)).collect();
            value = Some(texts?.concat().into_boxed_str());
        }
        When::Metric(_, field, _) => {
            read(*field, input, &mut |value| {
                number = with_text(value, |text| text.trim().parse::<f64>().ok());
            });
            number?;
        }
        When::EventCount(_) | When::Temporal(_) | When::TemporalOrdered => {}
    }
    Some(Entry {
        time_unix_ns: input.act.event.time_unix_ns,
        event: input.act.id,
        position,
        weight: input.act.event.count,
        value,
        number,
    })
}
