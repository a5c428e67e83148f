//! Command lines for acts that come back from the table: only exec rows keep them.

use std::collections::HashMap;

use event::{Act, Attributed, ProcessId, Text};

use super::query::Query;
use super::records::acts_of;
use crate::Error;

/// Pids of one question, so that no list makes the query too long.
const AT_ONCE: usize = 2_000;
/// Processes that are remembered from one page to the next.
const REMEMBERED: usize = 64 * 1024;

/// What is known of processes so far.
#[derive(Debug, Default)]
pub struct CommandLines {
    /// Command lines by the time of their exec, oldest first. None where the exec is not in the record.
    known: HashMap<ProcessId, Vec<(u64, Text)>>,
}

impl CommandLines {
    /// Gives the processes of `acts` their command line, where their exec is in the record.
    pub fn complete(&mut self, query: &Query, acts: &mut [Attributed]) -> Result<(), Error> {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        self.ask(query, acts)?;
        for act in acts.iter_mut().filter(|act| needs_line(act)) {
            let Some(execs) = self.known.get(&act.process.id) else { continue };
            let before = execs.partition_point(|(time, _)| *time <= act.event.time_unix_ns);
            if let Some((_, line)) = before.checked_sub(1).and_then(|last| execs.get(last)) {
                std::sync::Arc::make_mut(&mut act.process).command_line = line.clone();
            }
        }
        Ok(())
    }

    fn ask(&mut self, query: &Query, acts: &[Attributed]) -> Result<(), Error> {
        let asked = acts.iter().filter(|act| needs_line(act)).map(|act| act.process.id);
        let mut processes: Vec<ProcessId> =
            asked.filter(|process| !self.known.contains_key(process)).collect();
        processes.sort_unstable_by_key(|process| (process.pid, process.start_ns));
        processes.dedup();
        let mut pids: Vec<u32> = processes.iter().map(|process| process.pid).collect();
        pids.dedup();
        let mut found: HashMap<ProcessId, Vec<(u64, Text)>> = HashMap::new();
        for pids in pids.chunks(AT_ONCE) {
            let list: Vec<String> = pids.iter().map(u32::to_string).collect();
            let text = format!(
                "SELECT * FROM events WHERE act = 'process_exec' AND pid IN ({}) ORDER BY time, id",
                list.join(",")
            );
            for act in acts_of(&query.sql(&text)?) {
                let line = act.process.command_line.clone();
                found.entry(act.process.id).or_default().push((act.event.time_unix_ns, line));
            }
        }
        self.known.extend(processes.into_iter().map(|process| (process, Vec::new())));
        self.known.extend(found);
        Ok(())
    }
}

fn needs_line(act: &Attributed) -> bool {
    !matches!(act.event.act, Act::ProcessExec(_))
}
