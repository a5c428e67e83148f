//! What SQL calls a table: the rolled files and the live rows of it, as one.

use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::Result;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::{MemTable, ViewTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlanBuilder, SortExpr};
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{SessionContext, col};

use super::live::Live;
use super::tail::Tail;
use crate::rows::{Layout, TABLES};
use crate::store::{FileEntry, Manifest};

/// Tables whose records repeat an id as more becomes known: SQL sees the latest of each.
const LATEST: [&str; 3] = ["findings", "sessions", "agents"];

/// Views beside them: name, meaning, text.
pub const VIEWS: [(&str, &str, &str); 2] = [
    (
        "processes",
        "Programs that ran: the `process_exec` rows of `events`, to join others with on `pid` and `process_start`.",
        "SELECT pid, process_start, parent_pid, parent_start, time, exe, command_line, cwd, uid, \
     \"user\", agent, agent_id, session, tool_call, container, sha256, id AS event \
     FROM events WHERE act = 'process_exec'",
    ),
    (
        "assets",
        "The things of the inventory as they stand last: what they are, since when they are known, and whether they are gone.",
        "SELECT id, kind, name, owner, products, project, version, digest, place, standing, flaws, first_seen, \
     time AS last_changed, became = 'gone' AS gone, changes, detail FROM (SELECT *, \
     min(time) OVER (PARTITION BY id) AS first_seen, count(*) OVER (PARTITION BY id) AS changes, \
     row_number() OVER (PARTITION BY id ORDER BY position DESC) AS nth FROM asset_history) WHERE nth = 1",
    ),
];

/// Registers all tables and views in `context`.
pub async fn register(
    context: &SessionContext,
    dir: &Path,
    manifest: &Manifest,
    live: &Live,
) -> Result<()> {
    for layout in &TABLES {
        let files: Vec<&FileEntry> = manifest.files_of(layout.name).collect();
        let rolled = rolled(context, dir, layout, &files)?;
        let parts = [rolled, memory(layout, live)?, tail(context, layout, live)?];
        let table = union(layout, parts.into_iter().flatten().collect())?;
        let table =
            if LATEST.contains(&layout.name) { latest(context, table).await? } else { table };
        context.register_table(layout.name, table)?;
    }
    for (name, _, text) in VIEWS {
        let view = context.sql(text).await?.into_view();
        context.register_table(name, view)?;
    }
    Ok(())
}

/// The files as a table; none where there are none.
pub fn rolled(
    context: &SessionContext,
    dir: &Path,
    layout: &Layout,
    files: &[&FileEntry],
) -> Result<Option<Arc<dyn TableProvider>>> {
    if files.is_empty() {
        return Ok(None);
    }
    let urls = files.iter().map(|entry| {
        // A data directory may have any characters in its name: never parse it as a pattern.
        ListingTableUrl::parse(dir.join(&entry.file).to_string_lossy())
    });
    let order: Vec<SortExpr> =
        layout.order.iter().map(|name| col(*name).sort(true, true)).collect();
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()))
        .with_file_extension(".parquet")
        .with_file_sort_order(vec![order]);
    let config = ListingTableConfig::new_with_multi_paths(urls.collect::<Result<_>>()?)
        .with_listing_options(options)
        .with_schema((layout.schema)());
    let cache = context.runtime_env().cache_manager.get_file_statistic_cache();
    Ok(Some(Arc::new(ListingTable::try_new(config)?.with_cache(cache))))
}

fn memory(layout: &Layout, live: &Live) -> Result<Option<Arc<dyn TableProvider>>> {
    let rows = live.rows(layout.name);
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(Arc::new(MemTable::try_new((layout.schema)(), vec![rows.to_vec()])?)))
}

fn tail(
    context: &SessionContext,
    layout: &'static Layout,
    live: &Live,
) -> Result<Option<Arc<dyn TableProvider>>> {
    let Some(tail) = live.tail() else { return Ok(None) };
    let outside = |error| DataFusionError::External(Box::new(error));
    let parts = tail.split(context.state().config().target_partitions()).map_err(outside)?;
    let rows = |part: &Tail| Arc::new(part.rows_of(layout)) as Arc<dyn PartitionStream>;
    let rows = parts.iter().map(rows).collect();
    Ok(Some(Arc::new(StreamingTable::try_new((layout.schema)(), rows)?)))
}

fn union(
    layout: &Layout,
    mut parts: Vec<Arc<dyn TableProvider>>,
) -> Result<Arc<dyn TableProvider>> {
    let Some(first) = parts.pop() else {
        return Ok(Arc::new(MemTable::try_new((layout.schema)(), vec![vec![]])?));
    };
    if parts.is_empty() {
        return Ok(first);
    }
    let scan = |table| LogicalPlanBuilder::scan(layout.name, provider_as_source(table), None);
    let mut plan = scan(first)?;
    for part in parts {
        plan = plan.union(scan(part)?.build()?)?;
    }
    Ok(Arc::new(ViewTable::new(plan.build()?, None)))
}

/// Only the latest record of each id.
async fn latest(
    context: &SessionContext,
    table: Arc<dyn TableProvider>,
) -> Result<Arc<dyn TableProvider>> {
    let columns: Vec<String> =
        table.schema().fields().iter().map(|field| format!("\"{}\"", field.name())).collect();
    let columns = columns.join(", ");
    context.register_table("every", table)?;
    let text = format!(
        "SELECT {columns} FROM (SELECT *, row_number() OVER \
         (PARTITION BY id ORDER BY position DESC) AS nth FROM every) WHERE nth = 1"
    );
    let view = context.sql(&text).await?.into_view();
    context.deregister_table("every")?;
    Ok(view)
}
