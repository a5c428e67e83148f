//! One-liners and here-documents of Python, JavaScript, Perl, Ruby and PHP: looked through for calls
//! that remove files, run programs, or speak to hosts, with arguments that are written out or are
//! plain constants. No interpreter of these languages: what it does not know it lets be, but code that
//! is run without being known is said.

mod names;
mod tokens;
mod value;

use crate::shell::Why;

use super::invoke::is_stdin;
use super::walk::Walk;
use super::wrapper::inside;
use super::{FileVerb, UNKNOWN, path};
use names::Names;
use tokens::{Token, tokens};
use value::{Reader, Value};

/// Most calls that are looked at.
const MOST: usize = 512;

/// A language whose calls are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Python,
    JavaScript,
    Perl,
    Ruby,
    Php,
}

/// The interpreters, without what version they are.
const LANGUAGES: &[(&str, Language)] = &[
    ("python", Language::Python),
    ("pypy", Language::Python),
    ("ipython", Language::Python),
    ("node", Language::JavaScript),
    ("nodejs", Language::JavaScript),
    ("deno", Language::JavaScript),
    ("bun", Language::JavaScript),
    ("tsx", Language::JavaScript),
    ("ts-node", Language::JavaScript),
    ("perl", Language::Perl),
    ("ruby", Language::Ruby),
    ("php", Language::Php),
];

/// The language that a program runs.
pub fn language(program: &str) -> Option<Language> {
    let stem = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    LANGUAGES.iter().find(|(name, _)| *name == stem).map(|(_, language)| *language)
}

/// Programs that run code.
pub fn names() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(name, _)| *name)
}

/// What a call does with its first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Delete,
    DeleteTree,
    Empty,
    Move,
    /// Runs a text as a shell would, or a list as a program.
    Run,
    /// Runs a program given as a list, or as arguments.
    Spawn,
    /// Opens a file: `w` empties it.
    Open,
    Write,
    /// Sends SQL.
    Query,
    /// Runs code of its own language.
    Eval,
    Request(&'static str),
    /// Sends mail.
    Mail,
    /// Empties a store, as this command does.
    Flush(&'static [&'static str]),
}

impl Walk<'_> {
    /// `python -c code`, `python - <<E`, `python file`.
    pub fn interpreter(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> String {
        let Some(language) = language(name) else { return UNKNOWN.into() };
        let mut rest = args;
        let mut inline = String::new();
        while let Some((first, after)) = rest.split_first() {
            let code = match language {
                Language::Python | Language::Php => ends_with(first, &["c", "r"]),
                Language::JavaScript => {
                    ends_with(first, &["e", "p"])
                        || matches!(first.as_str(), "--eval" | "--print" | "eval")
                }
                Language::Perl | Language::Ruby => ends_with(first, &["e", "E"]),
            };
            let module = language == Language::Python && first == "-m";
            if module {
                let argv = after.to_vec();
                return inside(self, name, |walk| walk.invoke(argv, stdin.map(str::to_owned)));
            }
            if code {
                inline.push_str(after.first().map(String::as_str).unwrap_or_default());
                inline.push('\n');
                rest = after.get(1..).unwrap_or_default();
            } else if first.starts_with('-') && first != "-" {
                let takes =
                    matches!(first.as_str(), "-W" | "-X" | "-r" | "--require" | "-I" | "-M");
                rest = if takes { after.get(1..).unwrap_or_default() } else { after };
            } else {
                break;
            }
        }
        let file = rest.first().filter(|file| !is_stdin(file));
        if !inline.is_empty() {
            inside(self, name, |walk| walk.source(language, &inline));
        } else if let Some(file) = file {
            let file = path::resolve(file, &self.state.cwd);
            let content = self.content(&file);
            let known = content != UNKNOWN.to_string();
            if !known && (file.starts_with("/dev/") || file.contains(UNKNOWN)) {
                self.unclear(Why::Code, name);
            }
            self.file(FileVerb::Read, file, name);
            if known {
                inside(self, name, |walk| walk.source(language, &content));
            }
        } else if let Some(text) = stdin {
            inside(self, name, |walk| walk.source(language, text));
        }
        UNKNOWN.into()
    }

    /// Looks through code.
    pub fn source(&mut self, language: Language, text: &str) {
        if text.trim() == UNKNOWN.to_string() {
            return self.unclear(Why::Code, "");
        }
        let (tokens, rest) = tokens(language, text);
        if !rest.is_empty() {
            self.unclear(Why::TooMuch, rest);
        }
        let names = Names::of(language, &tokens);
        let cloud = text.contains("boto3");
        let home = self.variable("HOME");
        let mut reader = Reader::new(&tokens, home);
        let mut calls = Vec::new();
        for at in 0..tokens.len() {
            match tokens.get(at) {
                Some(Token::Shell(text)) => {
                    calls.push((Does::Run, vec![Value::Text(text.clone())]))
                }
                Some(Token::Name(name)) => {
                    reader.constant(at);
                    let name = names.whole(&tokens, at, name);
                    if let Some(does) = does(language, &name)
                        && let Some(arguments) = reader.arguments(at)
                    {
                        calls.push((does, arguments));
                    } else if cloud && let Some(call) = cloud_call(&name) {
                        calls.push((Does::Spawn, vec![Value::List(call)]));
                    }
                }
                _ => {}
            }
            if calls.len() >= MOST || reader.is_spent() {
                self.unclear(Why::TooMuch, "");
                break;
            }
        }
        self.deeper(|walk| {
            calls.into_iter().for_each(|(does, it)| walk.call_of(language, does, &it))
        });
    }

    fn call_of(&mut self, language: Language, does: Does, arguments: &[Value]) {
        let first = arguments.first().cloned().unwrap_or(Value::Other);
        let text = first.text().unwrap_or(String::from(UNKNOWN));
        let verb = match does {
            Does::Delete => FileVerb::Delete,
            Does::DeleteTree => FileVerb::DeleteTree,
            Does::Empty => FileVerb::Empty,
            Does::Move => FileVerb::Move,
            Does::Write => FileVerb::Write,
            Does::Open => {
                let mode = arguments.get(1).and_then(Value::text).unwrap_or_default();
                match mode.trim_start_matches(['>', '+']).chars().next() {
                    Some('w') => FileVerb::Write,
                    Some('a') => FileVerb::Append,
                    _ => FileVerb::Read,
                }
            }
            Does::Run | Does::Spawn => return self.started(does, arguments),
            Does::Query => {
                if text != UNKNOWN.to_string() {
                    self.invoke(vec!["sql".into(), text], None);
                }
                return;
            }
            Does::Eval => {
                match text == UNKNOWN.to_string() {
                    true => self.unclear(Why::Code, ""),
                    false => self.deeper(|walk| walk.source(language, &text)),
                }
                return;
            }
            Does::Flush(argv) => {
                self.invoke(argv.iter().map(|it| it.to_string()).collect(), None);
                return;
            }
            Does::Mail => {
                self.invoke(vec!["sendmail".into()], None);
                return;
            }
            Does::Request(method) => return self.asked(method, &text, arguments),
        };
        let all = match first {
            Value::List(items) => items,
            _ => vec![text],
        };
        for item in all {
            // Of a name that is not known nothing can be said but that it is there.
            self.file(verb, path::resolve(&item, &self.state.cwd), "code");
        }
    }

    fn started(&mut self, does: Does, arguments: &[Value]) {
        let argv: Vec<String> = match arguments {
            [Value::List(items), ..] => items.clone(),
            [Value::Text(program), Value::List(items), ..] => {
                std::iter::once(program.clone()).chain(items.clone()).collect()
            }
            [Value::Text(text)] => {
                self.code(&text.clone(), None);
                return;
            }
            // `system("rm", "-rf", "/")`; further arguments of a shell's text are no text.
            [Value::Text(text), rest @ ..] => {
                let more: Vec<String> = rest.iter().map_while(Value::text).collect();
                if more.is_empty() || does == Does::Run && text.contains(' ') {
                    self.code(&text.clone(), None);
                    return;
                }
                std::iter::once(text.clone()).chain(more).collect()
            }
            _ => return,
        };
        self.invoke(argv, None);
    }

    fn asked(&mut self, method: &str, url: &str, arguments: &[Value]) {
        let Some(host) = super::hosts::of_url(url) else { return };
        self.contact(&host, "code");
        let named = arguments.iter().find_map(Value::method);
        self.request(&named.unwrap_or_else(|| method.to_owned()), url, "code");
    }
}

/// A call of a cloud's library as the command that does the same: `ec2.terminate_instances`.
fn cloud_call(name: &str) -> Option<Vec<String>> {
    let (_, verb) = name.rsplit_once('.').unwrap_or(("", name));
    let removes = ["delete_", "terminate_", "deregister_", "purge_", "schedule_key_deletion"];
    removes
        .iter()
        .any(|start| verb.starts_with(start))
        .then(|| vec!["aws".into(), "api".into(), verb.replace('_', "-")])
}

/// Whether an option is one letter of these, or ends with it behind others.
fn ends_with(option: &str, letters: &[&str]) -> bool {
    option.strip_prefix('-').is_some_and(|rest| {
        !rest.starts_with('-') && rest.len() < 6 && letters.iter().any(|it| rest.ends_with(it))
    })
}

/// What a call of `name` does; the names are looked at from their end.
fn does(language: Language, name: &str) -> Option<Does> {
    let (before, last) = name.rsplit_once('.').unwrap_or(("", name));
    match last {
        "flushall" | "flushdb" | "flushAll" | "flushDb" => {
            return Some(Does::Flush(&["redis-cli", "flushall"]));
        }
        "drop_database" | "dropDatabase" | "drop_collection" => {
            return Some(Does::Flush(&["mongosh", "--eval", "db.dropDatabase()"]));
        }
        _ => {}
    }
    Some(match language {
        Language::Python => match (before, last) {
            ("os", "remove" | "unlink" | "rmdir" | "removedirs") | (_, "unlink") => Does::Delete,
            (_, "rmtree") => Does::DeleteTree,
            ("os", "truncate") => Does::Empty,
            ("shutil", "move") | ("os", "rename" | "replace") => Does::Move,
            ("os", "system" | "popen") => Does::Run,
            (
                "subprocess" | "sp",
                "run" | "call" | "check_call" | "check_output" | "Popen" | "getoutput"
                | "getstatusoutput",
            )
            | ("", "check_output" | "check_call" | "Popen" | "getoutput" | "system" | "popen")
            | ("pty", "spawn")
            | ("commands", "getoutput") => Does::Run,
            ("os", "execv" | "execvp" | "execl" | "execlp" | "spawnv") => Does::Spawn,
            ("", "open") => Does::Open,
            ("", "exec" | "eval") => Does::Eval,
            (_, "execute" | "executescript") => Does::Query,
            ("requests" | "httpx" | "session" | "client", verb) | ("self.session", verb) => {
                Does::Request(verb_of(verb)?)
            }
            (_, "sendmail" | "send_message") => Does::Mail,
            (_, "urlopen") => Does::Request("GET"),
            ("urllib.request", "Request") | ("", "Request") => Does::Request("GET"),
            _ => return None,
        },
        Language::JavaScript => match (before, last) {
            (_, "unlink" | "unlinkSync") | ("fs", "rmdir") => Does::Delete,
            (_, "rmSync" | "rmdirSync" | "removeSync" | "rimraf" | "emptyDirSync" | "emptyDir")
            | ("fs" | "fsp" | "fs.promises" | "fsPromises" | "fse" | "Deno", "rm" | "remove")
            | ("rimraf", "sync") => Does::DeleteTree,
            (_, "truncateSync" | "truncate") => Does::Empty,
            (_, "renameSync") => Does::Move,
            (_, "writeFileSync" | "writeFile") => Does::Write,
            (_, "execSync") | ("cp" | "child_process" | "", "exec") => Does::Run,
            (_, "spawn" | "spawnSync" | "execFile" | "execFileSync") => Does::Spawn,
            ("", "eval" | "Function") => Does::Eval,
            ("", "fetch") => Does::Request("GET"),
            ("axios" | "got" | "ky" | "superagent", verb) => Does::Request(verb_of(verb)?),
            (_, "query") => Does::Query,
            (_, "sendMail") => Does::Mail,
            _ => return None,
        },
        Language::Perl => match last {
            "unlink" | "rmdir" => Does::Delete,
            "rmtree" | "remove_tree" => Does::DeleteTree,
            "truncate" => Does::Empty,
            "rename" => Does::Move,
            "system" | "exec" | "qx" => Does::Run,
            "do" if before.ends_with("dbh") => Does::Query,
            _ => return None,
        },
        Language::Ruby => match (before, last) {
            ("File" | "FileUtils" | "Dir", "delete" | "unlink" | "rm" | "rm_f" | "rmdir") => {
                Does::Delete
            }
            (
                "FileUtils",
                "rm_r" | "rm_rf" | "remove_dir" | "remove_entry" | "rmtree" | "remove_entry_secure",
            ) => Does::DeleteTree,
            ("File", "truncate") => Does::Empty,
            ("FileUtils", "mv") | ("File", "rename") => Does::Move,
            ("" | "Kernel", "system" | "exec" | "spawn" | "popen") | ("IO", "popen") => Does::Run,
            ("", "eval" | "instance_eval") => Does::Eval,
            _ => return None,
        },
        Language::Php => match last {
            "unlink" | "rmdir" => Does::Delete,
            "rename" => Does::Move,
            "system" | "exec" | "shell_exec" | "passthru" | "popen" => Does::Run,
            "eval" => Does::Eval,
            "query" | "mysqli_query" => Does::Query,
            _ => return None,
        },
    })
}

fn verb_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "head" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" => "DELETE",
        "request" => "GET",
        _ => return None,
    })
}
