//! The inventory as it changes, as a user sees it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::{chaperone, stderr, stdout};

#[test]
fn a_new_skill_is_a_line_as_soon_as_it_is_there() {
    let home = tempfile::tempdir().expect("temp is writable");
    let skill = home.path().join(".claude/skills/s");
    std::fs::create_dir_all(&skill).expect("temp is writable");
    let mut child = Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(["inventory", "watch", "--json", "--home"])
        .arg(home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
    let first = said.next().expect("it says that it looked").expect("text");
    assert!(first.contains("things are here"), "{first}");
    std::fs::write(skill.join("SKILL.md"), "---\nname: s\n---\nhelp\n").expect("written");
    let mut told = BufReader::new(child.stdout.take().expect("piped")).lines();
    // The folder makes Claude Code's presence known only with something in it.
    let line = told
        .find(|line| line.as_ref().is_ok_and(|line| line.contains("\"kind\":\"skill\"")))
        .expect("a line of the skill")
        .expect("text");
    child.kill().expect("it runs");
    child.wait().expect("it ran");
    let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(told["asset"]["became"], "appeared", "{line}");
    assert_eq!(told["asset"]["asset"]["name"], "s", "{line}");
}

#[test]
fn two_looks_are_compared() {
    let home = tempfile::tempdir().expect("temp is writable");
    let rules = home.path().join(".claude/CLAUDE.md");
    std::fs::create_dir_all(rules.parent().expect("a parent")).expect("temp is writable");
    let look = |text: &str| {
        std::fs::write(&rules, text).expect("written");
        let words = ["inventory", "--json", "--home", &home.path().to_string_lossy()];
        stdout(&chaperone(&words))
    };
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let (a, b) = (file("a.json", &look("one")), file("b.json", &look("two")));
    let output = chaperone(&["inventory", "diff", &a, &b]);
    assert_eq!(output.status.code(), Some(8), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("~ rules CLAUDE.md"), "{}", stdout(&output));
    let same = chaperone(&["inventory", "diff", &a, &a]);
    assert_eq!((same.status.code(), stdout(&same).as_str()), (Some(0), ""));
    let wrong = chaperone(&["inventory", "diff", &file("c.json", "{}\n")]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stderr(&wrong).contains("hint: give it what `chaperone inventory --json` wrote"));
}
