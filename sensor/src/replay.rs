//! Recorded events as a source: one JSON event per line, through the real engine.

use std::io::{BufRead, Lines};
use std::sync::Arc;
use std::time::Duration;

use event::{Event, Order, OrderError, Orders};

use crate::source::{Polled, Source, SourceError, SourceStats};

const BATCH: usize = 1024;

/// Reads events from lines of JSON.
pub struct ReplaySource<R> {
    lines: Lines<R>,
    line: usize,
    stats: SourceStats,
}

impl<R: BufRead> ReplaySource<R> {
    /// Replays what `reader` holds.
    pub fn new(reader: R) -> Self {
        Self { lines: reader.lines(), line: 0, stats: SourceStats::default() }
    }
}

impl<R: BufRead> Source for ReplaySource<R> {
    fn name(&self) -> &'static str {
        "replay"
    }

    fn poll(&mut self, _: Duration, batch: &mut Vec<Event>) -> Result<Polled, SourceError> {
        for _ in 0..BATCH {
            let Some(line) = self.lines.next() else { return Ok(Polled::End) };
            self.line += 1;
            let wrong = |message: String| SourceError::Recording { line: self.line, message };
            let line = line.map_err(|error| wrong(error.to_string()))?;
            if line.trim().is_empty() {
                continue;
            }
            batch.push(serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?);
            self.stats.events += 1;
        }
        Ok(Polled::More)
    }

    fn orders(&self) -> Arc<dyn Orders> {
        Arc::new(Nothing)
    }

    fn stats(&self) -> SourceStats {
        self.stats
    }
}

/// The past takes no orders.
struct Nothing;

impl Orders for Nothing {
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        match order {
            // Told as done, it would be a lie in the record.
            Order::End(_) | Order::PutBack(_) => Err(OrderError::Gone),
            _ => Ok(()),
        }
    }
}
