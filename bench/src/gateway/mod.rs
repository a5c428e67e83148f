//! `bench gateway`: what the proxy in front of models adds to what models take anyway. The provider is a child of ours, the
//! proxy is the real daemon, nginx as a bare reverse proxy stands beside it where it is installed. What detectors of content
//! cost is measured without any of them.

mod client;
mod inspection;
mod litellm;
mod mcp;
mod nginx;
mod soak;
mod texts;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde_json::Map;

use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{self, Figure, Target, progress, short};
use crate::measure::{median, quantile};
use crate::undo::{self, Place, Started};
use crate::workspace;
use client::Way;
use litellm::LiteLlm;
use nginx::Nginx;
use soak::Soaked;

/// How it is run.
#[derive(Debug, Args)]
pub struct Run {
    /// Only these sections.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// One JSON value per figure instead of a table.
    #[arg(long)]
    json: bool,
    /// Rounds instead of the usual number; in each, every way is measured once.
    #[arg(long)]
    n: Option<usize>,
    /// How long the thousand streams are held.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// The program to measure instead of this workspace's.
    #[arg(long, value_name = "FILE")]
    chaperone: Option<PathBuf>,
}

/// A section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Added to a call: 200 a second, come what may, of a provider that takes half a second.
    Latency,
    /// Added to each piece of a streamed answer.
    Stream,
    /// Small calls one after the other on as many connections as keep the machine busy.
    Throughput,
    /// Added to a call of a tool whose server is wrapped.
    Mcp,
    /// What detectors of content cost, over texts of several kinds.
    Inspection,
    /// A thousand streams for an hour (`--minutes`); only where it is asked for.
    Soak,
}

/// The name of our own way.
const OWN: &str = "chaperone";
/// Who stands beside us.
const PEERS: [&str; 2] = ["nginx", "litellm"];
/// Calls a second, whether earlier ones have been answered or not.
const RATE: u32 = 200;
/// How long each way is measured in a round.
const ROUND: Duration = Duration::from_secs(5);
/// Connections of the closed loop.
const CONNECTIONS: usize = 32;
/// Calls of a tool in a round.
const CALLS: usize = 2_000;

impl Run {
    pub fn run(&self) -> Result<()> {
        if self.json {
            figure::as_json();
        }
        let is_wanted = |section: &Section| match self.only.as_slice() {
            [] => *section != Section::Soak,
            only => only.contains(section),
        };
        let (alone, with_daemon): (Vec<Section>, Vec<Section>) = Section::value_variants()
            .iter()
            .copied()
            .filter(is_wanted)
            .partition(|section| *section == Section::Inspection);
        if !alone.is_empty() {
            inspection::run(self.n.unwrap_or(7))?;
        }
        if with_daemon.is_empty() { Ok(()) } else { self.with_daemon(&with_daemon) }
    }

    fn with_daemon(&self, sections: &[Section]) -> Result<()> {
        undo::on_signals()?;
        let chaperone = daemon::program(self.chaperone.as_deref())?;
        let compared = [Section::Latency, Section::Stream, Section::Throughput];
        let scene = Scene::new(&chaperone, sections.iter().any(|it| compared.contains(it)))?;
        let rounds = self.n.unwrap_or(5);
        let mut soaked = None;
        for section in sections {
            match section {
                Section::Latency => scene.latency(rounds)?,
                Section::Stream => scene.stream(rounds)?,
                Section::Throughput => scene.throughput(rounds)?,
                Section::Mcp => scene.mcp(&chaperone, rounds)?,
                Section::Soak => soaked = Some(scene.soak(Duration::from_secs(60 * self.minutes))?),
                Section::Inspection => {}
            }
        }
        let data = scene.daemon.stop()?;
        soaked.map_or(Ok(()), |soaked| soaked.print(&data))
    }
}

/// What was measured of a way: all values of each round.
type Turns<'a> = (&'a Way, Vec<Vec<f64>>);

/// A provider, and the ways to it.
struct Scene {
    daemon: Daemon,
    ways: Vec<Way>,
    _provider: Started,
    _nginx: Option<Nginx>,
    _litellm: Option<LiteLlm>,
    place: Place,
}

impl Scene {
    fn new(chaperone: &Path, compared: bool) -> Result<Self> {
        let place = Place::new()?;
        let (provider, port) = provider()?;
        let own = free_port()?;
        let more = format!(
            "[gateway]\nlisten = \"127.0.0.1:{own}\"\n[gateway.providers.lab]\nbase = \"http://127.0.0.1:{port}\"\n[policy]\nprofile = \"guarded\"\n"
        );
        let daemon = Daemon::start(chaperone, &place, Wishes { more, ..Wishes::default() })?;
        let mut ways = vec![Way::new("direct", port, ""), Way::new(OWN, own, "/lab")];
        let (mut nginx, mut litellm) = (None, None);
        if compared {
            nginx = Nginx::start(&place, port)?;
            litellm = LiteLlm::start(&place, &workspace::cache(), port)?;
            match &nginx {
                Some(nginx) => ways.push(Way::new("nginx", nginx.port, "")),
                None => progress("nginx is not installed: it is not beside us"),
            }
            match &litellm {
                Some(litellm) => ways.push(litellm.way()),
                None => progress("LiteLLM is not installed (`xtask/setup.sh clients`)"),
            }
        }
        Ok(Self { daemon, ways, _provider: provider, _nginx: nginx, _litellm: litellm, place })
    }

    /// Every way in turn, in each round; all values by way.
    fn turns<T>(
        &self,
        rounds: usize,
        what: &str,
        measure: impl Fn(&Way) -> Result<T>,
    ) -> Result<Vec<(&Way, Vec<T>)>> {
        let mut all: Vec<(&Way, Vec<T>)> = self.ways.iter().map(|way| (way, Vec::new())).collect();
        for round in 1..=rounds {
            progress(format!("{what}, round {round} of {rounds}"));
            for (way, values) in &mut all {
                values.push(measure(way).with_context(|| way.name.clone())?);
            }
        }
        Ok(all)
    }

    fn latency(&self, rounds: usize) -> Result<()> {
        let measured = self.turns(rounds, "latency", |way| {
            client::open_loop(way, "/slow/v1/messages", RATE, ROUND)
        })?;
        for (share, name, target) in [(0.5, "p50", 0.5), (0.99, "p99", 3.0)] {
            added(&measured, share, &format!("added to a call, {name}"), target, 1e6, "ms", |n| {
                format!("{n} calls, {RATE} a second, of a provider that takes 500 ms")
            });
        }
        Ok(())
    }

    fn stream(&self, rounds: usize) -> Result<()> {
        let measured =
            self.turns(rounds, "streams", |way| client::streams(way, "/stream/v1/messages"))?;
        let (mut pieces, mut first): (Vec<Turns<'_>>, Vec<Turns<'_>>) = Default::default();
        for (way, rounds) in measured {
            let (of_pieces, of_first) = rounds.into_iter().map(|it| (it.pieces, it.first)).unzip();
            pieces.push((way, of_pieces));
            first.push((way, of_first));
        }
        added(&first, 0.5, "added to the first streamed piece, p50", 0.5, 1e6, "ms", |n| {
            format!("{n} streams, from the call to the first piece")
        });
        added(&pieces, 0.5, "added to a streamed piece, p50", 50.0, 1e3, "us", |n| {
            format!("{n} pieces, from the provider's writing to the client's reading")
        });
        Ok(())
    }

    fn mcp(&self, chaperone: &Path, rounds: usize) -> Result<()> {
        let config = self.place.join("chaperone.toml");
        let (mut p50, mut p99) = (Vec::new(), Vec::new());
        for round in 1..=rounds {
            progress(format!("calls of a tool, round {round} of {rounds}"));
            let bare = mcp::calls(&mut mcp::bare(), CALLS)?;
            let wrapped =
                mcp::calls(&mut mcp::wrapped(chaperone, &config, &self.daemon.data), CALLS)?;
            p50.push((quantile(&wrapped, 0.5) - quantile(&bare, 0.5)) / 1e6);
            p99.push((quantile(&wrapped, 0.99) - quantile(&bare, 0.99)) / 1e6);
        }
        for (what, values, target) in [
            ("added to a call of a tool, p50", p50, Some(Target::AtMost(0.3))),
            ("added to a call of a tool, p99", p99, None),
        ] {
            let (value, spread) = median(&values);
            Figure {
                what: what.into(),
                value,
                unit: "ms",
                target,
                workload: format!("{CALLS} calls one after the other, each asked and looked into"),
                n: rounds,
                spread,
                ..Figure::default()
            }
            .print();
        }
        Ok(())
    }

    fn soak(&self, lasts: Duration) -> Result<Soaked> {
        let own = self.ways.iter().find(|way| way.name == OWN).context("our own way")?;
        soak::run(own, self.daemon.pid(), lasts)
    }

    fn throughput(&self, rounds: usize) -> Result<()> {
        let rate = |way: &Way| {
            Ok(vec![client::closed_loop(way, "/fast/v1/messages", CONNECTIONS, ROUND)?])
        };
        let measured = self.turns(rounds, "throughput", rate)?;
        let of = |name: &str| {
            let found = measured.iter().find(|(way, _)| way.name == name);
            found.map(|(_, rounds)| median(&rounds.concat()))
        };
        let (value, spread) = of(OWN).context("it is measured")?;
        let mut peers = Map::new();
        for name in [&["direct"], &PEERS[..]].concat() {
            if let Some((rate, _)) = of(name) {
                peers.insert(name.into(), format!("{} calls/s", short(rate)).into());
            }
        }
        let times = |name| of(name).map(|(rate, _)| value / rate);
        Figure {
            what: "small calls".into(),
            value,
            unit: "calls/s",
            peers,
            workload: format!("{CONNECTIONS} connections, one call after the other"),
            n: rounds,
            spread,
            ..Figure::default()
        }
        .print();
        for (name, unit, scale, target) in
            [("nginx", "%", 100.0, 50.0), ("litellm", "times", 1.0, 5.0)]
        {
            let Some(times) = times(name) else { continue };
            Figure {
                what: format!("small calls, of what {name} carries"),
                value: times * scale,
                unit,
                target: Some(Target::AtLeast(target)),
                n: rounds,
                spread: (times * scale, times * scale),
                ..Figure::default()
            }
            .print();
        }
        Ok(())
    }
}

/// What each way adds to the direct one, at this share of the values.
fn added(
    measured: &[Turns<'_>],
    share: f64,
    what: &str,
    target: f64,
    unit_ns: f64,
    unit: &'static str,
    workload: impl Fn(usize) -> String,
) {
    let at = |values: &Vec<f64>| quantile(values, share) / unit_ns;
    let Some((_, direct)) = measured.first() else { return };
    let over = |rounds: &Vec<Vec<f64>>| -> Vec<f64> {
        rounds.iter().zip(direct).map(|(way, bare)| at(way) - at(bare)).collect()
    };
    let mut peers = Map::new();
    for (way, rounds) in measured.iter().filter(|(way, _)| PEERS.contains(&&*way.name)) {
        peers.insert(way.name.clone(), format!("{} {unit}", short(median(&over(rounds)).0)).into());
    }
    for (_, rounds) in measured.iter().filter(|(way, _)| way.name == OWN) {
        let (value, spread) = median(&over(rounds));
        let n = rounds.iter().map(Vec::len).sum();
        Figure {
            what: what.into(),
            value,
            unit,
            target: Some(Target::AtMost(target)),
            peers: peers.clone(),
            workload: workload(n),
            n: rounds.len(),
            spread,
            ok: None,
        }
        .print();
    }
}

/// Starts the provider; gives its port.
fn provider() -> Result<(Started, u16)> {
    let mut command = daemon::somebody()?;
    command.arg("provider").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut started = undo::start(&mut command)?;
    let mut line = String::new();
    let said = started.child.stdout.take().context("stdout is piped")?;
    BufReader::new(said).read_line(&mut line)?;
    Ok((started, line.trim().parse().context("the provider says no port")?))
}

/// A port that nobody has just now.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Whether a program answers at all.
fn there(program: &str) -> bool {
    let mut version = Command::new(program);
    version.arg("-v").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}
