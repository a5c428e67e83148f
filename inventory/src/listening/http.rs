//! One question by HTTP/1.1, bounded in time and bytes whatever the other side does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Most bytes of what stands before the body.
const MOST_HEAD: usize = 16 << 10;

/// The body of the answer, if it is `200` and came in time, whole and not too long.
pub fn get(
    at: SocketAddr,
    path: &str,
    to_connect: Duration,
    to_answer: Duration,
    most: usize,
) -> Option<String> {
    let end = Instant::now() + to_answer;
    let mut stream = TcpStream::connect_timeout(&at, to_connect).ok()?;
    stream.set_write_timeout(Some(to_connect)).ok()?;
    let port = at.port();
    let question = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/json\r\n\
         User-Agent: chaperone\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(question.as_bytes()).ok()?;
    let mut answer = Vec::new();
    let mut part = [0; 8192];
    loop {
        if let Some(body) = body(&answer, Whole::NotYet) {
            return text(body?);
        }
        let left = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        stream.set_read_timeout(Some(left)).ok()?;
        match stream.read(&mut part).ok()? {
            0 => return body(&answer, Whole::Yes)?.and_then(text),
            length => answer.extend_from_slice(part.get(..length)?),
        }
        if answer.len() > most + MOST_HEAD {
            return None;
        }
    }
}

fn text(body: Vec<u8>) -> Option<String> {
    String::from_utf8(body).ok()
}

/// Whether more can come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    NotYet,
    Yes,
}

/// None: more has to come. `Some(None)`: it is no answer.
fn body(answer: &[u8], whole: Whole) -> Option<Option<Vec<u8>>> {
    let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") else {
        return (whole == Whole::Yes || answer.len() > MOST_HEAD).then_some(None);
    };
    let (head, rest) = answer.split_at_checked(end)?;
    let rest = rest.get(4..)?;
    let Ok(head) = std::str::from_utf8(head) else { return Some(None) };
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    if !status.starts_with("HTTP/1.") || status.split(' ').nth(1) != Some("200") {
        return Some(None);
    }
    let field = |wanted: &str| {
        let fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        fields
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, it)| it.trim())
    };
    if field("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
        return match chunks(rest) {
            Chunks::All(body) => Some(Some(body)),
            Chunks::More if whole == Whole::NotYet => None,
            Chunks::More | Chunks::Wrong => Some(None),
        };
    }
    match field("content-length").map(str::parse::<usize>) {
        Some(Ok(length)) if rest.len() >= length => Some(rest.get(..length).map(<[u8]>::to_vec)),
        Some(Ok(_)) if whole == Whole::NotYet => None,
        Some(_) => Some(None),
        None => (whole == Whole::Yes).then(|| Some(rest.to_vec())),
    }
}

enum Chunks {
    All(Vec<u8>),
    More,
    Wrong,
}

/// Pieces, each behind its length; the last has none.
fn chunks(mut rest: &[u8]) -> Chunks {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|part| part == b"\r\n") else {
            // No length has so many digits.
            return if rest.len() > 64 { Chunks::Wrong } else { Chunks::More };
        };
        let digits = rest.get(..end).and_then(|it| std::str::from_utf8(it).ok());
        let digits = digits.map(|it| it.split(';').next().unwrap_or_default().trim());
        let Some(length) = digits.and_then(|it| usize::from_str_radix(it, 16).ok()) else {
            return Chunks::Wrong;
        };
        if length == 0 {
            return Chunks::All(body);
        }
        let Some(next) = (end + 2).checked_add(length).and_then(|at| at.checked_add(2)) else {
            return Chunks::Wrong;
        };
        let Some(piece) = rest.get(end + 2..next - 2) else { return Chunks::More };
        body.extend_from_slice(piece);
        match rest.get(next..) {
            Some(after) => rest = after,
            None => return Chunks::More,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_not_or_none() {
        let check = |answer: &str, whole, expect: Option<Option<&str>>| {
            let told = body(answer.as_bytes(), whole).map(|it| it.and_then(text));
            assert_eq!(told, expect.map(|it| it.map(str::to_owned)), "{answer:?}");
        };
        let ok = "HTTP/1.1 200 OK\r\n";
        check("", Whole::NotYet, None);
        check("", Whole::Yes, Some(None));
        check(ok, Whole::NotYet, None);
        check(&format!("{ok}Content-Length: 2\r\n\r\nabc"), Whole::NotYet, Some(Some("ab")));
        check(&format!("{ok}Content-Length: 4\r\n\r\nabc"), Whole::NotYet, None);
        check(&format!("{ok}Content-Length: 4\r\n\r\nabc"), Whole::Yes, Some(None));
        check(&format!("{ok}Content-Length: -1\r\n\r\nabc"), Whole::Yes, Some(None));
        check(
            &format!("{ok}content-length: 99999999999999999999999\r\n\r\n"),
            Whole::NotYet,
            Some(None),
        );
        check(&format!("{ok}\r\nabc"), Whole::Yes, Some(Some("abc")));
        check(
            "HTTP/1.1 302 Found\r\nLocation: http://other.test\r\n\r\n",
            Whole::NotYet,
            Some(None),
        );
        let chunked = format!("{ok}Transfer-Encoding: chunked\r\n\r\n");
        check(
            &format!("{chunked}2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            Whole::NotYet,
            Some(Some("abc")),
        );
        check(&format!("{chunked}2\r\na"), Whole::NotYet, None);
        check(&format!("{chunked}2\r\na"), Whole::Yes, Some(None));
        check(&format!("{chunked}ffffffffffffffff\r\na"), Whole::NotYet, Some(None));
        check(&format!("{chunked}zz\r\n"), Whole::NotYet, Some(None));
    }

    #[test]
    fn who_never_ends_is_left() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("bound");
        let endless = std::thread::spawn(move || {
            let (mut caller, _) = listener.accept().expect("a caller");
            let _ = caller.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            // Ends when the other side has gone.
            while caller.write_all(&[b' '; 4096]).is_ok() {}
        });
        let told = get(at, "/", Duration::from_secs(5), Duration::from_secs(20), 1 << 16);
        assert_eq!(told, None);
        endless.join().expect("it ended");
    }
}
