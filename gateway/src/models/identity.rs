//! Who calls, by what a request brings: a key of ours, a token of an issuer that is trusted, else whoever holds the
//! connection. What proves it never goes on to the provider.

use event::Text;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::refusal::Refusal;
use crate::control::keys::PREFIX;

/// Headers in which clients bring keys.
pub const KEY_HEADERS: [&str; 4] = ["authorization", "x-api-key", "x-goog-api-key", "api-key"];

/// What a request brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Brought {
    /// Nothing of ours.
    Nothing,
    /// A key of ours.
    Key(Text),
    /// What may be a token of an issuer.
    Token(Text),
}

/// Takes a key of ours out of the headers. One that stands anywhere else would be told to the provider, and of two nobody
/// knows which one counts: both are refused.
pub fn key(headers: &mut HeaderMap, query: &str) -> Result<Brought, Refusal> {
    if holds_key(query.as_bytes()) {
        return Err(Refusal::Misplaced("in the address"));
    }
    let mut found: Option<(HeaderName, Text)> = None;
    for (name, value) in headers.iter() {
        let place = KEY_HEADERS.contains(&name.as_str());
        match place.then(|| bare(name, value)).flatten() {
            Some(key) if key.starts_with(PREFIX) => {
                if found.is_some() {
                    return Err(Refusal::Misplaced("beside another one"));
                }
                found = Some((name.clone(), key.into()));
            }
            _ if holds_key(value.as_bytes()) => {
                return Err(Refusal::Misplaced("in a header that is not for keys"));
            }
            _ => {}
        }
    }
    match found {
        Some((name, key)) => {
            take(headers, &name, &key);
            Ok(Brought::Key(key))
        }
        None => Ok(token(headers).map_or(Brought::Nothing, Brought::Token)),
    }
}

/// Takes one value out of the headers; others by that name stay.
pub fn take(headers: &mut HeaderMap, name: &HeaderName, bare_value: &str) {
    let all: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    for value in all {
        if bare(name, &value) != Some(bare_value) {
            headers.append(name.clone(), value);
        }
    }
}

/// A bearer's token of three parts.
pub fn token(headers: &HeaderMap) -> Option<Text> {
    let mut tokens =
        headers.get_all(AUTHORIZATION).iter().filter_map(|it| bare(&AUTHORIZATION, it));
    let token = tokens.find(|token| token.starts_with("ey") && token.matches('.').count() == 2)?;
    Some(token.into())
}

/// The value without the word before it.
fn bare<'v>(name: &HeaderName, value: &'v HeaderValue) -> Option<&'v str> {
    let value = value.to_str().ok()?.trim();
    if *name != AUTHORIZATION {
        return Some(value);
    }
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
}

/// Whether something like a key of ours stands in it.
fn holds_key(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, PREFIX).any(|at| {
        let behind = bytes.get(at + PREFIX.len()..).unwrap_or_default();
        behind.len() >= 12 && behind.iter().take(12).all(u8::is_ascii_hexdigit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "chp_0123456789ab_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn read(lines: &[(&str, &str)], query: &str) -> (Result<Brought, Refusal>, Vec<String>) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        let brought = key(&mut headers, query);
        let left = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
        (brought, left.collect())
    }

    #[test]
    fn a_key_is_taken_from_where_providers_take_theirs_and_stays_here() {
        let check = |lines: &[(&str, &str)], left: &[&str]| {
            let (brought, rest) = read(lines, "a=b");
            assert_eq!(brought, Ok(Brought::Key(KEY.into())), "{lines:?}");
            assert_eq!(rest, left, "{lines:?}");
        };
        let bearer = format!("Bearer {KEY}");
        check(&[("authorization", &bearer)], &[]);
        check(&[("authorization", &format!("bearer  {KEY} "))], &[]);
        check(&[("x-api-key", KEY), ("x-odd", "1")], &["x-odd: 1"]);
        check(&[("x-goog-api-key", KEY)], &[]);
        check(
            &[("api-key", KEY), ("authorization", "Bearer sk-own")],
            &["authorization: Bearer sk-own"],
        );
        check(&[("x-api-key", "own"), ("x-api-key", KEY)], &["x-api-key: own"]);
    }

    #[test]
    fn a_key_that_is_smuggled_is_refused() {
        let bearer = format!("Bearer {KEY}");
        let check = |lines: &[(&str, &str)], query: &str, expect: &'static str| {
            let (brought, _) = read(lines, query);
            assert_eq!(brought, Err(Refusal::Misplaced(expect)), "{lines:?} {query}");
        };
        check(&[("authorization", &bearer), ("x-api-key", KEY)], "", "beside another one");
        check(&[("x-api-key", KEY), ("x-api-key", KEY)], "", "beside another one");
        check(&[("x-other", KEY)], "", "in a header that is not for keys");
        check(&[("cookie", &format!("a={KEY}"))], "", "in a header that is not for keys");
        check(
            &[("authorization", &format!("Basic {KEY}"))],
            "",
            "in a header that is not for keys",
        );
        check(&[("x-api-key", &format!("x{KEY}"))], "", "in a header that is not for keys");
        check(&[("x-api-key", KEY), ("x-other", KEY)], "", "in a header that is not for keys");
        check(&[], &format!("key={KEY}"), "in the address");
    }

    #[test]
    fn what_is_no_key_of_ours_goes_on() {
        let check = |lines: &[(&str, &str)], expect: Brought| {
            let (brought, left) = read(lines, "key=AIza-own");
            assert_eq!((brought, left.len()), (Ok(expect), lines.len()), "{lines:?}");
        };
        check(&[], Brought::Nothing);
        check(&[("authorization", "Bearer sk-own")], Brought::Nothing);
        check(&[("x-note", "chp_ is a prefix")], Brought::Nothing);
        check(&[("authorization", "Bearer ey.J.x")], Brought::Token("ey.J.x".into()));
    }
}
