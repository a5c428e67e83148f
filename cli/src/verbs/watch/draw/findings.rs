//! The pane of findings, the newest first.

use event::Severity;
use event::show::brief;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Focus, Mark, Palette, empty, panel, row, text};
use crate::lines::{clock, stamp};
use crate::out::Colour;
use crate::verbs::watch::state::{Pane, State};

const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// What was found.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &mut State, palette: Palette) {
    let focus = Focus::of(state, Pane::Findings);
    let rows = state.shown_findings();
    let is_bad = |severity: Severity| severity >= Severity::High;
    let bad = rows.iter().filter(|row| is_bad(row.finding.rule.severity)).count();
    let title = match bad {
        0 => format!("findings {}", rows.len()),
        bad => format!("findings {} ({bad} high)", rows.len()),
    };
    let count = rows.len();
    let selected = state.view.finding;
    let at = rows.iter().position(|row| Some(row.finding.id) == selected).unwrap_or(0);
    drop(rows);
    let area = panel(frame, area, &title, focus, palette);
    let height = usize::from(area.height);
    let top = state.view.scroll(Pane::Findings, at, count, height);
    for (place, found) in state.shown_findings().iter().skip(top).take(height).enumerate() {
        let finding = &found.finding;
        let (word, colour) = level(finding.rule.severity);
        let times = if finding.count > 1 { format!(" ×{}", finding.count) } else { String::new() };
        let mut line = vec![
            palette
                .span(format!("{} ", when(finding.time_unix_ns, state.now_unix_ns)), Colour::Dim),
            palette.span(format!("▲ {word} "), colour),
        ];
        let product = finding.actor.as_ref().map(|actor| brief(&actor.product, 14));
        let used = 10 + 2 + 9 + text::width(&times);
        let room = usize::from(area.width).saturating_sub(used);
        // The summary names the agent first; where it does not, its product does.
        let summary = match product {
            Some(product) if found.summary.is_empty() => product,
            _ => found.summary.clone(),
        };
        line.push(Span::raw(text::cut(&summary, room)));
        line.push(palette.span(times, Colour::Yellow));
        row(frame, area, place, &Line::from(line), Mark::at(focus, top + place == at));
    }
    if count == 0 {
        let words = if state.view.filter.is_empty() {
            "nothing was found"
        } else {
            "nothing passes the filter"
        };
        empty(frame, area, words, palette);
    }
}

fn level(severity: Severity) -> (&'static str, Colour) {
    match severity {
        Severity::Critical => ("CRITICAL", Colour::Red),
        Severity::High => ("HIGH    ", Colour::Red),
        Severity::Medium => ("MEDIUM  ", Colour::Yellow),
        Severity::Low => ("low     ", Colour::Dim),
        Severity::Informational => ("info    ", Colour::Dim),
    }
}

/// The time, or the day where it was another.
fn when(time: u64, now: u64) -> String {
    if now / DAY_NS == time / DAY_NS {
        return clock(time).get(..8).unwrap_or_default().to_owned();
    }
    text::fit(stamp(time).get(5..10).unwrap_or_default(), 8)
}
