//! Chains of sessions end, whatever processes do: pids come again, programs replace each other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use event::testing::exec;
use event::{Act, Event, EventId, Exit, Forked, ProcessId, SessionId};
use graph::attribute::{Attributor, Host, Outcome, Settings};
use graph::signature::{Signatures, embedded};
use proptest::prelude::*;

static SHIPPED: LazyLock<Arc<Signatures>> =
    LazyLock::new(|| Arc::new(Signatures::parse(embedded().iter().copied()).0));

const PROGRAMS: [(&str, &str); 5] = [
    ("/opt/@openai/codex-linux-x64/vendor/x/bin/codex", "codex exec hi"),
    ("/home/alice/.local/share/claude/versions/2.1.3", "claude -p hi"),
    ("/usr/bin/node", "node /home/alice/.npm/_npx/1/node_modules/.bin/gemini -p hi"),
    ("/bin/bash", "bash -c ls"),
    ("/usr/bin/tmux", "tmux new-session codex exec hi"),
];

#[derive(Clone, Debug)]
enum Step {
    Exec(u32, u32, usize),
    Fork(u32, u32),
    Exit(u32),
    /// The pid is given to a new process.
    Reuse(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let pid = || 100_u32..106;
    prop_oneof![
        6 => (pid(), pid(), 0..PROGRAMS.len()).prop_map(|(pid, parent, it)| Step::Exec(pid, parent, it)),
        3 => (pid(), pid()).prop_map(|(pid, child)| Step::Fork(pid, child)),
        1 => pid().prop_map(Step::Exit),
        1 => pid().prop_map(Step::Reuse),
    ]
}

proptest! {
    #[test]
    fn no_session_is_above_itself(steps in proptest::collection::vec(step(), 1..60)) {
        let host = Host { name: "host".into(), boot_id: "boot".into() };
        let mut attributor = Attributor::new(host, SHIPPED.clone(), Settings::default(), EventId(1));
        let mut outcome = Outcome::default();
        let mut starts: HashMap<u32, u64> = HashMap::new();
        for (at, step) in steps.iter().enumerate() {
            let time = 1_000_000_000 + at as u64;
            let id = |pid: u32| ProcessId { start_ns: starts.get(&pid).copied().unwrap_or(1), pid };
            let event = match step {
                Step::Exec(pid, parent, program) => {
                    let (exe, line) = PROGRAMS[*program];
                    let mut event = exec(time, *parent, *pid, exe, line);
                    event.process = id(*pid);
                    if let Act::ProcessExec(exec) = &mut event.act {
                        exec.parent = id(*parent);
                    }
                    event
                }
                Step::Fork(pid, child) => {
                    Event::new(time, id(*pid), Act::ProcessClone(Forked { child: id(*child) }))
                }
                Step::Exit(pid) => Event::new(time, id(*pid), Act::ProcessExit(Exit::default())),
                Step::Reuse(pid) => {
                    starts.insert(*pid, time);
                    continue;
                }
            };
            attributor.attribute(event, &mut outcome);
        }
        let mut above: HashMap<SessionId, Option<SessionId>> = HashMap::new();
        let mut firsts: HashMap<SessionId, Option<SessionId>> = HashMap::new();
        for session in &outcome.sessions {
            let told = above.insert(session.id, session.parent);
            prop_assert!(told.is_none_or(|told| told == session.parent), "another parent");
            firsts.insert(session.id, session.delegation.root);
        }
        for id in above.keys() {
            let chain: Vec<SessionId> =
                std::iter::successors(Some(*id), |at| above.get(at).copied().flatten()).take(100).collect();
            prop_assert!(chain.len() < 100, "a loop");
            let first = chain.last().filter(|first| *first != id).copied();
            prop_assert_eq!(firsts[id], first, "the first of the chain");
        }
    }
}
