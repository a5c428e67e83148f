//! How things are said: colours only on a terminal, data whole, a closed pipe is no error.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// A colour by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Bad.
    Red,
    /// Look here.
    Yellow,
    /// Good.
    Green,
    /// Names of agents.
    Cyan,
    /// Less important.
    Dim,
    /// Headings.
    Bold,
}

impl Colour {
    fn code(self) -> &'static str {
        match self {
            Self::Red => "31;1",
            Self::Yellow => "33",
            Self::Green => "32",
            Self::Cyan => "36",
            Self::Dim => "2",
            Self::Bold => "1",
        }
    }
}

/// True where escape sequences are welcome on stdout (`NO_COLOR`, no terminal: no).
pub fn coloured() -> bool {
    welcome() && io::stdout().is_terminal()
}

/// The same of stderr.
pub fn coloured_talk() -> bool {
    welcome() && io::stderr().is_terminal()
}

fn welcome() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// `text` in `colour` if `on`.
pub fn paint(text: &str, colour: Colour, on: bool) -> String {
    if on { format!("\x1b[{}m{text}\x1b[0m", colour.code()) } else { text.to_owned() }
}

/// A place for people: `~/…` where it is below `home`.
pub fn below_home<'p>(place: &'p str, home: Option<&str>) -> Cow<'p, str> {
    let home = home.map(|home| home.trim_end_matches('/')).filter(|home| !home.is_empty());
    match home.and_then(|home| place.strip_prefix(home)) {
        Some(rest) if rest.starts_with('/') => Cow::Owned(format!("~{rest}")),
        _ => Cow::Borrowed(place),
    }
}

/// A line in pieces, each with its colour: for those who print it and those who draw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<(String, Option<Colour>)>);

impl Words {
    /// A line without colours.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// With `text` behind it.
    pub fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push((text.into(), None));
        self
    }

    /// With `text` in `colour` behind it.
    pub fn with(mut self, text: impl Into<String>, colour: Colour) -> Self {
        self.0.push((text.into(), Some(colour)));
        self
    }

    /// The line with escape sequences if `on`.
    pub fn paint(&self, on: bool) -> String {
        let piece = |(text, colour): &(String, Option<Colour>)| match colour {
            Some(colour) => paint(text, *colour, on),
            None => text.clone(),
        };
        self.0.iter().map(piece).collect()
    }
}

/// Talk, on stderr. Who does not listen any more is no reason to panic, as `eprintln!` would.
#[macro_export]
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

/// An error and its causes on one line, each said once, and what to do on lines of its own behind it.
pub fn error(error: &anyhow::Error) -> String {
    let (mut said, mut hints) = (String::new(), String::new());
    for cause in error.chain().map(ToString::to_string) {
        for line in cause.lines() {
            let text = if line.starts_with("hint: ") { &mut hints } else { &mut said };
            if text.contains(line) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(if line.starts_with("hint: ") { "\n" } else { ": " });
            }
            text.push_str(line);
        }
    }
    if hints.is_empty() { said } else { format!("{said}\n{hints}") }
}

/// A word for stderr.
pub fn label(text: &str, colour: Colour) -> String {
    paint(text, colour, coloured() && io::stderr().is_terminal())
}

/// Writes a line of data.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")
}

/// Writes a value as one line of JSON.
pub fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    Ok(line(&event::show::json(&serde_json::to_string(value)?))?)
}

/// The reader of our output has gone: nothing is left to say.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Rows in columns as wide as their widest cell, the last one free.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let head: Vec<String> = head.iter().map(|title| title.to_uppercase()).collect();
    line(&paint(&row(&head, &widths), Colour::Bold, coloured()))?;
    rows.iter().try_for_each(|cells| line(&row(cells, &widths)))?;
    Ok(())
}

fn row(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        text.push_str(cell);
        if index + 1 < cells.len() {
            let pad = width.saturating_sub(cell.chars().count()) + 2;
            text.extend(std::iter::repeat_n(' ', pad));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    #[test]
    fn places_below_the_home_are_short_and_others_as_they_are() {
        let check = |place: &str, home: Option<&str>, expect: &str| {
            assert_eq!(super::below_home(place, home), expect);
        };
        check("/home/ida/.claude.json", Some("/home/ida"), "~/.claude.json");
        check("/home/ida/.claude.json", Some("/home/ida/"), "~/.claude.json");
        check("/home/idas/x", Some("/home/ida"), "/home/idas/x");
        check("/home/ida", Some("/home/ida"), "/home/ida");
        check("/etc/x", Some("/"), "/etc/x");
        check("/etc/x", None, "/etc/x");
    }

    #[test]
    fn causes_are_said_once_and_hints_last() {
        let check = |error: anyhow::Error, expect: &str| assert_eq!(super::error(&error), expect);
        let inner = || anyhow!("no space (os error 28)");
        check(inner().context("cannot write"), "cannot write: no space (os error 28)");
        check(
            inner().context("cannot write: no space (os error 28)"),
            "cannot write: no space (os error 28)",
        );
        check(
            inner().context("cannot write\nhint: make room"),
            "cannot write: no space (os error 28)\nhint: make room",
        );
        check(anyhow!("a\nhint: x").context("b\nhint: y"), "b: a\nhint: y\nhint: x");
    }
}
