//! Ten million events asked in SQL beside DuckDB on the same Parquet files, interleaved: the figures of
//! `query/examples/sql_bench`, which owns the SQL engine.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, json};

use crate::Run;
use crate::figure::{Figure, Target, progress};
use crate::undo;
use crate::workspace;

pub fn run(run: &Run) -> Result<()> {
    if !run.full && run.n.is_none() {
        progress(
            "SQL over 10 M events: with --full (it builds the SQL engine, and makes the events)",
        );
        return Ok(());
    }
    let events = run.scaled(10_000_000).to_string();
    let rounds = run.n.unwrap_or(9);
    let mut cargo = workspace::cargo();
    cargo.args(["run", "--release", "--quiet", "-p", "query", "--example", "sql_bench", "--"]);
    cargo.args(["--events", &events, "--rounds", &rounds.to_string()]);
    match duckdb() {
        Ok(python) => drop(cargo.env("DUCKDB_PYTHON", python)),
        Err(error) => progress(format_args!("no DuckDB here: {error:#}")),
    }
    let mut started = undo::start(cargo.stdout(Stdio::piped()))?;
    let stdout = started.child.stdout.take().context("stdout is piped")?;
    let text = std::io::read_to_string(stdout)?;
    ensure!(started.wait()?.success(), "sql_bench failed");
    let peer = text.lines().find_map(|line| line.strip_prefix("beside ")).unwrap_or("DuckDB");
    let rows: Vec<Row> = text.lines().filter_map(Row::parse).collect();
    ensure!(!rows.is_empty(), "sql_bench printed no table");
    for row in rows {
        row.print(peer, &events, rounds);
    }
    Ok(())
}

/// A Python with DuckDB, made once.
fn duckdb() -> Result<std::path::PathBuf> {
    let venv = workspace::cache().join("duckdb");
    let python = venv.join("bin/python");
    if !venv.join(".installed").exists() {
        progress("installing duckdb from its registry");
        let made = undo::finish(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        ensure!(made.success(), "no virtual environment can be made");
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "duckdb"]).stdout(Stdio::null());
        ensure!(undo::finish(&mut pip)?.success(), "the registry does not answer");
        std::fs::write(venv.join(".installed"), "")?;
    }
    Ok(python)
}

/// `| name | 12 (10-14) | 15 (14-16) | 0.80 | 7 |`, times in milliseconds.
#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    ours: (f64, (f64, f64)),
    theirs: Option<(f64, (f64, f64))>,
    rows: String,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let [name, ours, theirs, _, rows, ..] = cells.as_slice() else { return None };
        Some(Self {
            name: (*name).to_owned(),
            ours: spread(ours)?,
            theirs: spread(theirs),
            rows: (*rows).to_owned(),
        })
    }

    fn print(&self, peer: &str, events: &str, rounds: usize) {
        let (ours, spread) = self.ours;
        let mut peers = Map::new();
        let mut ok = ours <= 1_000.0;
        if let Some((theirs, spread)) = self.theirs {
            peers.insert(
                peer.to_owned(),
                json!({"value": theirs, "spread": spread, "ours over theirs": ours / theirs}),
            );
            ok &= ours <= 2.0 * theirs;
        }
        Figure {
            what: format!("SQL: {}", self.name),
            value: ours,
            unit: "ms",
            target: Some(Target::AtMost(1_000.0)),
            ok: Some(ok),
            peers,
            workload: format!(
                "{events} events in Parquet, {} rows; at most 1 s and twice the peer, interleaved",
                self.rows
            ),
            n: rounds,
            spread,
        }
        .print();
    }
}

fn spread(cell: &str) -> Option<(f64, (f64, f64))> {
    let Some((middle, ends)) = cell.split_once(" (") else {
        let one = cell.parse().ok()?;
        return Some((one, (one, one)));
    };
    let (least, most) = ends.strip_suffix(')')?.split_once('-')?;
    Some((middle.parse().ok()?, (least.parse().ok()?, most.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_table_are_read() {
        let row = Row::parse("| one agent, 2 h | 12 (10-14) | 15 (14-16) | 0.80 | 7 |");
        assert_eq!(
            row,
            Some(Row {
                name: "one agent, 2 h".into(),
                ours: (12.0, (10.0, 14.0)),
                theirs: Some((15.0, (14.0, 16.0))),
                rows: "7".into()
            })
        );
        assert_eq!(Row::parse("| query | ours ms | DuckDB ms | ratio | rows |"), None);
        assert!(
            Row::parse("| a | 12 (10-14) | - | NaN | 7 |").is_some_and(|row| row.theirs.is_none())
        );
    }
}
