//! `chaperone run`: attempts to get out, and what has to work inside. Both are data.

mod asked;
mod custody;
mod lab;
mod stage;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{chaperone, stderr, stdout};
use lab::Lab;

/// An attempt to get out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    name: String,
    r#do: String,
    /// It works outside.
    #[serde(default)]
    alone: bool,
    /// Programs without which it is no attempt.
    #[serde(default)]
    needs: Vec<String>,
    /// What stands at the input, in the home.
    stdin: Option<String>,
    /// A word of a process that is not to be left.
    outlives: Option<String>,
}

/// Something that has to work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Work {
    name: String,
    r#do: String,
    #[serde(default)]
    needs: Vec<String>,
}

fn attempts() -> Vec<Attempt> {
    let mut all: BTreeMap<String, Vec<Attempt>> =
        toml::from_str(include_str!("run/escapes.toml")).expect("a table");
    all.remove("attempt").expect("attempts")
}

fn works() -> Vec<Work> {
    let mut all: BTreeMap<String, Vec<Work>> =
        toml::from_str(include_str!("run/works.toml")).expect("a table");
    all.remove("work").expect("works")
}

/// Whether this host lets anybody be launched this way.
pub fn can(way: &str) -> bool {
    let output = chaperone(&["run", "--way", way, "--net", "none", "--weaker", "--", "true"]);
    let can = output.status.success();
    if !can {
        println!("skipped: not by {way} here: {}", stderr(&output));
    }
    can
}

/// Runs every attempt, and says which came through.
fn escaped(way: &str) -> Vec<String> {
    let mut through = Vec::new();
    for attempt in attempts() {
        if let Some(missing) = lab::missing(&attempt.needs) {
            println!("skipped: {}: no {missing}", attempt.name);
            continue;
        }
        let lab = Lab::make();
        let before = lab.seen();
        let output = lab.run(way, &attempt.r#do, attempt.stdin.as_deref());
        let said = stdout(&output);
        let mut how = Vec::new();
        if said.contains("ESCAPED") {
            how.push("it says so".to_owned());
        }
        if said.contains(lab::CANARY) || stderr(&output).contains(lab::CANARY) {
            how.push("the canary was read".to_owned());
        }
        if lab.seen() != before {
            how.push(format!("outside was changed: {:?}", lab.seen()));
        }
        if !lab.lives() {
            how.push("a process outside was ended".to_owned());
        }
        if attempt.outlives.as_deref().is_some_and(lab::runs) {
            how.push("something goes on".to_owned());
        }
        if stderr(&output).starts_with("error:") {
            how.push(format!("nothing was tried: {}", stderr(&output)));
        }
        if !how.is_empty() {
            through.push(format!(
                "{}: {}\n{said}{}",
                attempt.name,
                how.join(", "),
                stderr(&output)
            ));
        }
    }
    through
}

#[test]
fn nobody_gets_out_of_namespaces() {
    if can("namespaces") {
        let through = escaped("namespaces");
        assert!(through.is_empty(), "{} came through:\n{}", through.len(), through.join("\n"));
    }
}

#[test]
fn nobody_gets_out_of_landlock_alone() {
    /// What this way says that it does not hold.
    const LACKS: [&str; 1] = ["see processes outside"];
    if can("landlock") {
        let through = escaped("landlock");
        let through: Vec<String> = through
            .into_iter()
            .filter(|it| !LACKS.iter().any(|lacks| it.starts_with(&format!("{lacks}:"))))
            .collect();
        assert!(through.is_empty(), "{} came through:\n{}", through.len(), through.join("\n"));
    }
}

/// An attempt that works for nobody proves nothing.
#[test]
fn attempts_work_outside() {
    for attempt in attempts().iter().filter(|attempt| attempt.alone) {
        if lab::missing(&attempt.needs).is_some() {
            continue;
        }
        let lab = Lab::make();
        let output = lab.alone(&attempt.r#do, attempt.stdin.as_deref());
        let said = stdout(&output);
        assert!(said.contains("ESCAPED"), "{}: {said}{}", attempt.name, stderr(&output));
    }
}

#[test]
fn work_goes_on_in_namespaces() {
    works_by("namespaces", &[]);
}

#[test]
fn work_goes_on_by_landlock_alone() {
    /// There is no folder, memory or network of the launch's own there, and no list of what is around hidden places.
    const LACKS: [&str; 5] = [
        "python, with processes, threads and a database",
        "node, with a worker, a child and a server of its own",
        "temporary files",
        "sockets of its own, by name and by number",
        "who one is, and where",
    ];
    works_by("landlock", &LACKS);
}

fn works_by(way: &str, lacks: &[&str]) {
    if !can(way) {
        return;
    }
    let mut failed = Vec::new();
    for work in works().iter().filter(|work| !lacks.contains(&&*work.name)) {
        if let Some(missing) = lab::missing(&work.needs) {
            println!("skipped: {}: no {missing}", work.name);
            continue;
        }
        let output = Lab::make().run(way, &work.r#do, None);
        if !output.status.success() || !stdout(&output).contains("WORKS") {
            let (said, also) = (stdout(&output), stderr(&output));
            failed.push(format!("{} ({}): {said}{also}", work.name, output.status));
        }
    }
    assert!(failed.is_empty(), "{} do not work:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn it_ends_as_its_program_does() {
    if !can("namespaces") {
        return;
    }
    let check = |program: &[&str], expect: i32| {
        let words = [&["run", "-q", "--net", "none", "--"], program].concat();
        let output = chaperone(&words);
        assert_eq!(output.status.code(), Some(expect), "{program:?}: {}", stderr(&output));
    };
    check(&["true"], 0);
    check(&["sh", "-c", "exit 7"], 7);
    check(&["sh", "-c", "kill -TERM $$"], 143);
    check(&["sh", "-c", "kill -KILL $$"], 137);
    check(&["/nonexistent/program"], 127);
    check(&["/etc/passwd"], 126);
}

/// What an agent keeps in one file with its own rules is written by it, and stays as it was.
#[test]
fn the_state_of_an_agent_is_a_copy() {
    if !can("namespaces") {
        return;
    }
    let above = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let home = tempfile::tempdir_in(above).or_else(|_| tempfile::tempdir()).expect("a folder");
    let (state, work) = (home.path().join(".claude.json"), home.path().join("w"));
    std::fs::create_dir(&work).expect("made");
    std::fs::write(&state, "kept\n").expect("written");
    let script = "echo servers >> ~/.claude.json && cat ~/.claude.json; ! mv w ~/.claude.json";
    let output = Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(["run", "--net", "none", "--", "sh", "-c", script])
        .current_dir(&work)
        .env("HOME", home.path())
        .env("CHAPERONE_DATA_DIR", home.path().join("data"))
        .output()
        .expect("started");
    assert_eq!(stdout(&output), "kept\nservers\n", "{}", stderr(&output));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&state).expect("there"), "kept\n");
}
