//! Configuration and bad words.

use super::{chaperone, stderr};

#[test]
fn a_misspelt_key_is_refused_with_line_and_hint() {
    let path = std::env::temp_dir().join(format!("chaperone-config-{}.toml", std::process::id()));
    std::fs::write(&path, "[journal.segments]\nmax_mb = 3\n").expect("temp is writable");
    let output = chaperone(&["agents", "--config", &path.display().to_string()]);
    std::fs::remove_file(&path).expect("it was just written");
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("line 2: unknown field `max_mb`"), "{said}");
    assert!(said.contains("hint: did you mean `max_mib`?"), "{said}");
}

#[test]
fn an_unknown_kind_lists_the_known() {
    let output = chaperone(&["events", "--kind", "file_opne"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("hint: one of process_exec"), "{}", stderr(&output));
}

#[test]
fn help_shows_examples() {
    let output = chaperone(&["--help"]);
    assert!(super::stdout(&output).contains("Examples:"));
}
