//! What of an exchange is the call of a model.

use super::Exchange;
use crate::llm::{Answer, Dialect, Operation, Part, Route, Streamed, request, response};
use crate::{raw, sse};

/// Longest event of a stream that is read.
const EVENT: usize = 256 << 10;

/// A call of a model, as both sides wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// How it is written.
    pub dialect: Dialect,
    /// The model that was asked for; empty: nothing says so.
    pub model: String,
    /// What was said, as far as it could be read.
    pub said: Vec<Part<'static>>,
    /// What was answered. Of two who tell of one call its name is the same.
    pub answer: Answer<'static>,
    /// Whether the request is written as calls of models are: a path alone may be another's.
    pub certain: bool,
    /// Whether both bodies could be read to their ends.
    pub read: bool,
}

impl Exchange {
    /// The call of a model that this is; none: it is something else, by its path.
    pub fn model(&self) -> Option<Asked> {
        let head = &self.request.head;
        let route = Route::of(head.method(), head.path())?;
        if !matches!(route.operation, Operation::Chat | Operation::Complete | Operation::Embed) {
            return None;
        }
        let mut asked = Asked {
            dialect: route.dialect,
            model: route.model,
            said: Vec::new(),
            answer: Answer::default(),
            certain: false,
            read: false,
        };
        let said = asked.request(self);
        let heard = asked.response(self);
        asked.read = said.is_some() && heard.is_some();
        Some(asked)
    }
}

impl Asked {
    fn request(&mut self, exchange: &Exchange) -> Option<()> {
        let encoding = exchange.request.head.field("content-encoding");
        let body = exchange.request.body.read(encoding)?;
        self.certain = raw::parse(&body).is_ok_and(|root| Dialect::of_body(&root).is_some());
        let asked = request(self.dialect, &body).ok()?;
        if self.model.is_empty() {
            self.model = asked.model.into_owned();
        }
        self.said = asked.parts.into_iter().map(Part::into_owned).collect();
        Some(())
    }

    fn response(&mut self, exchange: &Exchange) -> Option<()> {
        let head = &exchange.answer.head;
        let body = exchange.answer.body.read(head.field("content-encoding"))?;
        let media = head.field("content-type").unwrap_or_default();
        if media.starts_with("text/event-stream") {
            return self.stream(&body);
        }
        self.answer = response(self.dialect, &body).ok()?.into_owned();
        Some(())
    }

    fn stream(&mut self, body: &[u8]) -> Option<()> {
        let (mut streamed, mut unread) = (Streamed::new(self.dialect), false);
        let mut reader = sse::Reader::new(EVENT);
        let mut tell = |event: &sse::Event<'_>| {
            let Some(data) = event.data() else { return };
            unread |= streamed.take(&event.name, &data, &mut |_| ()).is_err();
        };
        let whole = reader.take(body, &mut tell);
        reader.end(&mut tell);
        self.answer = streamed.whole();
        (whole.is_ok() && !unread).then_some(())
    }
}
