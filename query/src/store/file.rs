//! Writes one Parquet file: under a temporary name, synced, then renamed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{RecordBatch, cast::AsArray};
use datafusion::arrow::compute::{max, min};
use datafusion::arrow::datatypes::TimestampNanosecondType;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::metadata::SortingColumn;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use super::manifest::{FileEntry, sync_dir};
use super::sorted::OPTIONS;
use crate::Error;
use crate::rows::Layout;

/// Rows of a row group: the unit a query skips or takes first.
const GROUP_ROWS: usize = 128 * 1024;
/// A group's distinct values stay in a dictionary up to this size, which is what makes paths small.
const DICTIONARY_BYTES: usize = 4 << 20;

/// A file that is being written. Dropped before [`NewFile::finish`] it leaves only a temporary
/// name, which the next roll-over removes.
pub struct NewFile {
    layout: &'static Layout,
    dir: PathBuf,
    temporary: PathBuf,
    writer: ArrowWriter<File>,
    rows: u64,
    times: Option<(i64, i64)>,
}

impl NewFile {
    /// Begins a file of the table of `layout` in `dir`.
    pub fn create(dir: &Path, layout: &'static Layout, number: u64) -> Result<Self, Error> {
        let temporary = dir.join(format!("{}-{number:08}.tmp", layout.name));
        let file = File::create(&temporary).map_err(Error::io("create", &temporary))?;
        // Without Arrow's own schema in the file every engine sees plain UTF-8.
        let options = ArrowWriterOptions::new()
            .with_properties(properties(layout))
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, (layout.schema)(), options)?;
        Ok(Self { layout, dir: dir.to_owned(), temporary, writer, rows: 0, times: None })
    }

    /// Adds rows, which continue the order of the table.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        self.rows += rows.num_rows() as u64;
        if let Some((from, until)) = times(self.layout, rows) {
            let (oldest, newest) = self.times.get_or_insert((from, until));
            *oldest = from.min(*oldest);
            *newest = until.max(*newest);
        }
        Ok(self.writer.write(rows)?)
    }

    /// Ends the file, makes it durable and gives it its name.
    pub fn finish(self, number: u64) -> Result<FileEntry, Error> {
        let Self { layout, dir, temporary, writer, rows, times } = self;
        let file = writer.into_inner()?;
        file.sync_all().map_err(Error::io("sync", &temporary))?;
        let bytes = file.metadata().map_err(Error::io("look at", &temporary))?.len();
        let (from, until) = times.unwrap_or((0, 0));
        let [from_unix_ns, until_unix_ns] = [from, until].map(|ns| u64::try_from(ns).unwrap_or(0));
        let name = format!(
            "{}-{}-{}-{number:08}.parquet",
            layout.name,
            stamp(from_unix_ns),
            stamp(until_unix_ns)
        );
        fs::rename(&temporary, dir.join(&name)).map_err(Error::io("rename", &temporary))?;
        sync_dir(&dir)?;
        let table = layout.name.to_owned();
        Ok(FileEntry { table, file: name, rows, bytes, from_unix_ns, until_unix_ns })
    }
}

/// A time in a file's name: seconds since 1970, so that names sort by time.
fn stamp(unix_ns: u64) -> String {
    format!("{:010}", unix_ns / 1_000_000_000)
}

fn times(layout: &Layout, rows: &RecordBatch) -> Option<(i64, i64)> {
    let column = rows.column_by_name(layout.time?)?;
    let times = column.as_primitive_opt::<TimestampNanosecondType>()?;
    (!times.is_empty()).then_some(())?;
    min(times).zip(max(times))
}

fn properties(layout: &Layout) -> WriterProperties {
    let schema = (layout.schema)();
    let order = layout.order.iter().filter_map(|name| schema.index_of(name).ok());
    let order = order.map(|index| SortingColumn {
        column_idx: i32::try_from(index).unwrap_or(0),
        descending: OPTIONS.descending,
        nulls_first: OPTIONS.nulls_first,
    });
    let mut builder = WriterProperties::builder()
        .set_created_by("chaperone".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_sorting_columns(Some(order.collect()));
    // Numbers that hardly repeat are smaller as differences than through a dictionary.
    for name in ["id", "time", "position", "event"] {
        if schema.field_with_name(name).is_ok_and(|field| !field.data_type().is_string()) {
            builder = builder
                .set_column_dictionary_enabled(ColumnPath::from(name), false)
                .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED)
                .set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Page);
        }
    }
    for (name, distinct) in layout.ids {
        builder = builder
            .set_column_bloom_filter_enabled(ColumnPath::from(*name), true)
            .set_column_bloom_filter_max_ndv(ColumnPath::from(*name), *distinct);
    }
    builder.build()
}
