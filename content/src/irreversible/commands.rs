//! Which commands cannot be undone: `commands.yaml`, asked about the acts of a command line.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::load::{Case, Rule, TableError, Written, rules, table};
use super::pattern::Words;
use super::sql::{Statement, statements};
use super::{Consequence, Harm};
use crate::command::{
    Acts, Area, FileAct, FileVerb, Grammar, Line, Place, Run, UNKNOWN, Where, area, known, resolve,
};

/// The table of commands.
#[derive(Clone, Debug)]
pub struct Commands {
    programs: HashMap<String, Arc<Program>>,
    rules: Vec<Rule<When>>,
    /// For each program the rules that name it.
    by_program: HashMap<String, Vec<usize>>,
    /// Rules with a pattern for the program.
    by_pattern: Vec<usize>,
    /// Rules about files.
    by_file: Vec<usize>,
    /// Options by which any program does nothing.
    dry: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dry: Vec<String>,
    programs: Vec<Program>,
    rules: Vec<Written<When>>,
}

/// How a program is spoken to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    names: Vec<String>,
    #[serde(default)]
    grammar: Grammar,
    /// Options by which it does nothing, beside those of all.
    #[serde(default)]
    dry: Vec<String>,
    /// Where its code comes from: options, `stdin`, or `words` from a number on.
    #[serde(default)]
    code: Vec<String>,
}

/// One case: all that is named must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct When {
    /// Names of programs; `*` is any text.
    program: Vec<String>,
    /// The same as patterns, made once.
    #[serde(skip)]
    patterns: Vec<Words>,
    /// The first words, options left out.
    words: Vec<Words>,
    /// One of these options is there.
    options: Vec<String>,
    /// All of these options are there.
    all: Vec<String>,
    /// None of these options is there.
    without: Vec<String>,
    /// One of the words behind is such a one.
    any_word: Words,
    /// None of the words behind is such a one.
    no_word: Words,
    /// One of the words behind, as a path, is in one of these parts of the machine.
    areas: Vec<Area>,
    /// The code that it is given has such a statement.
    sql: Vec<Statement>,
    /// The code that it is given has such a text, blanks left out.
    code: Vec<String>,
    /// A file act; with `areas`, there.
    file: Vec<FileVerb>,
    /// The program that does the file act.
    by: Words,
    /// The path of the file.
    path: Words,
}

impl Case for When {
    fn fits_anything(&self) -> bool {
        let narrows = !self.words.is_empty()
            || !self.options.is_empty()
            || !self.sql.is_empty()
            || !self.areas.is_empty()
            || !self.program.iter().all(|name| name == "*");
        match self.file.is_empty() {
            true => self.program.is_empty() || !narrows,
            false => self.areas.is_empty() && self.path.is_empty(),
        }
    }
}

impl Commands {
    /// Reads the table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let file: File = table(text)?;
        let mut rules = rules(file.rules)?;
        for when in rules.iter_mut().flat_map(|rule| &mut rule.when) {
            let patterns = when.program.iter().filter(|name| name.contains('*'));
            when.patterns = patterns.map(|name| Words::from(name.clone())).collect();
        }
        let mut made = Self {
            programs: HashMap::new(),
            rules: Vec::new(),
            by_program: HashMap::new(),
            by_pattern: Vec::new(),
            by_file: Vec::new(),
            dry: file.dry,
        };
        for program in file.programs.into_iter().map(Arc::new) {
            for name in &program.names {
                made.programs.insert(name.clone(), program.clone());
            }
        }
        for (index, rule) in rules.iter().enumerate() {
            for when in &rule.when {
                for name in &when.program {
                    let list = match name.contains('*') {
                        true => &mut made.by_pattern,
                        false => made.by_program.entry(name.clone()).or_default(),
                    };
                    if list.last() != Some(&index) {
                        list.push(index);
                    }
                }
                if !when.file.is_empty() && made.by_file.last() != Some(&index) {
                    made.by_file.push(index);
                }
            }
        }
        made.rules = rules;
        Ok(made)
    }

    /// Programs that it speaks about, or whose command lines lead to others; by name or as `mkfs*`, some more than once.
    pub fn programs<'p>(&'p self) -> impl Iterator<Item = &'p str> {
        let named = self.programs.keys().chain(self.by_program.keys()).map(String::as_str);
        let patterned = self.by_pattern.iter().filter_map(|index| self.rules.get(*index));
        let patterns = patterned.flat_map(|rule| &rule.when).flat_map(|when| &when.program);
        let patterns = patterns.filter(|name| name.contains('*')).map(String::as_str);
        named.chain(patterns).chain(known().map(|name| -> &'p str { name }))
    }

    /// The harms it knows.
    pub fn harms(&self) -> impl Iterator<Item = &Harm> {
        self.rules.iter().map(|rule| &*rule.harm)
    }

    /// What of `acts` cannot be undone.
    pub fn consequences(&self, acts: &Acts, place: &Place<'_>) -> Vec<Consequence> {
        let mut found = Vec::new();
        for run in &acts.runs {
            self.of_run(run, place, &mut found);
        }
        for file in &acts.files {
            self.of_file(file, place, &mut found);
        }
        found
    }

    fn of_run(&self, run: &Run, place: &Place<'_>, found: &mut Vec<Consequence>) {
        let named = self.by_program.get(&run.program).into_iter().flatten();
        let patterns = self.by_pattern.iter().filter(|index| {
            let when = self.rules.get(**index).into_iter().flat_map(|rule| &rule.when);
            when.flat_map(|when| &when.patterns).any(|pattern| pattern.fit(&run.program))
        });
        let mut indexes = named.chain(patterns).peekable();
        if indexes.peek().is_none() {
            return;
        }
        let none = Program::default();
        let program = self.programs.get(&run.program).map_or(&none, |it| it);
        let line = program.grammar.read(&run.args);
        if self.is_dry(program, &line) {
            return;
        }
        let asked = Asked { run, program, line, place };
        for rule in indexes.filter_map(|index| self.rules.get(*index)) {
            if rule.when.iter().any(|when| asked.fits(when)) {
                found.push(Consequence {
                    harm: rule.harm.clone(),
                    act: run.program.clone(),
                    target: asked.target(),
                    at: run.at.clone(),
                });
            }
        }
    }

    fn is_dry(&self, program: &Program, line: &Line) -> bool {
        let dry = || self.dry.iter().chain(&program.dry);
        line.options.iter().any(|(name, value)| {
            let off = value.as_deref().is_some_and(|it| matches!(it, "none" | "false" | "no"));
            !off && dry().any(|dry| program.grammar.same(name, dry))
        })
    }

    fn of_file(&self, file: &FileAct, place: &Place<'_>, found: &mut Vec<Consequence>) {
        // What a new container loses nobody had.
        if file.at == Where::NewContainer || matches!(file.verb, FileVerb::Read) {
            return;
        }
        let rules = self.by_file.iter().filter_map(|index| self.rules.get(*index));
        for rule in rules {
            let fits = |when: &When| {
                when.file.contains(&file.verb)
                    && (when.by.is_empty() || when.by.fit(&file.by))
                    && (when.path.is_empty() || when.path.fit(&file.path))
                    && (when.areas.is_empty()
                        || when.areas.contains(&area_at(&file.path, &file.at, place)))
            };
            if rule.when.iter().any(fits) {
                found.push(Consequence {
                    harm: rule.harm.clone(),
                    act: file.by.clone(),
                    target: file.path.clone(),
                    at: file.at.clone(),
                });
            }
        }
    }
}

/// The part of the machine, on whichever it is; of another one no workspace is known.
fn area_at(path: &str, at: &Where, place: &Place<'_>) -> Area {
    match at {
        Where::Here => area(path, place),
        Where::Remote(_) | Where::NewContainer => {
            area(path, &Place { cwd: "/", workspace: "/", home: "/home/\0" })
        }
    }
}

/// One run that the rules are asked about.
struct Asked<'r> {
    run: &'r Run,
    program: &'r Program,
    line: Line,
    place: &'r Place<'r>,
}

impl Asked<'_> {
    fn fits(&self, when: &When) -> bool {
        let named = when.program.contains(&self.run.program)
            || when.patterns.iter().any(|pattern| pattern.fit(&self.run.program));
        if !named {
            return false;
        }
        let Some(behind) = self.behind(&when.words) else { return false };
        let has = |option: &String| self.has(option);
        (when.options.is_empty() || when.options.iter().any(has))
            && when.all.iter().all(has)
            && !when.without.iter().any(has)
            && (when.any_word.is_empty() || behind.iter().any(|word| when.any_word.fit(word)))
            && (when.no_word.is_empty() || !behind.iter().any(|word| when.no_word.fit(word)))
            && (when.areas.is_empty() || behind.iter().any(|word| self.is_in(word, &when.areas)))
            && (when.sql.is_empty() || self.says(&when.sql))
            && (when.code.is_empty() || self.contains(&when.code))
    }

    /// The words behind those that the case begins with.
    fn behind(&self, wanted: &[Words]) -> Option<&[String]> {
        let words = self.line.words.as_slice();
        let Some((first, rest)) = wanted.split_first().filter(|(first, _)| first.is_any_number())
        else {
            return begins(words, wanted);
        };
        debug_assert!(first.is_any_number());
        (0..=words.len().min(8)).find_map(|at| begins(words.get(at..)?, rest))
    }

    /// `-f`, `--force`, `--replicas=0`.
    fn has(&self, wanted: &str) -> bool {
        let (name, value) = match wanted.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (wanted, None),
        };
        self.line.options.iter().any(|(given, has)| {
            self.program.grammar.same(given, name) && (value.is_none() || has.as_deref() == value)
        })
    }

    fn is_in(&self, word: &str, areas: &[Area]) -> bool {
        // `of=/dev/sda`, and plain paths.
        let path = word.split_once('=').map_or(word, |(_, path)| path);
        areas.contains(&area_at(&resolve(path, &self.run.cwd), &self.run.at, self.place))
    }

    /// The texts of code that the program is given.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.program.code.iter().flat_map(|from| -> Vec<&str> {
            match from.as_str() {
                "stdin" => self.run.stdin.as_deref().into_iter().collect(),
                "words" => self.line.words.iter().map(String::as_str).collect(),
                option => {
                    let given = self.line.options.iter();
                    given
                        .filter(|(name, _)| self.program.grammar.same(name, option))
                        .filter_map(|(_, value)| value.as_deref())
                        .collect()
                }
            }
        })
    }

    fn says(&self, wanted: &[Statement]) -> bool {
        self.texts().any(|text| statements(text).iter().any(|one| wanted.contains(one)))
    }

    fn contains(&self, wanted: &[String]) -> bool {
        self.texts().any(|text| {
            let plain: String = text.chars().filter(|it| !it.is_whitespace()).collect();
            let plain = plain.to_ascii_lowercase();
            wanted.iter().any(|it| plain.contains(&it.to_ascii_lowercase()))
        })
    }

    /// The arguments in short; what is unknown as `…`.
    fn target(&self) -> String {
        let text = self.run.args.join(" ");
        text.chars().take(200).map(|it| if it == UNKNOWN { '…' } else { it }).collect()
    }
}

fn begins<'w>(words: &'w [String], wanted: &[Words]) -> Option<&'w [String]> {
    let fits = words.len() >= wanted.len()
        && wanted.iter().zip(words).all(|(wanted, word)| wanted.fit(word));
    if fits { words.get(wanted.len()..) } else { None }
}
