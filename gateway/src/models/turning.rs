//! What was taken out of a request and comes back in the answer to it, where whoever runs the gateway wants that: so the
//! model never has it, and what the agent does with the answer is right all the same.
//!
//! A mark is turned back in the answer to the very call that it was put into, and in those that follow that answer by its
//! id: an agent says its whole conversation with each call. Nobody else's mark is known there.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use content::examine::{Echo, marks};
use content::inspect::{Family, Position, Spot};
use content::llm::Part;
use ring::hmac;
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

use super::rulings::Rulings;
use crate::control::glob::glob;

/// Things of one call that come back, and the length of one in bytes.
const MOST: usize = 256;
const LONGEST: usize = 4 << 10;
/// Answers whose marks are remembered for calls that follow them, and for how long.
const ANSWERS: usize = 256;
const REMEMBERED: Duration = Duration::from_mins(30);

/// What comes back, and where.
#[derive(Clone, Debug, Default)]
pub struct Returns {
    /// Families and kinds: `personal`, `personal/email`. Secrets only one by one.
    pub kinds: Vec<String>,
    /// Tools that may be given it; `*` stands for anything.
    pub tools: Vec<String>,
    /// Hosts that links, commands and calls may name beside it.
    pub hosts: Vec<String>,
}

/// At work.
pub struct TurnBack {
    returns: Returns,
    /// New with each start: no mark of an earlier one, or of the record, means anything.
    key: hmac::Key,
    answers: Mutex<Answers>,
}

/// What marks of answers stand for: by caller and the provider's name for the answer, the oldest first.
#[derive(Default)]
struct Answers {
    known: HashMap<(String, String), Arc<Originals>>,
    order: VecDeque<(Instant, (String, String))>,
}

/// By mark.
type Originals = BTreeMap<String, Original>;

/// What was taken out.
#[derive(Clone)]
struct Original {
    family: Family,
    kind: std::borrow::Cow<'static, str>,
    text: Zeroizing<String>,
}

/// The marks of one call.
pub struct Turning {
    shared: Arc<TurnBack>,
    caller: String,
    originals: Originals,
    /// Whether marks were turned back in what tools are given, where the stream says that again.
    given: HashMap<String, bool>,
}

impl TurnBack {
    /// By a key of its own; none: there is no chance to be had.
    pub fn new(returns: Returns) -> Option<Self> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok()?;
        Some(Self { returns, key, answers: Mutex::default() })
    }

    /// Of a call that follows the answer of that name, if it follows one.
    pub fn call(self: &Arc<Self>, caller: &str, follows: &str) -> Turning {
        let originals = self.recall(caller, follows).map(|it| Originals::clone(&it));
        Turning {
            shared: Arc::clone(self),
            caller: caller.to_owned(),
            originals: originals.unwrap_or_default(),
            given: HashMap::new(),
        }
    }

    fn is_wanted(&self, spot: &Spot) -> bool {
        let named = format!("{}/{}", spot.family.name(), spot.kind);
        self.returns
            .kinds
            .iter()
            .any(|it| *it == named || it == spot.family.name() && spot.family != Family::Secret)
    }

    fn recall(&self, caller: &str, answer: &str) -> Option<Arc<Originals>> {
        if answer.is_empty() {
            return None;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.forget(Instant::now(), ANSWERS);
        answers.known.get(&(caller.to_owned(), answer.to_owned())).cloned()
    }

    fn keep(&self, caller: &str, answer: &str, originals: Originals) {
        let (name, now) = ((caller.to_owned(), answer.to_owned()), Instant::now());
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.forget(now, ANSWERS - 1);
        if answers.known.insert(name.clone(), Arc::new(originals)).is_none() {
            answers.order.push_back((now, name));
        }
    }
}

impl Answers {
    /// What is too old, and the oldest of what is too many.
    fn forget(&mut self, now: Instant, most: usize) {
        while let Some((at, name)) = self.order.front()
            && (self.order.len() > most || now.duration_since(*at) > REMEMBERED)
        {
            self.known.remove(name);
            self.order.pop_front();
        }
    }
}

impl Turning {
    /// Whether there is anything to turn back.
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Remembers what is taken out under its mark, if it is to come back.
    pub fn take_out(&mut self, spot: &Spot, text: &str, plain: &str) {
        let has_room = self.originals.len() < MOST && text.len() <= LONGEST;
        if has_room && self.shared.is_wanted(spot) {
            let (family, kind) = (spot.family, spot.kind.clone());
            let original = Original { family, kind, text: Zeroizing::new(text.to_owned()) };
            self.originals.insert(self.standing(spot, text, plain), original);
        }
    }

    /// The mark for what is taken out: one of its own for what is to come back, else `plain`.
    pub fn mark(&self, spot: &Spot, text: &str, plain: String) -> String {
        let own = self.standing(spot, text, &plain);
        if self.originals.contains_key(&own) { own } else { plain }
    }

    /// The record's mark with a tail that nobody else has: the same for the same thing of the same caller.
    fn standing(&self, spot: &Spot, text: &str, plain: &str) -> String {
        let said = [&*self.caller, spot.family.name(), &*spot.kind, text].join("\0");
        let tag = hmac::sign(&self.shared.key, said.as_bytes());
        let tail: String = tag.as_ref().iter().take(8).map(|it| format!("{it:02x}")).collect();
        format!("{}-{tail}›", plain.trim_end_matches('›'))
    }

    /// Marks that stand already in what others than the model say are somebody's who learned them: they stay what they are.
    pub fn distrust(&mut self, parts: &[Part<'_>]) {
        let others = |it: &&Part<'_>| !matches!(it.position, Position::Answer | Position::ToolCall);
        for part in parts.iter().filter(others) {
            for it in marks(&part.text.text) {
                self.originals.remove(&it.mark);
            }
        }
    }

    /// What a mark stands for, where that may stand there.
    pub fn back(&mut self, echo: &Echo<'_>, rulings: &mut Rulings) -> Option<String> {
        let original = self.originals.get(echo.mark)?;
        let said_again = echo.again && echo.position == Position::ToolCall;
        let known = if said_again { self.given.get(echo.mark).copied() } else { None };
        let goes = known.unwrap_or_else(|| {
            self.fits(echo) && rulings.lets(original.family, &original.kind, echo)
        });
        if echo.position == Position::ToolCall && !echo.again {
            // Given to two tools it comes back in what is said again only if both may have it.
            *self.given.entry(echo.mark.to_owned()).or_insert(true) &= goes;
        }
        goes.then(|| original.text.to_string())
    }

    fn fits(&self, echo: &Echo<'_>) -> bool {
        let returns = &self.shared.returns;
        let tool = match echo.position {
            Position::Answer => true,
            Position::ToolCall => returns.tools.iter().any(|it| glob(it, echo.tool)),
            _ => false,
        };
        tool && !echo.leaves(&returns.hosts)
    }

    /// The answer has this name: calls that follow it have its marks.
    pub fn answered(&mut self, answer: &str) {
        if !answer.is_empty() && !self.is_empty() {
            let originals = std::mem::take(&mut self.originals);
            self.shared.keep(&self.caller, answer, originals);
        }
    }
}

impl std::fmt::Debug for TurnBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TurnBack").field("returns", &self.returns).finish_non_exhaustive()
    }
}
