//! One program with its arguments: what it wraps, what it does, what it puts out.

use crate::shell::Why;

use super::walk::Walk;
use super::{Run, UNKNOWN, path, wrapper};

/// Most arguments that are kept of one run.
const MOST_ARGS: usize = 16_384;

impl Walk<'_> {
    /// Runs `argv` with `stdin`; what it puts out.
    pub fn invoke(&mut self, argv: Vec<String>, stdin: Option<String>) -> String {
        if !self.step() {
            return UNKNOWN.into();
        }
        self.deeper(|walk| Some(walk.program(argv, stdin))).unwrap_or_else(|| UNKNOWN.into())
    }

    fn program(&mut self, mut argv: Vec<String>, stdin: Option<String>) -> String {
        let Some(first) = argv.first().cloned() else { return String::new() };
        if argv.len() > MOST_ARGS {
            self.unclear(Why::TooMuch, &first);
            argv.truncate(MOST_ARGS);
        }
        let args = argv.get(1..).unwrap_or_default();
        if let Some(body) = self.state.functions.get(&first).cloned() {
            return self.call(&body, args, stdin);
        }
        let name = first.rsplit('/').next().unwrap_or(&first).trim_start_matches('\\');
        let name = name.strip_suffix(".exe").unwrap_or(name);
        if name.is_empty()
            || first.contains(UNKNOWN)
            || name.contains(['*', '?', '[']) && name != "["
        {
            self.unclear(Why::Program, &argv.join(" "));
        }
        if let Some(out) = self.builtin(name, args, stdin.as_deref()) {
            return out;
        }
        let stdin = self.sql_file(name, args).or(stdin);
        self.run(name, args, stdin.clone());
        self.handed(name, args);
        if matches!(name, "awk" | "gawk" | "mawk" | "nawk" | "sed" | "gsed") {
            self.filter_runs(name, args);
        }
        if let Some(out) = wrapper::unwrap(self, name, args, stdin.as_deref()) {
            return out;
        }
        // A file that was written here and is run by its name.
        if first.contains('/') {
            let content = self.content(&path::resolve(&first, &self.state.cwd));
            if content != UNKNOWN.to_string() && !content.is_empty() {
                return self.written_program(&content, args);
            }
        }
        self.files_of(name, args, stdin.as_deref());
        self.hosts_of(name, args);
        self.output_of(name, args, stdin.as_deref())
    }

    fn run(&mut self, name: &str, args: &[String], stdin: Option<String>) {
        let kept = args.iter().map(|arg| arg.len() + 24).sum::<usize>();
        self.spend(kept + stdin.as_ref().map_or(0, String::len) + self.state.cwd.len());
        self.acts.runs.push(Run {
            program: name.to_owned(),
            args: args.to_vec(),
            via: self.via.clone(),
            at: self.at.clone(),
            stdin,
            cwd: self.state.cwd.clone(),
        });
    }

    /// Calls a function, or runs a script's text, with its own `$1` and on.
    pub fn with_positional(
        &mut self,
        args: &[String],
        act: impl FnOnce(&mut Self) -> String,
    ) -> String {
        let args = args.iter().map(|arg| arg.as_str().into()).collect();
        let before = std::mem::replace(&mut self.state.positional, args);
        let out = act(self);
        self.state.positional = before;
        out
    }

    fn call(
        &mut self,
        body: &crate::shell::Node,
        args: &[String],
        stdin: Option<String>,
    ) -> String {
        let before = std::mem::replace(&mut self.input, stdin);
        let out = self.with_positional(args, |walk| walk.list(std::slice::from_ref(body)));
        self.input = before;
        out
    }

    /// What the shell does itself.
    fn builtin(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> Option<String> {
        let words = || args.iter().filter(|arg| !arg.starts_with('-'));
        match name {
            "cd" | "pushd" => {
                let home = self.variable("HOME");
                let to = args.iter().find(|arg| !arg.starts_with('-')).cloned().unwrap_or(home);
                let back = args.iter().any(|arg| arg == "-");
                self.state.cwd =
                    if back { UNKNOWN.into() } else { path::resolve(&to, &self.state.cwd) };
            }
            "popd" => self.state.cwd = UNKNOWN.into(),
            "read" | "mapfile" | "readarray" => {
                let own = stdin.filter(|text| self.input.as_deref() != Some(*text));
                let line = match (own, name) {
                    (Some(text), "read") => text.lines().next().unwrap_or_default().to_owned(),
                    (Some(text), _) => text.to_owned(),
                    (None, _) => self.read_line(),
                };
                self.set_words(&words().cloned().collect::<Vec<_>>(), &line);
            }
            "printf" if args.first().is_some_and(|arg| arg == "-v") => {
                let value = self.output_of("printf", args.get(2..)?, None);
                self.set(args.get(1)?, value);
            }
            "unset" => words().for_each(|name| drop(self.state.variables.remove(name.as_str()))),
            "set" => {
                if let Some(at) = args.iter().position(|arg| arg == "--") {
                    let rest = args.get(at + 1..).unwrap_or_default();
                    self.state.positional = rest.iter().map(|arg| arg.as_str().into()).collect();
                }
            }
            "shift" if !self.state.positional.is_empty() => {
                self.state.positional.remove(0);
            }
            "eval" => {
                let text = args.join(" ");
                return Some(self.code(&text, stdin));
            }
            "trap" => {
                if let Some(text) = words().next().filter(|_| args.len() > 1) {
                    return Some(self.code(&text.clone(), stdin));
                }
            }
            "source" | "." => {
                let file = args.first()?;
                let content = match (is_stdin(file), stdin) {
                    (true, Some(text)) => text.to_owned(),
                    _ => self.content(&path::resolve(file, &self.state.cwd)),
                };
                self.file(super::FileVerb::Read, path::resolve(file, &self.state.cwd), name);
                if content != UNKNOWN.to_string() {
                    return Some(self.code(&content, stdin));
                }
            }
            ":" | "true" | "false" | "exit" | "return" | "break" | "continue" | "shift"
            | "wait" | "shopt" | "umask" | "alias" | "unalias" | "hash" | "test" | "[" | "let"
            | "export" | "local" | "declare" | "readonly" | "typeset" => {}
            _ => return None,
        }
        Some(String::new())
    }

    /// `read a b`: each name a word, the last one the rest.
    fn set_words(&mut self, names: &[String], line: &str) {
        let mut rest = line.trim();
        for (at, name) in names.iter().enumerate() {
            let whole = at + 1 == names.len() || rest.contains(UNKNOWN);
            let (word, behind) = match rest.split_once([' ', '\t']).filter(|_| !whole) {
                Some((word, behind)) => (word, behind.trim_start()),
                None => (rest, if rest.contains(UNKNOWN) { rest } else { "" }),
            };
            self.set(name, word.to_owned());
            rest = behind;
        }
    }

    /// What `-f file` of a database's client holds, if it was written here.
    fn sql_file(&self, name: &str, args: &[String]) -> Option<String> {
        if !matches!(name, "psql" | "mysql" | "mariadb" | "mongosh" | "cqlsh") {
            return None;
        }
        let at = args.iter().position(|arg| arg == "-f" || arg == "--file")?;
        let content = self.content(&path::resolve(args.get(at + 1)?, &self.state.cwd));
        (content != UNKNOWN.to_string()).then_some(content)
    }

    /// The next line of the input; unknown where that is.
    fn read_line(&mut self) -> String {
        match &mut self.input {
            Some(input) if !input.is_empty() => {
                let length = input.find('\n').unwrap_or(input.len());
                let line = input.get(..length).unwrap_or_default().to_owned();
                let rest = input.get(length + 1..).unwrap_or_default().to_owned();
                *input = rest;
                line
            }
            _ => UNKNOWN.into(),
        }
    }

    /// Runs text as shell commands; says so where it is not known.
    pub fn code(&mut self, text: &str, stdin: Option<&str>) -> String {
        if text.trim_matches(|c: char| c == UNKNOWN || c.is_whitespace()).is_empty() {
            if !text.trim().is_empty() {
                self.unclear(Why::Code, "");
            }
            return UNKNOWN.into();
        }
        let before = std::mem::replace(&mut self.input, stdin.map(str::to_owned));
        let out = self.script(text);
        self.input = before;
        out
    }
}

/// A name of the standard input.
pub fn is_stdin(file: &str) -> bool {
    matches!(file, "-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
}
