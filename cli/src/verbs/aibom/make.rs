//! `chaperone aibom`: makes one.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use event::{AgentId, AssetId};
use inventory::aibom::{Bom, Format, Observed, Plan, make, spdx};

use super::subject::Subject;
use super::text;
use crate::host;
use crate::out;
use crate::verbs::agents::{Near, used};
use crate::verbs::inventory::{Where, exit, say};
use crate::verbs::{Common, Exit, readable};

#[derive(Debug, Args)]
pub struct Make {
    /// An agent (`claude-code`, `claude-code@alice`, an id), a folder, or an image: a file of `docker save` or `podman
    /// save`, an OCI layout [default: all of this host].
    #[arg(long, value_name = "AGENT|DIR|IMAGE")]
    of: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "cyclonedx-1.7")]
    format: Written,
    /// Write it there instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Who issues it: you, or your organisation.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Written {
    #[value(name = "cyclonedx-1.7")]
    CycloneDx17,
    #[value(name = "cyclonedx-1.6")]
    CycloneDx16,
    #[value(name = "spdx-3.0")]
    Spdx30,
    /// For people.
    #[value(name = "text")]
    Text,
}

/// What the agent was seen to use; nothing where nobody recorded.
fn observed(subject: &Subject, host: &str, common: &Common) -> Result<HashMap<AssetId, Observed>> {
    let Subject::Agent(looked, id) = subject else { return Ok(HashMap::new()) };
    let agent = looked.inventory.assets.iter().find(|asset| asset.id == *id);
    let config = common.config()?;
    let (Some(agent), true) = (agent, readable(&config.data_dir()).is_ok()) else {
        return Ok(HashMap::new());
    };
    let product = agent.products.first().cloned().unwrap_or_default();
    let acts = used(&config, &product, AgentId::derive(host, &product, &agent.owner))?;
    if acts.sessions.is_empty() {
        return Ok(HashMap::new());
    }
    let near = Near::of(looked, agent);
    Ok(HashMap::from([(*id, inventory::used::observed(&near.declared(agent), &acts))]))
}

impl Make {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let subject = Subject::find(self.of.as_deref(), &self.place, common)?;
        let looked = subject.looked();
        let host = host::this_host().name;
        let observed = observed(&subject, &host, common)?;
        let plan = Plan {
            inventory: &looked.inventory,
            scope: subject.scope()?,
            format: match self.format {
                Written::CycloneDx16 => Format::CycloneDx16,
                _ => Format::CycloneDx17,
            },
            made_unix_ns: host::now_unix_ns(),
            host: &host,
            author: self.author.as_deref(),
            tool_version: env!("CARGO_PKG_VERSION"),
            observed: &observed,
            licences: &looked.materials.licences,
        };
        let mut bom = make(&plan)?;
        if self.format == Written::Spdx30 {
            bom = spdx::of(&bom)?;
        }
        // What is made here is valid; if it is not, nobody else should find out first.
        if let Some(problem) = bom.check()?.first() {
            bail!("the document that was made is not valid: {problem}\nhint: please report this");
        }
        self.write(&bom, common)?;
        let unsure = subject.unsure();
        say(&unsure);
        Ok(exit(&unsure))
    }

    fn write(&self, bom: &Bom, common: &Common) -> Result<()> {
        let text = match self.format {
            Written::Text if !common.json => {
                let colour = self.output.is_none() && out::coloured();
                let lines = text::lines(bom).into_iter().map(|line| line.paint(colour));
                lines.collect::<Vec<_>>().join("\n")
            }
            // A line by itself, as everywhere with `--json`.
            _ if common.json => serde_json::to_string(bom.document())?,
            _ => bom.write(),
        };
        match &self.output {
            Some(path) => std::fs::write(path, text + "\n")
                .with_context(|| format!("cannot write {}", path.display())),
            None if self.format == Written::Text && !common.json => Ok(out::line(&text)?),
            None => Ok(out::line(&event::show::json(&text))?),
        }
    }
}
