//! The matches of one group within the timespan, and whether they complete a correlation.

use std::collections::{HashMap, VecDeque};

use event::{EventId, Finding};

use crate::rule::correlation::{Metric, When};

/// What is kept of a match.
#[derive(Clone, Debug)]
pub struct Entry {
    pub time_unix_ns: u64,
    pub event: EventId,
    /// Which of the correlation's rules.
    pub position: usize,
    /// How many equal acts it stands for.
    pub weight: u32,
    /// For `value_count`: a hash of the values.
    pub value: Option<u64>,
    /// For figures.
    pub number: Option<f64>,
}

/// Matches of one group, oldest first, with the sums that correlations ask for: a flood of matches
/// costs the same for each.
#[derive(Debug, Default)]
pub struct Window {
    entries: VecDeque<Entry>,
    latest: u64,
    weight: u64,
    /// How many entries have each value, and each rule.
    values: HashMap<u64, u32>,
    positions: Vec<u32>,
}

/// Most matches one group keeps; beyond it the oldest is forgotten.
const MAX_ENTRIES: usize = 4_096;

impl Window {
    /// Time of the last match.
    pub fn latest(&self) -> u64 {
        self.latest
    }

    /// Adds a match and forgets what is older than `timespan_ns`.
    pub fn push(&mut self, entry: Entry, timespan_ns: u64) {
        self.latest = self.latest.max(entry.time_unix_ns);
        let oldest = self.latest.saturating_sub(timespan_ns);
        while self.entries.front().is_some_and(|entry| entry.time_unix_ns < oldest)
            || self.entries.len() >= MAX_ENTRIES
        {
            self.pop();
        }
        if entry.time_unix_ns < oldest {
            return;
        }
        self.weight += u64::from(entry.weight);
        if let Some(value) = entry.value {
            *self.values.entry(value).or_default() += 1;
        }
        if self.positions.len() <= entry.position {
            self.positions.resize(entry.position + 1, 0);
        }
        if let Some(count) = self.positions.get_mut(entry.position) {
            *count += 1;
        }
        self.entries.push_back(entry);
    }

    fn pop(&mut self) {
        let Some(entry) = self.entries.pop_front() else { return };
        self.weight -= u64::from(entry.weight);
        if let Some(count) = self.positions.get_mut(entry.position) {
            *count -= 1;
        }
        let Some(value) = entry.value else { return };
        if let Some(count) = self.values.get_mut(&value) {
            *count -= 1;
            if *count == 0 {
                self.values.remove(&value);
            }
        }
    }

    /// The events that complete a correlation over so many rules, oldest first.
    pub fn complete(&self, when: &When, rules: usize) -> Option<Vec<EventId>> {
        let holds = match when {
            When::EventCount(bounds) => bounds.hold(self.weight as f64),
            When::ValueCount(_, bounds) => bounds.hold(self.values.len() as f64),
            When::Temporal(bounds) => {
                let different = self.positions.iter().filter(|count| **count > 0).count();
                match bounds {
                    Some(bounds) => bounds.hold(different as f64),
                    None => different == rules,
                }
            }
            When::TemporalOrdered => return self.in_order(rules),
            When::Metric(metric, _, bounds) => {
                bounds.hold(figure(*metric, self.entries.iter().filter_map(|e| e.number).collect()))
            }
        };
        holds.then(|| self.events())
    }

    /// One match of each rule, in the order of the rules, each a later event than the one before;
    /// the last of them just now.
    fn in_order(&self, rules: usize) -> Option<Vec<EventId>> {
        if self.entries.back()?.position + 1 != rules {
            return None;
        }
        let mut steps: Vec<EventId> = Vec::with_capacity(rules);
        for entry in &self.entries {
            if entry.position == steps.len() && steps.last() != Some(&entry.event) {
                steps.push(entry.event);
            }
        }
        // The last step has to be the event at hand, so that one sequence is found once.
        (steps.len() == rules && steps.last() == self.entries.back().map(|entry| &entry.event))
            .then_some(steps)
            .or_else(|| self.again(rules))
    }

    /// A sequence that was complete before is completed again by a further last step.
    fn again(&self, rules: usize) -> Option<Vec<EventId>> {
        let last = self.entries.back()?;
        let mut steps: Vec<EventId> = Vec::with_capacity(rules);
        for entry in self.entries.iter().filter(|entry| entry.event != last.event) {
            if entry.position == steps.len()
                && steps.len() + 1 < rules
                && steps.last() != Some(&entry.event)
            {
                steps.push(entry.event);
            }
        }
        steps.push(last.event);
        (steps.len() == rules).then_some(steps)
    }

    fn events(&self) -> Vec<EventId> {
        let mut events: Vec<EventId> = Vec::new();
        for entry in self.entries.iter().rev() {
            if events.last() != Some(&entry.event) {
                events.push(entry.event);
            }
            if events.len() == Finding::MAX_EVENTS {
                break;
            }
        }
        events.reverse();
        events
    }
}

fn figure(metric: Metric, mut numbers: Vec<f64>) -> f64 {
    let sum: f64 = numbers.iter().sum();
    match metric {
        Metric::Sum => sum,
        Metric::Average => sum / numbers.len().max(1) as f64,
        Metric::Percentile(percent) => {
            numbers.sort_by(f64::total_cmp);
            let place = (numbers.len().saturating_sub(1)) as f64 * percent / 100.0;
            let at = |index: f64| numbers.get(index as usize).copied().unwrap_or(0.0);
            // Linear between the two nearest values.
            let (below, above) = (at(place.floor()), at(place.ceil()));
            below + (above - below) * place.fract()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        let numbers = vec![4.0, 1.0, 3.0, 2.0];
        assert_eq!(figure(Metric::Sum, numbers.clone()), 10.0);
        assert_eq!(figure(Metric::Average, numbers.clone()), 2.5);
        assert_eq!(figure(Metric::Percentile(50.0), numbers.clone()), 2.5);
        assert_eq!(figure(Metric::Percentile(100.0), numbers), 4.0);
        assert_eq!(figure(Metric::Percentile(50.0), Vec::new()), 0.0);
    }
}
