//! What went by in calls of models and tools, by whoever heard it: a call that two heard is told once, and what was said in
//! it goes where all words are joined.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use content::transcript::Turn;
use event::{Act, Event, ModelCall, ProcessId, SessionId, Teller, Text, Utterance};

use super::transcripts::hooked::{Heard, Hooked};

/// Calls that are remembered, and requests of which the words were told.
const MOST: usize = 1_024;
/// How long what was only listened to waits for a proxy to tell of it: it ends there at about the same time.
const FOR_PROXY: Duration = Duration::from_secs(2);

/// All calls of this host.
#[derive(Debug)]
pub struct Calls {
    /// Where words go; none: they are not wanted.
    words: Option<Hooked>,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    waiting: VecDeque<(Instant, Event)>,
    /// What proxies told.
    measured: VecDeque<ModelCall>,
    turns: VecDeque<(SessionId, Teller, u64)>,
}

/// Whose words they are.
#[derive(Clone, Debug)]
pub struct Speaker {
    pub session: SessionId,
    pub process: ProcessId,
    pub product: Text,
}

impl Calls {
    /// Words go there, if they are wanted.
    pub fn new(words: Option<Hooked>) -> Self {
        Self { words, told: Mutex::default() }
    }

    /// A proxy tells of a call: who only listened to it need not.
    pub fn measured(&self, call: &ModelCall) {
        let mut told = self.told();
        let is_it = |(_, event): &(Instant, Event)| of(event).is_some_and(|it| it.is_of(call));
        if let Some(at) = told.waiting.iter().position(is_it) {
            told.waiting.remove(at);
            return;
        }
        push(&mut told.measured, call.clone());
    }

    /// A call that was listened to.
    pub fn heard(&self, event: Event, now: Instant) {
        let mut told = self.told();
        let known = of(&event).and_then(|it| told.measured.iter().position(|of| of.is_of(it)));
        match known {
            Some(at) => drop(told.measured.remove(at)),
            None => told.waiting.push_back((now + FOR_PROXY, event)),
        }
    }

    /// Of those that were listened to the ones that nobody else told of in time.
    pub fn ready(&self, now: Instant) -> Vec<Event> {
        let mut told = self.told();
        let many = told.waiting.len().saturating_sub(MOST);
        let waits = told.waiting.iter().skip(many).position(|(until, _)| now < *until);
        let ready = waits.map_or(told.waiting.len(), |at| at + many);
        told.waiting.drain(..ready).map(|(_, event)| event).collect()
    }

    /// All that wait.
    pub fn rest(&self) -> Vec<Event> {
        self.told().waiting.drain(..).map(|(_, event)| event).collect()
    }

    /// Tells what was said in a call; of a request that is made again only what is answered.
    pub fn say(&self, who: &Speaker, by: Teller, said: Turn, answered: Vec<Utterance>) {
        let said = if self.is_new(who.session, by, &said) { said.words } else { Vec::new() };
        self.tell(who, said.into_iter().chain(answered));
    }

    /// Tells words.
    pub fn tell(&self, who: &Speaker, words: impl IntoIterator<Item = Utterance>) {
        let Some(lane) = &self.words else { return };
        for words in words {
            let Speaker { session, process, product } = who.clone();
            lane.say(Heard { session, process, product, words });
        }
    }

    fn is_new(&self, session: SessionId, by: Teller, said: &Turn) -> bool {
        let mut told = self.told();
        let turn = (session, by, said.number);
        if told.turns.contains(&turn) {
            return false;
        }
        push(&mut told.turns, turn);
        true
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of(event: &Event) -> Option<&ModelCall> {
    match &event.act {
        Act::ModelCall(call) => Some(call),
        _ => None,
    }
}

fn push<T>(all: &mut VecDeque<T>, one: T) {
    all.push_back(one);
    let many = all.len().saturating_sub(MOST);
    all.drain(..many);
}

#[cfg(test)]
mod tests {
    use event::testing::pid;
    use event::{AgentId, CallSource};

    use super::super::transcripts::hooked;
    use super::*;

    fn call(source: CallSource, answer: &str) -> ModelCall {
        ModelCall { source, answer: answer.into(), ..ModelCall::default() }
    }

    /// `g` and `p` for a call that the gateway measured or that was listened to, and the answer's name; those that were
    /// listened to and are told.
    fn check(calls: &[&str], expect: &[&str]) {
        let (all, now) = (Calls::new(None), Instant::now());
        for it in calls {
            match it.split_at(1) {
                ("g", answer) => all.measured(&call(CallSource::Gateway, answer)),
                (_, answer) => {
                    let call = call(CallSource::Plaintext, answer);
                    all.heard(Event::new(1, pid(1), Act::ModelCall(Box::new(call))), now);
                }
            }
        }
        assert!(all.ready(now).is_empty(), "they wait");
        let ready = all.ready(now + FOR_PROXY);
        let told: Vec<&str> = ready.iter().filter_map(of).map(|it| &*it.answer).collect();
        assert_eq!(told, expect, "{calls:?}");
    }

    #[test]
    fn a_call_that_two_heard_is_told_by_the_proxy() {
        check(&["ga", "pa", "pb"], &["b"]);
        check(&["pa", "ga", "pb"], &["b"]);
        check(&["pa", "pb", "gb", "ga"], &[]);
        check(&["ga", "pa", "pa"], &["a"]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let (all, now) = (Calls::new(None), Instant::now());
        for at in 0..MOST + 3 {
            let call = call(CallSource::Plaintext, &at.to_string());
            all.heard(Event::new(1, pid(1), Act::ModelCall(Box::new(call))), now);
        }
        assert_eq!((all.ready(now).len(), all.rest().len()), (3, MOST));
    }

    #[test]
    fn a_request_that_is_made_again_says_nothing_new() {
        let (hooked, hooks) = hooked::lane();
        let calls = Calls::new(Some(hooked));
        let session = SessionId::derive(AgentId::derive("h", "codex-cli", "ida"), "b", pid(1));
        let who = Speaker { session, process: pid(1), product: "codex-cli".into() };
        let words = |text: &str| Utterance { text: text.into(), ..Utterance::default() };
        let turn = |number, text: &str| Turn { number, words: vec![words(text)] };
        calls.say(&who, Teller::Gateway, turn(1, "a"), vec![words("b")]);
        calls.say(&who, Teller::Gateway, turn(1, "a"), vec![words("c")]);
        calls.say(&who, Teller::Plaintext, turn(1, "a"), Vec::new());
        calls.say(&who, Teller::Gateway, turn(2, "a"), Vec::new());
        let told: Vec<String> =
            std::iter::from_fn(|| hooks.next()).map(|it| it.words.text.to_string()).collect();
        assert_eq!(told, ["a", "b", "c", "a", "a"]);
    }
}
