//! The detectors of content as the configuration wants them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use content::examine::{Examiner, Own};
use content::inspect::classes::Classes;

use gateway::models::{Inspection, Marks, TurnBack};

use crate::config::gateway::Gateway;

/// How calls of models are looked at: by these detectors, with these marks, of which some come back in answers.
pub fn inspection(gateway: &Gateway, marks: Arc<Marks>) -> Result<Inspection> {
    let inspection = Inspection::new(shaped(gateway)?, marks);
    Ok(match gateway.turn_back.returns()? {
        Some(returns) => {
            let turn_back = TurnBack::new(returns).context("no chance for marks that come back")?;
            inspection.turning_back(turn_back)
        }
        None => inspection,
    })
}

/// With what it adds: classes of data, hosts, what was planted.
fn shaped(gateway: &Gateway) -> Result<Examiner> {
    let read = |key: &str, path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("gateway.{key}: {}", path.display()))
    };
    let classes = match &gateway.classes {
        None => Classes::default(),
        Some(path) => Classes::parse(&read("classes", path)?)
            .with_context(|| format!("gateway.classes: {}", path.display()))?,
    };
    let prompts = gateway
        .prompts
        .iter()
        .map(|(name, path)| anyhow::Ok((name.clone(), read("prompts", path)?)));
    let own = Own {
        classes,
        allowed_hosts: gateway.allowed_hosts.clone(),
        canaries: gateway.canaries.clone().into_iter().collect(),
        prompts: prompts.collect::<Result<_>>()?,
    };
    Examiner::new(own).context("the detectors of content")
}
