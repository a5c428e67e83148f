//! `chaperone findings`: what was found.

use anyhow::Result;
use clap::{Args, ValueEnum};
use event::Severity;
use event::show::plain;
use journal::FindingFilter;

use super::{Common, Exit};
use crate::lines::{short, stamp};
use crate::{lines, out};

#[derive(Debug, Args)]
pub struct Findings {
    /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
    #[arg(long, value_name = "TIME", value_parser = super::events::parse_span)]
    last: Option<u64>,
    /// Only this bad or worse.
    #[arg(long, value_enum, default_value = "informational")]
    least: Level,
    /// One line each with the summary, not a table.
    #[arg(long)]
    lines: bool,
}

/// Levels as words of the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Informational => Self::Informational,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

impl Findings {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let state = super::state(&common.config()?)?;
        let since = self.last.map_or(0, |span| crate::host::now_unix_ns().saturating_sub(span));
        let mut findings = state.findings(&FindingFilter::default())?;
        let least = Severity::from(self.least);
        findings.retain(|one| one.time_unix_ns >= since && one.rule.severity >= least);
        super::losses::warn(&state, since)?;
        if common.json {
            findings.iter().try_for_each(out::json)?;
        } else if self.lines {
            let colour = out::coloured();
            findings.iter().rev().try_for_each(|one| out::line(&lines::finding(one, colour)))?;
        } else if findings.is_empty() {
            crate::say!("nothing was found");
        } else {
            let rows: Vec<Vec<String>> = findings.iter().map(row).collect();
            out::table(&["id", "when (UTC)", "level", "agent", "times", "what"], &rows)?;
            crate::say!("hint: `chaperone why ID` tells how it came to be");
        }
        Ok(Exit::Done)
    }
}

fn row(finding: &event::Finding) -> Vec<String> {
    vec![
        short(finding.id),
        stamp(finding.time_unix_ns),
        finding.rule.severity.name().to_owned(),
        finding.actor.as_ref().map_or("-".into(), |actor| plain(&actor.product).into_owned()),
        finding.count.to_string(),
        event::show::brief(&finding.summary, 120),
    ]
}
