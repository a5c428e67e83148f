//! Bursts under CPU contention: everything is in the daemon's record, or counted there as lost. The
//! same bursts under other products, one after the other in each round.

mod agentsight;
mod auditd;
mod bpftrace;
mod strace;

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, ensure};
use event::{Act, Event, Record};
use serde_json::{Map, json};

use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::median;
use crate::play::Kind;
use crate::undo::{self, Place, Started};

/// What each product is given to watch.
pub struct Burst<'a> {
    pub kind: Kind,
    pub total: usize,
    /// The program, directory or port.
    pub with: String,
    pub place: &'a Place,
}

/// What a product saw of a burst.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub recorded: usize,
    /// What it says it lost; none where it counts nothing.
    pub lost: Option<u64>,
    pub seconds: f64,
}

type Watch = fn(&Run, &Burst<'_>) -> Result<Seen>;

const PEERS: [(&str, Watch); 4] = [
    ("strace", strace::watch),
    ("bpftrace", bpftrace::watch),
    ("auditd", auditd::watch),
    ("AgentSight", agentsight::watch),
];

/// Runs the three bursts, each in four programs at once beside programs that only burn CPU.
pub fn run(run: &Run) -> Result<()> {
    let cores = std::thread::available_parallelism()?.get();
    let hogs = (0..cores)
        .map(|_| undo::start(daemon::somebody()?.arg("hog")))
        .collect::<Result<Vec<Started>>>()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    for (kind, total) in [(Kind::Execs, 20_000), (Kind::Opens, 200_000), (Kind::Connects, 20_000)] {
        one(run, kind, run.scaled(total), port, hogs.len())?;
    }
    Ok(())
}

fn one(run: &Run, kind: Kind, total: usize, port: u16, hogs: usize) -> Result<()> {
    let rounds = run.n.unwrap_or(if run.full { 3 } else { 1 });
    let mut ours = Vec::new();
    let mut theirs: Vec<(&str, Result<Vec<Seen>>)> = Vec::new();
    if run.full || run.peers {
        theirs.extend(PEERS.map(|(name, _)| (name, Ok(Vec::new()))));
    }
    for round in 0..rounds {
        progress(format_args!("{total} {}, round {} of {rounds}", kind.word(), round + 1));
        ours.push(fresh(kind, total, port, |burst| chaperone(run, burst))?);
        for ((_, watch), (name, seen)) in PEERS.iter().zip(&mut theirs) {
            let Ok(all) = seen else { continue };
            progress(format_args!("  {name}"));
            match fresh(kind, total, port, |burst| watch(run, burst)) {
                Ok(one) => all.push(one),
                Err(error) => *seen = Err(error),
            }
        }
    }
    print(kind, total, hogs, &ours, theirs);
    Ok(())
}

/// Each product has a place of its own, where nothing was before.
fn fresh(
    kind: Kind,
    total: usize,
    port: u16,
    watch: impl FnOnce(&Burst<'_>) -> Result<Seen>,
) -> Result<Seen> {
    let place = Place::new()?;
    let files = Place::in_memory()?;
    let with = match kind {
        Kind::Execs => {
            let program = place.join("burst-true");
            std::fs::copy("/bin/true", &program)?;
            program.display().to_string()
        }
        Kind::Opens => files.dir("opens")?.display().to_string(),
        Kind::Connects => port.to_string(),
    };
    watch(&Burst { kind, total, with, place: &place })
}

impl Burst<'_> {
    /// The words after the agent's `play`.
    pub fn words(&self) -> [String; 4] {
        let total = self.total.to_string();
        ["burst".into(), self.kind.word().into(), total, self.with.clone()]
    }

    /// Program and words of the whole.
    pub fn command_line(&self) -> Result<Vec<String>> {
        let agent = daemon::agent(self.place)?;
        let mut line = vec![PathBuf::from(agent.get_program()).display().to_string()];
        line.push("play".into());
        line.extend(self.words());
        Ok(line)
    }

    /// Whether an event is one of the burst.
    fn holds(&self, event: &Event) -> bool {
        match &event.act {
            Act::ProcessExec(exec) => self.kind == Kind::Execs && *exec.exe.path == *self.with,
            Act::FileCreate(open) => {
                let below = open.file.path.strip_prefix(self.with.as_str());
                self.kind == Kind::Opens && below.is_some_and(|rest| rest.matches('/').count() == 2)
            }
            Act::NetworkConnect(flow) => {
                let port = flow.remote.port().map(|port| port.to_string());
                self.kind == Kind::Connects && port.as_deref() == Some(&self.with)
            }
            _ => false,
        }
    }
}

fn chaperone(run: &Run, burst: &Burst<'_>) -> Result<Seen> {
    let daemon = Daemon::start(&run.chaperone()?, burst.place, Wishes::default())?;
    let began = Instant::now();
    let status = undo::finish(daemon::agent(burst.place)?.args(burst.words()))?;
    ensure!(status.success(), "the burst failed by itself");
    let seconds = began.elapsed().as_secs_f64();
    let data = daemon.stop()?;
    let (mut recorded, mut lost) = (0, 0);
    for record in daemon::records(&data)? {
        match record? {
            Record::Act(act) if act.actor.is_some() && burst.holds(&act.event) => {
                recorded += act.event.count as usize;
            }
            Record::Loss(loss) => lost += loss.count,
            _ => {}
        }
    }
    Ok(Seen { recorded, lost: Some(lost), seconds })
}

fn print(
    kind: Kind,
    total: usize,
    hogs: usize,
    ours: &[Seen],
    theirs: Vec<(&str, Result<Vec<Seen>>)>,
) {
    let mut peers = Map::new();
    for (name, seen) in theirs {
        let said = match seen {
            Ok(seen) => json!({"recorded": recorded(&seen).0, "spread": recorded(&seen).1,
                "lost_by_its_count": seen.iter().map(|one| one.lost).collect::<Vec<_>>(),
                "seconds": seconds(&seen)}),
            Err(error) => json!({"not measured": format!("{error:#}")}),
        };
        peers.insert(name.into(), said);
    }
    let (value, spread) = recorded(ours);
    let lost: u64 = ours.iter().filter_map(|one| one.lost).sum();
    let least_kept = spread.0;
    Figure {
        what: format!("completeness: {}", kind.word()),
        value,
        unit: "recorded",
        target: Some(Target::AtLeast(total as f64)),
        ok: Some(least_kept >= total as f64 && lost == 0),
        peers,
        workload: format!(
            "{total} {} by 4 programs at once beside {hogs} CPU hogs in {:.1} s, through the daemon to its journal; {lost} lost by count",
            kind.word(),
            seconds(ours),
        ),
        n: ours.len(),
        spread,
    }
    .print();
}

fn recorded(seen: &[Seen]) -> (f64, (f64, f64)) {
    median(&seen.iter().map(|one| one.recorded as f64).collect::<Vec<_>>())
}

fn seconds(seen: &[Seen]) -> f64 {
    median(&seen.iter().map(|one| one.seconds).collect::<Vec<_>>()).0
}
