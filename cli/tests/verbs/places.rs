//! Live, as root: whose an act is where agents and people share a terminal multiplexer, an editor, a
//! host's daemons. Elsewhere it is skipped and says why.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn missing() -> Option<&'static str> {
    let has = |program: &str| {
        Command::new("which").arg(program).output().is_ok_and(|o| o.status.success())
    };
    if !rustix::process::geteuid().is_root() {
        return Some("not root");
    }
    ["tmux", "unshare", "setsid"].into_iter().find(|program| !has(program))
}

/// Runs the daemon around the script; false where the kernel gives it no events.
fn observe(config: &Path, dir: &Path) -> bool {
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(["--config".as_ref(), config.as_os_str(), "up".as_ref()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut said = BufReader::new(daemon.stderr.take().expect("piped"));
    let mut line = String::new();
    while said.read_line(&mut line).is_ok_and(|bytes| bytes > 0) && !line.contains("Ctrl-C ends") {}
    if !line.contains("Ctrl-C ends") {
        println!("skipped: {line}");
        let _ = daemon.wait();
        return false;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verbs/places.sh");
    let done = Command::new("/bin/bash").arg(script).env("DIR", dir).status().expect("bash");
    let pid = rustix::process::Pid::from_raw(daemon.id() as i32).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("told to end");
    assert!(daemon.wait().expect("ended").success());
    assert!(done.success(), "the script failed");
    true
}

/// Whose each marked program was.
fn marks(config: &Path) -> BTreeMap<String, bool> {
    let events = Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(["--config".as_ref(), config.as_os_str(), "events".as_ref(), "--json".as_ref()])
        .args(["--kind", "process_exec"])
        .output()
        .expect("events");
    let text = String::from_utf8_lossy(&events.stdout).into_owned();
    let acts = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    acts.filter_map(|record| {
        let exe = record.pointer("/act/event/act/process_exec/exe/path")?.as_str()?.to_owned();
        let (_, mark) = exe.rsplit_once("/marks/")?;
        Some((mark.to_owned(), record.pointer("/act/actor").is_some_and(|it| !it.is_null())))
    })
    .collect()
}

#[test]
fn people_and_agents_are_told_apart_live() {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return;
    }
    let home = tempfile::tempdir().expect("a directory");
    let config = home.path().join("chaperone.toml");
    let data = home.path().join("data");
    std::fs::write(&config, format!("data_dir = {data:?}\n")).expect("written");
    let dir = home.path().join("places");
    std::fs::create_dir(&dir).expect("made");
    if !observe(&config, &dir) {
        return;
    }
    let marks = marks(&config);
    let systemd = Path::new("/run/systemd/system").exists();
    for place in ["pane", "joined", "detached", "namespace", "editor", "scope"] {
        if place == "scope" && !systemd {
            println!("skipped: systemd does not run here");
            continue;
        }
        let by = |who: &str| marks.get(&format!("{who}-{place}")).copied();
        assert_eq!(by("agent"), Some(true), "the agent's in {place}: {marks:?}");
        assert_ne!(by("person"), Some(true), "the person's in {place}: {marks:?}");
    }
}
