//! Where an entry may stand in a text of lines: blocks of YAML, tables of TOML.

use super::{Entry, Form, flow};

type Range = (usize, usize);

/// Places that may be it, the likeliest first.
pub(super) fn ranges(form: Form, text: &str, entry: &Entry<'_>) -> Vec<Range> {
    let (Entry::Key(line, _) | Entry::Item(line, _)) = entry;
    let at = usize::try_from(*line).unwrap_or(usize::MAX).saturating_sub(1);
    let lines = Lines::of(text);
    if lines.text(at).is_none() {
        return Vec::new();
    }
    match form {
        Form::Toml => tables(text, &lines, at, entry),
        _ => blocks(&lines, at, entry),
    }
}

struct Lines<'t> {
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    length: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { lines: text.split('\n').collect(), starts, length: text.len() }
    }

    fn text(&self, at: usize) -> Option<&'t str> {
        self.lines.get(at).copied()
    }

    /// From one line up to another, which is not in it.
    fn range(&self, from: usize, until: usize) -> Range {
        let start = |at: usize| self.starts.get(at).copied().unwrap_or(self.length);
        (start(from), start(until))
    }

    /// From a line up to the first behind it that `ends`.
    fn until(&self, from: usize, ends: impl Fn(&str) -> bool) -> Range {
        let behind = self.lines.iter().skip(from + 1).position(|line| ends(line));
        self.range(from, behind.map_or(usize::MAX, |length| from + 1 + length))
    }

    /// The last line up to `at` that `is`.
    fn above(&self, at: usize, is: impl Fn(&str) -> bool) -> Option<usize> {
        let lines = self.lines.get(..=at)?;
        lines.iter().rposition(|line| is(line))
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_item(line: &str) -> bool {
    let line = line.trim();
    line == "-" || line.starts_with("- ")
}

/// A key with all that is below it, or an item of a list.
fn blocks(lines: &Lines<'_>, at: usize, entry: &Entry<'_>) -> Vec<Range> {
    let ends_at = |most: usize, items_go_on: Items| {
        move |line: &str| {
            let goes_on = items_go_on == Items::Below && is_item(line) && indent(line) == most;
            !line.trim().is_empty() && indent(line) <= most && !goes_on
        }
    };
    let own = lines.text(at).unwrap_or_default();
    let mut ranges = Vec::new();
    if matches!(entry, Entry::Key(..)) && !is_item(own) {
        ranges.push(lines.until(at, ends_at(indent(own), Items::Below)));
    }
    // Items of lists in lists: the innermost first.
    let mut below = usize::MAX;
    let mut from = Some(at);
    while let Some(at) = from {
        let Some(item) = lines.above(at, |line| is_item(line) && indent(line) < below) else {
            break;
        };
        below = indent(lines.text(item).unwrap_or_default());
        ranges.push(lines.until(item, ends_at(below, Items::Beside)));
        from = item.checked_sub(1).filter(|_| ranges.len() < 3);
    }
    ranges
}

/// What an item at the depth of the entry itself is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Items {
    /// A part of it: lists may stand as deep as their key.
    Below,
    /// The next one.
    Beside,
}

/// A table with those inside it, one of a list of tables, or a key and its value.
fn tables(text: &str, lines: &Lines<'_>, at: usize, entry: &Entry<'_>) -> Vec<Range> {
    let mut ranges = Vec::new();
    let own = lines.text(at).unwrap_or_default();
    if let Some(name) = header(own) {
        ranges.push(lines.until(at, |line| ends_table(line, name)));
    } else if matches!(entry, Entry::Key(..)) {
        let (from, _) = lines.range(at, at);
        ranges.push((from, flow::closed(text, from)));
    }
    let list = lines.above(at, |line| line.trim_start().starts_with("[["));
    if let Some((list, name)) = list.and_then(|it| Some((it, header(lines.text(it)?)?))) {
        ranges.push(lines.until(list, |line| ends_table(line, name)));
    }
    ranges
}

/// The name in `[name]` or `[[name]]`.
fn header(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.split_once(" #").map_or(line, |(line, _)| line.trim_end());
    Some(line.strip_prefix('[')?.strip_suffix(']')?.trim_matches(['[', ']']))
}

/// A table ends at the next that is not inside it.
fn ends_table(line: &str, name: &str) -> bool {
    let inside = |line: &str| {
        let name_of = line.trim_start_matches('[');
        name_of.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
    };
    line.starts_with('[') && !inside(line)
}
