//! One file per OCSF class: which act becomes which activity, and back.

pub(super) mod application_lifecycle;
pub(super) mod base_event;
pub(super) mod detection_finding;
pub(super) mod dns_activity;
pub(super) mod file_activity;
pub(super) mod kernel_activity;
pub(super) mod kernel_extension;
pub(super) mod network_activity;
pub(super) mod process_activity;

/// An OCSF event class.
pub(super) struct Class {
    /// `class_uid`: category × 1000 + the class's own number.
    pub uid: u32,
    /// `class_name`.
    pub caption: &'static str,
}

impl Class {
    /// `category_uid`.
    pub fn category_uid(&self) -> u32 {
        self.uid / 1000
    }
}

/// An activity of a class: `activity_id` and `activity_name`.
#[derive(Clone, Copy)]
pub(super) struct Activity(pub u32, pub &'static str);
