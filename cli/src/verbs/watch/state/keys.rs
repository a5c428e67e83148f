//! What each key does.

use event::{FindingId, SessionId};

use super::acts::heading;
use super::filter::Filter;
use super::view::{Mode, Overlay, Pane};
use super::{Row, State};
use crate::lines::stamp;
use crate::out::{Colour, Words};

/// A key, whatever the terminal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Left,
    Right,
    Tab,
    BackTab,
    Enter,
    Escape,
    Erase,
    Interrupt,
    Letter(char),
}

/// What is to be read from the record, beside the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// How a finding came to be.
    Why(FindingId),
    /// The acts of a session.
    Session(SessionId),
}

/// What comes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing more.
    Stay,
    /// The end.
    Quit,
    /// Something has to be read; [`State::answer`] brings it.
    Ask(Ask),
}

/// Rows up or down.
#[derive(Clone, Copy, Debug)]
enum Move {
    By(isize),
    Page(isize),
    First,
    Last,
}

impl Move {
    fn of(key: Key) -> Option<Self> {
        Some(match key {
            Key::Up | Key::Letter('k') => Self::By(-1),
            Key::Down | Key::Letter('j') => Self::By(1),
            Key::PageUp => Self::Page(-1),
            Key::PageDown | Key::Letter(' ') => Self::Page(1),
            Key::Home | Key::Letter('g') => Self::First,
            Key::End | Key::Letter('G') => Self::Last,
            _ => return None,
        })
    }

    /// The place `from` comes to, among `count`.
    fn to(self, from: usize, count: usize, page: usize) -> usize {
        let by = |by: isize| from.saturating_add_signed(by).min(count.saturating_sub(1));
        match self {
            Self::By(rows) => by(rows),
            Self::Page(pages) => by(pages * page.max(2) as isize - pages),
            Self::First => 0,
            Self::Last => count.saturating_sub(1),
        }
    }
}

impl State {
    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Outcome {
        self.touch();
        if key == Key::Interrupt {
            return Outcome::Quit;
        }
        match self.view.mode {
            Mode::Watch => self.watch_key(key),
            Mode::Filter { .. } => {
                self.filter_key(key);
                Outcome::Stay
            }
            Mode::Overlay(_) => self.overlay_key(key),
        }
    }

    fn watch_key(&mut self, key: Key) -> Outcome {
        if let Some(step) = Move::of(key) {
            self.go(step);
            return Outcome::Stay;
        }
        let view = &mut self.view;
        match key {
            Key::Tab | Key::Right | Key::Letter('l') => view.focus = view.focus.turn(1),
            Key::BackTab | Key::Left | Key::Letter('h') => view.focus = view.focus.turn(3),
            Key::Letter('q') => return Outcome::Quit,
            Key::Letter('p') => self.pause(),
            Key::Letter('a') => view.all = !view.all,
            Key::Letter('z') => view.zoomed = !view.zoomed,
            Key::Letter('/') => {
                view.mode = Mode::Filter { before: view.filter.text().to_owned() };
            }
            Key::Letter('?') => view.mode = Mode::Overlay(help()),
            Key::Escape => self.let_go(),
            Key::Enter => return self.enter(),
            _ => {}
        }
        Outcome::Stay
    }

    fn pause(&mut self) {
        self.view.paused = !self.view.paused;
        if !self.view.paused {
            self.acts.resume();
        }
    }

    /// Escape: one thing after the other back to how it began.
    fn let_go(&mut self) {
        let view = &mut self.view;
        match () {
            () if view.zoomed => view.zoomed = false,
            () if !view.filter.is_empty() => view.filter = Filter::default(),
            () if view.act.is_some() || view.finding.is_some() => {
                (view.act, view.finding) = (None, None);
            }
            () => (view.agent, view.session) = (None, None),
        }
    }

    fn go(&mut self, step: Move) {
        let page = self.view.heights[self.view.focus as usize];
        match self.view.focus {
            Pane::Agents => {
                let ids: Vec<_> = self.roster.agents().iter().map(|row| row.id).collect();
                let id = of_all(&ids, self.view.agent, step, page);
                if id != self.view.agent {
                    (self.view.agent, self.view.session) = (id, None);
                    (self.view.act, self.view.finding) = (None, None);
                }
            }
            Pane::Sessions => {
                let rows = self.roster.sessions(self.view.agent);
                let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                let id = of_all(&ids, self.view.session, step, page);
                if id != self.view.session {
                    self.view.session = id;
                    (self.view.act, self.view.finding) = (None, None);
                }
            }
            Pane::Acts => {
                let numbers: Vec<u64> = self.shown_acts().iter().map(|row| row.number).collect();
                let last = numbers.len().saturating_sub(1);
                // A row that is gone was the oldest.
                let from = self.view.act.map_or(last, |act| numbers.partition_point(|n| *n < act));
                let to = step.to(from, numbers.len(), page);
                self.view.act = numbers.get(to).copied().filter(|_| to < last);
            }
            Pane::Findings => {
                let ids: Vec<_> = self.shown_findings().iter().map(|row| row.finding.id).collect();
                let is = |id: &FindingId| Some(*id) == self.view.finding;
                let from = ids.iter().position(is).unwrap_or(0);
                let to = step.to(from, ids.len(), page);
                self.view.finding = ids.get(to).copied().filter(|_| to > 0);
            }
        }
    }

    fn enter(&mut self) -> Outcome {
        match self.view.focus {
            Pane::Agents => self.view.focus = Pane::Sessions,
            Pane::Sessions => match self.view.session {
                Some(session) => return self.ask(Ask::Session(session), "session"),
                None => self.view.focus = Pane::Acts,
            },
            Pane::Acts => {
                let rows = self.shown_acts();
                let at = self.view.act;
                let row = rows.iter().find(|row| Some(row.number) == at).or(rows.last());
                if let Some(overlay) = row.map(|row| self.about(row)) {
                    self.view.mode = Mode::Overlay(overlay);
                }
            }
            Pane::Findings => {
                let rows = self.shown_findings();
                let at = self.view.finding;
                let row = rows.iter().find(|row| Some(row.finding.id) == at).or(rows.first());
                if let Some(id) = row.map(|row| row.finding.id) {
                    return self.ask(Ask::Why(id), "why");
                }
            }
        }
        Outcome::Stay
    }

    fn ask(&mut self, ask: Ask, title: &str) -> Outcome {
        let lines = vec![Words::default().with("reading the record …", Colour::Dim)];
        let title = title.to_owned();
        self.view.mode = Mode::Overlay(Overlay { title, lines, top: 0, waits: Some(ask) });
        Outcome::Ask(ask)
    }

    /// What was asked for, unless the person has gone on meanwhile.
    pub fn answer(&mut self, ask: Ask, title: String, lines: Vec<Words>) {
        if let Mode::Overlay(overlay) = &mut self.view.mode
            && overlay.waits == Some(ask)
        {
            *overlay = Overlay { title, lines, top: 0, waits: None };
            self.touch();
        }
    }

    fn filter_key(&mut self, key: Key) {
        let Mode::Filter { before } = &self.view.mode else { return };
        let before = before.clone();
        let mut text = self.view.filter.text().to_owned();
        match key {
            Key::Enter => self.view.mode = Mode::Watch,
            Key::Escape => {
                text = before;
                self.view.mode = Mode::Watch;
            }
            Key::Erase => drop(text.pop()),
            Key::Letter(letter) if text.chars().count() < 200 => text.push(letter),
            _ => return,
        }
        self.view.filter = Filter::new(&text);
        (self.view.act, self.view.finding) = (None, None);
    }

    fn overlay_key(&mut self, key: Key) -> Outcome {
        let (height, rows) = self.view.overlay;
        let Mode::Overlay(overlay) = &mut self.view.mode else { return Outcome::Stay };
        if let Some(step) = Move::of(key) {
            let last = rows.saturating_sub(height);
            overlay.top = step.to(overlay.top.min(last), last + 1, height);
        } else if matches!(key, Key::Escape | Key::Enter | Key::Letter('q' | '?') | Key::Left) {
            self.view.mode = Mode::Watch;
        }
        Outcome::Stay
    }

    /// Everything about one act.
    fn about(&self, row: &Row) -> Overlay {
        let fact = |name: &str, value: &str| {
            Words::default().with(format!("  {name:<9} "), Colour::Dim).and(value)
        };
        let time =
            format!("{}  {}", stamp(row.time_unix_ns), crate::lines::clock(row.time_unix_ns));
        let mut lines = vec![
            Words::default().with(format!("{} {}", row.verb.0, row.object), Colour::Bold),
            Words::default(),
            fact("when", &time),
            fact("who", &heading(row)),
            fact("process", &format!("{} (pid {})", row.program, row.pid)),
            fact("command", &row.command),
            fact("directory", &row.cwd),
            fact("account", &row.user),
        ];
        if let Some(command) = row.call.and_then(|call| self.acts.command(call)) {
            lines.push(fact("tool call", command));
        }
        if row.count > 1 {
            lines.push(fact("times", &row.count.to_string()));
        }
        if !row.caveats.is_empty() {
            lines.push(fact("seen", &row.caveats));
        }
        lines.push(fact("event", &row.event.to_string()));
        Overlay { title: "act".into(), lines, top: 0, waits: None }
    }
}

/// Moves in a list whose first place is "all".
fn of_all<T: Copy + PartialEq>(ids: &[T], at: Option<T>, step: Move, page: usize) -> Option<T> {
    let from = at.and_then(|at| ids.iter().position(|id| *id == at)).map_or(0, |place| place + 1);
    let to = step.to(from, ids.len() + 1, page);
    to.checked_sub(1).and_then(|place| ids.get(place).copied())
}

fn help() -> Overlay {
    const KEYS: &[(&str, &str)] = &[
        ("tab, shift-tab", "next pane, pane before (also arrows, h and l)"),
        ("up, down, j, k", "move; page up and down, g first, G last"),
        ("enter", "agent: its sessions; session: its acts as a tree;"),
        ("", "act: all about it; finding: how it came to be"),
        ("esc", "back; clears filter and selection"),
        ("/", "filter acts and findings: `ssh -codex` has `ssh` and not `codex`"),
        ("p", "acts stand still; findings and losses still come"),
        ("a", "from now on also noise: forks, exits, pipes, reads of system libraries"),
        ("z", "this pane alone, and back"),
        ("q, ctrl-c", "quit"),
    ];
    const SIGNS: &[(&str, &str)] = &[
        ("●  ○  ·", "runs and acts; runs and is silent; ended"),
        ("▲", "a finding stands on this act"),
        ("×3", "so many equal acts"),
        ("LOST", "events that were not recorded, with their cause; never hidden"),
    ];
    let heading = |text: &str| Words::default().with(text, Colour::Bold);
    let line = |(key, meaning): &(&str, &str)| {
        Words::default().with(format!("  {key:<16}"), Colour::Cyan).and(*meaning)
    };
    let mut lines = vec![heading("Keys")];
    lines.extend(KEYS.iter().map(line));
    lines.extend([Words::default(), heading("Signs")]);
    lines.extend(SIGNS.iter().map(line));
    lines.extend([Words::default(), Words::plain("Times are UTC.")]);
    Overlay { title: "help".into(), lines, top: 0, waits: None }
}
