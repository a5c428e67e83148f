//! A walk along the chain, line by line: what must follow what. Used by who appends and by who verifies.

use event::{AuditHead, Text};

use super::line::{
    Bare, Body, FORMAT, Hash, Header, MOST_BYTES, Signed, link, parts, signed_bytes,
};
use super::{PublicKey, What, hex};

/// Where a walk stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub hash: Hash,
    /// The last entry's.
    pub sequence: u64,
    pub time_unix_ns: u64,
    /// Entries behind the last head.
    pub unsigned: u64,
    /// The segment it is in; none before the first.
    pub segment: Option<u64>,
    /// The key that signs, and which ones did before.
    pub keys: Vec<KeySpan>,
    /// The last head.
    pub head: Option<AuditHead>,
    /// Follows with the next head, which the old key signs.
    next_key: Option<PublicKey>,
}

/// A key, and what it signed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct KeySpan {
    /// Its id.
    pub id: Text,
    /// The key.
    pub key: PublicKey,
    /// The first entry that it signs.
    pub from: u64,
    /// Who vouches for it.
    pub vouched: Vouched,
}

/// Who vouches for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouched {
    /// Nobody has to: it is the first one of the log that is there.
    First,
    /// The key before it.
    Before,
    /// Nobody, and another one was there.
    Nobody,
}

/// What is wrong at a place of the log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Neither a hash nor JSON that any version wrote.
    #[error("this is no line of the log")]
    NotALine,
    /// The hash does not follow from what stands before it and in it.
    #[error("the chain breaks: this line was changed, or one before it changed, went or came")]
    Hash,
    /// An entry is missing or there twice.
    #[error("entry {expected} should stand here, and {found} does")]
    Sequence {
        /// What should stand there.
        expected: u64,
        /// What does.
        found: u64,
    },
    /// A segment does not begin as the one before it ended.
    #[error("the segment does not begin where the one before it ends")]
    Header,
    /// A segment is not there, and no entry says that it was removed.
    #[error("segment {number} is missing, and no entry says that it was removed")]
    Missing {
        /// Its number.
        number: u64,
    },
    /// A later version wrote it.
    #[error("it has format {found}, which this chaperone does not know")]
    Format {
        /// The format.
        found: u32,
    },
    /// Signed, or changed, by a key that is not the log's.
    #[error("key {found} stands here, where {expected} signs")]
    Key {
        /// The log's.
        expected: Text,
        /// The one that stands there.
        found: Text,
    },
    /// The signature is not over what stands before it.
    #[error("the signature is not over what stands before it")]
    Signature,
    /// Another key begins, and the one before did not sign for it.
    #[error("key {key} begins here, and the one before did not sign for it")]
    Unvouched {
        /// The new one.
        key: Text,
    },
    /// What was anchored says otherwise.
    #[error("the anchor of entry {sequence} says otherwise: the log was rewritten")]
    Anchor {
        /// The entry.
        sequence: u64,
    },
    /// More was known than is there.
    #[error(
        "the log was signed up to entry {known}, and ends at {found} or without that signature"
    )]
    Truncated {
        /// The last that was known.
        known: u64,
        /// The last that is there.
        found: u64,
    },
}

/// A line that is as it should be.
pub(super) enum Taken {
    Entry(Bare),
    Head(AuditHead),
}

impl Chain {
    /// The key that signs now.
    pub fn key(&self) -> Option<&PublicKey> {
        self.keys.last().map(|span| &span.key)
    }

    /// The first line of the segment with this number.
    pub fn begin(&mut self, number: u64, line: &[u8]) -> Result<Header, Fault> {
        let (hash, body) = self.read_first(line)?;
        let Body::Segment(header) = body else { return Err(Fault::Header) };
        if header.format > FORMAT {
            return Err(Fault::Format { found: header.format });
        }
        let follows = match self.segment {
            None => true,
            Some(before) => {
                before + 1 == header.number
                    && self.sequence + 1 == header.first
                    && self.key() == header.key.as_ref()
            }
        };
        if !follows || header.number != number || header.first == 0 {
            return Err(Fault::Header);
        }
        if self.segment.is_none() {
            self.sequence = header.first - 1;
            let first = |key: &PublicKey| self::span(key, header.first, Vouched::First);
            self.keys = header.key.iter().map(first).collect();
        }
        self.segment = Some(number);
        self.hash = hash;
        Ok(header)
    }

    /// Any later line.
    pub fn take(&mut self, line: &[u8]) -> Result<Taken, Fault> {
        let parts = parts(line).filter(|_| line.len() < MOST_BYTES).ok_or(Fault::NotALine)?;
        let hash = link(&self.hash, parts.json);
        if hash != parts.hash {
            return Err(Fault::Hash);
        }
        let body: Body<Bare> = serde_json::from_slice(parts.json).map_err(|_| Fault::NotALine)?;
        let taken = match body {
            Body::Segment(_) => return Err(Fault::Header),
            Body::Entry(bare) => Taken::Entry(self.entry(bare)?),
            Body::Head(signed) => Taken::Head(self.signed(&signed)?),
        };
        self.hash = hash;
        Ok(taken)
    }

    fn read_first(&self, line: &[u8]) -> Result<(Hash, Body<Bare>), Fault> {
        let parts = parts(line).filter(|_| line.len() < MOST_BYTES).ok_or(Fault::NotALine)?;
        let body: Body<Bare> = serde_json::from_slice(parts.json).map_err(|_| Fault::NotALine)?;
        let previous = match (&body, self.segment) {
            (_, Some(_)) => self.hash,
            (Body::Segment(header), None) => {
                hex::read(header.previous.as_bytes()).ok_or(Fault::Header)?
            }
            _ => return Err(Fault::Header),
        };
        let hash = link(&previous, parts.json);
        if hash == parts.hash { Ok((hash, body)) } else { Err(Fault::Hash) }
    }

    fn entry(&mut self, bare: Bare) -> Result<Bare, Fault> {
        let expected = self.sequence.saturating_add(1);
        if bare.sequence != expected {
            return Err(Fault::Sequence { expected, found: bare.sequence });
        }
        match about_keys(&bare) {
            Some(What::KeyMade { key }) => {
                let vouched = if self.keys.is_empty() { Vouched::First } else { Vouched::Nobody };
                self.keys.push(span(&key, expected, vouched));
                self.next_key = None;
            }
            Some(What::KeyRotated { old, key }) => {
                self.is_ours(&old)?;
                self.follow_with(key);
            }
            _ => {}
        }
        self.sequence = expected;
        self.time_unix_ns = bare.time_unix_ns;
        self.unsigned += 1;
        Ok(bare)
    }

    fn signed(&mut self, signed: &Signed) -> Result<AuditHead, Fault> {
        if signed.sequence != self.sequence || self.unsigned == 0 {
            return Err(Fault::Sequence { expected: self.sequence, found: signed.sequence });
        }
        let key = self.is_ours(&signed.key)?.clone();
        let bytes = signed_bytes(signed.sequence, signed.time_unix_ns, &self.hash, &signed.key);
        let signature = hex::read::<64>(signed.signature.as_bytes());
        if !signature.is_some_and(|signature| key.signed(&bytes, &signature)) {
            return Err(Fault::Signature);
        }
        let head = AuditHead {
            time_unix_ns: signed.time_unix_ns,
            sequence: signed.sequence,
            hash: hex::write(&self.hash).into(),
            key: signed.key.clone(),
            public_key: key.digits().into(),
            signature: signed.signature.clone(),
        };
        self.head_is(head.clone());
        Ok(head)
    }

    /// All up to here is signed.
    pub fn head_is(&mut self, head: AuditHead) {
        self.head = Some(head);
        self.unsigned = 0;
        if let Some(next) = self.next_key.take() {
            self.keys.push(span(&next, self.sequence + 1, Vouched::Before));
        }
    }

    /// The next head is the last one that the key of now signs.
    pub fn follow_with(&mut self, next: PublicKey) {
        self.next_key = Some(next);
    }

    fn is_ours(&self, id: &Text) -> Result<&PublicKey, Fault> {
        let none = || Fault::Key { expected: "none".into(), found: id.clone() };
        let last = self.keys.last().ok_or_else(none)?;
        if last.id == *id {
            return Ok(&last.key);
        }
        Err(Fault::Key { expected: last.id.clone(), found: id.clone() })
    }
}

fn span(key: &PublicKey, from: u64, vouched: Vouched) -> KeySpan {
    KeySpan { id: key.id(), key: key.clone(), from, vouched }
}

/// What an entry says, if it is about keys or segments: what a walk must understand.
pub(super) fn about_keys(bare: &Bare) -> Option<What> {
    let object = bare.what.as_object()?;
    let named = |name: &str| object.contains_key(name);
    if !(named("key_made") || named("key_rotated") || named("segment_removed")) {
        return None;
    }
    serde_json::from_value(bare.what.clone()).ok()
}
