//! A line of the log: `hash of the chain, 64 digits | space | JSON | line end`. The JSON is what was hashed, byte for
//! byte, so that there is one form of it and no question of canonical ones.

use event::{AuditHead, Text};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AuditEntry, PublicKey, hex};

/// A place in the chain.
pub(super) type Hash = [u8; 32];

/// Longest line that is read.
pub(super) const MOST_BYTES: usize = 1 << 20;
/// Format of the log that this code writes.
pub(super) const FORMAT: u32 = 1;

/// What a line says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Body<E> {
    /// The first line of a segment.
    Segment(Header),
    /// Something happened.
    Entry(E),
    /// All before it is signed.
    Head(Signed),
}

/// What a segment begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub format: u32,
    pub number: u64,
    /// Sequence of its first entry.
    pub first: u64,
    /// The chain's hash before it.
    pub previous: Text,
    /// The key that signs; none before the first was made.
    pub key: Option<PublicKey>,
}

/// A signature over everything before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signed {
    pub sequence: u64,
    pub time_unix_ns: u64,
    pub key: Text,
    pub signature: Text,
}

/// An entry as far as every version understands it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Bare {
    pub sequence: u64,
    pub time_unix_ns: u64,
    pub what: Value,
}

/// A line, cut in its parts.
pub(super) struct Parts<'a> {
    pub hash: Hash,
    pub json: &'a [u8],
}

/// `None` if it is no line of a log. `line` is without its end.
pub(super) fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let (digits, rest) = line.split_at_checked(64)?;
    let json = rest.strip_prefix(b" ")?;
    Some(Parts { hash: hex::read(digits)?, json })
}

/// The hash of the chain behind a line.
pub(super) fn link(previous: &Hash, json: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(b"chaperone audit line 1\n");
    context.update(previous);
    context.update(json);
    let mut hash = [0; 32];
    hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// What is signed of a head.
pub(super) fn signed_bytes(sequence: u64, time_unix_ns: u64, hash: &Hash, key: &str) -> Vec<u8> {
    let mut bytes = b"chaperone audit head 1\n".to_vec();
    bytes.extend_from_slice(&sequence.to_le_bytes());
    bytes.extend_from_slice(&time_unix_ns.to_le_bytes());
    bytes.extend_from_slice(hash);
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

/// Appends a line and says the chain's hash behind it.
pub(super) fn push(out: &mut Vec<u8>, previous: &Hash, body: &Body<&AuditEntry>) -> Option<Hash> {
    let json = serde_json::to_vec(body).ok()?;
    let hash = link(previous, &json);
    if json.len() + 66 > MOST_BYTES {
        return None;
    }
    out.extend_from_slice(hex::write(&hash).as_bytes());
    out.push(b' ');
    out.extend_from_slice(&json);
    out.push(b'\n');
    Some(hash)
}

/// Whether a head that left the host is signed as it says.
pub(super) fn is_signed(head: &AuditHead) -> bool {
    let key = PublicKey::read(&head.public_key).filter(|key| key.id() == head.key);
    let hash = hex::read::<32>(head.hash.as_bytes());
    let signature = hex::read::<64>(head.signature.as_bytes());
    let (Some(key), Some(hash), Some(signature)) = (key, hash, signature) else { return false };
    let bytes = signed_bytes(head.sequence, head.time_unix_ns, &hash, &head.key);
    key.signed(&bytes, &signature)
}
