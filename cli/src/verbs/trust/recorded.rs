//! What the record says of this process: a label stays with whoever inherited it, also where the parents that led to
//! the agent are gone (`setsid`, a double fork).

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use event::{Attributed, Record, Text};
use journal::Reader;

use crate::ancestry::TICK_NS;
use crate::host::now_unix_ns;
use crate::status::Status;

/// After so long an act stands in the record: it is collected for a quarter of a second.
const KEPT: Duration = Duration::from_secs(1);

/// The product of the agent that the process belongs to; none where nobody records now, or it is nobody's. The
/// process began `began` ticks after boot, `age` ago.
pub fn agent_of(data_dir: &Path, pid: u32, began: u64, age: Duration) -> Result<Option<Text>> {
    let now = now_unix_ns();
    if !Status::read(data_dir).ok().flatten().is_some_and(|status| status.is_fresh(now)) {
        return Ok(None);
    }
    std::thread::sleep(KEPT.saturating_sub(age));
    let since = now.saturating_sub((age + KEPT).as_nanos() as u64);
    let mut reader = Reader::open(data_dir)?.since(since);
    while let Some(batch) = reader.next_batch()? {
        for stored in batch {
            if let Record::Act(act) = stored.record
                && is(&act, pid, began)
                && let Some(actor) = &act.actor
            {
                return Ok(Some(actor.product.clone()));
            }
        }
    }
    Ok(None)
}

fn is(act: &Attributed, pid: u32, began: u64) -> bool {
    act.event.process.pid == pid && act.event.process.start_ns / TICK_NS == began
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "test")]
    use event::{Actor, Basis, ProcessId, testing};
    use journal::{DataDir, SegmentSettings, Writer};

    use super::*;

    #[test]
    fn a_process_that_an_agent_left_behind_is_still_the_agents() {
        let own = ProcessId { pid: 4242, start_ns: 77 * TICK_NS + 3 };
        let check = |fresh: bool, actor: bool, began: u64, expect: Option<&str>| {
            let home = tempfile::tempdir().unwrap();
            let dir = DataDir::claim(home.path()).unwrap();
            let mut event = testing::exec(1, 1, 2, "/usr/bin/chaperone", "chaperone trust list");
            (event.time_unix_ns, event.process) = (now_unix_ns(), own);
            let mut act = testing::unattributed(1, event);
            let made = Actor {
                agent: Default::default(),
                product: "codex-cli".into(),
                kind: Default::default(),
                session: Default::default(),
                workspace: "/w".into(),
                tool_call: None,
                tool_root: None,
                basis: Basis::Lineage,
            };
            act.actor = actor.then(|| made.into());
            let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
            writer.append(&[Record::Act(Box::new(act))]).unwrap();
            writer.sync().unwrap();
            let written_unix_ns = if fresh { now_unix_ns() } else { 1 };
            Status { written_unix_ns, ..Status::default() }.write(home.path()).unwrap();
            let found = agent_of(home.path(), 4242, began, KEPT).unwrap();
            assert_eq!(found.as_deref(), expect, "{fresh} {actor} {began}");
        };
        check(true, true, 77, Some("codex-cli"));
        check(true, true, 78, None);
        check(true, false, 77, None);
        check(false, true, 77, None);
    }
}
