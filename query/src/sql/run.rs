//! Runs a plan on the engine's threads and hands its rows to the caller's, within the limits.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use tokio::task::JoinHandle;

use super::engine::Engine;
use super::settings::Settings;
use super::{hint, read_only};
use crate::Error;

/// Batches that wait for the caller; the query waits when he is slow.
const AHEAD: usize = 4;

/// What comes from a running query.
enum Message {
    Schema(SchemaRef),
    Rows(RecordBatch),
    Failed(Error),
    Done,
}

/// A query that runs. Dropping it stops the query.
pub struct Running {
    /// Names and types of the answer.
    pub schema: SchemaRef,
    messages: Receiver<Message>,
    task: JoinHandle<()>,
    deadline: Instant,
    timeout: Duration,
    memory_mib: usize,
}

impl Running {
    /// Plans `text` and starts it.
    pub fn start(
        engine: &Engine,
        settings: &Settings,
        context: SessionContext,
        text: String,
    ) -> Result<Self, Error> {
        let (sender, messages) = sync_channel(AHEAD);
        // Planning goes to the engine's threads too: they have the stack for it, and a plan that
        // takes for ever is stopped as well.
        let task = engine.spawn(run(context, text, sender));
        let mut running = Self {
            schema: SchemaRef::new(datafusion::arrow::datatypes::Schema::empty()),
            messages,
            task,
            deadline: Instant::now() + settings.timeout(),
            timeout: settings.timeout(),
            memory_mib: settings.memory_mib,
        };
        match running.receive()? {
            Message::Schema(schema) => running.schema = schema,
            _ => return Err(Error::Broken("rows came before their schema".to_owned())),
        }
        Ok(running)
    }

    /// The next rows; none at the end.
    pub fn rows(&mut self) -> Result<Option<RecordBatch>, Error> {
        match self.receive()? {
            Message::Rows(rows) => Ok(Some(rows)),
            _ => Ok(None),
        }
    }

    fn receive(&mut self) -> Result<Message, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.messages.recv_timeout(left) {
            Ok(Message::Failed(Error::Memory { .. })) => {
                Err(Error::Memory { mib: self.memory_mib })
            }
            Ok(Message::Failed(error)) => Err(error),
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => {
                Err(Error::Timeout { seconds: self.timeout.as_secs() })
            }
            // The task ends without a last word only when it panicked.
            Err(RecvTimeoutError::Disconnected) => Err(Error::Broken(
                "it met a defect in the engine\nhint: please report the query".into(),
            )),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(context: SessionContext, text: String, sender: SyncSender<Message>) {
    let last = match answer(&context, &text, &sender).await {
        Ok(()) => Message::Done,
        Err(error) => Message::Failed(error),
    };
    // The caller may have gone: then nobody asks any more.
    let _ = sender.send(last);
}

async fn answer(
    context: &SessionContext,
    text: &str,
    sender: &SyncSender<Message>,
) -> Result<(), Error> {
    let plan: LogicalPlan = read_only::plan(context, text).await?;
    let failed = |error: DataFusionError| failure(context, &error);
    let frame = context.execute_logical_plan(plan).await.map_err(failed)?;
    let mut stream = frame.execute_stream().await.map_err(failed)?;
    if sender.send(Message::Schema(stream.schema())).is_err() {
        return Ok(());
    }
    while let Some(rows) = stream.next().await {
        // A slow caller blocks this thread, not the others, and only this query waits.
        if sender.send(Message::Rows(rows.map_err(failed)?)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn failure(context: &SessionContext, error: &DataFusionError) -> Error {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Error::Memory { mib: 0 },
        _ => Error::Sql(hint::explain(context, error)),
    }
}
