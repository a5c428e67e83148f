//! A table: where its rows are, and what its columns are called, by the words that made it.

use std::ops::ControlFlow;

use super::{Damage, Database, Flow, Row};

/// Longest words that make a table, in bytes.
const MOST_WORDS: usize = 64 << 10;
/// Most tables, views, indexes and triggers that are looked through.
const MOST_THINGS: usize = 4_096;

/// A table of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    root: u32,
    columns: Vec<String>,
}

impl<'a> Database<'a> {
    /// The table of that name; none: there is none.
    pub fn table(&self, name: &str) -> Result<Option<Table>, Damage> {
        let (mut found, mut looked) = (None, 0);
        let _ = self.walk(1, 0, &mut |mut thing| {
            looked += 1;
            thing.whole(MOST_WORDS)?;
            if thing.text(0) == "table" && thing.text(1) == name {
                let root = u32::try_from(thing.number(3)).map_err(|_| Damage::NoDatabase)?;
                found = Some(Table { root, columns: columns(thing.text(4)) });
            }
            let enough = found.is_some() || looked >= MOST_THINGS;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(found)
    }

    /// The rows of a table, the newest first, until `visit` has enough.
    pub fn rows(
        &self,
        table: &Table,
        visit: &mut dyn FnMut(Row<'_, 'a>) -> Flow,
    ) -> Result<(), Damage> {
        self.walk(table.root, 0, visit).map(drop)
    }
}

impl Table {
    /// Where these columns stand, in their order; none: one of them is not there.
    pub fn places<const N: usize>(&self, names: [&str; N]) -> Option<[usize; N]> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            *place = self.columns.iter().position(|column| column == name)?;
        }
        Some(places)
    }
}

/// Names of the columns in `CREATE TABLE name (…)`.
fn columns(words: &str) -> Vec<String> {
    let Some((_, body)) = words.split_once('(') else { return Vec::new() };
    let (mut depth, mut quote, mut names, mut part) = (0_usize, None, Vec::new(), String::new());
    for letter in body.chars() {
        match (letter, quote) {
            (_, Some(end)) if letter == end => quote = None,
            (_, Some(_)) => {}
            ('"' | '`' | '\'', None) => quote = Some(letter),
            ('[', None) => quote = Some(']'),
            ('(', None) => depth += 1,
            (')', None) if depth == 0 => break,
            (')', None) => depth -= 1,
            (',', None) if depth == 0 => {
                names.extend(name(&std::mem::take(&mut part)));
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    names.extend(name(&part));
    names
}

/// The name of one column, if it is none of the conditions behind them.
fn name(part: &str) -> Option<String> {
    let part = part.trim();
    let bare = |text: &str| text.trim_matches(|c| "\"`[]'".contains(c)).to_owned();
    if let Some(end) =
        part.strip_prefix(['"', '`', '[']).and_then(|rest| rest.find(['"', '`', ']']))
    {
        return part.get(..end + 2).map(bare);
    }
    let first = part.split_whitespace().next()?;
    let first = first.split('(').next()?;
    let conditions = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
    let is_one = conditions.iter().any(|word| first.eq_ignore_ascii_case(word));
    (!is_one).then(|| bare(first))
}
