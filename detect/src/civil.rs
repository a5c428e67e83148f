//! Calendar date and time of a moment in UTC, for Sigma's time modifiers and for showing.

use std::fmt;

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Week of the year by ISO 8601: 1 to 53.
    pub week: u8,
}

impl Civil {
    /// The moment so many nanoseconds after 1970.
    pub fn of(time_unix_ns: u64) -> Self {
        let seconds = time_unix_ns / 1_000_000_000;
        let days = i64::try_from(seconds / 86_400).unwrap_or(0);
        let (year, month, day) = date(days);
        let small = |number: u64| u8::try_from(number).unwrap_or(0);
        Self {
            year,
            month,
            day,
            hour: small(seconds / 3_600 % 24),
            minute: small(seconds / 60 % 60),
            second: small(seconds % 60),
            week: week(days, year),
        }
    }
}

/// Howard Hinnant's `civil_from_days`, for days since 1970.
fn date(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u8::try_from(number).unwrap_or(0);
    (year, small(month), small(day))
}

/// Days since 1970 of the first of January.
fn new_year(year: i64) -> i64 {
    let before = year - 1;
    365 * (year - 1970) + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
        - 477
}

fn week(days: i64, year: i64) -> u8 {
    // The week belongs to the year that holds its Thursday.
    let weekday = (days + 3).rem_euclid(7);
    let thursday = days - weekday + 3;
    let year = if thursday < new_year(year) {
        year - 1
    } else if thursday >= new_year(year + 1) {
        year + 1
    } else {
        year
    };
    u8::try_from((thursday - new_year(year)) / 7 + 1).unwrap_or(0)
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, .. } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_dates_and_weeks() {
        for (seconds, text, week) in [
            (0, "1970-01-01T00:00:00Z", 1),
            (1_767_225_600, "2026-01-01T00:00:00Z", 1),
            (1_709_210_096, "2024-02-29T12:34:56Z", 9),
            (1_609_459_199, "2020-12-31T23:59:59Z", 53),
            (1_609_459_200, "2021-01-01T00:00:00Z", 53),
            (1_735_516_800, "2024-12-30T00:00:00Z", 1),
        ] {
            let civil = Civil::of(seconds * 1_000_000_000);
            assert_eq!((civil.to_string().as_str(), civil.week), (text, week));
        }
    }
}
