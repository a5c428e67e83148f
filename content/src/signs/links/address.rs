//! An address of the web in its parts, as far as anybody could use it. Never refuses: what is not there is empty.

/// The parts of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// In small letters or not, as written.
    pub scheme: &'a str,
    /// What stands before `@`.
    pub user: &'a str,
    /// Name or number, without brackets.
    pub host: &'a str,
    /// The port, as written.
    pub port: &'a str,
    /// With its first `/`.
    pub path: &'a str,
    /// Without `?`.
    pub query: &'a str,
    /// Without `#`.
    pub fragment: &'a str,
}

impl<'a> Address<'a> {
    /// The parts of `text`, which has `://` in it.
    pub fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at_checked(end)?;
        let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = match place.strip_prefix('[').and_then(|it| it.split_once(']')) {
            Some((host, port)) => (host, port.trim_start_matches(':')),
            None => place.split_once(':').unwrap_or((place, "")),
        };
        let (behind, fragment) = behind.split_once('#').unwrap_or((behind, ""));
        let (path, query) = behind.split_once('?').unwrap_or((behind, ""));
        Some(Self { scheme, user, host: host.trim_end_matches('.'), port, path, query, fragment })
    }

    /// Whether the host is `name` or below it; with a path, whether it goes there.
    pub fn is_below(&self, name: &str) -> bool {
        let (name, path) = name.split_once('/').unwrap_or((name, ""));
        let begin = self.host.len().checked_sub(name.len());
        let is_host =
            begin.and_then(|begin| self.host.split_at_checked(begin)).is_some_and(|(left, end)| {
                end.eq_ignore_ascii_case(name) && (left.is_empty() || left.ends_with('.'))
            });
        is_host && self.path.trim_start_matches('/').starts_with(path)
    }

    /// The last two labels of the host.
    pub fn domain(&self) -> String {
        domain(self.host)
    }

    /// The host as a number, however written (`127.0.0.1`, `0x7f000001`, `2130706433`).
    pub fn number(&self) -> Option<std::net::IpAddr> {
        if let Ok(address) = self.host.parse() {
            return Some(address);
        }
        let parts: Vec<u32> = self.host.split('.').map(part).collect::<Option<_>>()?;
        let (last, first) = parts.split_last()?;
        let mut value = u64::from(*last);
        for (at, one) in first.iter().enumerate().take(3) {
            value |= u64::from(*one & 0xff) << (24 - 8 * at);
        }
        Some(std::net::Ipv4Addr::from(u32::try_from(value).ok()?).into())
    }
}

/// One part of a number: decimal, `0x…`, or octal with a zero before.
fn part(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        Some(digits) => u32::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}

/// The last two labels of a host, or three where the second says nothing (`co.uk`).
pub fn domain(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let second =
        labels.len().checked_sub(2).and_then(|at| labels.get(at)).copied().unwrap_or_default();
    let wide = labels.len() > 2
        && matches!(second, "co" | "com" | "org" | "net" | "ac" | "gov" | "edu")
        && labels.last().is_some_and(|last| last.len() == 2);
    let from = labels.len().saturating_sub(if wide { 3 } else { 2 });
    labels.get(from..).unwrap_or_default().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_apart() {
        let check = |text: &str, expect: [&str; 6]| {
            let address = Address::of(text).unwrap_or_default();
            let Address { user, host, port, path, query, fragment, .. } = address;
            assert_eq!([user, host, port, path, query, fragment], expect, "{text}");
        };
        check("https://a.example", ["", "a.example", "", "", "", ""]);
        check("https://u:p@a.example:8/b?c=d#e", ["u:p", "a.example", "8", "/b", "c=d", "e"]);
        check("https://a@b@c.example./?x", ["a@b", "c.example", "", "/", "x", ""]);
        check("http://[::1]:80/", ["", "::1", "80", "/", "", ""]);
        check("http://a.example\\@b", ["", "a.example", "", "\\@b", "", ""]);
    }

    #[test]
    fn reads_numbers_however_written() {
        let check = |host: &str, expect: Option<&str>| {
            let text = format!("http://{host}/");
            let number = Address::of(&text).and_then(|it| it.number()).map(|it| it.to_string());
            assert_eq!(number.as_deref(), expect, "{host}");
        };
        check("203.0.113.7", Some("203.0.113.7"));
        check("3405803783", Some("203.0.113.7"));
        check("0xcb007107", Some("203.0.113.7"));
        check("0313.0.0161.7", Some("203.0.113.7"));
        check("a.example", None);
        check("1.example", None);
    }

    #[test]
    fn knows_domains() {
        for (host, expect) in [
            ("a.b.example.com", "example.com"),
            ("x.co.uk", "x.co.uk"),
            ("a.x.co.uk", "x.co.uk"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(domain(host), expect);
        }
    }
}
