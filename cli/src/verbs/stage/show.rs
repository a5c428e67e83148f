//! Staged runs and their changes, for people and machines. Names and contents are an agent's: nothing in them acts on a
//! terminal.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use event::show::{brief, plain};
use sandbox::stage::{Change, Kind, Open, State, What, beside, changes, meant};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::Of;
use super::kept::{Kept, Room};
use crate::lines::stamp;
use crate::out::{self, Colour};
use crate::verbs::{Common, Exit};

/// Longest file of which lines are compared, in bytes.
const LONGEST: u64 = 1 << 20;
/// Longest time for the lines of one file.
const PATIENCE: Duration = Duration::from_millis(200);
/// Lines around a change.
const AROUND: usize = 3;

/// The staged runs.
pub fn list(room: &Room, common: &Common) -> Result<Exit> {
    let mut rows = Vec::new();
    for kept in room.all()? {
        let about = &kept.about;
        let began = u64::try_from(about.began_unix_ns).unwrap_or(0);
        let busy = kept.is_busy();
        let count = changes(&kept.staged()).map(|changes| changes.len());
        if common.json {
            out::json(&json!({ "stage": {
                "session": kept.name, "workspace": about.workspace, "program": about.program,
                "profile": about.profile, "began_unix_ns": began, "running": busy,
                "changes": count.ok(),
            }}))?;
            continue;
        }
        rows.push(vec![
            plain(&kept.name).into_owned(),
            if busy { "runs".into() } else { stamp(began) },
            count.map_or_else(|_| "?".into(), |count| count.to_string()),
            brief(&about.workspace.to_string_lossy(), 60),
            brief(&about.program, 60),
        ]);
    }
    if rows.is_empty() && !common.json {
        crate::say!("no staged run waits");
    } else if !common.json {
        out::table(&["session", "began", "changes", "workspace", "program"], &rows)?;
    }
    Ok(Exit::Done)
}

/// What a run changed.
pub fn diff(room: &Room, of: &Of, short: bool, common: &Common) -> Result<Exit> {
    let kept = room.find(of)?;
    let (named, trees) = (kept.paths(of), Trees::open(&kept)?);
    let all = changes(&kept.staged()).context("cannot read what was changed")?;
    let all: Vec<Change> = all.into_iter().filter(|it| meant(&it.path, &named)).collect();
    let colour = out::coloured();
    for change in &all {
        let lines = if short { None } else { trees.lines(change) };
        if common.json {
            out::json(&as_json(change, lines))?;
        } else {
            out::line(&as_text(change, lines, colour))?;
        }
    }
    if !common.json {
        let conflicts = all.iter().filter(|it| it.conflict.is_some()).count();
        let more =
            if conflicts == 0 { String::new() } else { format!(", {conflicts} in conflict") };
        crate::say!("{} changes{more}", all.len());
    }
    Ok(Exit::Done)
}

/// The change as a record.
pub fn as_json(change: &Change, lines: Option<Vec<Line>>) -> Value {
    let state = |state: State| json!({ "kind": kind(state.kind), "mode": format!("{:04o}", state.mode), "bytes": state.bytes });
    let lines = lines.map(|lines| {
        let text = lines.iter().map(|line| format!("{}{}\n", line.sign(), line.text));
        text.collect::<String>()
    });
    json!({ "change": {
        "path": change.path.to_string_lossy(),
        "what": change.what.name(),
        "before": change.before.map(state),
        "after": change.after.map(state),
        "conflict": change.conflict.map(|conflict| conflict.name()),
        "diff": lines,
    }})
}

/// The change in a line, and what in it changed.
fn as_text(change: &Change, lines: Option<Vec<Line>>, colour: bool) -> String {
    let paint = match change.what {
        What::Made => Colour::Green,
        What::Removed => Colour::Red,
        What::Changed | What::Permitted | What::Unclear => Colour::Yellow,
    };
    let what = out::paint(change.what.name(), paint, colour);
    let path = change.path.to_string_lossy();
    let mut text = format!("{what} {}{}", plain(&path), summary(change));
    if let Some(conflict) = change.conflict {
        let words = format!("  conflict: {}", conflict.name());
        text.push_str(&out::paint(&words, Colour::Red, colour));
    }
    for line in lines.unwrap_or_default() {
        let paint = match line.tag {
            Some(ChangeTag::Insert) => Some(Colour::Green),
            Some(ChangeTag::Delete) => Some(Colour::Red),
            Some(ChangeTag::Equal) => None,
            None => Some(Colour::Dim),
        };
        let words = format!("{}{}", line.sign(), harmless(&line.text));
        text.push('\n');
        text.push_str(&paint.map_or(words.clone(), |paint| out::paint(&words, paint, colour)));
    }
    text
}

/// Tabs are part of many languages, and harmless.
fn harmless(line: &str) -> String {
    line.split('\t').map(|part| plain(part)).collect::<Vec<_>>().join("\t")
}

fn summary(change: &Change) -> String {
    let kinds = |state: Option<State>| state.map(|state| state.kind);
    let mut words = Vec::new();
    match (kinds(change.before), kinds(change.after)) {
        (Some(before), Some(after)) if before != after => {
            words.push(format!("{} → {}", kind(before), kind(after)));
        }
        (Some(Kind::File), None) | (None, Some(Kind::File)) => {}
        (Some(one), _) | (None, Some(one)) if one != Kind::File => words.push(kind(one).into()),
        _ => {}
    }
    if let (Some(before), Some(after)) = (change.before, change.after)
        && before.mode != after.mode
        && after.kind != Kind::Link
    {
        words.push(format!("{:04o} → {:04o}", before.mode, after.mode));
    }
    if words.is_empty() { String::new() } else { format!("  ({})", words.join(", ")) }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "file",
        Kind::Folder => "folder",
        Kind::Link => "link",
        Kind::Other => "special",
    }
}

/// A line of a comparison.
pub struct Line {
    /// What became of it; none: where it stands.
    tag: Option<ChangeTag>,
    text: String,
}

impl Line {
    fn sign(&self) -> &'static str {
        match self.tag {
            Some(ChangeTag::Insert) => "+",
            Some(ChangeTag::Delete) => "-",
            Some(ChangeTag::Equal) => " ",
            None => "",
        }
    }

    fn note(text: String) -> Self {
        Self { tag: None, text }
    }
}

/// Both sides.
struct Trees {
    upper: Open,
    lower: Open,
}

/// What a file holds.
enum Holds {
    Text(String),
    Other(u64),
}

impl Trees {
    fn open(kept: &Kept) -> Result<Self> {
        let staged = kept.staged();
        let open = |path: &Path| {
            Open::folder(path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self { upper: open(&staged.upper)?, lower: open(&staged.workspace)? })
    }

    /// What in it changed; none where the line above it says all.
    fn lines(&self, change: &Change) -> Option<Vec<Line>> {
        if matches!(change.what, What::Unclear | What::Permitted) {
            return None;
        }
        let of = |tree: &Open, state: Option<State>| match state {
            None => Some(Holds::Text(String::new())),
            Some(state) if state.kind == Kind::Link => link(tree, &change.path),
            Some(state) if state.kind == Kind::File => content(tree, &change.path, state.bytes),
            Some(_) => None,
        };
        let (before, after) = (of(&self.lower, change.before)?, of(&self.upper, change.after)?);
        Some(match (before, after) {
            (Holds::Text(before), Holds::Text(after)) => compare(&before, &after),
            (before, after) => {
                vec![Line::note(format!("binary: {} → {} bytes", before.bytes(), after.bytes()))]
            }
        })
    }
}

impl Holds {
    fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Other(bytes) => *bytes,
        }
    }
}

fn link(tree: &Open, path: &Path) -> Option<Holds> {
    let (above, name) = beside(path);
    let to = tree.below(above).ok()?.link(name).ok()?;
    Some(Holds::Text(format!("→ {}\n", to.to_string_lossy())))
}

fn content(tree: &Open, path: &Path, bytes: u64) -> Option<Holds> {
    if bytes > LONGEST {
        return Some(Holds::Other(bytes));
    }
    let mut read = Vec::new();
    tree.read(path).ok()?.take(LONGEST).read_to_end(&mut read).ok()?;
    let length = read.len() as u64;
    let text = String::from_utf8(read).ok().filter(|text| !text.contains('\0'));
    Some(text.map_or(Holds::Other(length), Holds::Text))
}

fn compare(before: &str, after: &str) -> Vec<Line> {
    let found = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let mut lines = Vec::new();
    for hunk in found.unified_diff().context_radius(AROUND).iter_hunks() {
        lines.push(Line::note(hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let text = change.value();
            let ends = text.ends_with('\n');
            let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
            lines.push(Line { tag: Some(change.tag()), text });
            if !ends {
                lines.push(Line::note("\\ no line end".into()));
            }
        }
    }
    lines
}
