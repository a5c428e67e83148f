//! The one test binary of this room.

mod threat;
