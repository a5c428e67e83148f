//! The synchronous path: an [`Action`] that somebody wants to take, the [`Decision`] about it, and the
//! [`Guard`] that is asked before the effect.
//!
//! ```text
//! whoever holds the act (hook, sandbox, proxy, kernel) ── Action ──▶ Guard::check ── Decision ──▶ the same
//! ```
//!
//! A guard answers at once: it never waits for a person. [`Effect::Ask`] comes back with a ticket and whoever
//! holds the act waits for the answer under the deadline of the policy.

use std::sync::Arc;

mod action;
mod decision;
mod judged;

pub use action::*;
pub use decision::*;
pub use judged::*;

/// Whoever decides before the effect. Asked from many threads at once; answers in microseconds.
pub trait Guard: Send + Sync {
    /// What is to be done about `action`.
    fn check(&self, action: &Action) -> Arc<Decision>;

    /// Does what would make the first question wait. Takes its time, so it is not called where anybody else waits.
    fn prepare(&self) {}
}
