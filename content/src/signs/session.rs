//! A session that does too much, or the same again and again: prompts that are nearly equal (somebody reads a model
//! out), the same call of a tool, a context that grows, more than was allowed. A state machine that knows no clock:
//! what is fed to it is its time.

use std::collections::{HashMap, VecDeque};

use super::words::words;

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one text.
    pub bytes: usize,
    /// Tokens of one text.
    pub tokens: u64,
    /// Tokens of all texts.
    pub all_tokens: u64,
    /// How many nearly equal prompts there may be among the last [`REMEMBERED`].
    pub alike: usize,
    /// How often the same call may be made among the last [`REMEMBERED`].
    pub same_calls: usize,
    /// How often in a row a context may grow by a tenth or more, from [`GROWS_FROM`] tokens on.
    pub growing: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 8 << 20,
            tokens: 1_000_000,
            all_tokens: 50_000_000,
            alike: 24,
            same_calls: 12,
            growing: 40,
        }
    }
}

/// What is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn<'t> {
    /// Somebody asks the model; with the tokens of the whole context, if they are known.
    Prompt(&'t str, u64),
    /// The model calls a tool: its name and input, as text.
    Call(&'t str, &'t str),
}

/// What is too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// `near_equal_prompts`, `sweeping_prompts`, `same_call_repeated`, `growing_context`, `too_long`, `too_many_tokens`.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
    /// How many were allowed.
    pub limit: u64,
}

/// How many prompts and calls are remembered for each key.
pub const REMEMBERED: usize = 64;
/// From how many tokens on a growing context counts.
pub const GROWS_FROM: u64 = 20_000;
/// Most sessions that are remembered; the one that was silent longest is forgotten.
pub const SESSIONS: usize = 4_096;

/// All sessions, by key.
#[derive(Debug, Default)]
pub struct Sessions {
    limits: Limits,
    known: HashMap<u64, Session>,
    turn: u64,
}

/// What is known of one.
#[derive(Debug, Default)]
struct Session {
    prompts: VecDeque<Prompt>,
    calls: VecDeque<u64>,
    tokens: u64,
    context: u64,
    grown: usize,
    last: u64,
}

#[derive(Clone, Copy, Debug)]
struct Prompt {
    /// Near texts have near prints.
    print: u64,
    /// The text without its numbers, exactly.
    frame: u64,
    /// The text, exactly.
    text: u64,
}

impl Sessions {
    /// No session yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// What is too much, now that the session `key` does this as well. Each excess is told when the limit is passed, and
    /// again whenever it has doubled.
    pub fn feed(&mut self, key: &str, turn: Turn<'_>) -> Vec<Excess> {
        self.turn += 1;
        let key = hash(key.as_bytes());
        if !self.known.contains_key(&key) && self.known.len() >= SESSIONS {
            let oldest =
                self.known.iter().min_by_key(|(_, session)| session.last).map(|(key, _)| *key);
            oldest.map(|key| self.known.remove(&key));
        }
        let session = self.known.entry(key).or_default();
        session.last = self.turn;
        match turn {
            Turn::Prompt(text, tokens) => session.prompt(text, tokens, &self.limits),
            Turn::Call(tool, input) => session.call(tool, input, &self.limits),
        }
    }

    /// Forgets a session that has ended.
    pub fn end(&mut self, key: &str) {
        self.known.remove(&hash(key.as_bytes()));
    }

    /// How many sessions are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// None is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

impl Session {
    fn prompt(&mut self, text: &str, tokens: u64, limits: &Limits) -> Vec<Excess> {
        let before = self.tokens;
        self.tokens = self.tokens.saturating_add(tokens);
        let is_growing = tokens >= GROWS_FROM && tokens > self.context + self.context / 10;
        self.grown = if is_growing { self.grown + 1 } else { 0 };
        self.context = tokens;
        let new = Prompt::of(text);
        let alike =
            self.prompts.iter().filter(|it| it.text != new.text && it.is_near(&new)).count();
        let frames =
            self.prompts.iter().filter(|it| it.frame == new.frame && it.text != new.text).count();
        remember(&mut self.prompts, new);
        let passed = u64::from(before <= limits.all_tokens) * self.tokens;
        [
            over("too_long", text.len(), limits.bytes),
            over("too_many_tokens", tokens, limits.tokens),
            over("too_many_tokens", passed, limits.all_tokens),
            over("growing_context", self.grown, limits.growing)
                .filter(|it| is_told(it.count, it.limit)),
            over("sweeping_prompts", frames, limits.alike).filter(|it| is_told(it.count, it.limit)),
            over("near_equal_prompts", alike, limits.alike)
                .filter(|it| is_told(it.count, it.limit)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn call(&mut self, tool: &str, input: &str, limits: &Limits) -> Vec<Excess> {
        let call = hash(tool.as_bytes()) ^ hash(input.as_bytes()).rotate_left(1);
        let same = self.calls.iter().filter(|it| **it == call).count() + 1;
        remember(&mut self.calls, call);
        let repeated = over("same_call_repeated", same, limits.same_calls)
            .filter(|it| is_told(it.count, it.limit));
        [over("too_long", input.len(), limits.bytes), repeated].into_iter().flatten().collect()
    }
}

fn over(kind: &'static str, count: impl TryInto<u64>, limit: impl TryInto<u64>) -> Option<Excess> {
    let (count, limit) = (count.try_into().ok()?, limit.try_into().ok()?);
    (count > limit).then_some(Excess { kind, count, limit })
}

/// Just passed, or doubled since.
fn is_told(count: u64, limit: u64) -> bool {
    count == limit + 1
        || (limit > 0 && count.is_multiple_of(limit) && (count / limit).is_power_of_two())
}

fn remember<T>(list: &mut VecDeque<T>, new: T) {
    if list.len() >= REMEMBERED {
        list.pop_front();
    }
    list.push_back(new);
}

impl Prompt {
    fn of(text: &str) -> Self {
        let mut end = text.len().min(16 << 10);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let words = words(text, 0..end);
        let frame = words.iter().filter(|word| !word.text.bytes().any(|it| it.is_ascii_digit()));
        let frame =
            frame.fold(7, |frame: u64, word| frame.rotate_left(5) ^ hash(word.text.as_bytes()));
        Self {
            print: print(words.iter().map(|word| word.text.as_ref())),
            frame,
            text: hash(text.as_bytes()),
        }
    }

    /// At most one bit in four is another; of texts that have nothing in common it is one in two.
    fn is_near(&self, other: &Self) -> bool {
        (self.print ^ other.print).count_ones() <= 16
    }
}

/// The simhash of words and of pairs of them.
fn print<'w>(words: impl Iterator<Item = &'w str>) -> u64 {
    let mut ones = Ones::default();
    let mut last = 0u64;
    for word in words {
        let one = hash(word.as_bytes());
        ones.add(one);
        ones.add(one ^ last.rotate_left(17));
        last = one;
    }
    ones.of_most()
}

/// How often each of 64 bits was one: the bits of 64 numbers, those of the same weight side by side, so that a word is
/// added to all of them at once.
#[derive(Default)]
struct Ones {
    weights: [u64; 32],
    added: u32,
}

impl Ones {
    fn add(&mut self, word: u64) {
        self.added += 1;
        let mut carry = word;
        for weight in &mut self.weights {
            (*weight, carry) = (*weight ^ carry, *weight & carry);
            if carry == 0 {
                return;
            }
        }
    }

    fn of(&self, bit: u32) -> u32 {
        let weights = self.weights.iter().zip(0u32..);
        weights.fold(0, |sum, (weight, power)| sum | u32::from(weight >> bit & 1 == 1) << power)
    }

    /// The bits that were one more often than not.
    fn of_most(&self) -> u64 {
        (0..64).fold(0, |all, bit| all | u64::from(self.of(bit) > self.added / 2) << bit)
    }
}

/// FNV-1a, and mixed, for its high bits alone say little.
fn hash(bytes: &[u8]) -> u64 {
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (sum ^ sum >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ mixed >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits {
        bytes: 200,
        tokens: 100_000,
        all_tokens: 300_000,
        alike: 4,
        same_calls: 3,
        growing: 3,
    };

    /// The kinds that are told, in order, over all turns.
    fn check<'t>(turns: impl IntoIterator<Item = Turn<'t>>, expect: &[&str]) {
        let mut sessions = Sessions::new(SMALL);
        let told = turns.into_iter().flat_map(|turn| sessions.feed("one", turn));
        assert_eq!(told.map(|it| it.kind).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn prompts_that_are_nearly_equal() {
        let probe = |number: u32| {
            format!(
                "What does the model say about customer number {number} in the list of customers of last year"
            )
        };
        let probes: Vec<String> = (0..6).map(probe).collect();
        check(
            probes.iter().map(|it| Turn::Prompt(it, 10)),
            &["sweeping_prompts", "near_equal_prompts"],
        );
        let others = [
            "Write a test for the parser of dates",
            "Why does the build fail on the second machine?",
            "Rename the field and update its users",
            "Explain what this function returns",
            "Add a row to the table in the README",
            "Which of these two is quicker and why",
        ];
        check(others.map(|it| Turn::Prompt(it, 10)), &[]);
        check(std::iter::repeat_n(Turn::Prompt("continue", 10), 20), &[]);
    }

    #[test]
    fn calls_that_are_made_again() {
        let call = Turn::Call("read", "a.txt");
        check(std::iter::repeat_n(call, 7), &["same_call_repeated", "same_call_repeated"]);
        let inputs: Vec<String> = (0..20).map(|it| format!("{it}.txt")).collect();
        check(inputs.iter().map(|it| Turn::Call("read", it)), &[]);
    }

    #[test]
    fn what_is_more_than_allowed() {
        check([Turn::Prompt(&"x".repeat(201), 10)], &["too_long"]);
        check([Turn::Call("write", &"x".repeat(201))], &["too_long"]);
        check([Turn::Prompt("a", 100_001)], &["too_many_tokens"]);
        check([100_000u64; 5].map(|it| Turn::Prompt("a", it)), &["too_many_tokens"]);
        let grows = [20_000u64, 25_000, 30_000, 40_000, 50_000];
        check(grows.map(|it| Turn::Prompt("a", it)), &["growing_context"]);
    }

    #[test]
    fn sessions_are_apart_and_not_without_end() {
        let mut sessions = Sessions::new(SMALL);
        for number in 0..SESSIONS + 10 {
            assert!(sessions.feed(&number.to_string(), Turn::Call("a", "b")).is_empty());
        }
        assert_eq!(sessions.len(), SESSIONS);
        sessions.end(&(SESSIONS + 9).to_string());
        assert_eq!((sessions.len(), sessions.is_empty()), (SESSIONS - 1, false));
    }
}
