//! A stream of events on its way: each goes on, changed, or not at all, as the session says. What stands around the
//! messages (ids by which a stream is taken up again, comments) goes on as it came.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use content::sse::{Event, MOST_EVENT, Reader, event};
use event::CallEnded;
use hyper::body::{Body, Bytes, Frame};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::mpsc::{Receiver, channel};

use super::PATH;
use super::answered::in_front;
use super::sessions::{Key, Posting};
use super::turn::Turn;
use super::visit::MESSAGES;
use crate::mcp::session::Way;
use crate::models::{Failure, Inward, in_place};

/// The name of the event that says where to post to, in the older way.
const ENDPOINT: &str = "endpoint";
/// Answers of ours that wait for their stream.
const WAITING: usize = 64;

/// The stream.
pub struct Events {
    body: Inward,
    reader: Reader,
    /// What goes out next.
    ready: Vec<u8>,
    state: State,
    talk: Talk,
}

enum State {
    Comes,
    /// It breaks off when what is ready has gone.
    Breaks(&'static str),
    Over,
}

/// Who speaks in it.
struct Talk {
    turn: Turn,
    /// The stream is a session of the older way: what it is known by, and answers of ours.
    posted: Option<(Key, Receiver<Bytes>)>,
    /// Why it cannot go on.
    wrong: Option<&'static str>,
}

impl Events {
    /// As they come.
    pub fn new(mut turn: Turn, body: Inward) -> Self {
        let ready = in_front(turn.back.take()).to_vec();
        let talk = Talk { turn, posted: None, wrong: None };
        Self { body, reader: Reader::new(MOST_EVENT), ready, state: State::Comes, talk }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        loop {
            if self.talk.turn.is_cut(context) {
                self.talk.turn.went(CallEnded::Refused);
                self.state = State::Over;
                return Poll::Ready(Some(Err("a person has stopped it".into())));
            }
            if !self.ready.is_empty() {
                let ready = std::mem::take(&mut self.ready);
                return Poll::Ready(Some(Ok(Frame::data(ready.into()))));
            }
            match self.state {
                State::Over => return Poll::Ready(None),
                State::Breaks(why) => {
                    self.state = State::Over;
                    return Poll::Ready(Some(Err(why.into())));
                }
                State::Comes => {}
            }
            if let Some((_, own)) = &mut self.talk.posted
                && let Poll::Ready(Some(said)) = own.poll_recv(context)
            {
                self.ready.extend_from_slice(&said);
                continue;
            }
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.take(&data);
                    }
                }
                Some(Err(error)) => {
                    self.talk.turn.went(CallEnded::ProviderLost);
                    self.state = State::Over;
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.over(),
            }
        }
    }

    fn take(&mut self, data: &[u8]) {
        let Self { reader, ready, talk, .. } = self;
        let taken = in_place(data.len() + reader.waiting().len(), || {
            reader.take(data, &mut |event| talk.take(event, ready))
        });
        if taken.is_err() {
            self.talk.turn.went(CallEnded::ProviderLost);
            self.state = State::Breaks("an event is too long");
        } else if let Some(why) = self.talk.wrong {
            self.state = State::Breaks(why);
        }
    }

    fn over(&mut self) {
        let Self { reader, ready, talk, .. } = self;
        reader.end(&mut |event| talk.take(event, ready));
        self.talk.turn.went(CallEnded::Whole);
        self.state = State::Over;
    }
}

impl Talk {
    /// What becomes of one event.
    fn take(&mut self, event: &Event<'_>, on: &mut Vec<u8>) {
        let Some(data) = event.data() else { return on.extend_from_slice(event.raw) };
        if event.name == ENDPOINT {
            let said = String::from_utf8_lossy(&data);
            return on.extend_from_slice(&self.endpoint(&said));
        }
        let passed = self.turn.session.from_server(&data);
        if let Some(back) = passed.back {
            self.turn.reply(back);
        }
        match passed.on {
            Way::Whole => on.extend_from_slice(event.raw),
            Way::Instead(bytes) => on.extend_from_slice(&with(event, Some(&bytes))),
            Way::Not => on.extend_from_slice(&with(event, None)),
        }
    }

    /// Where to post to: a place of ours, that leads to the server's. Said once, in a stream that was opened for it.
    fn endpoint(&mut self, said: &str) -> Vec<u8> {
        if !self.turn.opens || self.posted.is_some() {
            return Vec::new();
        }
        let place = self.turn.served.server.place.leads(said);
        let (Some(path), Some(token)) = (place, token()) else {
            self.wrong = Some("the server wants messages at another server");
            return Vec::new();
        };
        let (stream, own) = channel(WAITING);
        self.turn.answers_at(&path);
        let (key, posting) = (Key::Posted(token.as_str().into()), Posting { path, stream });
        let turn = &self.turn;
        let put = turn.tools.sessions.put(key.clone(), &turn.owner, &turn.session, Some(posting));
        if put.is_err() {
            self.wrong = Some("too many sessions at one time");
            return Vec::new();
        }
        self.posted = Some((key, own));
        event(ENDPOINT, &format!("/{PATH}/{}/{MESSAGES}/{token}", turn.served.server.name))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        if let Some((key, _)) = &self.posted {
            self.turn.tools.sessions.remove(key);
        }
    }
}

/// What nobody guesses.
fn token() -> Option<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The event with other data, or without any: its id is still the place where a stream is taken up again.
fn with(event: &Event<'_>, data: Option<&[u8]>) -> Vec<u8> {
    let mut made = String::new();
    if let Some(id) = &event.id {
        made.push_str(&format!("id: {id}\n"));
    }
    if let Some(retry) = event.retry_ms {
        made.push_str(&format!("retry: {retry}\n"));
    }
    match data {
        Some(data) => {
            let said = content::sse::event(&event.name, &String::from_utf8_lossy(data));
            [made.into_bytes(), said].concat()
        }
        None if made.is_empty() => Vec::new(),
        None => format!("{made}\n").into_bytes(),
    }
}

impl Body for Events {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        self.get_mut().poll(context)
    }
}
