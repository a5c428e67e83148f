//! The matches of one group within the timespan, and whether they complete a correlation.

use std::collections::{HashSet, VecDeque};

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
    /// For `value_count`.
    pub value: Option<Box<str>>,
    /// For figures.
    pub number: Option<f64>,
}

/// Matches of one group, oldest first.
#[derive(Debug, Default)]
pub struct Window {
    entries: VecDeque<Entry>,
    latest: u64,
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
            self.entries.pop_front();
        }
        if entry.time_unix_ns >= oldest {
            self.entries.push_back(entry);
        }
    }

    /// The events that complete a correlation over so many rules, oldest first.
    pub fn complete(&self, when: &When, rules: usize) -> Option<Vec<EventId>> {
        let holds = match when {
            When::EventCount(bounds) => {
                bounds.hold(self.entries.iter().map(|entry| f64::from(entry.weight)).sum())
            }
            When::ValueCount(_, bounds) => {
                let values: HashSet<_> =
                    self.entries.iter().filter_map(|entry| entry.value.as_deref()).collect();
                bounds.hold(values.len() as f64)
            }
            When::Temporal(bounds) => {
                let different: HashSet<_> = self.entries.iter().map(|e| e.position).collect();
                match bounds {
                    Some(bounds) => bounds.hold(different.len() as f64),
                    None => different.len() == rules,
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
        let mut events: Vec<EventId> = self.entries.iter().map(|entry| entry.event).collect();
        events.dedup();
        let more = events.len().saturating_sub(Finding::MAX_EVENTS);
        events.drain(..more);
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
