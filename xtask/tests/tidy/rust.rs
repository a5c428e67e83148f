//! Bad Rust.

use anyhow::Result;
use xtask::tidy::house;
use xtask::tidy::rust;
use xtask::tidy::tree::File;
use xtask::tidy::violation::Violation;

pub fn found(path: &str, text: &str) -> Result<Vec<Violation>> {
    Ok(rust::check(&house::plan()?, &[File::new(path, text)]))
}

fn check(path: &str, text: &str, expect: &[&str]) -> Result<()> {
    assert_eq!(super::said(&found(path, text)?), expect, "{path}: {text}");
    Ok(())
}

#[test]
fn placeholders_are_refused_everywhere() -> Result<()> {
    check("cli/src/up.rs", "fn f() { dbg!(1); }", &["1 `dbg!`"])?;
    check("cli/tests/it.rs", "\nfn f() { unimplemented!() }", &["2 `unimplemented!`"])?;
    check("cli/src/up.rs", "// todo!\nconst A: &str = \"todo!\";", &[])
}

#[test]
fn crate_roots_forbid_unsafe() -> Result<()> {
    check("graph/src/lib.rs", "//! A room.", &["1 no `#![forbid(unsafe_code)]`"])?;
    check("cli/src/bin/hook.rs", "fn main() {}", &["1 no `#![forbid(unsafe_code)]`"])?;
    check("graph/src/lib.rs", "//! A room.\n#![forbid(unsafe_code)]\n", &[])?;
    check("sensor/src/lib.rs", "//! A room.", &[])
}

#[test]
fn only_the_graph_makes_attributed() -> Result<()> {
    let makes = "fn f() -> A { event::Attributed { id, actor } }";
    check(
        "detect/src/lib.rs",
        &format!("#![forbid(unsafe_code)]\n{makes}"),
        &["2 makes an `Attributed`"],
    )?;
    check("graph/src/attribute/mod.rs", makes, &[])?;
    check("detect/tests/it.rs", makes, &[])?;
    check("detect/src/rule.rs", &format!("#[cfg(test)]\nmod tests {{ {makes} }}"), &[])?;
    check(
        "detect/src/rule.rs",
        &format!("#[cfg(test)] mod tests;\n{makes}"),
        &["2 makes an `Attributed`"],
    )?;
    check("detect/src/rule.rs", "impl Show for Attributed { }", &[])?;
    check("detect/src/rule.rs", "fn f(a: A) -> Attributed { a }", &[])?;
    check("detect/src/rule.rs", "fn f() { let Attributed { id, actor } = a; }", &[])?;
    check("detect/src/rule.rs", "fn f() { if let Some(Attributed { id, .. }) = a {} }", &[])
}

#[test]
fn pure_rooms_have_no_clock_and_no_files() -> Result<()> {
    check("graph/src/a.rs", "use std::fs;", &["1 pure `graph` uses `std::fs`"])?;
    check("graph/src/a.rs", "fn f() { Instant::now(); }", &["1 pure `graph` uses `Instant::now`"])?;
    check(
        "graph/src/a.rs",
        "use std::net::TcpStream;",
        &["1 pure `graph` uses `std::net::TcpStream`"],
    )?;
    check(
        "graph/src/a.rs",
        "use std::net::{IpAddr, UdpSocket};",
        &["1 pure `graph` uses `UdpSocket`"],
    )?;
    check("graph/src/a.rs", "use std::net::IpAddr;", &[])?;
    check("graph/src/a.rs", "use std::fmt;", &[])?;
    check("graph/tests/it.rs", "use std::fs;", &[])?;
    check("graph/src/a.rs", "#[cfg(test)]\nmod tests { use std::fs; }", &[])?;
    check("sensor/src/a.rs", "use std::fs;", &[])
}

#[test]
fn a_module_declared_for_tests_is_proof() -> Result<()> {
    let said = |declaration: &str| -> Result<Vec<String>> {
        let files = [
            File::new("graph/src/threat/mod.rs", declaration),
            File::new("graph/src/threat/naive.rs", "use std::fs;"),
        ];
        Ok(super::said(&rust::check(&house::plan()?, &files)))
    };
    assert_eq!(said("#[cfg(test)]\nmod naive;")?, [""; 0]);
    assert_eq!(said("#[cfg(test)]\nmod other;\nmod naive;")?, ["1 pure `graph` uses `std::fs`"]);
    Ok(())
}
