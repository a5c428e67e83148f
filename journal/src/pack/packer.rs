//! Packs records into the payload of the frame that is being filled.

use std::collections::HashMap;
use std::sync::Arc;

use event::{Actor, Attributed, Event, Finding, Process, Record};
use serde::Serialize;

use super::stored::{Base, StoredAct, StoredFinding, StoredProcess, id_parts};
use super::{MAX_LINEAGE, kind};
use crate::Error;
use crate::frame::{KIND_ACT, KIND_FINDING, KIND_OTHER, MAX_PAYLOAD};

/// A payload in the making.
#[derive(Default)]
pub(crate) struct Packer {
    payload: Vec<u8>,
    records: u32,
    kinds: u8,
    times: Option<(u64, u64)>,
    base: Option<Base>,
    /// By address. The clone beside the number keeps the address from being used again.
    processes: HashMap<usize, (Numbered, Arc<Process>)>,
    actors: HashMap<usize, (u32, Arc<Actor>)>,
}

/// A process in the table, and how many ancestors were written with it.
#[derive(Clone, Copy)]
struct Numbered {
    number: u32,
    depth: u32,
}

impl Packer {
    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }
    pub(crate) fn records(&self) -> u32 {
        self.records
    }
    /// Bits of [`FrameHeader::kinds`](crate::frame::FrameHeader::kinds).
    pub(crate) fn kinds(&self) -> u8 {
        self.kinds
    }
    /// Earliest and latest time of a record; `(0, 0)` if none has one.
    pub(crate) fn times(&self) -> (u64, u64) {
        self.times.unwrap_or_default()
    }

    /// Begins anew, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.payload.clear();
        self.records = 0;
        self.kinds = 0;
        self.times = None;
        self.base = None;
        self.processes.clear();
        self.actors.clear();
    }

    /// Adds a record; on an error nothing of it stays behind that would hinder a reader.
    pub(crate) fn push(&mut self, record: &Record) -> Result<(), Error> {
        self.kinds |= match record {
            Record::Act(act) => self.act(act).map(|()| kinds_of(act))?,
            Record::Finding(finding) => self.finding(finding).map(|()| KIND_FINDING)?,
            other => self.entry(kind::OTHER, other).map(|()| KIND_OTHER)?,
        };
        self.records += 1;
        if let Some(time) = record.time_unix_ns() {
            let (from, until) = self.times.unwrap_or((time, time));
            self.times = Some((from.min(time), until.max(time)));
        }
        Ok(())
    }

    fn act(&mut self, attributed: &Attributed) -> Result<(), Error> {
        let Attributed { id, event, process, actor } = attributed;
        let Event { time_unix_ns, process: acting, label, count, caveats, act } = event;
        let base = self.base(*time_unix_ns, id.0)?;
        let stored = StoredAct {
            time: time_unix_ns.wrapping_sub(base.time_unix_ns) as i64,
            id: id.0.wrapping_sub(base.id) as i64,
            process: self.process(process)?,
            acting: (*acting != process.id).then(|| id_parts(*acting)),
            actor: actor.as_ref().map(|actor| self.actor(actor)).transpose()?,
            label: *label,
            count: *count,
            caveats: *caveats,
            act,
        };
        self.entry(kind::ACT, &stored)
    }

    fn finding(&mut self, finding: &Finding) -> Result<(), Error> {
        let process = self.process(&finding.process)?;
        let actor = finding.actor.as_ref().map(|actor| self.actor(actor)).transpose()?;
        self.entry(kind::FINDING, &StoredFinding::new(finding, process, actor))
    }

    fn base(&mut self, time_unix_ns: u64, id: u64) -> Result<Base, Error> {
        if let Some(base) = self.base {
            return Ok(base);
        }
        let base = Base { time_unix_ns, id };
        self.entry(kind::BASE, &base)?;
        self.base = Some(base);
        Ok(base)
    }

    fn process(&mut self, process: &Arc<Process>) -> Result<u32, Error> {
        if let Some((known, _)) = self.processes.get(&address(process)) {
            return Ok(known.number);
        }
        let mut missing = Vec::new();
        let mut parent = None;
        for ancestor in process.lineage().take(MAX_LINEAGE as usize) {
            if let Some((known, _)) = self.processes.get(&address(ancestor)) {
                parent = Some(*known);
                break;
            }
            missing.push(ancestor);
        }
        for process in missing.into_iter().rev() {
            parent = Some(self.add_process(process, parent)?);
        }
        Ok(parent.map_or(0, |known| known.number))
    }

    fn add_process(
        &mut self,
        process: &Arc<Process>,
        parent: Option<Numbered>,
    ) -> Result<Numbered, Error> {
        let Process { id, exe, command_line, cwd, user, parent: _ } = &**process;
        let parent = parent.filter(|parent| parent.depth < MAX_LINEAGE);
        let stored = StoredProcess {
            id: id_parts(*id),
            exe,
            command_line,
            cwd,
            user,
            parent: parent.map(|parent| parent.number),
        };
        self.entry(kind::PROCESS, &stored)?;
        let known = Numbered {
            number: self.processes.len() as u32,
            depth: parent.map_or(0, |parent| parent.depth + 1),
        };
        self.processes.insert(address(process), (known, process.clone()));
        Ok(known)
    }

    fn actor(&mut self, actor: &Arc<Actor>) -> Result<u32, Error> {
        if let Some((number, _)) = self.actors.get(&address(actor)) {
            return Ok(*number);
        }
        self.entry(kind::ACTOR, &**actor)?;
        let number = self.actors.len() as u32;
        self.actors.insert(address(actor), (number, actor.clone()));
        Ok(number)
    }

    fn entry(&mut self, kind: u8, value: &impl Serialize) -> Result<(), Error> {
        let start = self.payload.len();
        self.payload.extend_from_slice(&[kind, 0, 0, 0, 0]);
        let result = rmp_serde::encode::write_named(&mut self.payload, value);
        let len = self.payload.len() - start - 5;
        if let Err(error) = result {
            self.payload.truncate(start);
            return Err(Error::Encode(error.to_string()));
        }
        if self.payload.len() > MAX_PAYLOAD {
            self.payload.truncate(start);
            return Err(Error::Encode(format!("{len} bytes do not fit into a frame")));
        }
        if let Some(place) = self.payload.get_mut(start + 1..start + 5) {
            place.copy_from_slice(&(len as u32).to_le_bytes());
        }
        Ok(())
    }
}

fn address<T>(shared: &Arc<T>) -> usize {
    Arc::as_ptr(shared) as usize
}

/// An act that tells of lost events is found by those who look for losses alone.
fn kinds_of(act: &Attributed) -> u8 {
    if matches!(act.event.act, event::Act::EventLoss(_)) { KIND_ACT | KIND_OTHER } else { KIND_ACT }
}
