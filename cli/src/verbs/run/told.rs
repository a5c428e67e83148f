//! What the proxy tells while a run goes on, taken as it comes: equal things are one with a count, and there is a bound.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

use event::{Action, Judged, Outcome};

/// Most different things that are kept; nobody reads more.
const MOST: usize = 1_000;

/// All that was told.
#[derive(Debug, Default)]
pub struct Told {
    /// Each once, in the order of its first time.
    pub judged: Vec<Judged>,
    /// Further ones.
    pub more: u64,
    places: HashMap<(Action, Outcome), usize>,
}

impl Told {
    fn take(&mut self, judged: Judged) {
        let key = (judged.action.clone(), judged.outcome);
        if let Some(known) = self.places.get(&key).and_then(|at| self.judged.get_mut(*at)) {
            known.count = known.count.saturating_add(judged.count);
        } else if self.judged.len() < MOST {
            self.places.insert(key, self.judged.len());
            self.judged.push(judged);
        } else {
            self.more = self.more.saturating_add(judged.count.into());
        }
    }
}

/// Takes what is told until nobody tells any more.
pub fn listen(told: Receiver<Judged>) -> std::io::Result<JoinHandle<Told>> {
    std::thread::Builder::new().name("told".into()).spawn(move || {
        let mut all = Told::default();
        told.into_iter().for_each(|judged| all.take(judged));
        all
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use event::{Decision, Enforcer, Object, Principal, Verb};

    fn judged(name: &str) -> Judged {
        let object =
            Object::Host { name: name.into(), address: None, port: 443, request: "".into() };
        let principal = Principal::Agent(event::AgentRef::default());
        let context = event::Circumstances::default();
        Judged {
            time_unix_ns: 1,
            action: Action { principal, verb: Verb::Connect, object, context },
            decision: Decision::default(),
            by: Enforcer::Proxy,
            outcome: Outcome::Prevented,
            process: None,
            event: None,
            count: 1,
            sources: Vec::new(),
        }
    }

    #[test]
    fn equal_things_are_one_and_there_is_a_bound() {
        let (tell, told) = channel();
        let all = listen(told).expect("a thread");
        for name in (0..MOST + 5).map(|number| format!("h{number}.example")) {
            tell.send(judged(&name)).expect("heard");
            tell.send(judged("h0.example")).expect("heard");
        }
        drop(tell);
        let all = all.join().expect("it ended");
        assert_eq!(all.judged.len(), MOST);
        assert_eq!(
            all.judged.first().map(|first| first.count),
            Some(u32::try_from(MOST).expect("few") + 6)
        );
        assert_eq!(all.more, 5);
    }
}
