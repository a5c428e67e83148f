//! `approvals list` and `show`: questions in words.

use anyhow::Result;
use event::Principal;
use event::show::{brief, plain};
use journal::{Otherwise, Question, Scope, Standing};

use super::find;
use crate::host::now_unix_ns;
use crate::lines::{short, stamp};
use crate::out::{self, Colour};
use crate::verbs::audit::answered;
use crate::verbs::{Common, Exit};

pub fn list(all: bool, common: &Common) -> Result<Exit> {
    let now = now_unix_ns();
    let mut questions = crate::verbs::state(&common.config()?)?.questions()?;
    questions.retain(|question| all || waits(question, now) || holds(question, now));
    questions.sort_by_key(|question| {
        (!waits(question, now), std::cmp::Reverse(question.last_asked_unix_ns))
    });
    if common.json {
        questions.iter().try_for_each(out::json)?;
        return Ok(Exit::Done);
    }
    if questions.is_empty() {
        crate::say!("nothing waits for an answer");
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = questions.iter().map(|question| row(question, now)).collect();
    out::table(&["id", "stands", "asked", "times", "who", "wants"], &rows)?;
    Ok(Exit::Done)
}

/// Whether somebody waits for an answer to it.
pub fn waits(question: &Question, now_unix_ns: u64) -> bool {
    question.standing == Standing::Open && question.deadline_unix_ns > now_unix_ns
}

fn holds(question: &Question, now_unix_ns: u64) -> bool {
    let session = question.action.principal.session();
    question.standing == Standing::Answered
        && question.answer.as_ref().is_some_and(|answer| answer.holds(now_unix_ns, session))
}

fn row(question: &Question, now: u64) -> Vec<String> {
    let stands = match (&question.answer, question.standing) {
        (Some(answer), Standing::Answered) if answer.used_unix_ns.is_some() => "used".into(),
        (Some(answer), Standing::Answered) => answered(answer),
        (_, Standing::Open) if !waits(question, now) => "expired".into(),
        (_, standing) => standing.name().to_owned(),
    };
    vec![
        question.id.to_string(),
        stands,
        stamp(question.last_asked_unix_ns),
        question.times.to_string(),
        who(question),
        question.action.wanted().trim_start_matches("wanted to ").to_owned(),
    ]
}

fn who(question: &Question) -> String {
    match &question.action.principal {
        Principal::Human { account, .. } => brief(account, 40),
        Principal::Workload { product, account } => {
            format!("{} of {}", brief(product, 40), brief(account, 40))
        }
        other => other.agent().map_or_else(String::new, |agent| {
            format!("{} of {}", brief(&agent.product, 40), brief(&agent.owner, 40))
        }),
    }
}

pub fn one(id: &str, common: &Common) -> Result<Exit> {
    let question = find(common, id)?;
    if common.json {
        return out::json(&question).map(|()| Exit::Done);
    }
    tell(&question)?;
    Ok(Exit::Done)
}

/// Everything that one should know before one answers.
pub fn tell(question: &Question) -> Result<()> {
    let colour = out::coloured();
    let id = out::paint(&question.id, Colour::Cyan, colour);
    out::line(&format!("{id}  {} {}", who(question), question.action.wanted()))?;
    if let Some(session) = question.action.principal.session() {
        out::line(&format!("  session   {}", short(session)))?;
    }
    if let Some(agent) = question.action.principal.agent().filter(|it| !it.workspace.is_empty()) {
        out::line(&format!("  works on  {}", brief(&agent.workspace, 120)))?;
    }
    let times = question.times;
    let asked = stamp(question.first_asked_unix_ns);
    match times {
        1 => out::line(&format!("  asked     {asked}"))?,
        _ => out::line(&format!("  asked     {times} times, first {asked}"))?,
    }
    for because in &question.because {
        let (policy, reason) = (brief(&because.policy, 60), brief(&because.reason, 200));
        out::line(&format!("  because   {policy}: {reason}"))?;
    }
    for it in &question.blast {
        let harm = format!("{}: {}", brief(&it.id, 60), brief(&it.sentence, 200));
        out::line(&format!("  {}      {harm}", out::paint("harm", Colour::Red, colour)))?;
        if !it.target.is_empty() {
            out::line(&format!("            to {}", brief(&it.target, 160)))?;
        }
        if !it.undo.is_empty() {
            out::line(&format!("            afterwards: {}", brief(&it.undo, 160)))?;
        }
    }
    let otherwise = match question.otherwise {
        Otherwise::Deny => "stopped",
        Otherwise::Allow => "let go on",
    };
    match (&question.answer, question.standing) {
        (Some(answer), Standing::Answered | Standing::Revoked) => {
            let by = format!("by {} {}", plain(&answer.by), stamp(answer.time_unix_ns));
            let revoked = if question.standing == Standing::Revoked { ", taken back" } else { "" };
            out::line(&format!("  answer    {}, {by}{revoked}", answered(answer)))?;
            if !matches!(answer.scope, Scope::Once) {
                for line in answer.policies.iter().flat_map(|policy| policy.text.lines()) {
                    out::line(&format!("            {}", plain(line)))?;
                }
            }
        }
        (_, Standing::Expired) => out::line(&format!("  answer    none came: it was {otherwise}"))?,
        _ => out::line(&format!(
            "  answer    until {}, else it is {otherwise}",
            stamp(question.deadline_unix_ns)
        ))?,
    }
    Ok(())
}
