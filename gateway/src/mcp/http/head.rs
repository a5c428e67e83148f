//! The head of a request: where it comes from, and what it says of the body.

use content::mcp::Headers;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};

use super::refusal::Refusal;
use crate::egress::{Host, Target};

/// The server's name of a session.
pub const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";
const PARAM: &str = "mcp-param-";
const LAST: &str = "last-event-id";

/// Longest name of a session.
const MOST_ID: usize = 1_024;

/// A page of the web that a browser on this machine shows must not call tools: names lead where their owners want.
pub fn comes_from_here(headers: &HeaderMap, in_tls: bool) -> Result<(), Refusal> {
    let host = one(headers, &HOST)?;
    if !in_tls && host.is_some_and(|host| !is_this_machine(host)) {
        return Err(Refusal::Elsewhere("Host"));
    }
    let Some(origin) = one(headers, &ORIGIN)? else { return Ok(()) };
    let from = origin.split_once("://").map(|(_, from)| from).unwrap_or_default();
    let own = in_tls && host.is_some_and(|host| host.eq_ignore_ascii_case(from));
    if own || is_this_machine(from) { Ok(()) } else { Err(Refusal::Elsewhere("Origin")) }
}

fn is_this_machine(authority: &str) -> bool {
    let Ok(target) = Target::parse(authority, Some(80)) else { return false };
    match target.host {
        Host::Name(name) => &*name == "localhost" || name.ends_with(".localhost"),
        Host::Address(address) => address.is_loopback(),
    }
}

/// The session that is meant; nothing: none.
pub fn session(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let id = one(headers, &SESSION)?;
    let sound = |id: &str| id.len() <= MOST_ID && id.bytes().all(|b| (0x21..0x7f).contains(&b));
    match id {
        Some(id) if !sound(id) => Err(Refusal::Head(SESSION.to_string())),
        id => Ok(id),
    }
}

/// What the head says of the body.
pub fn said(headers: &HeaderMap) -> Result<Headers<'_>, Refusal> {
    let named = |name: &'static str| one(headers, &HeaderName::from_static(name));
    let mut params = Vec::new();
    for (name, value) in headers {
        if let Some(param) = name.as_str().strip_prefix(PARAM) {
            let value = value.to_str().map_err(|_| Refusal::Head(name.to_string()))?;
            params.push((param, value));
        }
    }
    Ok(Headers { version: named(VERSION)?, method: named(METHOD)?, name: named(NAME)?, params })
}

/// Of two nobody knows which one counts.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).into_iter();
    let refused = || Refusal::Head(name.to_string());
    let first = values.next().map(|value| value.to_str().map_err(|_| refused())).transpose()?;
    if values.next().is_some() { Err(refused()) } else { Ok(first) }
}

/// Takes away what a request says of itself alone; what stays says who asks and in which session.
pub fn take_own(headers: &mut HeaderMap) {
    let own = |name: &HeaderName| {
        matches!(name.as_str(), METHOD | NAME | LAST) || name.as_str().starts_with(PARAM)
    };
    let gone: Vec<HeaderName> = headers.keys().filter(|name| own(name)).cloned().collect();
    for name in gone {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn pages_of_the_web_do_not_call_tools() {
        let check = |host: &str, origin: Option<&str>, in_tls: bool, expect: bool| {
            let mut lines = vec![("host", host)];
            lines.extend(origin.map(|origin| ("origin", origin)));
            let here = comes_from_here(&headers(&lines), in_tls);
            assert_eq!(here.is_ok(), expect, "{host} {origin:?} {in_tls}");
        };
        check("127.0.0.1:4100", None, false, true);
        check("localhost:4100", Some("http://localhost:6274"), false, true);
        check("[::1]:4100", Some("http://127.0.0.1"), false, true);
        check("127.0.0.1:4100", Some("https://evil.example"), false, false);
        check("127.0.0.1:4100", Some("null"), false, false);
        check("evil.example:4100", None, false, false);
        check("evil.example:4100", Some("http://evil.example:4100"), false, false);
        check("localhost.evil.example", None, false, false);
        check("tools.corp.example", None, true, true);
        check("tools.corp.example", Some("https://tools.corp.example"), true, true);
        check("tools.corp.example", Some("https://evil.example"), true, false);
    }

    #[test]
    fn what_is_said_twice_is_not_understood() {
        let twice = [("mcp-name", "a"), ("mcp-name", "b")];
        assert!(said(&headers(&twice)).is_err());
        assert!(session(&headers(&[("mcp-session-id", "a"), ("mcp-session-id", "a")])).is_err());
        assert!(session(&headers(&[("mcp-session-id", "a b")])).is_err());
        assert_eq!(session(&headers(&[("mcp-session-id", "a.b")])), Ok(Some("a.b")));
        let params = headers(&[("mcp-param-region", "eu"), ("mcp-method", "tools/call")]);
        let said = said(&params).expect("once each");
        assert_eq!((said.method, said.params), (Some("tools/call"), vec![("region", "eu")]));
    }
}
