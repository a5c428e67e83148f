//! What a tunnel carries, by its first bytes: TLS, HTTP, or something else where that is allowed.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::{Instant, timeout_at};

use super::hello::{self, Hello, Reading};
use super::line::Line;
use super::refusal::Refusal;
use super::stream::Stream;

/// Most that is read before it is known what it is, bytes.
const MOST: usize = 48 * 1024;
/// What could become a request and does not.
const UNCLEAR: Refusal =
    Refusal::Unsupported("connections that begin like a request and do not go on");

/// What a tunnel carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// TLS.
    Tls(Hello),
    /// HTTP, readable.
    Http,
    /// Something else.
    Other,
}

/// Reads from the client until it is known; the bytes that were read come back. None: the client said nothing. Where
/// neither TLS nor HTTP is a must, the host may speak first.
pub async fn read<S: Stream>(
    client: &mut S,
    host: &Line,
    port: u16,
    patience: Duration,
) -> io::Result<Option<(Vec<u8>, Result<Opening, Refusal>)>> {
    let deadline = Instant::now() + patience;
    let mut bytes = Vec::new();
    loop {
        // A host that speaks before it heard anything speaks neither.
        let speaks_first = !matches!(port, 80 | 443);
        let read = tokio::select! {
            read = timeout_at(deadline, client.read_buf(&mut bytes)) => read,
            () = host.host_speaks(), if speaks_first => return Ok(Some((bytes, Ok(Opening::Other)))),
        };
        match read {
            Ok(Err(error)) => return Err(error),
            Ok(Ok(1..)) => {}
            _ if bytes.is_empty() => return Ok(None),
            // Whoever waits that long waits for us to look away.
            Err(_) => return Ok(Some((bytes, Err(UNCLEAR)))),
            Ok(Ok(0)) => return Ok(Some(ended(bytes, port))),
        }
        match of(&bytes, port) {
            Some(opening) => return Ok(Some((bytes, opening))),
            None if bytes.len() > MOST => return Ok(Some((bytes, Err(UNCLEAR)))),
            None => {}
        }
    }
}

/// What stays unclear is what the port is for, or nothing.
fn ended(bytes: Vec<u8>, port: u16) -> (Vec<u8>, Result<Opening, Refusal>) {
    let opening = match (bytes.first(), port) {
        (Some(22), _) | (_, 443) => Err(Refusal::NotTls),
        (_, 80) => Err(Refusal::NotHttp),
        _ => Ok(Opening::Other),
    };
    (bytes, opening)
}

/// What the first bytes are; none where more is needed.
pub fn of(bytes: &[u8], port: u16) -> Option<Result<Opening, Refusal>> {
    let first = bytes.first()?;
    if *first == 22 {
        return match hello::read(bytes) {
            Reading::Whole(hello) => Some(Ok(Opening::Tls(hello))),
            Reading::Open => None,
            Reading::Wrong => Some(Err(Refusal::NotTls)),
        };
    }
    if port == 443 {
        return Some(Err(Refusal::NotTls));
    }
    let other = if port == 80 { Err(Refusal::NotHttp) } else { Ok(Opening::Other) };
    let start = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n'))?;
    let line = bytes.get(start..)?;
    if !may_be_request(line) {
        return Some(other);
    }
    let end = line.iter().position(|b| *b == b'\n')?;
    Some(match request_line(line.get(..end)?) {
        Begun::Http => Ok(Opening::Http),
        Begun::OtherVersion => Err(Refusal::Unsupported("HTTP/2 without TLS")),
        Begun::Other => other,
    })
}

enum Begun {
    Http,
    OtherVersion,
    Other,
}

/// Generous: what any server could take for a request is one, and is then read strictly.
fn request_line(line: &[u8]) -> Begun {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let version = |word: &&[u8]| word.get(..5).is_some_and(|it| it.eq_ignore_ascii_case(b"http/"));
    let (_, path) = (words.next(), words.clone().next().unwrap_or_default());
    match words.rfind(version) {
        Some([_, _, _, _, _, b'1', ..]) => Begun::Http,
        Some(_) => Begun::OtherVersion,
        None if matches!(path, [b'/', ..]) => Begun::Http,
        None => Begun::Other,
    }
}

/// A word of a method's letters, then a blank.
fn may_be_request(line: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    let word = line.iter().take_while(|b| letter(b)).count();
    word > 0 && line.get(word).is_none_or(|b| b.is_ascii_whitespace() && *b != b'\n' && *b != b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &str, port: u16, expect: Option<Result<Opening, Refusal>>) {
        assert_eq!(of(bytes.as_bytes(), port), expect, "{bytes:?} on {port}");
    }

    #[test]
    fn first_bytes_tell_what_it_is() {
        let (http, other) = (Some(Ok(Opening::Http)), Some(Ok(Opening::Other)));
        check("GET / HTTP/1.1\r\n", 8080, http.clone());
        check("\r\nGET / HTTP/1.0\r\n", 80, http.clone());
        check("get / http/1.1\n", 80, http.clone());
        check("GET / HTT", 8080, None);
        check("GET /x\r\n", 8080, http.clone());
        check("GET\t/x HTTP/1.1 x\r\n", 8080, http.clone());
        check(&format!("{}GET / HTTP/1.1\n", "\r\n".repeat(99)), 8080, http.clone());
        check(&format!("DELETE /{} HTTP/1.1\n", "x".repeat(40_000)), 8080, http.clone());
        check(&format!("DELETE /{}", "x".repeat(40_000)), 8080, None);
        check("GET key\r\n", 11211, other.clone());
        check("PRI * HTTP/2.0\r\n", 8080, Some(Err(Refusal::Unsupported("HTTP/2 without TLS"))));
        check("SSH-2.0-OpenSSH_9.9\r\n", 22, other.clone());
        check("SSH-2.0", 22, None);
        check("EHLO x\r\n", 25, other.clone());
        check("EHLO x\r\n", 80, Some(Err(Refusal::NotHttp)));
        check("\u{1}\u{2}", 5432, other);
        check("\u{1}\u{2}", 443, Some(Err(Refusal::NotTls)));
        check("GET / HTTP/1.1\r\n", 443, Some(Err(Refusal::NotTls)));
        check("\u{16}\u{3}\u{1}", 8443, None);
        check("\u{16}x", 8443, Some(Err(Refusal::NotTls)));
    }
}
