//! Attribution told as stories: what happens, whose each act must be.

mod bounds;
mod cases;
mod chains;
mod play;
mod script;

use std::path::{Path, PathBuf};

use play::play;
use script::Story;

/// Plays every story of a file; each names itself, so that a failure says which line of it is wrong.
fn check(file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let stories = Story::parse(&text);
    let wrong: Vec<String> = stories
        .iter()
        .flat_map(|story| {
            play(story).into_iter().map(|it| format!("{}: {}: {it}", file.display(), story.name))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    stories.len()
}

fn stories(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories").join(name)
}

#[test]
fn sessions_and_tool_calls() {
    check(&stories("sessions.story"));
}

#[test]
fn recorded_agents() {
    check(&stories("recorded.story"));
}

#[test]
fn work_handed_to_daemons() {
    check(&stories("handed_over.story"));
}

#[test]
fn who_stands_behind_a_session() {
    assert!(check(&stories("origin.story")) >= 9);
}

#[test]
fn people_and_agents_in_editors() {
    check(&stories("editors.story"));
}

#[test]
fn targets_are_known() {
    check(&stories("targets.story"));
}

#[test]
fn undeclared_agents_are_found() {
    assert!(check(&stories("undeclared.story")) >= 10);
}

#[test]
fn ordinary_work_is_quiet() {
    assert!(check(&stories("ordinary.story")) >= 20);
}
