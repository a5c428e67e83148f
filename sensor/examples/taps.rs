//! What a tap at OpenSSL costs who is tapped, and a stranger beside it: 64 bytes and 16 KiB, written by Python into memory.
//! `cargo run --release -p sensor --example taps`, as root.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use sensor::{Library, Taps};

/// For each line on its input: the quickest of five rounds of both sizes, in nanoseconds a call.
const WRITER: &str = r#"
import ssl, subprocess, sys, tempfile, time
place = tempfile.mkdtemp()
subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                "-keyout", place + "/key", "-out", place + "/cert"], stderr=subprocess.DEVNULL, check=True)
ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ours.check_hostname, ours.verify_mode = False, ssl.CERT_NONE
theirs.load_cert_chain(place + "/cert", place + "/key")
there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
client, server = ours.wrap_bio(back, there), theirs.wrap_bio(there, back, server_side=True)
for side in [client, server] * 3:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        pass
def quickest(size, calls):
    times = []
    for _ in range(5):
        text, begun = b"x" * size, time.perf_counter_ns()
        for _ in range(calls):
            client.write(text)
            there.read()
        times.append((time.perf_counter_ns() - begun) // calls)
    return min(times)
print("ready", flush=True)
for line in sys.stdin:
    print(quickest(64, 5000), quickest(16384, 1000), flush=True)
"#;

struct Writer {
    child: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Writer {
    fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let mut command = Command::new("python3");
        command.args(["-c", WRITER]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let asks = child.stdin.take().ok_or("a pipe")?;
        let says = BufReader::new(child.stdout.take().ok_or("a pipe")?);
        let mut writer = Self { child, asks, says };
        writer.line()?;
        Ok(writer)
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.says.read_line(&mut line)?;
        Ok(line.trim().replace(' ', " ns, "))
    }

    /// A round, while what is said is heard.
    fn round(&mut self, taps: &mut Taps) -> Result<String, Box<dyn std::error::Error>> {
        self.asks.write_all(b"go\n")?;
        std::thread::scope(|scope| {
            let line = scope.spawn(|| {
                let mut line = String::new();
                self.says.read_line(&mut line).map(|_| line.trim().replace(' ', " ns, "))
            });
            let mut pieces = Vec::new();
            while !line.is_finished() {
                taps.poll(Duration::from_millis(10), &mut pieces)?;
                pieces.clear();
            }
            Ok(line.join().map_err(|_| "it panicked")??)
        })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut taps = Taps::open(&Library::ALL)?;
    let (mut writer, mut stranger) = (Writer::start()?, Writer::start()?);
    println!("64 bytes, 16 KiB, for a call");
    println!("untapped  {} ns", writer.round(&mut taps)?);
    println!("tapped at {} programs", taps.tap(writer.child.id()));
    println!("tapped    {} ns", writer.round(&mut taps)?);
    println!("stranger  {} ns", stranger.round(&mut taps)?);
    println!("bytes that were left out: {}", taps.left_out());
    for writer in [writer, stranger] {
        drop(writer.asks);
        let mut child = writer.child;
        child.wait()?;
    }
    Ok(())
}
