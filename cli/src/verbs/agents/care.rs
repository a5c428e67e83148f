//! `agents own`, `review`, `retire`, `keep`: who answers for an agent, in the words of people.

use anyhow::Result;
use clap::Subcommand;
use event::Text;
use event::show::{brief, plain};
use journal::audit::What;
use journal::{Care, CareStep, Stewards, Stewardship};

use super::{All, Known};
use crate::accounts;
use crate::audit;
use crate::host::now_unix_ns;
use crate::out;
use crate::verbs::events::parse_span;
use crate::verbs::inventory::Where;
use crate::verbs::trust::who;
use crate::verbs::{Common, Exit, Stop, examples};
use crate::worker::Found;

const DAY_NS: u64 = 86_400 * 1_000_000_000;

#[derive(Debug, Subcommand)]
pub enum Say {
    /// Say who answers for an agent, who looks at it, and how often.
    #[command(after_help = examples::AGENTS_OWN)]
    Own {
        /// The agent, by its id, product or name.
        #[arg(value_name = "AGENT")]
        which: String,
        /// A person or a team; an account of this host is watched for being there.
        #[arg(long, value_name = "WHO")]
        owner: String,
        /// Who looks at it [default: the owner].
        #[arg(long, value_name = "WHO")]
        reviewer: Option<String>,
        /// How often, as 90d [default: `agents.review_days` of the configuration].
        #[arg(long, value_name = "SPAN", value_parser = parse_days)]
        review_every: Option<u32>,
    },
    /// Say that you looked at an agent and it is well.
    #[command(after_help = examples::AGENTS_REVIEW)]
    Review {
        /// The agent, by its id, product or name.
        #[arg(value_name = "AGENT")]
        which: String,
        /// What was looked at.
        #[arg(long)]
        note: Option<String>,
    },
    /// Say that an agent is not to be used any more; whoever still does is remarked.
    #[command(after_help = examples::AGENTS_RETIRE)]
    Retire {
        /// The agent, by its id, product or name.
        #[arg(value_name = "AGENT")]
        which: String,
        /// Why.
        #[arg(long)]
        note: Option<String>,
    },
    /// Say that a retired agent may be used again.
    #[command(after_help = examples::AGENTS_KEEP)]
    Keep {
        /// The agent, by its id, product or name.
        #[arg(value_name = "AGENT")]
        which: String,
        /// Why.
        #[arg(long)]
        note: Option<String>,
    },
}

fn parse_days(text: &str) -> Result<u32, String> {
    let days = parse_span(text)? / DAY_NS;
    let days = u32::try_from(days).unwrap_or(0);
    if (1..=36_500).contains(&days) { Ok(days) } else { Err("write a day or more, as 90d".into()) }
}

impl Say {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let (which, care, note) = match self {
            Self::Own { which, owner, reviewer, review_every } => {
                let owner_uid = accounts::uid_of(&owner);
                let (owner, reviewer) = (Text::from(owner), reviewer.map(Text::from));
                let review_every_days = review_every;
                (which, Care::Own { owner, owner_uid, reviewer, review_every_days }, None)
            }
            Self::Review { which, note } => (which, Care::Review, note),
            Self::Retire { which, note } => (which, Care::Retire, note),
            Self::Keep { which, note } => (which, Care::Keep, note),
        };
        let state = super::state(&config)?;
        let by = who::person(state.as_ref(), "who answers for agents")?;
        // The record knows most of them, and is quicker than a look at the disk.
        let mut recorded = Found::default();
        if let Some(state) = &state {
            let there = state.assets()?.into_iter().filter(|known| known.gone_unix_ns.is_none());
            recorded.inventory.assets = there.map(|known| known.change.asset).collect();
        }
        let mut all = All::of(recorded, state, &config)?;
        if matches!(all.one(&which), Err(error) if Exit::of(&error) == Exit::NotFound) {
            all = All::read(&config, &Where::of_host(&config), common)?;
        }
        let agent = all.one(&which)?;
        check(agent, &care)?;
        if let Err(whose) = may(&agent.care, &care, &by, &|name| accounts::uid_of(name).is_some()) {
            let said = format!(
                "{} decides this of {}, not {}\nhint: ask them, or let root name another with `chaperone agents own`",
                plain(whose),
                plain(&agent.name),
                plain(&by)
            );
            return Err(Stop::new(Exit::NotAllowed, said).into());
        }
        let step = CareStep {
            time_unix_ns: now_unix_ns(),
            by: by.clone(),
            care,
            note: note.map(Text::from),
        };
        let name = format!("{}@{}", agent.product, agent.owner);
        Stewards::open(&config.data_dir())?.add(agent.id, &name, &step)?;
        let (name, step_too) = (agent.name.clone(), step.clone());
        audit::note(&config, &by, What::Care { agent: agent.id, name, step: step_too })?;
        if common.json {
            let told = serde_json::json!({ "agent": agent.id, "name": agent.name, "said": step });
            return out::json(&told).map(|()| Exit::Done);
        }
        out::line(&format!("{} of {}: {}", plain(&agent.name), plain(&agent.owner), said(&step)))?;
        Ok(Exit::Done)
    }
}

/// Whether `by` may say this, or who may: root always; else the reviewer looks at it, and owner and reviewer retire
/// and keep it; the owner hands it on. A team is no account, so that anybody may speak for it.
fn may<'a>(
    now: &'a Stewardship,
    care: &Care,
    by: &str,
    is_account: &dyn Fn(&str) -> bool,
) -> Result<(), &'a str> {
    let owner = now.owner.as_deref();
    let reviewer = now.reviewer.as_deref().or(owner);
    let mut named = match care {
        Care::Own { .. } => vec![owner],
        Care::Review => vec![reviewer],
        Care::Retire | Care::Keep => vec![owner, reviewer],
    };
    named.dedup();
    let named: Vec<&str> = named.into_iter().flatten().collect();
    let open = named.iter().any(|name| *name == by || !is_account(name));
    match named.first() {
        Some(first) if by != "root" && !open => Err(first),
        _ => Ok(()),
    }
}

/// Nobody retires what is retired, or keeps what is not.
fn check(agent: &Known, care: &Care) -> Result<()> {
    let retired = agent.care.retired_unix_ns.is_some();
    let wrong = match care {
        Care::Retire if retired => "is retired already",
        Care::Keep if !retired => "is not retired",
        _ => return Ok(()),
    };
    Err(Stop::new(Exit::Failed, format!("{} {wrong}", plain(&agent.name))).into())
}

/// A step in words.
pub fn said(step: &CareStep) -> String {
    let mut words = match &step.care {
        Care::Own { owner, reviewer, review_every_days, .. } => {
            let mut words = format!("{} answers for it", brief(owner, 60));
            if let Some(reviewer) = reviewer {
                words.push_str(&format!(", {} looks at it", brief(reviewer, 60)));
            }
            if let Some(days) = review_every_days {
                words.push_str(&format!(", every {days} days"));
            }
            words
        }
        Care::Review => "looked at".into(),
        Care::Retire => "retired".into(),
        Care::Keep => "may be used again".into(),
    };
    if let Some(note) = &step.note {
        words.push_str(&format!(": {}", brief(note, 100)));
    }
    format!("{words}  (by {})", plain(&step.by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_somebody_who_may_say_it() {
        let own = |owner: &str| Care::Own {
            owner: owner.into(),
            owner_uid: None,
            reviewer: None,
            review_every_days: None,
        };
        let check = |owner: Option<&str>, reviewer: Option<&str>, care: Care, by: &str, expect| {
            let (owner, reviewer) = (owner.map(Text::from), reviewer.map(Text::from));
            let now = Stewardship { owner, reviewer, ..Stewardship::default() };
            let is_account = |name: &str| ["alice", "bob", "carol"].contains(&name);
            assert_eq!(may(&now, &care, by, &is_account).err(), expect, "{now:?} {care:?} {by}");
        };
        let (alice, bob) = (Some("alice"), Some("bob"));
        check(None, None, own("carol"), "carol", None);
        check(alice, None, own("carol"), "carol", alice);
        check(alice, bob, own("carol"), "bob", alice);
        check(alice, None, own("carol"), "alice", None);
        check(alice, None, own("carol"), "root", None);
        check(alice, None, Care::Review, "alice", None);
        check(alice, bob, Care::Review, "alice", bob);
        check(alice, bob, Care::Review, "bob", None);
        check(alice, bob, Care::Retire, "alice", None);
        check(alice, bob, Care::Keep, "bob", None);
        check(alice, bob, Care::Retire, "carol", alice);
        check(alice, Some("the team"), Care::Review, "carol", None);
        check(Some("who left"), None, own("carol"), "carol", None);
    }

    #[test]
    fn spans_are_whole_days() {
        for (text, expect) in [
            ("90d", Some(90)),
            ("48h", Some(2)),
            ("1d", Some(1)),
            ("0d", None),
            ("5m", None),
            ("99999d", None),
            ("soon", None),
        ] {
            assert_eq!(parse_days(text).ok(), expect, "{text}");
        }
    }
}
