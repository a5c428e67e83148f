//! A provider of models without a model: answers at once (`/fast/…`), after half a second (`/slow/…`), or in pieces that
//! say when they left (`/stream/…`), in a fifth of a second or in a minute (`/long/…`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

/// How long a model thinks.
pub const THINKS: Duration = Duration::from_millis(500);
/// Pieces of a streamed answer, and the time between them.
pub const PIECES: usize = 20;
/// What it says, piece by piece.
const SAID: [&str; 8] = [
    " The tests",
    " pass now:",
    " I took",
    " the second",
    " argument",
    " out of",
    " `render`,",
    " as asked.\\n",
];
const BETWEEN: Duration = Duration::from_millis(10);
/// The same of one who takes a minute.
const LONG: (usize, Duration) = (60, Duration::from_secs(1));

/// Nanoseconds on a clock that all processes share.
pub fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

/// Serves until it is ended; the first line that it says is its port.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for stream in listener.incoming().flatten() {
        // Whoever closes the connection ends its thread.
        thread::Builder::new().stack_size(128 << 10).spawn(move || answer_all(stream))?;
    }
    Ok(())
}

fn answer_all(stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let path = request(&mut stream)?;
        let out = stream.get_mut();
        let asks = |word: &str| path.split('/').any(|part| part == word);
        match () {
            () if asks("stream") => streamed(out, PIECES, BETWEEN)?,
            () if asks("long") => streamed(out, LONG.0, LONG.1)?,
            () if asks("slow") => {
                thread::sleep(THINKS);
                whole(out)?;
            }
            _ => whole(out)?,
        }
    }
}

/// Reads a request; gives its path.
fn request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let (mut line, mut path, mut length) = (String::new(), None, 0);
    loop {
        line.clear();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let said = line.trim_end();
        if said.is_empty() {
            break;
        }
        if path.is_none() {
            path = said.split(' ').nth(1).map(str::to_owned);
        }
        let (name, value) = said.split_once(':').unwrap_or((said, ""));
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    path
}

fn whole(out: &mut TcpStream) -> Option<()> {
    let body = r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Done: the tests pass now."}],"usage":{"input_tokens":12,"output_tokens":8}}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    out.write_all(answer.as_bytes()).ok()
}

fn streamed(out: &mut TcpStream, pieces: usize, between: Duration) -> Option<()> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    out.write_all(head.as_bytes()).ok()?;
    for number in 0..pieces {
        thread::sleep(between);
        let text = SAID.get(number % SAID.len())?;
        let piece = format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{text}\"}},\"left_ns\": {}}}\n\n",
            now_ns()
        );
        out.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).ok()?;
    }
    out.write_all(b"0\r\n\r\n").ok()
}
