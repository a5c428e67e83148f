//! What a tunnel carries, by its first bytes: TLS, HTTP, or something else where that is allowed.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::hello::{self, Hello, Reading};
use super::refusal::Refusal;
use super::stream::{Stream, Watched};

/// Most that is read before it is known what it is, bytes.
const MOST: usize = 48 * 1024;
/// Longest first line of a request.
const MOST_LINE: usize = 16 * 1024;

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
    host: &Watched<TcpStream>,
    port: u16,
    patience: Duration,
) -> io::Result<Option<(Vec<u8>, Result<Opening, Refusal>)>> {
    let deadline = Instant::now() + patience;
    let mut bytes = Vec::new();
    loop {
        let mut first = [0];
        let speaks_first = !matches!(port, 80 | 443) && bytes.is_empty();
        let read = tokio::select! {
            read = timeout_at(deadline, client.read_buf(&mut bytes)) => read,
            _ = host.inner().peek(&mut first), if speaks_first => return Ok(Some((bytes, Ok(Opening::Other)))),
        };
        match read {
            Ok(Err(error)) => return Err(error),
            Ok(Ok(1..)) => {}
            Err(_) if speaks_first => return Ok(Some((bytes, Ok(Opening::Other)))),
            _ if bytes.is_empty() => return Ok(None),
            // It ended, or stopped, in the middle of what it began.
            _ => return Ok(Some((bytes, Err(must(port))))),
        }
        match of(&bytes, port) {
            Some(opening) => return Ok(Some((bytes, opening))),
            None if bytes.len() > MOST => return Ok(Some((bytes, Err(must(port))))),
            None => {}
        }
    }
}

/// What the port is for.
fn must(port: u16) -> Refusal {
    if port == 443 { Refusal::NotTls } else { Refusal::NotHttp }
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
    let Some(start) = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n')) else {
        return (bytes.len() > 8).then_some(other);
    };
    let line = bytes.get(start..).unwrap_or_default();
    if !may_be_request(line) {
        return Some(other);
    }
    let Some(end) = line.iter().position(|b| *b == b'\n') else {
        return (line.len() > MOST_LINE).then_some(other);
    };
    let line = line.get(..end).unwrap_or_default().trim_ascii_end();
    let version =
        line.iter().rposition(|b| *b == b' ').and_then(|at| line.get(at + 1..)).unwrap_or_default();
    Some(match version {
        [b'H' | b'h', b'T' | b't', b'T' | b't', b'P' | b'p', b'/', b'1', ..] => Ok(Opening::Http),
        [b'H' | b'h', b'T' | b't', b'T' | b't', b'P' | b'p', b'/', ..] => {
            Err(Refusal::Unsupported("HTTP/2 without TLS"))
        }
        _ => other,
    })
}

/// A word of a method's letters, then a blank.
fn may_be_request(line: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    let word = line.iter().take_while(|b| letter(b)).count();
    word > 0 && word <= 32 && line.get(word).is_none_or(|b| *b == b' ')
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
        check("get / http/1.1\n", 80, http);
        check("GET / HTT", 8080, None);
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
