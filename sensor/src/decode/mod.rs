//! Raw records of the ring to events: bounds-checked, allocation-light, and redacted before anything
//! else sees them. Every byte of a record is untrusted.

mod acts;
mod dns;
mod exec;
mod file;
mod hello;
mod net;
#[cfg(test)]
mod properties;
mod recent;
mod stopped;
mod text;

use std::sync::Arc;

use event::{Act, Caveats, Event, Exit, Forked, Label, ProcessId, Redact, Text};

use crate::clock::BootClock;
use crate::container::Namespaces;
use crate::users::Users;
pub use file::FoldKey;
pub use stopped::PolicyNames;
pub(crate) use text::{lossless, words};

pub(crate) mod records {
    //! Layouts made from `bpf/records.def`.
    #![allow(missing_docs, clippy::unwrap_used)]
    use super::text::Cursor;
    include!(concat!(env!("OUT_DIR"), "/records.rs"));
}

use recent::{Recent, Shared};
use records::Header;
use text::Cursor;

const COMPARED: u16 = 1 << 13;
const CANDIDATE: u16 = 1 << 14;
const FOLDING: u16 = 1 << 15;

/// Turns raw records into events.
pub struct Decoder {
    clock: BootClock,
    users: Users,
    redact: Arc<dyn Redact>,
    variables: Vec<Text>,
    host: Namespaces,
    recent: Recent,
    policies: Arc<PolicyNames>,
}

/// One decoded record.
pub struct Decoded {
    /// The event; none where the record says nothing (a packet that is no DNS after all).
    pub event: Option<Event>,
    /// Later equal acts will be counted by the kernel under this key.
    pub fold: Option<FoldKey>,
}

impl Decoder {
    /// A decoder that keeps only `variables` of an environment.
    pub fn new(redact: Arc<dyn Redact>, variables: &[Text]) -> Self {
        Self {
            clock: BootClock::new(),
            users: Users::default(),
            redact,
            variables: variables.to_vec(),
            host: Namespaces::of("self"),
            recent: Recent::default(),
            policies: Arc::default(),
        }
    }

    /// The names of policies, to be told when rules are put in force.
    pub fn policies(&self) -> Arc<PolicyNames> {
        Arc::clone(&self.policies)
    }

    /// Looks at the clocks again, if that was a while ago.
    pub fn refresh(&mut self) {
        self.clock.refresh();
    }

    /// A time of the kernel's records, UTC.
    pub fn unix_ns(&self, boot_ns: u64) -> u64 {
        self.clock.unix_ns(boot_ns)
    }

    /// Now, UTC.
    pub fn now_unix_ns(&self) -> u64 {
        self.clock.now_unix_ns()
    }

    /// Decodes one record; `None` if it is not one.
    pub fn decode(&mut self, record: &[u8]) -> Option<Decoded> {
        let mut cursor = Cursor::new(record);
        let header = Header::read(&mut cursor)?;
        if header.length as usize > record.len() {
            return None;
        }
        let mut caveats = Caveats(header.caveats & !(COMPARED | CANDIDATE | FOLDING));
        let (mut fold, mut count) = (None, 1);
        let act = match header.kind {
            records::Exec::KIND => Some(self.exec(&mut cursor, &mut caveats)?),
            records::Clone::KIND => Some(clone(&mut cursor)?),
            records::Exit::KIND => Some(exit(&mut cursor, &header)?),
            records::File::KIND => {
                let (act, key) = self.file(&mut cursor, &header, &mut caveats)?;
                fold = (header.caveats & FOLDING != 0).then_some(key);
                Some(act)
            }
            records::Net::KIND => Some(net::net(&mut cursor)?),
            records::Packet::KIND => net::packet(&mut cursor)?,
            records::Act::KIND => Some(self.act(&mut cursor, &header, &mut caveats)?),
            records::Stopped::KIND => {
                let (act, equal) = self.stopped(&mut cursor, &mut caveats)?;
                count = equal;
                Some(act)
            }
            _ => return None,
        };
        let event = act.map(|act| Event {
            time_unix_ns: self.clock.unix_ns(header.time_ns),
            process: ProcessId { start_ns: header.start_ns, pid: header.pid },
            label: Label(header.label),
            count,
            caveats,
            act,
        });
        Some(Decoded { event, fold })
    }

    /// Text without its secrets.
    fn redacted(&mut self, text: String, caveats: &mut Caveats) -> Text {
        match self.recent.share(text, |text| self.redact.text(text)) {
            Shared::Clean(text) => text,
            Shared::Redacted(safe) => {
                caveats.insert(Caveats::REDACTED);
                safe
            }
        }
    }
}

fn clone(cursor: &mut Cursor<'_>) -> Option<Act> {
    let record = records::Clone::read(cursor)?;
    let child = ProcessId { start_ns: record.child_start_ns, pid: record.child_pid };
    Some(Act::ProcessClone(Forked { child }))
}

const PAGE_KIB: u64 = 4;

fn exit(cursor: &mut Cursor<'_>, header: &Header) -> Option<Act> {
    let record = records::Exit::read(cursor)?;
    Some(Act::ProcessExit(Exit {
        code: ((record.status >> 8) & 0xff) as i32,
        signal: (record.status & 0x7f) as u8,
        duration_ns: header.time_ns.saturating_sub(header.start_ns),
        cpu_ns: record.cpu_ns,
        max_rss_kib: record.max_rss_pages.saturating_mul(PAGE_KIB),
    }))
}
