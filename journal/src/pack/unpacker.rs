//! Reads a frame's payload back into records.

use std::sync::Arc;

use event::{Act, Attributed, Event, EventId, Finding, Process, Record};
use serde::Deserialize;

use super::stored::{Base, StoredAct, StoredActor, StoredFinding, StoredProcess, id_of};
use super::{MAX_LINEAGE, kind};

/// What a payload held.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    /// Each record with its place among the frame's records.
    pub records: Vec<(u32, Record)>,
    /// Records of kinds or forms that this version does not know.
    pub unknown: u32,
}

/// Reads a payload; what it does not know it counts and skips.
pub(crate) fn unpack(payload: &[u8]) -> Unpacked {
    let mut unpacker = Unpacker::default();
    let mut rest = payload;
    while let Some((kind, body, behind)) = split(rest) {
        unpacker.entry(kind, body);
        rest = behind;
    }
    unpacker.unpacked
}

fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let (body, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    Some((*kind, body, rest))
}

#[derive(Default)]
struct Unpacker {
    unpacked: Unpacked,
    index: u32,
    base: Base,
    processes: Vec<(u32, Arc<Process>)>,
    actors: Vec<Option<Arc<StoredActor>>>,
}

impl Unpacker {
    fn entry(&mut self, kind: u8, body: &[u8]) {
        match kind {
            kind::BASE => self.base = read(body).unwrap_or_default(),
            kind::PROCESS => self.process(body),
            kind::ACTOR => self.actors.push(read(body)),
            kind::ACT => self.record(|this| this.act(body)),
            kind::FINDING => self.record(|this| this.finding(body)),
            kind::OTHER => self.record(|_| read(body)),
            unknown if unknown >= kind::RECORD => self.record(|_| None),
            _ => {}
        }
    }

    fn record(&mut self, read: impl FnOnce(&Self) -> Option<Record>) {
        match read(self) {
            Some(record) => self.unpacked.records.push((self.index, record)),
            None => self.unpacked.unknown += 1,
        }
        self.index += 1;
    }

    fn process(&mut self, body: &[u8]) {
        let Some(stored) = read::<StoredProcess>(body) else {
            return self.processes.push((0, Arc::default()));
        };
        let parent = stored
            .parent
            .and_then(|number| self.processes.get(number as usize))
            .filter(|(depth, _)| *depth < MAX_LINEAGE);
        let process = Process {
            id: id_of(stored.id),
            exe: stored.exe,
            command_line: stored.command_line,
            cwd: stored.cwd,
            user: stored.user,
            parent: parent.map(|(_, parent)| parent.clone()),
        };
        let depth = parent.map_or(0, |(depth, _)| depth + 1);
        self.processes.push((depth, Arc::new(process)));
    }

    fn act(&self, body: &[u8]) -> Option<Record> {
        let stored: StoredAct<Act> = read(body)?;
        let process = self.process_number(stored.process)?;
        let event = Event {
            time_unix_ns: self.base.time_unix_ns.wrapping_add(stored.time as u64),
            process: stored.acting.map_or(process.id, id_of),
            label: stored.label,
            count: stored.count,
            caveats: stored.caveats,
            act: stored.act,
        };
        let id = EventId(self.base.id.wrapping_add(stored.id as u64));
        let actor = self.actor_number(stored.actor);
        Some(Record::Act(Box::new(Attributed { id, event, process, actor })))
    }

    fn finding(&self, body: &[u8]) -> Option<Record> {
        let stored: StoredFinding = read(body)?;
        Some(Record::Finding(Box::new(Finding {
            id: stored.id,
            time_unix_ns: stored.time_unix_ns,
            rule: stored.rule,
            summary: stored.summary,
            matched: stored.matched,
            events: stored.events,
            process: self.process_number(stored.process)?,
            actor: self.actor_number(stored.actor),
            count: stored.count,
        })))
    }

    fn process_number(&self, number: u32) -> Option<Arc<Process>> {
        self.processes.get(number as usize).map(|(_, process)| process.clone())
    }
    fn actor_number(&self, number: Option<u32>) -> Option<Arc<StoredActor>> {
        self.actors.get(number? as usize)?.clone()
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    rmp_serde::from_slice(body).ok()
}
