//! The journal on its thread: appends, lets the state follow, feeds the outlets, and has old data tended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use detect::prevalence::Prevalence;
use event::ocsf::{self, Device};
use event::{Loss, LossCause, Record};
use journal::outlet::{Mapping, Outlets};
use journal::{Clerk, DataDir, Position, Writer};

use super::audit::Auditor;
use super::before::{self, Before};
use super::gauges::Gauges;
use super::questions::Questions;
#[cfg(feature = "sql")]
use super::upkeep::Upkeep;
use crate::config::Config;

/// How often old data is rolled and removed.
const UPKEEP: Duration = Duration::from_secs(300);
/// The longest the thread sleeps without a look around.
const IDLE: Duration = Duration::from_secs(1);

struct Keeper {
    writer: Writer,
    clerk: Clerk,
    /// What was not new to an agent product before this act.
    prevalence: Prevalence,
    outlets: Outlets,
    audit: Auditor,
    questions: Questions,
    settings: journal::Settings,
    tended: Instant,
    told: Instant,
    gauges: Arc<Gauges>,
    #[cfg(feature = "sql")]
    upkeep: Upkeep,
    dir: DataDir,
}

/// Starts the thread; it ends when the engine has.
pub fn start(
    dir: DataDir,
    config: &Config,
    before: Before,
    records: Receiver<Vec<Record>>,
    gauges: &Arc<Gauges>,
    stop: &Arc<AtomicBool>,
) -> Result<JoinHandle<Result<()>>> {
    let prevalence = before.prevalence();
    let retention = config.journal.retention.clone();
    let clerk = Clerk::start(before.state, dir.path(), retention)?;
    let mut writer = Writer::open(&dir, &config.journal.segments)?;
    if let Some(last) = writer.resumed_unix_ns() {
        report_shed(writer.append(&[not_running_since(last)]).map(drop));
    }
    let outlets = Outlets::start(&dir, &config.journal.outlets, writer.end(), &mapping())?;
    let keeper = Keeper {
        writer,
        clerk,
        prevalence,
        outlets,
        audit: Auditor::start(config)?,
        questions: Questions::open(config)?,
        settings: config.journal.clone(),
        tended: Instant::now(),
        told: Instant::now(),
        gauges: Arc::clone(gauges),
        #[cfg(feature = "sql")]
        upkeep: Upkeep::start(&dir, config.journal.retention.clone())?,
        dir,
    };
    let stop = Arc::clone(stop);
    let work = move || {
        let ended = keeper.run(&records);
        // Nothing may be watched that is not recorded.
        stop.store(true, Ordering::Relaxed);
        ended
    };
    Ok(thread::Builder::new().name("journal".into()).spawn(work)?)
}

/// Between the last record of the last run and now nobody watched, as far as the record can tell.
fn not_running_since(last_unix_ns: u64) -> Record {
    Record::Loss(Loss {
        cause: LossCause::NotRunning,
        count: 0,
        from_unix_ns: last_unix_ns,
        until_unix_ns: crate::host::now_unix_ns(),
        place: "chaperone".into(),
    })
}

/// Findings leave as OCSF.
fn mapping() -> Mapping {
    let device = Device::named(crate::host::this_host().name);
    Arc::new(move |record| ocsf::export(record, &device, ocsf::Version::V1_9))
}

impl Keeper {
    fn run(mut self, records: &Receiver<Vec<Record>>) -> Result<()> {
        loop {
            let due = [self.writer.due(), self.audit.due()].into_iter().flatten().min();
            let wait = due.unwrap_or(IDLE).min(IDLE);
            match records.recv_timeout(wait) {
                Ok(batch) => {
                    self.gauges.kept.fetch_add(1, Ordering::Relaxed);
                    self.keep(&batch);
                }
                Err(RecvTimeoutError::Timeout) => report_shed(self.writer.tend()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.questions.tend();
            if let Some(head) = self.audit.tend() {
                self.keep(&[head]);
            }
            let losses = self.outlets.take_losses();
            if !losses.is_empty() {
                self.keep(&losses.into_iter().map(Record::Loss).collect::<Vec<_>>());
            }
            if self.told.elapsed() >= IDLE {
                self.told = Instant::now();
                self.dir.check()?;
                self.gauges.outlets(self.writer.end(), &self.outlets.status());
            }
            // A full disk is no reason to stop: what is kept too long does no harm.
            if let Err(error) = self.tend() {
                tracing::error!(%error, "old data was not removed");
            }
        }
        self.audit.end();
        self.writer.sync()?;
        if self.clerk.shed() > 0 {
            tracing::warn!(count = self.clerk.shed(), "first times not remembered");
        }
        self.clerk.finish();
        Ok(())
    }

    fn keep(&mut self, batch: &[Record]) {
        self.gauges.losses(batch);
        self.gauges.ends(batch);
        self.audit.take(batch);
        self.questions.take(batch);
        let appended = self.writer.append(batch);
        let refused = appended.as_ref().err().map(ToString::to_string);
        self.gauges.disk(refused.or_else(|| self.audit.trouble().map(str::to_owned)));
        report_shed(appended.map(drop));
        let urgent = |record: &Record| {
            matches!(
                record,
                Record::Finding(_) | Record::Loss(_) | Record::Asset(_) | Record::Audit(_)
            ) || matches!(record, Record::Decision(judged) if !judged.decision.effect.goes_on())
        };
        if batch.iter().any(urgent) {
            // Who is woken must find it: a frame that still collects is seen by nobody.
            report_shed(self.writer.flush());
            self.outlets.wake();
        }
        let news: Vec<_> = batch
            .iter()
            .filter_map(|record| match record {
                Record::Act(act) => before::news(&mut self.prevalence, act),
                _ => None,
            })
            .collect();
        if !news.is_empty() {
            self.clerk.remember(news);
        }
    }

    /// Begins a round of the upkeep now and then, and lets go of segments that one has rolled.
    #[cfg(feature = "sql")]
    fn tend(&mut self) -> Result<()> {
        if let Some(tended) = self.upkeep.ended() {
            if let Some(loss) = tended.loss {
                self.keep(&[Record::Loss(loss)]);
            }
            // What has not left by every outlet yet is still needed as it is.
            let delivered = self.outlets.delivered();
            let gone = delivered.map_or(tended.rolled, |delivered| delivered.min(tended.rolled));
            self.writer.remove_before(gone)?;
            self.retain(tended.rolled)?;
        }
        if self.is_time() {
            self.upkeep.begin(self.writer.sync()?);
        }
        Ok(())
    }

    /// A lean node keeps the journal alone.
    #[cfg(not(feature = "sql"))]
    fn tend(&mut self) -> Result<()> {
        if self.is_time() { self.retain(Position::default()) } else { Ok(()) }
    }

    fn is_time(&mut self) -> bool {
        let is_time = self.tended.elapsed() > UPKEEP;
        if is_time {
            self.tended = Instant::now();
        }
        is_time
    }

    fn retain(&mut self, rolled: Position) -> Result<()> {
        let now = crate::host::now_unix_ns();
        self.audit.retain(now);
        self.writer.retain(&self.settings.retention, now, rolled)?;
        Ok(())
    }
}

/// The writer has counted what the disk refused and will tell it in the record itself.
fn report_shed(result: Result<(), journal::Error>) {
    if let Err(error) = result {
        tracing::error!(%error, "records shed");
    }
}
