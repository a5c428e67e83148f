//! Bad manifests.

use anyhow::Result;
use xtask::tidy::arrows;
use xtask::tidy::house::{self, Dependency, Package};

/// A house with `event`, `detect`, `chaperone` in `cli`, and `room` with one dependency.
fn check(room: &str, dependency: &str, dev: bool, expect: &[&str]) -> Result<()> {
    let empty = |name: &str, room: &str| Package {
        name: name.to_owned(),
        room: room.to_owned(),
        dependencies: Vec::new(),
    };
    let mut packages: Vec<Package> =
        ["event", "detect", "journal"].iter().map(|name| empty(name, name)).collect();
    packages.push(empty("chaperone", "cli"));
    packages.push(empty("bench", "bench"));
    let mut under_test = empty(if room == "cli" { "chaperone" } else { room }, room);
    under_test.dependencies.push(Dependency { name: dependency.to_owned(), dev });
    packages.push(under_test);
    let found = arrows::check(&house::plan()?, &packages);
    let said: Vec<&str> = found.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(said, expect, "{room} -> {dependency}");
    Ok(())
}

#[test]
fn arrows_follow_the_plan() -> Result<()> {
    check("sensor", "event", false, &[])?;
    check("cli", "detect", false, &[])?;
    check("sensor", "detect", false, &["`sensor` depends on `detect`"])?;
    check("event", "journal", false, &["`event` depends on `journal`"])?;
    check("journal", "detect", true, &[])?;
    check("journal", "chaperone", true, &["`journal` depends on `cli`"])?;
    check("journal", "bench", true, &["`journal` depends on `bench`"])?;
    check("attic", "event", false, &["room `attic` is not in the plan"])
}

#[test]
fn a_heavy_dependency_has_its_owner() -> Result<()> {
    check("journal", "rusqlite", false, &[])?;
    check("query", "rusqlite", false, &["`query` depends on `rusqlite`, owned by journal"])?;
    check("query", "rusqlite", true, &[])?;
    check("query", "arrow", false, &["`query` depends on `arrow`, owned by nobody"])
}

#[test]
fn pure_rooms_have_no_runtime() -> Result<()> {
    check("graph", "tokio", false, &["pure `graph` depends on `tokio`"])?;
    check("event", "rustix", false, &["pure `event` depends on `rustix`"])?;
    check("sensor", "rustix", false, &[])
}

#[test]
fn a_crate_is_called_like_its_folder() -> Result<()> {
    let package =
        Package { name: "diary".to_owned(), room: "journal".to_owned(), dependencies: Vec::new() };
    let found = arrows::check(&house::plan()?, &[package]);
    assert_eq!(super::said(&found), ["0 crate `diary` in folder `journal`"]);
    Ok(())
}
