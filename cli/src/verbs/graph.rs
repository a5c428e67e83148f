//! `chaperone graph FINDING|SESSION|PID`: the threat graph as a picture or as data.

use std::io::Write;

use anyhow::Result;
use clap::{Args, ValueEnum};
use graph::threat::{Limits, Subgraph};
use journal::SessionFilter;

use super::why::Seen;
use super::{Common, Exit, Stop};
use crate::config::Config;
use crate::record::Filter;

#[derive(Debug, Args)]
pub struct Graph {
    /// Id of a finding or session (or its beginning), or a pid.
    of: String,
    /// How to write it.
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A picture.
    Svg,
    /// For Graphviz.
    Dot,
    /// Nodes and edges.
    Json,
}

impl Graph {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let subgraph = match self.of_finding(&config)? {
            Some(subgraph) => subgraph,
            None => match self.of_session(&config)? {
                Some(subgraph) => subgraph,
                None => self.of_pid(&config)?,
            },
        };
        let text = match (common.json, self.format) {
            (true, _) | (_, Format::Json) => {
                event::show::json(&serde_json::to_string(&subgraph)?).into_owned()
            }
            (_, Format::Svg) => subgraph.to_svg(),
            (_, Format::Dot) => subgraph.to_dot(),
        };
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
        Ok(Exit::Done)
    }

    fn of_finding(&self, config: &Config) -> Result<Option<Subgraph>> {
        let found = super::state(config)?.finding(&self.of)?;
        let [finding] = found.as_slice() else { return Ok(None) };
        let Seen { graph, damage, .. } = super::why::seen_of(config, finding)?;
        damage.warn();
        Ok(Some(graph.of_finding(finding.id, Limits::default())))
    }

    fn of_session(&self, config: &Config) -> Result<Option<Subgraph>> {
        let sessions = super::state(config)?.sessions(&SessionFilter::default())?;
        let session = sessions.iter().find(|one| one.id.to_string().starts_with(&self.of));
        let Some(session) = session else { return Ok(None) };
        let filter = Filter { session: Some(session.id.to_string()), ..Filter::default() };
        let Seen { graph, damage, .. } = super::why::seen_from(config, &filter)?;
        damage.warn();
        Ok(Some(graph.of_session(session.id, Limits::default())))
    }

    fn of_pid(&self, config: &Config) -> Result<Subgraph> {
        let nothing = || {
            let text = format!(
                "`{}` is no finding, session or pid in the record\nhint: see `chaperone findings` and `chaperone sessions`",
                self.of
            );
            Stop::new(Exit::NotFound, text)
        };
        let pid: u32 = self.of.parse().map_err(|_| nothing())?;
        let filter = Filter { pid: Some(pid), ..Filter::default() };
        let Seen { graph, damage, .. } = super::why::seen_from(config, &filter)?;
        damage.warn();
        let process = graph.pid(pid).ok_or_else(nothing)?;
        Ok(graph.of_process(process, Limits::default()))
    }
}
