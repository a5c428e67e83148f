//! Text in columns: cut and filled by the cells it takes, not by its letters.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// At most `cells` cells of a text, with an ellipsis where it was longer.
pub fn cut(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut cut = head(text, cells.saturating_sub(1)).to_owned();
    if cells > 0 {
        cut.push('…');
    }
    cut
}

/// As [`cut`], but it is the middle that goes: the ends of a path say most.
pub fn cut_middle(text: &str, cells: usize) -> String {
    if text.width() <= cells || cells < 12 {
        return cut(text, cells);
    }
    let first = head(text, cells / 3);
    let mut last = text;
    while last.width() > cells - first.width() - 1 {
        let mut letters = last.chars();
        letters.next();
        last = letters.as_str();
    }
    format!("{first}…{last}")
}

/// Exactly `cells` cells.
pub fn fit(text: &str, cells: usize) -> String {
    let mut text = cut(text, cells);
    text.extend(std::iter::repeat_n(' ', cells.saturating_sub(text.width())));
    text
}

/// Exactly `cells` cells, the text at the right.
pub fn right(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    format!("{}{text}", " ".repeat(cells.saturating_sub(text.width())))
}

/// Lines of at most `cells` cells, broken at spaces where there are some; from the second on
/// `indent` cells are left free.
pub fn wrap(text: &str, cells: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let indent = if lines.is_empty() { 0 } else { indent };
        let cells = cells.saturating_sub(indent).max(1);
        if rest.width() <= cells {
            break;
        }
        let whole = head(rest, cells);
        let whole = if whole.is_empty() { &rest[..first_len(rest)] } else { whole };
        let at = whole.rfind(' ').filter(|at| *at > whole.len() / 2).unwrap_or(whole.len());
        lines.push(rest[..at].to_owned());
        rest = rest[at..].trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The beginning that fits.
fn head(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, letter)| {
        used += letter.width().unwrap_or(0);
        used > cells
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// `950`, `12k`, `3.4M`.
pub fn count(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..1_000_000 => format!("{}k", number / 1_000),
        _ => format!("{:.1}M", number as f64 / 1e6),
    }
}

/// Bars for numbers, the largest a full one.
pub fn bars(numbers: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let bar = |number: &u64| match *number {
        0 => ' ',
        number => BARS[((number * 8).div_ceil(most) as usize - 1).min(7)],
    };
    numbers.iter().map(bar).collect()
}
