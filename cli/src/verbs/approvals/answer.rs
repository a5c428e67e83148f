//! `approvals answer`: what a person says, and the policy that it becomes.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};

use anyhow::{Result, bail};
use clap::Args;
use content::irreversible::Severity;
use event::show::plain;
use event::{Effect, Text};
use journal::audit::What;
use journal::{Answer, Approvals, Lift, Question, Reply, Scope, Standing};
use policy::approval::{Approval, Breadth, Whom, liftings};

use super::{Word, find, may};
use crate::config::Config;
use crate::host::now_unix_ns;
use crate::lines::stamp;
use crate::policies::{self, Own};
use crate::verbs::audit::answered;
use crate::verbs::{Common, Exit, Stop};
use crate::{audit, out};

const DAY_NS: u64 = 86_400 * 1_000_000_000;

#[derive(Debug, Args)]
pub struct Words {
    /// The question, by its id or the beginning of it.
    id: String,
    /// Whether it may be.
    #[arg(value_enum)]
    reply: Word,
    /// For the act that waits, or the next equal one soon [default].
    #[arg(long, conflicts_with_all = ["session", "days"])]
    once: bool,
    /// For the rest of the session.
    #[arg(long, conflicts_with = "days")]
    session: bool,
    /// For so many days, in every session of this agent.
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Of a command line, everything that begins with the same two words.
    #[arg(long)]
    pattern: bool,
    /// Why.
    #[arg(long)]
    note: Option<String>,
    /// Put the policy in force without being asked once more.
    #[arg(long, short)]
    yes: bool,
}

impl Words {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let question = find(common, &self.id)?;
        let by = may::person(&question, &config)?;
        let scope = self.scope(&question, &config)?;
        let reply = Reply::from(self.reply);
        let breadth = if self.pattern { Breadth::FirstWords } else { Breadth::Exact };
        if self.pattern && (reply == Reply::Deny || scope == Scope::Once) {
            let said = "--pattern goes with `allow` and --session or --days";
            return Err(Stop::new(Exit::Words, said).into());
        }
        let note = self.note.map(Text::from);
        let policies = match reply {
            Reply::Allow => policies(&question, scope, breadth, &config)?,
            Reply::Deny => Vec::new(),
        };
        if !policies.is_empty() && !self.yes && !agreed(&policies, scope)? {
            crate::say!("nothing was answered");
            return Ok(Exit::Done);
        }
        let time_unix_ns = now_unix_ns();
        let used_unix_ns = None;
        let answer = Answer { reply, scope, by, time_unix_ns, note, policies, used_unix_ns };
        give(&question, &answer, &config)?;
        if common.json {
            return out::json(&serde_json::json!({ "question": question.id, "answer": answer }))
                .map(|()| Exit::Done);
        }
        out::line(&format!("{}: {}", question.id, answered(&answer)))?;
        Ok(Exit::Done)
    }

    fn scope(&self, question: &Question, config: &Config) -> Result<Scope> {
        let words = |said: String| anyhow::Error::from(Stop::new(Exit::Words, said));
        if self.session {
            let id = question.action.principal.session();
            return id.map(Scope::Session).ok_or_else(|| {
                words("it was asked outside of any session\nhint: answer --once or --days N".into())
            });
        }
        let most = config.approvals.remember_days;
        match self.days {
            None => Ok(Scope::Once),
            Some(days) if (1..=most).contains(&days) => {
                Ok(Scope::Until(now_unix_ns() + u64::from(days) * DAY_NS))
            }
            Some(_) => Err(words(format!(
                "an answer holds 1 to {most} days\nhint: `approvals.remember_days` of the configuration sets the most"
            ))),
        }
    }
}

/// Writes an answer down, in the state and in the audit log.
pub fn give(question: &Question, answer: &Answer, config: &Config) -> Result<()> {
    let now = now_unix_ns();
    if question.standing == Standing::Open && question.deadline_unix_ns < now {
        crate::say!(
            "the time to answer is over: this holds from the next time on that it is asked"
        );
    }
    let answered = Approvals::open(&config.data_dir())?.answer(&question.id, answer)?;
    if answered.is_none() {
        bail!(
            "question {} is gone\nhint: `chaperone approvals list` names what waits",
            question.id
        );
    }
    let what = What::ApprovalAnswered { id: question.id.clone(), answer: Box::new(answer.clone()) };
    audit::note(config, &answer.by, what)
}

/// The policies that an answer becomes, tried beside those in force.
fn policies(
    question: &Question,
    scope: Scope,
    breadth: Breadth,
    config: &Config,
) -> Result<Vec<Lift>> {
    let whom = match scope {
        Scope::Once => return Ok(Vec::new()),
        Scope::Session(_) => Whom::Session,
        Scope::Until(_) => Whom::Agent,
    };
    let asks = question.because.iter().filter(|it| it.effect == Effect::Ask);
    let lifts: Vec<Text> = asks.map(|it| it.policy.clone()).collect();
    let own = Own::read(config.policy.path.as_deref())?;
    let guide = policies::load(config)?;
    let foreseen = guide.foresees(&question.action);
    let grave = foreseen.iter().filter(|it| it.harm.severity >= Severity::High);
    let mut irreversible: BTreeSet<Text> = question.action.context.irreversible.clone();
    irreversible.extend(grave.map(|it| Text::from(it.harm.id.as_str())));
    let id = format!("approval-{}", question.id);
    let approval = Approval {
        id: &id,
        action: &question.action,
        lifts: &lifts,
        irreversible: &irreversible,
        whom,
        breadth,
    };
    let lift = |it: policy::approval::Lifting| Lift {
        id: it.id.into(),
        lifts: it.lifts,
        text: it.text.into(),
    };
    let made: Vec<Lift> = liftings(&approval)?.into_iter().map(lift).collect();
    let guide = policies::guide(config, &own.and(&made))
        .map_err(|refusals| policies::refused(&refusals))?;
    let decision = guide.decide(guide.profile(&question.action), &question.action);
    if let Some(left) = decision.because.iter().find(|it| it.effect >= Effect::Ask) {
        let policy = plain(&left.policy);
        crate::say!("`{policy}` still stands in the way of it: {}", plain(&left.reason));
    }
    Ok(made)
}

/// Shows what would be in force and asks for a yes.
fn agreed(policies: &[Lift], scope: Scope) -> Result<bool> {
    for policy in policies {
        for line in policy.text.lines() {
            crate::say!("  {}", plain(line));
        }
    }
    if !std::io::stdin().is_terminal() {
        let said = "nobody is at the terminal to agree\nhint: --yes puts the policy in force as it is shown";
        return Err(Stop::new(Exit::Words, said).into());
    }
    let until = match scope {
        Scope::Until(end) => format!("until {}", stamp(end)),
        _ => "for this session".to_owned(),
    };
    crate::say!("put this in force {until}? [y/N]");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
