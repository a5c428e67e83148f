//! Rows as a Parquet file of the user's own.

use std::fs::File;
use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_writer::ArrowWriterOptions;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use crate::Error;

/// A file that is being written.
pub struct ParquetFile(ArrowWriter<File>);

impl ParquetFile {
    /// Begins a file that must not be there yet.
    pub fn create(path: &Path, schema: &SchemaRef) -> Result<Self, Error> {
        let file = File::create_new(path).map_err(Error::io("create", path))?;
        let properties = WriterProperties::builder()
            .set_created_by("chaperone".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
            .build();
        let options =
            ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        Ok(Self(ArrowWriter::try_new_with_options(file, schema.clone(), options)?))
    }

    /// Adds rows.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        Ok(self.0.write(batch)?)
    }

    /// Ends the file.
    pub fn finish(self) -> Result<(), Error> {
        self.0.close()?;
        Ok(())
    }
}
