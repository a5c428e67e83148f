//! Who may do what: one policy for agents, another for people, in a language that can be reviewed and tested.
//!
//! ```text
//! *.cedar ──▶ Book (read, held against the schema, cut by verb) ──▶ Guide ──▶ check(Action) ──▶ Decision
//! kinds.yaml ──▶ Kinds ─────────────────────────────────────────────┘
//! ```
//!
//! A decision is made of the policies that forbid, each with the effect that it asks for; the strongest wins.
//! Approvals lift what they name. What nothing permits is denied. Pure: no clock, file or thread; time and
//! circumstances arrive in the action.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod approval;
mod book;
pub mod case;
mod compile;
mod decide;
mod diff;
mod foresee;
mod format;
mod kinds;
pub mod learn;
mod lockout;
mod notes;
mod place;
mod profile;
mod recent;
mod request;
mod shipped;
mod span;

pub use book::{Book, Rule, Source};
pub use compile::{Compiled, HeldBy, Home, Left};
pub use decide::{Guide, Surroundings};
pub use diff::{Changed, Difference, diff};
pub use foresee::{Foreseen, Foresight};
pub use format::format;
pub use kinds::{Kinds, KindsError};
pub use lockout::Operator;
pub use profile::{Choice, Profile, Selection};
pub use shipped::{cases as shipped_cases, invariants, kinds as shipped_kinds, of_profile, schema};
pub use span::Refusal;
