//! A pipe through the proxy for programs that know none: standard input and output become a connection, as SSH's
//! `ProxyCommand` wants it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;

/// Longest answer of the proxy that is read, bytes.
const MOST: u64 = 64 * 1024;

/// Why there is no pipe.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// No way to the proxy.
    #[error(
        "the proxy at {0} cannot be reached: {1}\nhint: this works inside of `chaperone run` only"
    )]
    Proxy(SocketAddr, io::Error),
    /// The proxy says no, in its own words.
    #[error("{0}")]
    Refused(String),
}

/// Carries `input` to the host and what it answers to `output`, until both have ended.
pub fn relay(
    proxy: SocketAddr,
    host: &str,
    port: u16,
    input: impl Read + Send + 'static,
    mut output: impl Write,
) -> Result<(), RelayError> {
    let failed = |error| RelayError::Proxy(proxy, error);
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let stream = TcpStream::connect(proxy).map_err(failed)?;
    let mut asking = &stream;
    write!(asking, "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")
        .map_err(failed)?;
    let mut answer = BufReader::new(&stream);
    open(&mut answer).map_err(failed)??;
    let sending = stream.try_clone().map_err(failed)?;
    // Not joined: whoever writes may never end, and the process does when the host has.
    thread::spawn(move || send(input, &sending));
    receive(&mut answer, &mut output).map_err(failed)
}

/// Reads the proxy's answer, up to where the host's begins.
fn open(answer: &mut impl BufRead) -> io::Result<Result<(), RelayError>> {
    let mut head = answer.take(MOST);
    let (mut status, mut line) = (String::new(), String::new());
    head.read_line(&mut status)?;
    while head.read_line(&mut line)? > 0 && !line.trim_end().is_empty() {
        line.clear();
    }
    if status.starts_with("HTTP/1.1 200") {
        return Ok(Ok(()));
    }
    let mut text = Vec::new();
    head.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text).trim_end().to_owned();
    Ok(Err(RelayError::Refused(text)))
}

fn send(mut input: impl Read, mut host: &TcpStream) {
    let mut space = [0; 16 * 1024];
    while let Ok(length @ 1..) = input.read(&mut space) {
        if host.write_all(space.get(..length).unwrap_or_default()).is_err() {
            return;
        }
    }
    // The host sees the end, and may still answer.
    let _ = host.shutdown(Shutdown::Write);
}

fn receive(answer: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut space = [0; 16 * 1024];
    loop {
        let length = answer.read(&mut space)?;
        if length == 0 {
            return Ok(());
        }
        output.write_all(space.get(..length).unwrap_or_default())?;
        output.flush()?;
    }
}
