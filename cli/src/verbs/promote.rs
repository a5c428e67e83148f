//! `chaperone promote`: from watching to stopping in one step, after a look at what would have been stopped so far.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;
use event::Effect;
use event::show::{brief, plain};
use journal::DecisionFilter;
use journal::audit::What;
use policy::Profile;

use super::policy::Held;
use super::{Common, Exit, Stop};
use crate::config::Config;
use crate::{audit, out, policies};

#[derive(Debug, Args)]
pub struct Promote {
    /// To which profile.
    #[arg(long, value_enum, default_value = "guarded")]
    to: Held,
    /// Only of the last while (`6h`, `7d`).
    #[arg(long, value_name = "TIME", value_parser = super::events::parse_span)]
    last: Option<u64>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Only show what would have been stopped.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// What one policy would have stopped of one agent.
#[derive(Default, serde::Serialize)]
struct Row {
    effect: Effect,
    times: u64,
    of: Vec<String>,
}

/// Examples of a row.
const SHOWN: usize = 3;

impl Promote {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let to = Profile::from(self.to);
        let state = super::state(&config).ok();
        let by = super::trust::who::person(state.as_ref(), "how agents are held")?;
        let rows = self.would_have(&config)?;
        show(&rows, common.json)?;
        if config.policy.profile == to {
            crate::say!("agents are held by `{}` already", to.name());
            return Ok(Exit::Done);
        }
        if self.dry_run {
            return Ok(Exit::Done);
        }
        let path = common.config.clone().unwrap_or_else(crate::host::default_config);
        if !self.yes && !agreed(&path, to)? {
            crate::say!("nothing was changed");
            return Ok(Exit::Done);
        }
        switch(&path, to)?;
        if state.is_some() {
            let old = Some(format!("profile {}", config.policy.profile.name()).into());
            let new = format!("profile {}", to.name()).into();
            let (changes, refused) = (vec!["changed: the profile".into()], None);
            audit::note(&config, &by, What::PolicyChanged { old, new, changes, refused })?;
        }
        crate::say!(
            "agents are held by `{}` from now on: {} says so, and a running `up` has read it within seconds",
            to.name(),
            path.display()
        );
        crate::say!(
            "hint: `chaperone promote --to {}` takes it back",
            config.policy.profile.name()
        );
        Ok(Exit::Done)
    }

    fn would_have(&self, config: &Config) -> Result<BTreeMap<(String, String), Row>> {
        let Ok(state) = super::state(config) else { return Ok(BTreeMap::new()) };
        let since = self.last.map_or(0, |span| crate::host::now_unix_ns().saturating_sub(span));
        let filter = DecisionFilter {
            least: Effect::Ask,
            since_unix_ns: since,
            ..DecisionFilter::default()
        };
        super::losses::warn(&state, since)?;
        let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
        for judged in state.decisions(&filter)? {
            let Some(policy) = judged.decision.because.first() else { continue };
            let agent = judged.action.principal.agent().map_or("-", |agent| &*agent.product);
            let row = rows.entry((agent.to_owned(), policy.policy.to_string())).or_default();
            row.effect = row.effect.max(judged.decision.would);
            row.times += u64::from(judged.count);
            let of = judged.action.object.named();
            if row.of.len() < SHOWN && !row.of.contains(&of) {
                row.of.push(of);
            }
        }
        Ok(rows)
    }
}

fn show(rows: &BTreeMap<(String, String), Row>, json: bool) -> Result<()> {
    if json {
        return rows.iter().try_for_each(|((agent, policy), row)| {
            out::json(&serde_json::json!({
                "agent": agent, "policy": policy, "effect": row.effect, "times": row.times, "of": row.of,
            }))
        });
    }
    if rows.is_empty() {
        crate::say!("nothing that is recorded would have been stopped or asked about");
        return Ok(());
    }
    let row = |((agent, policy), row): (&(String, String), &Row)| {
        vec![
            plain(agent).into_owned(),
            row.effect.name().to_owned(),
            plain(policy).into_owned(),
            row.times.to_string(),
            brief(&row.of.join(", "), 100),
        ]
    };
    let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    out::table(&["agent", "would", "policy", "times", "of"], &rows)
}

fn agreed(path: &Path, to: Profile) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        let message = "nobody is there to be asked\nhint: `--yes` switches without asking, `--dry-run` only shows";
        return Err(Stop::new(Exit::Words, message).into());
    }
    eprint!("Hold agents by `{}` from now on ({})? [y/N] ", to.name(), path.display());
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Writes the profile into the configuration; only if it can be read again, and says just that.
fn switch(path: &Path, to: Profile) -> Result<()> {
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let text = with_profile(&before, to.name());
    let mut expected = Config::parse(&before)?;
    expected.policy.profile = to;
    let config = Config::parse(&text)?;
    if config != expected {
        let message = format!(
            "the profile cannot be written into {} without changing something else\nhint: write `profile = \"{}\"` below `[policy]`",
            path.display(),
            to.name()
        );
        return Err(Stop::new(Exit::Failed, message).into());
    }
    policies::load(&config)?;
    crate::files::replace(path, text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The text with `policy.profile` set, everything else as it was.
fn with_profile(text: &str, profile: &str) -> String {
    let line = format!("profile = \"{profile}\"");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let section = lines.iter().position(|line| line.trim() == "[policy]");
    let Some(section) = section else {
        if !text.is_empty() && !text.ends_with("\n\n") {
            lines.push(String::new());
        }
        lines.extend(["[policy]".to_owned(), line]);
        return lines.join("\n") + "\n";
    };
    let inside = lines.iter().enumerate().skip(section + 1);
    let inside = inside.take_while(|(_, line)| !line.trim_start().starts_with('['));
    let is = |text: &str| text.split_once('=').is_some_and(|(key, _)| key.trim() == "profile");
    let at = inside.filter(|(_, text)| is(text)).map(|(at, _)| at).next();
    match at.and_then(|at| lines.get_mut(at)) {
        Some(old) => {
            // What a person wrote behind it stays.
            let note = old.split_once('#').map(|(_, note)| format!(" #{note}"));
            *old = format!("{line}{}", note.unwrap_or_default());
        }
        None => lines.insert(section + 1, line),
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_profile_is_written() {
        let check = |text: &str, expect: &str| assert_eq!(with_profile(text, "guarded"), expect);
        check("", "[policy]\nprofile = \"guarded\"\n");
        check(
            "[sensor]\nring_mib = 8\n",
            "[sensor]\nring_mib = 8\n\n[policy]\nprofile = \"guarded\"\n",
        );
        check(
            "[policy]\nhosts = [\"a\"]\nprofile = \"observe\" # for now\n",
            "[policy]\nhosts = [\"a\"]\nprofile = \"guarded\" # for now\n",
        );
        check(
            "[policy]\n[[policy.profiles]]\nprofile = \"locked\"\n",
            "[policy]\nprofile = \"guarded\"\n[[policy.profiles]]\nprofile = \"locked\"\n",
        );
    }
}
