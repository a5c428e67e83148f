//! `audit verify`: up to where the log is proved, and what is wrong with it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use event::show::plain;
use journal::StateReader;
use journal::audit::{Expected, Fault, Note, Place, PublicKey, Verdict};

use super::readable;
use crate::lines::stamp;
use crate::out::{self, Colour};
use crate::verbs::{Common, Exit};

pub fn verify(anchors: Option<&Path>, key: Option<PublicKey>, common: &Common) -> Result<Exit> {
    let dir = common.config()?.data_dir();
    readable(&dir)?;
    let mut expected = Expected { key, ..Expected::default() };
    // Without a state the log still proves itself.
    expected.remembered =
        StateReader::open(&dir).and_then(|state| state.audit_head()).ok().flatten();
    if let Some(path) = anchors {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        expected.anchors = journal::audit::read_anchors(BufReader::new(file))
            .with_context(|| format!("cannot read {}", path.display()))?;
        if expected.anchors.is_empty() {
            let path = path.display();
            anyhow::bail!(
                "no head of an audit log is in {path}\nhint: take what an outlet delivered, as OCSF events one per line"
            );
        }
    }
    let verdict = journal::audit::verify(&dir, &expected)?;
    if common.json {
        out::json(&told(&verdict))?;
    } else {
        show(&verdict)?;
    }
    Ok(exit(&verdict))
}

fn exit(verdict: &Verdict) -> Exit {
    if verdict.fault.is_some() {
        Exit::Flawed
    } else if verdict.notes.iter().any(Note::is_grave) {
        Exit::Unsure
    } else {
        Exit::Done
    }
}

fn told(verdict: &Verdict) -> serde_json::Value {
    let mut value = serde_json::json!(verdict);
    let said = verdict.fault.as_ref().map(|(place, fault)| {
        serde_json::json!({ "place": place, "kind": fault, "said": fault.to_string() })
    });
    value["fault"] = said.unwrap_or_default();
    value
}

fn show(verdict: &Verdict) -> Result<()> {
    let Verdict { first, last, segments, heads, anchors, .. } = verdict;
    out::line(&format!(
        "entries {first} to {last} in {segments} segments, {heads} signed heads, {anchors} known from elsewhere"
    ))?;
    let colour = out::coloured();
    match &verdict.proved {
        Some(proved) => out::line(&format!(
            "{} as it was written up to entry {}, signed {} by key {}",
            out::paint("proved", Colour::Green, colour),
            proved.sequence,
            stamp(proved.time_unix_ns),
            plain(&proved.key)
        ))?,
        None => out::line("nothing is proved")?,
    }
    for note in &verdict.notes {
        let shade = if note.is_grave() { Colour::Yellow } else { Colour::Dim };
        out::line(&format!("{} {}", out::paint("note", shade, colour), said(note)))?;
    }
    if let Some((place, fault)) = &verdict.fault {
        out::line(&format!(
            "{} {}: {}",
            out::paint("fault", Colour::Red, colour),
            at(place, fault),
            plain(&fault.to_string())
        ))?;
        out::line(&format!("entry {} and all behind it cannot be relied on", place.sequence))?;
    }
    Ok(())
}

fn at(place: &Place, fault: &Fault) -> String {
    match fault {
        Fault::Truncated { .. } | Fault::Missing { .. } => format!("segment {}", place.segment),
        _ => format!("segment {}, line {} (byte {})", place.segment, place.line, place.offset),
    }
}

fn said(note: &Note) -> String {
    match note {
        Note::Unsigned { count } => {
            format!(
                "{count} entries at the end are not signed: a writer was killed, or the end was cut"
            )
        }
        Note::Torn { bytes } => {
            format!(
                "the log ends within a line ({bytes} bytes of it): a writer was killed, or the end was cut"
            )
        }
        Note::ClockBack { sequence, times } => {
            format!("the clock went back {times} times, first at entry {sequence}")
        }
        Note::Removed { before } => {
            format!("entries before {before} were removed by retention; the log says so")
        }
        Note::Told { sequence, what } => {
            format!(
                "entry {sequence} itself tells of trouble (`{}`): see `audit show {sequence}`",
                plain(what)
            )
        }
        Note::Unread { count } => {
            format!(
                "{count} entries are of kinds that a later version knows; they are proved all the same"
            )
        }
        Note::AnchorsBefore { count } => {
            format!("{count} anchors are of entries that were removed by retention")
        }
        Note::AnchorsUnsigned { count } => {
            format!("{count} anchors are not signed as they say, and were not used")
        }
    }
}
