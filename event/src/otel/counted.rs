//! Calls of models of a session that have a span: who tells of the same one afterwards has none.

use std::collections::VecDeque;

use crate::{CallSource, ModelCall, Teller, Utterance};

/// Calls that are remembered, and claims.
const MOST: usize = 256;
/// What a transcript says of a call is written down within that time.
const TOGETHER_NS: u64 = 60_000_000_000;

/// What was told of a session's models.
#[derive(Debug, Default)]
pub struct Counted {
    /// They are asked through the gateway, which knows better what words claim.
    measured: bool,
    calls: VecDeque<ModelCall>,
    claims: VecDeque<(u64, u64, u64)>,
}

impl Counted {
    /// Whether nobody told of this call before.
    pub fn hears(&mut self, call: &ModelCall) -> bool {
        self.measured |= call.source == CallSource::Gateway;
        let known = self.calls.iter().position(|it| it.is_of(call));
        if known.and_then(|at| self.calls.remove(at)).is_some() {
            return false;
        }
        let tokens = (call.tokens.input, call.tokens.output);
        let claimed = self.claims.iter().position(|(at_ns, input, output)| {
            (*input, *output) == tokens && at_ns.abs_diff(call.began_unix_ns) < TOGETHER_NS
        });
        if call.source == CallSource::Plaintext
            && claimed.and_then(|at| self.claims.remove(at)).is_some()
        {
            return false;
        }
        push(&mut self.calls, call.clone());
        true
    }

    /// Whether an answer that the agent tells of is a call that nobody told of before.
    pub fn claims(&mut self, words: &Utterance) -> bool {
        let claimed = words.tellers().each().any(|it| it.is_agent() || it == Teller::Telemetry);
        // Whoever listens tells of the call by itself.
        if self.measured || !claimed {
            return false;
        }
        let tokens = (words.input_tokens, words.output_tokens);
        if tokens == (0, 0) {
            return true;
        }
        let heard = self.calls.iter().position(|it| {
            (it.tokens.input, it.tokens.output) == tokens
                && it.began_unix_ns.abs_diff(words.said_unix_ns) < TOGETHER_NS
        });
        if heard.and_then(|at| self.calls.remove(at)).is_some() {
            return false;
        }
        push(&mut self.claims, (words.said_unix_ns, tokens.0, tokens.1));
        true
    }
}

fn push<T>(all: &mut VecDeque<T>, one: T) {
    all.push_back(one);
    let many = all.len().saturating_sub(MOST);
    all.drain(..many);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Speech, Tokens};

    /// `g`, `p` for a call that the gateway measured or that was listened to, `t` for what a transcript says, then tokens
    /// out; which of them are told for the first time.
    fn check(told: &[&str], expect: &[&str]) {
        let mut counted = Counted::default();
        let is_new = |it: &&&str| {
            let (by, output) = it.split_at(1);
            let output = output.parse().expect("tokens");
            if by == "t" {
                let words = Utterance {
                    speech: Speech::Answer,
                    output_tokens: output,
                    said_unix_ns: 7,
                    ..Utterance::default()
                };
                return counted.claims(&words);
            }
            let source = if by == "g" { CallSource::Gateway } else { CallSource::Plaintext };
            let tokens = Tokens { output, ..Tokens::default() };
            counted.hears(&ModelCall { source, tokens, began_unix_ns: 7, ..ModelCall::default() })
        };
        let new: Vec<&str> = told.iter().filter(is_new).copied().collect();
        assert_eq!(new, expect, "{told:?}");
    }

    #[test]
    fn whoever_tells_second_is_not_counted() {
        check(&["g5", "p5", "p6"], &["g5", "p6"]);
        check(&["p5", "g5", "g6"], &["p5", "g6"]);
        check(&["p5", "t5", "t6"], &["p5", "t6"]);
        check(&["t5", "p5", "p6"], &["t5", "p6"]);
        // Twice the same are two.
        check(&["p5", "p5", "t5", "t5", "t5"], &["p5", "p5", "t5"]);
        // Through the gateway nothing goes that it does not tell of.
        check(&["g5", "t5", "t6"], &["g5"]);
    }
}
