//! What serves on a thread of its own, until whoever started it lets it go.

use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::sync::oneshot;

/// At work; dropping it says that it is to end, and waits until it has.
#[derive(Debug)]
pub struct Serving {
    ending: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    /// Starts a thread of this name. What it is given is ready when it is to end.
    pub fn start(
        name: &str,
        work: impl FnOnce(oneshot::Receiver<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (ending, ends) = oneshot::channel();
        let thread = Builder::new().name(name.into()).spawn(move || work(ends))?;
        Ok(Self { ending: Some(ending), thread: Some(thread) })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.ending.take());
        let Some(thread) = self.thread.take() else { return };
        let name = thread.thread().name().unwrap_or_default().to_owned();
        if thread.join().is_err() {
            tracing::error!(name, "a thread that serves panicked");
        }
    }
}
