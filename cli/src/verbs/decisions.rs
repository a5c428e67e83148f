//! `chaperone decisions`: what policy said about what agents wanted, and what became of it.

use anyhow::Result;
use clap::{Args, ValueEnum};
use event::show::{brief, plain};
use event::{Effect, Judged, Outcome};
use journal::DecisionFilter;

use super::{Common, Exit};
use crate::lines::stamp;
use crate::{lines, out};

#[derive(Debug, Args)]
pub struct Decisions {
    /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
    #[arg(long, value_name = "TIME", value_parser = super::events::parse_span)]
    last: Option<u64>,
    /// Only of this agent's product (`codex-cli`).
    #[arg(long)]
    agent: Option<String>,
    /// Only what became of it so.
    #[arg(long, value_enum)]
    outcome: Option<Became>,
    /// What is only told, too, not only what is asked about or denied.
    #[arg(long)]
    all: bool,
    /// At most so many, the newest.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// One line each with the whole sentence, not a table.
    #[arg(long)]
    lines: bool,
}

/// What became of an act, as a word of the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Became {
    WentOn,
    WouldHaveStopped,
    Waits,
    Prevented,
    StoppedAfter,
}

impl From<Became> for Outcome {
    fn from(became: Became) -> Self {
        match became {
            Became::WentOn => Self::WentOn,
            Became::WouldHaveStopped => Self::WouldHaveStopped,
            Became::Waits => Self::Waits,
            Became::Prevented => Self::Prevented,
            Became::StoppedAfter => Self::StoppedAfter,
        }
    }
}

impl Decisions {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let state = super::state(&common.config()?)?;
        let since = self.last.map_or(0, |span| crate::host::now_unix_ns().saturating_sub(span));
        let filter = DecisionFilter {
            product: self.agent,
            outcome: self.outcome.map(Outcome::from),
            least: if self.all { Effect::Notify } else { Effect::Ask },
            since_unix_ns: since,
            limit: Some(self.limit),
            ..DecisionFilter::default()
        };
        let mut decisions = state.decisions(&filter)?;
        super::losses::warn(&state, since)?;
        decisions.reverse();
        if common.json {
            decisions.iter().try_for_each(out::json)?;
        } else if self.lines {
            let colour = out::coloured();
            decisions.iter().try_for_each(|one| out::line(&lines::judged(one, colour)))?;
        } else if decisions.is_empty() {
            crate::say!("nothing was stopped, asked about, or would have been");
        } else {
            let rows: Vec<Vec<String>> = decisions.iter().map(row).collect();
            out::table(
                &["when (UTC)", "agent", "would", "became", "times", "policy", "what"],
                &rows,
            )?;
            crate::say!("hint: `chaperone policy explain` tells which facts decide an action");
        }
        Ok(Exit::Done)
    }
}

fn row(judged: &Judged) -> Vec<String> {
    let agent = judged.action.principal.agent();
    let policy = judged.decision.because.first();
    vec![
        stamp(judged.time_unix_ns),
        agent.map_or("-".into(), |agent| plain(&agent.product).into_owned()),
        judged.decision.would.name().to_owned(),
        judged.outcome.name().replace('_', " "),
        judged.count.to_string(),
        policy.map_or("-".into(), |it| brief(&it.policy, 40)),
        brief(&format!("{} {}", judged.action.verb.name(), judged.action.object.named()), 100),
    ]
}
