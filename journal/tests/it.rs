//! The journal's tests through its public face.
#![allow(clippy::unwrap_used, reason = "test")]

mod it {
    mod approvals;
    mod audit;
    pub mod crash;
    mod outlet;
    mod reading;
    mod retention;
    mod state;
    pub mod stream;
    mod writing;
}
