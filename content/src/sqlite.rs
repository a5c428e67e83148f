//! Rows of an SQLite database that somebody else writes, from the pages of its file and of its write-ahead log as they
//! stand there. Nothing is run, no lock is taken, nothing is written: triggers and views are texts, and whoever writes
//! never waits. Beside the data path of transcripts.
//!
//! ```text
//! log ──Log::catch_up──▶ which page stands where ──┐
//! file ────────────────────────────────────────────┴─▶ Database::table ──▶ Table ──rows, newest first──▶ Row
//! ```
//!
//! What is read while it is written may be of two states: [`Log::is_as_it_was`] says so, then one looks again.

mod log;
mod row;
mod table;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ops::ControlFlow;

pub use log::{Behind, Log};
pub use row::{Row, Value};
pub use table::Table;

/// Most bytes of pages that one look reads.
const MOST_READ: u64 = 32 << 20;
/// Deepest tree.
const MOST_DEEP: usize = 20;
/// Smallest page, in bytes; the largest is 65,536.
const SMALLEST: usize = 512;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the tree of the first page begins.
const HEADER: usize = 100;

/// Bytes that can be read at any place.
pub trait Bytes {
    /// Reads what stands at `at`; less than was asked for where it ends.
    fn read_at(&self, into: &mut [u8], at: u64) -> usize;
}

impl Bytes for &[u8] {
    fn read_at(&self, into: &mut [u8], at: u64) -> usize {
        let rest = usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default();
        let length = rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..length), rest.get(..length)) {
            into.copy_from_slice(from);
        }
        length
    }
}

/// Why it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It is none, or its texts are not UTF-8.
    #[error("it is no database that is understood")]
    NoDatabase,
    /// A page is not what leads to it says.
    #[error("page {0} is damaged, or was written meanwhile")]
    Page(u32),
    /// A row is longer than what is asked for.
    #[error("a row is too long")]
    TooLong,
    /// More pages than one look reads.
    #[error("more pages than are read at once")]
    TooMuch,
}

/// Whether to go on with the next row.
pub type Flow = Result<ControlFlow<()>, Damage>;

/// A database at one moment.
pub struct Database<'a> {
    file: &'a dyn Bytes,
    log_file: &'a dyn Bytes,
    log: &'a Log,
    page: usize,
    /// Bytes of a page that are used.
    usable: usize,
    left: Cell<u64>,
}

impl<'a> Database<'a> {
    /// Opens the file with what its log says.
    pub fn open(
        file: &'a dyn Bytes,
        log_file: &'a dyn Bytes,
        log: &'a Log,
    ) -> Result<Self, Damage> {
        let mut head = [0; HEADER];
        let read = match log.place(1) {
            Some(at) => log_file.read_at(&mut head, at),
            None => file.read_at(&mut head, 0),
        };
        let number = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let page = match number(16) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = page.saturating_sub(usize::from(head[20]));
        let is_one = read == HEADER && head.starts_with(MAGIC) && head[56..60] == [0, 0, 0, 1];
        let fits = page.is_power_of_two() && page >= SMALLEST && usable >= 480;
        // A log of other pages is of another file.
        let is_its_log = log.page().is_none_or(|of_log| of_log == page);
        if !is_one || !fits || !is_its_log {
            return Err(Damage::NoDatabase);
        }
        Ok(Self { file, log_file, log, page, usable, left: Cell::new(MOST_READ) })
    }

    /// A page, as it was written last.
    fn read(&self, number: u32) -> Result<Vec<u8>, Damage> {
        let size = self.page as u64;
        self.left.set(self.left.get().checked_sub(size).ok_or(Damage::TooMuch)?);
        let mut bytes = vec![0; self.page];
        let before = u64::from(number.checked_sub(1).ok_or(Damage::Page(number))?);
        let read = match self.log.place(number) {
            Some(at) => self.log_file.read_at(&mut bytes, at),
            None => self.file.read_at(&mut bytes, before * size),
        };
        if read == self.page { Ok(bytes) } else { Err(Damage::Page(number)) }
    }

    /// The rows of the tree below `page`, the newest first, until `visit` has enough.
    fn walk(&self, number: u32, depth: usize, visit: &mut dyn FnMut(Row<'_, 'a>) -> Flow) -> Flow {
        let damaged = Damage::Page(number);
        if depth > MOST_DEEP {
            return Err(damaged);
        }
        let bytes = self.read(number)?;
        let head = bytes.get(if number == 1 { HEADER } else { 0 }..).ok_or(damaged)?;
        let kind = head.first().ok_or(damaged)?;
        let cells = usize::from(u16_at(head, 3).ok_or(damaged)?);
        let first = match kind {
            0x0d => 8,
            0x05 => 12,
            _ => return Err(damaged),
        };
        if first == 12 {
            let right = u32_at(head, 8).ok_or(damaged)?;
            if self.walk(right, depth + 1, visit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        for cell in (0..cells).rev() {
            let at = usize::from(u16_at(head, first + 2 * cell).ok_or(damaged)?);
            let cell = bytes.get(at..self.usable).ok_or(damaged)?;
            let flow = if first == 12 {
                self.walk(u32_at(cell, 0).ok_or(damaged)?, depth + 1, visit)?
            } else {
                visit(Row::read(self, cell).ok_or(damaged)?)?
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}
