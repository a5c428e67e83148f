//! Requests that wait for their answers.

use std::collections::HashMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use content::mcp::Side;
use event::{CallEnded, Inspected, ToolCall};

use super::look::Found;

/// Most requests that are known at one time.
const MOST: usize = 4_096;

/// All that wait, by who asked and the id.
#[derive(Debug, Default)]
pub(super) struct Calls(HashMap<(Side, String), Waiting>);

/// A request that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    /// What is known of it; none: it is none that is recorded.
    pub call: Option<Began>,
    /// It asks for what follows in a list.
    pub continues: bool,
}

/// A call that began.
#[derive(Debug)]
pub(super) struct Began {
    call: ToolCall,
    at: Instant,
}

impl Began {
    /// Now, with what was found in what is given.
    pub fn now(call: ToolCall, given: &Found) -> Self {
        let call = ToolCall { began_unix_ns: now_unix_ns(), found: given.kinds.clone(), ..call };
        Self { call, at: Instant::now() }
    }

    /// The call as it ended.
    pub fn ended(self, ended: CallEnded, inspected: Inspected) -> ToolCall {
        let took_ns = u64::try_from(self.at.elapsed().as_nanos()).unwrap_or(u64::MAX);
        ToolCall { ended, inspected, took_ns, ..self.call }
    }

    /// The call as it was answered.
    pub fn answered(
        mut self,
        ended: CallEnded,
        failed: bool,
        received: u64,
        back: &Found,
    ) -> ToolCall {
        for (kind, count) in &back.kinds {
            *self.call.found.entry(kind.clone()).or_default() += count;
        }
        (self.call.failed, self.call.received) = (failed, received);
        self.ended(ended, back.inspected)
    }
}

/// Now, UTC.
pub(super) fn now_unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

impl Calls {
    /// `side` asks; what is one too many is not known when it is answered.
    pub fn asks(&mut self, side: Side, id: &str, waiting: Waiting) {
        if self.0.len() < MOST {
            self.0.insert((side, id.to_owned()), waiting);
        }
    }

    /// `side` has its answer.
    pub fn answered(&mut self, side: Side, id: &str) -> Option<Waiting> {
        self.0.remove(&(side, id.to_owned()))
    }

    /// All that have none.
    pub fn rest(&mut self) -> Vec<ToolCall> {
        let rest = self.0.drain().filter_map(|(_, waiting)| waiting.call);
        rest.map(|call| call.ended(CallEnded::ProviderLost, Inspected::Skipped)).collect()
    }
}
