//! Clients: one that asks at a fixed rate whatever is answered, one that asks as fast as it is answered, one that reads
//! streams.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use crate::play::provider::{PIECES, THINKS, now_ns};

/// Messages that a conversation has before the one that is new.
const BEFORE: usize = 12;

/// A way to the provider.
pub struct Way {
    pub name: String,
    port: u16,
    prefix: &'static str,
    /// The key of one who goes by the model that is asked for; empty: the path goes on as it is.
    key: &'static str,
}

impl Way {
    pub fn new(name: &str, port: u16, prefix: &'static str) -> Self {
        Self { name: name.into(), port, prefix, key: "" }
    }

    /// The same through one who chooses the provider by the model and takes calls by this key.
    pub fn by_model(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    pub fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(BufReader::new(stream))
    }

    /// A call of that number, in which something was said before and something is said for the first time. The first
    /// part of the path says how it is answered, and names the model too.
    pub fn request(&self, path: &str, before: usize, number: usize) -> Vec<u8> {
        let (model, rest) = path
            .trim_start_matches('/')
            .split_at(path.trim_start_matches('/').find('/').unwrap_or(0));
        let said = include_str!("client.rs");
        let part = |from: usize, length: usize| -> String {
            said.chars().cycle().skip(from % said.len()).take(length).collect()
        };
        let message = |turn: usize, text: String| {
            let role = if (before - turn).is_multiple_of(2) { "user" } else { "assistant" };
            serde_json::json!({"role": role, "content": text})
        };
        let new = format!("{number}: {}", part(number * 97, if before == 0 { 40 } else { 1000 }));
        let mut messages: Vec<_> =
            (0..before).map(|turn| message(turn, part(turn * 500, 1000))).collect();
        messages.push(message(before, new));
        let body =
            serde_json::json!({"model": model, "max_tokens": 64, "stream": model == "stream", "messages": messages}).to_string();
        let (path, key) = match self.key {
            "" => (format!("{}{path}", self.prefix), String::new()),
            key => (rest.to_owned(), format!("Authorization: Bearer {key}\r\n")),
        };
        format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\n{key}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

/// Asks `rate` times a second for as long as `lasts`; gives how long each took, in nanoseconds, from when it was due.
pub fn open_loop(way: &Way, path: &str, rate: u32, lasts: Duration) -> Result<Vec<f64>> {
    let calls = (f64::from(rate) * lasts.as_secs_f64()) as usize;
    let every = Duration::from_secs(1) / rate;
    // Half as many again as are on their way at a time.
    let workers = (f64::from(rate) * THINKS.as_secs_f64() * 1.5) as usize;
    let next = AtomicUsize::new(0);
    let connections: Vec<_> = (0..workers).map(|_| way.connect()).collect::<Result<_>>()?;
    let began = Instant::now() + Duration::from_millis(100);
    let work = |mut stream: BufReader<TcpStream>| -> Result<Vec<f64>> {
        let mut took = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= calls {
                return Ok(took);
            }
            let request = way.request(path, BEFORE, number);
            let due = began + every * u32::try_from(number)?;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            ask(&mut stream, &request)?;
            took.push(due.elapsed().as_nanos() as f64);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> =
            connections.into_iter().map(|stream| scope.spawn(|| work(stream))).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow!("a client panicked"))??);
        }
        Ok(all)
    })
}

/// Asks as fast as it is answered; gives calls per second.
pub fn closed_loop(way: &Way, path: &str, connections: usize, lasts: Duration) -> Result<f64> {
    let requests: Vec<_> = (0..256).map(|number| way.request(path, 0, number)).collect();
    let streams: Vec<_> = (0..connections).map(|_| way.connect()).collect::<Result<_>>()?;
    let began = Instant::now();
    let work = |mut stream: BufReader<TcpStream>| -> Result<usize> {
        let mut count = 0;
        while began.elapsed() < lasts {
            ask(&mut stream, requests.get(count % requests.len()).context("a request")?)?;
            count += 1;
        }
        Ok(count)
    };
    thread::scope(|scope| {
        let threads: Vec<_> =
            streams.into_iter().map(|stream| scope.spawn(|| work(stream))).collect();
        let mut all = 0;
        for thread in threads {
            all += thread.join().map_err(|_| anyhow!("a client panicked"))??;
        }
        Ok(all as f64 / began.elapsed().as_secs_f64())
    })
}

/// How long pieces were on their way, and how long it was from the call to the first, in nanoseconds.
#[derive(Default)]
pub struct Streams {
    pub pieces: Vec<f64>,
    pub first: Vec<f64>,
}

/// Reads ten streamed answers.
pub fn streams(way: &Way, path: &str) -> Result<Streams> {
    let mut stream = way.connect()?;
    let mut took = Streams::default();
    for number in 0..10 {
        let request = way.request(path, BEFORE, number);
        let asked = Instant::now();
        let mut first = None;
        let pieces = read_stream(&mut stream, &request, |left| {
            took.pieces.push(now_ns().saturating_sub(left) as f64);
            first.get_or_insert_with(|| asked.elapsed().as_nanos() as f64);
            Ok(())
        })?;
        took.first.extend(first);
        ensure!(pieces == PIECES, "{pieces} pieces of {PIECES} came");
    }
    Ok(took)
}

/// Asks and reads a streamed answer to its end; of each piece is said when it left. Gives how many came.
pub fn read_stream(
    stream: &mut BufReader<TcpStream>,
    request: &[u8],
    mut piece: impl FnMut(u64) -> Result<()>,
) -> Result<usize> {
    stream.get_mut().write_all(request)?;
    let mut line = String::new();
    let mut pieces = 0;
    loop {
        line.clear();
        ensure!(stream.read_line(&mut line)? > 0, "the answer broke off");
        if let Some((_, left)) = line.split_once("\"left_ns\": ") {
            piece(left.trim_end().trim_end_matches('}').parse()?)?;
            pieces += 1;
        } else if line.trim_end() == "0" {
            stream.read_line(&mut line)?;
            return Ok(pieces);
        }
    }
}

/// One call, whose answer says how long it is.
fn ask(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Result<()> {
    stream.get_mut().write_all(request)?;
    let (mut line, mut length) = (String::new(), None);
    stream.read_line(&mut line)?;
    ensure!(line.starts_with("HTTP/1.1 200"), "the answer is `{}`", line.trim_end());
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let said = line.trim_end();
        if said.is_empty() {
            break;
        }
        let (name, value) = said.split_once(':').unwrap_or((said, ""));
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length.context("the answer has no length")?];
    Ok(stream.read_exact(&mut body)?)
}
