//! A head of the audit log: how far it goes and what it holds, signed. Outside the host it is an anchor: whoever
//! shortens or rewrites the log afterwards contradicts it.

use serde::{Deserialize, Serialize};

use crate::Text;

/// Everything up to an entry of the audit log, signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// When it was signed, UTC.
    pub time_unix_ns: u64,
    /// The last entry that it covers.
    pub sequence: u64,
    /// The chain's hash at that entry, SHA-256, in hexadecimal digits.
    pub hash: Text,
    /// Id of the key that signed.
    pub key: Text,
    /// That key's public half (Ed25519), in hexadecimal digits.
    pub public_key: Text,
    /// The signature, in hexadecimal digits.
    pub signature: Text,
}
