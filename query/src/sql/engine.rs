//! DataFusion set up for our files: its threads, its memory limit, its functions. The rest of the
//! room asks it to plan and run, and stays synchronous.

use std::future::Future;
use std::sync::Arc;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::settings::Settings;
use crate::{Error, functions};

/// Catalog and schema of all tables: what `SHOW TABLES` prints first.
pub const CATALOG: &str = "chaperone";
/// See [`CATALOG`].
pub const SCHEMA: &str = "record";
/// Plans of long expressions recurse deeply; the pages are only touched when they do.
const STACK_BYTES: usize = 32 << 20;
/// A side of a join up to this estimate is kept whole.
const BROADCAST_BYTES: usize = 256 << 20;
/// See [`BROADCAST_BYTES`].
const BROADCAST_ROWS: usize = 8_000_000;
/// Consumers of memory that an error names.
const NAMED_CONSUMERS: usize = 3;

/// Threads and environment of all queries of a process.
#[derive(Debug)]
pub struct Engine {
    runtime: Runtime,
    state: SessionState,
}

impl Engine {
    /// Starts the threads.
    pub fn start(settings: &Settings) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(settings.workers())
            .thread_name("query")
            .thread_stack_size(STACK_BYTES)
            .build()
            .map_err(|error| Error::Broken(format!("no threads for queries: {error}")))?;
        let environment =
            environment(settings).map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Self { runtime, state: state(settings, environment) })
    }

    /// A context without tables, whose changes stay its own.
    pub fn context(&self) -> SessionContext {
        self.context_with(self.state.config().clone())
    }

    /// The same with other settings.
    pub fn context_with(&self, config: SessionConfig) -> SessionContext {
        let catalogs = Arc::new(datafusion::catalog::MemoryCatalogProviderList::new());
        let catalog = Arc::new(datafusion::catalog::MemoryCatalogProvider::new());
        let schema = Arc::new(datafusion::catalog::MemorySchemaProvider::new());
        // Neither can fail: both are new and empty.
        let _ = datafusion::catalog::CatalogProvider::register_schema(&*catalog, SCHEMA, schema);
        datafusion::catalog::CatalogProviderList::register_catalog(
            &*catalogs,
            CATALOG.to_owned(),
            catalog,
        );
        let state = SessionStateBuilder::new_from_existing(self.state.clone())
            .with_config(config)
            .with_catalog_list(catalogs)
            .build();
        SessionContext::new_with_state(state)
    }

    /// Settings of all contexts.
    pub fn config(&self) -> &SessionConfig {
        self.state.config()
    }

    /// Runs to its end on the caller's thread.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Runs beside the caller.
    pub fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.spawn(future)
    }
}

fn environment(settings: &Settings) -> datafusion::error::Result<Arc<RuntimeEnv>> {
    let named = std::num::NonZeroUsize::new(NAMED_CONSUMERS).unwrap_or(std::num::NonZeroUsize::MIN);
    let pool = TrackConsumersPool::new(FairSpillPool::new(settings.memory()), named);
    // A query never writes: what does not fit into its memory is refused.
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(pool))
        .with_disk_manager_builder(disk)
        .build_arc()
}

fn state(settings: &Settings, environment: Arc<RuntimeEnv>) -> SessionState {
    let mut config = SessionConfig::new()
        .with_target_partitions(settings.workers())
        .with_information_schema(true)
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false);
    let options = config.options_mut();
    // Filters that are evaluated while pages are decoded cost more than they save in our files: row
    // groups and pages are skipped by statistics and bloom filters anyway.
    options.execution.parquet.pushdown_filters = false;
    // Programs are few beside their acts: a join keeps them in one table and lets the acts stream
    // by, instead of dealing out both to all threads.
    options.optimizer.hash_join_single_partition_threshold = BROADCAST_BYTES;
    options.optimizer.hash_join_single_partition_threshold_rows = BROADCAST_ROWS;
    options.execution.time_zone = Some("UTC".to_owned());
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(environment)
        .with_default_features()
        .build();
    let context = SessionContext::new_with_state(state);
    for name in functions::WITHDRAWN {
        context.deregister_udf(name);
    }
    for function in functions::all() {
        context.register_udf(function.as_ref().clone());
    }
    context.state()
}
