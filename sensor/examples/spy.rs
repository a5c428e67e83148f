//! Prints events as they come: the sensor alone, for those who work on it.
//! `cargo run -p sensor --example spy [everybody|on-demand]`

use std::sync::Arc;
use std::time::{Duration, Instant};

use sensor::{KernelSource, Settings, Source};

fn main() -> Result<(), sensor::SourceError> {
    let word = std::env::args().nth(1).unwrap_or_default();
    let settings = Settings {
        watch_everybody: word == "everybody",
        on_demand: word == "on-demand",
        ..Settings::default()
    };
    let begun = Instant::now();
    eprintln!("# LSM {}", sensor::lsm_denied());
    eprintln!("# connect hook {}", sensor::connections_denied());
    eprintln!("# tried in {} ms", begun.elapsed().as_millis());
    let plan = event::WatchPlan {
        candidates: vec!["python3".into(), "node".into(), "python3.11".into()],
        variables: vec!["HOME".into()],
        ..Default::default()
    };
    let begun = Instant::now();
    let mut source = KernelSource::open(&settings, &plan, Arc::new(event::Verbatim))?;
    let report = source.report();
    eprintln!(
        "# back-end {}, {} functions, loaded in {} ms",
        report.backend,
        report.functions,
        begun.elapsed().as_millis()
    );
    if let Some(why) = &report.instead_of {
        eprintln!("# instead of {why}");
    }
    match &report.self_test {
        Ok(()) => eprintln!("# self-test passed"),
        Err(why) => eprintln!("# self-test failed: {why}"),
    }
    for program in &report.programs {
        eprintln!("{:16} {}", program.name, program.error.as_deref().unwrap_or("ok"));
    }
    let mut batch = Vec::new();
    let mut told = source.watch_stats();
    loop {
        let watch = source.watch_stats();
        if watch != told {
            eprintln!("# {watch:?}");
            told = watch;
        }
        source.poll(Duration::from_millis(10), &mut batch)?;
        for event in batch.drain(..) {
            println!("{}", serde_json::to_string(&event).unwrap_or_default());
        }
    }
}
