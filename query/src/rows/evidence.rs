//! The table `evidence`: which acts a finding stands on, to join `findings` with `events`.

use std::borrow::Cow;

use event::Finding;

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "evidence",
    about: "The acts that findings stand on: joins `findings` with `events`.",
    columns: COLUMNS,
    schema,
    order: &["time"],
    time: Some("time"),
    ids: &[("finding", 1_024)],
};

table! {
    /// Id of the finding.
    finding: Text = required,
    /// Id of the act in `events`.
    event: U64 = required,
    /// When the finding was made, UTC.
    time: Time = required,
}

/// The rows of a finding.
pub fn rows(finding: &Finding) -> impl Iterator<Item = Row<'static>> {
    let id = finding.id.to_string();
    let time = super::time(finding.time_unix_ns);
    finding.events.iter().map(move |event| Row {
        finding: Some(Cow::Owned(id.clone())),
        event: Some(event.0),
        time: Some(time),
    })
}
