//! The first line (host, sensor, rates, loss, Chaperone's own weight) and the last (keys, filter).

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::{Palette, put, text};
use crate::lines::clock;
use crate::numbers;
use crate::out::Colour;
use crate::verbs::watch::state::{Mode, State, rate};

/// A loss is loud for so long.
const LOUD_NS: u64 = 3_600 * 1_000_000_000;

/// A piece of the first line; the least important go where there is no room.
struct Piece {
    weight: u8,
    spans: Vec<Span<'static>>,
}

fn piece(weight: u8, spans: impl IntoIterator<Item = Span<'static>>) -> Piece {
    Piece { weight, spans: spans.into_iter().collect() }
}

/// The first line.
pub fn head(frame: &mut Frame<'_>, area: Rect, state: &State, palette: Palette) {
    let bold = Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED);
    let mut pieces = vec![piece(9, [Span::styled(" chaperone ", bold)])];
    pieces.push(piece(3, [palette.span(text::cut(&state.host, 24), Colour::Bold)]));
    pieces.push(source(state, palette));
    pieces.push(loss(state, palette));
    if state.view.paused {
        let held = state.acts.held();
        let words = format!(" PAUSED {held} new ");
        pieces.push(piece(7, [Span::styled(words, palette.loud(Colour::Yellow))]));
    }
    if !state.present {
        pieces.push(piece(5, [palette.span("reading …", Colour::Dim)]));
    }
    pieces.push(piece(4, [Span::raw(format!("{} acts/s", rate(state.meter.rate())))]));
    let bars = text::bars(&state.meter.parts(12));
    if !bars.trim().is_empty() {
        pieces.push(piece(0, [palette.span(bars, Colour::Green)]));
    }
    pieces.extend(weight(state, palette));
    let line = join(pieces, usize::from(area.width));
    put(frame, area, &line);
}

/// The pieces that fit, in order.
fn join(mut pieces: Vec<Piece>, width: usize) -> Line<'static> {
    let wide = |pieces: &[Piece]| -> usize {
        pieces.iter().flat_map(|one| &one.spans).map(Span::width).sum::<usize>() + 2 * pieces.len()
    };
    while wide(&pieces) > width && pieces.len() > 1 {
        let least = (0..pieces.len()).min_by_key(|at| pieces[*at].weight).unwrap_or(0);
        pieces.remove(least);
    }
    let mut spans = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        if at > 0 {
            spans.push(Span::raw("  "));
        }
        spans.extend(piece.spans);
    }
    Line::from(spans)
}

/// Where acts come from, and whether anybody brings them.
fn source(state: &State, palette: Palette) -> Piece {
    let Some(daemon) = state.daemon.as_ref().filter(|_| state.runs(&state.daemon)) else {
        return piece(8, [Span::styled(" up is not running ", palette.loud(Colour::Yellow))]);
    };
    let place = match daemon.source.as_str() {
        "procfs" => palette.span("procfs, tier C: short acts are missed", Colour::Yellow),
        name if daemon.unseen.is_empty() => palette.span(name.to_owned(), Colour::Green),
        name => palette.span(format!("{name}, {} not seen", daemon.unseen.len()), Colour::Yellow),
    };
    piece(6, [place, Span::raw(format!(" {} ev/s", rate(daemon.events_per_s)))])
}

/// Never dropped, and loud while it is fresh.
fn loss(state: &State, palette: Palette) -> Piece {
    let Some(last) = state.losses.rows.back() else {
        return piece(9, [palette.span("lost 0", Colour::Green)]);
    };
    let total = numbers::thousands(state.losses.total);
    if state.now_unix_ns.saturating_sub(last.until_unix_ns) < LOUD_NS {
        let words = format!(" LOST {total} ({}) ", last.cause.name());
        return piece(9, [Span::styled(words, palette.loud(Colour::Red))]);
    }
    let at = clock(last.until_unix_ns);
    let words = format!("lost {total} until {}", at.get(..5).unwrap_or(&at));
    piece(9, [palette.span(words, Colour::Yellow)])
}

/// What Chaperone itself takes.
fn weight(state: &State, palette: Palette) -> Option<Piece> {
    let daemon = state.daemon.as_ref().filter(|_| state.runs(&state.daemon))?;
    let words = format!("up: {:.1}% {:.0} MiB", daemon.cpu_percent, daemon.memory_mib);
    Some(if daemon.over_budget.is_empty() {
        piece(2, [palette.span(words, Colour::Dim)])
    } else {
        piece(6, [palette.span(format!("{words} over budget"), Colour::Yellow)])
    })
}

/// The last line.
pub fn foot(frame: &mut Frame<'_>, area: Rect, state: &State, palette: Palette) {
    let filter = state.view.filter.text();
    let line = match &state.view.mode {
        Mode::Filter { .. } => Line::from(vec![
            Span::raw(format!("/{}", text::cut(filter, 60))),
            Span::styled(" ", Style::new().add_modifier(Modifier::REVERSED)),
            palette.span("  enter: keep, esc: as before, -word: without", Colour::Dim),
        ]),
        Mode::Overlay(_) => keys(&[("↑↓", "scroll"), ("esc", "back")], palette),
        Mode::Watch => match &state.trouble {
            Some(trouble) => {
                let first = event::show::brief(trouble.lines().next().unwrap_or_default(), 200);
                Line::from(palette.span(first, Colour::Red))
            }
            None => {
                let pause = if state.view.paused { "go on" } else { "pause" };
                keys(
                    &[
                        ("tab", "pane"),
                        ("enter", "detail"),
                        ("/", "filter"),
                        ("p", pause),
                        ("z", "zoom"),
                        ("a", if state.view.all { "less" } else { "all" }),
                        ("?", "help"),
                        ("q", "quit"),
                    ],
                    palette,
                )
            }
        },
    };
    put(frame, area, &line);
}

fn keys(keys: &[(&str, &str)], palette: Palette) -> Line<'static> {
    let spans = keys.iter().flat_map(|(key, meaning)| {
        [
            palette.span(format!(" {key}"), Colour::Bold),
            palette.span(format!(" {meaning} "), Colour::Dim),
        ]
    });
    Line::from(spans.collect::<Vec<_>>())
}
