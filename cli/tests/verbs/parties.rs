//! What policies and people say of one agent, the kernel does to that agent alone: `up` with two agents, and one of them
//! with two sessions.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::demo::can_watch;
use super::{stderr, stdout};

/// After this the test gives up: not a measure, hosts are slow.
const LIMIT: Duration = Duration::from_secs(120);

/// What each does: connects to what it is told, and says what came of it.
const SCRIPT: &str =
    r#"while read -r end; do (exec 3<>"/dev/tcp/$end") 2>/dev/null; echo $?; done"#;

/// Agents may not connect to this machine, but for one of them.
const POLICIES: &str = r#"
@id("closed") @effect("ask") forbid (principal, action == Action::"connect", resource)
when { !(principal is Human) && resource.kinds.contains("loopback") };

@id("open-for-one") @lifts("closed")
permit (principal in Agent::"one@root", action == Action::"connect", resource);

@id("nobody") forbid (principal in Product::"one", action == Action::"connect", resource == Host::"127.0.0.9");
"#;

struct Agent {
    child: Child,
    script: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Agent {
    fn start(program: &Path, workspace: &Path) -> Self {
        let mut child = Command::new(program)
            .args(["-c", SCRIPT])
            .current_dir(workspace)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let script = child.stdin.take().expect("piped");
        let said = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, script, said }
    }

    fn connects(&mut self, address: &str, port: u16) -> bool {
        writeln!(self.script, "{address}/{port}").expect("it reads");
        self.said.next().expect("it lives").expect("a line") == "0"
    }

    /// Tries again until it is as it should be: an agent is held when it is known.
    fn soon(&mut self, address: &str, port: u16, connects: bool) {
        let deadline = Instant::now() + LIMIT;
        while self.connects(address, port) != connects {
            assert!(Instant::now() < deadline, "connects to {address}: never {connects}");
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `up` in a folder of its own.
struct Up {
    child: Child,
    said: Option<Lines<BufReader<ChildStderr>>>,
}

impl Up {
    fn start(root: &Path) -> Self {
        let mut child = chaperone(root, &["up", "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut all = Vec::new();
        let ready = said.by_ref().map_while(Result::ok).any(|line| {
            all.push(line);
            all.last().is_some_and(|line| line.contains("chaperone observes this host"))
        });
        assert!(ready, "{all:#?}");
        Self { child, said: Some(said) }
    }

    /// What it says must be read, or it waits.
    fn listen(&mut self) {
        let said = self.said.take();
        std::thread::spawn(move || said.into_iter().flatten().for_each(drop));
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}

fn chaperone(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chaperone"));
    command.args(words).arg("--config").arg(root.join("chaperone.toml"));
    command.arg("--data-dir").arg(root.join("data")).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Agents that work here are held, others are only watched.
fn fill(root: &Path) {
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).expect("written");
    for folder in ["agents", "policies", "work"] {
        std::fs::create_dir(root.join(folder)).expect("made");
    }
    let mut signatures = "agents:\n".to_owned();
    for name in ["one", "two"] {
        let program = root.join(name);
        std::fs::copy("/bin/bash", &program).expect("copied");
        signatures += &format!(
            "  - id: {name}\n    name: Agent {name}\n    kind: agent\n    vendor: Test\n    source: tested\n    match:\n      - exe: [{program:?}]\n"
        );
    }
    write("agents/both.yaml", &signatures);
    write("policies/own.cedar", POLICIES);
    let [agents, policies, work] = ["agents", "policies", "work"].map(|name| root.join(name));
    write(
        "chaperone.toml",
        &format!(
            "[agents]\nsignatures = [{agents:?}]\n[policy]\nprofile = \"observe\"\npath = {policies:?}\n\
             profiles = [{{ workspace = {work:?}, profile = \"guarded\" }}]\n[inventory]\nwatch = false\n"
        ),
    );
}

/// The question that waits.
fn question(root: &Path) -> Value {
    let deadline = Instant::now() + LIMIT;
    loop {
        let listed =
            stdout(&chaperone(root, &["approvals", "list", "--json"]).output().expect("it runs"));
        if let Some(question) = listed.lines().next() {
            return serde_json::from_str(question).expect("JSON");
        }
        assert!(Instant::now() < deadline, "nobody is asked");
    }
}

#[test]
fn what_is_permitted_to_one_agent_is_refused_to_another_by_the_kernel() {
    if let Err(reason) = can_watch() {
        println!("skipped: {reason}");
        return;
    }
    let folder = tempfile::tempdir().expect("temp is writable");
    let root = folder.path().canonicalize().expect("it is there");
    fill(&root);
    let mut up = Up::start(&root);
    up.listen();
    let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // Ends with the test.
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let start = |name: &str| Agent::start(&root.join(name), &root.join("work"));
    let (mut one, mut first) = (start("one"), start("two"));
    first.soon("127.0.0.1", port, false);
    one.soon("127.0.0.9", port, false);
    assert!(one.connects("127.0.0.1", port), "it is permitted");
    assert!(!first.connects("127.0.0.1", port));

    // A yes for a session is for that one.
    let asked = question(&root);
    assert_eq!(asked["because"][0]["policy"], "closed", "{asked}");
    let mut second = start("two");
    second.soon("127.0.0.1", port, false);
    let id = asked["id"].as_str().expect("an id");
    let answer = ["approvals", "answer", id, "allow", "--session", "--yes"];
    let answered = chaperone(&root, &answer).output().expect("it runs");
    assert!(answered.status.success(), "{}", stderr(&answered));
    // Which of the two asked last is whose session it is.
    let waits = Instant::now() + LIMIT;
    let lifted = loop {
        let goes_on = [&mut first, &mut second].map(|agent| agent.connects("127.0.0.1", port));
        if goes_on != [false, false] {
            break goes_on;
        }
        assert!(Instant::now() < waits, "the answer is heard by nobody");
    };
    assert!(lifted == [true, false] || lifted == [false, true], "{lifted:?}");
    assert!(!one.connects("127.0.0.9", port));
}
