//! How a table is declared: one list of columns gives the schema, a row, the builders and the
//! documentation, so that they cannot disagree.

use datafusion::arrow::datatypes::SchemaRef;

/// A column as a reader of the documentation wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name in SQL.
    pub name: &'static str,
    /// What it holds, in one sentence.
    pub about: &'static str,
}

/// A table as it lies in files and in memory.
pub struct Layout {
    /// Name in SQL, and of its files.
    pub name: &'static str,
    /// What a row is, in one sentence.
    pub about: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its Arrow schema.
    pub schema: fn() -> SchemaRef,
    /// Columns by which each file is sorted.
    pub order: &'static [&'static str],
    /// Column of the time a file's range is of.
    pub time: Option<&'static str>,
    /// Columns that get a bloom filter, with how many values a row group is expected to have.
    pub ids: &'static [(&'static str, u64)],
}

/// Declares `Row` (one field per column), `Columns` (one builder per column) and `schema()`; with
/// `both ways;` in front also `Row::read`.
/// `= required` after the kind is a column that is never null.
macro_rules! table {
    (@null) => { true };
    (@null required) => { false };
    (both ways; $($columns:tt)*) => {
        table! { $($columns)* }
        table! { @read $($columns)* }
    };
    (@read $( #[doc = $about:literal] $name:ident : $kind:ident $(= $required:ident)? ),* $(,)?) => {
        impl<'a> Row<'a> {
            /// Reads row `row` of `batch`; a column that is missing or of another type reads as
            /// null, as files of an older schema have it.
            pub fn read(batch: &'a datafusion::arrow::array::RecordBatch, row: usize) -> Self {
                use $crate::rows::kind::Kind;
                Self {
                    $( $name: batch
                        .column_by_name(stringify!($name))
                        .and_then(|column| $crate::rows::kind::$kind::read(column, row)), )*
                }
            }
        }
    };
    ($( #[doc = $about:literal] $name:ident : $kind:ident $(= $required:ident)? ),* $(,)?) => {
        /// One row; a cell that is not known is none.
        #[derive(Clone, Default)]
        pub struct Row<'a> {
            $( #[doc = $about] pub $name: Option<<$crate::rows::kind::$kind as $crate::rows::kind::Kind>::Value<'a>>, )*
        }

        /// The columns under construction.
        pub struct Columns {
            $( $name: <$crate::rows::kind::$kind as $crate::rows::kind::Kind>::Builder, )*
        }

        /// Names and meanings, in order.
        pub const COLUMNS: &[$crate::rows::table::Column] = &[
            $( $crate::rows::table::Column { name: stringify!($name), about: $about.trim_ascii() }, )*
        ];

        /// The Arrow schema, made once.
        pub fn schema() -> datafusion::arrow::datatypes::SchemaRef {
            use $crate::rows::kind::Kind;
            use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
            static SCHEMA: std::sync::OnceLock<SchemaRef> = std::sync::OnceLock::new();
            SCHEMA.get_or_init(|| std::sync::Arc::new(Schema::new(vec![
                $( Field::new(stringify!($name), $crate::rows::kind::$kind::data_type(), table!(@null $($required)?)), )*
            ]))).clone()
        }

        impl Default for Columns {
            fn default() -> Self {
                use $crate::rows::kind::Kind;
                Self { $( $name: $crate::rows::kind::$kind::builder(), )* }
            }
        }

        impl Columns {
            /// Adds a row.
            pub fn push(&mut self, row: &Row<'_>) {
                use $crate::rows::kind::Kind;
                $( $crate::rows::kind::$kind::append(&mut self.$name, &row.$name); )*
            }

            /// Takes the rows out and begins anew.
            pub fn take(&mut self) -> Result<datafusion::arrow::array::RecordBatch, $crate::Error> {
                use $crate::rows::kind::Kind;
                let columns = vec![ $( $crate::rows::kind::$kind::finish(&mut self.$name), )* ];
                Ok(datafusion::arrow::array::RecordBatch::try_new(schema(), columns)?)
            }
        }
    };
}
pub(crate) use table;
