//! The detectors of content as the configuration wants them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use content::examine::{Brought, Examiner, Own};
use content::inspect::classes::Classes;

use gateway::models::{Inspection, Marks, TurnBack};

use crate::config::gateway::Gateway;
#[cfg(feature = "classifiers")]
use crate::config::gateway::OneClassifier;

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
pub fn shaped(gateway: &Gateway) -> Result<Examiner> {
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
        brought: brought(gateway)?,
    };
    Examiner::new(own).context("the detectors of content")
}

/// Classifiers that somebody brings.
#[cfg(feature = "classifiers")]
fn brought(gateway: &Gateway) -> Result<Vec<Arc<dyn Brought>>> {
    let begin = |(name, one): (&String, &OneClassifier)| {
        crate::brought::begin(name, one).with_context(|| format!("gateway.classifiers.{name}"))
    };
    gateway.classifiers.iter().map(begin).collect()
}

#[cfg(not(feature = "classifiers"))]
fn brought(gateway: &Gateway) -> Result<Vec<Arc<dyn Brought>>> {
    for (name, one) in &gateway.classifiers {
        one.asked_at(name).with_context(|| format!("gateway.classifiers.{name}"))?;
        crate::say!(
            "warning: `gateway.classifiers.{name}` finds nothing: this program was built without `classifiers`"
        );
    }
    Ok(Vec::new())
}
