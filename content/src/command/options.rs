//! A program's arguments as options and words, whatever order and short form they are written in.

use serde::Deserialize;

/// How a program reads its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grammar {
    /// How options are written.
    pub style: Style,
    /// Options that take the next argument.
    pub takes: Vec<String>,
}

/// How options are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// `-abc`, `--long`, `--long=value`; long ones may be cut short.
    #[default]
    Gnu,
    /// As above, but long ones are written whole.
    Whole,
    /// `-name`, `-name=value`: one dash, whole words.
    Single,
    /// No options: all arguments are words.
    None,
}

/// Arguments, told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Options with their dashes, and their values.
    pub options: Vec<(String, Option<String>)>,
    /// What is no option, in order.
    pub words: Vec<String>,
    /// How many of the words stood before a `--`.
    pub before_dashes: usize,
}

impl Grammar {
    /// Tells `args` apart.
    pub fn read(&self, args: &[String]) -> Line {
        let mut line = Line::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if self.style == Style::None || arg == "-" || !arg.starts_with('-') {
                line.words.push(arg.clone());
            } else if arg == "--" {
                line.before_dashes = line.words.len();
                line.words.extend(args.cloned());
                return line;
            } else if arg.starts_with("--") || self.style == Style::Single {
                let (name, mut value) = match arg.split_once('=') {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (arg.clone(), None),
                };
                if value.is_none() && self.takes_value(&name) {
                    value = args.next().cloned();
                }
                line.options.push((name, value));
            } else {
                self.short(arg, &mut args, &mut line);
            }
        }
        line.before_dashes = line.words.len();
        line
    }

    /// `-abc`: three options, or one with a value, or `-a` with the next argument.
    fn short<'a>(&self, arg: &str, args: &mut impl Iterator<Item = &'a String>, line: &mut Line) {
        for (at, letter) in arg.char_indices().skip(1) {
            let name = format!("-{letter}");
            if !self.takes.contains(&name) {
                line.options.push((name, None));
                continue;
            }
            let rest = arg.get(at + letter.len_utf8()..).unwrap_or_default();
            let value = match rest.strip_prefix('=').unwrap_or(rest) {
                "" => args.next().cloned(),
                rest => Some(rest.to_owned()),
            };
            line.options.push((name, value));
            return;
        }
    }

    fn takes_value(&self, name: &str) -> bool {
        self.takes.iter().any(|taken| self.same(name, taken))
    }

    /// Whether `given` means the option `option`.
    pub fn same(&self, given: &str, option: &str) -> bool {
        let dashes = |text: &str| text.len() - text.trim_start_matches('-').len();
        match self.style {
            Style::Single => given.trim_start_matches('-') == option.trim_start_matches('-'),
            Style::Gnu if dashes(option) == 2 => {
                given == option || (given.len() >= 5 && option.starts_with(given))
            }
            Style::Gnu | Style::Whole | Style::None => given == option,
        }
    }
}

/// Part of a variable's name.
pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Line {
    /// The value of an option, if it was given one.
    pub fn value(&self, names: &[&str]) -> Option<&str> {
        let mut given = self.options.iter().filter(|(name, _)| names.contains(&name.as_str()));
        given.find_map(|(_, value)| value.as_deref())
    }

    /// Whether one of the options is there.
    pub fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| names.contains(&name.as_str()))
    }
}
