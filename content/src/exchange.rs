//! Exchanges of HTTP/1.1 out of the two ways of a connection that somebody listens to: what is said and what is heard come
//! as pieces with their places, holes are known, and what cannot be followed is let go until a request begins anew. For
//! telling what went by; who decides about requests reads them where they pass. Answers belong to requests in their order:
//! behind a hole that is right as long as a client waits for one answer before it asks again, as they do.
//!
//! ```text
//! Exchanges::take(Piece) ──▶ Exchange { request, answer } … ──model()──▶ Asked
//! ```

mod body;
mod head;
mod message;
mod model;

use std::collections::VecDeque;

pub use body::Body;
pub use head::Head;
pub use model::Asked;

use message::{Messages, Side};

/// Requests without an answer that are remembered.
const OPEN: usize = 64;

/// Which way bytes went, as the client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the server.
    Said,
    /// From it.
    Heard,
}

/// Bytes of one way.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'b> {
    /// Which way.
    pub way: Way,
    /// How many went before them: more than one has seen means a hole.
    pub at: u64,
    /// They themselves.
    pub bytes: &'b [u8],
    /// How many behind them are known to be missing.
    pub missing: u64,
    /// When, in the caller's time.
    pub time: u64,
}

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What was asked.
    pub request: Message,
    /// What came back.
    pub answer: Message,
}

/// One of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its head.
    pub head: Head,
    /// Its body, as far as it is kept.
    pub body: Body,
    /// When its first and its last bytes came, in the caller's time.
    pub began: u64,
    /// When its last bytes came.
    pub ended: u64,
}

impl Message {
    fn held(&self) -> usize {
        self.head.held() + self.body.held()
    }
}

/// One connection.
#[derive(Debug, Default)]
pub struct Exchanges {
    said: Messages,
    heard: Messages,
    open: VecDeque<Message>,
}

impl Exchanges {
    /// Takes the next piece; returns the exchanges that are whole by it.
    pub fn take(&mut self, piece: &Piece<'_>) -> Vec<Exchange> {
        if piece.way == Way::Said {
            let requests = self.said.take(piece, &mut |_| Side::Request);
            self.open.extend(requests);
            let too_many = self.open.len().saturating_sub(OPEN);
            self.open.drain(..too_many);
            return Vec::new();
        }
        let open = &self.open;
        // The method says whether a body follows, by the order of the requests.
        let bodiless =
            |number: usize| open.get(number).is_some_and(|it| it.head.method() == "HEAD");
        let mut side = |number: usize| Side::Answer { bodiless: bodiless(number) };
        let answers = self.heard.take(piece, &mut side);
        answers.into_iter().filter_map(|answer| self.joined(answer)).collect()
    }

    /// Bytes that are kept for what is not whole yet.
    pub fn held(&self) -> usize {
        let open: usize = self.open.iter().map(Message::held).sum();
        open + self.said.held() + self.heard.held()
    }

    /// Nothing comes any more: an answer that lasts as long as its connection is whole by that.
    pub fn end(&mut self) -> Option<Exchange> {
        let answer = self.heard.end()?;
        self.joined(answer)
    }

    /// With the oldest request that has no answer; an interim answer is none.
    fn joined(&mut self, answer: Message) -> Option<Exchange> {
        if (100..200).contains(&answer.head.status()) && answer.head.status() != 101 {
            return None;
        }
        Some(Exchange { request: self.open.pop_front()?, answer })
    }
}

#[cfg(test)]
mod tests;
