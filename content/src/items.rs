//! A list in JSON as it comes, one item after the other: what Gemini streams where nobody asks for events. Every byte is
//! told, so that what nobody wants to change passes as it is.

use crate::lines::TooLong;

/// Most bytes of an item where the caller has no reason for another bound.
pub const MOST_ITEM: usize = 16 << 20;

/// Items out of bytes that come in pieces; in whatever pieces, the items are the same.
#[derive(Debug)]
pub struct Reader {
    waiting: Vec<u8>,
    /// How far it was read.
    seen: usize,
    /// Where the item begins that is being read.
    begins: Option<usize>,
    depth: u32,
    quoted: Quoted,
    most: usize,
    too_long: bool,
}

/// Whether a string is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoted {
    No,
    Yes,
    /// Behind a backslash.
    Escaped,
}

/// One item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'r> {
    /// Its bytes, with what stands between it and the item before.
    pub raw: &'r [u8],
    /// Where in them it begins.
    pub at: usize,
}

impl<'r> Item<'r> {
    /// The item itself.
    pub fn text(&self) -> &'r [u8] {
        self.raw.get(self.at..).unwrap_or_default()
    }
}

impl Reader {
    /// A reader of items of no more than `most` bytes.
    pub fn new(most: usize) -> Self {
        let (waiting, quoted) = (Vec::new(), Quoted::No);
        Self { waiting, seen: 0, begins: None, depth: 0, quoted, most, too_long: false }
    }

    /// Takes the next bytes; tells each item that is whole now: a map of the list, or one that stands alone. Behind one that
    /// is too long nothing is read any more; [`Reader::waiting`] has what was not told.
    pub fn take(&mut self, bytes: &[u8], tell: &mut dyn FnMut(&Item<'_>)) -> Result<(), TooLong> {
        self.waiting.extend_from_slice(bytes);
        let mut told = 0;
        while let Some(byte) = self.waiting.get(self.seen).copied().filter(|_| !self.too_long) {
            self.seen += 1;
            if self.ends(byte) {
                let raw = self.waiting.get(told..self.seen).unwrap_or_default();
                let at = self.begins.take().unwrap_or(told).saturating_sub(told);
                tell(&Item { raw, at });
                told = self.seen;
            }
            self.too_long = self.seen - told > self.most;
        }
        self.waiting.drain(..told);
        self.seen -= told;
        self.begins = self.begins.map(|at| at - told);
        if self.too_long { Err(TooLong(self.most)) } else { Ok(()) }
    }

    /// What was taken and not told yet.
    pub fn waiting(&self) -> &[u8] {
        &self.waiting
    }

    /// Whether an item ends with this byte.
    fn ends(&mut self, byte: u8) -> bool {
        match (self.quoted, byte) {
            (Quoted::Escaped, _) => self.quoted = Quoted::Yes,
            (Quoted::Yes, b'\\') => self.quoted = Quoted::Escaped,
            (Quoted::Yes, b'"') => self.quoted = Quoted::No,
            (Quoted::Yes, _) => {}
            (Quoted::No, b'"') => self.quoted = Quoted::Yes,
            (Quoted::No, b'{') => {
                self.begins.get_or_insert(self.seen - 1);
                self.depth = self.depth.saturating_add(1);
            }
            (Quoted::No, b'}') => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0 && self.begins.is_some();
            }
            (Quoted::No, _) => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]], most: usize) -> (Vec<String>, String) {
        let mut told = Vec::new();
        let mut reader = Reader::new(most);
        for piece in pieces {
            let took = reader.take(piece, &mut |item| {
                told.push(String::from_utf8_lossy(item.text()).into_owned());
            });
            if took.is_err() {
                told.push("too long".into());
            }
        }
        (told, String::from_utf8_lossy(reader.waiting()).into_owned())
    }

    #[test]
    fn items_are_whole_in_whatever_pieces() {
        let check = |pieces: &[&str], told: &[&str], waits: &str| {
            let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
            let expect = (told.iter().map(|&item| item.into()).collect(), waits.into());
            assert_eq!(read(&pieces, 20), expect, "{pieces:?}");
        };
        check(&["[{\"a\": 1}\n,\r\n{\"b\"", ":[{}]}]"], &["{\"a\": 1}", "{\"b\":[{}]}"], "]");
        check(&[r#"[{"a":"}\""#, r#"{"}]"#], &[r#"{"a":"}\"{"}"#], "]");
        check(&["{\"error\": {}}\n"], &["{\"error\": {}}"], "\n");
        check(&["[]"], &[], "[]");
        check(
            &["[{\"a\": 1}, {\"a\": 1234567890123"],
            &["{\"a\": 1}", "too long"],
            ", {\"a\": 1234567890123",
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]
        #[test]
        fn any_split_gives_the_same_items(text in r#"[{}\[\]"\\, a]{0,40}"#, at in any::<prop::sample::Index>()) {
            let (one, other) = text.as_bytes().split_at(at.index(text.len() + 1));
            prop_assert_eq!(read(&[one, other], 100), read(&[text.as_bytes()], 100));
        }
    }
}
