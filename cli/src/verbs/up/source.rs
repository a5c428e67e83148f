//! The source on its thread: the kernel where it lets us, else procfs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use event::{Event, Orders, Redact, WatchPlan};
use sensor::{KernelSource, Polled, ProcfsSource, Source, SourceStats};

use crate::config::Config;
use crate::out;

/// How often the poller of tier C looks.
const POLL_EVERY: Duration = Duration::from_millis(250);

/// A running source.
pub struct Running {
    /// The orders it carries out.
    pub orders: Arc<dyn Orders>,
    /// Ends when the stop flag is raised, with its counts.
    pub thread: JoinHandle<Result<SourceStats>>,
}

/// The source lives on its own thread, made there; only its orders are shared.
pub fn start(
    config: &Config,
    plan: &WatchPlan,
    redact: Arc<dyn Redact>,
    to_engine: SyncSender<Vec<Event>>,
    stop: &Arc<AtomicBool>,
) -> Result<Running> {
    let (config, plan, stop) = (config.clone(), plan.clone(), Arc::clone(stop));
    let (ready, opened) = sync_channel(1);
    let thread = thread::Builder::new().name("source".into()).spawn(move || {
        let mut source = match open_source(&config, &plan, redact) {
            Ok(source) => source,
            Err(error) => {
                let _ = ready.send(Err(error));
                return Ok(SourceStats::default());
            }
        };
        let _ = ready.send(Ok(source.orders()));
        let wait = Duration::from_millis(config.sensor.poll_ms.max(1));
        pump(&mut *source, wait, &to_engine, &stop)
    })?;
    let orders = opened.recv().context("the source ended before it began")??;
    Ok(Running { orders, thread })
}

/// The kernel, or the poller for those who are not root. Root is never given less without an error.
pub fn open_source(
    config: &Config,
    plan: &WatchPlan,
    redact: Arc<dyn Redact>,
) -> Result<Box<dyn Source>> {
    match KernelSource::open(&config.sensor, plan, Arc::clone(&redact)) {
        Ok(source) => {
            for program in source.report().programs.iter().filter(|one| one.error.is_some()) {
                let why = program.error.as_deref().unwrap_or_default();
                tracing::warn!(
                    program = program.name,
                    why,
                    "not seen on this kernel: {}",
                    program.gives
                );
            }
            Ok(Box::new(source))
        }
        Err(error) if crate::host::is_root() => Err(error.into()),
        Err(error) => {
            tracing::debug!(%error, "no kernel events");
            eprintln!(
                "{}not root: processes are polled, short ones and their files and connections are missed\nhint: `sudo chaperone up` sees everything; `chaperone doctor` says more",
                out::label("warning: ", out::Colour::Yellow)
            );
            Ok(Box::new(ProcfsSource::new(POLL_EVERY, &plan.variables, redact)))
        }
    }
}

fn pump(
    source: &mut dyn Source,
    wait: Duration,
    to_engine: &SyncSender<Vec<Event>>,
    stop: &AtomicBool,
) -> Result<SourceStats> {
    let mut batch = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let polled = source.poll(wait, &mut batch)?;
        if !batch.is_empty() && to_engine.send(std::mem::take(&mut batch)).is_err() {
            break;
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
