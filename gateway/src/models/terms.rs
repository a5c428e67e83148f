//! Who may call, how much, at what price: what the desk goes by.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use super::switch::Switch;
use crate::control::breaker::Fuse;
use crate::control::jwt::Issuer;
use crate::control::keys::KeyRing;
use crate::control::ledger::{Entry, Kept, Reached};
use crate::control::prices::Prices;
use crate::control::rule::Rule;
use crate::published::Renewed;

/// Who may call, how much, at what price.
#[derive(Clone)]
pub struct Terms {
    /// How much there may be.
    pub rules: Vec<Rule>,
    /// What was used before.
    pub kept: Kept,
    /// What models cost.
    pub prices: Prices,
    /// When a provider is let alone.
    pub fuse: Fuse,
    /// Keys that were issued.
    pub keys: Arc<dyn Keys>,
    /// Issuers whose tokens count.
    pub issuers: Arc<dyn Issuers>,
    /// Who may come without a key.
    pub open_to: OpenTo,
    /// Who is stopped.
    pub switch: Arc<Switch>,
    /// Hears what is to be kept.
    pub entries: Sender<Entry>,
    /// Hears of limits that are nearly reached.
    pub nearly: Sender<Reached>,
}

/// Who may come without a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenTo {
    /// Anybody who reaches it.
    Any,
    /// Whose process, session or certificate is known.
    #[default]
    Known,
    /// Nobody.
    Keys,
}

/// Knows the keys that hold now; asked for each call that brings one.
pub trait Keys: Send + Sync {
    /// All of them.
    fn ring(&self) -> Arc<KeyRing>;
}

/// Knows the issuers that are trusted now, with their keys; asked for each call that brings a token.
pub trait Issuers: Send + Sync {
    /// All of them.
    fn all(&self) -> Arc<Vec<Issuer>>;

    /// Asks an issuer for its keys anew; nothing: it is not asked, or not now.
    fn renew(&self, _issuer: &str) -> Option<Renewed> {
        None
    }
}

impl Default for Terms {
    /// No keys, no limits, no prices; nothing is remembered.
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            kept: Kept::default(),
            prices: Prices::default(),
            fuse: Fuse::default(),
            keys: Arc::new(Nobody),
            issuers: Arc::new(Nobody),
            open_to: OpenTo::default(),
            switch: Arc::default(),
            entries: channel().0,
            nearly: channel().0,
        }
    }
}

/// Has no keys and trusts no one.
struct Nobody;

impl Keys for Nobody {
    fn ring(&self) -> Arc<KeyRing> {
        Arc::default()
    }
}

impl Issuers for Nobody {
    fn all(&self) -> Arc<Vec<Issuer>> {
        Arc::default()
    }
}
