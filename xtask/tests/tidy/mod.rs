//! Tidy, held against this repository and against bad examples.

mod arrows;
mod files;
mod rust;

use anyhow::Result;
use xtask::tidy::house::{self, Plan};
use xtask::tidy::violation::{Violation, Weight};

#[test]
fn the_repository_is_tidy() -> Result<()> {
    let found = xtask::tidy::check(&xtask::root())?;
    let errors: Vec<_> = found.iter().filter(|one| one.weight == Weight::Error).collect();
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", text.join("\n"));
    Ok(())
}

#[test]
fn every_room_of_the_plan_knows_only_rooms_of_the_plan() -> Result<()> {
    let Plan { rooms, owners, pure, unsafety, .. } = house::plan()?;
    let named = rooms.values().chain(owners.values()).flatten();
    for room in named.chain(&pure.rooms).chain(&unsafety.rooms) {
        assert!(rooms.contains_key(room), "`{room}` is named and not a room");
    }
    Ok(())
}

#[test]
fn a_violation_says_place_reason_and_way_out() -> Result<()> {
    let found = rust::found("event/src/act.rs", "//! Acts.\nfn f() { todo!() }\n")?;
    let [violation] = found.as_slice() else { panic!("{found:?}") };
    let text = violation.to_string();
    assert!(text.starts_with("event/src/act.rs:2: error: `todo!`\n  why: "), "{text}");
    assert!(text.contains("\n  hint: "), "{text}");
    Ok(())
}

/// What was said, as `line what`, for comparison.
fn said(found: &[Violation]) -> Vec<String> {
    found.iter().map(|one| format!("{} {}", one.line, one.what)).collect()
}
