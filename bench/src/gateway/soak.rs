//! Many streams for a long time: each is answered for a minute and asked anew. Memory of the daemon stays as it is, and
//! every call stands in the record.

use std::io::BufReader;
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use event::{Act, CallEnded, Record};

use super::client::{Way, read_stream};
use crate::daemon;
use crate::figure::{Figure, Target, progress};
use crate::memory::resident_mb;

/// Streams at a time.
pub const STREAMS: u32 = 1_000;
/// How often memory is looked at.
const EVERY: Duration = Duration::from_secs(10);
/// How long a piece may take to come on a busy machine: whether streams stand still is asked, not how quick they are.
const PATIENCE: Duration = Duration::from_secs(180);
/// What the last quarter may hold more than the second one and still be called flat: in the first everything is met for
/// the first time.
const FLAT: f64 = 1.05;

/// What came of it.
pub struct Soaked {
    calls: u64,
    pieces: u64,
    megabytes: Vec<f64>,
    lasted: Duration,
}

/// Holds the streams for so long; each ends by itself.
pub fn run(way: &Way, pid: u32, lasts: Duration) -> Result<Soaked> {
    let counts = [AtomicU64::new(0), AtomicU64::new(0)];
    let [calls, pieces] = &counts;
    let began = Instant::now();
    let megabytes = thread::scope(|scope| {
        let mut clients = Vec::new();
        for number in 0..STREAMS {
            let client = move || one(way, number, began, lasts, (calls, pieces));
            clients.push(thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, client)?);
        }
        let megabytes = watch(pid, began, lasts, calls);
        for client in clients {
            client.join().map_err(|_| anyhow!("a client panicked"))??;
        }
        Ok::<_, anyhow::Error>(megabytes)
    })?;
    let [calls, pieces] = counts.map(AtomicU64::into_inner);
    Ok(Soaked { calls, pieces, megabytes, lasted: began.elapsed() })
}

/// One stream after the other, on one connection.
fn one(
    way: &Way,
    number: u32,
    began: Instant,
    lasts: Duration,
    (calls, pieces): (&AtomicU64, &AtomicU64),
) -> Result<()> {
    // They begin one after the other, as people do.
    thread::sleep(Duration::from_secs(60) * number / STREAMS);
    let mut stream: BufReader<TcpStream> = way.connect()?;
    stream.get_ref().set_read_timeout(Some(PATIENCE))?;
    let mut turn = 0;
    while began.elapsed() < lasts {
        let request = way.request("/long/v1/messages", 2, number as usize * 1_000 + turn);
        let came = read_stream(&mut stream, &request, |_| Ok(()))
            .with_context(|| format!("stream {number}, call {turn}"))?;
        calls.fetch_add(1, Ordering::Relaxed);
        pieces.fetch_add(came as u64, Ordering::Relaxed);
        turn += 1;
    }
    Ok(())
}

fn watch(pid: u32, began: Instant, lasts: Duration, calls: &AtomicU64) -> Vec<f64> {
    let mut megabytes = Vec::new();
    while began.elapsed() < lasts {
        thread::sleep(EVERY);
        megabytes.extend(resident_mb(pid));
        if megabytes.len().is_multiple_of(30) {
            let (minutes, now) = (began.elapsed().as_secs() / 60, megabytes.last());
            let calls = calls.load(Ordering::Relaxed);
            progress(format!("{minutes} min, {calls} calls, {:.0} MB", now.unwrap_or(&f64::NAN)));
        }
    }
    megabytes
}

impl Soaked {
    /// Says it, with what stands in the record.
    pub fn print(&self, data: &Path) -> Result<()> {
        let (mut whole, mut lost) = (0, 0);
        for record in daemon::records(data)? {
            match record? {
                Record::Act(act) => match &act.event.act {
                    Act::ModelCall(call) if call.ended == CallEnded::Whole => {
                        whole += u64::from(act.event.count);
                    }
                    _ => {}
                },
                Record::Loss(loss) => lost += loss.count,
                _ => {}
            }
        }
        self.memory();
        Figure {
            what: "calls that are not in the record".into(),
            value: self.calls.abs_diff(whole) as f64,
            unit: "calls",
            target: Some(Target::AtMost(0.0)),
            workload: format!("{} calls made, {whole} recorded as whole", self.calls),
            n: self.calls as usize,
            ..Figure::default()
        }
        .print();
        Figure {
            what: "events that were lost".into(),
            value: lost as f64,
            unit: "events",
            target: Some(Target::AtMost(0.0)),
            workload: "of all that the daemon watched meanwhile".into(),
            n: 1,
            ..Figure::default()
        }
        .print();
        Ok(())
    }

    fn memory(&self) {
        let quarter = (self.megabytes.len() / 4).max(1);
        let highest = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
        let part = |at: usize| self.megabytes.chunks(quarter).nth(at).map_or(f64::NAN, highest);
        let least = self.megabytes.iter().copied().fold(f64::MAX, f64::min);
        let growth = part(3) / part(1);
        Figure {
            what: "memory, last quarter over second".into(),
            value: growth,
            unit: "times",
            target: Some(Target::AtMost(FLAT)),
            workload: format!(
                "{STREAMS} streams for {:.0} min, {} calls, {} pieces; {least:.0} to {:.0} MB",
                self.lasted.as_secs_f64() / 60.0,
                self.calls,
                self.pieces,
                highest(&self.megabytes)
            ),
            n: self.megabytes.len(),
            spread: (growth, growth),
            ..Figure::default()
        }
        .print();
    }
}
