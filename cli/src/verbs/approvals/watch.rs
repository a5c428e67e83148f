//! `approvals watch`: questions as they come, answered at the terminal.

use std::collections::HashSet;
use std::io::{BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Result;
use journal::{Answer, Question, Reply, Scope, StateReader};

use super::answer::give;
use super::{may, show};
use crate::config::Config;
use crate::host::now_unix_ns;
use crate::out;
use crate::verbs::audit::answered;
use crate::verbs::{Common, Exit, up};

/// How often it looks for new questions.
const LOOK: Duration = Duration::from_millis(500);

pub fn watch(common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let state = crate::verbs::state(&config)?;
    let stop = up::stop_flag()?;
    let asks = std::io::stdin().is_terminal() && !common.json;
    let typed = if asks { Some(lines()) } else { None };
    let mut seen = HashSet::new();
    crate::say!("questions are shown as they come; Ctrl-C ends");
    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
        for question in waiting(&state)? {
            if !seen.insert((question.id.clone(), question.first_asked_unix_ns)) {
                continue;
            }
            if common.json {
                out::json(&question)?;
                continue;
            }
            show::tell(&question)?;
            let Some(typed) = &typed else { continue };
            if let Some(said) = ask(&question, typed, &state)?
                && let Err(error) = say(&question, said, &config)
            {
                crate::say!("{}", out::error(&error));
            }
        }
        std::thread::park_timeout(LOOK);
    }
    Ok(Exit::Done)
}

fn waiting(state: &StateReader) -> Result<Vec<Question>> {
    let now = now_unix_ns();
    let mut questions = state.questions()?;
    questions.retain(|question| show::waits(question, now));
    questions.reverse();
    Ok(questions)
}

/// Lines that are typed, on a thread of their own: who types nothing must not keep questions from being shown.
fn lines() -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines.take_while(|line| send.send(line.clone()).is_ok()).for_each(drop);
    });
    receive
}

/// What is typed about a question; none where nothing is, or somebody else answered meanwhile.
fn ask(
    question: &Question,
    typed: &Receiver<String>,
    state: &StateReader,
) -> Result<Option<(Reply, Scope)>> {
    // What was typed before the question was shown is no answer to it.
    typed.try_iter().for_each(drop);
    crate::say!("a = allow once, s = allow this session, d = deny, enter = later");
    loop {
        let line = match typed.recv_timeout(LOOK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout)
                if waiting(state)?.iter().any(|it| it.id == question.id) =>
            {
                continue;
            }
            Err(RecvTimeoutError::Timeout) => {
                crate::say!("{} waits no more", question.id);
                return Ok(None);
            }
        };
        return Ok(match (line.trim(), question.action.principal.session()) {
            ("a", _) => Some((Reply::Allow, Scope::Once)),
            ("s", Some(session)) => Some((Reply::Allow, Scope::Session(session))),
            ("d", _) => Some((Reply::Deny, Scope::Once)),
            ("", _) => None,
            _ => {
                crate::say!("write a, s or d, or nothing");
                continue;
            }
        });
    }
}

/// For a session without a policy of its own: equal questions of it find the answer.
fn say(question: &Question, (reply, scope): (Reply, Scope), config: &Config) -> Result<()> {
    let by = may::person(question, config)?;
    let (note, policies, used_unix_ns) = (None, Vec::new(), None);
    let time_unix_ns = now_unix_ns();
    let answer = Answer { reply, scope, by, time_unix_ns, note, policies, used_unix_ns };
    give(question, &answer, config)?;
    out::line(&format!("{}: {}", question.id, answered(&answer)))?;
    Ok(())
}
