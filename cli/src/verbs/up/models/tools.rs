//! Servers of tools behind the gateway in `up`: what they offer is held against the same pins as that of wrapped ones,
//! their calls are acts of who called.

use std::sync::Arc;

use anyhow::{Context, Result};
use event::{Offering, Principal, Stand, Standing, ToolCall, ToolRules};
use gateway::mcp::http::{Bounds, Desks, Servers};
use gateway::mcp::{Desk, Detectors};
use gateway::models::{Caller, Settings};

use super::super::serve::tools::{Tools, Whose};
use crate::config::Config;

/// Those of the configuration; none where it names none. They are looked into as models are, where those are.
pub fn servers(config: &Config, settings: &Settings, tools: Arc<Tools>) -> Result<Option<Servers>> {
    if config.gateway.mcp.is_empty() {
        return Ok(None);
    }
    let made = match &settings.inspection {
        Some(inspection) => Detectors::with(inspection.examiner().clone()),
        None => Detectors::begin(),
    };
    let detectors = made.context("what looks into results of tools")?;
    let (all, desks) = (config.gateway.servers()?, Arc::new(OfHost(tools)));
    Ok(Some(Servers { all, desks, detectors, bounds: Bounds::default() }))
}

/// The host's own, for everybody.
struct OfHost(Arc<Tools>);

/// For one caller.
struct OfCaller {
    tools: Arc<Tools>,
    whose: Whose,
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
        Arc::new(OfCaller { tools: Arc::clone(&self.0), whose })
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
}
