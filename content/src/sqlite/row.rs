//! One row: its columns as they were stored, the end of a long one on further pages.

use super::{Damage, Database, u32_at};

/// A row of a table.
pub struct Row<'d, 'a> {
    database: &'d Database<'a>,
    /// All of it, or what stands on its own page.
    bytes: Vec<u8>,
    length: usize,
    /// Where the rest stands.
    next: u32,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'r> {
    /// Nothing, a broken number, or a column that came after the row.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text or other bytes.
    Bytes(&'r [u8]),
}

impl<'d, 'a> Row<'d, 'a> {
    /// The row in a cell of a leaf.
    pub(super) fn read(database: &'d Database<'a>, cell: &[u8]) -> Option<Self> {
        let (length, rest) = varint(cell)?;
        let (_, rest) = varint(rest)?;
        let length = usize::try_from(length).ok()?;
        let here = own(length, database.usable);
        let bytes = rest.get(..here)?.to_vec();
        let next = if here < length { u32_at(rest, here)? } else { 0 };
        Some(Self { database, bytes, length, next })
    }

    /// What stands in column `at`; [`Self::whole`] first where it may be on further pages.
    pub fn value(&self, at: usize) -> Value<'_> {
        self.find(at).unwrap_or(Value::Null)
    }

    /// The text in column `at`.
    pub fn text(&self, at: usize) -> &str {
        match self.value(at) {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            Value::Null | Value::Integer(_) => "",
        }
    }

    /// The number in column `at`, if it is none below zero.
    pub fn number(&self, at: usize) -> u64 {
        match self.value(at) {
            Value::Integer(number) => u64::try_from(number).unwrap_or(0),
            Value::Null | Value::Bytes(_) => 0,
        }
    }

    /// Reads the rest of it, unless it is longer than `most` bytes.
    pub fn whole(&mut self, most: usize) -> Result<(), Damage> {
        if self.length > most {
            return Err(Damage::TooLong);
        }
        while self.bytes.len() < self.length {
            let page = self.database.read(self.next)?;
            let damaged = Damage::Page(self.next);
            let part = (self.length - self.bytes.len()).min(self.database.usable - 4);
            self.bytes.extend(page.get(4..4 + part).ok_or(damaged)?);
            self.next = u32_at(&page, 0).ok_or(damaged)?;
        }
        Ok(())
    }

    fn find(&self, column: usize) -> Option<Value<'_>> {
        let (head, rest) = varint(&self.bytes)?;
        let head = usize::try_from(head).ok()?;
        let mut kinds = self.bytes.get(self.bytes.len() - rest.len()..head)?;
        let mut at = head;
        for _ in 0..column {
            let (kind, rest) = varint(kinds)?;
            at = at.checked_add(size(kind)?)?;
            kinds = rest;
        }
        let (kind, _) = varint(kinds)?;
        let bytes = self.bytes.get(at..at.checked_add(size(kind)?)?)?;
        Some(match kind {
            1..=6 => Value::Integer(integer(bytes)),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            12.. => Value::Bytes(bytes),
            _ => Value::Null,
        })
    }
}

/// Bytes of a row of `length` that stand on its own page.
fn own(length: usize, usable: usize) -> usize {
    let most = usable - 35;
    if length <= most {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let here = least + (length - least) % (usable - 4);
    if here <= most { here } else { least }
}

/// Bytes of a value of this kind.
fn size(kind: u64) -> Option<usize> {
    Some(match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => usize::try_from((kind - 12) / 2).ok()?,
    })
}

fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let begin = if negative { -1 } else { 0 };
    bytes.iter().fold(begin, |number, byte| number << 8 | i64::from(*byte))
}

/// A number of one to nine bytes, and what stands behind it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for at in 0..9 {
        let byte = *bytes.get(at)?;
        if at == 8 {
            return Some((number << 8 | u64::from(byte), bytes.get(9..)?));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
