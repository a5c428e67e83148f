//! What the threads of `up` count of themselves, read by the one that tells it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Counts;
use event::{Act, Record, Relation};
use journal::Position;
use journal::outlet::OutletStatus;
use sensor::SourceStats;
use signal_hook::consts;

use crate::status::{Outlet, Plaintext};

/// Counts and last states.
#[derive(Debug, Default)]
pub struct Gauges {
    /// How often the source has looked for something new.
    pub looks: AtomicU64,
    /// An agent has told `up` to end.
    pub told_by_agent: AtomicBool,
    /// Batches that the source has sent to the engine.
    pub batches: AtomicU64,
    /// What went through the hall.
    pub hall: Arc<Counts>,
    /// Batches that the journal has taken.
    pub kept: AtomicU64,
    rest: Mutex<Rest>,
}

/// What changes rarely.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    /// The source's own counts.
    pub source: SourceStats,
    /// Events lost, by cause.
    pub losses: BTreeMap<String, u64>,
    /// What is listened to of TLS.
    pub plaintext: Option<Plaintext>,
    /// Ways out of the host.
    pub outlets: Vec<Outlet>,
    /// Why the disk refuses records now.
    pub disk: Option<String>,
}

impl Gauges {
    /// The source has counted.
    pub fn source(&self, stats: SourceStats) {
        self.lock().source = stats;
    }

    /// How listening to TLS goes.
    pub fn plaintext(&self, plaintext: Plaintext) {
        self.lock().plaintext = Some(plaintext);
    }

    /// Losses among `records`.
    pub fn losses(&self, records: &[Record]) {
        for record in records {
            if let Record::Loss(loss) = record {
                *self.lock().losses.entry(loss.cause.name().to_owned()).or_default() += loss.count;
            }
        }
    }

    /// Whether one of `records` is an agent's signal that ends `up`.
    pub fn ends(&self, records: &[Record]) {
        let is_end = |record: &Record| {
            let Record::Act(act) = record else { return false };
            let Act::Signal(toward) = &act.event.act else { return false };
            let whom = toward.whom.as_ref().map(|whom| whom.relation);
            act.actor.is_some()
                && whom == Some(Relation::Chaperone)
                && [consts::SIGINT, consts::SIGQUIT, consts::SIGTERM].contains(&toward.what)
        };
        if records.iter().any(is_end) {
            self.told_by_agent.store(true, Ordering::Relaxed);
        }
    }

    /// The disk has taken records, or why it has not.
    pub fn disk(&self, trouble: Option<String>) {
        let mut rest = self.lock();
        if rest.disk != trouble {
            rest.disk = trouble;
        }
    }

    /// How far the outlets are in a record that ends at `end`.
    pub fn outlets(&self, end: Position, outlets: &[OutletStatus]) {
        let outlet = |one: &OutletStatus| Outlet {
            name: one.name.clone(),
            behind: end.0.saturating_sub(one.position.0),
            delivered: one.delivered,
            refused: one.refused,
            trouble: one.trouble.clone(),
        };
        self.lock().outlets = outlets.iter().map(outlet).collect();
    }

    /// All that changes rarely, as it is now.
    pub fn rest(&self) -> Rest {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
