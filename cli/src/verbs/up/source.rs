//! The source on its thread: the kernel where it lets us, else procfs.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use event::{Event, Order, OrderError, Orders, Redact, WatchPlan};
use sensor::{FileGuard, KernelSource, Polled, ProcfsSource, ReplaySource, Source, SourceStats};

use super::gauges::Gauges;
use crate::config::Config;
use crate::out;

/// How often the poller of tier C looks.
const POLL_EVERY: Duration = Duration::from_millis(250);

/// How long the source may wait for something to happen; orders that it gave rise to wait that long too.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the source's counts are looked up for the status.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Where events come from.
pub enum From {
    /// This host, with secrets replaced.
    Host(Arc<dyn Redact>),
    /// A recording, one JSON event per line.
    Recording(PathBuf),
}

/// A running source.
pub struct Running {
    /// The orders it carries out.
    pub orders: Arc<dyn Orders>,
    /// What it is called.
    pub name: &'static str,
    /// What it does not see here, and why.
    pub unseen: Vec<String>,
    /// Ends when the stop flag is raised, with its counts.
    pub thread: JoinHandle<Result<SourceStats>>,
}

/// The source lives on its own thread, made there; only its orders are shared.
pub fn start(
    config: &Config,
    plan: &WatchPlan,
    from: From,
    to_engine: SyncSender<Vec<Event>>,
    stop: &Arc<AtomicBool>,
    gauges: &Arc<Gauges>,
) -> Result<Running> {
    let (config, plan, stop) = (config.clone(), plan.clone(), Arc::clone(stop));
    let gauges = Arc::clone(gauges);
    let (ready, opened) = sync_channel(1);
    let thread = thread::Builder::new().name("source".into()).spawn(move || {
        let opened = match from {
            From::Host(redact) => open(&config, &plan, redact),
            From::Recording(file) => recording(&file),
        };
        let Opened { mut source, orders, unseen } = match opened {
            Ok(opened) => opened,
            Err(error) => {
                let _ = ready.send(Err(error));
                return Ok(SourceStats::default());
            }
        };
        let _ = ready.send(Ok((orders, source.name(), unseen)));
        pump(&mut *source, &to_engine, &stop, &gauges)
    })?;
    let (orders, name, unseen) = opened.recv().context("the source ended before it began")??;
    Ok(Running { orders, name, unseen, thread })
}

/// A source, who carries out its orders, and what it does not see here.
struct Opened {
    source: Box<dyn Source>,
    orders: Arc<dyn Orders>,
    unseen: Vec<String>,
}

impl Opened {
    fn of(source: impl Source + 'static, unseen: Vec<String>) -> Self {
        Self { orders: source.orders(), source: Box::new(source), unseen }
    }
}

/// Orders are given to the kernel, and those about files to the responder as well.
struct Both {
    kernel: Arc<dyn Orders>,
    files: FileGuard,
}

impl Orders for Both {
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        let kernel = self.kernel.carry_out(order);
        // A responder that is late has been told, and does it when it can: what the kernel holds does not wait for it.
        if let Err(error) = self.files.carry_out(order) {
            tracing::warn!(%error, "opens of guarded files are not held as policies say");
        }
        kernel
    }
}

/// The process that answers for opens of guarded files.
fn responder() -> Command {
    let program = std::env::current_exe().unwrap_or_else(|_| "chaperone".into());
    let mut command = Command::new(program);
    command.arg("responder");
    command
}

fn recording(file: &Path) -> Result<Opened> {
    let file = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Opened::of(ReplaySource::new(BufReader::new(file)), Vec::new()))
}

/// The source alone, for those who report nothing.
pub fn open_source(
    config: &Config,
    plan: &WatchPlan,
    redact: Arc<dyn Redact>,
) -> Result<Box<dyn Source>> {
    Ok(open(config, plan, redact)?.source)
}

/// The kernel, or the poller for those who are not root, and what it does not see here. Root is never
/// given less without an error.
fn open(config: &Config, plan: &WatchPlan, redact: Arc<dyn Redact>) -> Result<Opened> {
    match KernelSource::open(&config.sensor, plan, Arc::clone(&redact)) {
        Ok(source) => {
            let mut unseen = Vec::new();
            for program in source.report().programs.iter().filter(|one| one.error.is_some()) {
                let why = program.error.as_deref().unwrap_or_default();
                tracing::warn!(
                    program = program.name,
                    why,
                    "not seen on this kernel: {}",
                    program.gives
                );
                unseen.push(format!("{} ({})", program.gives, program.name));
            }
            let orders = Both { kernel: source.orders(), files: source.guard_files(responder) };
            Ok(Opened { source: Box::new(source), orders: Arc::new(orders), unseen })
        }
        Err(error) if crate::host::is_root() => Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, "no kernel events");
            crate::say!(
                "{}not root: processes are polled, short ones and their files and connections are missed\nhint: `sudo chaperone up` sees everything; `chaperone doctor` says more",
                out::label("warning: ", out::Colour::Yellow)
            );
            let source = ProcfsSource::new(POLL_EVERY, &plan.variables, redact);
            let unseen = "short processes, their files and connections (not root)".to_owned();
            Ok(Opened::of(source, vec![unseen]))
        }
    }
}

fn pump(
    source: &mut dyn Source,
    to_engine: &SyncSender<Vec<Event>>,
    stop: &AtomicBool,
    gauges: &Gauges,
) -> Result<SourceStats> {
    let mut batch = Vec::new();
    let mut told = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let polled = source.poll(PAUSE, &mut batch)?;
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            gauges.source(source.stats());
        }
        if !batch.is_empty() {
            gauges.batches.fetch_add(1, Ordering::Relaxed);
            if to_engine.send(std::mem::take(&mut batch)).is_err() {
                break;
            }
        }
        if polled == Polled::End {
            break;
        }
    }
    // What is in the ring already is still recorded.
    source.poll(Duration::ZERO, &mut batch)?;
    let _ = to_engine.send(batch);
    Ok(source.stats())
}
