//! What a client is told where its call does not happen: an error as providers write it, that SDKs raise.

use content::llm::{self, Begun, Dialect};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

use super::passing::Answer;
use crate::control::ledger::{Bound, Reached};

/// Why a call does not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No provider has this name.
    #[error("no provider is named by `{0}`; known: {1}")]
    NoProvider(String, String),
    /// Longer than the bound.
    #[error("the request is longer than {0} bytes (`gateway.most_request_mib`)")]
    TooLong(usize),
    /// Too much is held at this moment.
    #[error("too many large requests at one time; try again in a moment")]
    Busy,
    /// The body broke off.
    #[error("the request's body broke off: {0}")]
    BrokeOff(String),
    /// Readers differ in which of two they take.
    #[error("a key stands twice in the request, so it is not sure what it asks for")]
    Ambiguous,
    /// A protocol that is not spoken here.
    #[error("{0} is not spoken here")]
    NotSpoken(&'static str),
    /// Somebody who does not bring the key of those who may ask about calls of theirs.
    #[error("the key is not the one that may ask (`gateway.guardrail.key_file`)")]
    NotAsker,
    /// A question in another form.
    #[error("{0}")]
    NotUnderstood(String),
    /// A policy.
    #[error("{0}")]
    Policy(String),
    /// It would have to be taken out.
    #[error(
        "stopped: what a policy takes out of the request stands where nothing can be taken out"
    )]
    NotTakenOut,
    /// The request is not to be read, and what is not looked at does not go on.
    #[error("the request cannot be read, so it is not known what stands in it (`gateway.fails`)")]
    NotRead,
    /// The same of the answer.
    #[error("the answer cannot be read, so it is not known what stands in it (`gateway.fails`)")]
    NotReadAnswer,
    /// Nobody knows who calls.
    #[error("{0}\nhint: `chaperone gateway keys add NAME` makes a key")]
    NotKnown(String),
    /// A key of ours where it would be told to others.
    #[error("a key of the gateway stands {0}; it belongs in one header for keys")]
    Misplaced(&'static str),
    /// The key is for other models.
    #[error("the key `{0}` is not for this model")]
    NotForKey(String),
    /// Somebody ordered it.
    #[error("stopped: a person has stopped `{0}`\nhint: `chaperone release {whom}` lets it go on", whom = whom(.0))]
    Stopped(String),
    /// There is no room for it.
    #[error("{}", limits(.0))]
    Limit(Reached),
    /// A budget in money holds, and nobody knows what it costs.
    #[error("no price is known for `{0}`, and a budget in money holds\nhint: `[gateway.prices]`")]
    NoPrice(String),
    /// The provider fails again and again; tried again after so many nanoseconds.
    #[error("`{0}` fails again and again and is let alone for a moment")]
    Resting(String, u64),
    /// The provider is not there.
    #[error("`{0}` cannot be reached: {1}")]
    NotReached(String, String),
}

impl Refusal {
    /// Status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoProvider(..) => StatusCode::NOT_FOUND,
            Self::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::BrokeOff(_) | Self::Ambiguous | Self::Misplaced(_) | Self::NotUnderstood(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::NotSpoken(_) => StatusCode::NOT_IMPLEMENTED,
            Self::NotRead => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotReached(..) | Self::NotReadAnswer => StatusCode::BAD_GATEWAY,
            Self::Policy(_)
            | Self::NotTakenOut
            | Self::NotForKey(_)
            | Self::Stopped(_)
            | Self::NoPrice(_) => StatusCode::FORBIDDEN,
            Self::NotKnown(_) | Self::NotAsker => StatusCode::UNAUTHORIZED,
            Self::Limit(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Resting(..) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// After how many seconds it may go.
    pub fn wait_s(&self) -> Option<u64> {
        match self {
            Self::Busy => Some(1),
            Self::Limit(reached) => reached.wait_ns.map(seconds),
            Self::Resting(_, wait_ns) => Some(seconds(*wait_ns)),
            _ => None,
        }
    }

    /// In the form of the provider whose path was asked for; of one that is not known, of OpenAI's, which most speak.
    pub fn answer(&self, dialect: Option<Dialect>) -> Response<Answer> {
        let status = self.status();
        let dialect = dialect.unwrap_or(Dialect::OpenaiChat);
        let said = format!("chaperone: {self}");
        let refusal = llm::refusal(dialect, status.as_u16(), &said, Begun::Nothing);
        let mut response = Response::new(Answer::Text(refusal.body.into()));
        *response.status_mut() = status;
        for (name, value) in refusal.headers {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(refusal.content_type));
        if let Some(seconds) = self.wait_s() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // As the official SDKs know it: to ask again would be in vain.
        if self.wait_s().is_none_or(|seconds| seconds > PATIENCE_S) {
            headers.insert("x-should-retry", HeaderValue::from_static("false"));
        }
        match self {
            // What else was said on this connection is not read.
            Self::TooLong(_) | Self::BrokeOff(_) => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// Who waits longer is told not to try by himself.
const PATIENCE_S: u64 = 60;

/// As it is lifted.
fn whom(of: &str) -> &str {
    if of == "*" { "--all" } else { of }
}

fn seconds(ns: u64) -> u64 {
    ns.div_ceil(1_000_000_000).max(1)
}

fn limits(reached: &Reached) -> String {
    let whose = event::show::brief(&reached.account, 80);
    match reached.bound {
        Bound::Limit(limit) => {
            let unit = limit.unit.name();
            match reached.wait_ns {
                Some(_) => format!("the limit of {unit} of `{whose}` is reached: {limit}"),
                None => format!(
                    "this call alone may take more {unit} than `{whose}` has: {limit}\nhint: ask for fewer tokens"
                ),
            }
        }
        Bound::AtOnce(most) => format!("`{whose}` has {most} calls at one time already"),
        Bound::Names => format!("too many callers have names by now, and `{whose}` is one more"),
    }
}
