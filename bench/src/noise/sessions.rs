//! Recorded command lines of an agent, as the events they cause: a shell per tool call, its programs,
//! the files and hosts that their arguments name. Nothing of it is executed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use event::{
    Access, Act, Endpoint, Event, Exec, Exit, FileOpen, FileRef, FileWrite, Flow, Forked,
    ProcessId, Protocol, Text, User,
};
use serde::Deserialize;

/// What the recorded sessions have; used where they are not at hand.
pub const CALLS_PER_HOUR: f64 = 360.0;

/// One recorded run.
#[derive(Debug, Default)]
pub struct Session {
    pub start_unix: f64,
    pub steps: Vec<Step>,
}

/// One tool call.
#[derive(Debug, Deserialize)]
pub struct Step {
    trial: String,
    start_unix: f64,
    t_rel: f64,
    command: String,
    returncode: Option<i32>,
}

/// Runs by name.
pub fn read(file: &Path) -> Result<Vec<Session>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
    for line in text.lines() {
        let step: Step = serde_json::from_str(line)?;
        let session = sessions.entry(step.trial.clone()).or_default();
        session.start_unix = step.start_unix;
        session.steps.push(step);
    }
    Ok(sessions.into_values().collect())
}

impl Session {
    /// What its tool calls ran.
    pub fn commands(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.command.as_str())
    }

    /// From the first to the last tool call.
    pub fn hours(&self) -> f64 {
        let times = || self.steps.iter().map(|step| step.t_rel);
        (times().fold(0.0, f64::max) - times().fold(f64::MAX, f64::min)).max(0.0) / 3600.0
    }
}

/// All that happens in it. Pids of sessions do not meet.
pub fn events(session: &Session, number: u32) -> Vec<Event> {
    let mut maker = Maker {
        now_ns: (session.start_unix * 1e9) as u64,
        next_pid: 100_000 + number * 10_000,
        events: Vec::new(),
    };
    let shell = ProcessId { start_ns: 1_000 + u64::from(number), pid: maker.next_pid };
    let root = maker.start(shell, "/usr/bin/python3.11", &["python3", "/opt/venv/bin/mini", "-y"]);
    for step in &session.steps {
        maker.now_ns = ((step.start_unix + step.t_rel) * 1e9) as u64;
        let call = maker.start(root, "/usr/bin/bash", &["bash", "-c", &step.command]);
        for command in commands(&step.command) {
            maker.run(call, &command);
        }
        maker.end(call, step.returncode.unwrap_or(0));
    }
    maker.end(root, 0);
    maker.events
}

struct Maker {
    now_ns: u64,
    next_pid: u32,
    events: Vec<Event>,
}

impl Maker {
    fn push(&mut self, process: ProcessId, act: Act) {
        self.now_ns += 1_000;
        self.events.push(Event::new(self.now_ns, process, act));
    }

    fn start(&mut self, parent: ProcessId, exe: &str, argv: &[&str]) -> ProcessId {
        self.next_pid += 1;
        let child = ProcessId { start_ns: self.now_ns, pid: self.next_pid };
        self.push(parent, Act::ProcessClone(Forked { child }));
        let exec = Exec {
            parent,
            exe: FileRef::named(exe),
            argv: argv.iter().map(|word| Text::from(*word)).collect(),
            cwd: "/app".into(),
            user: User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) },
            ..Exec::default()
        };
        self.push(child, Act::ProcessExec(Box::new(exec)));
        child
    }

    fn end(&mut self, process: ProcessId, code: i32) {
        self.push(process, Act::ProcessExit(Exit { code, ..Exit::default() }));
    }

    fn run(&mut self, call: ProcessId, command: &Simple) {
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        let [program, arguments @ ..] = words.as_slice() else { return };
        let inside = ["cd", "echo", "export", "set", "source", ".", "printf", "true", "[", "test"];
        let builtin = inside.contains(program);
        let who = if builtin {
            call
        } else {
            let exe = if program.contains('/') {
                (*program).into()
            } else {
                format!("/usr/bin/{program}")
            };
            self.start(call, &exe, &words)
        };
        for word in arguments.iter().filter(|word| !word.starts_with('-')) {
            if let Some(host) = host(word) {
                let remote = Endpoint::Ip([203, 0, 113, 7].into(), 443);
                let flow =
                    Flow { protocol: Protocol::Tcp, remote, host: Some(host), ..Flow::default() };
                self.push(who, Act::NetworkConnect(flow));
            } else if !builtin && (word.contains('/') || word.contains('.')) && !word.contains(' ')
            {
                let file = FileRef::named(absolute(word));
                self.push(who, Act::FileOpen(FileOpen { file, access: Access::Read, error: 0 }));
            }
        }
        for path in &command.written {
            let file = FileRef::named(absolute(path));
            let open = FileOpen { file: file.clone(), access: Access::Write, error: 0 };
            self.push(who, Act::FileCreate(open));
            self.push(who, Act::FileWrite(FileWrite { file, bytes: 100 }));
        }
        if !builtin {
            self.end(who, 0);
        }
    }
}

fn host(word: &str) -> Option<Text> {
    let (_, rest) = word.split_once("://")?;
    let host = rest.split(['/', ':', '?']).next().filter(|host| host.contains('.'))?;
    Some(host.into())
}

fn absolute(path: &str) -> String {
    match path {
        path if path.starts_with('/') => path.into(),
        path if path.starts_with("~/") => path.replacen('~', "/home/alice", 1),
        path => format!("/app/{}", path.trim_start_matches("./")),
    }
}

/// A simple command of a shell's text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Simple {
    words: Vec<String>,
    /// Targets of `>` and `>>`.
    written: Vec<String>,
}

/// The simple commands of a shell's text, here-documents left out.
fn commands(text: &str) -> Vec<Simple> {
    let mut all = Vec::new();
    let mut until: Option<String> = None;
    for line in text.lines() {
        if let Some(mark) = &until {
            if line.trim() == mark {
                until = None;
            }
            continue;
        }
        if let Some((_, rest)) = line.split_once("<<") {
            let mark = rest.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
            until = Some(mark.trim_matches(['\'', '"', '\\']).to_owned());
        }
        let line = line.split("<<").next().unwrap_or(line);
        all.extend(split(line));
    }
    all.retain(|one| {
        one.words.first().is_some_and(|word| {
            word == "["
                || word
                    .starts_with(|first: char| first.is_ascii_lowercase() || "/.".contains(first))
        })
    });
    all
}

/// One line into commands of words; quotes hold together.
fn split(line: &str) -> Vec<Simple> {
    let (mut all, mut one) = (Vec::new(), Simple::default());
    let (mut word, mut quote, mut to_file) = (String::new(), None, false);
    let end_word = |word: &mut String, one: &mut Simple, to_file: &mut bool| {
        let whole = std::mem::take(word);
        if whole.is_empty() {
            return;
        }
        if std::mem::take(to_file) { one.written.push(whole) } else { one.words.push(whole) }
    };
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), letter) => word.push(letter),
            (None, '\'' | '"') => quote = Some(letter),
            (None, ';' | '|' | '&' | '(' | ')' | '`') => {
                end_word(&mut word, &mut one, &mut to_file);
                to_file &= letter == '&';
                all.push(std::mem::take(&mut one));
            }
            (None, '>') => {
                // `2>` names a descriptor, no word.
                if word.chars().all(|c| c.is_ascii_digit()) {
                    word.clear();
                }
                end_word(&mut word, &mut one, &mut to_file);
                to_file = true;
            }
            (None, letter) if letter.is_whitespace() => end_word(&mut word, &mut one, &mut to_file),
            (None, letter) => word.push(letter),
        }
    }
    end_word(&mut word, &mut one, &mut to_file);
    all.push(one);
    all.retain(|one| !one.words.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&[&str], &[&str])]) {
        let got = commands(text);
        let got: Vec<(Vec<&str>, Vec<&str>)> = got
            .iter()
            .map(|one| {
                (
                    one.words.iter().map(String::as_str).collect(),
                    one.written.iter().map(String::as_str).collect(),
                )
            })
            .collect();
        let expect: Vec<(Vec<&str>, Vec<&str>)> =
            expect.iter().map(|(words, written)| (words.to_vec(), written.to_vec())).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn a_shells_text_is_commands_with_their_files() {
        check(
            "ls -la && cat 'a b' | wc -l > n",
            &[(&["ls", "-la"], &[]), (&["cat", "a b"], &[]), (&["wc", "-l"], &["n"])],
        );
        check(
            "cat <<'EOF' > x\nrm -rf /\nEOF\ngit add .",
            &[(&["cat"], &[]), (&["git", "add", "."], &[])],
        );
        check("make 2>/dev/null; X=1", &[(&["make"], &["/dev/null"])]);
    }
}
