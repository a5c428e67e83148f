//! The one test binary of this room.

mod attribution;
mod threat;
