//! SQL over a day of events, beside DuckDB on the same files: a program that prints a table.
//!
//! ```text
//! cargo run --release -p query --example sql_bench -- [--events 10000000] [--rounds 9] [--dir DIR]
//! ```
//!
//! With `--sql TEXT` it only answers that. A directory that is given and has a record is used as
//! it is: a journal in it is rolled.
//! With `DUCKDB_PYTHON` set to a Python
//! that has the package `duckdb`, each query runs there too, one engine after the other in each
//! round, and the answers are compared.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

mod duckdb;
mod stream;

use std::path::{Path, PathBuf};
use std::time::Instant;

use journal::{DataDir, Position};
use query::{Lines, Query, Settings, Store};

use duckdb::DuckDb;

/// The four questions of the issue; the join in two sizes.
const QUESTIONS: [(&str, &str); 6] = [
    ("count by agent", "SELECT agent, count(*) AS n FROM events GROUP BY agent ORDER BY agent"),
    (
        "path contains .ssh, 6 h",
        "SELECT id, agent, path FROM events WHERE path LIKE '%.ssh%' \
         AND time >= TIMESTAMP '2026-11-20 09:00:00' AND time < TIMESTAMP '2026-11-20 15:00:00' ORDER BY id",
    ),
    (
        "join execs to parent",
        "SELECT q.exe AS parent, count(*) AS n FROM processes p JOIN processes q \
         ON p.parent_pid = q.pid AND p.parent_start = q.process_start GROUP BY q.exe ORDER BY n DESC, parent",
    ),
    (
        "join all acts to parent",
        "SELECT q.exe AS parent, count(*) AS n FROM events e \
         JOIN processes p ON e.pid = p.pid AND e.process_start = p.process_start \
         JOIN processes q ON p.parent_pid = q.pid AND p.parent_start = q.process_start \
         GROUP BY q.exe ORDER BY n DESC, parent",
    ),
    (
        "one agent, 2 h",
        "SELECT act, count(*) AS n, count(DISTINCT path) AS paths FROM events WHERE agent = 'codex-cli' \
         AND time >= TIMESTAMP '2026-11-20 10:00:00' AND time < TIMESTAMP '2026-11-20 12:00:00' \
         GROUP BY act ORDER BY act",
    ),
    (
        "one session",
        "SELECT count(*) AS n, min(id) AS a, max(id) AS b FROM events WHERE session = \
         (SELECT max(session) FROM events WHERE agent = 'aider')",
    ),
];

struct Arguments {
    events: u64,
    rounds: usize,
    dir: Option<PathBuf>,
    sql: Option<String>,
}

fn main() {
    let arguments = arguments();
    let own = tempfile::tempdir().unwrap();
    let dir = arguments.dir.as_deref().unwrap_or(own.path());
    prepare(dir, arguments.events);
    let query = Query::open(dir, Settings::default()).unwrap();
    if let Some(text) = &arguments.sql {
        let begun = Instant::now();
        query.sql(text).unwrap().write_table(0, &mut std::io::stdout()).unwrap();
        println!("{:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
        return;
    }
    let mut peer = DuckDb::start(dir);
    println!("| query | ours ms | DuckDB ms | ratio | rows |");
    println!("|---|---|---|---|---|");
    for (name, text) in QUESTIONS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut rows = 0;
        for round in 0..=arguments.rounds {
            let begun = Instant::now();
            let answer = query.sql(text).unwrap();
            let our_ms = begun.elapsed().as_secs_f64() * 1e3;
            rows = answer.rows();
            let their = peer.as_mut().map(|peer| peer.ask(text));
            // The first round warms both.
            if round == 0 {
                if let Some((_, lines)) = their {
                    let mut csv = Vec::new();
                    answer.write_lines(Lines::Csv, &mut csv).unwrap();
                    assert_eq!(String::from_utf8(csv).unwrap().replace('\n', ";"), lines, "{name}");
                }
                continue;
            }
            ours.push(our_ms);
            theirs.extend(their.map(|(ms, _)| ms));
        }
        let (our, their) = (median(&mut ours), median(&mut theirs));
        println!(
            "| {name} | {} | {} | {:.2} | {rows} |",
            spread(&ours),
            spread(&theirs),
            our / their
        );
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Median, least and most of sorted values.
fn spread(values: &[f64]) -> String {
    match values {
        [] => "-".to_owned(),
        [first, .., last] => format!("{:.0} ({first:.0}-{last:.0})", values[values.len() / 2]),
        [only] => format!("{only:.0}"),
    }
}

/// Makes the record where there is none, by the roll-over that the daemon uses.
fn prepare(dir: &Path, events: u64) {
    let held = DataDir::claim(dir).unwrap();
    let mut store = Store::open(&held).unwrap();
    if journal::Reader::open(dir).unwrap().next().is_some() {
        store.roll(Position(u64::MAX)).unwrap();
    } else if store.rolled() == Position(0) {
        let begun = Instant::now();
        let records = stream::Stream::new(events);
        let made = records.enumerate().map(|(place, record)| (Position(place as u64), record));
        let rolled = store.roll_records(made).unwrap();
        let seconds = begun.elapsed().as_secs_f64();
        let (_, bytes) = store.size();
        println!(
            "made and rolled {} records in {seconds:.1} s, {:.1} bytes per event in {} files",
            rolled.records,
            bytes as f64 / rolled.records as f64,
            rolled.files
        );
        let begun = Instant::now();
        let compacted = store.compact().unwrap();
        println!("compacted in {:.1} s: {compacted:?}", begun.elapsed().as_secs_f64());
    }
    let (rows, bytes) = store.size();
    println!("{rows} rows, {:.1} bytes per event at rest\n", bytes as f64 / rows as f64);
}

fn arguments() -> Arguments {
    let mut arguments = Arguments { events: 10_000_000, rounds: 9, dir: None, sql: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().unwrap();
        match word.as_str() {
            "--events" => arguments.events = value.parse().unwrap(),
            "--rounds" => arguments.rounds = value.parse().unwrap(),
            "--dir" => arguments.dir = Some(value.into()),
            "--sql" => arguments.sql = Some(value),
            other => panic!("unknown argument {other}"),
        }
    }
    arguments
}
