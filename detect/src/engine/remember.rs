//! Which literals a text holds, scanned once: texts that events share (a program's path, the
//! command line of a process that acts a thousand times) are looked up by their address.

use content::matcher::Matcher;
use event::Text;

/// A literal that a text holds, and where: bits of [`content::matcher::Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub literal: u32,
    pub places: u8,
}

/// Remembered texts: so many bits of their address tell where.
const BITS: u32 = 11;
/// Longer texts have few places of their own, so that memory stays bounded: command lines, of which a
/// linker that opens hundreds of files has one.
const LONG: usize = 4 << 10;
const LONG_BITS: u32 = 7;
/// Longer than any command line that is recorded: scanned each time.
const LONGEST: usize = 64 << 10;

/// Texts and their hits. An entry keeps its text alive, so that an address means one text.
#[derive(Debug)]
pub struct Remembered {
    short: Entries<BITS>,
    long: Entries<LONG_BITS>,
    scratch: Scratch,
}

#[derive(Debug, Default)]
struct Entry {
    text: Option<Kept>,
    hits: Vec<Hit>,
}

/// A power of two of places.
#[derive(Debug)]
struct Entries<const BITS: u32>(Vec<Entry>);

impl<const BITS: u32> Default for Entries<BITS> {
    fn default() -> Self {
        Self((0..1usize << BITS).map(|_| Entry::default()).collect())
    }
}

impl<const BITS: u32> Entries<BITS> {
    fn at(&mut self, text: &str) -> Option<&mut Entry> {
        // Fibonacci hashing: neighbours in memory are spread over the table.
        let address = text.as_ptr().addr() as u64;
        let index = address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS);
        self.0.get_mut(index as usize)
    }
}

#[derive(Debug)]
enum Kept {
    Shared(Text),
    Fixed(&'static str),
}

impl Kept {
    fn is(&self, text: &str) -> bool {
        let known: &str = match self {
            Self::Shared(known) => known,
            Self::Fixed(known) => known,
        };
        std::ptr::eq(known, text)
    }
}

#[derive(Debug, Default)]
struct Scratch {
    /// For each literal one more than its place in `hits`; 0 is none.
    seen: Vec<u32>,
    hits: Vec<Hit>,
}

impl Remembered {
    /// For a matcher of so many literals.
    pub fn new(literals: usize) -> Self {
        let scratch = Scratch { seen: vec![0; literals], hits: Vec::new() };
        Self { short: Entries::default(), long: Entries::default(), scratch }
    }

    /// The hits of a text that may come again.
    pub fn shared(&mut self, matcher: &Matcher, text: &Text) -> &[Hit] {
        if text.len() > LONGEST {
            return self.once(matcher, text);
        }
        self.at_address(matcher, text, || Kept::Shared(text.clone()))
    }

    /// The hits of a text that never changes.
    pub fn fixed(&mut self, matcher: &Matcher, text: &'static str) -> &[Hit] {
        self.at_address(matcher, text, || Kept::Fixed(text))
    }

    /// The hits of a text that will not come again.
    pub fn once(&mut self, matcher: &Matcher, text: &str) -> &[Hit] {
        self.scratch.scan(matcher, text)
    }

    fn at_address(&mut self, matcher: &Matcher, text: &str, keep: impl FnOnce() -> Kept) -> &[Hit] {
        let entry = if text.len() > LONG { self.long.at(text) } else { self.short.at(text) };
        let Some(entry) = entry else { return self.scratch.scan(matcher, text) };
        if !entry.text.as_ref().is_some_and(|known| known.is(text)) {
            let hits = self.scratch.scan(matcher, text);
            entry.hits.clear();
            entry.hits.extend_from_slice(hits);
            entry.text = Some(keep());
        }
        &entry.hits
    }
}

impl Scratch {
    fn scan(&mut self, matcher: &Matcher, text: &str) -> &[Hit] {
        for hit in self.hits.drain(..) {
            if let Some(seen) = self.seen.get_mut(hit.literal as usize) {
                *seen = 0;
            }
        }
        let Self { seen, hits } = self;
        matcher.scan(text, |literal, place| {
            let Some(seen) = seen.get_mut(literal as usize) else { return };
            match hits.get_mut((*seen as usize).wrapping_sub(1)) {
                Some(hit) if *seen > 0 => hit.places |= place.0,
                _ => {
                    hits.push(Hit { literal, places: place.0 });
                    *seen = u32::try_from(hits.len()).unwrap_or(0);
                }
            }
        });
        hits
    }
}
