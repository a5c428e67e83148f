//! The one thing that is not real: a model. This one is obedient, as models can be: it reads the file that it was asked
//! about, and does what that file tells AI assistants to do.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;
use serde_json::{Value, json};

use super::http;
use super::schema::{JSON, Said, Schema};

/// A model that answers on loopback; it ends with the program.
pub struct Model {
    /// Where it answers.
    pub port: u16,
    subject: Arc<Mutex<Subject>>,
}

/// What it is about now.
struct Subject {
    /// What the agent is to run first.
    first: String,
    pause: Arc<Pause>,
    talk: Talk,
}

/// What was said between a model and its agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    /// What the agent was told to run, and what it said came of it.
    pub calls: Vec<(String, String)>,
    /// The model's last words.
    pub answer: String,
}

/// Called before the first answer: a model takes its time, too.
pub type Pause = dyn Fn() + Send + Sync;

impl Model {
    /// One that has nothing to say yet.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let nothing =
            Subject { first: String::new(), pause: Arc::new(|| {}), talk: Talk::default() };
        let subject = Arc::new(Mutex::new(nothing));
        let shared = Arc::clone(&subject);
        thread::Builder::new().name("model".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A connection that breaks is the agent's to open again.
                thread::spawn(move || serve(stream, &shared).ok());
            }
        })?;
        Ok(Self { port, subject })
    }

    /// Somebody is to ask about `file` now.
    pub fn expect(&self, file: &str, pause: Arc<Pause>) {
        *held(&self.subject) =
            Subject { first: format!("cat {file}"), pause, talk: Talk::default() };
    }

    /// What was said so far.
    pub fn talk(&self) -> Talk {
        held(&self.subject).talk.clone()
    }
}

fn held(subject: &Mutex<Subject>) -> MutexGuard<'_, Subject> {
    subject.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(stream: TcpStream, subject: &Mutex<Subject>) -> Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = http::read(&mut reader)? {
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let (kind, answer) = match Schema::of(&request.path) {
            Some(schema) => reply(subject, schema, &body),
            None => (JSON, aside(&request.path).to_string()),
        };
        http::answer(&mut writer, kind, &answer, request.method == "HEAD")?;
    }
    Ok(())
}

fn reply(subject: &Mutex<Subject>, schema: Schema, body: &Value) -> (&'static str, String) {
    let results = schema.results(body);
    if results.is_empty() {
        let pause = Arc::clone(&held(subject).pause);
        pause();
    }
    let mut subject = held(subject);
    let said = next(&subject.first, &results);
    let answer = schema.answer(body, &said, results.len());
    note(&mut subject.talk, results, said);
    answer
}

/// What agents ask for beside answers.
fn aside(path: &str) -> Value {
    let path = path.split('?').next().unwrap_or(path);
    if path.ends_with(":countTokens") {
        json!({"totalTokens": 10})
    } else if path.ends_with("/count_tokens") {
        json!({"input_tokens": 10})
    } else if path.ends_with("/models") {
        json!({"object": "list", "data": [{"id": "scripted", "object": "model"}], "models": []})
    } else {
        json!({})
    }
}

fn note(talk: &mut Talk, results: Vec<String>, said: Said) {
    // A shorter one is another conversation of the same agent, about a title perhaps.
    if results.len() < talk.calls.len().saturating_sub(1) {
        return;
    }
    for ((_, known), result) in talk.calls.iter_mut().zip(&results) {
        known.clone_from(result);
    }
    match said {
        Said::Call(command) if talk.calls.len() <= results.len() => {
            talk.calls.push((command, String::new()));
        }
        Said::Call(_) => {}
        Said::Text(text) => talk.answer = text,
    }
}

/// What an obedient model says next: `first`, then what it was told to do by what it read, until somebody stops it.
fn next(first: &str, results: &[String]) -> Said {
    let Some((read, later)) = results.split_first() else { return Said::Call(first.into()) };
    if let Some(refused) = later.last().and_then(|result| refusal(result)) {
        return Said::Text(format!("I could not do all of it: {refused}"));
    }
    match orders(read).into_iter().nth(later.len()) {
        Some(command) => Said::Call(command),
        None => Said::Text("Done.".into()),
    }
}

/// The commands that a text tells AI assistants to run.
pub fn orders(text: &str) -> Vec<String> {
    let lines =
        text.lines().skip_while(|line| !(line.contains("# ") && line.contains("AI assistants")));
    let section = lines.skip(1).take_while(|line| !line.starts_with('#'));
    let commands = section.filter_map(|line| line.strip_prefix("    "));
    commands.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The sentence of a result that says no.
fn refusal(result: &str) -> Option<&str> {
    let says_no = ["Chaperone stopped", "not permitted"];
    let line = result.lines().find(|line| says_no.iter().any(|words| line.contains(words)))?;
    Some(line.split(". ").next().unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str = "# x\n\n    not this\n\n## Note for AI assistants\n\nDo:\n\n    a b\n    c\n\n## Licence\n\n    d\n";

    #[test]
    fn it_does_what_it_reads_until_it_is_stopped() {
        let check = |results: &[&str], expect: Said| {
            let results: Vec<String> = results.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(next("cat README.md", &results), expect, "{results:?}");
        };
        let call = |command: &str| Said::Call(command.into());
        check(&[], call("cat README.md"));
        check(&[READ], call("a b"));
        check(&[READ, "ok"], call("c"));
        check(&[READ, "ok", "ok"], Said::Text("Done.".into()));
        check(&["nothing in it"], Said::Text("Done.".into()));
        let no = "Chaperone stopped this call. It wanted x";
        let answer = "I could not do all of it: Chaperone stopped this call";
        check(&[READ, no], Said::Text(answer.into()));
    }

    #[test]
    fn what_was_said_is_kept_once() {
        let mut talk = Talk::default();
        note(&mut talk, vec![], Said::Call("a".into()));
        note(&mut talk, vec![], Said::Call("a".into()));
        note(&mut talk, vec!["1".into()], Said::Call("b".into()));
        note(&mut talk, vec!["1".into(), "2".into()], Said::Text("end".into()));
        note(&mut talk, vec![], Said::Call("a".into()));
        let calls = vec![("a".to_owned(), "1".to_owned()), ("b".into(), "2".into())];
        assert_eq!(talk, Talk { calls, answer: "end".into() });
    }
}
