//! `chaperone replay`: a recorded stream through the real engine.

use std::io::Write;

use event::testing::{exec, open};
use event::{Access, Event};

use super::{chaperone, stderr, stdout};

fn recording(events: &[Event]) -> std::path::PathBuf {
    let name = format!("chaperone-replay-{}-{}.jsonl", std::process::id(), events.len());
    let path = std::env::temp_dir().join(name);
    let mut file = std::fs::File::create(&path).expect("temp is writable");
    for event in events {
        writeln!(file, "{}", serde_json::to_string(event).expect("events are JSON"))
            .expect("writable");
    }
    path
}

#[test]
fn an_agent_that_reads_a_key_is_found() {
    let events = [
        exec(
            1,
            1,
            10,
            "/usr/bin/node",
            "node /usr/lib/node_modules/@openai/codex/bin/codex.js exec x",
        ),
        exec(2, 10, 11, "/usr/bin/bash", "bash -lc cat"),
        exec(3, 11, 12, "/usr/bin/cat", "cat /home/alice/.ssh/id_ed25519"),
        open(4, 12, "/home/alice/.ssh/id_ed25519", Access::Read),
    ];
    let path = recording(&events);
    let output = chaperone(&["replay", "--json", &path.display().to_string()]);
    std::fs::remove_file(&path).expect("it was just written");
    let said = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(said.contains("\"session\":"), "{said}");
    assert!(said.contains("\"finding\":") && said.contains("id_ed25519"), "{said}");
}

#[test]
fn a_broken_line_is_named() {
    let path = std::env::temp_dir().join(format!("chaperone-broken-{}.jsonl", std::process::id()));
    std::fs::write(&path, "\n{\"time_unix_ns\": true}\n").expect("temp is writable");
    let output = chaperone(&["replay", &path.display().to_string()]);
    std::fs::remove_file(&path).expect("it was just written");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("line 2:"), "{}", stderr(&output));
}
