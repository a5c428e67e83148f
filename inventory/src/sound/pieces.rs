//! A text in pieces: what a model reads as words, and what a machine would run.

use event::Text;

use super::Sign;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Words.
    Prose,
    /// A block, a script, a command line.
    Code,
}

/// A piece and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first line in its file, from 1.
    pub line: u32,
    /// What it is.
    pub form: Form,
    /// Its text.
    pub text: String,
    /// Another file than the subject's.
    pub place: Option<Text>,
}

impl Piece {
    /// A piece of the subject's own file.
    pub fn new(line: u32, form: Form, text: impl Into<String>) -> Self {
        Self { line, form, text: text.into(), place: None }
    }

    /// The line in which a byte of the text stands.
    pub fn line_of(&self, at: usize) -> u32 {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        self.line + u32::try_from(lines).unwrap_or(0)
    }

    /// The text of a line of the file, if it stands in this piece.
    pub fn line(&self, line: u32) -> Option<&str> {
        let nth = line.checked_sub(self.line)?;
        self.text.lines().nth(nth as usize)
    }

    pub(super) fn sign(&self, id: Text, line: u32) -> Sign {
        Sign { line, id, shows: None, place: self.place.clone() }
    }
}

/// The pieces of a text in Markdown, or of a script: by the ending of its name.
pub fn pieces(place: &str, text: &str) -> Vec<Piece> {
    let name = place.rsplit_once('/').map_or(place, |(_, name)| name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if CODE.contains(&ending) || RECIPES.contains(&name) || text.starts_with("#!") {
        return vec![Piece::new(1, Form::Code, text)];
    }
    markdown(text)
}

/// Endings of scripts.
pub(super) const CODE: &[&str] = &[
    "py",
    "pyw",
    "sh",
    "bash",
    "zsh",
    "fish",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "mts",
    "cts",
    "tsx",
    "rb",
    "pl",
    "php",
    "lua",
    "ps1",
    "psm1",
    "bat",
    "cmd",
    "go",
    "rs",
    "r",
    "awk",
    "applescript",
];

/// Files whose lines are commands, or hold them.
pub(super) const RECIPES: &[&str] = &[
    "Makefile",
    "makefile",
    "GNUmakefile",
    "Dockerfile",
    "Containerfile",
    "justfile",
    "Justfile",
    "Rakefile",
    "Procfile",
    "package.json",
    "Taskfile.yml",
    "Taskfile.yaml",
    "pyproject.toml",
    ".pre-commit-config.yaml",
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
];

/// Blocks between fences are code, and so are spans between back-ticks that are as long as a command.
fn markdown(text: &str) -> Vec<Piece> {
    let (mut pieces, mut prose, mut code) =
        (Vec::new(), String::new(), None::<(u32, String, String)>);
    for (number, line) in (1u32..).zip(text.split('\n')) {
        let trimmed = line.trim_start();
        if let Some((first, fence, block)) = &mut code {
            if trimmed.starts_with(fence.as_str()) {
                pieces.push(Piece::new(*first, Form::Code, std::mem::take(block)));
                code = None;
            } else {
                block.push_str(line);
                block.push('\n');
            }
            // Keeps the count of lines.
            prose.push('\n');
            continue;
        }
        let fence = ["```", "~~~"].iter().find(|fence| trimmed.starts_with(**fence));
        if let Some(fence) = fence {
            code = Some((number + 1, (*fence).to_owned(), String::new()));
            prose.push('\n');
            continue;
        }
        spans(number, line, &mut pieces);
        if let Some(command) = trimmed.strip_prefix("$ ") {
            pieces.push(Piece::new(number, Form::Code, command));
        }
        prose.push_str(line);
        prose.push('\n');
    }
    // A fence that is not closed runs to the end, as readers show it.
    if let Some((first, _, block)) = code {
        pieces.push(Piece::new(first, Form::Code, block));
    }
    pieces.push(Piece::new(1, Form::Prose, prose));
    pieces
}

/// Prose with its wrapped lines as one, byte for byte as long: a sentence goes on over the end of a line.
pub(super) fn flowing(text: &str) -> String {
    let mut flowing = String::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        flowing.push_str(line);
        let Some(next) = lines.peek() else { break };
        let begins = next.trim_start();
        let goes_on = !line.trim().is_empty()
            && !line.trim_start().starts_with('#')
            && begins.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '(' | '\''))
            && begins
                .split_once(['.', ')'])
                .is_none_or(|(number, _)| number.parse::<u32>().is_err());
        flowing.push(if goes_on { ' ' } else { '\n' });
    }
    flowing
}

/// Shortest span that may be a command.
const MIN_SPAN: usize = 8;

fn spans(number: u32, line: &str, pieces: &mut Vec<Piece>) {
    let mut before = String::new();
    for (at, span) in line.split('`').enumerate() {
        if at % 2 == 1 && span.len() >= MIN_SPAN && span.contains(' ') && !forbids(&before) {
            pieces.push(Piece::new(number, Form::Code, span));
        }
        before.push_str(span);
    }
}

/// "Never run `...`" is no command. Blocks are never excused so.
fn forbids(before: &str) -> bool {
    let sentence = before.rsplit(['.', ';']).next().unwrap_or_default().to_lowercase();
    let mut words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.any(|word| {
        matches!(
            word,
            "never" | "not" | "don't" | "avoid" | "forbidden" | "refuse" | "without" | "disallowed"
        )
    })
}
