//! `basename(path)`: the last part of a path.

use std::sync::Arc;

use datafusion::arrow::array::StringViewArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::{answer, text, texts};

pub fn function() -> ScalarUDF {
    let text = DataType::Utf8View;
    create_udf("basename", vec![text.clone()], text, Volatility::Immutable, Arc::new(call))
}

fn call(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (arrays, constant) = texts(arguments)?;
    let Some(paths) = arrays.first() else { return datafusion::common::exec_err!("no path") };
    let names: StringViewArray = text(paths)?.iter().map(|path| path.map(last)).collect();
    answer(Arc::new(names), constant)
}

fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}
