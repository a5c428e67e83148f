//! An answer on its way through: each event is read before it goes on. Where something may have to be taken out, what
//! could be the begin of a find waits for its end, and with it all that comes behind it.

mod held;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::Examiner;
use super::body::back_in;
use super::echo::{Echo, Mark, in_json};
use super::slot::Slot as Running;
use crate::inspect::{Family, Position, Spot};
use crate::llm::{Answer, Delta, Dialect, Form, Part, Slot, Streamed, eventstream};
use crate::raw::{self, Place, Text};
use crate::{lines, sse};
use held::{Held, Piece};

/// How events stand in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Events,
    /// One JSON text in a line.
    Lines,
    /// Binary frames, as Bedrock sends.
    Frames,
}

/// A find in a stream.
#[derive(Clone, Debug)]
pub struct Saw<'s> {
    /// What; its place is that in its own text.
    pub spot: &'s Spot,
    /// Whose words they are.
    pub position: Position,
    /// The tool that they belong to; empty: none.
    pub tool: &'s str,
    /// What it says, as far as it is still here.
    pub text: &'s str,
    /// It was told before: the stream says the same text again.
    pub again: bool,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// It goes on.
    Goes,
    /// This goes on instead.
    Mark(String),
    /// Nothing more goes on.
    Cut,
}

/// What could become a find waits for its end: where a policy lets nothing of it go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Of secrets, personal data and classes: words that are not over.
    pub data: bool,
    /// Of signs: links, pictures and tags that are not over.
    pub signs: bool,
}

impl Holds {
    /// Holds what finds of this family could begin with, too.
    pub fn add(&mut self, family: Family) {
        match family {
            Family::Secret | Family::Personal | Family::Class | Family::Canary => self.data = true,
            _ => self.signs = true,
        }
    }
}

/// The stream was cut; what was held back is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut;

/// Says what becomes of what stands in a stream.
pub trait Judge {
    /// Of a find.
    fn of(&mut self, saw: &Saw<'_>) -> Ruled;

    /// Of a mark that a model says: what goes on instead; nothing: it stays.
    fn back(&mut self, _echo: &Echo<'_>) -> Option<String> {
        None
    }
}

impl<F: FnMut(&Saw<'_>) -> Ruled> Judge for F {
    fn of(&mut self, saw: &Saw<'_>) -> Ruled {
        self(saw)
    }
}

/// A stream that is looked through.
#[derive(Debug)]
pub struct Flow {
    reader: Reader,
    streamed: Streamed,
    texts: Texts,
    queue: VecDeque<Held>,
    holds: Holds,
    unread: bool,
}

#[derive(Debug)]
enum Reader {
    Events(sse::Reader),
    Lines(lines::Reader),
    Frames(eventstream::Reader),
    /// What came could not be read: it passes.
    Broken,
}

/// Which text of a stream: of one slot the words, the thoughts, the arguments.
type Key = (Slot, u8);

/// The texts that are not over, and what is known of each.
#[derive(Debug)]
struct Texts {
    examiner: Examiner,
    running: BTreeMap<Key, Running>,
    /// How many there were so far.
    count: u64,
    tools: BTreeMap<Slot, String>,
    /// Marks in them may be turned back.
    turns_back: bool,
}

/// What one event brought to a text.
#[derive(Debug, Default)]
struct Brought {
    spots: Vec<Spot>,
    echoes: Vec<(Mark, String)>,
}

/// Most texts of an answer that are looked through at one time.
const MOST_TEXTS: usize = 256;

impl Flow {
    /// From the first byte on.
    pub fn new(examiner: &Examiner, dialect: Dialect, framing: Framing, holds: Holds) -> Self {
        let reader = match framing {
            Framing::Events => Reader::Events(sse::Reader::new(sse::MOST_EVENT)),
            Framing::Lines => Reader::Lines(lines::Reader::new(lines::MOST_LINE)),
            Framing::Frames => Reader::Frames(eventstream::Reader::default()),
        };
        let texts = Texts {
            examiner: examiner.clone(),
            running: BTreeMap::new(),
            count: 0,
            tools: BTreeMap::new(),
            turns_back: false,
        };
        let streamed = Streamed::counting(dialect);
        Self { reader, streamed, texts, queue: VecDeque::new(), holds, unread: false }
    }

    /// Asks about marks, too: each waits until it is whole, and of what a tool is given all behind the first one.
    pub fn turning_back(mut self) -> Self {
        self.texts.turns_back = true;
        self
    }

    /// Takes the next bytes; gives those that may go on.
    pub fn take(&mut self, bytes: &[u8], judge: &mut dyn Judge) -> Result<Vec<u8>, Cut> {
        let mut reader = std::mem::replace(&mut self.reader, Reader::Broken);
        let mut cut = false;
        let mut step = |flow: &mut Self, held: Held, name: &str| {
            cut = cut || flow.event(held, name, judge).is_err();
        };
        let fits = match &mut reader {
            Reader::Events(events) => {
                events.take(bytes, &mut |it| step(self, Held::event(it), &it.name)).is_ok()
            }
            Reader::Lines(lines) => {
                lines.take(bytes, &mut |it| step(self, Held::line(it), "")).is_ok()
            }
            Reader::Frames(frames) => {
                frames.take(bytes, &mut |it| step(self, Held::frame(it), it.name())).is_ok()
            }
            Reader::Broken => {
                self.queue.push_back(Held::raw(bytes));
                true
            }
        };
        if fits {
            self.reader = reader;
        } else {
            self.unread = true;
            let waiting = match &reader {
                Reader::Events(it) => it.waiting(),
                Reader::Lines(it) => it.waiting(),
                Reader::Frames(it) => it.waiting(),
                Reader::Broken => &[],
            };
            self.queue.push_back(Held::raw(waiting));
        }
        if cut { Err(Cut) } else { Ok(self.release(false)) }
    }

    /// Nothing more comes: the rest.
    pub fn end(&mut self, judge: &mut dyn Judge) -> Result<Vec<u8>, Cut> {
        let mut reader = std::mem::replace(&mut self.reader, Reader::Broken);
        let mut cut = false;
        match &mut reader {
            Reader::Events(it) => {
                it.end(&mut |it| cut |= self.event(Held::event(it), &it.name, judge).is_err());
            }
            Reader::Lines(it) => {
                it.end(&mut |it| cut |= self.event(Held::line(it), "", judge).is_err());
            }
            Reader::Frames(it) if !it.waiting().is_empty() => {
                self.unread = true;
                self.queue.push_back(Held::raw(it.waiting()));
            }
            Reader::Frames(_) | Reader::Broken => {}
        }
        let open: Vec<Key> = self.texts.running.keys().copied().collect();
        for key in open {
            cut = cut || self.ended(key, judge).is_err();
        }
        if cut { Err(Cut) } else { Ok(self.release(true)) }
    }

    /// What came of it, without what was said: who answered, what was used.
    pub fn answer(&self) -> Answer<'static> {
        self.streamed.whole()
    }

    /// Something of it could not be read.
    pub fn is_unread(&self) -> bool {
        self.unread
    }

    /// Bytes of memory that it takes beyond what all share.
    pub fn memory(&self) -> usize {
        let queue: usize = self.queue.iter().map(Held::memory).sum();
        queue + self.texts.running.values().map(Running::memory).sum::<usize>()
    }

    fn event(&mut self, mut held: Held, name: &str, judge: &mut dyn Judge) -> Result<(), Cut> {
        let Some(data) = held.data() else {
            self.queue.push_back(held);
            return Ok(());
        };
        let (mut ended, mut found, mut whole) = (Vec::new(), Vec::new(), Vec::new());
        // Of arguments that are a value: the tool, and all that it is given.
        let mut given = (String::new(), String::new());
        let texts = &mut self.texts;
        let read = self.streamed.take(name, &data, &mut |delta| match delta {
            Delta::Text(slot, text) => texts.feed((*slot, 0), text, &mut held, &mut found),
            Delta::Reasoning(slot, text) => texts.feed((*slot, 1), text, &mut held, &mut found),
            // Arguments that are a value are told as parts, too.
            Delta::Arguments(slot, Text { place: Place::Nowhere, text }) => {
                given = (texts.tool(*slot).to_owned(), text.clone().into_owned());
            }
            Delta::Arguments(slot, text) => texts.feed((*slot, 2), text, &mut held, &mut found),
            Delta::Call { slot, name, .. } => texts.call(*slot, name),
            Delta::Ended(slot) => ended.extend((0..3).map(|kind| (*slot, kind))),
            Delta::Part(part) => whole.push((placed(part), false, given.clone())),
            Delta::Again(part) => whole.push((placed(part), true, given.clone())),
            _ => {}
        });
        self.unread |= read.is_err();
        for (part, again, given) in whole {
            self.part(&part, again, &data, &mut held, judge)?;
            self.part_back(&part, again, &given, &data, &mut held, judge)?;
        }
        self.queue.push_back(held);
        for (key, Brought { spots, echoes }) in found {
            self.rule(key, &spots, judge)?;
            self.back(key, &echoes, "", judge)?;
        }
        for key in ended {
            self.ended(key, judge)?;
        }
        Ok(())
    }

    /// A text that is whole in one event.
    fn part(
        &mut self,
        part: &Part<'_>,
        again: bool,
        data: &[u8],
        held: &mut Held,
        judge: &mut dyn Judge,
    ) -> Result<(), Cut> {
        let text = &part.text;
        let mut covered = 0;
        for spot in self.texts.examiner.examine(&text.text, part.position) {
            let said = text.text.get(spot.span.clone()).unwrap_or_default();
            let saw =
                Saw { spot: &spot, position: part.position, tool: &part.tool, text: said, again };
            match judge.of(&saw) {
                Ruled::Goes => {}
                Ruled::Cut => return Err(Cut),
                Ruled::Mark(mark) => {
                    let span = spot.span.start.max(covered)..spot.span.end;
                    if !span.is_empty() {
                        held.edits.push(text.edit(data, span.clone(), &mark).ok_or(Cut)?);
                        covered = span.end;
                    }
                }
            }
        }
        Ok(())
    }

    /// What the marks in a text that is whole stand for.
    fn part_back(
        &mut self,
        part: &Part<'_>,
        again: bool,
        (tool, given): &(String, String),
        data: &[u8],
        held: &mut Held,
        judge: &mut dyn Judge,
    ) -> Result<(), Cut> {
        if !self.texts.turns_back || part.form != Form::Words {
            return Ok(());
        }
        let tool = if part.tool.is_empty() { tool } else { &*part.tool };
        let edits = back_in(part, tool, given, again, data, judge).ok_or(Cut)?;
        for edit in edits {
            if !held.edits.iter().any(|it| meet(it, &edit)) {
                held.edits.push(edit);
            }
        }
        Ok(())
    }

    /// What the marks in a text that comes in pieces stand for. `given`: all of it, where it is a tool's.
    fn back(
        &mut self,
        key: Key,
        echoes: &[(Mark, String)],
        given: &str,
        judge: &mut dyn Judge,
    ) -> Result<(), Cut> {
        let Some(running) = self.texts.running.get(&key) else { return Ok(()) };
        let (position, tool) = (running.position(), self.texts.tool(key.0));
        let is_json = !given.is_empty() && raw::parse(given.as_bytes()).is_ok();
        for (Mark { span, mark }, before) in echoes {
            let inner = if is_json { in_json(before) } else { None };
            let before = inner.as_deref().unwrap_or(before);
            let echo = Echo { mark, position, tool, before, given, again: false };
            let Some(said) = judge.back(&echo) else { continue };
            let said = if is_json { raw::escaped(&said) } else { said };
            mark_in(&mut self.queue, running.number(), span, said).ok_or(Cut)?;
        }
        Ok(())
    }

    fn ended(&mut self, key: Key, judge: &mut dyn Judge) -> Result<(), Cut> {
        let Some(running) = self.texts.running.get_mut(&key) else { return Ok(()) };
        let (spots, (echoes, given)) = (running.end(), running.last_echoes());
        self.rule(key, &spots, judge)?;
        self.back(key, &echoes, &given, judge)?;
        self.texts.running.remove(&key);
        Ok(())
    }

    fn rule(&mut self, key: Key, spots: &[Spot], judge: &mut dyn Judge) -> Result<(), Cut> {
        let Some(running) = self.texts.running.get(&key) else { return Ok(()) };
        let tool = self.texts.tool(key.0);
        for spot in spots {
            let text = running.text(&spot.span);
            let position = running.position();
            match judge.of(&Saw { spot, position, tool, text, again: false }) {
                Ruled::Goes => {}
                Ruled::Cut => return Err(Cut),
                Ruled::Mark(mark) => {
                    mark_in(&mut self.queue, running.number(), &spot.span, mark).ok_or(Cut)?;
                }
            }
        }
        Ok(())
    }

    fn release(&mut self, all: bool) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(first) = self.queue.front() {
            let goes = all || first.pieces.iter().all(|it| self.texts.is_settled(it, self.holds));
            if !goes {
                break;
            }
            if let Some(held) = self.queue.pop_front() {
                held.write(&mut out);
            }
        }
        out
    }
}

impl Texts {
    fn feed(
        &mut self,
        key: Key,
        text: &Text<'_>,
        held: &mut Held,
        found: &mut Vec<(Key, Brought)>,
    ) {
        if self.running.len() >= MOST_TEXTS && !self.running.contains_key(&key) {
            // Whoever opens so many at once ends the oldest by it.
            self.running.pop_first();
        }
        let position = if key.1 == 2 { Position::ToolCall } else { Position::Answer };
        let new = || {
            self.count += 1;
            let running = Running::new(&self.examiner, position, self.count);
            // Of what a model thinks the provider wants every word again.
            if self.turns_back && key.1 != 1 { running.with_echoes() } else { running }
        };
        let running = self.running.entry(key).or_insert_with(new);
        let from = running.length();
        let (spots, echoes) = (running.feed(&text.text), running.echoes(&text.text));
        let text = Text { text: "".into(), place: text.place.clone() };
        held.pieces.push(Piece { key, number: running.number(), at: from..running.length(), text });
        if !spots.is_empty() || !echoes.is_empty() {
            found.push((key, Brought { spots, echoes }));
        }
    }

    fn call(&mut self, slot: Slot, name: &str) {
        if self.tools.len() < MOST_TEXTS {
            self.tools.insert(slot, name.chars().take(256).collect());
        }
    }

    fn tool(&self, slot: Slot) -> &str {
        self.tools.get(&slot).map_or("", |name| name)
    }

    fn is_settled(&self, piece: &Piece, holds: Holds) -> bool {
        let running = self.running.get(&piece.key).filter(|text| text.number() == piece.number);
        running.is_none_or(|text| piece.at.end <= text.settled(holds))
    }
}

/// Puts a mark where a find stands, over as many events as it does. Of what has gone on already nothing is taken back.
fn mark_in(
    queue: &mut VecDeque<Held>,
    number: u64,
    span: &Range<usize>,
    mut mark: String,
) -> Option<()> {
    for held in queue {
        let Some(data) = held.data() else { continue };
        let mut edits = Vec::new();
        for piece in held.pieces.iter().filter(|piece| piece.number == number) {
            let (from, to) = (span.start.max(piece.at.start), span.end.min(piece.at.end));
            if from >= to {
                continue;
            }
            let local = from - piece.at.start..to - piece.at.start;
            let edit = piece.text.edit(&data, local, &mark)?;
            mark.clear();
            // What two finds share was taken out with the first.
            if !held.edits.iter().any(|it| meet(it, &edit)) {
                edits.push(edit);
            }
        }
        held.edits.append(&mut edits);
    }
    Some(())
}

fn meet(one: &raw::Edit, other: &raw::Edit) -> bool {
    one.span.start < other.span.end && other.span.start < one.span.end
}

/// The part with its place.
fn placed(part: &Part<'_>) -> Part<'static> {
    let text =
        Text { text: part.text.text.clone().into_owned().into(), place: part.text.place.clone() };
    Part { text, ..part.clone().into_owned() }
}
