//! `ago('6h')`: the time that long before the query began. It becomes a constant before the query
//! is planned, so that files and row groups outside the time are never read.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, plan_datafusion_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

pub fn function() -> ScalarUDF {
    let signature = Signature::exact(vec![DataType::Utf8View], Volatility::Stable);
    ScalarUDF::from(Ago { signature })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Ago {
    signature: Signature,
}

impl ScalarUDFImpl for Ago {
    fn name(&self) -> &str {
        "ago"
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())))
    }
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        plan_err!("ago takes a fixed text such as '6h'")
    }
    fn simplify(&self, arguments: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let [Expr::Literal(value, _)] = arguments.as_slice() else {
            return Ok(ExprSimplifyResult::Original(arguments));
        };
        let Some(Some(text)) = value.try_as_str() else {
            return plan_err!("ago takes a text such as '6h'");
        };
        let back = span_ns(text).ok_or_else(|| {
            plan_datafusion_err!("`{text}` is not a span of time such as 30s, 15m, 6h, 2d or 1w")
        })?;
        let Some(now) = info.query_execution_start_time() else {
            return Ok(ExprSimplifyResult::Original(arguments));
        };
        let now = now.timestamp_nanos_opt().unwrap_or(i64::MAX);
        let time = Some(now.saturating_sub(back));
        let time = ScalarValue::TimestampNanosecond(time, Some("UTC".into()));
        Ok(ExprSimplifyResult::Simplified(Expr::Literal(time, None)))
    }
}

/// Nanoseconds of `6h`, `90m`, `1d12h`.
fn span_ns(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = rest.split_at(digits);
        let length = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at(length);
        let seconds: i64 = match unit.trim() {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        let span = number.parse::<i64>().ok()?.checked_mul(seconds)?.checked_mul(1_000_000_000)?;
        total = total.checked_add(span)?;
        rest = after;
    }
    (!text.trim().is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::span_ns;

    fn check(input: &str, expect_s: Option<i64>) {
        assert_eq!(span_ns(input), expect_s.map(|s| s * 1_000_000_000), "{input}");
    }

    #[test]
    fn reads_spans() {
        check("6h", Some(21_600));
        check("1d12h", Some(129_600));
        check(" 90m ", Some(5_400));
        check("1w", Some(604_800));
        check("6", None);
        check("h", None);
        check("", None);
        check("6 parsecs", None);
        check("99999999999999999999h", None);
    }
}
