//! What a hook takes an agent: the whole process of `chaperone-hook`, from its start to its end, against the real
//! daemon; on a quiet machine and while every processor is busy.

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::daemon::{Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::quantile;
use crate::undo::Place;

/// What an agent would run: what is usual, what is long, and what is stopped.
const COMMANDS: [&str; 6] = [
    "ls -la && cat README.md",
    "cargo test --workspace 2>&1 | tail -20",
    "for f in $(git ls-files '*.rs'); do grep -n TODO \"$f\"; done",
    "python3 - <<'EOF'\nimport json, pathlib\nfor path in pathlib.Path('.').rglob('*.json'):\n    print(path, len(json.loads(path.read_text())))\nEOF",
    "git push --force origin main",
    "cat ~/.ssh/id_ed25519 | base64",
];

pub fn measure(chaperone: &Path, rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let wishes = Wishes { more: "[policy]\nprofile = \"guarded\"\n".into(), ..Wishes::default() };
    let daemon = Daemon::start(chaperone, &place, wishes)?;
    let asker = Asker::new(chaperone, &daemon)?;
    progress("hooks on the machine as it is");
    let quiet = times(&asker, rounds)?;
    progress("hooks while every processor is busy");
    let stop = AtomicBool::new(false);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let busy = thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                let mut number = 1u64;
                while !stop.load(Ordering::Relaxed) {
                    number = black_box(number.wrapping_mul(6_364_136_223_846_793_005) + 1);
                }
            });
        }
        let busy = times(&asker, rounds);
        stop.store(true, Ordering::Relaxed);
        busy
    })?;
    daemon.stop()?;
    let workload =
        format!("{} shell commands in turn, profile guarded, 2 of them denied", COMMANDS.len());
    for (what, times, share, target) in [
        ("hook, whole process, p50", &quiet, 0.5, None),
        ("hook, whole process, p99", &quiet, 0.99, None),
        ("hook, whole process, full load, p50", &busy, 0.5, Some(Target::AtMost(5.0))),
        ("hook, whole process, full load, p99", &busy, 0.99, Some(Target::AtMost(15.0))),
    ] {
        Figure {
            what: what.into(),
            value: quantile(times, share) * 1e3,
            unit: "ms",
            target,
            workload: workload.clone(),
            n: times.len(),
            ..Figure::default()
        }
        .print();
    }
    Ok(())
}

fn times(asker: &Asker, rounds: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(rounds);
    for command in COMMANDS.iter().cycle().take(rounds) {
        let start = Instant::now();
        let said = asker.ask(command)?;
        times.push(start.elapsed().as_secs_f64());
        let stopped = command.contains("--force") || command.contains(".ssh");
        ensure!((said != Asked::GoesOn) == stopped, "{command}: {said:?}");
    }
    Ok(times)
}

/// What a hook answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    GoesOn,
    Denied,
    /// A person has to be asked.
    Person,
}

/// Asks the daemon by the hook's own program, as Claude Code does before a shell command.
pub struct Asker {
    hook: PathBuf,
    socket: PathBuf,
}

impl Asker {
    /// The hook that lies beside the program.
    pub fn new(chaperone: &Path, daemon: &Daemon) -> Result<Self> {
        let hook = chaperone.with_file_name("chaperone-hook");
        ensure!(hook.exists(), "{} does not exist", hook.display());
        Ok(Self { hook, socket: daemon.data.join("link.sock") })
    }

    pub fn ask(&self, command: &str) -> Result<Asked> {
        let input = serde_json::json!({
            "session_id": "bench", "cwd": "/home/bench/shop", "hook_event_name": "PreToolUse",
            "tool_name": "Bash", "tool_input": { "command": command, "description": "a step" },
        })
        .to_string();
        let mut child = Command::new(&self.hook)
            .args(["claude-code", "PreToolUse", "--absent", "closed", "--socket"])
            .arg(&self.socket)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("it is piped")?.write_all(input.as_bytes())?;
        let said = child.wait_with_output()?;
        let words = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
        ensure!(!words.contains("guard-absent"), "the daemon does not answer: {words}");
        Ok(match () {
            () if words.contains("\"deny\"") => Asked::Denied,
            () if words.contains("\"ask\"") => Asked::Person,
            () => Asked::GoesOn,
        })
    }
}
