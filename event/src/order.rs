//! What a source is told to do, and that it was done.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Destination, End, KernelRules, Label, ProcessId, Regime, Text};

/// From the engine or an operator to a source; answered by an acknowledgement and audited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The tree with this provisional label is an agent's: keep recording it.
    Confirm(Label),
    /// It is not: stop recording it and forget the label.
    Clear(Label),
    /// Label this running process and its descendants, from now on. [`Label::NONE`] takes a label
    /// away: a person's terminal inside an editor's tree.
    Adopt {
        /// Root of the tree.
        root: ProcessId,
        /// Label to give it.
        label: Label,
    },
    /// Tell connections of anybody to this end, too: a model was found to answer there.
    Watch(Destination),
    /// These rules are in force from now on, instead of all earlier ones.
    Rules(Arc<KernelRules>),
    /// This is how a session is held, from now on.
    Govern(Regime),
    /// The session is over: what is kept of it is forgotten. Refused while a process of it lives.
    Over(Label),
    /// Ends that are now known to be of these classes: a name was answered.
    Know(Vec<End>),
    /// Nothing of the session runs until it is released.
    Freeze(Label),
    /// It goes on, with its network.
    Release(Label),
    /// It reaches nothing and nobody reaches it: new connections are refused, data on open ones is dropped.
    Cut(Label),
    /// Every process of it ends, whatever it does about signals.
    Kill(Label),
    /// This one process ends, and no other that has its number by now.
    End(ProcessId),
    /// The guarded file of this path is to be as it was before it was changed; an error where nothing is known of it.
    PutBack(Text),
    /// Nothing is stopped any more, by anybody, until rules are put in force again.
    Disarm,
}

/// The orders a source carries out. The engine holds one and does not know which source it is.
pub trait Orders: Send + Sync {
    /// Carries out `order`; an error says what was not done.
    fn carry_out(&self, order: &Order) -> Result<(), OrderError>;
}

/// An order that was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The process or label is not there any more.
    #[error("the target of the order is gone")]
    Gone,
    /// The source cannot do this on this host.
    #[error("this source cannot carry out the order: {0}")]
    Unsupported(String),
    /// The kernel refused.
    #[error("the kernel refused the order: {0}")]
    Refused(#[from] std::io::Error),
}
