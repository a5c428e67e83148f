//! `chaperone aibom diff`: what came, went and changed.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use event::show::{brief, plain};
use inventory::aibom::{Change, How, diff};

use crate::out::{self, Colour, Words};
use crate::verbs::{Common, Exit};

#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier one, of any format; `-` is stdin.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The later one.
    #[arg(value_name = "B")]
    after: PathBuf,
}

/// Entries of a field that are shown.
const SHOWN: usize = 12;

impl Diff {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let changes = diff(&super::read(&self.before)?, &super::read(&self.after)?);
        let colour = out::coloured();
        for change in &changes {
            if common.json {
                out::json(&serde_json::json!({ "change": change }))?;
                continue;
            }
            for line in lines(change) {
                out::line(&line.paint(colour))?;
            }
        }
        if changes.is_empty() {
            crate::say!("nothing came, went or changed");
        }
        Ok(if changes.is_empty() { Exit::Done } else { Exit::Different })
    }
}

fn lines(change: &Change) -> Vec<Words> {
    let (sign, colour) = match change.change {
        How::Added => ("+", Colour::Green),
        How::Removed => ("-", Colour::Red),
        How::Changed => ("~", Colour::Yellow),
    };
    let version = change.version.as_deref().map(|it| format!(" {}", plain(it))).unwrap_or_default();
    let head = Words::default()
        .with(sign, colour)
        .and(format!(" {} ", plain(&change.kind)))
        .with(format!("{}{version}", plain(&change.name)), Colour::Bold);
    let mut lines = vec![head];
    for field in &change.fields {
        let list = |sign: &str, all: &[String], colour, lines: &mut Vec<Words>| {
            for one in all.iter().take(SHOWN) {
                let text = format!("{sign} {}: {}", field.field, brief(one, 160));
                lines.push(Words::plain("    ").with(text, colour));
            }
            if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                lines.push(Words::plain(format!("    {sign} {more} more")));
            }
        };
        list("-", &field.old, Colour::Red, &mut lines);
        list("+", &field.new, Colour::Green, &mut lines);
    }
    lines
}
