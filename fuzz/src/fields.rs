//! Bytes in the order a target asks for them, and records of the ring laid out by `bpf/records.def`,
//! so that a kept input still means something after a layout has changed.

const DEFINITION: &str = include_str!("../../bpf/records.def");

/// Takes values from the front; when nothing is left, everything is zero and empty.
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// Values from here on are followed by the whole number.
const WHOLE: u8 = 0xf0;

impl<'a> Fields<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *byte
    }

    /// One byte for small numbers, `0xf0` and eight bytes for any.
    pub fn number(&mut self) -> u64 {
        match self.byte() {
            WHOLE.. => self.bytes(8).iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
            small => u64::from(small),
        }
    }

    /// `count` bytes, or as many as there are.
    pub fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// A length and that many bytes.
    pub fn text(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte());
        self.bytes(length)
    }

    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// A record of the ring.
    pub fn record(&mut self) -> Vec<u8> {
        let kind = self.byte();
        let header = body("header");
        let name = RECORDS.get(usize::from(kind) % RECORDS.len()).copied().unwrap_or_default();
        let mut texts = Vec::new();
        let mut record = Vec::new();
        for (kind, name) in header.into_iter().chain(body(name)) {
            self.field(kind, name, &mut record, &mut texts);
        }
        // The compiler pads to eight bytes, and so does the layout.
        record.resize(record.len().next_multiple_of(8), 0);
        record.extend(texts);
        set(&mut record, 0, &number_of(name).to_ne_bytes());
        let length = record.len() as u32;
        set(&mut record, 4, &length.to_ne_bytes());
        record
    }

    fn field(&mut self, kind: &str, name: &str, record: &mut Vec<u8>, texts: &mut Vec<u8>) {
        match kind {
            "text" => {
                let text = self.text();
                record.extend((text.len() as u32).to_ne_bytes());
                texts.extend(text);
            }
            _ if kind.starts_with("bytes") => {
                let size = kind.trim_start_matches("bytes").parse().unwrap_or(0);
                let mut bytes = self.bytes(size).to_vec();
                bytes.resize(size, 0);
                record.extend(bytes);
            }
            // Set at the end.
            "u16" if name == "kind" => record.extend([0; 2]),
            "u32" if name == "length" => record.extend([0; 4]),
            "u16" => record.extend((self.number() as u16).to_ne_bytes()),
            "u64" => record.extend(self.number().to_ne_bytes()),
            _ => record.extend((self.number() as u32).to_ne_bytes()),
        }
    }
}

const RECORDS: [&str; 7] = ["exec", "clone", "exit", "file", "net", "packet", "act"];

/// A record of `packet` with this payload.
pub fn packet(op: u32, payload: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    for (kind, name) in body("header").into_iter().chain(body("packet")) {
        match (kind, name) {
            ("text", _) => record.extend((payload.len() as u32).to_ne_bytes()),
            ("u16", _) => record.extend([0; 2]),
            ("u64", _) => record.extend([0; 8]),
            (_, "op") => record.extend(op.to_ne_bytes()),
            (_, "family") => record.extend(2_u32.to_ne_bytes()),
            ("u32" | "s32", _) => record.extend([0; 4]),
            _ => record.extend([0; 16]),
        }
    }
    record.resize(record.len().next_multiple_of(8), 0);
    record.extend(payload);
    set(&mut record, 0, &number_of("packet").to_ne_bytes());
    let length = record.len() as u32;
    set(&mut record, 4, &length.to_ne_bytes());
    record
}

fn set(record: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = record.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// Kind and name of each field; `bytes16` for `bytes name 16`.
fn body(record: &str) -> Vec<(&'static str, &'static str)> {
    let words = |line: &'static str| line.split_whitespace().collect::<Vec<_>>();
    let begins = |line: &[&str]| match line {
        ["header"] => record == "header",
        ["record", name, _] => *name == record,
        _ => false,
    };
    let lines = DEFINITION.lines().map(words).skip_while(|line| !begins(line)).skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| match line.as_slice() {
            ["bytes", name, "16"] => Some(("bytes16", *name)),
            [kind @ ("u16" | "u32" | "u64" | "s32" | "text"), name] => Some((*kind, *name)),
            _ => None,
        })
        .collect()
}

fn number_of(record: &str) -> u16 {
    let named = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("record") && words.next() == Some(record))
            .then(|| words.next()?.parse().ok())
            .flatten()
    };
    DEFINITION.lines().find_map(named).unwrap_or(0)
}
