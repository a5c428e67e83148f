//! Command lines for acts that come back from the table: only exec rows keep them.

use std::collections::{HashMap, HashSet};

use event::{Act, Attributed, ProcessId, Text};

use super::query::Query;
use super::records::acts_of;
use crate::Error;

/// Pids of one question, so that no list makes the query too long.
const AT_ONCE: usize = 2_000;
/// What of an exec row is needed; other columns are not read from the files.
const COLUMNS: &str = "id, time, act, count, pid, process_start, parent_pid, parent_start, exe, \
                       command_line, detail";

/// What is known of the processes of the last page. Pages come in the order of time.
#[derive(Debug, Default)]
pub struct CommandLines {
    /// Command lines by the time of their exec, oldest first.
    known: HashMap<ProcessId, Vec<(u64, Text)>>,
    /// Starts up to this time, UTC, were asked for, for the processes that are known.
    until_unix_ns: u64,
}

impl CommandLines {
    /// Gives the processes of `acts` their command line, where their exec is in the record.
    pub fn complete(&mut self, query: &Query, acts: &mut [Attributed]) -> Result<(), Error> {
        let Some(until) = acts.iter().map(|act| act.event.time_unix_ns).max() else {
            return Ok(());
        };
        let wanted = acts.iter().filter(|act| needs_line(act)).map(|act| act.process.id);
        let wanted: HashSet<ProcessId> = wanted.collect();
        // Who is not in this page may start another program meanwhile: it is asked for anew then.
        self.known.retain(|process, _| wanted.contains(process));
        // Most started not long before they acted, which is quickly found; few did before that.
        let before = std::mem::replace(&mut self.until_unix_ns, until);
        let recent = match before {
            0 => "true".to_owned(),
            _ => format!("time > to_timestamp_nanos({before})"),
        };
        self.ask(query, &wanted, &format!("{recent} AND time <= to_timestamp_nanos({until})"))?;
        let unknown = acts.iter().filter(|act| needs_line(act) && self.line(act).is_none());
        let unknown: HashSet<ProcessId> = unknown.map(|act| act.process.id).collect();
        if before > 0 {
            self.ask(query, &unknown, &format!("time <= to_timestamp_nanos({before})"))?;
        }
        for act in acts.iter_mut().filter(|act| needs_line(act)) {
            if let Some(line) = self.line(act).cloned() {
                std::sync::Arc::make_mut(&mut act.process).command_line = line;
            }
        }
        Ok(())
    }

    /// The command line that the process of `act` had then.
    fn line(&self, act: &Attributed) -> Option<&Text> {
        let execs = self.known.get(&act.process.id)?;
        let before = execs.partition_point(|(time, _)| *time <= act.event.time_unix_ns);
        execs.get(before.checked_sub(1)?).map(|(_, line)| line)
    }

    fn ask(
        &mut self,
        query: &Query,
        processes: &HashSet<ProcessId>,
        when: &str,
    ) -> Result<(), Error> {
        let mut pids: Vec<u32> = processes.iter().map(|process| process.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        for pids in pids.chunks(AT_ONCE) {
            let list: Vec<String> = pids.iter().map(u32::to_string).collect();
            let text = format!(
                "SELECT {COLUMNS} FROM events WHERE act = 'process_exec' AND {when} \
                 AND pid IN ({}) ORDER BY time, id",
                list.join(",")
            );
            for act in acts_of(&query.sql(&text)?) {
                if processes.contains(&act.process.id) {
                    let start = (act.event.time_unix_ns, act.process.command_line.clone());
                    self.known.entry(act.process.id).or_default().push(start);
                }
            }
        }
        for process in processes {
            if let Some(execs) = self.known.get_mut(process) {
                execs.sort_by_key(|(time, _)| *time);
            }
        }
        Ok(())
    }
}

fn needs_line(act: &Attributed) -> bool {
    !matches!(act.event.act, Act::ProcessExec(_))
}
