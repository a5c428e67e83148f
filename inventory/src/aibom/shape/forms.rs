//! Forms of texts: links (RFC 3987), times (RFC 3339), addresses of mail.

use super::Form;

impl Form {
    /// `Err` with what it should be.
    pub(super) fn check(self, text: &str) -> Result<(), &'static str> {
        let told = |fits: bool, wanted| if fits { Ok(()) } else { Err(wanted) };
        match self {
            Self::Any => Ok(()),
            Self::Link => told(link(text), "a link"),
            Self::Absolute => told(scheme(text).is_some() && link(text), "a link with its scheme"),
            Self::Time => told(time(text).is_some(), "a time"),
            Self::Date => told(date(text).is_some(), "a date"),
            Self::Email => told(email(text), "an address of mail"),
        }
    }

    pub(super) fn hint(self) -> String {
        match self {
            Self::Any => "write any text",
            Self::Link => "write a URL, or a part of one; what may not stand in it as %20",
            Self::Absolute => "write a URL that begins with its scheme, as https://",
            Self::Time => "write it like 2026-05-31T23:59:59Z (RFC 3339)",
            Self::Date => "write it like 2026-05-31",
            Self::Email => "write name@host",
        }
        .to_owned()
    }
}

/// A link that may be written, whatever `text` was.
pub fn linked(text: &str) -> String {
    if link(text) { text.to_owned() } else { escaped(text) }
}

/// As a part of a link: what may not stand in one is written as its bytes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            other if b"-._~/:@?=&,+$!'()*;".contains(&other) => out.push(char::from(other)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    // Without a scheme the first part may have no colon.
    if link(&out) { out } else { out.replace(':', "%3A") }
}

/// The scheme of a link, without its colon.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let mut letters = scheme.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (first && rest).then_some(scheme)
}

/// An IRI or a relative reference.
fn link(text: &str) -> bool {
    let rest = match scheme(text) {
        Some(scheme) => text.get(scheme.len() + 1..).unwrap_or_default(),
        // Without a scheme the first part of the path may have no colon.
        None => {
            let first = text.split(['/', '?', '#']).next().unwrap_or_default();
            if first.contains(':') {
                return false;
            }
            text
        }
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if !is_authority(authority) {
                return false;
            }
            path
        }
        None => rest,
    };
    part(path, "/:@", Private::No)
        && part(query, "/:@?", Private::Yes)
        && part(fragment, "/:@?", Private::No)
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let literal = address.contains(':')
                && address.chars().all(|c| c.is_ascii_hexdigit() || ":.".contains(c));
            let future = address.starts_with(['v', 'V']) && part(address, ":", Private::No);
            let port = rest.strip_prefix(':').unwrap_or(rest);
            if !(literal || future) || (!rest.is_empty() && !rest.starts_with(':')) {
                return false;
            }
            ("", port)
        }
        None => host.split_once(':').unwrap_or((host, "")),
    };
    part(user, ":", Private::No)
        && part(host, "", Private::No)
        && port.chars().all(|c| c.is_ascii_digit())
}

/// Whether private characters may stand in a part.
#[derive(Clone, Copy, PartialEq)]
enum Private {
    Yes,
    No,
}

/// Unreserved characters, escapes, sub-delimiters and `more`.
fn part(text: &str, more: &str, private: Private) -> bool {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let fits = match letter {
            '%' => {
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
                digit(letters.next()) && digit(letters.next())
            }
            c if c.is_ascii_alphanumeric() => true,
            c if c.is_ascii() => "-._~!$&'()*+,;=".contains(c) || more.contains(c),
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => private == Private::Yes,
            c => is_universal(c),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// `ucschar` of RFC 3987.
fn is_universal(c: char) -> bool {
    matches!(c, '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
        || (('\u{10000}'..='\u{efffd}').contains(&c) && u32::from(c) & 0xfffe != 0xfffe)
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let all = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn date(text: &str) -> Option<()> {
    let mut parts = text.split('-');
    let (year, month) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?);
    let day = digits(parts.next()?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (parts.next().is_none() && (1..=days).contains(&day)).then_some(())
}

fn time(text: &str) -> Option<()> {
    let (day, rest) = text.split_once(['T', 't'])?;
    date(day)?;
    let end = rest.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(end)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let hour_and_minute = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        (digits(hour, 2)? < 24 && digits(minute, 2)? < 60).then_some(())
    };
    let (minutes, second) = clock.rsplit_once(':')?;
    hour_and_minute(minutes)?;
    // Seconds that leap are told as 60.
    let second = digits(second, 2)? <= 60;
    let zoned = matches!(zone, "Z" | "z")
        || zone.strip_prefix(['+', '-']).is_some_and(|zone| hour_and_minute(zone).is_some());
    (fraction && second && zoned).then_some(())
}

fn email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let quoted = name.len() > 1 && name.starts_with('"') && name.ends_with('"');
    let plain = |text: &str| !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let name = quoted || (plain(name) && !name.contains(['@', '<', '>', ',']));
    name && !text.starts_with('@')
        && !host.is_empty()
        && plain(host)
        && !host.contains(['<', '>', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: Form, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(form.check(text), Ok(()), "{text}");
        }
        for text in bad {
            assert!(form.check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn links_may_be_whole_or_a_part() {
        let good = [
            "",
            "a/b",
            "../x",
            "#part",
            "https://example.com:8080/a?b=c#d",
            "https://user@[2001:db8::1]:443/",
            "mailto:a@b",
            "urn:cdx:a/1#x",
            "https://例え.jp/π",
            "./a:b",
            "file:///a%20b",
        ];
        let bad = [
            "a b",
            "https://a/%zz",
            "1a:b",
            "http://a/<x>",
            "http://a:b/",
            "a#b#c",
            "[x]",
            "http://[x/",
        ];
        check(Form::Link, &good, &bad);
        check(Form::Absolute, &["https://a", "urn:x"], &["a/b", "", "//a"]);
    }

    #[test]
    fn times_and_dates_are_of_the_calendar() {
        let good =
            ["2024-02-29T23:59:60Z", "2026-01-01T00:00:00.123+05:30", "2026-01-01t00:00:00z"];
        let bad = [
            "2023-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-1-1T00:00:00Z",
            "2026-01-01T00:00:00+5:30",
        ];
        check(Form::Time, &good, &bad);
        check(
            Form::Date,
            &["2024-02-29"],
            &["2024-02-30", "2024-13-01", "24-01-01", "2024-01-01T"],
        );
    }

    #[test]
    fn addresses_have_a_name_and_a_host() {
        check(
            Form::Email,
            &["a@b.c", "π@例え.jp", "\"a b\"@c"],
            &["a", "@b", "a@", "a b@c", "a@b c", "A <a@b>"],
        );
    }
}
