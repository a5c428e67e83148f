//! The rules at work: the own pack, built in, and the packs of the configuration.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use detect::{Loader, Pack, RuleSet, Scope};

use crate::config::Config;
use crate::files;

include!(concat!(env!("OUT_DIR"), "/detections.rs"));

/// Name of the own pack in findings.
const OWN: &str = "chaperone";

/// Loads every pack. What is wrong with a rule is in the set's diagnostics; the rest works.
pub fn load(config: &Config) -> Result<RuleSet> {
    let mut loader = Loader::default();
    if config.rules.own_pack {
        let pack = Pack::agents(OWN);
        for (file, text) in DETECTIONS {
            loader.add(&pack, file, text);
        }
    }
    for (name, source) in &config.rules.packs {
        let scope = if source.everybody { Scope::Host } else { Scope::Agents };
        let pack = Pack { name: name.as_str().into(), scope };
        for file in rule_files(&source.path)? {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            loader.add(&pack, &file.display().to_string(), &text);
        }
    }
    Ok(loader.finish())
}

/// All `.yml` and `.yaml` files below a directory, or the file itself, in order.
pub fn rule_files(path: &Path) -> Result<Vec<PathBuf>> {
    files::named(path, |name| name.ends_with(".yml") || name.ends_with(".yaml"))
}
