//! `audit key` and `audit rotate`: the keys that sign the log.

use anyhow::Result;
use event::show::plain;
use journal::audit::{Expected, KeySpan, Log, PublicKey};

use super::readable;
use crate::verbs::trust::who;
use crate::verbs::{Common, Exit};
use crate::{audit, out};

/// A public key on the command line.
pub fn parse(digits: &str) -> Result<PublicKey, String> {
    PublicKey::read(digits)
        .ok_or_else(|| "write the 64 digits that `chaperone audit key` shows".into())
}

fn keys(common: &Common) -> Result<Vec<KeySpan>> {
    let dir = common.config()?.data_dir();
    readable(&dir)?;
    let verdict = journal::audit::verify(&dir, &Expected::default())?;
    if let Some((place, fault)) = verdict.fault {
        crate::say!(
            "segment {}: {fault}\nhint: `chaperone audit verify` says more; keys behind it are not shown",
            place.segment
        );
    }
    Ok(verdict.keys)
}

pub fn list(common: &Common) -> Result<Exit> {
    let keys = keys(common)?;
    let until = keys.iter().skip(1).map(|span| Some(span.from - 1)).chain([None]);
    let mut rows = Vec::new();
    for (span, until) in keys.iter().zip(until) {
        if common.json {
            out::json(&serde_json::json!({ "key": span, "until": until }))?;
            continue;
        }
        let to = until.map_or_else(|| "now".to_owned(), |entry| format!("entry {entry}"));
        let signed = format!("entry {} to {to}", span.from);
        rows.push(vec![plain(&span.id).into_owned(), signed, span.key.digits()]);
    }
    if !common.json {
        out::table(&["key", "signed", "public half (Ed25519)"], &rows)?;
    }
    Ok(Exit::Done)
}

pub fn pem(common: &Common) -> Result<Exit> {
    if let Some(span) = keys(common)?.last() {
        out::line(span.key.pem().trim_end())?;
    }
    Ok(Exit::Done)
}

pub fn rotate(common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let dir = config.data_dir();
    readable(&dir)?;
    let by = who::person(crate::verbs::state(&config).ok().as_ref(), "what signs the audit log")?;
    let mut log = Log::open(&dir, &config.journal.audit)?;
    log.rotate(audit::account(by))?;
    log.close()?;
    list(common)
}
