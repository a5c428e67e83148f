//! `chaperone policy check`.

use std::path::Path;

use anyhow::Result;
use policy::Profile;
use serde_json::json;

use crate::out;
use crate::policies::{Own, guide};
use crate::verbs::{Common, Exit};

pub fn check(path: Option<&Path>, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let own = Own::read(path.or(config.policy.path.as_deref()))?;
    match guide(&config, &own) {
        Ok(guide) => {
            let files: Vec<&str> = own.sources().iter().map(|source| source.name).collect();
            let rules = guide.book(Profile::Guarded).rules();
            let mine = rules.filter(|rule| files.contains(&&*rule.at.0)).count();
            if common.json {
                out::json(&json!({ "files": files.len(), "policies": mine, "refused": 0 }))?;
            } else {
                out::line(&format!(
                    "{mine} policies of your own in {} files, all good",
                    files.len()
                ))?;
            }
            Ok(Exit::Done)
        }
        Err(refusals) => {
            super::refusals(&refusals, common.json)?;
            Ok(Exit::Failed)
        }
    }
}
