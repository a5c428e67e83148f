//! What was lost, said by every verb that shows the record.

use anyhow::Result;
use event::LossCause;
use journal::StateReader;

use crate::lines::stamp;
use crate::out::{Colour, label};

/// One line per loss since `since_unix_ns`, on stderr.
pub fn warn(state: &StateReader, since_unix_ns: u64) -> Result<()> {
    for loss in state.losses(since_unix_ns)?.iter().take(8) {
        let what = match (loss.count, loss.cause) {
            (0, LossCause::NotRunning) => "nothing was watched".to_owned(),
            (count, _) => format!("{count} events were lost"),
        };
        crate::say!(
            "{}{what} between {} and {}: {} at {}",
            label("warning: ", Colour::Yellow),
            stamp(loss.from_unix_ns),
            stamp(loss.until_unix_ns),
            loss.cause.name(),
            event::show::plain(&loss.place),
        );
    }
    Ok(())
}
