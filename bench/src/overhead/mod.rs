//! What watching costs: an agent's work and other people's work with and without the daemon, in pairs
//! whose order alternates; the same beside other products; and the price of one system call.

pub mod calls;
mod peers;
mod window;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::bootstrap_median;
use crate::undo::{self, Place, Started};
use crate::work::{Work, done_by};
use window::{Cost, Window};

/// Who works, and whether an agent lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Agent,
    OtherBesideIdleAgent,
    OtherAlone,
}

impl Who {
    const ALL: [Self; 3] = [Self::Agent, Self::OtherBesideIdleAgent, Self::OtherAlone];

    pub fn name(self) -> &'static str {
        match self {
            Self::Agent => "an agent's work",
            Self::OtherBesideIdleAgent => "other work, an agent idles",
            Self::OtherAlone => "other work, no agent lives",
        }
    }

    /// Per cent.
    fn most(self) -> f64 {
        if self == Self::Agent { 2.0 } else { 0.5 }
    }

    /// The agent that idles, where there is one.
    pub fn company(self, place: &Place) -> Result<Option<Started>> {
        if self != Self::OtherBesideIdleAgent {
            return Ok(None);
        }
        let mut hold = daemon::agent(place)?;
        Ok(Some(undo::start(hold.arg("hold").stdin(std::process::Stdio::piped()))?))
    }

    fn command(self, place: &Place) -> Result<std::process::Command> {
        if self == Self::Agent { daemon::agent(place) } else { daemon::somebody() }
    }
}

/// Pairs of what a piece of work costs without and with something.
#[derive(Default)]
struct Pairs {
    /// Relative differences in per cent.
    cpu: Vec<f64>,
    wall: Vec<f64>,
    bare: Vec<Cost>,
}

impl Pairs {
    fn add(&mut self, without: Cost, with: Cost) {
        self.cpu.push((with.cpu_s / without.cpu_s - 1.0) * 100.0);
        self.wall.push((with.wall_s / without.wall_s - 1.0) * 100.0);
        self.bare.push(without);
    }

    fn bare(&self) -> String {
        let part = |of: fn(&Cost) -> f64| {
            bootstrap_median(&self.bare.iter().map(of).collect::<Vec<_>>()).0
        };
        format!("{:.2} CPU s, {:.2} s", part(|cost| cost.cpu_s), part(|cost| cost.wall_s))
    }
}

/// Measures every kind of work by everybody.
pub fn run(run: &Run) -> Result<()> {
    let chaperone = run.chaperone()?;
    for work in Work::ALL {
        let wanted = |who: &Who| format!("{}, {}", work.name(), who.name()).contains(&run.of);
        if !Who::ALL.iter().any(wanted) {
            continue;
        }
        let place = Place::new()?;
        let script = work.prepare(&place, run.percent)?;
        for who in Who::ALL.into_iter().filter(wanted) {
            let job = Job { work, who, place: &place, script: &script };
            let known = Daemon::start(&chaperone, job.place, Wishes::default())?;
            job.warm_up()?;
            known.stop()?;
            let ours = job.pairs(run.n.unwrap_or(if run.full { 20 } else { 3 }), |job| {
                let wishes = Wishes { goes_on: true, ..Wishes::default() };
                let daemon = Daemon::start(&chaperone, job.place, wishes)?;
                let cost = job.cost()?;
                daemon.stop()?;
                Ok(cost)
            })?;
            let peers = if who == Who::Agent && (run.full || run.peers) {
                peers::beside(&job, if run.full { 5 } else { 1 })
            } else {
                Map::new()
            };
            job.print(&ours, &peers);
        }
    }
    Ok(())
}

/// One piece of work by somebody.
pub struct Job<'a> {
    work: Work,
    who: Who,
    place: &'a Place,
    script: &'a std::path::Path,
}

impl Job<'_> {
    fn command(&self) -> Result<std::process::Command> {
        Ok(done_by(self.who.command(self.place)?, self.script))
    }

    /// What the work costs the whole machine, as things are.
    fn cost(&self) -> Result<Cost> {
        self.cost_of(self.command()?)
    }

    fn cost_of(&self, mut command: std::process::Command) -> Result<Cost> {
        let company = self.who.company(self.place)?;
        let window = Window::open()?;
        let status = undo::finish(&mut command)?;
        anyhow::ensure!(status.success(), "{} failed: {status}", self.work.name());
        let cost = window.close()?;
        drop(company);
        Ok(cost)
    }

    /// Files come into the page cache.
    fn warm_up(&self) -> Result<()> {
        progress(format_args!("{}, {}: warming up", self.work.name(), self.who.name()));
        self.cost().map(drop)
    }

    /// Without and with, with and without, …
    fn pairs(&self, n: usize, with: impl Fn(&Self) -> Result<Cost>) -> Result<Pairs> {
        let mut pairs = Pairs::default();
        for number in 0..n {
            let (bare, watched) = if number % 2 == 0 {
                let bare = self.cost()?;
                (bare, with(self)?)
            } else {
                let watched = with(self)?;
                (self.cost()?, watched)
            };
            progress(format_args!(
                "{}, {}: pair {} of {n}: {:.2} then {:.2} CPU s",
                self.work.name(),
                self.who.name(),
                number + 1,
                bare.cpu_s,
                watched.cpu_s
            ));
            pairs.add(bare, watched);
        }
        Ok(pairs)
    }

    fn print(&self, pairs: &Pairs, peers: &Map<String, Value>) {
        for (measure, values) in [("CPU", &pairs.cpu), ("wall", &pairs.wall)] {
            let (value, spread) = bootstrap_median(values);
            let most = self.who.most();
            let noise = spread.0 <= 0.0 && spread.1 >= 0.0;
            let part = |peer: &Value| peer.get(measure).cloned().unwrap_or_else(|| peer.clone());
            Figure {
                what: format!("overhead: {}, {}, {measure}", self.who.name(), self.work.name()),
                value,
                unit: "%",
                target: Some(Target::AtMost(most)),
                ok: Some(value <= most || (self.who != Who::Agent && noise)),
                peers: peers.iter().map(|(name, peer)| (name.clone(), part(peer))).collect(),
                workload: format!(
                    "{}; {} without; a host whose programs are known from one run before; whole machine, median of paired differences with its 95 % interval{}",
                    self.work.describe(),
                    pairs.bare(),
                    if noise { ", below the noise" } else { "" }
                ),
                n: values.len(),
                spread,
            }
            .print();
        }
    }
}

/// Figures of a peer as they stand beside ours.
fn as_peer(pairs: &Pairs) -> Value {
    let one = |values: &[f64]| {
        let (value, spread) = bootstrap_median(values);
        json!({"value": value, "spread": spread, "n": values.len()})
    };
    json!({"CPU": one(&pairs.cpu), "wall": one(&pairs.wall)})
}
