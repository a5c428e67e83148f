//! The keys of the audit log: Ed25519, the private half in a file that only its owner reads.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use event::Text;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::hex;
use crate::Error;
use crate::data_dir::sync_dir;

/// What a key file begins with.
const KIND: &str = "chaperone-audit-key-1 ";

/// The half of a key that may be known, and checks what the other one signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The beginning of its SHA-256: what it is called.
    pub fn id(&self) -> Text {
        let digest = digest(&SHA256, &self.0);
        hex::write(digest.as_ref().get(..8).unwrap_or_default()).into()
    }

    /// Whether its other half signed `message`.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }

    /// As hexadecimal digits.
    pub fn digits(&self) -> String {
        hex::write(&self.0)
    }

    /// From hexadecimal digits.
    pub fn read(digits: &str) -> Option<Self> {
        hex::read(digits.trim().as_bytes()).map(Self)
    }

    /// As other programs take it (SubjectPublicKeyInfo, PEM).
    pub fn pem(&self) -> String {
        use base64::Engine;
        // SEQUENCE { SEQUENCE { 1.3.101.112 }, BIT STRING }
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        der.extend_from_slice(&self.0);
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
    }
}

impl TryFrom<String> for PublicKey {
    type Error = String;

    fn try_from(digits: String) -> Result<Self, String> {
        let wrong = || format!("`{}` is no public key", event::show::brief(&digits, 80));
        hex::read(digits.as_bytes()).map(Self).ok_or_else(wrong)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.digits()
    }
}

/// The half that signs.
pub(super) struct Key {
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.public().id())
    }
}

impl Key {
    /// Makes one and keeps it at `path`, which must not be there.
    pub fn make(path: &Path) -> Result<Self, Error> {
        let mut seed = [0; 32];
        let rejected = |why: &str| Error::AuditKey { path: path.to_owned(), why: why.to_owned() };
        SystemRandom::new().fill(&mut seed).map_err(|_| rejected("the system has no chance"))?;
        let key = Self::of(&seed).ok_or_else(|| rejected("it was not taken"))?;
        let write = || {
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
            writeln!(file, "{KIND}{}", hex::write(&seed))?;
            file.sync_all()?;
            path.parent().map_or(Ok(()), sync_dir)
        };
        write().map_err(Error::io("write", path))?;
        Ok(key)
    }

    /// The one at `path`; none if there is no file.
    pub fn load(path: &Path) -> Result<Option<Self>, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        let seed = text.trim_end().strip_prefix(KIND).and_then(|seed| hex::read(seed.as_bytes()));
        let key = seed.and_then(|seed| Self::of(&seed));
        let why = "it does not hold a key".to_owned();
        key.map(Some).ok_or_else(|| Error::AuditKey { path: path.to_owned(), why })
    }

    fn of(seed: &[u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|pair| Self { pair })
    }

    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        let public = self.pair.public_key().as_ref();
        bytes.iter_mut().zip(public).for_each(|(to, from)| *to = *from);
        PublicKey(bytes)
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}
