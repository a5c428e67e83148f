//! Entries on their way to the disk: numbered, chained and signed, as one piece of bytes.

use event::AuditHead;

use super::chain::{Chain, KeySpan, Vouched};
use super::hex;
use super::key::Key;
use super::line::{Body, FORMAT, Header, Signed, push, signed_bytes};
use super::tail::Tail;
use super::{AuditEntry, What, Who};
use crate::clock;

/// What is written in one go.
pub(super) struct Group {
    pub bytes: Vec<u8>,
    /// The segment it goes to.
    pub number: u64,
    /// The chain behind it.
    pub chain: Chain,
}

impl Group {
    /// Of these entries behind `tail`; in a new segment where the last one is full or cannot be continued.
    pub fn of<'a>(
        tail: &Tail,
        entries: impl Iterator<Item = &'a AuditEntry> + Clone,
        key: &Key,
        max_bytes: u64,
    ) -> Self {
        let continues = tail.chain.segment == Some(tail.number) && tail.number > 0;
        let mut group = Self { bytes: Vec::new(), number: tail.number, chain: tail.chain.clone() };
        let mut all = entries.clone();
        let breaks = all.any(|entry| matches!(entry.what, What::Broken { .. }));
        if !continues || breaks || tail.bytes >= max_bytes {
            group.begin();
        }
        for entry in entries {
            group.add(entry);
        }
        group.sign(key);
        group
    }

    fn begin(&mut self) {
        self.number += 1;
        let header = Header {
            format: FORMAT,
            number: self.number,
            first: self.chain.sequence + 1,
            previous: hex::write(&self.chain.hash).into(),
            key: self.chain.key().cloned(),
        };
        self.chain.segment = Some(self.number);
        self.push(&Body::Segment(header));
    }

    fn add(&mut self, entry: &AuditEntry) {
        let sequence = self.chain.sequence + 1;
        let numbered = AuditEntry { sequence, ..entry.clone() };
        if !self.push(&Body::Entry(&numbered)) {
            // Longer than any line may be: that it was there is kept.
            let time = entry.time_unix_ns;
            let why = format!("an entry of the kind `{}` is too long", entry.what.name()).into();
            let what = What::Lost { count: 1, from_unix_ns: time, until_unix_ns: time, why };
            let instead = AuditEntry { sequence, time_unix_ns: time, who: Who::Daemon, what };
            self.push(&Body::Entry(&instead));
        }
        self.chain.sequence = sequence;
        self.chain.time_unix_ns = entry.time_unix_ns;
        match &entry.what {
            What::KeyMade { key } => {
                let vouched =
                    if self.chain.keys.is_empty() { Vouched::First } else { Vouched::Nobody };
                let span = KeySpan { id: key.id(), key: key.clone(), from: sequence, vouched };
                self.chain.keys.push(span);
            }
            What::KeyRotated { key, .. } => self.chain.follow_with(key.clone()),
            _ => {}
        }
    }

    fn sign(&mut self, key: &Key) {
        let (public, time_unix_ns) = (key.public(), clock::now_unix_ns());
        let (id, sequence) = (public.id(), self.chain.sequence);
        let bytes = signed_bytes(sequence, time_unix_ns, &self.chain.hash, &id);
        let signature: event::Text = hex::write(&key.sign(&bytes)).into();
        let head = AuditHead {
            time_unix_ns,
            sequence,
            hash: hex::write(&self.chain.hash).into(),
            key: id.clone(),
            public_key: public.digits().into(),
            signature: signature.clone(),
        };
        self.push(&Body::Head(Signed { sequence, time_unix_ns, key: id, signature }));
        self.chain.head_is(head);
    }

    fn push(&mut self, body: &Body<&AuditEntry>) -> bool {
        match push(&mut self.bytes, &self.chain.hash, body) {
            Some(hash) => {
                self.chain.hash = hash;
                true
            }
            None => false,
        }
    }
}
