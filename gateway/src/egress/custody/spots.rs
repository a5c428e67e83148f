//! Where a placeholder stands in the head of a request, and the secret in its place: headers and parameters that carry
//! credentials. Anywhere else the host could show it to others: a title, a search, a comment.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper::header::{HeaderMap, HeaderValue};
use memchr::memmem::find;
use zeroize::Zeroizing;

/// A placeholder in the head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Whose, by its place in the keeper.
    pub entry: usize,
    /// Where.
    pub(super) place: Where,
}

/// Where a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Where credentials do.
    Credential,
    /// Where they do not.
    Elsewhere,
}

/// Parts of names of headers and parameters that carry credentials.
const CREDENTIALS: [&str; 7] =
    ["auth", "token", "key", "secret", "credential", "password", "session"];
/// Such names that carry none.
const NO_CREDENTIALS: [&str; 3] = ["idempotency-key", "sec-websocket-key", "author"];

fn of_name(name: &str) -> Where {
    let name = name.to_ascii_lowercase();
    let carries =
        CREDENTIALS.iter().any(|it| name.contains(it)) && !NO_CREDENTIALS.contains(&&*name);
    if carries { Where::Credential } else { Where::Elsewhere }
}

/// Where `placeholder` stands.
pub(super) fn of(entry: usize, placeholder: &str, uri: &Uri, headers: &HeaderMap) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut add = |place| spots.push(Spot { entry, place });
    if holds(uri.path(), placeholder)
        || uri.authority().is_some_and(|it| holds(it.as_str(), placeholder))
    {
        add(Where::Elsewhere);
    }
    for parameter in uri.query().unwrap_or_default().split('&').filter(|it| holds(it, placeholder))
    {
        let (name, value) = parameter.split_once('=').unwrap_or(("", parameter));
        let named = holds(name, placeholder) || !holds(value, placeholder);
        add(if named { Where::Elsewhere } else { of_name(name) });
    }
    for (name, value) in headers {
        if contains(value.as_bytes(), placeholder)
            || basic(value).is_some_and(|it| contains(&it, placeholder))
        {
            add(of_name(name.as_str()));
        }
    }
    spots
}

/// Puts `value` where `placeholder` stands among credentials.
pub(super) fn fill(placeholder: &str, value: &str, uri: &mut Uri, headers: &mut HeaderMap) {
    if uri.query().is_some_and(|query| holds(query, placeholder))
        && let Ok(filled) = with_query(uri, placeholder, value).parse()
    {
        *uri = filled;
    }
    for (name, header) in headers.iter_mut() {
        if of_name(name.as_str()) == Where::Elsewhere {
            continue;
        }
        let filled = match basic(header) {
            Some(login) if contains(&login, placeholder) => {
                let login = Zeroizing::new(replaced(&login, placeholder, value));
                Zeroizing::new(format!("Basic {}", STANDARD.encode(&*login)).into_bytes())
            }
            _ if contains(header.as_bytes(), placeholder) => {
                Zeroizing::new(replaced(header.as_bytes(), placeholder, value))
            }
            _ => continue,
        };
        if let Ok(mut filled) = HeaderValue::from_bytes(&filled) {
            filled.set_sensitive(true);
            *header = filled;
        }
    }
}

fn with_query(uri: &Uri, placeholder: &str, value: &str) -> String {
    let fill = |parameter: &str| {
        let Some((name, own)) = parameter.split_once('=') else { return parameter.to_owned() };
        match (of_name(name), own.contains(placeholder), holds(own, placeholder)) {
            (Where::Credential, true, _) => {
                format!("{name}={}", own.replace(placeholder, &percent(value)))
            }
            (Where::Credential, false, true) => {
                let own = replaced(&unpercent(own), placeholder, value);
                format!("{name}={}", percent(&String::from_utf8_lossy(&own)))
            }
            _ => parameter.to_owned(),
        }
    };
    let query: Vec<String> = uri.query().unwrap_or_default().split('&').map(fill).collect();
    format!("{}?{}", uri.path(), query.join("&"))
}

/// Name and password of a `Basic` header.
fn basic(value: &HeaderValue) -> Option<Zeroizing<Vec<u8>>> {
    let (scheme, login) = value.to_str().ok()?.split_once(' ')?;
    let login = scheme.eq_ignore_ascii_case("basic").then(|| login.trim().trim_end_matches('='))?;
    base64::engine::general_purpose::STANDARD_NO_PAD.decode(login).ok().map(Zeroizing::new)
}

/// Whether a part of a URL holds it, percent signs or not.
fn holds(text: &str, placeholder: &str) -> bool {
    text.contains(placeholder) || (text.contains('%') && contains(&unpercent(text), placeholder))
}

fn contains(bytes: &[u8], placeholder: &str) -> bool {
    find(bytes, placeholder.as_bytes()).is_some()
}

fn replaced(bytes: &[u8], placeholder: &str, value: &str) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((before, after)) = find(rest, placeholder.as_bytes())
        .and_then(|at| Some((rest.get(..at)?, rest.get(at + placeholder.len()..)?)))
    {
        all.extend_from_slice(before);
        all.extend_from_slice(value.as_bytes());
        rest = after;
    }
    all.extend_from_slice(rest);
    all
}

/// With percent signs for all but the letters that never need one.
pub(super) fn percent(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => all.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => all.push(byte.into()),
            _ => all.push_str(&format!("%{byte:02X}")),
        }
    }
    all
}

fn unpercent(text: &str) -> Vec<u8> {
    let mut all = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let byte = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                digit(*high).zip(digit(*low)).map(|(h, l)| (h << 4 | l, after))
            }
            _ => None,
        };
        let (byte, after) = byte.unwrap_or((*first, after));
        all.push(byte);
        rest = after;
    }
    all
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|it| it.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACEHOLDER: &str = "ghp_abc/def+12";
    const VALUE: &str = "ghp_REAL/VAL+99";

    fn head(line: &str) -> (Uri, HeaderMap) {
        let (uri, header) = line.split_once(" | ").unwrap_or((line, ""));
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header.split_once(": ") {
            let name = hyper::header::HeaderName::from_bytes(name.as_bytes()).expect(name);
            headers.insert(name, HeaderValue::from_str(value).expect(value));
        }
        (uri.parse().expect(uri), headers)
    }

    fn check(line: &str, expect: Option<&str>) {
        let (mut uri, mut headers) = head(line);
        let spots = of(0, PLACEHOLDER, &uri, &headers);
        assert!(!spots.is_empty(), "{line}");
        let fine = spots.iter().all(|it| it.place == Where::Credential);
        assert_eq!(fine, expect.is_some(), "{line}");
        let Some(expect) = expect else { return };
        fill(PLACEHOLDER, VALUE, &mut uri, &mut headers);
        assert_eq!((uri, headers), head(expect), "{line}");
    }

    fn encoded(text: &str) -> String {
        format!("/ | authorization: Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn secrets_stand_where_credentials_do() {
        check(
            "/ | authorization: Bearer ghp_abc/def+12",
            Some("/ | authorization: Bearer ghp_REAL/VAL+99"),
        );
        check(
            "/ | authorization: token ghp_abc/def+12",
            Some("/ | authorization: token ghp_REAL/VAL+99"),
        );
        check("/ | x-api-key: ghp_abc/def+12", Some("/ | x-api-key: ghp_REAL/VAL+99"));
        check("/ | private-token: ghp_abc/def+12", Some("/ | private-token: ghp_REAL/VAL+99"));
        check(&encoded("user:ghp_abc/def+12"), Some(&encoded("user:ghp_REAL/VAL+99")));
        check(&encoded("ghp_abc/def+12:"), Some(&encoded("ghp_REAL/VAL+99:")));
        check("/x?a=b&key=ghp_abc%2Fdef%2B12", Some("/x?a=b&key=ghp_REAL%2FVAL%2B99"));
        check("/x?access_token=ghp_abc/def+12&z", Some("/x?access_token=ghp_REAL%2FVAL%2B99&z"));
        check("/x?key=%67hp_abc/def+12", Some("/x?key=ghp_REAL%2FVAL%2B99"));
    }

    #[test]
    fn and_nowhere_else() {
        check("/issues?title=ghp_abc/def+12", None);
        check("/ghp_abc/def+12/x", None);
        check("/%67hp_abc/def+12/x", None);
        check("/?ghp_abc/def+12", None);
        check("/?key%3Dghp_abc/def+12=x", None);
        check("/ | user-agent: ghp_abc/def+12", None);
        check("/ | idempotency-key: ghp_abc/def+12", None);
        check("/ | cookie: a=ghp_abc/def+12", None);
        check("/?key=ghp_abc/def+12&q=ghp_abc/def+12", None);
    }
}
