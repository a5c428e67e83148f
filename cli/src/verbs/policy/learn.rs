//! `chaperone policy learn`: from what was recorded to the least that has to be permitted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use engine::Wanted;
use event::show::plain;
use event::{Attributed, Text};
use policy::learn::{Lesson, Programs, Proposal};
use policy::{Guide, Profile};
use serde_json::json;

use super::{Held, diff, simulate};
use crate::config::Config;
use crate::policies::{self, Own, guide, homes, load};
use crate::record::{self, Filter};
use crate::verbs::events::parse_span;
use crate::verbs::{Common, Exit};
use crate::{files, out};

#[derive(Debug, Args)]
pub struct Learn {
    /// Recordings (`chaperone capture`) instead of the record; `-` reads stdin.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only of this agent's product (`codex-cli`) [default: each that was seen].
    #[arg(long)]
    agent: Option<String>,
    /// Only of the last while (`6h`, `7d`).
    #[arg(long, alias = "since", value_name = "TIME", value_parser = parse_span, conflicts_with = "files")]
    last: Option<u64>,
    /// What is needed beyond this profile.
    #[arg(long, value_enum, default_value = "confined")]
    profile: Held,
    /// Ask about programs that were never run, too.
    #[arg(long)]
    programs: bool,
    /// Write the policies and their cases into this directory, for `policy apply`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What was learned of one product, as files.
struct Written {
    product: Text,
    name: String,
    cedar: String,
    proposal: Proposal,
    looked_at: u64,
    forgotten: u64,
}

impl Learn {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let known = load(&config)?;
        let written = self.learn(&config, &known)?;
        if written.is_empty() {
            crate::say!("no agent did anything: there is nothing to learn from");
            return Ok(Exit::NotFound);
        }
        let own = Own::read(config.policy.path.as_deref())?;
        for each in &written {
            let with = own.with(&format!("{}.cedar", each.name), &each.cedar);
            let now = guide(&config, &with).map_err(|refusals| policies::refused(&refusals))?;
            each.tell(&known, &now, common.json)?;
            if let Some(folder) = &self.out {
                each.write(folder)?;
            }
        }
        if let (Some(folder), false) = (&self.out, common.json) {
            let folder = folder.display();
            crate::say!("hint: read it, then `chaperone policy apply {folder}` puts it in force");
        }
        Ok(Exit::Done)
    }

    fn learn(&self, config: &Config, known: &Guide) -> Result<Vec<Written>> {
        let profile = Profile::from(self.profile);
        let mut lessons: BTreeMap<Text, Lesson<'_>> = BTreeMap::new();
        let mut wanted = Wanted::new(policies::teams(config));
        let mut take = |act: &Attributed| {
            for action in wanted.of(act) {
                let Some(product) = action.principal.agent().map(|it| it.product.clone()) else {
                    continue;
                };
                if self.agent.as_ref().is_some_and(|agent| **agent != *product) {
                    continue;
                }
                let new = || Lesson::new(known, profile, &product);
                let lesson = lessons.entry(product.clone()).or_insert_with(new);
                lesson.take(&action, u64::from(act.event.count));
            }
        };
        for file in &self.files {
            simulate::replayed(file, config, &mut take)
                .with_context(|| file.display().to_string())?;
        }
        if self.files.is_empty() {
            crate::verbs::readable(&config.data_dir())?;
            let since = self.last.map(|span| crate::host::now_unix_ns().saturating_sub(span));
            let agent = self.agent.clone();
            let filter = Filter { since_unix_ns: since, agent, ..Filter::default() };
            let damage = record::each(config, &filter, usize::MAX, |act| {
                take(&act);
                Ok(())
            })?;
            damage.warn();
        }
        let programs = if self.programs { Programs::OnlyThose } else { Programs::Any };
        lessons.into_iter().map(|(product, lesson)| written(product, &lesson, programs)).collect()
    }
}

fn written(product: Text, lesson: &Lesson<'_>, programs: Programs) -> Result<Written> {
    let proposal = lesson.propose(&homes(), programs);
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name = format!("learned-{}", product.chars().map(plain).collect::<String>());
    let cedar = policy::format(&format!("{name}.cedar"), &proposal.policies)
        .map_err(|refusals| policies::refused(&refusals))?;
    let (looked_at, forgotten) = (lesson.looked_at, lesson.forgotten);
    Ok(Written { product, name, cedar, proposal, looked_at, forgotten })
}

impl Written {
    fn tell(&self, known: &Guide, now: &Guide, json: bool) -> Result<()> {
        let Self { product, proposal, looked_at, forgotten, .. } = self;
        if json {
            let aside = proposal.aside.iter().map(
                |(policy, what, times)| json!({ "policy": policy, "what": what, "times": times }),
            );
            return out::json(&json!({
                "agent": product, "acts": looked_at, "forgotten": forgotten,
                "cedar": self.cedar, "cases": proposal.cases, "aside": aside.collect::<Vec<_>>(),
            }));
        }
        out::line(&format!(
            "{}: {looked_at} acts; {} policies would permit what they needed",
            plain(product),
            proposal.permits
        ))?;
        diff::tell(&policy::diff(known, now), json)?;
        if *forgotten > 0 {
            out::line(&format!("  {forgotten} things were too many to remember"))?;
        }
        if !proposal.aside.is_empty() {
            out::line("  not proposed, for a person to decide:")?;
        }
        for (policy, what, times) in &proposal.aside {
            out::line(&format!("    {}: {what} ({times} times)", plain(policy)))?;
        }
        Ok(())
    }

    fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let mut head = String::new();
        let _ = writeln!(
            head,
            "// Learned from {} acts of {}: the least that it needed. Read it before it is applied.\n",
            self.looked_at,
            plain(&self.product)
        );
        let files = [
            (format!("{}.cedar", self.name), format!("{head}{}", self.cedar)),
            (format!("{}.cases.yaml", self.name), self.proposal.cases.clone()),
        ];
        for (name, text) in files.iter().filter(|(_, text)| !text.is_empty()) {
            let file = folder.join(name);
            files::replace(&file, text.as_bytes())
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }
}
