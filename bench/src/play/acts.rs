//! Acts one after the other, as often as each line of the input says; answers with what one took.

use std::fs::File;
use std::io::{Error, stdin};
use std::net::UdpSocket;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::measure::quantile;

/// Reads `ACT COUNT` and prints the nanoseconds of one on the average; of `key` and `other`, opens of the files of
/// these names, the median and the 99th of a hundred.
pub fn act() -> Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let scratch = format!("file-{}", std::process::id());
    let file = File::options().create(true).truncate(true).read(true).write(true).open(&scratch)?;
    file.write_at(b"word", 0)?;
    for line in stdin().lines() {
        let line = line?;
        let (act, count) = line.split_once(' ').context("no count")?;
        let count: u32 = count.parse()?;
        if ["key", "other"].contains(&act) {
            let times = (0..count).map(|_| open(act)).collect::<Result<Vec<f64>, _>>()?;
            println!("{} {}", quantile(&times, 0.5), quantile(&times, 0.99));
            continue;
        }
        let mut took = Duration::ZERO;
        for _ in 0..count {
            took += once(act, &socket, &file, &scratch)?;
        }
        println!("{}", took.as_nanos() as f64 / f64::from(count));
    }
    Ok(())
}

/// What the call itself took: the end of what it opened is another one.
fn once(act: &str, socket: &UdpSocket, file: &File, scratch: &str) -> Result<Duration, Error> {
    let mut byte = [0];
    let begun = Instant::now();
    let opened = match act {
        "connect" => socket.connect("127.0.0.1:9").map(|()| None),
        "open" => File::open(scratch).map(Some),
        "write" => file.write_at(b"x", 0).map(|_| None),
        "read" => file.read_at(&mut byte, 0).map(|_| None),
        _ => File::open("secrets/id_canary").map(Some),
    };
    let took = begun.elapsed();
    opened.map(|_| took)
}

/// Nanoseconds until the file is open.
fn open(name: &str) -> Result<f64, Error> {
    let begun = Instant::now();
    let file = File::open(if name == "key" { "store/key" } else { "other" })?;
    let took = begun.elapsed().as_nanos() as f64;
    drop(file);
    Ok(took)
}
