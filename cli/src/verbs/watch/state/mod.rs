//! What the screen shows, without a terminal: records and keys in, rows out. Knows no clock and no file;
//! everything in it is bounded.

pub mod acts;
mod filter;
mod findings;
mod keys;
mod meter;
mod roster;
#[cfg(test)]
pub mod tests;
mod view;

use event::{Agent, Finding, Loss, Record, Session};

use super::is_noise;
use crate::status::Status;
use acts::{Acts, Row};
use findings::{FindingRow, Findings, Losses};
pub use keys::{Ask, Key, Outcome};
use meter::Meter;
pub use meter::rate;
use roster::Roster;
pub use roster::{AgentRow, SessionRow};
pub use view::{Mode, Pane, View};

/// All of it.
#[derive(Debug, Default)]
pub struct State {
    /// Agents and sessions.
    pub roster: Roster,
    /// Acts.
    pub acts: Acts,
    /// Findings.
    pub findings: Findings,
    /// Losses.
    pub losses: Losses,
    /// Acts of all agents.
    pub meter: Meter,
    /// What the person looks at.
    pub view: View,
    /// Name of the host.
    pub host: String,
    /// Now, as last told by [`State::tick`], UTC.
    pub now_unix_ns: u64,
    /// What `up` said of itself last.
    pub daemon: Option<Status>,
    /// The past has been read.
    pub present: bool,
    /// Why the record could not be read.
    pub trouble: Option<String>,
    /// Something has changed since the last drawing.
    dirty: bool,
}

impl State {
    /// An empty screen. With `all`, what is mostly noise is shown too.
    pub fn new(host: &str, all: bool) -> Self {
        let mut state = Self { host: host.to_owned(), dirty: true, ..Self::default() };
        state.view.all = all;
        state
    }

    /// What was known before the record is followed.
    pub fn known(&mut self, agents: &[Agent], sessions: &[Session], findings: &[Finding]) {
        agents.iter().for_each(|agent| self.roster.agent(agent));
        sessions.iter().for_each(|session| self.roster.session(session));
        findings.iter().for_each(|finding| self.finding(finding));
        self.dirty = true;
    }

    /// Takes a record.
    pub fn feed(&mut self, record: &Record) {
        self.dirty = true;
        match record {
            Record::Act(act) => {
                let (time, count) = (act.event.time_unix_ns, act.event.count);
                self.meter.add(time, count);
                if let Some(actor) = &act.actor {
                    self.roster.act(actor, time, count);
                }
                if self.view.all || !is_noise(&act.event.act) {
                    self.acts.add(act, self.view.paused);
                }
            }
            Record::Agent(agent) => self.roster.agent(agent),
            Record::Session(session) => self.roster.session(session),
            Record::Finding(finding) => self.finding(finding),
            Record::Loss(loss) => self.lost(loss),
            Record::Program(_) | Record::Asset(_) | Record::Decision(_) | Record::Audit(_) => {}
        }
    }

    /// Events were lost.
    pub fn lost(&mut self, loss: &Loss) {
        self.losses.add(loss);
        self.dirty = true;
    }

    fn finding(&mut self, finding: &Finding) {
        if self.findings.add(finding)
            && let Some(actor) = &finding.actor
        {
            self.roster.finding(actor, finding.time_unix_ns);
        }
    }

    /// The end of the record was reached, or it cannot be read.
    pub fn read(&mut self, trouble: Option<String>) {
        self.present |= trouble.is_none();
        self.dirty |= self.trouble != trouble;
        self.trouble = trouble;
        self.dirty = true;
    }

    /// Time goes on. Where nothing happens, what is shown changes once a minute.
    pub fn tick(&mut self, now_unix_ns: u64) {
        let minute = |time: u64| time / 60_000_000_000;
        self.dirty |= minute(now_unix_ns) != minute(self.now_unix_ns) || self.is_moving();
        self.now_unix_ns = now_unix_ns;
        self.meter.advance(now_unix_ns / 1_000_000_000);
        self.roster.advance(now_unix_ns / 1_000_000_000);
    }

    fn is_moving(&self) -> bool {
        self.meter.parts(1) != [0]
    }

    /// Something else than a record or a key has changed.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    /// What `up` says of itself.
    pub fn daemon(&mut self, status: Option<Status>) {
        let shown = |status: &Option<Status>| {
            status.as_ref().map(|one| {
                let now = (one.pid, one.lost(), one.events_per_s as u64, one.over_budget.clone());
                (now, one.cpu_percent as u64, one.memory_mib as u64 / 4)
            })
        };
        let ended = |status: &Option<Status>| !self.runs(status);
        self.dirty |=
            shown(&status) != shown(&self.daemon) || ended(&status) != ended(&self.daemon);
        self.daemon = status;
    }

    /// Whether an `up` is at work here.
    pub fn runs(&self, status: &Option<Status>) -> bool {
        status.as_ref().is_some_and(|status| status.is_fresh(self.now_unix_ns))
    }

    /// Something has changed since the last drawing.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// True once after each change.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::replace(&mut self.dirty, false)
    }

    /// Acts of the selected agent or session that pass the filter, the oldest first.
    pub fn shown_acts(&self) -> Vec<&Row> {
        let view = &self.view;
        let rows = self.acts.rows().filter(|row| {
            view.agent.is_none_or(|agent| row.agent == Some(agent))
                && view.session.is_none_or(|session| row.session == Some(session))
                && view.filter.takes(row.texts())
        });
        rows.collect()
    }

    /// Findings of the selected agent or session that pass the filter, the newest first.
    pub fn shown_findings(&self) -> Vec<&FindingRow> {
        let view = &self.view;
        let rows = self.findings.rows().filter(|row| {
            let actor = row.finding.actor.as_ref();
            let severity = row.finding.rule.severity.name();
            view.agent.is_none_or(|agent| actor.is_some_and(|actor| actor.agent == agent))
                && view.session.is_none_or(|id| actor.is_some_and(|actor| actor.session == id))
                && view.filter.takes([&*row.summary, &row.title, severity].into_iter())
        });
        rows.collect()
    }
}
