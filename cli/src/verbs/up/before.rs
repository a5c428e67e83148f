//! What a new start takes over from the ones before: the state brought up to date, the programs it
//! knows, and what agent products did already.

use anyhow::Result;
use detect::prevalence::{Kind, Prevalence, subject};
use event::{Act, Attributed, Record};
use journal::{DataDir, KnownAsset, Reader, Seen, State};

/// Everything that was before.
pub struct Before {
    /// The state, caught up with the record.
    pub state: State,
    /// Programs known by their content.
    pub programs: Vec<event::Program>,
    /// What products did.
    pub seen: Vec<Seen>,
    /// What existed.
    pub assets: Vec<KnownAsset>,
}

impl Before {
    /// Reads it; from the record, where the state is of a version that did not keep it.
    pub fn read(dir: &DataDir) -> Result<Self> {
        let mut state = State::open(dir)?;
        state.catch_up(dir.path())?;
        let programs = state.read().programs()?;
        let mut seen = state.read().seen()?;
        if seen.is_empty() {
            seen = from_record(dir)?;
            state.remember(&seen)?;
        }
        let assets = state.read().assets()?;
        Ok(Self { state, programs, seen, assets })
    }

    /// The memory of first times as it was.
    pub fn prevalence(&self) -> Prevalence {
        let mut prevalence = Prevalence::default();
        each(&self.seen, |product, kind, what| prevalence.remember(product, kind, what));
        prevalence
    }
}

/// Gives each to `take`; kinds of a later version are passed over.
pub fn each<R>(seen: &[Seen], mut take: impl FnMut(&str, Kind, &str) -> R) {
    for one in seen {
        if let Some(kind) = Kind::named(&one.kind) {
            take(&one.product, kind, &one.what);
        }
    }
}

/// What `act` is the first time of, if it is.
pub fn news(prevalence: &mut Prevalence, act: &Attributed) -> Option<Seen> {
    let actor = act.actor.as_ref()?;
    let (kind, what) = subject(&act.event.act)?;
    prevalence.remember(&actor.product, kind, &what).then(|| Seen {
        time_unix_ns: act.event.time_unix_ns,
        product: actor.product.clone(),
        kind: kind.name().into(),
        what: what.as_ref().into(),
    })
}

fn from_record(dir: &DataDir) -> Result<Vec<Seen>> {
    let (mut prevalence, mut seen) = (Prevalence::default(), Vec::new());
    let mut reader = Reader::open(dir.path())?;
    while let Some(batch) = reader.next_batch()? {
        seen.extend(batch.iter().filter_map(|stored| match &stored.record {
            Record::Act(act) if !matches!(act.event.act, Act::EventLoss(_)) => {
                news(&mut prevalence, act)
            }
            _ => None,
        }));
    }
    Ok(seen)
}
