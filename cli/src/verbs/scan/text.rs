//! What is not sound, for people.

use anyhow::Result;
use event::show::{brief, plain};
use inventory::Unsure;
use inventory::sound::{Flaw, Level};

use crate::out::{self, Colour};

/// Shows flaws and what could not be looked at. Places below `home` begin with `~`.
pub(super) fn show(flaws: &[Flaw], unsure: &[Unsure], home: Option<&str>) -> Result<()> {
    let colour = out::coloured();
    for flaw in flaws {
        let paint = match flaw.level {
            Level::High => Colour::Red,
            Level::Medium => Colour::Yellow,
            Level::Low => Colour::Dim,
        };
        let line = if flaw.line == 0 { String::new() } else { format!(":{}", flaw.line) };
        let level = out::paint(&format!("{:<7}", flaw.level.name()), paint, colour);
        let title = out::paint(&plain(&flaw.title), Colour::Bold, colour);
        out::line(&format!("{level} {title}  ({})", plain(&flaw.rule)))?;
        let kind = plain(&flaw.kind).replace('_', " ");
        out::line(&format!(
            "        {kind} {}  {}{line}",
            brief(&flaw.name, 60),
            plain(&out::below_home(&flaw.place, home))
        ))?;
        if !flaw.shows.is_empty() {
            out::line(&format!(
                "        {}",
                out::paint(&brief(&flaw.shows, 120), Colour::Cyan, colour)
            ))?;
        }
        out::line(&format!(
            "        why: {}\n        fix: {}\n",
            plain(&flaw.why),
            plain(&flaw.fix)
        ))?;
    }
    crate::verbs::inventory::say(unsure);
    let count = |level| flaws.iter().filter(|flaw| flaw.level == level).count();
    match flaws.len() {
        0 => crate::say!("no flaws were found"),
        _ => crate::say!(
            "{} high, {} medium, {} low",
            count(Level::High),
            count(Level::Medium),
            count(Level::Low)
        ),
    }
    Ok(())
}
