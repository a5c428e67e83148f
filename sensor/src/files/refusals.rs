//! Refusals on their way into the record: the first of equal ones at once, further ones as a count.

use std::collections::HashMap;

use event::{Act, Enforcer, Event, Object, Outcome, ProcessId, Stopped, Verb};

use super::wire::Refused;

/// Most kinds that are counted; beyond, all are told and counted anew.
const MOST: usize = 4096;
/// Starts in procfs are known to this.
const TICK_NS: u64 = 10_000_000;

/// Those of the last while.
#[derive(Debug, Default)]
pub struct Refusals(HashMap<Refused, Counted>);

#[derive(Debug)]
struct Counted {
    process: ProcessId,
    untold: u32,
    /// The last of them.
    unix_ns: u64,
}

impl Refusals {
    /// Takes some, each with its time, and returns what is to be told now. `exact` are the starts of the processes that run.
    pub fn take(
        &mut self,
        refused: Vec<(u64, Refused)>,
        exact: impl FnOnce() -> HashMap<u32, u64>,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        if self.0.len() > MOST {
            events = self.rest();
        }
        let mut fresh = Vec::new();
        for (unix_ns, one) in refused {
            match self.0.get_mut(&one) {
                Some(counted) => {
                    counted.untold = counted.untold.saturating_add(1);
                    counted.unix_ns = unix_ns;
                }
                None => {
                    let counted = Counted { process: one.process, untold: 0, unix_ns };
                    self.0.insert(one.clone(), counted);
                    fresh.push((unix_ns, one));
                }
            }
        }
        let exact = if fresh.is_empty() { HashMap::new() } else { exact() };
        for (unix_ns, one) in fresh {
            let Some(counted) = self.0.get_mut(&one) else { continue };
            // Another process may have the number by now.
            let start_ns = exact.get(&one.process.pid).copied();
            let same = |start_ns: &u64| start_ns - start_ns % TICK_NS == one.process.start_ns;
            counted.process.start_ns = start_ns.filter(same).unwrap_or(one.process.start_ns);
            events.push(told(&one, counted.process, 1, unix_ns));
        }
        events
    }

    /// What was only counted; all of it is forgotten.
    pub fn rest(&mut self) -> Vec<Event> {
        let counted = self.0.drain().filter(|(_, counted)| counted.untold > 0);
        counted.map(|(one, it)| told(&one, it.process, it.untold, it.unix_ns)).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn told(one: &Refused, process: ProcessId, count: u32, unix_ns: u64) -> Event {
    let path = one.path.clone();
    let object = match one.verb {
        Verb::Exec => Object::Program { path, command_line: one.command_line.clone() },
        _ => Object::File { path },
    };
    let stopped = Stopped {
        verb: one.verb,
        object,
        effect: one.effect,
        policy: one.policy.clone(),
        by: Enforcer::Files,
        outcome: Outcome::Prevented,
        folder: one.folder.clone(),
    };
    let act = Act::Stopped(Box::new(stopped));
    Event { label: one.label, count, ..Event::new(unix_ns, process, act) }
}

#[cfg(test)]
mod tests {
    use event::{Effect, Label};

    use super::*;

    #[test]
    fn equal_ones_are_told_once_and_counted() {
        let one = |pid, path: &str| Refused {
            process: ProcessId { start_ns: 20_000_000, pid },
            label: Label(3),
            verb: Verb::ReadFile,
            path: path.into(),
            command_line: "".into(),
            folder: "".into(),
            effect: Effect::Ask,
            policy: "credential-stores".into(),
        };
        let exact = || HashMap::from([(1, 23_456_789), (2, 99_000_000)]);
        let mut refusals = Refusals::default();
        let mut now = 0;
        // Each is a nanosecond after the one before it.
        let mut check = |refused: Option<Vec<Refused>>, expect: &[(u32, u64, u32, u64)]| {
            let timed = |one| {
                now += 1;
                (now, one)
            };
            let events = match refused {
                Some(refused) => refusals.take(refused.into_iter().map(timed).collect(), exact),
                None => refusals.rest(),
            };
            let of = |it: &Event| (it.process.pid, it.process.start_ns, it.count, it.time_unix_ns);
            let mut found: Vec<_> = events.iter().map(of).collect();
            found.sort_unstable();
            assert_eq!(found, expect);
        };
        check(Some(vec![one(1, "/key"), one(1, "/key")]), &[(1, 23_456_789, 1, 1)]);
        // The second's number belongs to somebody else by now.
        check(Some(vec![one(1, "/key"), one(2, "/key")]), &[(2, 20_000_000, 1, 4)]);
        check(Some(vec![one(1, "/other")]), &[(1, 23_456_789, 1, 5)]);
        check(None, &[(1, 23_456_789, 2, 3)]);
        check(None, &[]);
        check(Some(vec![one(1, "/key")]), &[(1, 23_456_789, 1, 6)]);
    }
}
