//! Times as transcripts have them.

use serde_json::Value;

/// `2026-11-22T03:52:53.197Z`, or seconds since 1970; 0 for anything else.
pub fn unix_ns(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::String(text)) => of_text(text).unwrap_or(0),
        Some(Value::Number(seconds)) => {
            let seconds = seconds.as_f64().unwrap_or(0.0);
            if (0.0..1.0e10).contains(&seconds) { (seconds * 1.0e6) as u64 * 1_000 } else { 0 }
        }
        _ => 0,
    }
}

fn of_text(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z')?;
    let (date, time) = text.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = three(date, '-')?;
    let [hour, minute, second] = three(time, ':')?;
    if !(1970..2500).contains(&year) || !(1..13).contains(&month) || !(1..32).contains(&day) {
        return None;
    }
    let digits = fraction.len();
    if digits > 9 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let fraction: u64 = fraction.parse().ok()?;
    let fraction = fraction * 10_u64.pow(9 - u32::try_from(digits).ok()?);
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000_000_000 + fraction)
}

fn three(text: &str, between: char) -> Option<[u64; 3]> {
    let mut parts = text.split(between).map(|part| part.parse().ok());
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// Days since 1970, with years that begin in March, so that the leap day is the last of one.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let leaps = year / 4 - year / 100 + year / 400;
    (year * 365 + leaps + (month * 153 + 2) / 5 + day - 1).saturating_sub(719_468)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_or_are_none() {
        let check =
            |value: Value, expect: u64| assert_eq!(unix_ns(Some(&value)), expect, "{value}");
        check(json!("1970-01-01T00:00:00Z"), 0);
        check(json!("2026-11-22T03:52:53.197Z"), 1_795_319_573_197_000_000);
        check(json!("2024-02-29T23:59:59.5Z"), 1_709_251_199_500_000_000);
        check(json!("2024-03-01T00:00:00Z"), 1_709_251_200_000_000_000);
        check(json!(1_795_319_591.25), 1_795_319_591_250_000_000);
        for wrong in ["", "x", "2026-11-22", "2026-13-01T00:00:00Z", "9999999999-01-01T00:00:00Z"] {
            check(json!(wrong), 0);
        }
        check(json!("2026-11-22T03:52:53.1234567890Z"), 0);
        check(json!(-1.0), 0);
        check(json!(1.0e300), 0);
        assert_eq!(unix_ns(None), 0);
    }
}
