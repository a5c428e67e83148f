//! Tokens of issuers that are trusted (OIDC): a JWT proves who calls, if its issuer signed it for us and its time has come.
//! What the token says of its own algorithm decides nothing: each key knows what it is for.

mod jwks;

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::{AgentRef, Principal, Text};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde_json::Value;

pub use jwks::{KeySet, KeySetError};

use jwks::{Key, Public};

/// Longest token.
const MOST: usize = 16 * 1024;
/// Seconds by which clocks may differ.
const LEEWAY_S: u64 = 60;
/// Groups that are taken over.
const GROUPS: usize = 256;

/// Somebody whose word counts.
#[derive(Clone, Debug, Default)]
pub struct Issuer {
    /// `iss`, to the letter.
    pub issuer: String,
    /// What `aud` has to name.
    pub audience: String,
    /// Its keys.
    pub keys: KeySet,
    /// The claim with the account.
    pub account: String,
    /// The claim with the groups.
    pub groups: String,
    /// The claim with the agent's product; empty: who comes is a person.
    pub agent: String,
}

/// Why a token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is none.
    #[error("this is no token that can be read")]
    Unread,
    /// `none`, or one that is not taken.
    #[error("its algorithm is not RS256, ES256 or EdDSA")]
    Algorithm,
    /// Something that has to be understood.
    #[error("it asks for what is not understood (`crit`)")]
    Critical,
    /// No key of the issuer is meant.
    #[error("its key is not one of the issuer's")]
    Key,
    /// Somebody else wrote it.
    #[error("its signature is wrong")]
    Signature,
    /// Of somebody else.
    #[error("it is of another issuer")]
    Issuer,
    /// For somebody else.
    #[error("it is not meant for this gateway")]
    Audience,
    /// It has no end, or it has ended.
    #[error("it has ended")]
    Ended,
    /// Its time has not come.
    #[error("it does not hold yet")]
    Early,
    /// It names nobody.
    #[error("it does not say who comes")]
    Nobody,
}

/// The issuer that a token names, whoever wrote it.
pub fn issuer(token: &str) -> Option<String> {
    let (_, rest) = token.split_once('.')?;
    let claims = json(rest.split_once('.')?.0).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

impl Issuer {
    /// Who comes with the token.
    pub fn verify(&self, token: &str, now_s: u64) -> Result<Principal, Refused> {
        if token.len() > MOST {
            return Err(Refused::Unread);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Unread)?;
        let (head, claims) = signed.split_once('.').ok_or(Refused::Unread)?;
        let head = json(head)?;
        if head.get("crit").is_some() {
            return Err(Refused::Critical);
        }
        let algorithm = head.get("alg").and_then(Value::as_str).ok_or(Refused::Algorithm)?;
        if !["RS256", "ES256", "EdDSA"].contains(&algorithm) {
            return Err(Refused::Algorithm);
        }
        let id = head.get("kid").and_then(Value::as_str);
        let key = self.keys.find(algorithm, id).ok_or(Refused::Key)?;
        let signature = bytes(signature)?;
        key.verify(signed.as_bytes(), &signature).map_err(|()| Refused::Signature)?;
        let claims = json(claims)?;
        self.holds(&claims, now_s)?;
        self.principal(&claims).ok_or(Refused::Nobody)
    }

    /// Whether the key that a token names is one of the issuer's, as far as they are known.
    pub fn knows(&self, token: &str) -> bool {
        let head = token.split_once('.').and_then(|(head, _)| json(head).ok());
        let text = |name: &str| head.as_ref().and_then(|it| it.get(name)?.as_str());
        // What names no algorithm proves nothing, whatever the keys are.
        text("alg").is_none_or(|algorithm| self.keys.find(algorithm, text("kid")).is_some())
    }

    fn holds(&self, claims: &Value, now_s: u64) -> Result<(), Refused> {
        if claims.get("iss").and_then(Value::as_str) != Some(&*self.issuer) {
            return Err(Refused::Issuer);
        }
        let ours = |value: &Value| value.as_str() == Some(&*self.audience);
        let meant = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(ours),
            Some(one) => ours(one),
            None => false,
        };
        if !meant {
            return Err(Refused::Audience);
        }
        let time = |name: &str| claims.get(name).map(|value| value.as_f64().unwrap_or(f64::NAN));
        let end = time("exp").ok_or(Refused::Ended)?;
        // What is no number compares as false.
        let holds = end + LEEWAY_S as f64 > now_s as f64;
        if !holds {
            return Err(Refused::Ended);
        }
        match time("nbf") {
            Some(begin) if begin <= now_s.saturating_add(LEEWAY_S) as f64 => Ok(()),
            Some(_) => Err(Refused::Early),
            None => Ok(()),
        }
    }

    fn principal(&self, claims: &Value) -> Option<Principal> {
        let text = |name: &str| {
            let value = claims.get(name)?.as_str()?;
            (!value.is_empty() && value.len() <= 256).then(|| Text::from(value))
        };
        let account = text(&self.account)?;
        if !self.agent.is_empty() {
            let product = text(&self.agent)?;
            return Some(Principal::Agent(AgentRef {
                product,
                owner: account,
                ..AgentRef::default()
            }));
        }
        let groups: BTreeSet<Text> = match claims.get(&self.groups) {
            Some(Value::Array(all)) => {
                all.iter().filter_map(Value::as_str).take(GROUPS).map(Text::from).collect()
            }
            Some(Value::String(one)) => [Text::from(one.as_str())].into(),
            _ => BTreeSet::new(),
        };
        Some(Principal::Human { account, groups })
    }
}

impl Key {
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), ()> {
        let verified = match &self.public {
            Public::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
            Public::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Public::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
        };
        verified.map_err(drop)
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, Refused> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Unread)
}

fn json(text: &str) -> Result<Value, Refused> {
    let value: Value = serde_json::from_slice(&bytes(text)?).map_err(|_| Refused::Unread)?;
    if value.is_object() { Ok(value) } else { Err(Refused::Unread) }
}

#[cfg(test)]
mod tests;
