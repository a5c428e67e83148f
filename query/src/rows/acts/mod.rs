//! Acts as rows of `events` and back. Nothing is lost on the way, except that only exec rows keep
//! the command line of the process.

mod read;
mod read_flow;
mod write;
mod write_flow;

pub use read::read;
pub use write::row;

#[cfg(test)]
mod tests;
