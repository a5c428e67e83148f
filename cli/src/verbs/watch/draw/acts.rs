//! The pane of acts: under each tool call its processes, under each process what it did.

use event::{SessionId, ToolCallId};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Focus, Mark, Palette, empty, panel, row, text};
use crate::lines::clock;
use crate::numbers;
use crate::out::Colour;
use crate::verbs::watch::state::acts::{Row, heading};
use crate::verbs::watch::state::{Pane, State};

/// From this width on, times have milliseconds and processes their pid.
const ROOMY: u16 = 76;

/// A line of the pane.
#[derive(Clone, Copy)]
enum Shown {
    /// A tool call, or the agent itself, before its acts: that of the act at this place.
    Call(usize),
    /// The act at this place; `true` where its process is named already.
    Act(usize, bool),
}

/// What is done.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &mut State, palette: Palette) {
    let focus = Focus::of(state, Pane::Acts);
    let rows = state.shown_acts();
    let lines = arrange(&rows);
    let (count, cursor) = (rows.len(), state.view.act);
    let here = |line: &Shown| match (line, cursor) {
        (Shown::Act(at, _), Some(number)) => rows.get(*at).is_some_and(|row| row.number >= number),
        _ => false,
    };
    let last = lines.len().saturating_sub(1);
    let at = lines.iter().position(here).unwrap_or(last);
    let total = lines.len();
    let area = panel(frame, area, &title(state, count), focus, palette);
    let height = usize::from(area.height);
    let top = state.view.scroll(Pane::Acts, at, total, height);
    let rows = state.shown_acts();
    for (place, line) in lines.iter().skip(top).take(height).enumerate() {
        let line = match *line {
            Shown::Call(index) => rows.get(index).map(|row| call(state, row, area.width, palette)),
            Shown::Act(index, named) => {
                // A process that is named above the screen's first line is named there again.
                let named = named && place > 0;
                rows.get(index).map(|row| act(state, row, named, area.width, palette))
            }
        };
        // Who follows the newest needs no cursor.
        let selected = top + place == at && cursor.is_some();
        if let Some(line) = line {
            row(frame, area, place, &line, Mark::at(focus, selected));
        }
    }
    if total == 0 {
        empty(frame, area, &nothing(state), palette);
    }
}

fn title(state: &State, count: usize) -> String {
    let mut title = format!("acts {}", text::count(count as u64));
    let session = state.view.session.and_then(|id| state.roster.find_session(id));
    let agent = state.view.agent.and_then(|id| state.roster.find_agent(id));
    if let Some(session) = session {
        title.push_str(&format!(" of session {}", crate::lines::short(session.id)));
    } else if let Some(agent) = agent {
        title.push_str(&format!(" of {}", agent.name));
    }
    if !state.view.filter.is_empty() {
        title.push_str(&format!(" with /{}", event::show::brief(state.view.filter.text(), 40)));
    }
    if state.view.act.is_some() {
        title.push_str(" (G: newest)");
    }
    title
}

fn nothing(state: &State) -> String {
    match () {
        () if !state.view.filter.is_empty() => "nothing passes the filter; esc clears it".into(),
        () if !state.present => "reading the record …".into(),
        () if !state.runs(&state.daemon) => {
            "nothing is recorded: start `sudo chaperone up`, then let an agent work".into()
        }
        () => "no acts yet: they show here as agents work".into(),
    }
}

fn arrange(rows: &[&Row]) -> Vec<Shown> {
    let mut lines = Vec::with_capacity(rows.len() + rows.len() / 4);
    let mut call: Option<(Option<SessionId>, Option<ToolCallId>)> = None;
    let mut process = None;
    for (at, row) in rows.iter().enumerate() {
        if call != Some((row.session, row.call)) {
            call = Some((row.session, row.call));
            process = None;
            lines.push(Shown::Call(at));
        }
        let same = process == Some((row.pid, &row.program));
        lines.push(Shown::Act(at, same));
        process = Some((row.pid, &row.program));
    }
    lines
}

fn call(state: &State, row: &Row, width: u16, palette: Palette) -> Line<'static> {
    let who = heading(row);
    let what = match row.call.map(|call| state.acts.command(call)) {
        None => "the agent itself".to_owned(),
        Some(None) => "tool call".to_owned(),
        Some(Some(command)) => command.to_owned(),
    };
    let room = usize::from(width).saturating_sub(text::width(&who) + 4);
    let mark = if row.call.is_some() { " ▸ " } else { " ∙ " };
    Line::from(vec![
        palette.span(who, Colour::Cyan),
        Span::raw(mark),
        palette.span(text::cut(&what, room), Colour::Bold),
    ])
}

fn act(state: &State, row: &Row, named: bool, width: u16, palette: Palette) -> Line<'static> {
    let roomy = width >= ROOMY;
    let time = clock(row.time_unix_ns);
    let time = if roomy { &time[..] } else { time.get(..8).unwrap_or(&time) };
    let process = match (named, roomy) {
        (true, true) => " ".repeat(21),
        (true, false) => " ".repeat(11),
        (false, true) => {
            format!("{}{}", text::fit(&row.program, 13), text::fit(&row.pid.to_string(), 8))
        }
        (false, false) => text::fit(&row.program, 11),
    };
    let evidence = state.findings.marks(row.event) || state.findings.marks(row.last);
    let mark = if evidence { "▲" } else { " " };
    let mut rest = row.bytes.map(|bytes| format!(" {}", numbers::bytes(bytes))).unwrap_or_default();
    if row.count > 1 {
        rest.push_str(&format!(" ×{}", numbers::thousands(row.count)));
    }
    if !row.caveats.is_empty() {
        rest.push_str(&format!(" [{}]", row.caveats));
    }
    let used = 2 + text::width(time) + text::width(&process) + 9 + text::width(&rest);
    let room = usize::from(width).saturating_sub(used);
    let object = match row.verb.0 {
        "exec" => text::cut(&row.object, room),
        _ => text::cut_middle(&within(state, row), room),
    };
    Line::from(vec![
        palette.span(mark, Colour::Red),
        palette.span(format!("{time} "), Colour::Dim),
        Span::raw(process),
        palette.span(format!("{:<8} ", row.verb.0), row.verb.1),
        Span::raw(object),
        palette.span(rest, Colour::Yellow),
    ])
}

/// Paths below the directory the session works in begin with `./`.
fn within(state: &State, row: &Row) -> String {
    let session = row.session.and_then(|id| state.roster.find_session(id));
    let base = session.map_or("", |session| session.cwd.as_str());
    match row.object.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) if base.len() > 1 => format!("./{rest}"),
        _ => row.object.clone(),
    }
}
