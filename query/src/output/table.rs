//! Rows as a table that fits a terminal. Text of attackers cannot move a cursor or hide itself.

use std::io::{self, Write};

use event::show;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cells::{Cell, CellKind, rows};
use crate::sql::Answer;

/// Between two columns.
const GAP: usize = 2;
/// No column is cut below this; rather each row becomes a list of its cells.
const NARROW: usize = 8;

/// The columns of an answer to EXPLAIN.
const PLAN: [&str; 2] = ["plan_type", "plan"];

struct Grid {
    names: Vec<String>,
    numeric: Vec<bool>,
    rows: Vec<Vec<String>>,
    /// Columns without any value that were left out.
    empty: usize,
}

/// Writes `answer` at most `width` wide; 0 is without a limit.
pub fn write(answer: &Answer, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if answer.columns() == PLAN {
        return write_plan(answer, out);
    }
    let mut grid = grid(answer);
    let mut widths = grid.widths();
    if !fits(&widths, width) {
        grid.drop_empty();
        widths = grid.widths();
    }
    if shrink(&mut widths, width) {
        grid.write_columns(&widths, out)?;
    } else {
        grid.write_lists(width, out)?;
    }
    footer(answer, &grid, out)
}

/// A plan is read as the tree it is.
fn write_plan(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    for row in answer.cells() {
        for line in row.iter().flat_map(|cell| cell.text.lines()) {
            writeln!(out, "{}", show::plain(line))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn footer(answer: &Answer, grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    let count = grid.rows.len();
    let rows = if count == 1 { "row" } else { "rows" };
    let cut = if answer.cut { ", more were found and are not shown" } else { "" };
    let empty = match grid.empty {
        0 => String::new(),
        1 => ", 1 empty column not shown".to_owned(),
        more => format!(", {more} empty columns not shown"),
    };
    writeln!(out, "({count} {rows}{cut}{empty})")
}

fn grid(answer: &Answer) -> Grid {
    let names: Vec<String> =
        answer.columns().iter().map(|name| show::plain(name).into_owned()).collect();
    let mut numeric = vec![false; names.len()];
    let mut lines = Vec::with_capacity(answer.rows());
    for row in answer.batches.iter().flat_map(rows) {
        for (numeric, cell) in numeric.iter_mut().zip(&row) {
            *numeric |= cell.kind == CellKind::Number;
        }
        lines.push(row.iter().map(shown).collect());
    }
    Grid { names, numeric, rows: lines, empty: 0 }
}

fn shown(cell: &Cell) -> String {
    match cell.kind {
        // Milliseconds are enough for people; a space reads better than a T.
        CellKind::Time => cell.text.chars().take(23).collect::<String>().replace('T', " "),
        _ => show::plain(&cell.text).into_owned(),
    }
}

fn fits(widths: &[usize], width: usize) -> bool {
    width == 0 || widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) <= width
}

/// Takes from the widest column until all fit. False if they do not.
fn shrink(widths: &mut [usize], width: usize) -> bool {
    while !fits(widths, width) {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROW => *widest -= 1,
            _ => return false,
        }
    }
    true
}

impl Grid {
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| name.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        widths
    }

    fn drop_empty(&mut self) {
        let used: Vec<bool> = (0..self.names.len())
            .map(|column| {
                self.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()))
            })
            .collect();
        if !used.contains(&true) {
            return;
        }
        self.empty = used.iter().filter(|used| !**used).count();
        keep(&mut self.names, &used);
        keep(&mut self.numeric, &used);
        self.rows.iter_mut().for_each(|row| keep(row, &used));
    }

    fn write_columns(&self, widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
        let left = vec![false; widths.len()];
        line(&self.names, &left, widths, out)?;
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        line(&rule, &left, widths, out)?;
        self.rows.iter().try_for_each(|row| line(row, &self.numeric, widths, out))
    }

    fn write_lists(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        let names = self.names.iter().map(|name| name.width()).max().unwrap_or(0);
        for (index, row) in self.rows.iter().enumerate() {
            writeln!(out, "── {} ──", index + 1)?;
            for (name, cell) in self.names.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                let room = width.saturating_sub(names + GAP).max(NARROW);
                writeln!(out, "{}  {}", padded(name, names), cut(cell, room))?;
            }
        }
        Ok(())
    }
}

fn keep<T>(cells: &mut Vec<T>, used: &[bool]) {
    let mut used = used.iter();
    cells.retain(|_| used.next().copied().unwrap_or(true));
}

fn line(cells: &[String], right: &[bool], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for ((cell, right), width) in cells.iter().zip(right).zip(widths) {
        let cell = cut(cell, *width);
        let blank = " ".repeat(width.saturating_sub(cell.width()));
        if *right {
            text.push_str(&blank);
            text.push_str(&cell);
        } else {
            text.push_str(&cell);
            text.push_str(&blank);
        }
        text.push_str(&" ".repeat(GAP));
    }
    writeln!(out, "{}", text.trim_end())
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// At most `width` wide, with an ellipsis where it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut kept: String = text
        .chars()
        .take_while(|character| {
            let needed = character.width().unwrap_or(0);
            let room = needed <= left;
            left = left.saturating_sub(needed);
            room
        })
        .collect();
    kept.push('…');
    kept
}
