//! `json_text(detail, 'name')`: one member of a JSON object as text; null where it is not there.

use std::sync::Arc;

use datafusion::arrow::array::StringViewArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use serde_json::Value;

use super::{answer, text, texts};

pub fn function() -> ScalarUDF {
    let text = DataType::Utf8View;
    let arguments = vec![text.clone(), text.clone()];
    create_udf("json_text", arguments, text, Volatility::Immutable, Arc::new(call))
}

fn call(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let (arrays, constant) = texts(arguments)?;
    let [objects, names] = arrays.as_slice() else {
        return datafusion::common::exec_err!("json_text takes an object and a name");
    };
    let members: StringViewArray = text(objects)?
        .iter()
        .zip(text(names)?.iter())
        .map(|(object, name)| member(object?, name?))
        .collect();
    answer(Arc::new(members), constant)
}

fn member(object: &str, name: &str) -> Option<String> {
    let object: serde_json::Map<String, Value> = serde_json::from_str(object).ok()?;
    match object.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
