//! The story's own `up`, and what its record says.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use event::show::brief;
use event::{Finding, Judged, Outcome, Session, SessionId, Severity};
use journal::{DecisionFilter, FindingFilter, SessionFilter, StateReader};
use link::{Ask, Operation, Reply};

use super::children::{Children, Running};
use super::ground::Ground;
use crate::config::Config;

/// What it says when it watches.
const READY: &str = "chaperone observes this host";

/// How long the record may need to know of something, and how often it is looked.
const SOON: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_millis(50);

/// `up` as a child of the story; it ends when this is dropped.
pub struct Daemon {
    running: Running,
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
        Ok(Self { running })
    }
}

impl Daemon {
    /// What it last warned of, behind `what` did not hold: often the reason.
    pub fn blamed(&self, what: &str) -> String {
        let said = self.running.said().unwrap_or_default();
        let warned = said.lines().rev().find_map(|line| line.split_once(" WARN "));
        match warned {
            Some((_, warning)) => format!("{what}; `up` warned: {}", brief(warning.trim(), 200)),
            None => what.to_owned(),
        }
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

/// What an agent is waited for by.
pub struct Awaited {
    record: PathBuf,
    socket: PathBuf,
    project: String,
    since_unix_ns: u64,
}

impl Awaited {
    /// The next agent on this ground.
    pub fn next(ground: &Ground) -> Result<Self> {
        let mut config = Config::load(Some(&ground.configuration()))?;
        config.data_dir = Some(ground.record());
        Ok(Self {
            record: ground.record(),
            socket: config.socket().path,
            project: ground.project().to_string_lossy().into_owned(),
            since_unix_ns: crate::host::now_unix_ns(),
        })
    }

    /// When it began to be waited for.
    pub fn since(&self) -> u64 {
        self.since_unix_ns
    }

    /// Waits until it is known and held: a model takes that long, too.
    pub fn wait(&self) {
        let began = Instant::now();
        while began.elapsed() < SOON && !self.session().is_some_and(|session| self.is_held(session))
        {
            thread::sleep(PACE);
        }
    }

    fn session(&self) -> Option<SessionId> {
        let state = StateReader::open(&self.record).ok()?;
        let since_unix_ns = self.since_unix_ns;
        let filter = SessionFilter { running: true, since_unix_ns, ..SessionFilter::default() };
        let mut sessions = state.sessions(&filter).ok()?.into_iter();
        let is_it = |session: &Session| {
            *session.cwd == *self.project && session.started_unix_ns >= since_unix_ns
        };
        sessions.find(is_it).map(|session| session.id)
    }

    /// Orders are carried out behind all that is to be held by then: one that reaches the session says that it is.
    /// It releases what nobody has frozen, so it changes nothing.
    fn is_held(&self, session: SessionId) -> bool {
        let order = Operation::Release { of: session.to_string().into() };
        match link::ask(&self.socket, &Ask::Operate(order), SOON) {
            Ok(Reply::Told(told)) => {
                told["sessions"].as_array().is_some_and(|reached| !reached.is_empty())
            }
            _ => false,
        }
    }
}
