//! What `chaperone run` adds to the start of a program: the whole process, from its start to its end, beside the bare program, in turn.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::figure::{Figure, Target, progress};
use crate::measure::{median, quantile};
use crate::undo::Place;

/// How it is held, and the words for it.
const WAYS: [(&str, &[&str]); 3] = [
    ("namespaces", &["--way", "namespaces"]),
    ("namespaces, without a network", &["--way", "namespaces", "--net", "none"]),
    // What Landlock alone cannot hold of the profile is accepted: the figure is what its way costs.
    ("Landlock alone", &["--way", "landlock", "--weaker"]),
];

pub fn measure(chaperone: &Path, rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let (home, data) = (place.dir("home")?, place.join("data"));
    let workspace = place.dir("home/w")?;
    let command = |words: Option<&[&str]>| {
        let mut command = match words {
            None => Command::new("true"),
            Some(words) => {
                let mut command = Command::new(chaperone);
                command.args(["run", "-q"]).args(words).args(["--", "true"]);
                command
            }
        };
        command.current_dir(&workspace).env("HOME", &home).env("CHAPERONE_DATA_DIR", &data);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    };
    for (name, words) in WAYS {
        progress(format!("a program started by {name}"));
        let mut first = 0.0;
        let (mut bare, mut added) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let alone = timed(&mut command(None))?;
            let held = timed(&mut command(Some(words)))?;
            match round {
                // The first one makes the plan.
                0 => first = held - alone,
                _ => {
                    bare.push(alone);
                    added.push(held - alone);
                }
            }
        }
        let workload =
            format!("`true` under `guarded`, plan made before; bare {:.1} ms", median(&bare).0);
        let row = |what: &str, value: f64, target, spread, n| {
            let what = format!("run, {what}, {name}");
            Figure {
                what,
                value,
                unit: "ms",
                target,
                spread,
                workload: workload.clone(),
                n,
                ..Figure::default()
            }
            .print();
        };
        let (middle, spread) = median(&added);
        row("over a bare start, p50", middle, Some(Target::AtMost(50.0)), spread, rounds);
        row("p90", quantile(&added, 0.9), None, spread, rounds);
        row("first one of its kind", first, None, (first, first), 1);
    }
    Ok(())
}

/// Milliseconds that it takes.
fn timed(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.output()?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(took)
}
