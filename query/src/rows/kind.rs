//! The few kinds of column there are: what a cell is in Rust and which Arrow builder takes it.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Int32Builder, StringViewBuilder, TimestampNanosecondBuilder,
    UInt32Builder, UInt64Builder, cast::AsArray,
};
use datafusion::arrow::datatypes::{
    DataType, Int32Type, TimeUnit, TimestampNanosecondType, UInt32Type, UInt64Type,
};

/// One kind of column.
pub trait Kind {
    /// A cell.
    type Value<'a>: Clone;
    /// What collects cells into a column.
    type Builder;
    /// The type in memory. Parquet keeps text as plain UTF-8 whichever Arrow form it had.
    fn data_type() -> DataType;
    /// An empty column.
    fn builder() -> Self::Builder;
    /// Adds a cell.
    fn append(builder: &mut Self::Builder, value: &Option<Self::Value<'_>>);
    /// Takes the column out.
    fn finish(builder: &mut Self::Builder) -> ArrayRef;
    /// Reads a cell; none where it is null or the column has another type.
    fn read(array: &ArrayRef, row: usize) -> Option<Self::Value<'_>>;
}

/// Text.
pub struct Text;

impl Kind for Text {
    type Value<'a> = Cow<'a, str>;
    type Builder = StringViewBuilder;
    fn data_type() -> DataType {
        DataType::Utf8View
    }
    fn builder() -> Self::Builder {
        // The same few paths and ids come again and again: keeping each once saves most of the
        // memory of a batch.
        StringViewBuilder::new().with_deduplicate_strings()
    }
    fn append(builder: &mut Self::Builder, value: &Option<Self::Value<'_>>) {
        builder.append_option(value.as_deref());
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }
    fn read(array: &ArrayRef, row: usize) -> Option<Self::Value<'_>> {
        let array = array.as_string_view_opt()?;
        (row < array.len() && array.is_valid(row)).then(|| Cow::Borrowed(array.value(row)))
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $kind:ident, $value:ty, $builder:ty, $arrow:ty, $type:expr, $new:expr) => {
        $(#[$doc])*
        pub struct $kind;

        impl Kind for $kind {
            type Value<'a> = $value;
            type Builder = $builder;
            fn data_type() -> DataType {
                $type
            }
            fn builder() -> Self::Builder {
                $new
            }
            fn append(builder: &mut Self::Builder, value: &Option<Self::Value<'_>>) {
                builder.append_option(*value);
            }
            fn finish(builder: &mut Self::Builder) -> ArrayRef {
                Arc::new(builder.finish())
            }
            fn read(array: &ArrayRef, row: usize) -> Option<Self::Value<'_>> {
                let array = array.as_primitive_opt::<$arrow>()?;
                (row < array.len() && array.is_valid(row)).then(|| array.value(row))
            }
        }
    };
}

number!(
    /// Nanoseconds since 1970, UTC.
    Time, i64, TimestampNanosecondBuilder, TimestampNanosecondType,
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
    TimestampNanosecondBuilder::new().with_timezone("UTC")
);
number!(
    /// An unsigned number of 32 bits.
    U32, u32, UInt32Builder, UInt32Type, DataType::UInt32, UInt32Builder::new()
);
number!(
    /// An unsigned number of 64 bits.
    U64, u64, UInt64Builder, UInt64Type, DataType::UInt64, UInt64Builder::new()
);
number!(
    /// A signed number of 32 bits.
    I32, i32, Int32Builder, Int32Type, DataType::Int32, Int32Builder::new()
);

/// Yes or no.
pub struct Flag;

impl Kind for Flag {
    type Value<'a> = bool;
    type Builder = BooleanBuilder;
    fn data_type() -> DataType {
        DataType::Boolean
    }
    fn builder() -> Self::Builder {
        BooleanBuilder::new()
    }
    fn append(builder: &mut Self::Builder, value: &Option<Self::Value<'_>>) {
        builder.append_option(*value);
    }
    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }
    fn read(array: &ArrayRef, row: usize) -> Option<Self::Value<'_>> {
        let array = array.as_boolean_opt()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    }
}
