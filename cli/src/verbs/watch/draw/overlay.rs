//! A text above the panes: help, all about an act, a session's tree, how a finding came to be.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::{Mark, Palette, put, row, text};
use crate::out::{Colour, Words};
use crate::verbs::watch::state::{Mode, State};

/// Cells that the rest of a long line begins with.
const INDENT: usize = 6;

/// Draws it over `area`.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &mut State, palette: Palette) {
    let Mode::Overlay(overlay) = &mut state.view.mode else { return };
    let block = Block::bordered()
        .title(format!(" {} ", overlay.title))
        .title_style(palette.style(Colour::Bold));
    let inside = block.inner(area);
    Clear.render(area, frame.buffer_mut());
    block.render(area, frame.buffer_mut());
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let width = usize::from(inside.width);
    let lines: Vec<Line<'_>> =
        overlay.lines.iter().flat_map(|words| wrap(words, width, palette)).collect();
    let height = usize::from(inside.height);
    overlay.top = overlay.top.min(lines.len().saturating_sub(height));
    state.view.overlay = (height, lines.len());
    for (place, line) in lines.iter().skip(overlay.top).take(height).enumerate() {
        row(frame, inside, place, line, Mark::None);
    }
    if lines.len() > height && area.height > 0 {
        let part = format!(
            " {}-{} of {} ",
            overlay.top + 1,
            (overlay.top + height).min(lines.len()),
            lines.len()
        );
        let x = area.right().saturating_sub(part.len() as u16 + 2);
        let line = Line::from(palette.span(part, Colour::Dim));
        let corner =
            Rect { x, y: area.bottom() - 1, width: area.right().saturating_sub(x), height: 1 };
        put(frame, corner, &line);
    }
}

/// The line in as many as it takes, with its styles.
fn wrap(words: &Words, width: usize, palette: Palette) -> Vec<Line<'static>> {
    let whole: String = words.0.iter().map(|(text, _)| text.as_str()).collect();
    if text::width(&whole) <= width {
        return vec![Line::from(spans(words, 0, whole.len(), palette))];
    }
    let mut lines = Vec::new();
    let mut from = 0;
    for part in text::wrap(&whole, width, INDENT) {
        // Parts are in order; what lies between them are spaces at which the line was broken.
        let start = whole[from..].find(&part).map_or(from, |at| from + at);
        let end = start + part.len();
        let mut line = spans(words, start, end, palette);
        if !lines.is_empty() {
            line.insert(0, Span::raw(" ".repeat(INDENT)));
        }
        lines.push(Line::from(line));
        from = end;
    }
    lines
}

/// The pieces of `words` between two places of its whole text.
fn spans(words: &Words, from: usize, to: usize, palette: Palette) -> Vec<Span<'static>> {
    let mut at = 0;
    let mut spans = Vec::new();
    for (text, colour) in &words.0 {
        let (start, end) = (from.max(at), to.min(at + text.len()));
        if start < end
            && let Some(part) = text.get(start - at..end - at)
        {
            let style = colour.map_or_else(Style::new, |colour| palette.style(colour));
            spans.push(Span::styled(part.to_owned(), style));
        }
        at += text.len();
    }
    spans
}
