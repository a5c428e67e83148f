//! Appends decisions to the audit log and verifies it: entries per CPU second of the one thread (the machine may be
//! busy), bytes per entry, and what a signature costs each group. The median of five rounds.
//!
//! `cargo bench -p journal --bench audit`, `-- --json` for one line per figure.
#![allow(clippy::unwrap_used, reason = "a benchmark stops on the first error")]

use event::{
    Action, AgentRef, Because, Circumstances, Decision, Effect, Enforcer, Judged, Object, Outcome,
    Principal, SessionId, Severity, Verb,
};
use journal::Fsync;
use journal::audit::{AuditSettings, Expected, Log, What, Who, verify};

const ENTRIES: usize = 20_000;
const ROUNDS: usize = 5;

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    if !json {
        println!("{:<28} {:>12} {:>12} {:>9}", "case", "append/CPU s", "verify/CPU s", "bytes");
    }
    for (name, group) in [("groups of 256", 256), ("groups of 16", 16), ("one by one", 1)] {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| round(group)).collect();
        let append = rate(rounds.iter().map(|round| round.append_ns));
        let read = rate(rounds.iter().map(|round| round.verify_ns));
        let bytes = rounds[0].bytes as f64 / ENTRIES as f64;
        if json {
            for (what, value, unit) in [
                ("audit append", append, "entries/CPU s"),
                ("audit verify", read, "entries/CPU s"),
                ("audit at rest", bytes, "bytes/entry"),
            ] {
                let workload = format!("{ENTRIES} decisions, {name}, no fsync");
                let figure = serde_json::json!({
                    "what": what, "value": value, "unit": unit, "target": 0.0, "ok": true,
                    "peers": {}, "workload": workload, "n": ROUNDS,
                });
                println!("{figure}");
            }
        } else {
            println!("{name:<28} {append:>12.0} {read:>12.0} {bytes:>9.0}");
        }
    }
}

fn rate(times_ns: impl Iterator<Item = u64>) -> f64 {
    let mut times_ns: Vec<_> = times_ns.collect();
    times_ns.sort_unstable();
    ENTRIES as f64 / (times_ns[ROUNDS / 2] as f64 / 1e9)
}

struct Round {
    append_ns: u64,
    verify_ns: u64,
    bytes: u64,
}

fn round(group: usize) -> Round {
    let home = tempfile::tempdir().unwrap();
    let settings = AuditSettings { fsync: Fsync::Never, ..AuditSettings::default() };
    let mut log = Log::open(home.path(), &settings).unwrap();
    let begun = cpu_ns();
    for number in 0..ENTRIES {
        log.add(Who::Daemon, What::Decision(Box::new(decision(number)))).unwrap();
        if (number + 1).is_multiple_of(group) {
            log.flush().unwrap();
        }
    }
    log.close().unwrap();
    let append_ns = cpu_ns() - begun;
    let begun = cpu_ns();
    let verdict = verify(home.path(), &Expected::default()).unwrap();
    let verify_ns = cpu_ns() - begun;
    assert_eq!((verdict.fault, verdict.last), (None, ENTRIES as u64 + 1));
    let files = std::fs::read_dir(home.path().join("audit")).unwrap();
    let bytes = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
    Round { append_ns, verify_ns, bytes }
}

fn decision(number: usize) -> Judged {
    let agent = AgentRef {
        product: "codex-cli".into(),
        owner: "alice".into(),
        workspace: "/home/alice/code/shop".into(),
        ..AgentRef::default()
    };
    let because = Because {
        policy: "credential-stores".into(),
        effect: Effect::Ask,
        severity: Severity::High,
        reason: "a store of keys is opened by something that is not its own tool".into(),
        ..Because::default()
    };
    Judged {
        time_unix_ns: number as u64,
        action: Action {
            principal: Principal::Session { id: SessionId::default(), agent },
            verb: Verb::ReadFile,
            object: Object::File { path: format!("/home/alice/.ssh/id_{number}").into() },
            context: Circumstances::default(),
        },
        decision: Decision { because: vec![because], ..Decision::default() },
        by: Enforcer::Files,
        outcome: Outcome::Prevented,
        process: None,
        event: None,
        count: 1,
        sources: Vec::new(),
    }
}

/// CPU time of this thread so far.
fn cpu_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}
