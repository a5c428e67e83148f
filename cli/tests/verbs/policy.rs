//! `chaperone policy`.

use std::io::Write;

use event::testing::{exec, open};
use event::{Access, Event};

use super::{chaperone, stderr, stdout};

fn file(ending: &str, text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(ending).tempfile().expect("temp is writable");
    std::fs::write(file.path(), text).expect("temp is writable");
    file
}

#[test]
fn what_ships_passes_its_cases() {
    let output = chaperone(&["policy", "test"]);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).ends_with("come out as they must, 0 otherwise\n"));
}

#[test]
fn a_case_that_comes_out_otherwise_is_told_and_fails() {
    let case = "cases:\n  - that: keys are free\n    do: read_file\n    file: /home/a/.ssh/id_rsa\n    expect: allow\n";
    let file = file(".cases.yaml", case);
    let output = chaperone(&["policy", "test", &file.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("keys are free") && said.contains("expected allow, came ask"), "{said}");
}

#[test]
fn a_wrong_policy_is_refused_at_its_place() {
    let file = file(".cedar", "\nforbid (principal, action == Action::\"fly\", resource);\n");
    let output = chaperone(&["policy", "check", &file.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains(":2:") && said.contains("fly") && said.contains("hint: "), "{said}");
    let good = "@id(\"no-nc\") forbid (principal, action == Action::\"exec\", resource) when { resource.name == \"nc\" };";
    std::fs::write(file.path(), good).expect("temp is writable");
    let output = chaperone(&["policy", "check", &file.path().display().to_string()]);
    assert_eq!(stdout(&output), "1 policies of your own in 1 files, all good\n");
}

#[test]
fn an_own_policy_is_in_force_and_explained_with_its_place() {
    let text = "@id(\"no-nc\") @reason(\"nobody here needs nc\")\nforbid (principal, action == Action::\"exec\", resource) when { resource.name == \"nc\" };";
    let cedar = file(".cedar", text);
    let config = format!("[policy]\nprofile = \"guarded\"\npath = {:?}\n", cedar.path());
    let config = file(".toml", &config);
    let config = config.path().display().to_string();
    let words = ["--config", &config, "policy", "explain", "exec", "--program"];
    let output = chaperone(&[&words[..], &["/usr/bin/nc -l 1"]].concat());
    let said = stdout(&output);
    assert!(said.starts_with("deny  under the profile `guarded`"), "{said}{}", stderr(&output));
    assert!(said.contains("no-nc: nobody here needs nc") && said.contains(".cedar:1"), "{said}");
    let output = chaperone(&[&words[..], &["/usr/bin/ncal"]].concat());
    assert!(stdout(&output).starts_with("allow"), "{}", stdout(&output));
}

fn recording(events: &[Event]) -> tempfile::NamedTempFile {
    let mut file = file(".jsonl", "");
    for event in events {
        let line = serde_json::to_string(event).expect("events are JSON");
        writeln!(file, "{line}").expect("temp is writable");
    }
    file
}

#[test]
fn a_recording_is_told_what_would_have_been_stopped_of_it() {
    let agent = "node /usr/lib/node_modules/@openai/codex/bin/codex.js exec x";
    let file = recording(&[
        exec(1, 1, 10, "/usr/bin/node", agent),
        exec(2, 10, 11, "/usr/bin/cat", "cat /home/alice/.ssh/id_ed25519"),
        open(3, 11, "/home/alice/.ssh/id_ed25519", Access::Read),
        open(4, 11, "/home/alice/project/README.md", Access::Read),
        open(5, 10, "/home/alice/.codex/config.toml", Access::Write),
    ]);
    let output = chaperone(&["policy", "simulate", "--json", &file.path().display().to_string()]);
    assert!(output.status.success(), "{}", stderr(&output));
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let said: Vec<(&str, &str, u64)> = lines
        .iter()
        .filter_map(|line| {
            Some((line["policy"].as_str()?, line["effect"].as_str()?, line["times"].as_u64()?))
        })
        .collect();
    assert_eq!(said, [("credential-stores", "ask", 1), ("own-rules", "deny", 1)]);
    assert_eq!(lines.last().map(|line| line["stopped"].clone()), Some(2.into()));
}
