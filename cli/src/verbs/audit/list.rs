//! `audit list`, `show` and `export`: the entries.

use std::collections::VecDeque;

use anyhow::Result;
use event::Record;
use event::ocsf::{self, Device};
use journal::audit::{AuditEntry, Entries, What};

use super::{Form, readable, words};
use crate::host::{now_unix_ns, this_host};
use crate::lines::stamp;
use crate::out::{self, Colour};
use crate::verbs::{Common, Exit, Stop};

fn entries(common: &Common) -> Result<Entries> {
    let dir = common.config()?.data_dir();
    readable(&dir)?;
    Ok(journal::audit::entries(&dir)?)
}

fn warn(entries: &Entries) {
    if entries.unread() > 0 {
        crate::say!(
            "{} lines are no entries that this version reads\nhint: `chaperone audit verify` says whether they were changed",
            entries.unread()
        );
    }
}

pub fn list(since: Option<u64>, kind: Option<&str>, most: usize, common: &Common) -> Result<Exit> {
    let from = since.map_or(0, |span| now_unix_ns().saturating_sub(span));
    let mut entries = entries(common)?;
    let mut newest = VecDeque::new();
    for entry in entries.by_ref() {
        let entry = entry?;
        let is_meant = kind.is_none_or(|kind| entry.what.name() == kind);
        if is_meant && entry.time_unix_ns >= from && most > 0 {
            if newest.len() == most {
                newest.pop_front();
            }
            newest.push_back(entry);
        }
    }
    let colour = out::coloured();
    for entry in &newest {
        if common.json {
            out::json(entry)?;
            continue;
        }
        let number = out::paint(&format!("{:>6}", entry.sequence), Colour::Dim, colour);
        out::line(&format!("{number} {} {}", stamp(entry.time_unix_ns), words::said(entry)))?;
    }
    warn(&entries);
    Ok(Exit::Done)
}

pub fn show(sequence: u64, common: &Common) -> Result<Exit> {
    for entry in entries(common)? {
        let entry = entry?;
        if entry.sequence != sequence {
            continue;
        }
        if common.json {
            return out::json(&entry).map(|()| Exit::Done);
        }
        out::line(&format!("{} {}", stamp(entry.time_unix_ns), words::said(&entry)))?;
        let text = serde_json::to_string_pretty(&entry)?;
        for line in text.lines() {
            out::line(&event::show::plain(line))?;
        }
        return Ok(Exit::Done);
    }
    let said =
        format!("there is no entry {sequence}\nhint: `chaperone audit list` shows the newest");
    Err(Stop::new(Exit::NotFound, said).into())
}

pub fn export(since: Option<u64>, form: Form, common: &Common) -> Result<Exit> {
    let from = since.map_or(0, |span| now_unix_ns().saturating_sub(span));
    let device = Device::named(this_host().name);
    let mut entries = entries(common)?;
    for entry in entries.by_ref() {
        let entry = entry?;
        if entry.time_unix_ns < from {
            continue;
        }
        match form {
            Form::Jsonl => out::json(&entry)?,
            Form::Ocsf => out::json(&event_of(&entry, &device)?)?,
        }
    }
    warn(&entries);
    Ok(Exit::Done)
}

/// Decisions leave as they do by an outlet, the rest as what it is.
fn event_of(entry: &AuditEntry, device: &Device) -> Result<serde_json::Value> {
    let (time, version) = (entry.time_unix_ns, ocsf::Version::V1_9);
    Ok(match &entry.what {
        What::Decision(judged) => {
            ocsf::export_at(&Record::Decision(judged.clone()), time, device, version)
        }
        _ => {
            let value = serde_json::to_value(entry)?;
            ocsf::export_audit_entry(value, &words::said(entry), time, device, version)
        }
    })
}
