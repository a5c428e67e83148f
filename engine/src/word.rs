//! What the hall says to whoever holds sessions: that there is one, that one is over, that a name was answered.

use std::net::IpAddr;

use event::{Endpoint, SessionId, Text};
use graph::attribute::Labelled;

/// A word of the hall. Said at once and never waited for.
#[derive(Clone, Debug)]
pub enum Word {
    /// A session's tree carries this label.
    Labelled(Labelled),
    /// A session is over.
    Ended(SessionId),
    /// A name server told an agent where a name leads.
    Answered {
        /// The name.
        name: Text,
        /// Who said so.
        server: Endpoint,
        /// Where.
        addresses: Vec<IpAddr>,
    },
}
