//! A call of a model that went by somewhere on its way: what was measured there.

use serde::{Deserialize, Serialize};

use crate::{Effect, Text};

/// A call of a model. Unlike words in a transcript it is nobody's claim, but for the tokens, which the provider counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelCall {
    /// Where it went by.
    #[serde(skip_serializing_if = "CallSource::is_gateway")]
    pub source: CallSource,
    /// Who called, as policies name it: of a key, whom it speaks for.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub caller: Text,
    /// Name of the provider in the configuration; the host that was asked, where nothing names it.
    pub provider: Text,
    /// The model that was asked for; empty: the request names none that could be read.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub model: Text,
    /// Method and path as the provider sees them, without what stands behind a `?`.
    pub request: Text,
    /// Status of the answer; ours, where the provider was not asked.
    pub status: u16,
    /// How it ended.
    pub ended: CallEnded,
    /// What was done to find out what is in it.
    pub inspected: Inspected,
    /// When it began, UTC.
    pub began_unix_ns: u64,
    /// Until the head of the answer was there.
    #[serde(skip_serializing_if = "zero")]
    pub answered_ns: u64,
    /// Until all was over.
    pub took_ns: u64,
    /// Bytes of the request's body.
    #[serde(skip_serializing_if = "zero")]
    pub sent: u64,
    /// Bytes of the answer's body that went on.
    #[serde(skip_serializing_if = "zero")]
    pub received: u64,
    /// The provider's name for the answer; empty: it gave none that could be read.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub answer: Text,
    /// Tokens, as the provider counts them.
    #[serde(skip_serializing_if = "Tokens::is_none")]
    pub tokens: Tokens,
    /// What was found in it, equal ones once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<FoundInCall>,
}

/// Where a call of a model went by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallSource {
    /// The proxy in front of models.
    #[default]
    Gateway,
    /// The way out of a box, where TLS is opened.
    Run,
    /// The library of the process itself, before it encrypts and after it decrypts.
    Plaintext,
}

impl CallSource {
    /// In a word, as on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Run => "run",
            Self::Plaintext => "plaintext",
        }
    }

    fn is_gateway(&self) -> bool {
        *self == Self::Gateway
    }
}

/// What happens to what cannot be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fails {
    /// It goes on, and the record says so.
    #[default]
    Open,
    /// It does not.
    Closed,
}

/// Tokens that a call used, as the provider counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tokens {
    /// Read, those from a cache among them.
    #[serde(skip_serializing_if = "zero")]
    pub input: u64,
    /// Written, those of reasoning among them.
    #[serde(skip_serializing_if = "zero")]
    pub output: u64,
    /// Of `input`, out of a cache.
    #[serde(skip_serializing_if = "zero")]
    pub cached: u64,
    /// Of `input`, put into a cache.
    #[serde(skip_serializing_if = "zero")]
    pub kept: u64,
    /// Of `output`, reasoning.
    #[serde(skip_serializing_if = "zero")]
    pub reasoning: u64,
}

impl Tokens {
    /// The provider counted none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A kind of thing that was found in what is said, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct FoundInCall {
    /// Family and kind, as policies name them: `secret/github_token`.
    pub what: Text,
    /// Where: `user`, `tool_result`, `answer` …
    pub stands_in: Text,
    /// The tool whose words they are; empty: none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub tool: Text,
    /// How often.
    pub times: u32,
    /// How sure the surest is, of 100.
    pub sure: u8,
    /// What was done.
    pub effect: Effect,
}

/// How a call of a model ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEnded {
    /// All of the answer went on.
    #[default]
    Whole,
    /// A policy, or a bound, did not let it happen.
    Refused,
    /// The provider was not reached, or broke off.
    ProviderLost,
    /// The client went away.
    ClientLost,
}

/// How much of a call's content was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspected {
    /// All of it.
    Scanned,
    /// A part.
    PartlyScanned,
    /// Nothing, for nobody wanted it.
    #[default]
    Skipped,
    /// Nothing, for it could not be read.
    Failed,
}

impl CallEnded {
    /// In a word, as on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Refused => "refused",
            Self::ProviderLost => "provider_lost",
            Self::ClientLost => "client_lost",
        }
    }
}

impl Inspected {
    /// Of two parts of one call.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Failed, _) | (_, Self::Failed) => Self::Failed,
            (one, other) if one == other => one,
            _ => Self::PartlyScanned,
        }
    }

    /// In a word, as on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scanned => "scanned",
            Self::PartlyScanned => "partly_scanned",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

impl ModelCall {
    /// Whether two that heard it tell of one call: by the provider's name for the answer, else by time, model and tokens.
    pub fn is_of(&self, other: &Self) -> bool {
        const TOGETHER_NS: u64 = 2_000_000_000;
        const NAMED_NS: u64 = 60_000_000_000;
        let apart_ns = self.began_unix_ns.abs_diff(other.began_unix_ns);
        if self.source == other.source {
            return false;
        }
        if !self.answer.is_empty() && !other.answer.is_empty() {
            return self.answer == other.answer && apart_ns < NAMED_NS;
        }
        let counted = !self.tokens.is_none() && self.tokens == other.tokens;
        counted && self.model == other.model && apart_ns < TOGETHER_NS
    }

    /// What is told of a call that two heard: what a proxy measured, before what was only listened to.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (mut told, rest) = match self.source == CallSource::Plaintext {
            true => (other, self),
            false => (self, other),
        };
        if told.answer.is_empty() {
            told.answer = rest.answer;
        }
        if told.tokens.is_none() {
            told.tokens = rest.tokens;
        }
        if told.found.is_empty() {
            told.found = rest.found;
        }
        told
    }

    /// In one line, for people.
    pub fn said(&self) -> String {
        let model = if self.model.is_empty() { &self.request } else { &self.model };
        let ended = match self.ended {
            CallEnded::Whole => String::new(),
            ended => format!(", {}", ended.name().replace('_', " ")),
        };
        let heard = match self.source {
            CallSource::Gateway => "",
            CallSource::Run => ", at the way out",
            CallSource::Plaintext => ", as plain text",
        };
        format!(
            "{} of {}: {}{ended}, {} bytes out, {} back, {}{} ms, {}{heard}{}",
            model,
            self.provider,
            self.status,
            self.sent,
            self.received,
            self.used(),
            self.took_ns / 1_000_000,
            self.inspected.name().replace('_', " "),
            self.told(),
        )
    }

    fn used(&self) -> String {
        let Tokens { input, output, .. } = self.tokens;
        if self.tokens.is_none() { String::new() } else { format!("{input} + {output} tokens, ") }
    }

    fn told(&self) -> String {
        let one = |it: &FoundInCall| {
            let done = match it.effect {
                Effect::Allow | Effect::Notify => String::new(),
                effect => format!(" ({})", effect.name()),
            };
            format!("{} in {}{done}", it.what, it.stands_in.replace('_', " "))
        };
        let all: Vec<String> = self.found.iter().map(one).collect();
        if all.is_empty() { String::new() } else { format!(", found: {}", all.join(", ")) }
    }
}

fn zero(value: &u64) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_NS: u64 = 1_000_000_000;

    /// When, the answer's name, the model, tokens out.
    fn call(source: CallSource, began_s: u64, answer: &str, model: &str, output: u64) -> ModelCall {
        ModelCall {
            source,
            began_unix_ns: began_s * SECOND_NS,
            answer: answer.into(),
            model: model.into(),
            tokens: Tokens { output, ..Tokens::default() },
            ..ModelCall::default()
        }
    }

    #[test]
    fn a_call_that_two_heard_is_one() {
        use CallSource::{Gateway, Plaintext};
        let one = call(Gateway, 100, "msg_1", "m", 5);
        let check = |other: ModelCall, expect: bool| {
            assert_eq!(one.is_of(&other), expect, "{other:?}");
            assert_eq!(other.is_of(&one), expect, "{other:?}");
        };
        check(call(Plaintext, 101, "msg_1", "m", 5), true);
        check(call(Plaintext, 101, "msg_1", "other", 9), true);
        check(call(Plaintext, 101, "msg_2", "m", 5), false);
        check(call(Plaintext, 101, "", "m", 5), true);
        check(call(Plaintext, 103, "", "m", 5), false);
        check(call(Plaintext, 101, "", "m", 6), false);
        check(call(Plaintext, 101, "", "other", 5), false);
        // One that hears two calls tells of two.
        check(call(Gateway, 100, "msg_1", "m", 5), false);
        // A scripted provider calls all its answers the same.
        check(call(Plaintext, 900, "msg_1", "m", 5), false);
        let untold = call(Gateway, 100, "", "m", 0);
        assert!(!untold.is_of(&call(Plaintext, 100, "", "m", 0)));
    }

    #[test]
    fn what_a_proxy_measured_is_told_with_what_only_the_other_knows() {
        let heard = call(CallSource::Plaintext, 1, "msg_1", "m", 5);
        let measured = ModelCall { status: 200, ..call(CallSource::Run, 1, "", "m", 0) };
        for told in [heard.clone().and(measured.clone()), measured.and(heard)] {
            assert_eq!((told.source, told.status), (CallSource::Run, 200));
            assert_eq!((&*told.answer, told.tokens.output), ("msg_1", 5));
        }
    }

    #[test]
    fn records_from_before_are_of_the_gateway() {
        let read: ModelCall = serde_json::from_str(r#"{"provider": "a"}"#).expect("a call");
        assert_eq!(read.source, CallSource::Gateway);
        assert!(!serde_json::to_string(&read).expect("JSON").contains("source"));
    }
}
