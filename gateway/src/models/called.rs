//! A call of a model as it went: measured here, told when it ended.

use std::sync::Arc;

use content::transcript::Turn;
use event::{ModelCall, Utterance};

use super::settings::Caller;

/// A call that ended.
#[derive(Clone, Debug)]
pub struct Called {
    /// Who called.
    pub by: Arc<Caller>,
    /// How it went.
    pub call: ModelCall,
    /// What an agent said for the first time.
    pub said: Turn,
    /// What it was answered.
    pub answered: Vec<Utterance>,
}

impl Called {
    /// A call of which nothing was heard yet.
    pub fn new(by: Arc<Caller>, call: ModelCall) -> Self {
        Self { by, call, said: Turn::default(), answered: Vec::new() }
    }

    /// Whether somebody wants to know what is said: sessions of agents are told as stories, people's are not.
    pub fn is_heard(&self) -> bool {
        self.by.principal.agent().is_some()
    }
}
