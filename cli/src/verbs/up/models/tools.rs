//! Servers of tools behind the gateway in `up`: what they offer is held against the same pins as that of wrapped ones,
//! their calls are acts of who called.

use std::sync::Arc;

use anyhow::{Context, Result};
use event::{Offering, Principal, Stand, Standing, Teller, ToolCall, ToolRules, Utterance};
use gateway::mcp::http::{Bounds, Desks, Servers};
use gateway::mcp::{Desk, Detectors};
use gateway::models::{Caller, Settings};

use super::super::calls::{Calls, Speaker};
use super::super::serve::tools::{Tools, Whose};
use crate::config::Config;

/// Those of the configuration; none where it names none. They are looked into as models are, where those are.
pub fn servers(
    config: &Config,
    settings: &Settings,
    tools: Arc<Tools>,
    calls: Arc<Calls>,
) -> Result<Option<Servers>> {
    if config.gateway.mcp.is_empty() {
        return Ok(None);
    }
    let made = match &settings.inspection {
        Some(inspection) => Detectors::with(inspection.examiner().clone()),
        None => Detectors::begin(),
    };
    let detectors = made.context("what looks into results of tools")?;
    let (all, desks) = (config.gateway.servers()?, Arc::new(OfHost { tools, calls }));
    Ok(Some(Servers { all, desks, detectors, bounds: Bounds::default() }))
}

/// The host's own, for everybody.
struct OfHost {
    tools: Arc<Tools>,
    calls: Arc<Calls>,
}

/// For one caller.
struct OfCaller {
    tools: Arc<Tools>,
    calls: Arc<Calls>,
    whose: Whose,
}

impl OfCaller {
    /// Whose words they are; none: no session is known.
    fn speaker(&self) -> Option<Speaker> {
        let principal = self.whose.principal.as_ref()?;
        let (session, agent) = principal.session().zip(principal.agent())?;
        Some(Speaker { session, process: self.whose.process?, product: agent.product.clone() })
    }
}

impl Desks for OfHost {
    fn of(&self, caller: &Caller) -> Arc<dyn Desk> {
        let account = match &caller.principal {
            Principal::Human { account, .. } | Principal::Workload { account, .. } => {
                account.clone()
            }
            other => other.agent().map(|agent| agent.owner.clone()).unwrap_or_default(),
        };
        let process = caller.process;
        let whose = Whose {
            account,
            principal: Some(caller.principal.clone()),
            proxy: process.map_or_else(own, |it| (it.pid, it.start_ns)),
            process,
        };
        let (tools, calls) = (Arc::clone(&self.tools), Arc::clone(&self.calls));
        Arc::new(OfCaller { tools, calls, whose })
    }
}

/// Where nobody knows who calls we are who saw it.
fn own() -> (u32, u64) {
    (std::process::id(), 0)
}

impl Desk for OfCaller {
    fn rules(&self) -> ToolRules {
        self.tools.rules()
    }

    fn offered(&self, offering: &Offering) -> Vec<Stand> {
        self.tools.offered(&self.whose, offering).unwrap_or_else(|error| {
            tracing::error!(error, "it cannot be told whether offers are as they were");
            let why = vec!["it cannot be told whether it is as it was".into()];
            let stand = Stand { standing: Standing::Held, why };
            offering.offers.iter().map(|_| stand.clone()).collect()
        })
    }

    fn called(&self, call: ToolCall) {
        if self.tools.called(self.whose.process, call).is_err() {
            tracing::warn!("a call of a tool does not stand in the record");
        }
    }

    fn said(&self, words: Vec<Utterance>) {
        if let Some(speaker) = self.speaker() {
            self.calls.tell(&speaker, words.into_iter().map(|it| it.told_by(Teller::Tools)));
        }
    }
}
