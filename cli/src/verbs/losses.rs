//! What was lost, said by every verb that shows the record.

use anyhow::Result;
use journal::StateReader;

use crate::lines::stamp;
use crate::out::{Colour, label};

/// One line per loss since `since_unix_ns`, on stderr.
pub fn warn(state: &StateReader, since_unix_ns: u64) -> Result<()> {
    for loss in state.losses(since_unix_ns)?.iter().take(8) {
        crate::say!(
            "{}{} events were lost between {} and {}: {} at {}",
            label("warning: ", Colour::Yellow),
            loss.count,
            stamp(loss.from_unix_ns),
            stamp(loss.until_unix_ns),
            loss.cause.name(),
            event::show::plain(&loss.place),
        );
    }
    Ok(())
}
