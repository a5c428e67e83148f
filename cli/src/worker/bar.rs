//! Where a long look is: one line on the terminal, gone at the end.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use event::show::plain;
use unicode_width::UnicodeWidthChar;

use crate::verbs::Common;

/// What is done sooner shows nothing.
const AFTER: Duration = Duration::from_millis(500);
/// How often the line changes.
const EVERY: Duration = Duration::from_millis(100);
/// Begins the line anew.
const CLEAR: &str = "\r\x1b[K";

/// The line. Dropped, it is cleared.
pub struct Bar {
    on: bool,
    began: Instant,
    drawn: Option<Instant>,
}

impl Bar {
    /// One for people: none for machines, and none where no terminal is.
    pub fn new(common: &Common) -> Self {
        let knows = std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let on = !common.json && knows && std::io::stderr().is_terminal();
        Self { on, began: Instant::now(), drawn: None }
    }

    /// The work is at `place`, after so many entries.
    pub fn show(&mut self, place: &Path, entries: u64) {
        let recent = self.drawn.is_some_and(|drawn| drawn.elapsed() < EVERY);
        if !self.on || recent || self.began.elapsed() < AFTER {
            return;
        }
        self.drawn = Some(Instant::now());
        let columns = rustix::termios::tcgetwinsize(std::io::stderr())
            .map_or(0, |size| usize::from(size.ws_col));
        // A terminal that does not say how wide it is.
        let columns = if columns == 0 { 80 } else { columns };
        let line = line(place, entries, self.began.elapsed(), columns);
        let mut out = std::io::stderr().lock();
        // A line that could not be shown is no loss.
        let _ = out.write_all(format!("{CLEAR}{line}").as_bytes()).and_then(|()| out.flush());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let mut out = std::io::stderr().lock();
            let _ = out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush());
        }
    }
}

/// The counts, and as much of the end of the path as there is room for.
fn line(place: &Path, entries: u64, took: Duration, columns: usize) -> String {
    let head = format!("{entries} entries, {} s  ", took.as_secs());
    let mut room = columns.saturating_sub(head.len() + 2);
    let folder = place.parent().unwrap_or(place).to_string_lossy();
    let folder = plain(&folder);
    let mut from = folder.len();
    for (at, letter) in folder.char_indices().rev() {
        let Some(left) = room.checked_sub(letter.width().unwrap_or(1)) else { break };
        (room, from) = (left, at);
    }
    let cut = if from > 0 { "…" } else { "" };
    format!("{head}{cut}{}", folder.get(from..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits() {
        let check = |place: &str, columns: usize, expect: &str| {
            assert_eq!(line(Path::new(place), 12, Duration::from_secs(3), columns), expect);
        };
        check("/home/a/b", 80, "12 entries, 3 s  /home/a");
        check("/home/alice/b", 25, "12 entries, 3 s  …/alice");
        check("/home/雪雪雪/b", 24, "12 entries, 3 s  …雪雪");
        check("/home/\u{1b}[2J/b", 80, "12 entries, 3 s  /home/\\u{1b}[2J");
        check("/home/a/b", 3, "12 entries, 3 s  …");
    }
}
