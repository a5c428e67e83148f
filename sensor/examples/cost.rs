//! What rules in force cost a process: connections, opens, reads and writes, of an agent that is governed, of one that
//! holds a secret, and of a stranger; with rules and without, by turns. Prints a table. Needs root.
//! `cargo run --release -p sensor --example cost [ROUNDS]`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, Write};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{
    Classes, Clause, Effect, End, Event, GuardedPlace, HoldsSecret, KernelRules, Label, Names,
    Order, Regime, RuleBook, Verb, VerbRules, WatchPlan,
};
use sensor::{KernelSource, Settings, Source};

type Failure = Box<dyn std::error::Error>;
const ACTS: [(&str, u32); 4] = [("connect", 300), ("open", 300), ("write", 500), ("read", 500)];

fn main() -> Result<(), Failure> {
    let word = std::env::args().nth(1).unwrap_or_default();
    if word == "act" {
        return act();
    }
    let rounds = word.parse().unwrap_or(100);
    let place = std::env::temp_dir().join(format!("cost-{}", std::process::id()));
    std::fs::create_dir_all(place.join("secrets"))?;
    let done = measure(&place, rounds);
    std::fs::remove_dir_all(&place)?;
    done
}

fn measure(place: &Path, rounds: usize) -> Result<(), Failure> {
    std::fs::write(place.join("secrets/id_canary"), "no key\n")?;
    let plan = WatchPlan { candidates: vec!["cost-agent".into()], ..WatchPlan::default() };
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    println!("# back-end {}", source.report().backend);
    let mut workers = Vec::new();
    for (name, program) in
        [("agent", "cost-agent"), ("holder", "cost-agent"), ("stranger", "cost-stranger")]
    {
        let mut worker = Worker::start(place, program)?;
        if let Some(label) = label_of(&mut source, worker.child.id(), program == "cost-agent")? {
            let regime = Regime { label, book: Some(0), ..Regime::default() };
            source.orders().carry_out(&Order::Govern(regime))?;
        }
        if name == "holder" {
            // Under rules, so that it is followed.
            source.orders().carry_out(&Order::Rules(Arc::new(rules(place))))?;
            source.poll(Duration::ZERO, &mut Vec::new())?;
            worker.ask("secret 1")?;
        }
        workers.push((name, worker));
    }
    let mut found: BTreeMap<(&str, &str, bool), Vec<f64>> = BTreeMap::new();
    for round in 0..rounds * 2 {
        let in_force = round % 2 == 0;
        let order = if in_force { Order::Rules(Arc::new(rules(place))) } else { Order::Disarm };
        source.orders().carry_out(&order)?;
        for (name, worker) in &mut workers {
            for (act, count) in ACTS {
                source.poll(Duration::ZERO, &mut Vec::new())?;
                let ns = worker.ask(&format!("{act} {count}"))?;
                found.entry((name, act, in_force)).or_default().push(ns);
            }
        }
    }
    println!("{:10} {:8} {:>12} {:>12} {:>8}", "who", "act", "no rules ns", "rules ns", "added");
    for (name, _) in &workers {
        for (act, _) in ACTS {
            let [without, with] = [false, true]
                .map(|it| fastest(found.remove(&(*name, act, it)).unwrap_or_default()));
            println!("{name:10} {act:8} {without:12.0} {with:12.0} {:8.0}", with - without);
        }
    }
    Ok(())
}

/// Many ends and a dozen clauses, as a real set has.
fn rules(place: &Path) -> KernelRules {
    let clause = |number: u64| Clause {
        all: Classes(1 << (number + 4)),
        effect: Effect::Deny,
        ..Clause::default()
    };
    let secret = Clause {
        holds: HoldsSecret::Yes,
        none: Classes(2),
        effect: Effect::Deny,
        ..Clause::default()
    };
    let forbids = (0..12).map(clause).chain([secret]).collect();
    let verbs = BTreeMap::from([(Verb::Connect, VerbRules { forbids, permits: None })]);
    let ends = (0..2_000u32).map(|number| End {
        address: Ipv4Addr::from_bits(0x0a00_0000 + number * 7).into(),
        bits: 32,
        classes: Classes(4),
    });
    let here = End { address: Ipv4Addr::LOCALHOST.into(), bits: 8, classes: Classes(2) };
    KernelRules {
        classes: vec!["credential".into(), "declared".into()],
        places: vec![GuardedPlace {
            folder: place.join("secrets").to_string_lossy().into_owned().into(),
            names: Names::In { prefix: "id_".into(), suffix: "".into() },
            classes: Classes(1),
            groups: 0,
        }],
        ends: ends.chain([here]).collect(),
        books: vec![RuleBook { profile: "guarded".into(), verbs }],
        ..KernelRules::default()
    }
}

fn label_of(source: &mut KernelSource, pid: u32, wanted: bool) -> Result<Option<Label>, Failure> {
    let (begun, mut events) = (Instant::now(), Vec::<Event>::new());
    while wanted && begun.elapsed() < Duration::from_secs(5) {
        source.poll(Duration::from_millis(10), &mut events)?;
        let mut own = events.iter().filter(|it| it.process.pid == pid && it.label.is_some());
        if let Some(event) = own.next() {
            return Ok(Some(event.label));
        }
    }
    if wanted { Err("the kernel gave no label".into()) } else { Ok(None) }
}

/// Of many short runs the fastest tenth: what others did to the machine meanwhile is not in it.
fn fastest(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 10).copied().unwrap_or_default()
}

/// A copy of this program that acts when it is told to.
struct Worker {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Worker {
    fn start(place: &Path, name: &str) -> Result<Self, Failure> {
        let program = place.join(name);
        if !program.exists() {
            std::fs::copy(std::env::current_exe()?, &program)?;
        }
        let mut command = Command::new(&program);
        command.arg("act").current_dir(place).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let said = child.stdout.take().ok_or("no pipe")?;
        Ok(Self { child, said: BufReader::new(said) })
    }

    /// Nanoseconds for each act.
    fn ask(&mut self, what: &str) -> Result<f64, Failure> {
        let mut line = String::new();
        writeln!(self.child.stdin.as_mut().ok_or("no pipe")?, "{what}")?;
        self.said.read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn act() -> Result<(), Failure> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let scratch = format!("file-{}", std::process::id());
    let file = File::options().create(true).truncate(true).read(true).write(true).open(&scratch)?;
    file.write_at(b"word", 0)?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let (act, count) = line.split_once(' ').ok_or("no count")?;
        let count: u32 = count.parse()?;
        let begun = Instant::now();
        for _ in 0..count {
            once(act, &socket, &file, &scratch)?;
        }
        println!("{}", begun.elapsed().as_nanos() as f64 / f64::from(count));
    }
    Ok(())
}

fn once(act: &str, socket: &UdpSocket, file: &File, scratch: &str) -> Result<(), Error> {
    let mut byte = [0];
    match act {
        "connect" => socket.connect("127.0.0.1:9"),
        "open" => File::open(scratch).map(drop),
        "write" => file.write_at(b"x", 0).map(drop),
        "read" => file.read_at(&mut byte, 0).map(drop),
        _ => std::fs::read("secrets/id_canary").map(drop),
    }
}
