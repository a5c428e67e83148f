//! `chaperone up`: everything of this host, until stopped. Wires source, engine and sinks.

mod audit;
mod before;
mod books;
mod calls;
mod gauges;
mod guardrail;
mod hold;
mod inventory;
mod keep;
mod manager;
mod models;
mod notices;
mod orders;
mod plaintext;
mod put_back;
mod questions;
mod runs;
mod serve;
mod shadows;
mod source;
mod telemetry;
mod tell;
mod transcripts;
#[cfg(feature = "sql")]
mod upkeep;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use engine::{Engine, Lanes, Scope};
use event::{EventId, Record, Redact};
use graph::signature::{Facts, NoFacts};
use journal::DataDir;
use policy::{Foresight, Profile};

use super::{Common, Exit};
use crate::facts::HostFacts;
use crate::programs::Programs;
use crate::status::Status;
use crate::{lines, out, policies, stages};
use before::Before;
use calls::Calls;
use gauges::Gauges;
use runs::{Answers, Sessions};
use source::From;

pub use source::open_source;

/// Batches that may wait for the engine, and for the journal.
const WAITING: usize = 64;

#[derive(Debug, Args)]
pub struct Up {
    /// Do not print sessions and findings as they come.
    #[arg(long, short)]
    quiet: bool,
    /// Take events from this recording instead of the kernel, and end with it: to measure the daemon.
    #[arg(long, hide = true, value_name = "FILE")]
    replay: Option<PathBuf>,
}

impl Up {
    pub fn run(self, common: &Common) -> Result<Exit> {
        give_memory_back();
        let config = common.config()?;
        let signatures = stages::signatures(&config)?;
        let dir = DataDir::claim(&config.data_dir())?;
        for exposed in dir.exposed() {
            let warning = out::label("warning: ", out::Colour::Yellow);
            crate::say!("{warning}{exposed}\nhint: chown to the account of chaperone, chmod 700");
        }
        // Small pages: huge ones are cleared and kept whole for buffers that come and go.
        let _ = rustix::thread::disable_transparent_huge_pages(true);
        let marks = stages::redactor(Some(dir.path()))?;
        let redact: Arc<dyn Redact> = marks.clone();
        let stop = stop_flag()?;
        let restart = restart_flag(&stop)?;
        let first = EventId(crate::host::now_unix_ns() / 1000);
        let mut before = Before::read(&dir)?;
        let (to_journal, records) = sync_channel(WAITING);
        let known = std::mem::take(&mut before.programs);
        let assets = std::mem::take(&mut before.assets);
        let (programs, hashing) = Programs::start(known, to_journal.clone(), Arc::clone(&stop))?;
        // What a recording tells of is not on this host.
        let facts: Arc<dyn Facts> = match self.replay {
            Some(_) => {
                // Whoever could ask keeps the hashing thread alive, which is waited for at the end.
                drop(programs);
                Arc::new(NoFacts)
            }
            None => Arc::new(HostFacts::with(programs, dir.path())),
        };
        let live = policies::Live::start(common.config.as_deref(), &config, &stop)?;
        let guard = live.guard();
        let mut stages = stages::stages(&config, &signatures, facts, live.looker(), first)?;
        before::each(&before.seen, |product, kind, what| {
            stages.detector.remember(product, kind, what);
        });
        let told = stages.judge.heard();
        let rules = stages.detector.rules().entries().count();
        let refused = stages.detector.rules().refused();
        let gauges = Arc::new(Gauges::default());

        let (to_engine, events) = sync_channel(WAITING);
        let sessions = Sessions::default();
        let answers = Answers {
            guard: Arc::clone(&guard),
            redact: Arc::clone(&redact),
            sessions: sessions.clone(),
            foresight: Foresight::shipped().context("the tables of what cannot be undone")?,
        };
        let from = match &self.replay {
            Some(file) => From::Recording(file.clone()),
            None => From::Host(Arc::clone(&redact), Arc::new(answers)),
        };
        let plan = stages::watch_plan(&config, &signatures);
        let words = &config.transcripts;
        let kept = words.read || words.hooks || words.calls;
        let wanted = kept || !config.gateway.otlp.listen.is_empty();
        let hearing = match self.replay.is_none() && wanted {
            true => {
                let redact = Arc::clone(&redact);
                Some(transcripts::start(&config, to_engine.clone(), redact, &stop)?)
            }
            false => None,
        };
        let said = hearing.as_ref().and_then(|hearing| hearing.calls.clone());
        let calls = Arc::new(Calls::new(said));
        let to_hall = to_engine.clone();
        let listening = match self.replay {
            Some(_) => None,
            None => {
                let (calls, engine) = (Arc::clone(&calls), to_engine.clone());
                let (gauges, stop) = (Arc::clone(&gauges), Arc::clone(&stop));
                let to = plaintext::To { calls, engine, gauges, stop };
                plaintext::start(&config, Arc::clone(&redact), to)?
            }
        };
        let source = source::start(&config, &plan, from, to_engine, &stop, &gauges)?;
        let about = Status {
            source: source.name.into(),
            unseen: source.unseen,
            rules,
            rules_refused: refused,
            ..tell::about(&config)
        };
        let journal = keep::start(dir, &config, before, records, &gauges, &stop)?;
        let mut others = Vec::new();
        if !self.quiet {
            let (to_console, shown) = sync_channel(WAITING);
            let json = common.json;
            thread::spawn(move || show(&shown, json));
            others.push(("console", to_console));
        }
        let holding = match self.replay {
            Some(_) => None,
            None => {
                let sessions = sessions.clone();
                Some(hold::start(&config, live, Arc::clone(&source.orders), sessions)?)
            }
        };
        let orders = models::orders::Orders::open(&config.data_dir());
        let serving = match &holding {
            Some(holding) => {
                let guard = Arc::clone(&guard);
                let hooked = hearing.as_ref().and_then(|hearing| hearing.hooked.clone());
                let (journal, holding) = (to_journal.clone(), holding.clone());
                let hall = serve::tools::Hall {
                    engine: to_hall.clone(),
                    journal: journal.clone(),
                    redact: Arc::clone(&redact),
                    stop: Arc::clone(&stop),
                };
                let words = serve::Words { hooked, told, calls: Arc::clone(&calls) };
                let beside = serve::Beside { words, orders: orders.clone(), hall };
                serve::start(&config, guard, journal, holding, sessions, beside)?
            }
            None => None,
        };
        let modelling = match &serving {
            Some(serving) => {
                let (journal, stop) = (to_journal.clone(), Arc::clone(&stop));
                let hall = models::Hall { engine: to_hall, journal, calls, stop };
                let (holders, tree) = (Arc::clone(&source.holders), Arc::clone(&serving.tree));
                let known = models::Known { holders, tree };
                let tools = Arc::clone(&serving.tools);
                models::start(&config, guard, marks, known, tools, &orders, hall)
            }
            None => {
                drop(to_hall);
                None
            }
        };
        let telemetry = match (&serving, &hearing) {
            (Some(serving), Some(hearing)) => {
                let (holders, tree) = (Arc::clone(&source.holders), Arc::clone(&serving.tree));
                let known = models::Known { holders, tree };
                telemetry::start(&config, known, hearing.telemetry.clone())?
            }
            _ => None,
        };
        crate::say!(
            "chaperone observes this host with {rules} rules; {}. Record: {}",
            match config.policy.profile {
                Profile::Observe => "nothing is blocked".to_owned(),
                profile => format!("agents are held by `{}`", profile.name()),
            },
            config.data_dir().display()
        );
        manager::tell(manager::READY);
        crate::say!("see `chaperone watch`, `chaperone events`, `chaperone findings`; Ctrl-C ends");
        let console = others.first().map(|(_, console)| console.clone());
        others.extend(hearing.iter().map(|hearing| ("transcripts", hearing.lane.clone())));
        others.extend(listening.iter().map(|it| ("plaintext", it.lane.clone())));
        others.extend(serving.iter().map(|serving| ("link", serving.lane.clone())));
        if self.replay.is_none()
            && let Some(lane) = shadows::start(&config, &stop)?
        {
            others.push(("shadows", lane));
        }
        let (to_engine_assets, asset_changes) = std::sync::mpsc::channel();
        let there = assets.iter().filter(|known| known.gone_unix_ns.is_none());
        let _ = to_engine_assets.send(there.map(|known| known.change.clone()).collect());
        let looking = if self.replay.is_none() && config.inventory.watch {
            let (journal, engine) = (to_journal.clone(), to_engine_assets);
            let told = inventory::Told { journal, engine, console };
            Some(inventory::start(&config, &assets, told, Arc::clone(&stop))?)
        } else {
            None
        };
        let mut engine = Engine::new(stages, source.orders, Scope::Agents).hearing(asset_changes);
        if let Some(holding) = &holding {
            engine = engine.telling(hold::words(holding)?);
        }
        let counts = Arc::clone(&gauges.hall);
        let teller = tell::start(config.data_dir(), about, Arc::clone(&gauges))?;
        engine::run(
            engine,
            engine::batches(&events),
            &Lanes { journal: to_journal, others, counts },
        );
        drop(telemetry);
        // Where the journal ended by itself, nobody else must wait: for the source, or in it.
        stop.store(true, Ordering::Relaxed);
        drop(events);
        manager::tell(manager::ENDS);

        let stats = source.thread.join().map_err(|_| anyhow!("the source panicked"))??;
        if let Some(hearing) = hearing {
            let ended = hearing.thread.join();
            ended.map_err(|_| anyhow!("the thread of the transcripts panicked"))?;
        }
        if let Some(modelling) = modelling {
            modelling.join().map_err(|_| anyhow!("the thread of the gateway panicked"))?;
        }
        if let Some(listening) = listening {
            let ended = listening.thread.join();
            ended.map_err(|_| anyhow!("the thread of plain text panicked"))?;
        }
        if let Some(looking) = looking {
            looking.join().map_err(|_| anyhow!("the thread of the inventory panicked"))?;
        }
        // These held the last ways into the journal.
        drop((serving, holding));
        hashing.join().map_err(|_| anyhow!("the thread of the programs panicked"))?;
        journal.join().map_err(|_| anyhow!("the journal panicked"))??;
        teller.end();
        // Stopped in order. Whoever dies does not come here, and what it held is held on.
        let place = config.outlive().place;
        let by_agent = gauges.told_by_agent.load(Ordering::Relaxed);
        if !by_agent
            && !restart.load(Ordering::Relaxed)
            && let Err(error) = sensor::pins::let_go(&place)
        {
            tracing::warn!(%error, place = %place.display(), "what was refused stays refused");
        }
        crate::say!(
            "chaperone: {} events, {} folded, {} lost",
            stats.events,
            stats.folded,
            stats.lost
        );
        if by_agent {
            crate::say!(
                "an agent has ended it: what agents were refused stays refused\nhint: `chaperone findings` says who; `chaperone up` goes on, `chaperone disarm` ends that"
            );
            // Whoever looks after services starts it again.
            return Ok(Exit::Failed);
        }
        Ok(Exit::Done)
    }
}

/// What is freed goes back to the system at once. The allocator asks its environment for that when a program
/// starts; a second later, as it would, a hundred megabytes stay after old data was tended.
fn give_memory_back() {
    use std::os::unix::process::CommandExt;
    const DELAY: &str = "MIMALLOC_PURGE_DELAY";
    if std::env::var_os(DELAY).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let mut again = std::process::Command::new(program);
        again.args(std::env::args_os().skip(1)).env(DELAY, "0");
        if let Some(name) = std::env::args_os().next() {
            again.arg0(name);
        }
        let error = again.exec();
        tracing::debug!(%error, "memory that is freed stays longer");
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

/// Raised by SIGQUIT, which stops as well: another `up` comes at once, and holds on what this one held.
fn restart_flag(stop: &Arc<AtomicBool>) -> Result<Arc<AtomicBool>> {
    let restart = Arc::new(AtomicBool::new(false));
    for flag in [&restart, stop] {
        signal_hook::flag::register(signal_hook::consts::SIGQUIT, Arc::clone(flag))?;
    }
    Ok(restart)
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
