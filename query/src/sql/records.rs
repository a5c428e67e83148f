//! Records back from the tables, for rooms that speak events and not SQL.

use std::collections::HashMap;

use event::{Act, Attributed, Finding, ProcessId, Text};

use super::answer::Answer;
use super::query::Query;
use crate::Error;
use crate::rows;

impl Query {
    /// The acts for which `condition` holds (SQL over the columns of `events`, such as
    /// `session = '…' AND time > ago('6h')`), oldest first, the newest [`crate::Settings::max_rows`]
    /// of them. Their processes have command lines again, where their exec is in the record.
    pub fn acts(&self, condition: &str) -> Result<Vec<Attributed>, Error> {
        // The limit in the text lets the engine keep no more rows than that while it sorts.
        let most = self.max_rows();
        let text = format!(
            "SELECT * FROM events WHERE {condition}\nORDER BY time DESC, id DESC LIMIT {most}"
        );
        let mut acts = acts_of(&self.sql(&text)?);
        acts.reverse();
        self.complete(&mut acts)?;
        Ok(acts)
    }

    /// The findings for which `condition` holds (SQL over the columns of `findings`), oldest first.
    pub fn findings(&self, condition: &str) -> Result<Vec<Finding>, Error> {
        let text = format!("SELECT record FROM findings WHERE {condition}\nORDER BY time, id");
        let answer = self.sql(&text)?;
        let records = answer.cells().filter_map(|row| row.into_iter().next());
        Ok(records.filter_map(|record| serde_json::from_str(&record.text).ok()).collect())
    }

    /// Gives processes their command line, which only exec rows keep.
    fn complete(&self, acts: &mut [Attributed]) -> Result<(), Error> {
        let lines = self.command_lines(acts)?;
        for act in acts.iter_mut().filter(|act| needs_line(act)) {
            let Some(execs) = lines.get(&act.process.id) else { continue };
            let before = execs.partition_point(|(time, _)| *time <= act.event.time_unix_ns);
            if let Some((_, line)) = before.checked_sub(1).and_then(|last| execs.get(last)) {
                std::sync::Arc::make_mut(&mut act.process).command_line = line.clone();
            }
        }
        Ok(())
    }

    fn command_lines(&self, acts: &[Attributed]) -> Result<Lines, Error> {
        let mut pids: Vec<u32> =
            acts.iter().filter(|act| needs_line(act)).map(|act| act.process.id.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        let mut lines = Lines::new();
        // In parts, so that no list makes the query too long.
        for pids in pids.chunks(2_000) {
            let list: Vec<String> = pids.iter().map(u32::to_string).collect();
            let text = format!(
                "SELECT * FROM events WHERE act = 'process_exec' AND pid IN ({}) ORDER BY time, id",
                list.join(",")
            );
            for act in acts_of(&self.sql(&text)?) {
                let line = act.process.command_line.clone();
                lines.entry(act.process.id).or_default().push((act.event.time_unix_ns, line));
            }
        }
        Ok(lines)
    }
}

/// Command lines of a process by the time of their exec, oldest first.
type Lines = HashMap<ProcessId, Vec<(u64, Text)>>;

fn needs_line(act: &Attributed) -> bool {
    !matches!(act.event.act, Act::ProcessExec(_))
}

fn acts_of(answer: &Answer) -> Vec<Attributed> {
    let batches = answer.batches.iter();
    batches
        .flat_map(|batch| {
            (0..batch.num_rows())
                .filter_map(move |row| rows::acts::read(&rows::events::Row::read(batch, row)))
        })
        .collect()
}
