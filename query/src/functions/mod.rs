//! Functions that SQL gets beside DataFusion's own.

mod ago;
mod basename;
mod in_subnet;
mod json_text;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringViewArray, cast::AsArray};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

/// All of them.
pub fn all() -> Vec<Arc<ScalarUDF>> {
    [ago::function(), basename::function(), in_subnet::function(), json_text::function()]
        .map(Arc::new)
        .into()
}

/// Functions of DataFusion that are taken away: with a few bytes of SQL they make texts of any
/// size, past the memory limit.
pub const WITHDRAWN: [&str; 3] = ["repeat", "lpad", "rpad"];

/// The arguments as text columns of one length, and whether all were constants.
fn texts(arguments: &[ColumnarValue]) -> Result<(Vec<ArrayRef>, bool)> {
    let constant = arguments.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
    Ok((ColumnarValue::values_to_arrays(arguments)?, constant))
}

fn text(array: &ArrayRef) -> Result<&StringViewArray> {
    match array.as_string_view_opt() {
        Some(array) => Ok(array),
        None => exec_err!("expected text"),
    }
}

/// A constant where all arguments were.
fn answer(array: ArrayRef, constant: bool) -> Result<ColumnarValue, DataFusionError> {
    if constant && array.len() == 1 {
        let scalar = datafusion::scalar::ScalarValue::try_from_array(&array, 0)?;
        return Ok(ColumnarValue::Scalar(scalar));
    }
    Ok(ColumnarValue::Array(array))
}
