//! `chaperone up`: everything of this host, until stopped. Wires source, engine and sinks.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use engine::{Engine, Lanes, Scope};
use event::{Event, EventId, Orders, Record, Redact};
use graph::attribute::{self, Attributor};
use graph::signature::{self, Signatures};
use journal::{DataDir, Position, State, Writer};
use sensor::{KernelSource, Polled, ProcfsSource, Source, SourceStats};

use super::{Common, Exit};
use crate::config::Config;
use crate::facts::HostFacts;
use crate::{lines, out};

/// Batches that may wait for the engine, and for the journal.
const WAITING: usize = 64;
/// How often the poller of tier C looks.
const POLL_EVERY: Duration = Duration::from_millis(250);

/// Example: sudo chaperone up
#[derive(Debug, Args)]
pub struct Up {
    /// Do not print sessions and findings as they come.
    #[arg(long, short)]
    quiet: bool,
}

impl Up {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let signatures = signatures(&config)?;
        let dir = DataDir::claim(&config.data_dir())?;
        let stop = stop_flag()?;

        let (to_engine, events) = sync_channel(WAITING);
        let (orders, source) = start_source(&config, &signatures, to_engine, &stop)?;
        let (to_journal, records) = sync_channel(WAITING);
        let journal = start_journal(dir, &config, records)?;
        let mut others = Vec::new();
        if !self.quiet {
            let (to_console, shown) = sync_channel(WAITING);
            let json = common.json;
            thread::spawn(move || show(&shown, json));
            others.push(("console", to_console));
        }
        announce(&config);
        let engine = engine(&config, signatures, orders);
        engine::run(engine, &events, &Lanes { journal: to_journal, others });

        let stats = source.join().map_err(|_| anyhow!("the source panicked"))??;
        journal.join().map_err(|_| anyhow!("the journal panicked"))??;
        eprintln!(
            "chaperone: {} events, {} folded, {} lost",
            stats.events, stats.folded, stats.lost
        );
        Ok(Exit::Done)
    }
}

/// Raised by the first SIGINT or SIGTERM; a second one ends the program at once.
pub fn stop_flag() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// The built-in signatures and those of the configuration. A bad file is named and left out.
pub fn signatures(config: &Config) -> Result<Arc<Signatures>> {
    let mut files: Vec<(String, String)> = signature::embedded()
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for directory in &config.agents.signatures {
        let entries = std::fs::read_dir(directory)
            .with_context(|| format!("cannot read signatures in {}", directory.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                files.push((path.display().to_string(), text));
            }
        }
    }
    let texts = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (signatures, diagnostics) = Signatures::parse(texts);
    for problem in diagnostics {
        tracing::warn!("{problem}");
    }
    Ok(Arc::new(signatures))
}

/// The kernel where it lets us, else the poller.
pub fn open_source(config: &Config, signatures: &Signatures) -> Result<Box<dyn Source>> {
    let plan = signatures.watch_plan();
    let redact: Arc<dyn Redact> = Arc::new(event::Verbatim);
    match KernelSource::open(&config.sensor, &plan, Arc::clone(&redact)) {
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

type SourceThread = JoinHandle<Result<SourceStats>>;

/// The source lives on its own thread, made there; only its orders are shared.
fn start_source(
    config: &Config,
    signatures: &Arc<Signatures>,
    to_engine: SyncSender<Vec<Event>>,
    stop: &Arc<AtomicBool>,
) -> Result<(Arc<dyn Orders>, SourceThread)> {
    let (config, signatures, stop) = (config.clone(), Arc::clone(signatures), Arc::clone(stop));
    let (ready, opened) = sync_channel(1);
    let thread = thread::Builder::new().name("source".into()).spawn(move || {
        let mut source = match open_source(&config, &signatures) {
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
    Ok((orders, thread))
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

/// Settings of the attribution, without facts of this host.
pub fn attribution(config: &Config) -> attribute::Settings {
    let mut settings = attribute::Settings::default();
    for gateway in &config.agents.gateways {
        settings.endpoints.add(gateway);
    }
    settings
}

fn engine(config: &Config, signatures: Arc<Signatures>, orders: Arc<dyn Orders>) -> Engine {
    let facts = Arc::new(HostFacts::default());
    let settings = attribute::Settings { facts, ..attribution(config) };
    let first = EventId(crate::host::now_unix_ns() / 1000);
    let attributor = Attributor::new(crate::host::this_host(), signatures, settings, first);
    Engine::new(attributor, orders, Scope::Agents)
}

fn start_journal(
    dir: DataDir,
    config: &Config,
    records: Receiver<Vec<Record>>,
) -> Result<JoinHandle<Result<()>>> {
    let mut state = State::open(&dir)?;
    state.catch_up(dir.path())?;
    let mut writer = Writer::open(&dir, &config.journal.segments)?;
    let settings = config.journal.clone();
    let thread = thread::Builder::new().name("journal".into()).spawn(move || {
        let mut retained = Instant::now();
        loop {
            let wait = writer.due().unwrap_or(Duration::from_secs(1));
            match records.recv_timeout(wait) {
                Ok(batch) => keep(&mut writer, &mut state, &batch)?,
                Err(RecvTimeoutError::Timeout) => report_shed(writer.tend()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if retained.elapsed() > Duration::from_secs(600) {
                retained = Instant::now();
                writer.retain(&settings.retention, crate::host::now_unix_ns(), Position::default())?;
                state.retain(&settings.retention, crate::host::now_unix_ns())?;
            }
        }
        writer.sync()?;
        drop(dir);
        Ok(())
    })?;
    Ok(thread)
}

fn keep(writer: &mut Writer, state: &mut State, batch: &[Record]) -> Result<()> {
    match writer.append(batch) {
        Ok(end) => state.apply(batch, end)?,
        Err(error) => report_shed(Err(error)),
    }
    Ok(())
}

/// The writer has counted what the disk refused and will tell it in the record itself.
fn report_shed(result: Result<(), journal::Error>) {
    if let Err(error) = result {
        tracing::error!(%error, "records shed");
    }
}

fn announce(config: &Config) {
    let dir = config.data_dir();
    let dir: &Path = &dir;
    eprintln!("chaperone observes this host; nothing is blocked. Record: {}", dir.display());
    eprintln!("see `chaperone watch`, `chaperone events`; Ctrl-C ends");
}

/// Sessions, findings and losses on stdout as they come.
fn show(shown: &Receiver<Vec<Record>>, json: bool) {
    let colour = out::coloured();
    for record in shown.iter().flatten().filter(|record| !matches!(record, Record::Act(_))) {
        let said = if json {
            out::json(&record).is_ok()
        } else {
            lines::record(&record, colour).is_none_or(|text| out::line(&text).is_ok())
        };
        if !said {
            return;
        }
    }
}
