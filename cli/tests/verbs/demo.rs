//! `chaperone demo`: every claim of the story holds where this host lets it be shown, and nothing is left behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{stderr, stdout};

/// The story in a folder of its own for temporary files.
fn demo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chaperone"));
    command.args(["demo", "--agent", "bundled", "--json"]).env("TMPDIR", folder);
    command
}

/// Whether BPF programs can be loaded here; else why not.
pub fn can_watch() -> Result<(), &'static str> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rights = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let rights = rights.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or(0);
    const SYS_ADMIN: u64 = 1 << 21;
    if rights & SYS_ADMIN == 0 {
        return Err("not root");
    }
    match Path::new("/sys/kernel/btf/vmlinux").exists() {
        true => Ok(()),
        false => Err("no BTF"),
    }
}

/// Whether agents can be launched by anybody here.
fn can_launch() -> bool {
    let output = super::chaperone(&["run", "--net", "none", "--", "true"]);
    output.status.success()
}

/// What is left of a story in `folder`: files, processes, mounts, addresses.
fn left(folder: &Path) -> Vec<String> {
    let name = folder.to_string_lossy().into_owned();
    let mut left = Vec::new();
    for entry in folder.read_dir().expect("it is there").flatten() {
        left.push(entry.path().display().to_string());
    }
    for entry in std::fs::read_dir("/proc").expect("mounted").flatten() {
        let words = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).replace('\0', " ");
        if words.contains(&name) {
            left.push(words);
        }
    }
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    left.extend(mounts.lines().filter(|line| line.contains(&name)).map(str::to_owned));
    let addresses = std::fs::read_to_string("/proc/net/fib_trie").unwrap_or_default();
    left.extend(addresses.lines().filter(|line| line.contains("203.0.113.")).map(str::to_owned));
    left
}

/// Tells the story; the steps that held.
fn told(command: &mut Command, folder: &Path) -> Vec<String> {
    let output = command.output().expect("the program starts");
    let said = stdout(&output);
    let steps: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).expect("a step is JSON")).collect();
    let not_held: Vec<&Value> = steps.iter().filter(|it| it["outcome"] == "not_held").collect();
    assert!(not_held.is_empty() && output.status.success(), "{not_held:#?}\n{}", stderr(&output));
    assert_eq!(left(folder), Vec::<String>::new());
    let held = steps.iter().filter(|step| step["outcome"] == "held");
    held.map(|step| step["title"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn root_sees_the_whole_story_and_nothing_is_left() {
    if let Err(why) = can_watch() {
        println!("skipped: {why}");
        return;
    }
    let folder = tempfile::tempdir().expect("temp is writable");
    let held = told(&mut demo(folder.path()), folder.path());
    for title in [
        "Its hook is deleted",
        "Somebody lets it read the key",
        "Why?",
        "What it deleted comes back",
    ] {
        assert!(held.iter().any(|it| it == title), "{title} is not in {held:?}");
    }
}

#[test]
fn who_is_not_root_sees_what_needs_no_root() {
    if !can_launch() {
        println!("skipped: nothing can be launched here");
        return;
    }
    let folder = tempfile::tempdir().expect("temp is writable");
    let mut command = demo(folder.path());
    if can_watch().is_ok() {
        use std::os::unix::fs::{PermissionsExt, chown};
        use std::os::unix::process::CommandExt;
        const NOBODY: u32 = 65_534;
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root may");
        let program = Path::new(env!("CARGO_BIN_EXE_chaperone"));
        let shut = program
            .ancestors()
            .skip(1)
            .find(|above| above.metadata().map_or(0, |it| it.permissions().mode()) & 0o1 == 0);
        if let Some(shut) = shut {
            println!("skipped: nobody may look into {}", shut.display());
            return;
        }
        command.uid(NOBODY).gid(NOBODY);
    }
    let held = told(&mut command, folder.path());
    let expect = [
        "A README speaks to agents",
        "The agent runs in a box",
        "A person does the same by hand",
        "What it deleted comes back",
    ];
    assert_eq!(held, expect);
}

#[test]
fn who_interrupts_it_is_left_with_nothing() {
    let folder = tempfile::tempdir().expect("temp is writable");
    let mut child = demo(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
    said.next().expect("a first step").expect("text");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ran");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("interrupted"), "{}", stderr(&output));
    assert_eq!(left(folder.path()), Vec::<String>::new());
}
