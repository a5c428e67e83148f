//! Bursts under CPU contention: everything is recorded, or counted as lost.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use event::{Act, Event, WatchPlan};
use sensor::{KernelSource, Settings, Source};

use crate::figure::Figure;

const EXECS: usize = 20_000;
const OPENS: usize = 200_000;
const CONNECTS: usize = 20_000;

/// The agent is a Python program: a candidate, so the kernel labels it and its children.
const EXEC_BURST: &str = "import os,sys\n\
n=int(sys.argv[1])\n\
for _ in range(n):\n\
\x20 p=os.posix_spawn('/bin/true',['true'],{})\n\
\x20 os.waitpid(p,0)\n";
const OPEN_BURST: &str = "import os,sys\n\
n=int(sys.argv[1]); d=sys.argv[2]\n\
for i in range(n):\n\
\x20 os.close(os.open(f'{d}/{i}', os.O_CREAT|os.O_WRONLY))\n";
const CONNECT_BURST: &str = "import socket,sys\n\
n=int(sys.argv[1]); p=int(sys.argv[2])\n\
for _ in range(n):\n\
\x20 s=socket.socket(); s.connect(('127.0.0.1',p)); s.close()\n";

/// Runs the three bursts, each in four programs at once beside two that only burn CPU.
pub fn run() -> Result<()> {
    let mut hogs = [hog()?, hog()?];
    let outcome = bursts();
    for hog in &mut hogs {
        hog.kill()?;
        hog.wait()?;
    }
    outcome
}

fn bursts() -> Result<()> {
    burst(
        "execs",
        EXECS,
        EXEC_BURST,
        |_| Ok(String::new()),
        |event| matches!(&event.act, Act::ProcessExec(exec) if exec.exe.path.ends_with("/true")),
    )?;
    let place = tempfile::tempdir()?;
    let path = place.path().to_owned();
    burst(
        "opens",
        OPENS,
        OPEN_BURST,
        move |index| {
            let own = path.join(index.to_string());
            std::fs::create_dir(&own)?;
            Ok(own.display().to_string())
        },
        |event| matches!(&event.act, Act::FileCreate(open) if open.file.path.rsplit('/').next().is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()))),
    )?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    burst(
        "connects",
        CONNECTS,
        CONNECT_BURST,
        move |_| Ok(port.to_string()),
        move |event| matches!(&event.act, Act::NetworkConnect(flow) if flow.remote.port() == Some(port)),
    )
}

fn hog() -> Result<Child> {
    let burn = "while True: pass";
    Command::new("python3").args(["-c", burn]).spawn().context("python3 is needed")
}

fn burst(
    what: &str,
    total: usize,
    program: &str,
    argument: impl Fn(usize) -> Result<String>,
    counts: impl Fn(&Event) -> bool,
) -> Result<()> {
    let plan = WatchPlan {
        candidates: ["python3", "python3.11", "python3.13"].map(Into::into).into(),
        variables: Vec::new(),
    };
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    let mut children = Vec::new();
    let began = Instant::now();
    for index in 0..4 {
        let share = (total / 4).to_string();
        children.push(
            Command::new("python3")
                .args(["-c", program, &share, &argument(index)?])
                .stdout(Stdio::null())
                .spawn()?,
        );
    }
    let (mut batch, mut seen, mut events) = (Vec::new(), 0usize, 0usize);
    loop {
        let mut running = false;
        for child in &mut children {
            running |= child.try_wait()?.is_none();
        }
        source.poll(Duration::from_millis(10), &mut batch)?;
        events += batch.len();
        seen += batch
            .iter()
            .filter(|event| counts(event))
            .map(|event| event.count as usize)
            .sum::<usize>();
        batch.clear();
        if !running {
            break;
        }
    }
    for child in &mut children {
        if !child.wait()?.success() {
            bail!("a burst of {what} failed by itself");
        }
    }
    let lost = source.stats().lost;
    let rate = events as f64 / began.elapsed().as_secs_f64();
    Figure {
        what: &format!("completeness of {what}"),
        value: seen as f64,
        unit: "recorded",
        target: total as f64,
        ok: seen == total && lost == 0,
        workload: format!("{total} {what} by 4 programs beside 2 CPU hogs; {rate:.0} events/s; {lost} lost by count"),
        n: 1,
        spread: (seen as f64, seen as f64),
    }
    .print();
    Ok(())
}
