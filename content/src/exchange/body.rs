//! The body of a message as far as it is kept.

use std::borrow::Cow;
use std::io::Read;

/// Longest body that is kept, packed or not.
pub const LONGEST: usize = 1 << 20;

/// Bytes of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Its beginning, as it was sent.
    kept: Vec<u8>,
    /// How long it was.
    pub length: u64,
}

impl Body {
    /// Takes what comes next.
    pub fn add(&mut self, bytes: &[u8]) {
        // Behind a hole nothing is in its place.
        let room = if self.is_whole() { LONGEST - self.kept.len() } else { 0 };
        self.kept.extend(bytes.get(..bytes.len().min(room)).unwrap_or_default());
        self.length += bytes.len() as u64;
    }

    /// So many bytes are not there.
    pub fn skip(&mut self, count: u64) {
        self.length += count;
    }

    /// Bytes that are kept.
    pub fn held(&self) -> usize {
        self.kept.len()
    }

    /// Whether all of it is kept.
    pub fn is_whole(&self) -> bool {
        self.kept.len() as u64 == self.length
    }

    /// What was meant, unpacked; none: it is not whole, or packed in a way that is not read, or too long.
    pub fn read(&self, encoding: Option<&str>) -> Option<Cow<'_, [u8]>> {
        if !self.is_whole() {
            return None;
        }
        match encoding.map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "identity") => Some(Cow::Borrowed(&self.kept)),
            Some("gzip" | "x-gzip") => unpacked(flate2::read::MultiGzDecoder::new(&*self.kept)),
            Some("deflate") => unpacked(flate2::read::ZlibDecoder::new(&*self.kept)),
            Some(_) => None,
        }
    }
}

fn unpacked(packed: impl Read) -> Option<Cow<'static, [u8]>> {
    let mut bytes = Vec::new();
    packed.take(LONGEST as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= LONGEST).then_some(Cow::Owned(bytes))
}
