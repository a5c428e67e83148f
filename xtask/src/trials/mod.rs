//! `cargo xtask trials`: attempts at what no agent may, ways of a secret out of the host, and ordinary work that looks
//! like them, made for real in a lab, once held by nobody and once in each way. What happened is measured; what is
//! said of it is taken from the record. `xtask/trials/README.md` says how the tables are written.

mod lab;
mod outcome;
mod peer;
mod report;
mod table;
mod way;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use lab::Lab;
use outcome::{Measured, Outcome};
use report::Row;
use table::{Suite, Trial};
use way::Held;
pub use way::Way;

/// What to try.
#[derive(Debug, Args)]
pub struct Order {
    /// Ways to hold the agent; all that this host has if none.
    #[arg(long, value_enum, value_delimiter = ',')]
    ways: Vec<Way>,
    /// Only trials whose table, family or name contains one of these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only every so many-th trial of each table, for who has little time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    every: u16,
    /// Another guard beside ours: the words before a command that start it (`srt --`); alice starts it.
    #[arg(long, value_name = "WORDS")]
    peer: Option<String>,
    /// One JSON value per trial and way instead of tables.
    #[arg(long)]
    json: bool,
    /// We are inside of the lab, which is here.
    #[arg(long, hide = true)]
    lab: Option<PathBuf>,
}

impl Order {
    fn ways(&self) -> Vec<Way> {
        let mut ways = self.ways.clone();
        match self.peer {
            Some(_) => ways.push(Way::Peer),
            None if ways.is_empty() => ways = vec![Way::Up, Way::Run, Way::RunAlone, Way::Landlock],
            None => {}
        }
        ways
    }
}

/// Where the lab's own files are, inside of its mounts: not below `/tmp`, which boxes cover.
const PLACE: &str = "/srv";

/// Makes the lab and tries; true if nothing came through that the kernel or a box could hold, and no work was stopped.
pub fn run(root: &Path, cache: &Path, chaperone: &Path, order: &Order) -> Result<bool> {
    if let Some(place) = &order.lab {
        return inside(root, cache, chaperone, place, order);
    }
    lab::fetch(cache)?;
    if order.ways().contains(&Way::SandboxRuntime) {
        peer::fetch(cache)?;
    }
    let mut command = Command::new("bash");
    command.arg(root.join("xtask/trials/lab.sh")).arg("begin").arg(PLACE);
    command.arg(std::env::current_exe()?).args(std::env::args_os().skip(1)).arg("--lab").arg(PLACE);
    let status = command.env("CHAPERONE_BIN", chaperone).status()?;
    Ok(status.success())
}

fn inside(
    root: &Path,
    cache: &Path,
    chaperone: &Path,
    place: &Path,
    order: &Order,
) -> Result<bool> {
    std::fs::create_dir(place.join("bin"))?;
    for name in ["chaperone", "chaperone-hook"] {
        let from = chaperone.with_file_name(name);
        // Without its tables of lines, for it is in memory here.
        let done = Command::new("strip")
            .arg("-o")
            .arg(place.join("bin").join(name))
            .arg(&from)
            .status()?;
        ensure!(done.success(), "cannot strip {}", from.display());
    }
    let mut lab = Lab::open(root, cache, place)?;
    let mut rows = Vec::new();
    let beside = order.ways().into_iter().any(Way::is_others);
    for suite in Suite::ALL {
        let wanted = |trial: &Trial| {
            let says = |word: &String| {
                [suite.name(), &trial.family, &trial.name]
                    .iter()
                    .any(|it| it.contains(word.as_str()))
            };
            let asked = order.only.is_empty() || order.only.iter().any(says);
            asked && (!beside || trial.is_for_all())
        };
        let trials = suite.read(root)?.into_iter().filter(wanted).step_by(order.every.into());
        let trials: Vec<Trial> = trials.collect();
        if trials.is_empty() {
            continue;
        }
        let tried = suite_of(&mut lab, (root, cache), suite, &trials, order)?;
        report::suite(suite, &tried, order.json)?;
        rows.extend(tried);
    }
    Ok(rows.iter().all(Row::is_good))
}

/// All trials of a suite, in every way.
fn suite_of(
    lab: &mut Lab,
    (root, cache): (&Path, &Path),
    suite: Suite,
    trials: &[Trial],
    order: &Order,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let bare = tried(lab, &mut Held::new(Way::Bare, suite, lab, root, "")?, trials)?;
    let works = |measured: &Measured| match suite.is_attack() {
        true => !measured.happened.is_empty(),
        false => measured.works,
    };
    for way in order.ways() {
        if way == Way::SandboxRuntime {
            peer::lay(root, cache, &lab.place, suite)?;
        }
        let here: Vec<(Trial, bool)> = trials.iter().cloned().zip(bare.iter().map(works)).collect();
        let able: Vec<Trial> = here.iter().filter(|it| it.1).map(|it| it.0.clone()).collect();
        let mut held = Held::new(way, suite, lab, root, order.peer.as_deref().unwrap_or_default())?;
        if let Some(why) = held.refuses(lab)? {
            eprintln!("{} does not start here: {why}", way.title());
            continue;
        }
        let measured = tried(lab, &mut held, &able)?;
        let told = settled(&held, measured.last())?;
        for (trial, measured) in able.iter().zip(&measured) {
            let outcome = match (way, suite.is_attack()) {
                // What does not begin holds nobody.
                _ if way != Way::Up && measured.pid == 0 => Outcome::Failed,
                (Way::Up, true) => outcome::of_attack(measured, &told),
                (Way::Up, false) => outcome::of_work(measured, &told),
                (_, true) => outcome::in_a_box(measured),
                (_, false) if measured.works => Outcome::WentOn,
                (_, false) => Outcome::Failed,
            };
            rows.push(Row::new(suite, way, trial, outcome, measured, told.of(measured)));
        }
        let absent = here.iter().zip(&bare).filter(|(it, _)| !it.1);
        rows.extend(absent.map(|((trial, _), bare)| {
            Row::new(suite, way, trial, Outcome::NotHere, bare, Default::default())
        }));
    }
    Ok(rows)
}

/// The record, once it holds the last trial's end.
fn settled(held: &Held, last: Option<&Measured>) -> Result<outcome::Told> {
    let ask = |words: &[&str]| held.record(words);
    let until = Instant::now() + Duration::from_secs(30);
    while let (Way::Up, Some(last)) = (held.way, last) {
        let ended = ask(&["sessions"])?.into_iter().any(|session| {
            session["root"]["pid"] == last.pid
                && session["ended_unix_ns"].as_u64() > Some(last.began_unix_ns)
        });
        if ended || Instant::now() > until {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    outcome::told(ask)
}

/// Every trial, one after the other.
fn tried(lab: &mut Lab, held: &mut Held, trials: &[Trial]) -> Result<Vec<Measured>> {
    lab.renew(held.way.owner())?;
    let mut all = Vec::new();
    for trial in trials {
        all.push(one(lab, held, trial).with_context(|| trial.name.clone())?);
    }
    Ok(all)
}

/// The files that nobody may change, once they are as they were; or as they are when nobody has put them back in time.
fn put_back(before: &lab::Kept) -> lab::Kept {
    let until = Instant::now() + Duration::from_secs(3);
    loop {
        let after = lab::kept();
        if after == *before || Instant::now() > until {
            return after;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn one(lab: &mut Lab, held: &mut Held, trial: &Trial) -> Result<Measured> {
    lab.tidy(held.way.owner())?;
    let before = lab::kept();
    if let Some(earlier) = &trial.earlier {
        held.act(lab, trial, earlier)?;
    }
    lab.arrived()?;
    let output = held.act(lab, trial, &trial.r#do)?;
    let arrived = lab.arrived()?;
    let after = match held.way {
        Way::Up => put_back(&before),
        _ => lab::kept(),
    };
    let mut measured = Measured::of(&output, &arrived, &before, &after);
    measured.happened.extend(lab.others(held.daemon())?.map(str::to_owned));
    if held.has_ended() {
        measured.happened.push("the daemon was ended".into());
    }
    if !measured.happened.is_empty() && trial.family == "Chaperone" || held.has_ended() {
        held.begin_again()?;
    }
    if before != after {
        lab.renew(held.way.owner())?;
    }
    Ok(measured)
}
