//! `chaperone policy bundle` and `pull`: policies as a signed document, made and taken.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use journal::bundle::{self, Bundle};
use serde_json::json;

use super::apply::{How, Takes, in_force};
use crate::config::Config;
use crate::out;
use crate::policies::put;
use crate::verbs::{Common, Exit, Stop};

/// The folder of policies that a bundle has for itself: what is written here by hand stays.
const FOLDER: &str = "bundle/";
/// What says which one is in force.
const ABOUT: &str = "bundle/bundle.json";

/// Prints policies as a signed document.
pub fn make(path: &Path, key: &Path, version: Option<u64>) -> Result<Exit> {
    let pem =
        std::fs::read_to_string(key).with_context(|| format!("cannot read {}", key.display()))?;
    let read = put::read(path, |name| name.ends_with(".cedar") || name.ends_with(".cases.yaml"))?;
    let files: BTreeMap<String, String> = read.into_iter().collect();
    let version = version.unwrap_or_else(|| crate::host::now_unix_ns() / 1_000_000_000);
    let sealed = Bundle { version, files }.seal(&pem)?;
    out::line(sealed.trim_end())?;
    crate::say!(
        "hint: who takes it sets `signer = \"{}\"` below `[policy]`",
        bundle::signer(&pem)?
    );
    Ok(Exit::Done)
}

/// Takes a signed document and puts what is in it in force.
pub fn pull(from: Option<&str>, how: How, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let stop = |said: &str| anyhow::Error::from(Stop::new(Exit::Words, said.to_owned()));
    let from = from.or(config.policy.source.as_deref()).ok_or_else(|| {
        stop("nothing is named\nhint: `chaperone policy pull https://…`, or set `policy.source`")
    })?;
    let signer = config.policy.signer.as_deref().ok_or_else(|| {
        stop("`policy.signer` is not set: nobody's bundle is taken\nhint: `chaperone policy bundle` prints the line for the configuration")
    })?;
    let document = if from.contains("://") {
        journal::fetch(from, bundle::LONGEST)?
    } else {
        std::fs::read(from).with_context(|| format!("cannot read {from}"))?
    };
    let bundle = Bundle::open(&document, signer)?;
    let current = current(&config)?;
    if current > bundle.version {
        let said = format!(
            "the bundle is version {}, and {current} is in force\nhint: an older one is not taken; `chaperone policy apply` puts files in force that you have read",
            bundle.version
        );
        return Err(Stop::new(Exit::Failed, said).into());
    }
    let about = json!({ "version": bundle.version, "from": from }).to_string();
    let files = bundle.files.into_iter().map(|(name, text)| (format!("{FOLDER}{name}"), text));
    let all = files.chain([(ABOUT.to_owned(), about)]).collect();
    in_force(all, Takes::Folder(FOLDER), how, &config, common)
}

/// The version that is in force; 0: none. What cannot be read is an error, else an older one could be taken after it.
fn current(config: &Config) -> Result<u64> {
    let Some(place) = &config.policy.path else { return Ok(0) };
    let about = place.join(ABOUT);
    let text = match std::fs::read_to_string(&about) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        // The place is one file, then: that is told when it is put there.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(0),
        other => other.with_context(|| format!("cannot read {}", about.display()))?,
    };
    let version = serde_json::from_str::<serde_json::Value>(&text).ok();
    version.and_then(|it| it.get("version")?.as_u64()).with_context(|| {
        format!("{} does not say a version\nhint: remove it to take any bundle", about.display())
    })
}
