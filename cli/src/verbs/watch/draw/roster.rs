//! The panes of agents and sessions.

use event::AgentId;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Focus, Mark, Palette, empty, panel, row, text};
use crate::lines::{clock, short};
use crate::numbers;
use crate::out::Colour;
use crate::verbs::watch::state::{AgentRow, Pane, SessionRow, State, rate};

/// From this width of a pane on there is room for more.
const ROOMY: u16 = 46;
/// After so long without an act a session is silent.
const SILENT_NS: u64 = 60 * 1_000_000_000;

/// Who is there.
pub fn agents(frame: &mut Frame<'_>, area: Rect, state: &mut State, palette: Palette) {
    let focus = Focus::of(state, Pane::Agents);
    let ids: Vec<AgentId> = state.roster.agents().iter().map(|one| one.id).collect();
    let running = ids.iter().filter(|id| state.roster.running(**id).is_some()).count();
    let title = format!("agents {} ({running} run)", ids.len());
    let area = panel(frame, area, &title, focus, palette);
    let at = ids.iter().position(|id| Some(*id) == state.view.agent).map_or(0, |at| at + 1);
    let height = usize::from(area.height);
    let top = state.view.scroll(Pane::Agents, at, ids.len() + 1, height);
    let rows = state.roster.agents();
    for place in 0..height {
        let line = match (top + place).checked_sub(1) {
            None => all("all agents", at == 0, palette),
            Some(index) => match rows.get(index) {
                Some(agent) => agent_line(state, agent, at == index + 1, area.width, palette),
                None => break,
            },
        };
        row(frame, area, place, &line, Mark::at(focus, at == top + place));
    }
    if rows.is_empty() {
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        empty(frame, below, "none was seen yet", palette);
    }
}

/// Runs of the selected agent.
pub fn sessions(frame: &mut Frame<'_>, area: Rect, state: &mut State, palette: Palette) {
    let focus = Focus::of(state, Pane::Sessions);
    let rows = state.roster.sessions(state.view.agent);
    let count = rows.len();
    let of = state.view.agent.and_then(|id| state.roster.find_agent(id));
    let title = match of {
        Some(agent) => format!("sessions {count} of {}", agent.name),
        None => format!("sessions {count}"),
    };
    let selected = state.view.session;
    let at = rows.iter().position(|one| Some(one.id) == selected).map_or(0, |at| at + 1);
    drop(rows);
    let area = panel(frame, area, &title, focus, palette);
    let height = usize::from(area.height);
    let top = state.view.scroll(Pane::Sessions, at, count + 1, height);
    let rows = state.roster.sessions(state.view.agent);
    for place in 0..height {
        let line = match (top + place).checked_sub(1) {
            None => all("all sessions", at == 0, palette),
            Some(index) => match rows.get(index) {
                Some(session) => session_line(state, session, at == index + 1, area.width, palette),
                None => break,
            },
        };
        row(frame, area, place, &line, Mark::at(focus, at == top + place));
    }
}

fn pointer(selected: bool) -> &'static str {
    if selected { "›" } else { " " }
}

fn all(words: &str, selected: bool, palette: Palette) -> Line<'static> {
    Line::from(vec![Span::raw(pointer(selected)), palette.span(format!("  {words}"), Colour::Dim)])
}

/// `● 4s` of what runs: it acts, or since when it is silent.
fn life(ended: bool, seen: u64, now: u64, palette: Palette) -> Span<'static> {
    match () {
        () if ended => palette.span("· ", Colour::Dim),
        () if now.saturating_sub(seen) > SILENT_NS => palette.span("○ ", Colour::Dim),
        () => palette.span("● ", Colour::Green),
    }
}

fn found(findings: u64, cells: usize, palette: Palette) -> Span<'static> {
    match findings {
        0 => Span::raw(" ".repeat(cells)),
        some => palette.span(text::right(&format!("▲{}", text::count(some)), cells), Colour::Red),
    }
}

fn agent_line(
    state: &State,
    agent: &AgentRow,
    selected: bool,
    width: u16,
    palette: Palette,
) -> Line<'static> {
    let running = state.roster.running(agent.id);
    let pid = running.map_or_else(|| "-".to_owned(), |session| session.pid.to_string());
    let (owner, digits, many) = if width >= ROOMY { (8, 8, 5) } else { (5, 7, 4) };
    let room = usize::from(width).saturating_sub(4 + owner + digits + 7 + many);
    let name = match room {
        some if some > agent.name.len() + 4 => format!("{} {}", agent.name, agent.version),
        _ => agent.name.clone(),
    };
    let colour = if running.is_some() { Colour::Cyan } else { Colour::Dim };
    Line::from(vec![
        Span::raw(pointer(selected)),
        life(running.is_none(), agent.seen_unix_ns, state.now_unix_ns, palette),
        palette.span(text::fit(&name, room), colour),
        Span::raw(format!(" {}", text::fit(&agent.owner, owner))),
        palette.span(text::right(&pid, digits), Colour::Dim),
        Span::raw(text::right(&format!("{}/s", rate(agent.meter.rate())), 7)),
        found(agent.findings, many, palette),
    ])
}

fn session_line(
    state: &State,
    session: &SessionRow,
    selected: bool,
    width: u16,
    palette: Palette,
) -> Line<'static> {
    let ended = session.ended_unix_ns;
    let until = ended.unwrap_or(state.now_unix_ns);
    let lasted = numbers::span(until.saturating_sub(session.started_unix_ns));
    let began = clock(session.started_unix_ns);
    let roomy = width >= ROOMY;
    let (began, many) = if roomy { (began.get(..5).unwrap_or_default(), 5) } else { ("", 4) };
    let place = usize::from(width).saturating_sub(3 + 9 + began.len() + 6 + 6 + many + 1);
    let last = session.cwd.rsplit('/').next().unwrap_or_default();
    let directory =
        if roomy { text::cut_middle(&session.cwd, place) } else { text::cut(last, place) };
    Line::from(vec![
        Span::raw(pointer(selected)),
        life(ended.is_some(), session.seen_unix_ns, state.now_unix_ns, palette),
        Span::raw(format!("{} ", short(session.id))),
        palette.span(began.to_owned(), Colour::Dim),
        Span::raw(text::right(&lasted, 6)),
        palette.span(text::right(&text::count(session.acts), 6), Colour::Dim),
        found(session.findings, many, palette),
        Span::raw(" "),
        palette.span(directory, Colour::Dim),
    ])
}
