//! Policies as one signed document that can lie anywhere: who fetches it believes the signature, not the place.
//!
//! ```text
//! {"bundle": "chaperone-policies-1", "payload": "{\"version\": 7, \"files\": {…}}", "signature": "base64"}
//! ```
//!
//! Ed25519 over the form's name, a line end, and the payload's bytes.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// The one form.
const FORM: &str = "chaperone-policies-1";
/// Longest document.
pub const LONGEST: usize = 4 << 20;
/// Most files.
const MOST: usize = 500;

/// Policies and their cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Counts up: an older one does not take the place of a newer one.
    pub version: u64,
    /// Texts by the names of their files.
    pub files: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    bundle: String,
    payload: String,
    signature: String,
}

/// Why a bundle is not taken, or not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Too long.
    #[error("the bundle is longer than {LONGEST} bytes")]
    Long,
    /// Not a bundle.
    #[error("this is no bundle of policies: {0}\nhint: `chaperone policy bundle` makes one")]
    Form(String),
    /// Signed by nobody who counts.
    #[error(
        "the signature is not of the key in `policy.signer`\nhint: ask who sent it; nothing was changed"
    )]
    Signature,
    /// The key of the configuration.
    #[error(
        "`policy.signer` is no Ed25519 public key\nhint: `chaperone policy bundle` prints the line for the configuration"
    )]
    Signer,
    /// The key that signs.
    #[error(
        "this is no Ed25519 private key: {0}\nhint: openssl genpkey -algorithm ed25519 -out policy.pem"
    )]
    Key(String),
    /// A name that is none of a file of policies.
    #[error(
        "`{0}` is no name of a file of policies\nhint: letters, digits, `.`, `-` and `_`, ending with `.cedar` or `.cases.yaml`"
    )]
    Name(String),
}

impl Bundle {
    /// Signs it with a private key (PKCS#8, PEM).
    pub fn seal(&self, key: &str) -> Result<String, BundleError> {
        self.check()?;
        let form = |error: serde_json::Error| BundleError::Form(error.to_string());
        let payload = serde_json::to_string(self).map_err(form)?;
        let signature = BASE64.encode(pair(key)?.sign(&signed(&payload)));
        let sealed = Sealed { bundle: FORM.to_owned(), payload, signature };
        serde_json::to_string_pretty(&sealed).map(|text| text + "\n").map_err(form)
    }

    /// Reads one that this public key signed.
    pub fn open(document: &[u8], signer: &str) -> Result<Self, BundleError> {
        if document.len() > LONGEST {
            return Err(BundleError::Long);
        }
        let signer = public(signer).ok_or(BundleError::Signer)?;
        let form = |error: serde_json::Error| BundleError::Form(error.to_string());
        let sealed: Sealed = serde_json::from_slice(document).map_err(form)?;
        if sealed.bundle != FORM {
            let form = event::show::brief(&sealed.bundle, 60);
            return Err(BundleError::Form(format!("its form is `{form}`")));
        }
        // Nothing of the payload is read before it is known whose it is.
        let signature = BASE64.decode(&sealed.signature).map_err(|_| BundleError::Signature)?;
        UnparsedPublicKey::new(&ED25519, signer)
            .verify(&signed(&sealed.payload), &signature)
            .map_err(|_| BundleError::Signature)?;
        let bundle: Self = serde_json::from_str(&sealed.payload).map_err(form)?;
        bundle.check()?;
        Ok(bundle)
    }

    fn check(&self) -> Result<(), BundleError> {
        if self.files.is_empty() || self.files.len() > MOST {
            return Err(BundleError::Form(format!("it has {} files", self.files.len())));
        }
        let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
        let good = |name: &&String| {
            name.chars().all(plain)
                && !name.starts_with('.')
                && (name.ends_with(".cedar") || name.ends_with(".cases.yaml"))
        };
        match self.files.keys().find(|name| !good(name)) {
            Some(name) => Err(BundleError::Name(event::show::brief(name, 80))),
            None => Ok(()),
        }
    }
}

/// The public half of a private key, as the configuration names it.
pub fn signer(key: &str) -> Result<String, BundleError> {
    pair(key).map(|pair| BASE64.encode(pair.public_key().as_ref()))
}

fn signed(payload: &str) -> Vec<u8> {
    format!("{FORM}\n{payload}").into_bytes()
}

fn pair(key: &str) -> Result<Ed25519KeyPair, BundleError> {
    let der = pem(key).ok_or_else(|| BundleError::Key("it is not PEM".into()))?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
        .map_err(|error| BundleError::Key(error.to_string()))
}

/// A public key: its 32 bytes in base64, or as other programs write it (`openssl pkey -pubout`).
fn public(text: &str) -> Option<[u8; 32]> {
    let der = pem(text)?;
    match der.len() {
        32 => der.try_into().ok(),
        // What comes before says that it is Ed25519.
        44 => {
            const HEAD: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];
            der.strip_prefix(&HEAD)?.try_into().ok()
        }
        _ => None,
    }
}

/// What stands between the lines with dashes, or all of it.
fn pem(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    BASE64.decode(lines.collect::<String>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test alone.
    fn key() -> String {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new());
        let pkcs8 = pkcs8.expect("random bytes");
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64.encode(pkcs8)
        )
    }

    fn bundle(name: &str) -> Bundle {
        let files = BTreeMap::from([(name.to_owned(), "forbid (principal);".to_owned())]);
        Bundle { version: 7, files }
    }

    #[test]
    fn what_was_sealed_is_opened_by_the_key_that_belongs_to_it() {
        let (key, other) = (key(), key());
        let by = signer(&key).expect("a key");
        let sealed = bundle("a.cedar").seal(&key).expect("sealed");
        assert_eq!(Bundle::open(sealed.as_bytes(), &by), Ok(bundle("a.cedar")));
        let other = signer(&other).expect("a key");
        let check = |document: &str, signer: &str, expect: &str| {
            let error = Bundle::open(document.as_bytes(), signer).expect_err(document);
            assert!(error.to_string().contains(expect), "{error}");
        };
        check(&sealed, &other, "not of the key");
        check(&sealed.replace(":7,", ":8,"), &by, "not of the key");
        check(&sealed.replace("forbid", "permit"), &by, "not of the key");
        check(&sealed.replace("\"signature\": \"", "\"signature\": \"!"), &by, "not of the key");
        check(&sealed.replace("policies-1", "policies-2"), &by, "its form is");
        check(&sealed.replace("\"signature\"", "\"sign\""), &by, "no bundle");
        check("{}", &by, "no bundle");
        check("", &by, "no bundle");
        check(&" ".repeat(LONGEST + 1), &by, "longer than");
        check(&sealed, "AAAA", "no Ed25519 public key");
        check(&sealed, "", "no Ed25519 public key");
    }

    #[test]
    fn names_stay_inside() {
        let key = key();
        for name in ["../a.cedar", "/a.cedar", ".a.cedar", "a.sh", "a/b.cedar", "a\n.cedar", ""] {
            let error = bundle(name).seal(&key).expect_err(name);
            assert!(matches!(error, BundleError::Name(_)), "{error}");
        }
        assert!(Bundle::default().seal(&key).is_err());
        assert!(bundle("a.cedar").seal("nonsense").is_err());
    }
}
