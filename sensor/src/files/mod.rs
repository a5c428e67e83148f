//! Opens of guarded files, held until somebody said yes: where the kernel has no LSM programs for us, or none that
//! are asked.
//!
//! ```text
//! opener ─▶ kernel ─▶ responder: who? which file? what do the rules say? ─▶ kernel ─▶ opener
//!                         │ ▲
//!   refusals, questions ▼ │rules, regimes, answers
//!                     FileGuard, in the daemon
//! ```
//!
//! Programs that can do what cannot be undone are held at their start in the same way: their command line is asked about,
//! and the kernel's event kept until the daemon has answered.
//!
//! The responder is a process of its own ([`respond`]), which opens no file while somebody waits. People are answered
//! at once. When it dies, the kernel lets every open go on; when it hangs, its parent ends it, with the same effect.
//! Then another one is started, and the gap is told as a loss. It sees opens: what is renamed, removed or mounted over
//! does not ask anybody here.

mod answer;
mod clerk;
mod guard;
mod marks;
mod mounts;
mod opening;
mod places;
mod programs;
mod reason;
mod refusals;
mod responder;
mod run;
mod supervisor;
mod waiting;
mod who;
mod wire;

pub use guard::FileGuard;
pub use responder::respond;
pub use wire::Manners;
