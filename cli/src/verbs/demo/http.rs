//! As much HTTP as the story needs, between programs of this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Longest body that is read, in bytes.
const MOST: usize = 16 << 20;

/// How long the other side may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// What somebody asked for.
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

/// The next request on a connection; none where it ended.
pub fn read(reader: &mut impl BufRead) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let method = words.next().context("no method")?;
    let path = words.next().context("no path")?;
    let body = body(reader)?;
    Ok(Some(Request { method, path, body }))
}

/// Head and body of what comes next: an answer, or the rest of a request.
fn body(reader: &mut impl BufRead) -> Result<Vec<u8>> {
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut header = String::new();
        ensure!(reader.read_line(&mut header)? > 0, "the head has no end");
        let header = header.trim().to_ascii_lowercase();
        match header.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse()?,
            Some(("transfer-encoding", value)) => chunked = value.contains("chunked"),
            Some(_) => {}
            None => break,
        }
    }
    if !chunked {
        return exactly(reader, length);
    }
    let mut bytes = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16)?;
        bytes.extend(exactly(reader, size)?);
        ensure!(bytes.len() <= MOST, "the body is too long");
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(bytes);
        }
    }
}

fn exactly(reader: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    ensure!(length <= MOST, "the body is too long");
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Answers with `body`, or with its head alone.
pub fn answer(writer: &mut impl Write, kind: &str, body: &str, head_only: bool) -> Result<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
    writer.write_all(head.as_bytes())?;
    if !head_only {
        writer.write_all(body.as_bytes())?;
    }
    Ok(writer.flush()?)
}

/// Posts JSON to `host` (`127.0.0.1:8080`), through the proxy that the environment names, and gives back the answer.
pub fn post(host: &str, path: &str, body: &str) -> Result<Vec<u8>> {
    let proxy = std::env::var("http_proxy").ok().filter(|proxy| !proxy.is_empty());
    let (to, target) = match &proxy {
        Some(proxy) => (authority(proxy), format!("http://{host}{path}")),
        None => (host, path.to_owned()),
    };
    let mut stream = TcpStream::connect(to).with_context(|| format!("cannot reach {to}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    let head = format!(
        "POST {target} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let bytes = self::body(&mut reader)?;
    ensure!(status.contains(" 200"), "{to} answers: {}", event::show::brief(&status, 80));
    Ok(bytes)
}

/// Host and port of an address like `http://127.0.0.1:3128/`.
fn authority(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).rsplit('@').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_by_length_and_in_chunks() {
        let check = |text: &str, expect: &str| {
            let request = read(&mut text.as_bytes()).expect("good").expect("one");
            assert_eq!(String::from_utf8_lossy(&request.body), expect);
        };
        check("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabc", "ab");
        check("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "ab");
        check("GET /x HTTP/1.1\r\n\r\n", "");
        assert!(read(&mut "".as_bytes()).expect("good").is_none());
        assert!(read(&mut "GET / HTTP/1.1\r\nx: y\r\n".as_bytes()).is_err());
    }

    #[test]
    fn a_proxy_is_its_host_and_port() {
        let check = |address: &str, expect: &str| assert_eq!(authority(address), expect);
        check("http://127.0.0.1:3128/", "127.0.0.1:3128");
        check("127.0.0.1:3128", "127.0.0.1:3128");
        check("http://a:b@h:1", "h:1");
    }
}
