//! What command lines are called and what that costs: `cargo run --release -p content --example commands --
//! lines.jsonl [workspace]`, for objects with a `command`. Prints each line that is called irreversible with
//! the rule, each that is not clear with the reason, and the time of the three steps.

use std::time::{Duration, Instant};

use content::command::{Place, acts};
use content::irreversible::Table;
use content::shell;

#[derive(serde::Deserialize)]
struct Line {
    command: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("no file is named")?;
    let workspace = args.next().unwrap_or_else(|| "/app".to_owned());
    let place = Place { cwd: &workspace, workspace: &workspace, home: "/root" };
    let table = Table::shipped()?;
    let (mut called, mut unclear, mut all) = (0, 0, 0);
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for line in std::fs::read_to_string(file)?.lines() {
        let line: Line = serde_json::from_str(line)?;
        all += 1;
        let begin = Instant::now();
        let script = shell::parse(&line.command);
        let parsed = begin.elapsed();
        let acts = acts(&script, &place);
        let worked = begin.elapsed();
        let found = table.consequences(&acts, &place);
        let asked = begin.elapsed();
        for (times, time) in times.iter_mut().zip([parsed, worked - parsed, asked - worked]) {
            times.push(time);
        }
        let short: String = line.command.replace('\n', "⏎").chars().take(300).collect();
        if !found.is_empty() {
            called += 1;
            let rules: Vec<String> =
                found.iter().map(|it| format!("{} [{}]", it.harm.id, it.target)).collect();
            println!("{}\n    {short}", rules.join(", "));
        }
        if !acts.unclear.is_empty() {
            unclear += 1;
            let whys: Vec<String> = acts
                .unclear
                .iter()
                .map(|it| format!("{:?} at {} {:?}", it.why, it.at, it.what))
                .collect();
            println!("unclear: {}\n    {short}", whys.join(", "));
        }
    }
    println!("{all} lines, {called} called irreversible, {unclear} not clear");
    for (what, mut times) in ["grammar", "acts", "tables"].into_iter().zip(times) {
        times.sort_unstable();
        let at =
            |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(Duration::ZERO);
        println!("{what}: p50 {:?}, p99 {:?}, most {:?}", at(50), at(99), times.last());
    }
    Ok(())
}
