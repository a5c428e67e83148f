//! Streams in a short form: what is planted is found, what is ordinary stays quiet.
//!
//! `SECONDS VERB …`, words split as a shell does, `⏎` the end of a line. Words: `prompt`, `answer`, `call ID TOOL TEXT`, `hook ID TOOL TEXT`,
//! `result ID ok|failed TEXT`; `late HEARD` before them says when they were heard. Acts: `PID exec PARENT EXE ARGV…`, `PID fork CHILD`, `PID exit STATUS`, `PID killed SIGNAL`, `PID write PATH`,
//! `PID open PATH`, `PID dns NAME`, `PID to ADDRESS:PORT`, `PID stopped`; process 1 is the agent's own, who it starts
//! begins a tree. `loss`: events were lost. `shell ID PID LINE`: the call and its shell, as the product starts it;
//! `done ID PID STATUS`: its end and its result.

use std::collections::BTreeMap;
use std::sync::Arc;

use event::testing::{by_agent, pid};
use event::{
    Access, Act, Actor, Attributed, Dns, Effect, Endpoint, Enforcer, Event, Exec, Exit, FileOpen,
    FileRef, FileWrite, Finding, Flow, Forked, Loss, LossCause, Object, Outcome, Process,
    ProcessId, Speech, Stopped, Text, ToolCallId, User, Utterance, Verb,
};

use super::Declared;
use crate::pack::shell::split;

/// The agent's program.
const AGENT: &str = "/opt/agent";
const START_NS: u64 = 1_767_225_600_000_000_000;
/// What the agent writes is read a moment later.
const HEARD_NS: u64 = 200_000_000;

/// One stream as it is written.
struct Story {
    product: String,
    next: u64,
    processes: BTreeMap<u32, (Arc<Process>, Option<u32>)>,
    acts: Vec<Attributed>,
}

impl Story {
    fn of(product: &str) -> Self {
        let agent = Process {
            id: pid(1),
            exe: AGENT.into(),
            command_line: "agent".into(),
            ..Process::default()
        };
        let processes = BTreeMap::from([(1, (Arc::new(agent), None))]);
        Self { product: product.into(), next: 1, processes, acts: Vec::new() }
    }

    fn line(&mut self, line: &str) {
        let words: Vec<String> =
            split(line).into_iter().map(|word| word.replace('⏎', "\n")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let [time, rest @ ..] = words.as_slice() else { panic!("{line}") };
        let seconds: f64 = time.parse().unwrap_or_else(|_| panic!("no time: {line}"));
        let ns = START_NS + (seconds * 1e9) as u64;
        match rest {
            ["late", heard, verb, args @ ..] => {
                let heard: f64 = heard.parse().expect("when it was heard");
                self.say(ns, START_NS + (heard * 1e9) as u64, verb, args);
            }
            ["loss"] => self.act(ns, 1, loss(ns)),
            ["shell", id, number, said] => self.shell(ns, id, number.parse().expect("a pid"), said),
            ["done", id, number, status] => {
                self.done(ns, id, number.parse().expect("a pid"), status)
            }
            ["long", id, end] => self.long(ns, id, end),
            [verb @ ("prompt" | "answer" | "call" | "hook" | "both" | "result"), args @ ..] => {
                self.say(ns, ns + HEARD_NS, verb, args);
            }
            [number, verb, args @ ..] => {
                let number = number.parse().unwrap_or_else(|_| panic!("no process: {line}"));
                self.done_by(ns, number, verb, args);
            }
            _ => panic!("{line}"),
        }
    }

    fn say(&mut self, ns: u64, heard: u64, verb: &str, args: &[&str]) {
        let (speech, hook, transcript) = match verb {
            "prompt" => (Speech::Prompt, false, true),
            "answer" => (Speech::Answer, false, true),
            "call" => (Speech::ToolCall, false, true),
            "hook" => (Speech::ToolCall, true, false),
            "both" => (Speech::ToolCall, true, true),
            _ => (Speech::ToolResult, false, true),
        };
        let transcript = if transcript { "/t.jsonl" } else { "" }.into();
        let mut words =
            Utterance { speech, hook, transcript, said_unix_ns: ns, ..Utterance::default() };
        match (speech, args) {
            (Speech::ToolCall, [id, tool, text]) => {
                (words.call, words.tool, words.text) =
                    ((*id).into(), (*tool).into(), (*text).into());
            }
            (Speech::ToolResult, [id, how, text]) => {
                (words.call, words.text, words.failed) =
                    ((*id).into(), (*text).into(), *how == "failed");
            }
            (_, [text]) => words.text = (*text).into(),
            _ => panic!("{verb} {args:?}"),
        }
        words.bytes = words.text.len() as u64;
        self.act(heard, 1, Act::Utterance(Box::new(words)));
    }

    /// A long result, as it is kept: its beginning, and what the whole names.
    fn long(&mut self, ns: u64, id: &str, end: &str) {
        let whole = format!("{}\n{end}", "an ordinary line\n".repeat(200));
        let words = Utterance {
            speech: Speech::ToolResult,
            call: id.into(),
            text: whole.get(..1_024).expect("it is longer").into(),
            bytes: whole.len() as u64,
            named: content::named::named(&whole),
            transcript: "/t.jsonl".into(),
            said_unix_ns: ns,
            ..Utterance::default()
        };
        self.act(ns + HEARD_NS, 1, Act::Utterance(Box::new(words)));
    }

    fn shell(&mut self, ns: u64, id: &str, number: u32, said: &str) {
        let (tool, text) = match self.product.as_str() {
            "codex-cli" => ("exec_command", said.to_owned()),
            "gemini-cli" => (
                "run_shell_command",
                format!(
                    "shopt -u promptvars nullglob extglob nocaseglob dotglob; {{ {said}; }}; __code=$?; pgrep -g 0 >/tmp/pids 2>&1; exit $__code;"
                ),
            ),
            "claude-code" => {
                let quoted = said.replace('\'', "'\"'\"'");
                (
                    "Bash",
                    format!(
                        "source /home/alice/.claude/shell-snapshots/s.sh 2>/dev/null || true && shopt -u extglob 2>/dev/null || true && eval '{quoted}' < /dev/null && pwd -P >| /tmp/claude-1-cwd"
                    ),
                )
            }
            _ => ("bash", said.to_owned()),
        };
        self.say(ns, ns + HEARD_NS, "call", &[id, tool, said]);
        let argv = match self.product.as_str() {
            "codex-cli" => ["bash", "-lc", &text].to_vec(),
            _ => ["bash", "-c", &text].to_vec(),
        };
        let args: Vec<&str> = ["1", "/usr/bin/bash"].into_iter().chain(argv).collect();
        self.done_by(ns + 50_000_000, number, "exec", &args);
    }

    fn done(&mut self, ns: u64, id: &str, number: u32, status: &str) {
        self.done_by(ns, number, "exit", &[status]);
        let how = if status == "0" { "ok" } else { "failed" };
        self.say(ns + 50_000_000, ns + HEARD_NS, "result", &[id, how, ""]);
    }

    fn done_by(&mut self, ns: u64, number: u32, verb: &str, args: &[&str]) {
        let act = match (verb, args) {
            ("exec", [parent, exe, argv @ ..]) => {
                return self.exec(ns, number, parent.parse().expect("a pid"), exe, argv);
            }
            ("fork", [child]) => {
                let child: u32 = child.parse().expect("a pid");
                let mine = self.processes.get(&number).cloned().expect("a process");
                let image = Process { id: pid(child), ..(*mine.0).clone() };
                let root = mine.1;
                self.processes.insert(child, (Arc::new(image), root));
                Act::ProcessClone(Forked { child: pid(child) })
            }
            ("exit", [code]) => {
                Act::ProcessExit(Exit { code: code.parse().expect("a status"), ..Exit::default() })
            }
            ("killed", [signal]) => Act::ProcessExit(Exit {
                signal: signal.parse().expect("a signal"),
                ..Exit::default()
            }),
            ("write", [path]) => {
                Act::FileWrite(FileWrite { file: FileRef::named(*path), bytes: 1 })
            }
            ("open", [path]) => Act::FileOpen(FileOpen {
                file: FileRef::named(*path),
                access: Access::Read,
                error: 0,
            }),
            ("dns", [name]) => Act::DnsQuery(Dns {
                name: (*name).into(),
                record: 1,
                server: Endpoint::None,
                addresses: Vec::new(),
                code: 0,
            }),
            ("to", [address]) => {
                let to: std::net::SocketAddr = address.parse().expect("an address");
                Act::NetworkConnect(Flow {
                    remote: Endpoint::Ip(to.ip(), to.port()),
                    ..Flow::default()
                })
            }
            ("stopped", [path]) => Act::Stopped(Box::new(Stopped {
                verb: Verb::ReadFile,
                object: Object::File { path: (*path).into() },
                effect: Effect::Deny,
                policy: "p".into(),
                by: Enforcer::Files,
                outcome: Outcome::Prevented,
                folder: "".into(),
            })),
            _ => panic!("{verb} {args:?}"),
        };
        self.act(ns, number, act);
    }

    fn exec(&mut self, ns: u64, number: u32, parent: u32, exe: &str, argv: &[&str]) {
        let above =
            self.processes.get(&parent).cloned().unwrap_or_else(|| panic!("no parent {parent}"));
        // Who runs the agent's own program by its name is nobody's tool.
        let is_own = exe == AGENT && argv.first().is_some_and(|word| &**word == "agent");
        let root = (!is_own).then_some(above.1.unwrap_or(number));
        let argv: Vec<Text> = argv.iter().map(|word| Text::from(*word)).collect();
        let exec = Exec {
            parent: pid(parent),
            exe: FileRef::named(exe),
            argv,
            cwd: "/home/alice/project".into(),
            user: User::default(),
            ..Exec::default()
        };
        let process = Process {
            id: pid(number),
            exe: exe.into(),
            command_line: exec.command_line().into(),
            cwd: exec.cwd.clone(),
            ..Process::default()
        };
        self.processes.insert(number, (Arc::new(process), root));
        self.act(ns, number, Act::ProcessExec(Box::new(exec)));
    }

    fn act(&mut self, ns: u64, number: u32, act: Act) {
        let (process, root) =
            self.processes.get(&number).cloned().unwrap_or_else(|| panic!("no process {number}"));
        let id = self.next;
        self.next += 1;
        let lost = matches!(act, Act::EventLoss(_));
        let mut done = by_agent(id, Event::new(ns, pid(number), act));
        let own = done.actor.as_deref().cloned().expect("an agent's");
        let tool_call = root.map(|root| ToolCallId::derive(own.session, pid(root)));
        let tool_root: Option<ProcessId> = root.map(pid);
        let actor = Actor { product: self.product.as_str().into(), tool_call, tool_root, ..own };
        done.actor = (!lost).then(|| Arc::new(actor));
        done.process = process;
        self.acts.push(done);
    }

    fn findings(mut self) -> Vec<Finding> {
        self.acts.sort_by_key(|act| act.event.time_unix_ns);
        let mut declared =
            Declared::new(&["prettier --write".to_owned(), "tool-server".to_owned()])
                .unwrap_or_else(|error| panic!("{error}"));
        let mut out = Vec::new();
        for act in &self.acts {
            declared.take(act, &mut out);
        }
        declared.flush(u64::MAX, &mut out);
        out
    }
}

fn loss(ns: u64) -> Act {
    let (cause, place) = (LossCause::RingFull, "ring".into());
    Act::EventLoss(Loss { cause, count: 1, from_unix_ns: ns, until_unix_ns: ns, place })
}

/// Cases of a text: `case NAME | PRODUCT | KIND …`, then its lines.
fn cases(text: &str) -> Vec<(String, Vec<String>, Story)> {
    let mut cases = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix("case ") {
            let mut parts = head.split('|').map(str::trim);
            let (name, product) =
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let kinds = parts.next().unwrap_or_default().split_whitespace().map(str::to_owned);
            cases.push((name.to_owned(), kinds.collect(), Story::of(product)));
        } else if let Some((_, _, story)) = cases.last_mut() {
            story.line(line);
        }
    }
    cases
}

fn told(findings: &[Finding]) -> Vec<String> {
    let mut kinds: Vec<String> = findings.iter().map(|it| it.rule.id.to_string()).collect();
    kinds.sort();
    kinds
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let cases = cases(include_str!("../../tests/declared/planted.story"));
    let (mut wrong, count) = (Vec::new(), cases.len());
    let mut kinds = std::collections::BTreeSet::new();
    for (name, mut expect, story) in cases {
        expect.sort();
        kinds.extend(expect.iter().cloned());
        let findings = story.findings();
        if told(&findings) != expect {
            let said: Vec<&str> = findings.iter().map(|it| &*it.summary).collect();
            wrong.push(format!("{name}: expected {expect:?}, found {}", said.join(" / ")));
        }
    }
    println!("{} of {count} planted streams are found", count - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: std::collections::BTreeSet<String> =
        super::Kind::ALL.iter().map(|kind| kind.id().to_owned()).collect();
    assert_eq!(kinds, all, "every kind is planted");
}

/// A way in which words and deeds differ.
#[derive(serde::Deserialize)]
struct Technique {
    name: String,
    half: String,
    family: String,
    is: String,
    /// Why it is not found.
    #[serde(default)]
    missed: String,
}

#[test]
fn techniques_are_found_but_for_those_that_say_why_not() {
    let techniques: Vec<Technique> =
        content::yaml::parse(include_str!("../../tests/declared/techniques.yaml"))
            .unwrap_or_else(|error| panic!("{error}"));
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    for (name, expect, story) in cases(include_str!("../../tests/declared/techniques.story")) {
        let technique = name.split(',').next().unwrap_or_default().to_owned();
        let is_found = told(&story.findings()).iter().any(|kind| expect.contains(kind));
        *found.entry(technique).or_insert(true) &= is_found;
    }
    let mut wrong = Vec::new();
    for half in ["built", "held"] {
        let of: Vec<&Technique> = techniques.iter().filter(|it| it.half == half).collect();
        let hit = |it: &&&Technique| found.get(&it.name) == Some(&true);
        println!("{half}: {} of {} techniques are found", of.iter().filter(hit).count(), of.len());
        wrong.extend(of.iter().filter(|it| hit(it) != it.missed.is_empty()).map(|it| {
            format!("{} ({}: {}): found is {:?}", it.name, it.family, it.is, found.get(&it.name))
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found.keys().all(|name| techniques.iter().any(|it| it.name == *name)), "{found:?}");
}

#[test]
fn what_is_ordinary_stays_quiet() {
    let mut wrong = Vec::new();
    let (mut calls, mut false_findings) = (0, 0);
    let streams = [
        include_str!("../../tests/declared/quiet.story"),
        include_str!("../../tests/declared/recorded.story"),
    ];
    for (name, _, story) in streams.into_iter().flat_map(cases) {
        let is_call = |act: &&Attributed| matches!(&act.event.act, Act::Utterance(words) if words.speech == Speech::ToolCall);
        calls += story.acts.iter().filter(is_call).count();
        let findings = story.findings();
        false_findings += findings.len();
        wrong.extend(findings.iter().map(|it| format!("{name}: {}", it.summary)));
    }
    println!("{false_findings} findings in {calls} ordinary calls");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_sides_are_quoted() {
    let text = "case x | claude-code |\n0 prompt go\n1 shell c1 10 'cargo test'\n\
                1.1 11 exec 10 /usr/bin/curl curl https://paste.example\n1.2 11 exit 0\n2 done c1 10 0\n";
    let findings = cases(text).remove(0).2.findings();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    let field = |name: &str| {
        finding.matched.iter().find(|(key, _)| &**key == name).map(|(_, value)| value.to_string())
    };
    assert_eq!(field("Declared").as_deref(), Some("Bash: cargo test"));
    assert_eq!(
        field("Real").as_deref(),
        Some("`curl https://paste.example` (/usr/bin/curl, pid 11)")
    );
    assert_eq!(field("ToolCall").as_deref(), Some("c1"));
    assert!(field("Benign").is_some_and(|words| words.contains("start-up files")));
    assert!(finding.events.len() == 2 && finding.process.id == pid(11));
}
