//! What was lost, said by every verb that shows the record.

use anyhow::Result;
use event::{LossCause, Record};
use journal::StateReader;

use crate::lines::stamp;
use crate::out::{self, Colour, label};

/// Each loss since `since_unix_ns`, as a record among those of the acts.
pub fn list(state: &StateReader, since_unix_ns: u64) -> Result<()> {
    let mut losses = state.losses(since_unix_ns)?.into_iter();
    losses.try_for_each(|loss| out::json(&Record::Loss(loss)))
}

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
