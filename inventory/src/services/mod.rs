//! What a host starts by itself: units of systemd and lines of cron, as far as they start an agent, a server of models or one
//! of tools. Nothing is asked of systemd or cron: only their files are read.

mod command;
mod cron;
mod systemd;
mod words;

pub use command::started;
pub use cron::{OfHost, crontab, is_left_over, script};
pub use systemd::{Piece, Scope, Units};
