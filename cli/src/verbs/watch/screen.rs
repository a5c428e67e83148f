//! The screen: owns the terminal, brings records, keys and time to the state, draws when it has changed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use journal::{FindingFilter, SessionFilter, StateReader};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::Exit;
use super::detail::{self, Answer};
use super::draw::{self, Palette, Theme};
use super::pace::{self, Pace};
use super::state::{Ask, Key, Outcome, State};
use super::tail::{self, Told};
use crate::config::Config;
use crate::status::Status;

/// How often time and the daemon's status are looked at.
const TICK: Duration = Duration::from_secs(1);
/// What is known of the past at the start.
const PAST_SESSIONS: u32 = 500;
const PAST_FINDINGS: u32 = 300;
const LOSSES_NS: u64 = 24 * 3_600 * 1_000_000_000;

/// Shows the record from `from` on until the person or a signal ends it.
pub fn run(config: Config, from: u64, all: bool) -> Result<Exit> {
    let dir = config.data_dir();
    // An error that stands in the way from the beginning is said before the screen is taken.
    // A record that may not be read is said before the screen is taken; one that is not there yet is
    // waited for.
    std::fs::read_dir(&dir).map(drop).or_else(absent).or_else(|_| crate::verbs::readable(&dir))?;
    let stop = stop_flag()?;
    let mut state = State::new(&crate::host::this_host().name, all);
    state.tick(crate::host::now_unix_ns());
    recall(&dir, from, &mut state);
    let told = tail::follow(dir, from, Arc::clone(&stop))?;
    let (ask, answers) = sync_channel(4);
    let mut terminal = ratatui::try_init().context("cannot take the terminal")?;
    let shown =
        Screen { config, state, told, ask, answers, stop: Arc::clone(&stop) }.show(&mut terminal);
    ratatui::restore();
    stop.store(true, Ordering::Relaxed);
    shown.map(|()| Exit::Done)
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// SIGINT and SIGTERM end the screen in order, however often they come. SIGHUP just ends the process:
/// the terminal is gone, nothing is left to restore, and crossterm reads its end of file for ever.
fn stop_flag() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// Agents, sessions, findings and losses from before; a host without them is a good one.
fn recall(dir: &Path, from: u64, state: &mut State) {
    let Ok(reader) = StateReader::open(dir) else { return };
    let sessions = SessionFilter { limit: Some(PAST_SESSIONS), ..SessionFilter::default() };
    let findings = FindingFilter { limit: Some(PAST_FINDINGS), ..FindingFilter::default() };
    state.known(
        &reader.agents().unwrap_or_default(),
        &reader.sessions(&sessions).unwrap_or_default(),
        &reader.findings(&findings).unwrap_or_default(),
    );
    let losses = reader.losses(state.now_unix_ns.saturating_sub(LOSSES_NS)).unwrap_or_default();
    // Later ones come with the record.
    losses.iter().rev().filter(|loss| loss.until_unix_ns < from).for_each(|loss| state.lost(loss));
}

struct Screen {
    config: Config,
    state: State,
    told: Receiver<Told>,
    ask: SyncSender<Answer>,
    answers: Receiver<Answer>,
    stop: Arc<AtomicBool>,
}

impl Screen {
    fn show(mut self, terminal: &mut DefaultTerminal) -> Result<()> {
        let palette =
            Palette::new(if crate::out::coloured() { Theme::Colour } else { Theme::Plain });
        let dir = self.config.data_dir();
        let (mut drawn, mut ticked) = (None::<Instant>, None::<Instant>);
        let mut asked = false;
        while !self.stop.load(Ordering::Relaxed) {
            if ticked.is_none_or(|at| at.elapsed() >= TICK) {
                ticked = Some(Instant::now());
                self.state.tick(crate::host::now_unix_ns());
                self.state.daemon(Status::read(&dir).ok().flatten());
            }
            // What a person did is shown before anything else is taken.
            let more = asked || self.take();
            let mut pace = Pace {
                dirty: self.state.is_dirty(),
                asked: std::mem::take(&mut asked),
                more,
                drawn: drawn.map(|at| at.elapsed()),
            };
            if pace.draws() {
                self.state.take_dirty();
                terminal.draw(|frame| draw::draw(frame, &mut self.state, palette))?;
                drawn = Some(Instant::now());
                pace.dirty = false;
            }
            if event::poll(pace.waits())? {
                asked = true;
                if !self.keys()? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes what came; true if there may be more.
    fn take(&mut self) -> bool {
        while let Ok((ask, (title, lines))) = self.answers.try_recv() {
            self.state.answer(ask, title, lines);
        }
        let began = Instant::now();
        while began.elapsed() < pace::TAKING {
            for _ in 0..pace::AT_ONCE {
                match self.told.try_recv() {
                    Ok(Told::Record(record)) => self.state.feed(&record),
                    Ok(Told::Present) => self.state.read(None),
                    Ok(Told::Trouble(why)) => self.state.read(Some(why)),
                    Err(_) => return false,
                }
            }
        }
        true
    }

    /// Takes the keys that were pressed; false at the end.
    fn keys(&mut self) -> Result<bool> {
        while event::poll(Duration::ZERO)? {
            match event::read()? {
                Event::Key(pressed) if pressed.kind != KeyEventKind::Release => {
                    let Some(key) = key(pressed) else { continue };
                    match self.state.key(key) {
                        Outcome::Stay => {}
                        Outcome::Quit => return Ok(false),
                        Outcome::Ask(ask) => self.read(ask),
                    }
                }
                Event::Resize(..) => self.state.touch(),
                _ => {}
            }
        }
        Ok(true)
    }

    fn read(&self, ask: Ask) {
        detail::read(&self.config, ask, self.ask.clone());
    }
}

fn key(pressed: KeyEvent) -> Option<Key> {
    let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
    Some(match pressed.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('h') if control => Key::Erase,
        KeyCode::Char(_) if control => return None,
        KeyCode::Char(letter) => Key::Letter(letter),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Erase,
        _ => return None,
    })
}
