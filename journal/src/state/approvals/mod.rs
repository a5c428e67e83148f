//! Questions to people and their answers: what was asked, of whom, with what at stake, and what was said. Beside who
//! answers for agents the other part of the state that the record cannot make again.
//!
//! Equal questions are one: of the same agent, about the same thing, because of the same policies. So whoever asks
//! again while nobody has answered joins, and an answer that still holds is not asked for again.

mod book;
mod id;

use event::{Action, Because, Enforcer, SessionId, Text};
use serde::{Deserialize, Serialize};

pub use book::{Approvals, Ask, Ticket};

/// A question that a person is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Short, and easy to say (`lusab-dofin`).
    pub id: Text,
    /// When it was asked first, UTC.
    pub first_asked_unix_ns: u64,
    /// When it was asked last, UTC.
    pub last_asked_unix_ns: u64,
    /// How often.
    pub times: u32,
    /// What is wanted, as it was wanted last.
    pub action: Action,
    /// The policies that ask.
    pub because: Vec<Because>,
    /// Who holds the act meanwhile.
    pub by: Enforcer,
    /// What could not be undone, if it happened.
    #[serde(default)]
    pub blast: Vec<Consequence>,
    /// Until when an answer is waited for, UTC.
    pub deadline_unix_ns: u64,
    /// What is done if none comes.
    pub otherwise: Otherwise,
    /// How it stands.
    pub standing: Standing,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// Something that could not be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// Id of `rules/irreversible`.
    pub id: Text,
    /// What it is, as a sentence.
    pub sentence: Text,
    /// What it is done to; empty: not known.
    pub target: Text,
    /// What could be done about it afterwards, in words.
    #[serde(default)]
    pub undo: Text,
}

/// What is done if nobody answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It does not happen.
    #[default]
    Deny,
    /// It goes on.
    Allow,
}

/// How a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Somebody waits for an answer.
    Open,
    /// It was answered.
    Answered,
    /// Nobody answered in time.
    Expired,
    /// The answer was taken back.
    Revoked,
}

impl Standing {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// What a person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether it may be.
    pub reply: Reply,
    /// How far that goes.
    pub scope: Scope,
    /// The account that said it.
    pub by: Text,
    /// When, UTC.
    pub time_unix_ns: u64,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
    /// The policies that it became, as they were shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Lift>,
    /// When an answer for once was used, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_unix_ns: Option<u64>,
}

/// Whether it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

/// How far an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// For the act that waits, or for the next equal one soon.
    Once,
    /// For the rest of this session.
    Session(SessionId),
    /// For the pattern of its policies, until this time, UTC.
    Until(u64),
}

/// A policy that an answer became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lift {
    /// Its id.
    pub id: Text,
    /// The policy that it lifts.
    pub lifts: Text,
    /// Its text.
    pub text: Text,
}

/// For so long an answer for once holds: who asked has to come back for it, and who was refused and asks again at
/// once is refused again without a question.
const ONCE_NS: u64 = 10 * 60 * 1_000_000_000;

impl Answer {
    /// Whether it holds at `now` for somebody in `session`.
    pub fn holds(&self, now_unix_ns: u64, session: Option<SessionId>) -> bool {
        match self.scope {
            Scope::Once => {
                self.used_unix_ns.is_none()
                    && now_unix_ns < self.time_unix_ns.saturating_add(ONCE_NS)
            }
            Scope::Session(id) => session == Some(id),
            Scope::Until(end) => now_unix_ns < end,
        }
    }
}
