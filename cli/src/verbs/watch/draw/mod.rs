//! The state as a picture: places the panes. Nothing here decides what is true; texts are safe already.

mod acts;
mod bar;
mod findings;
mod overlay;
mod roster;
#[cfg(test)]
mod tests;
pub mod text;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use super::state::{Mode, Pane, State};
use crate::out::Colour;

/// From this width on, who is there stands beside what they do.
const WIDE: u16 = 120;

/// With colours or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the terminal has them.
    Colour,
    /// `NO_COLOR`: weight and reversal only.
    Plain,
}

/// Styles by meaning.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    theme: Theme,
}

impl Palette {
    /// Styles of a theme.
    pub fn new(theme: Theme) -> Self {
        Self { theme }
    }

    /// How `colour` looks here.
    pub fn style(self, colour: Colour) -> Style {
        let style = Style::new();
        let tone = |colour, without: Modifier| match self.theme {
            Theme::Colour => style.fg(colour),
            Theme::Plain => style.add_modifier(without),
        };
        match colour {
            Colour::Red => tone(Color::Red, Modifier::BOLD).add_modifier(Modifier::BOLD),
            Colour::Yellow => tone(Color::Yellow, Modifier::empty()),
            Colour::Green => tone(Color::Green, Modifier::empty()),
            Colour::Cyan => tone(Color::Cyan, Modifier::empty()),
            Colour::Dim => style.add_modifier(Modifier::DIM),
            Colour::Bold => style.add_modifier(Modifier::BOLD),
        }
    }

    /// So that nobody overlooks it.
    fn loud(self, colour: Colour) -> Style {
        self.style(colour).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    fn span(self, text: impl Into<String>, colour: Colour) -> Span<'static> {
        Span::styled(text.into(), self.style(colour))
    }
}

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, state: &mut State, palette: Palette) {
    let [bar, middle, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(3), Constraint::Length(1)])
            .areas(frame.area());
    bar::head(frame, bar, state, palette);
    for (pane, area) in places(middle, state) {
        match pane {
            Pane::Agents => roster::agents(frame, area, state, palette),
            Pane::Sessions => roster::sessions(frame, area, state, palette),
            Pane::Acts => acts::draw(frame, area, state, palette),
            Pane::Findings => findings::draw(frame, area, state, palette),
        }
    }
    if matches!(state.view.mode, Mode::Overlay(_)) {
        overlay::draw(frame, middle, state, palette);
    }
    bar::foot(frame, foot, state, palette);
}

/// Which pane goes where.
fn places(area: Rect, state: &State) -> Vec<(Pane, Rect)> {
    if state.view.zoomed {
        return vec![(state.view.focus, area)];
    }
    let rows = |count: usize| count.min(usize::from(area.height)) as u16;
    let found = rows(state.shown_findings().len());
    if area.width >= WIDE {
        let [left, _, right] = Layout::horizontal([
            Constraint::Length((area.width / 3).clamp(42, 64)),
            Constraint::Length(1),
            Constraint::Min(40),
        ])
        .areas(area);
        let agents = rows(state.roster.agents().len() + 2).clamp(4, area.height / 2);
        let [above, below] =
            Layout::vertical([Constraint::Length(agents), Constraint::Min(3)]).areas(left);
        let findings = (found + 1).clamp(5, (area.height / 3).max(5));
        let [acts, last] =
            Layout::vertical([Constraint::Min(5), Constraint::Length(findings)]).areas(right);
        return Pane::ALL.into_iter().zip([above, below, acts, last]).collect();
    }
    let agents = rows(state.roster.agents().len() + 2).clamp(4, (area.height / 4).max(4));
    let findings = (found + 1).clamp(4, (area.height / 4).max(4));
    let [top, acts, last] = Layout::vertical([
        Constraint::Length(agents),
        Constraint::Min(4),
        Constraint::Length(findings),
    ])
    .areas(area);
    let [left, _, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(1), Constraint::Fill(1)])
            .areas(top);
    Pane::ALL.into_iter().zip([left, right, acts, last]).collect()
}

/// A pane's rule with its title; what is left is for its rows.
fn panel(frame: &mut Frame<'_>, area: Rect, title: &str, focus: Focus, palette: Palette) -> Rect {
    let [rule, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let (style, mark) = match focus {
        Focus::Here => (palette.style(Colour::Bold), "━"),
        Focus::Elsewhere => (palette.style(Colour::Dim), "─"),
    };
    let title = text::cut(title, usize::from(rule.width).saturating_sub(4));
    let left = usize::from(rule.width).saturating_sub(text::width(&title) + 3);
    let line = Line::from(vec![
        Span::styled(mark, style),
        Span::raw(" "),
        Span::styled(title, palette.style(Colour::Bold)),
        Span::raw(" "),
        Span::styled(mark.repeat(left), style),
    ]);
    put(frame, rule, &line);
    rest
}

/// Whether keys go to a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Here,
    Elsewhere,
}

impl Focus {
    fn of(state: &State, pane: Pane) -> Self {
        if state.view.focus == pane { Self::Here } else { Self::Elsewhere }
    }
}

/// A line at the beginning of `area`, as much of it as there is room for.
fn put(frame: &mut Frame<'_>, area: Rect, line: &Line<'_>) {
    let area = area.intersection(frame.area());
    if !area.is_empty() {
        frame.buffer_mut().set_line(area.x, area.y, line, area.width);
    }
}

/// One row, reversed where the cursor is.
fn row(frame: &mut Frame<'_>, area: Rect, at: usize, line: &Line<'_>, mark: Mark) {
    let Ok(at) = u16::try_from(at) else { return };
    if at >= area.height {
        return;
    }
    let place = Rect { y: area.y + at, height: 1, ..area };
    put(frame, place, line);
    if mark == Mark::Cursor {
        let place = place.intersection(frame.area());
        frame.buffer_mut().set_style(place, Style::new().add_modifier(Modifier::REVERSED));
    }
}

/// Whether the cursor is on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Cursor,
    None,
}

impl Mark {
    fn at(focus: Focus, selected: bool) -> Self {
        if focus == Focus::Here && selected { Self::Cursor } else { Self::None }
    }
}

/// Talk where rows would be.
fn empty(frame: &mut Frame<'_>, area: Rect, words: &str, palette: Palette) {
    for (at, line) in
        text::wrap(words, usize::from(area.width).saturating_sub(2), 0).iter().enumerate()
    {
        let line = Line::from(palette.span(format!("  {line}"), Colour::Dim));
        row(frame, area, at, &line, Mark::None);
    }
}
