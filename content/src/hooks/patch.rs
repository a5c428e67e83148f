//! The files that a patch names, in the form that agents are taught (`*** Update File: …`) and in the common one
//! (`+++ b/…`).

use crate::command::FileVerb;

/// Most files of one patch.
const MOST: usize = 4_096;

/// What a patch does to which file, in order.
pub fn files(patch: &str) -> Vec<(FileVerb, String)> {
    patch.lines().filter_map(file).take(MOST).collect()
}

fn file(line: &str) -> Option<(FileVerb, String)> {
    let begins = [
        ("*** Update File:", FileVerb::Write),
        ("*** Add File:", FileVerb::Write),
        ("*** Move to:", FileVerb::Write),
        ("*** Delete File:", FileVerb::Delete),
        ("+++ ", FileVerb::Write),
        ("rename from ", FileVerb::Move),
        ("rename to ", FileVerb::Write),
        ("--- ", FileVerb::Move),
    ];
    let line = line.trim_start();
    let (begin, verb) = begins.into_iter().find(|(begin, _)| line.starts_with(begin))?;
    let name = line.get(begin.len()..)?.split('\t').next()?.trim();
    let common = matches!(begin, "+++ " | "--- ");
    let name = if common {
        name.strip_prefix("a/").or(name.strip_prefix("b/")).unwrap_or(name)
    } else {
        name
    };
    // What is made has no name before; what is removed none after.
    let named = !name.is_empty() && name != "/dev/null" && begin != "--- ";
    named.then(|| (verb, name.to_owned()))
}
