//! Messages of one way of a connection, as their bytes come.

use super::{Head, Message, Piece, head};

/// Longest line before a piece of a body.
const LINE: usize = 1 << 10;

/// Which side's messages they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Request,
    /// `bodiless`: the request wanted none.
    Answer {
        bodiless: bool,
    },
}

/// What comes next.
#[derive(Debug)]
enum State {
    /// A head, of which this is there.
    Head(Vec<u8>),
    /// So many bytes of a body.
    Exactly(u64),
    /// A body until the end of the connection.
    UntilEnd,
    /// The line before a piece, of which this is there.
    Size(Vec<u8>),
    /// So many bytes of a piece.
    Piece(u64),
    /// Lines behind the last piece; this is there of one.
    Trailer(Vec<u8>),
    /// Nobody knows, until a message begins.
    Lost,
}

/// The messages of one way.
#[derive(Debug)]
pub struct Messages {
    state: State,
    /// Bytes that went by.
    at: u64,
    now: Message,
}

impl Default for Messages {
    fn default() -> Self {
        Self { state: State::Head(Vec::new()), at: 0, now: Message::default() }
    }
}

impl Messages {
    /// Takes bytes, and returns what is whole by them; `side` says what the message of this number among those is.
    pub fn take(&mut self, piece: &Piece<'_>, side: &mut dyn FnMut(usize) -> Side) -> Vec<Message> {
        let mut whole = Vec::new();
        if piece.at < self.at {
            *self = Self { at: piece.at, ..Self::default() };
        }
        self.skip(piece.at - self.at, piece.time, &mut whole);
        if matches!(self.state, State::Lost) && Head::may_begin(piece.bytes) {
            (self.state, self.now) = (State::Head(Vec::new()), Message::default());
        }
        let mut rest = piece.bytes;
        while !rest.is_empty() && !matches!(self.state, State::Lost) {
            rest = self.step(rest, piece.time, side(whole.len()));
            self.push_whole(piece.time, &mut whole);
        }
        self.skip(piece.missing, piece.time, &mut whole);
        self.at = piece.at + piece.bytes.len() as u64 + piece.missing;
        whole
    }

    /// Bytes that are kept.
    pub fn held(&self) -> usize {
        let begun = match &self.state {
            State::Head(kept) | State::Size(kept) | State::Trailer(kept) => kept.len(),
            State::Exactly(_) | State::UntilEnd | State::Piece(_) | State::Lost => 0,
        };
        begun + self.now.held()
    }

    /// The end of the connection; what lasts until then is whole.
    pub fn end(&mut self) -> Option<Message> {
        let lasted = matches!(self.state, State::UntilEnd);
        let ended = self.now.ended;
        lasted.then(|| self.over(ended))
    }

    fn push_whole(&mut self, time: u64, whole: &mut Vec<Message>) {
        if matches!(self.state, State::Exactly(0)) {
            whole.push(self.over(time));
        }
    }

    fn over(&mut self, time: u64) -> Message {
        self.state = State::Head(Vec::new());
        Message { ended: time, ..std::mem::take(&mut self.now) }
    }

    /// So many bytes are not there.
    fn skip(&mut self, count: u64, time: u64, whole: &mut Vec<Message>) {
        match &mut self.state {
            _ if count == 0 => {}
            State::Exactly(left) if count <= *left => {
                *left -= count;
                self.now.body.skip(count);
                self.push_whole(time, whole);
            }
            State::Piece(left) if count < *left => {
                *left -= count;
                self.now.body.skip(count);
            }
            State::UntilEnd => self.now.body.skip(count),
            _ => self.state = State::Lost,
        }
    }

    /// Takes what belongs to the present state; returns the rest.
    fn step<'b>(&mut self, bytes: &'b [u8], time: u64, side: Side) -> &'b [u8] {
        match &mut self.state {
            State::Head(_) => self.head(bytes, time, side),
            State::Exactly(left) | State::Piece(left) => {
                let count = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                let (mine, rest) = bytes.split_at(count);
                *left -= count as u64;
                self.now.body.add(mine);
                if matches!(self.state, State::Piece(0)) {
                    self.state = State::Size(Vec::new());
                }
                rest
            }
            State::UntilEnd => {
                self.now.body.add(bytes);
                self.now.ended = time;
                &[]
            }
            State::Size(_) | State::Trailer(_) => self.line(bytes),
            State::Lost => &[],
        }
    }

    fn head<'b>(&mut self, bytes: &'b [u8], time: u64, side: Side) -> &'b [u8] {
        let State::Head(kept) = &mut self.state else { return bytes };
        if kept.is_empty() {
            self.now.began = time;
        }
        let before = kept.len();
        kept.extend(bytes);
        // The end may have begun with what was there.
        let from = before.saturating_sub(3);
        let found = memchr::memmem::find(kept.get(from..).unwrap_or_default(), b"\r\n\r\n");
        let Some(end) = found.map(|place| from + place + 4) else {
            if kept.len() > head::LONGEST || !Head::may_begin(kept) && kept.len() > 16 {
                self.state = State::Lost;
            }
            return &[];
        };
        let head = kept.get(..end).and_then(Head::read);
        self.state = head.as_ref().map_or(State::Lost, |head| framing(head, side));
        self.now.head = head.unwrap_or_default();
        bytes.get(end - before..).unwrap_or_default()
    }

    /// A line of a body that comes in pieces.
    fn line<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (State::Size(kept) | State::Trailer(kept)) = &mut self.state else { return bytes };
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |place| place + 1);
        let (mine, rest) = bytes.split_at(end);
        kept.extend(mine);
        if kept.len() > LINE {
            self.state = State::Lost;
        } else if kept.ends_with(b"\n") {
            let line = String::from_utf8_lossy(kept).trim().to_owned();
            self.state = self.behind(&line);
        }
        rest
    }

    fn behind(&self, line: &str) -> State {
        if matches!(self.state, State::Trailer(_)) {
            return if line.is_empty() { State::Exactly(0) } else { State::Trailer(Vec::new()) };
        }
        if line.is_empty() {
            return State::Size(Vec::new()); // the end of the piece before
        }
        let size = line.split(';').next().unwrap_or_default().trim();
        match u64::from_str_radix(size, 16) {
            Ok(0) => State::Trailer(Vec::new()),
            Ok(size) => State::Piece(size),
            Err(_) => State::Lost,
        }
    }
}

/// What follows a head.
fn framing(head: &Head, side: Side) -> State {
    let status = head.status();
    let none = match side {
        Side::Request => false,
        Side::Answer { bodiless } => bodiless || matches!(status, 100..200 | 204 | 304),
    };
    if none {
        return State::Exactly(0);
    }
    if head.is_chunked() {
        return State::Size(Vec::new());
    }
    match (head.length(), side) {
        (Some(length), _) => State::Exactly(length),
        (None, Side::Request) => State::Exactly(0),
        (None, Side::Answer { .. }) => State::UntilEnd,
    }
}
