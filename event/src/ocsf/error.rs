//! Why an OCSF value did not become events.

/// An OCSF value that did not become events: bad, or not about an act Chaperone knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// An attribute is not there and nothing can stand for it.
    #[error("`{path}` is missing: expected {expected}\nhint: {hint}")]
    Missing {
        /// Where, from the root of the event (`actor.process.pid`).
        path: String,
        /// What should be there.
        expected: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// An attribute is there and is not what the schema says.
    #[error(
        "`{path}` is {found}: expected {expected}\nhint: export the event as OCSF 1.x JSON, one object per line"
    )]
    Wrong {
        /// Where, from the root of the event.
        path: String,
        /// What should be there.
        expected: &'static str,
        /// What is there, shortened.
        found: String,
    },
    /// A well-formed event that says nothing of an act Chaperone records; the rest of a stream goes on.
    #[error(
        "skipped class {class_uid}, activity {activity_id}: {reason}\nhint: process, file, network and DNS activity (1007, 1001, 4001, 4003) are imported"
    )]
    Skipped {
        /// `class_uid` of the event.
        class_uid: u64,
        /// `activity_id` of the event.
        activity_id: u64,
        /// Why it is skipped.
        reason: &'static str,
    },
    /// Written by a Chaperone that is newer than this one.
    #[error(
        "event schema {0} is newer than this Chaperone's {supported}\nhint: import with the version that exported it, or a later one",
        supported = crate::SCHEMA_VERSION
    )]
    Newer(u64),
}

impl ImportError {
    /// The event is fine, only of no use here: count it and go on.
    pub fn is_skip(&self) -> bool {
        matches!(self, Self::Skipped { .. })
    }
}
