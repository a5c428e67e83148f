//! `cargo xtask tidy`: what a reviewer should not have to say twice, checked by machine. Also a test.

pub mod arrows;
pub mod house;
pub mod rust;
pub mod shape;
pub mod tree;
pub mod violation;

use std::path::Path;

use anyhow::Result;

use violation::{Violation, Weight};

/// Everything that is not tidy below `root`.
pub fn check(root: &Path) -> Result<Vec<Violation>> {
    let plan = house::plan()?;
    let files = tree::read(root)?;
    let mut found = arrows::check(&plan, &house::packages(root)?);
    found.extend(rust::check(&plan, &files));
    found.extend(shape::check(&files));
    Ok(found)
}

/// Says what was found; true if nothing fails.
pub fn report(found: &[Violation]) -> bool {
    for violation in found {
        println!("{violation}");
    }
    let errors = found.iter().filter(|one| one.weight == Weight::Error).count();
    println!("tidy: {errors} errors, {} warnings", found.len() - errors);
    errors == 0
}
