//! The story's own `up`, and what its record says.

use std::time::Duration;

use anyhow::{Result, bail};
use event::{Finding, Judged, Outcome, Severity};
use journal::{DecisionFilter, FindingFilter, SessionFilter, StateReader};

use super::children::{Children, Running};
use super::ground::Ground;

/// What it says when it watches.
const READY: &str = "chaperone observes this host";

/// How long the record may need to know of something.
const SOON: Duration = Duration::from_secs(15);

/// `up` as a child of the story; it ends when this is dropped.
pub struct Daemon {
    _running: Running,
}

impl Daemon {
    /// Starts it, and returns when it watches.
    pub fn start(ground: &Ground, children: &Children) -> Result<Self> {
        let mut running = children.start(&mut ground.verb(&["up", "--quiet"])?)?;
        children.until("`chaperone up`", || {
            let said = running.said()?;
            if running.is_over()? {
                bail!("`chaperone up` does not run here: {}", said.trim());
            }
            Ok(said.contains(READY))
        })?;
        Ok(Self { _running: running })
    }
}

/// The record of the story.
pub struct Told<'g> {
    ground: &'g Ground,
    children: &'g Children,
}

impl<'g> Told<'g> {
    /// Of this ground.
    pub fn of(ground: &'g Ground, children: &'g Children) -> Self {
        Self { ground, children }
    }

    /// What policy said since a moment about the act that `is` says, once it is told.
    pub fn decision(
        &self,
        since_unix_ns: u64,
        is: impl Fn(&Judged) -> bool,
    ) -> Result<Option<Judged>> {
        self.soon(|state| {
            let filter = DecisionFilter {
                outcome: Some(Outcome::Prevented),
                since_unix_ns,
                ..DecisionFilter::default()
            };
            Ok(state.decisions(&filter)?.into_iter().find(|it| is(it)))
        })
    }

    /// The gravest finding of a product's agents since a moment, once `is` one.
    pub fn finding(
        &self,
        since_unix_ns: u64,
        is: impl Fn(&Finding) -> bool,
    ) -> Result<Option<Finding>> {
        self.soon(|state| {
            let filter = FindingFilter {
                severity: Severity::Medium,
                since_unix_ns,
                ..FindingFilter::default()
            };
            let found = state.findings(&filter)?.into_iter().filter(|it| is(it));
            Ok(found.max_by_key(|it| (it.rule.severity, it.time_unix_ns)))
        })
    }

    fn soon<T>(&self, look: impl Fn(&StateReader) -> Result<Option<T>>) -> Result<Option<T>> {
        let mut found = None;
        self.children.within(SOON, || {
            found = look(&StateReader::open(&self.ground.record())?)?;
            Ok(found.is_some())
        })?;
        Ok(found)
    }
}

/// Waits until an agent that works in the project is known; a model takes that long, too.
pub fn wait_for_session(record: &std::path::Path, project: &str, since_unix_ns: u64) {
    let began = std::time::Instant::now();
    let known = || {
        let state = StateReader::open(record).ok()?;
        let filter = SessionFilter { running: true, since_unix_ns, ..SessionFilter::default() };
        let mut sessions = state.sessions(&filter).ok()?.into_iter();
        sessions
            .find(|session| *session.cwd == *project && session.started_unix_ns >= since_unix_ns)
    };
    while known().is_none() && began.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(50));
    }
}
