//! The price of one system call of other work: a tight loop with and without the daemon.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Who;
use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::{bootstrap_median, median};
use crate::undo::Place;

const CALLS: [(&str, usize); 2] = [("getppid", 1_000_000), ("openat", 200_000)];
const INNER: &str = "5";
const MOST_NS: f64 = 50.0;

/// Measures both calls, with an agent idling and without one.
pub fn run(run: &Run) -> Result<()> {
    let chaperone = &run.chaperone()?;
    let n = run.n.unwrap_or(if run.full { 20 } else { 6 });
    for who in [Who::OtherBesideIdleAgent, Who::OtherAlone] {
        for (call, count) in CALLS {
            let count = run.scaled(count);
            let (mut differences, mut bare) = (Vec::new(), Vec::new());
            for number in 0..n {
                progress(format_args!("{call} loop, {}: pair {} of {n}", who.name(), number + 1));
                let place = Place::new()?;
                let with = || -> Result<f64> {
                    let daemon = Daemon::start(chaperone, &place, Wishes::default())?;
                    let cost = one(who, &place, call, count)?;
                    daemon.stop()?;
                    Ok(cost)
                };
                let (without, with) = if number % 2 == 0 {
                    let without = one(who, &place, call, count)?;
                    (without, with()?)
                } else {
                    let with = with()?;
                    (one(who, &place, call, count)?, with)
                };
                differences.push(with - without);
                bare.push(without);
            }
            print(who, call, &differences, median(&bare).0);
        }
    }
    Ok(())
}

/// Nanoseconds per call: the best of the inner rounds, which a neighbour disturbed least.
fn one(who: Who, place: &Place, call: &str, count: usize) -> Result<f64> {
    let company = who.company(place)?;
    let mut command: Command = daemon::somebody()?;
    let output = command.args(["calls", call, &count.to_string(), INNER]).output()?;
    ensure!(output.status.success(), "the loop failed");
    drop(company);
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.parse::<f64>().ok())
        .min_by(f64::total_cmp)
        .context("the loop said nothing")
}

fn print(who: Who, call: &str, differences: &[f64], bare: f64) {
    let (value, spread) = bootstrap_median(differences);
    Figure {
        what: format!("overhead: {call}, {}", who.name()),
        value,
        unit: "ns/call",
        target: Some(Target::AtMost(MOST_NS)),
        workload: format!(
            "tight loop, {bare:.0} ns/call without; median of paired differences with its 95 % interval"
        ),
        n: differences.len(),
        spread,
        ..Figure::default()
    }
    .print();
}
