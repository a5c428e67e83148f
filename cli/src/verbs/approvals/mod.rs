//! `chaperone approvals`: questions of agents to people, and the answers.

mod answer;
mod may;
mod show;
mod watch;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use journal::audit::What as Did;
use journal::{Approvals, Question, Reply, Standing};

use super::{Common, Exit, Stop, examples};
use crate::{audit, out};

#[derive(Debug, Args)]
pub struct ApprovalsVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What waits for an answer, and which answers hold.
    #[command(after_help = examples::APPROVALS_LIST)]
    List {
        /// Also what expired, was used up or taken back.
        #[arg(long)]
        all: bool,
    },
    /// One question: why it is asked, what could not be undone, what was answered.
    #[command(after_help = examples::APPROVALS_SHOW)]
    Show {
        /// Its id, or the beginning of it.
        id: String,
    },
    /// Answer a question; for days, the policy that it becomes is shown before it holds.
    #[command(after_help = examples::APPROVALS_ANSWER)]
    Answer(answer::Words),
    /// Take answers back.
    #[command(after_help = examples::APPROVALS_REVOKE)]
    Revoke {
        /// Their ids, or the beginnings of them.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Show questions as they come; at a terminal, answer them.
    #[command(after_help = examples::APPROVALS_WATCH)]
    Watch,
}

/// Whether it may be, on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Word {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

impl From<Word> for Reply {
    fn from(word: Word) -> Self {
        match word {
            Word::Allow => Self::Allow,
            Word::Deny => Self::Deny,
        }
    }
}

impl ApprovalsVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::List { all } => show::list(all, common),
            What::Show { id } => show::one(&id, common),
            What::Answer(words) => words.run(common),
            What::Revoke { ids } => revoke(&ids, common),
            What::Watch => watch::watch(common),
        }
    }
}

/// The question that is meant.
fn find(common: &Common, id: &str) -> Result<Question> {
    let questions = super::state(&common.config()?)?.questions()?;
    let id = id.to_ascii_lowercase();
    let mut meant = questions.into_iter().filter(|it| it.id.starts_with(&*id));
    match (meant.next(), meant.next()) {
        (Some(question), None) => Ok(question),
        (Some(question), Some(_)) if *question.id == *id => Ok(question),
        (None, _) => {
            let id = event::show::brief(&id, 40);
            let said = format!(
                "there is no question `{id}`\nhint: `chaperone approvals list --all` names them"
            );
            Err(Stop::new(Exit::NotFound, said).into())
        }
        _ => {
            let said = format!("several questions begin with `{id}`\nhint: write more of it");
            Err(Stop::new(Exit::Words, said).into())
        }
    }
}

fn revoke(ids: &[String], common: &Common) -> Result<Exit> {
    let config = common.config()?;
    for id in ids {
        let question = find(common, id)?;
        let by = may::person(&question, &config)?;
        if question.standing != Standing::Answered {
            let said = format!("question {} has no answer to take back", question.id);
            return Err(Stop::new(Exit::Failed, said).into());
        }
        Approvals::open(&config.data_dir())?.revoke(&question.id)?;
        audit::note(&config, &by, Did::ApprovalRevoked { id: question.id.clone() })?;
        if common.json {
            out::json(&serde_json::json!({ "revoked": question.id }))?;
        } else {
            out::line(&format!("{}: the answer holds no more", question.id))?;
        }
    }
    Ok(Exit::Done)
}
