//! Between an agent and a server of tools (MCP): every message passes a session, which asks the guard about calls,
//! compares what is offered with what was offered before, and looks into what comes back.
//!
//! ```text
//! client ──▶ wrap ──▶ session ──▶ wrap ──▶ server        session: asked?  (guard)
//!        ◀──      ◀──         ◀──      ◀──                        as before?  (desk)
//!                                                                 what is in it?  (look)
//! ```
//!
//! What nobody wants to change passes byte for byte. What is refused is answered in the protocol's own words.

mod asked;
mod calls;
mod desk;
pub mod http;
mod look;
mod offers;
mod session;
mod sink;
mod wrap;

pub use desk::Desk;
pub use look::{Detectors, LookError};
pub use session::{Over, Passed, Session, Way, Who};
pub use sink::Sink;
pub use wrap::{Ends, MOST_LINE, carry};
