//! An event that has not gone on yet.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Key;
use crate::llm::eventstream;
use crate::raw::{self, Edit, Text};
use crate::{items, lines, sse};

/// An event, and what of which texts stands in it.
#[derive(Debug)]
pub struct Held {
    raw: Vec<u8>,
    frame: Frame,
    pub pieces: Vec<Piece>,
    pub edits: Vec<Edit>,
}

/// A piece of a text.
#[derive(Debug)]
pub struct Piece {
    pub key: Key,
    /// Of which of the stream's texts.
    pub number: u64,
    /// Where it stands in that text.
    pub at: Range<usize>,
    /// Where it stands in the event's data.
    pub text: Text<'static>,
}

/// How the data stands in the bytes.
#[derive(Debug)]
enum Frame {
    /// There is none.
    None,
    /// Behind `data:`.
    Event(Vec<Range<usize>>),
    /// All but the end of the line.
    Line,
    /// The body of a frame.
    Body,
    /// Packed in the body of a frame, as of models that are invoked.
    Packed,
    /// Behind what parts it from the item before.
    Item(usize),
}

impl Held {
    pub fn event(event: &sse::Event<'_>) -> Self {
        let lines = event.lines.clone();
        Self::of(event.raw, if lines.is_empty() { Frame::None } else { Frame::Event(lines) })
    }

    pub fn line(line: &lines::Line<'_>) -> Self {
        let blank = line.text().trim_ascii().is_empty();
        Self::of(line.raw, if blank { Frame::None } else { Frame::Line })
    }

    pub fn frame(frame: &eventstream::Frame<'_>) -> Self {
        let packed = frame.name() == "chunk" && unpacked(frame.body).is_some();
        Self::of(frame.raw, if packed { Frame::Packed } else { Frame::Body })
    }

    pub fn item(item: &items::Item<'_>) -> Self {
        Self::of(item.raw, Frame::Item(item.at))
    }

    pub fn raw(raw: &[u8]) -> Self {
        Self::of(raw, Frame::None)
    }

    fn of(raw: &[u8], frame: Frame) -> Self {
        Self { raw: raw.to_vec(), frame, pieces: Vec::new(), edits: Vec::new() }
    }

    /// What it says.
    pub fn data(&self) -> Option<Cow<'static, [u8]>> {
        let data = match &self.frame {
            Frame::None => return None,
            Frame::Event(lines) => as_event(&self.raw, lines).data()?.into_owned(),
            Frame::Line => lines::Line { raw: &self.raw }.text().to_vec(),
            Frame::Body => self.with_frame(|frame| frame.body.to_vec())?,
            Frame::Packed => self.with_frame(|frame| unpacked(frame.body)).flatten()?,
            Frame::Item(at) => self.raw.get(*at..)?.to_vec(),
        };
        Some(Cow::Owned(data))
    }

    /// Its bytes, with its edits made.
    pub fn write(mut self, out: &mut Vec<u8>) {
        if self.edits.is_empty() {
            out.extend_from_slice(&self.raw);
            return;
        }
        let mut edits = std::mem::take(&mut self.edits);
        let made = match &self.frame {
            Frame::Event(lines) => {
                let event = as_event(&self.raw, lines);
                let placed = edits
                    .iter()
                    .map(|it| Some(Edit { span: event.place(&it.span)?, with: it.with.clone() }));
                let placed: Option<Vec<Edit>> = placed.collect();
                placed.and_then(|mut edits| raw::apply(&self.raw, &mut edits))
            }
            Frame::None | Frame::Line => raw::apply(&self.raw, &mut edits),
            Frame::Item(at) => {
                for edit in &mut edits {
                    edit.span = edit.span.start + at..edit.span.end + at;
                }
                raw::apply(&self.raw, &mut edits)
            }
            Frame::Packed => self.with_frame(|frame| packed_anew(frame, &mut edits)).flatten(),
            Frame::Body => self
                .with_frame(|frame| {
                    raw::apply(frame.body, &mut edits).map(|body| frame.with_body(&body))
                })
                .flatten(),
        };
        // What cannot be changed does not go on.
        out.extend_from_slice(&made.unwrap_or_default());
    }

    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.raw.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    fn with_frame<T>(&self, mut use_it: impl FnMut(&eventstream::Frame<'_>) -> T) -> Option<T> {
        let mut made = None;
        let read =
            eventstream::Reader::default().take(&self.raw, &mut |frame| made = Some(use_it(frame)));
        read.ok().and(made)
    }
}

/// What is packed in the body of a frame: `{"bytes": base64}`.
fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let root = raw::parse(body).ok()?;
    BASE64_STANDARD.decode(root.get("bytes").str()).ok().filter(|it| !it.is_empty())
}

/// The frame with edits made in what is packed in it.
fn packed_anew(frame: &eventstream::Frame<'_>, edits: &mut [Edit]) -> Option<Vec<u8>> {
    let said = raw::apply(&unpacked(frame.body)?, edits)?;
    let root = raw::parse(frame.body).ok()?;
    let text = root.get("bytes").text()?;
    let edit = text.edit(frame.body, 0..text.text.len(), &BASE64_STANDARD.encode(said))?;
    Some(frame.with_body(&raw::apply(frame.body, &mut [edit])?))
}

fn as_event<'r>(raw: &'r [u8], lines: &[Range<usize>]) -> sse::Event<'r> {
    sse::Event { at: 1, raw, name: "".into(), id: None, retry_ms: None, lines: lines.to_vec() }
}
