//! Times and amounts as they are written into a picture of the threat graph and its explanations.

/// `2026-11-21 02:03:04.567 UTC`.
pub(in super::super) fn utc(unix_ns: u64) -> String {
    let (days, rest) = (unix_ns / 86_400_000_000_000, unix_ns % 86_400_000_000_000);
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02} {} UTC", clock(rest))
}

fn clock(ns: u64) -> String {
    let milliseconds = ns / 1_000_000;
    let seconds = milliseconds / 1_000;
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        milliseconds % 1_000
    )
}

/// Civil date of a day since 1970-01-01 (Hinnant's algorithm: years begin in March).
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// `+0.4 s`, `+12 min`.
pub(in super::super) fn later(ns: u64) -> String {
    let seconds = ns as f64 / 1e9;
    match seconds {
        s if s < 0.000_5 => "+0 s".into(),
        s if s < 1.0 => format!("+{:.0} ms", s * 1e3),
        s if s < 100.0 => format!("+{s:.1} s"),
        s if s < 6_000.0 => format!("+{:.0} min", s / 60.0),
        s => format!("+{:.1} h", s / 3_600.0),
    }
}

/// `812 B`, `1.2 MB`.
pub(in super::super) fn amount(bytes: u64) -> String {
    match bytes as f64 {
        b if b < 1e3 => format!("{bytes} B"),
        b if b < 1e6 => format!("{:.1} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (unix, expect) in [
            (0, "1970-01-01 00:00:00.000 UTC"),
            (951_782_400, "2000-02-29 00:00:00.000 UTC"),
            (1_709_251_199, "2024-02-29 23:59:59.000 UTC"),
            (1_767_225_600, "2026-01-01 00:00:00.000 UTC"),
        ] {
            assert_eq!(utc(unix * 1_000_000_000), expect);
        }
    }

    #[test]
    fn amounts_have_units() {
        assert_eq!(later(400_000_000), "+400 ms");
        assert_eq!(later(90 * 1_000_000_000), "+90.0 s");
        assert_eq!(amount(999), "999 B");
        assert_eq!(amount(1_234_567), "1.2 MB");
    }
}
