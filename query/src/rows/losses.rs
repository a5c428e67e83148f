//! The table `losses`: what was not seen, counted by cause.

use std::borrow::Cow;

use event::Loss;

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "losses",
    about: "What was not seen, counted by cause.",
    columns: COLUMNS,
    schema,
    order: &["time"],
    time: Some("time"),
    ids: &[],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// End of the interval, UTC.
    time: Time = required,
    /// Start of the interval, UTC.
    since: Time,
    /// Why: `ring_full`, `channel_full`, `disk`, `torn_tail`, …
    cause: Text = required,
    /// How many events.
    count: U64 = required,
    /// Where: a ring, a channel, a sink.
    place: Text,
    /// The act in `events` that told it, where it was one.
    event: U64,
}

/// The row of a loss; `event` is the id of the act that told it.
pub fn row(position: u64, event: Option<u64>, loss: &Loss) -> Row<'_> {
    Row {
        position: Some(position),
        time: Some(super::time(loss.until_unix_ns)),
        since: Some(super::time(loss.from_unix_ns)),
        cause: Some(Cow::Borrowed(loss.cause.name())),
        count: Some(loss.count),
        place: Some(Cow::Borrowed(&loss.place)),
        event,
    }
}
