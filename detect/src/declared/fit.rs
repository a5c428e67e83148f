//! Whether what ran is what was declared: texts of shells, programs, arguments.

use content::command::{self, Acts, Place, Run, UNKNOWN, Where};
use content::shell::{self, Kind, Why, quote};

use super::bounds::MOST_ARGUMENTS;
use super::deed::{Image, Tree, is_shell};
use super::place::base;
use super::table::Table;

/// A home that nobody knows: what lies there is known only when the command runs.
const SOME_HOME: &str = "/\0";

/// A declared command line at the place where it ran.
pub struct Said<'a> {
    pub line: &'a str,
    pub cut: bool,
    pub acts: Acts,
}

/// How a text that a shell ran stands to a declared one.
#[derive(Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is another one.
    Not,
    /// The same, or with what a product puts around it.
    Same,
    /// The declared one, and these programs besides.
    More(Vec<String>),
}

impl<'a> Said<'a> {
    pub fn new(line: &'a str, cut: bool, cwd: &str) -> Self {
        Self { line, cut, acts: acts(line, cwd) }
    }

    /// Whether all that it runs is known.
    pub fn is_clear(&self) -> bool {
        let hidden = |run: &Run| run.program.contains(UNKNOWN) || run.program.is_empty();
        let sources = |line: &str| {
            line.split(|c: char| c.is_whitespace() || "();&|".contains(c))
                .any(|word| matches!(word, "source" | "." | "eval" | "alias"))
        };
        let unclear = |why: Why| why != Why::Code;
        !self.cut
            && !self.acts.unclear.iter().any(|it| unclear(it.why))
            && !self.acts.runs.iter().any(hidden)
            && !sources(self.line)
    }

    /// How `text`, which ran in `cwd`, stands to it.
    pub fn fits(&self, text: &str, cwd: &str, table: &Table) -> Fit {
        let whole = self.fits_line(self.line, text, cwd, table);
        // Some products hand on what a shell is given, without that shell.
        match (&whole, given_to_shell(self.line)) {
            (Fit::Not, Some(inner)) => self.fits_line(&inner, text, cwd, table),
            _ => whole,
        }
    }

    fn fits_line(&self, line: &str, text: &str, cwd: &str, table: &Table) -> Fit {
        let (mine, other) = (bare(line), bare(text));
        if mine == other {
            return Fit::Same;
        }
        let holds = contains(&other, &mine);
        if self.cut {
            return if holds { Fit::Same } else { Fit::Not };
        }
        let real = acts(text, cwd);
        let runs_all = self.acts.runs.iter().all(|run| real.runs.iter().any(|it| is_same(run, it)));
        // What is known only when it runs is like anything: it alone says nothing.
        let is_known = |run: &Run| {
            let words = |it: &Run| (it.program.clone(), it.args.clone());
            !is_open_run(run) && real.runs.iter().any(|it| words(it) == words(run))
        };
        let known = self.acts.runs.iter().any(is_known);
        // A short text stands in many others by chance, as a line of its own it does not.
        if !(runs_all || has_line(text, line)) || !holds && !known {
            return Fit::Not;
        }
        let added =
            real.runs.iter().filter(|run| !self.acts.runs.iter().any(|it| is_same(it, run)));
        let added = added.filter(|run| !table.is_wrapper(&run.program));
        let more: Vec<String> = added.map(words).collect();
        match more.is_empty() {
            true => Fit::Same,
            false => Fit::More(more),
        }
    }

    /// The outermost program of a tree that was given the text, and how that fits: what stands around it is more.
    pub fn in_tree(&self, tree: &Tree, table: &Table) -> Option<(usize, Fit)> {
        const FIRST: usize = 8;
        let given = tree.images.iter().enumerate().take(FIRST).map(|(at, image)| {
            let text = match image.shell_text() {
                Some(text) => text.to_owned(),
                None => image.argv.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" "),
            };
            (at, self.fits(&text, &image.process.cwd, table))
        });
        given.into_iter().find(|(_, fit)| *fit != Fit::Not)
    }

    /// Whether `image` is one of the programs that it runs.
    pub fn names(&self, image: &Image) -> bool {
        image.names().any(|name| self.runs_program(name))
    }

    /// Whether a program of this name is one of those that it runs.
    pub fn runs_program(&self, name: &str) -> bool {
        self.acts.runs.iter().any(|run| is_called(run, name))
    }

    /// Whether it runs `image` with these arguments.
    pub fn runs(&self, image: &Image, table: &Table) -> bool {
        self.changes() || image.cut || self.acts.runs.iter().any(|run| as_given(run, image, table))
    }

    /// What it says of variables may be otherwise when it runs: a loop that counts, a choice that sets.
    fn changes(&self) -> bool {
        let ways = [
            "while", "until", "if", "case", "select", "for", "read", "shift", "set", "function",
            "getopts", "||",
        ];
        let mut words = self.line.split(|c: char| c.is_whitespace() || c == ';');
        (self.line.contains('$') || self.line.contains('`'))
            && words.any(|word| ways.contains(&word))
            || ["IFS=", "<(", ">("].iter().any(|mark| self.line.contains(mark))
    }
}

fn acts(line: &str, cwd: &str) -> Acts {
    let place = Place { cwd, workspace: cwd, home: SOME_HOME };
    let mut acts = command::acts(&shell::parse(line), &place);
    acts.runs.retain(|run| run.at == Where::Here);
    acts
}

fn is_called(run: &Run, name: &str) -> bool {
    base(&run.program) == name || run.via.iter().any(|via| base(via) == name)
}

/// Whether `image` is the program of `run` with its arguments, or what stands before it (`sudo`), or runs its script.
fn as_given(run: &Run, image: &Image, table: &Table) -> bool {
    if run.via.iter().any(|via| image.names().any(|name| base(via) == name)) {
        return true;
    }
    let words: Vec<&str> = image.argv.iter().map(|word| &**word).collect();
    let program = base(&run.program);
    let as_itself = base(image.process.name()) == program
        || image.script.as_deref().is_some_and(|script| base(script) == program);
    let behind = |at: usize| words.get(at + 1..).is_some_and(|real| given(&run.args, real, table));
    as_itself && behind(0)
        || words
            .iter()
            .enumerate()
            .take(WORDS_BEFORE)
            .any(|(at, word)| base(word) == program && behind(at))
}

/// An interpreter's script stands behind so many words at most.
const WORDS_BEFORE: usize = 8;

/// A program with its arguments, for people.
fn words(run: &Run) -> String {
    let words = std::iter::once(&run.program).chain(&run.args);
    words.map(|word| word.replace(UNKNOWN, "…")).collect::<Vec<_>>().join(" ")
}

fn is_same(a: &Run, b: &Run) -> bool {
    let equal = |(a, b): (&String, &String)| a == b || is_unknown(a) || is_unknown(b);
    a.program == b.program && a.args.len() == b.args.len() && a.args.iter().zip(&b.args).all(equal)
        || a.program == b.program && (is_open_run(a) || is_open_run(b))
}

fn is_open_run(run: &Run) -> bool {
    run.args.iter().any(|word| is_unknown(word))
}

/// Known only when it runs, or a secret that was replaced.
fn is_unknown(word: &str) -> bool {
    word.contains(UNKNOWN) || word.contains('‹')
}

/// The text that a shell is given by a line that does nothing else.
fn given_to_shell(line: &str) -> Option<String> {
    let script = shell::parse(line);
    let [node] = script.nodes.as_slice() else { return None };
    let Kind::Simple(simple) = &node.kind else { return None };
    if !simple.assignments.is_empty() || !node.redirects.is_empty() {
        return None;
    }
    let words: Option<Vec<String>> = simple.words.iter().map(shell::Word::literal).collect();
    match words?.as_slice() {
        [program, option, text] if is_shell(base(program)) && gives_text(option) => {
            Some(text.clone())
        }
        _ => None,
    }
}

/// `-c`, among other letters.
fn gives_text(option: &str) -> bool {
    let letters = option.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    letters.is_some_and(|letters| letters.contains('c'))
}

/// The letters of a text without spaces and quotes, which products put otherwise.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\' | ';')).collect()
}

/// Whether `line` stands in `text` between ends of lines.
fn has_line(text: &str, line: &str) -> bool {
    text.split('\n').any(|one| one.trim() == line.trim())
        || line.contains('\n') && text.contains(&format!("\n{line}\n"))
}

/// Whether `whole` holds `part`; of secrets that were replaced only what stands around them.
fn contains(whole: &str, part: &str) -> bool {
    let mut rest = whole;
    for piece in part.split('‹') {
        let piece = piece.split_once('›').map_or(piece, |(_, behind)| behind);
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
    }
    true
}

/// Whether `real` is what a shell makes of the arguments `said`: patterns become names, what is not known becomes
/// anything, aliases put options before the rest.
fn given(said: &[String], real: &[&str], table: &Table) -> bool {
    if said.len() > MOST_ARGUMENTS || real.len() > MOST_ARGUMENTS {
        return true;
    }
    let added = real.iter().take_while(|word| table.is_alias_option(word)).count();
    (0..=added).any(|skip| real.get(skip..).is_some_and(|rest| fits_all(said, rest)))
}

/// `reach` holds for each length of `real` whether it may come of what was looked at of `said`.
fn fits_all(said: &[String], real: &[&str]) -> bool {
    let mut reach = vec![false; real.len() + 1];
    if let Some(first) = reach.first_mut() {
        *first = true;
    }
    for word in said {
        let mut next = vec![false; reach.len()];
        let many = is_open(word);
        let mut before = false;
        for (at, slot) in next.iter_mut().enumerate() {
            // `before`: some shorter beginning is reached, so an open word may stretch to here.
            let here = reach.get(at).copied().unwrap_or(false);
            let last = at.checked_sub(1);
            let one = last.is_some_and(|last| {
                reach.get(last) == Some(&true) && real.get(last).is_some_and(|it| is_word(word, it))
            });
            *slot = one || many && (before || here);
            before |= here;
        }
        reach = next;
    }
    reach.last().copied().unwrap_or(false)
}

/// Known only when it runs: none, one, or many words.
fn is_open(word: &str) -> bool {
    is_unknown(word) || word.contains(['*', '?', '['])
}

fn is_word(said: &str, real: &str) -> bool {
    said == real || real.contains('‹')
}
