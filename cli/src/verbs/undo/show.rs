//! `undo list`, `show` and `status`. Names are agents': nothing in them acts on a terminal.

use std::path::Path;

use anyhow::{Context, Result};
use event::show::{brief, plain};
use serde_json::json;
use shadow::{Here, Kept, Kind, State, Status, Version};

use super::lost::{self, Lost, Shadow};
use super::traces::{self, Did, Session};
use super::{history, store, whole};
use crate::lines::{short, stamp};
use crate::numbers::{bytes, thousands};
use crate::out;
use crate::record::Filter;
use crate::verbs::{Common, Exit, Stop, readable};

/// What is to be listed.
pub struct Wanted {
    pub session: Option<String>,
    pub since: Option<u64>,
    pub all: bool,
}

/// What sessions took away.
pub fn list(wanted: &Wanted, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    readable(&config.data_dir())?;
    let history = history(&config)?;
    let since = wanted.since.map(|span| crate::host::now_unix_ns().saturating_sub(span));
    let filter = Filter {
        since_unix_ns: since,
        session: wanted.session.as_ref().map(|id| id.to_lowercase()),
        ..Filter::default()
    };
    let mut rows = Vec::new();
    for session in traces::read(&config, filter)? {
        let mut lost = lost::of(&session, &history);
        lost.retain(|one| wanted.all || one.here.is_some());
        if common.json {
            lost.iter().try_for_each(|one| out::json(&as_json(&session, one)))?;
        } else if wanted.session.is_some() {
            rows.extend(lost.iter().map(row));
        } else if !lost.is_empty() {
            rows.push(summary(&session, &lost));
        }
    }
    if common.json {
        return Ok(Exit::Done);
    }
    match (rows.is_empty(), &wanted.session) {
        (true, _) => crate::say!(
            "nothing that agents deleted, overwrote or moved is missing in the folders that keep shadows"
        ),
        (false, Some(_)) => out::table(&["did", "shadow", "when", "path"], &rows)?,
        (false, None) => out::table(
            &[
                "session",
                "agent",
                "last",
                "deleted",
                "overwrote",
                "moved",
                "exact",
                "older",
                "none",
            ],
            &rows,
        )?,
    }
    Ok(Exit::Done)
}

fn summary(session: &Session, lost: &[Lost]) -> Vec<String> {
    let count = |is: &dyn Fn(&Lost) -> bool| lost.iter().filter(|one| is(one)).count().to_string();
    let last = lost.iter().map(|one| one.trace.last_unix_ns).max().unwrap_or(0);
    vec![
        short(session.id),
        brief(&session.agent, 40),
        stamp(last),
        count(&|one| one.trace.did == Did::Deleted),
        count(&|one| matches!(one.trace.did, Did::Overwrote | Did::Permitted)),
        count(&|one| matches!(one.trace.did, Did::Moved(_))),
        count(&|one| one.shadow == Shadow::Exact),
        count(&|one| one.shadow == Shadow::Older),
        count(&|one| matches!(one.shadow, Shadow::None(_))),
    ]
}

fn row(lost: &Lost) -> Vec<String> {
    let mut path = plain(&lost.path.to_string_lossy()).into_owned();
    if let Did::Moved(to) = &lost.trace.did {
        path.push_str(&format!(" → {}", plain(&to.to_string_lossy())));
    }
    vec![
        lost.trace.did.name().to_owned(),
        lost.shadow.name().to_owned(),
        stamp(lost.trace.last_unix_ns),
        path,
    ]
}

fn as_json(session: &Session, lost: &Lost) -> serde_json::Value {
    let to = match &lost.trace.did {
        Did::Moved(to) => Some(to.to_string_lossy()),
        _ => None,
    };
    json!({ "lost": {
        "session": session.id.to_string(),
        "agent": session.agent,
        "path": lost.path.to_string_lossy(),
        "did": lost.trace.did.name(),
        "to": to,
        "first_unix_ns": lost.trace.first_unix_ns,
        "last_unix_ns": lost.trace.last_unix_ns,
        "shadow": lost.shadow.name(),
        "bytes": lost.here.as_ref().and_then(length),
    }})
}

fn length(here: &Here) -> Option<u64> {
    match here.kind {
        Kind::File { bytes, .. } => Some(bytes),
        _ => None,
    }
}

/// The versions of a path; of a folder, how many of what is in it.
pub fn versions(path: &Path, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    readable(&config.data_dir())?;
    let history = history(&config)?;
    let path = whole(path)?;
    let versions = history.of(&path);
    if versions.is_empty() {
        let shown = brief(&path.to_string_lossy(), 120);
        let said = format!(
            "nothing is known of `{shown}`\nhint: `chaperone undo status` says what is covered"
        );
        return Err(Stop::new(Exit::NotFound, said).into());
    }
    if common.json {
        for (number, version) in versions.iter().enumerate() {
            let path = path.to_string_lossy();
            out::json(
                &json!({ "version": { "number": number + 1, "path": path, "of": version } }),
            )?;
        }
        return Ok(Exit::Done);
    }
    let rows: Vec<_> =
        versions.iter().enumerate().map(|(n, version)| told(n + 1, version)).collect();
    out::table(&["version", "since (UTC)", "what", "mode", "shadow"], &rows)?;
    let below = history.below(&path).count() - 1;
    if below > 0 {
        crate::say!("{below} more paths are known in it");
    }
    Ok(Exit::Done)
}

fn told(number: usize, version: &Version) -> Vec<String> {
    let (what, mode, kept) = match &version.state {
        State::Gone => ("gone".to_owned(), String::new(), ""),
        State::Here(here) => {
            let (what, kept) = match &here.kind {
                Kind::File { bytes: length, kept: Kept::Yes(_) } => (bytes(*length), "yes"),
                Kind::File { bytes: length, kept: Kept::No(why) } => (bytes(*length), why.name()),
                Kind::Folder => ("folder".to_owned(), "yes"),
                Kind::Link { to } => {
                    let to = std::path::PathBuf::from(to.clone());
                    (format!("→ {}", brief(&to.to_string_lossy(), 60)), "yes")
                }
            };
            (what, format!("{:04o}", here.mode), kept)
        }
    };
    let missed = if version.missed_unix_ns.is_some() { ", one before it is missing" } else { "" };
    let number = number.to_string();
    vec![number, stamp(version.since_ns()), what, mode, format!("{kept}{missed}")]
}

/// What is covered.
pub fn status(common: &Common) -> Result<Exit> {
    let config = common.config()?;
    readable(&config.data_dir())?;
    let dir = store(&config);
    let read = Status::read(&dir);
    let status = read.with_context(|| format!("cannot read the shadows in {}", dir.display()))?;
    let Some(status) = status else {
        let said = "no shadows are kept\nhint: name folders in the configuration, `undo.folders = [\"/home/alice/work\"]`, and start `chaperone up` anew";
        return Err(Stop::new(Exit::NotFound, said).into());
    };
    if common.json {
        return out::json(&json!({ "shadows": status })).map(|()| Exit::Done);
    }
    let fact = |name: &str, value: String| out::line(&format!("{name:<9} {value}"));
    for folder in &status.folders {
        let why = folder.trouble.as_ref().map(|why| format!("  not covered: {}", plain(why)));
        let path = folder.path.to_string_lossy();
        fact("folder", format!("{}{}", plain(&path), why.unwrap_or_default()))?;
    }
    fact("files", format!("{} covered", thousands(status.files as u64)))?;
    for (why, count) in &status.left_out {
        fact("", format!("{} not: {}", thousands(*count as u64), why.name()))?;
    }
    if status.too_many > 0 {
        let most = thousands(config.undo.max_files as u64);
        fact("", format!("{} not: more than {most} files", thousands(status.too_many as u64)))?;
    }
    if status.to_walk > 0 {
        fact(
            "",
            format!("{} folders are still to be looked at", thousands(status.to_walk as u64)),
        )?;
    }
    if status.unwatched > 0 {
        let count = thousands(status.unwatched as u64);
        fact(
            "",
            format!("{count} folders are looked at once a minute (`fs.inotify.max_user_watches`)"),
        )?;
    }
    fact("versions", thousands(status.versions as u64))?;
    let most = bytes(config.undo.max_mib.saturating_mul(1 << 20));
    fact("size", format!("{} of {most}", bytes(status.bytes)))?;
    fact("told", stamp(status.written_unix_ns))?;
    if let Some(trouble) = &status.trouble {
        fact("trouble", brief(trouble, 200))?;
    }
    Ok(Exit::Done)
}
