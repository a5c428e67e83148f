//! The trials inside stock kernels: portions of them, each in a guest of its own, so that a guest that breaks off
//! costs few trials, and what is done is said at once.

use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;

use super::Order;
use super::report::{self, Row};
use super::table::Suite;
use crate::vm::{self, Kernel};

/// Trials of one guest: few enough to lose, many enough to be worth a boot and a daemon's start.
const PORTION: usize = 14;
/// How much longer an emulated processor takes, beside others.
const SLOWER: u16 = 10;
/// Seconds after which a guest is given up.
const LIMIT_S: u32 = 3600;
/// A guest that is lost is tried again; emulators die now and then.
const TRIES: usize = 2;

/// Part `2/9` as numbers.
pub fn part(text: &str) -> Result<(usize, usize)> {
    let (at, parts) = text.split_once('/').context("not of the form `2/9`")?;
    let (at, parts) = (at.parse()?, parts.parse()?);
    match (1..=parts).contains(&at) {
        true => Ok((at, parts)),
        false => Err(anyhow!("there is no part {at} of {parts}")),
    }
}

/// Tries everything that is wanted; true if all of it was tried, and came out as it must.
pub fn run(
    root: &Path,
    cache: &Path,
    chaperone: &Path,
    order: &Order,
    series: &str,
) -> Result<bool> {
    let kernel = Kernel::find(cache, series)?;
    let mut portions = Vec::new();
    for suite in order.suites() {
        let parts = order.trials(root, suite)?.len().div_ceil(PORTION);
        portions.extend((1..=parts).map(|at| (suite, at, parts)));
    }
    portions.reverse();
    let wanted = portions.len();
    let (waiting, done) = (Mutex::new(portions), Mutex::new(Vec::new()));
    let guest = |portion| in_guest(&kernel, root, cache, chaperone, order, portion);
    thread::scope(|scope| {
        let work = || {
            while let Some(portion) = next(&waiting) {
                let rows = guest(portion).unwrap_or_else(|error| {
                    eprintln!("{}: {error:#}", named(portion));
                    Vec::new()
                });
                keep(&done, rows, order.json);
            }
        };
        (0..order.guests).for_each(|_| drop(scope.spawn(work)));
    });
    let done: Vec<Vec<Row>> = done.into_inner().map_err(|_| anyhow!("a guest's run broke off"))?;
    let lost = wanted - done.iter().filter(|rows| !rows.is_empty()).count();
    let rows: Vec<Row> = done.into_iter().flatten().collect();
    if !order.json {
        said(&rows)?;
    }
    eprintln!("{} trials in {wanted} guests, {lost} of which were lost", rows.len());
    Ok(lost == 0 && rows.iter().all(Row::is_good))
}

type Portion = (Suite, usize, usize);

fn named((suite, at, parts): Portion) -> String {
    format!("{} {at}/{parts}", suite.name())
}

fn next(waiting: &Mutex<Vec<Portion>>) -> Option<Portion> {
    waiting.lock().ok()?.pop()
}

/// Rows as they come, for whoever looks before all is done.
fn keep(done: &Mutex<Vec<Vec<Row>>>, rows: Vec<Row>, json: bool) {
    let Ok(mut done) = done.lock() else { return };
    if json {
        // Serialised before: these came out of JSON.
        let lines = rows.iter().filter_map(|row| serde_json::to_string(row).ok());
        lines.for_each(|line| println!("{line}"));
    }
    done.push(rows);
}

fn said(rows: &[Row]) -> Result<()> {
    for suite in Suite::ALL {
        let of_it: Vec<&Row> = rows.iter().filter(|row| row.suite == suite).collect();
        if !of_it.is_empty() {
            report::suite(suite, &of_it, false)?;
        }
    }
    Ok(())
}

fn in_guest(
    kernel: &Kernel,
    root: &Path,
    cache: &Path,
    chaperone: &Path,
    order: &Order,
    portion: Portion,
) -> Result<Vec<Row>> {
    let command = command(cache, chaperone, order, portion)?;
    let guest = vm::Order { directory: root, words: "", command: &command, limit_s: LIMIT_S };
    let mut last = String::new();
    for _ in 0..TRIES {
        let began = Instant::now();
        let ended = kernel.run(&guest)?;
        let read = |line| serde_json::from_str(line).ok();
        let rows: Vec<Row> = ended.output.lines().filter_map(read).collect();
        let seconds = began.elapsed().as_secs();
        eprintln!("{}: {} rows in {seconds} s ({})", named(portion), rows.len(), ended.outcome);
        if !rows.is_empty() {
            return Ok(rows);
        }
        last = ended.output;
    }
    Err(anyhow!("the guest said nothing of trials, but: {last}"))
}

/// The command line of the guest: ourselves, for one portion.
fn command(cache: &Path, chaperone: &Path, order: &Order, portion: Portion) -> Result<String> {
    let (suite, at, parts) = portion;
    let mut words = vec![
        "env".to_owned(),
        format!("CHAPERONE_CACHE={}", cache.display()),
        format!("CHAPERONE_BIN={}", chaperone.display()),
        std::env::current_exe()?.display().to_string(),
    ];
    words.extend(["trials", "--json", "--suite", suite.name(), "--part"].map(str::to_owned));
    words.push(format!("{at}/{parts}"));
    words.extend([
        "--slower".into(),
        SLOWER.to_string(),
        "--every".into(),
        order.every.to_string(),
    ]);
    for way in order.ways() {
        let way = way.to_possible_value().context("a way without a name")?;
        words.extend(["--ways".into(), way.get_name().to_owned()]);
    }
    for word in &order.only {
        words.extend(["--only".into(), word.clone()]);
    }
    let quoted = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    Ok(quoted.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbers_from_one() {
        let check = |text: &str, expect: Option<(usize, usize)>| {
            assert_eq!(part(text).ok(), expect, "{text}");
        };
        check("2/9", Some((2, 9)));
        check("9/9", Some((9, 9)));
        for wrong in ["0/9", "10/9", "2", "2/x", "/"] {
            check(wrong, None);
        }
    }
}
