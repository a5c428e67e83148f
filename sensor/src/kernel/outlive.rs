//! What holds when this process dies or hangs: while rules are in force everything that refuses is pinned, and the
//! kernel is told every second that somebody looks after it.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use event::{Act, Event, Label, ProcessId};

use super::KernelSource;
use super::earlier::Earlier;
use super::pins::Pins;
use crate::source::SourceError;

/// How what refuses outlives the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlive {
    /// Where its pins lie, see [`crate::pins::place`].
    pub place: PathBuf,
    /// How long it goes on refusing when nobody looks after it; none: it does not outlive the daemon at all.
    pub longest: Option<Duration>,
}

/// How long sessions of an earlier run are looked for where this one outlives nothing.
const SHORT: Duration = Duration::from_secs(60);

impl KernelSource {
    /// From now on; what earlier daemons left is taken over, see `earlier.rs`. Says how many sessions they hold.
    pub fn outlive(&mut self, outlive: Outlive) -> Result<usize, SourceError> {
        let io = |error| SourceError::Io { path: outlive.place.display().to_string(), error };
        let earlier = Earlier::all(&outlive.place, outlive.longest.unwrap_or(SHORT)).map_err(io)?;
        let sessions = earlier.iter().map(Earlier::sessions).sum();
        earlier.iter().for_each(|it| self.read_left(it));
        self.orders.succeed(earlier);
        if outlive.longest.is_some() {
            // That it can be is known now, not when the first rules come.
            Pins::make(&outlive.place).map_err(io)?.remove();
        }
        self.outlive = Some(outlive);
        Ok(sessions)
    }

    /// What happened while nobody read: of those who run now, and of their descendants. Labels were that run's own.
    fn read_left(&self, earlier: &Earlier) {
        let mut reader = self.reader.borrow_mut();
        let running: HashSet<ProcessId> = reader.batch.iter().map(|event| event.process).collect();
        let mut events = Vec::new();
        for record in earlier.unread() {
            let decoded = reader.decoder.decode(&record).and_then(|it| it.event);
            // Which program a process runs now is known already.
            let known = |event: &Event| {
                matches!(event.act, Act::ProcessExec(_)) && running.contains(&event.process)
            };
            if let Some(event) = decoded.filter(|event| !known(event)) {
                events.push(Event { label: Label::NONE, ..event });
            }
        }
        if !events.is_empty() {
            tracing::info!(count = events.len(), "events of after an earlier run had died");
        }
        reader.batch.append(&mut events);
    }

    /// Pins while there are rules.
    pub(super) fn keep_pinned(&mut self, rules: bool) {
        let mut watch = self.watch.borrow_mut();
        if !rules {
            if watch.unpin() {
                watch.loaded_mut().look_after(None);
            }
            return;
        }
        let Some(outlive) = self.outlive.as_ref().filter(|it| it.longest.is_some()) else { return };
        if watch.pins().is_none() {
            let made = Pins::make(&outlive.place).map_err(|error| SourceError::Io {
                path: outlive.place.display().to_string(),
                error,
            });
            let pinned = made.and_then(|pins| {
                let pinned = self.orders.pin(&pins).and_then(|()| watch.pin(pins.clone()));
                pinned.inspect_err(|_| pins.remove())
            });
            if let Err(error) = pinned {
                tracing::error!(%error, "what sessions are refused ends with this process");
                // Tried once.
                self.outlive = None;
                return;
            }
            watch.loaded_mut().look_after(outlive.longest);
        }
        if let (Some(pins), Some(flows)) = (watch.pins(), &mut self.flows)
            && let Err(error) = pins.keep("on_sys_enter", flows)
        {
            tracing::warn!(%error, "it is not seen where secrets go when this process dies");
        }
    }

    /// Every second.
    pub(super) fn look_after(&mut self) {
        let mut watch = self.watch.borrow_mut();
        if watch.pins().is_some() {
            let longest = self.outlive.as_ref().and_then(|it| it.longest);
            watch.loaded_mut().look_after(longest);
        }
        drop(watch);
        self.orders.take_over();
    }
}
