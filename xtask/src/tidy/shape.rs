//! What is read from names and lines of files: heads, sizes, names that say nothing, paths of
//! somebody's machine, and tables of data that must parse.

use super::tree::File;
use super::violation::{Rule, Violation};

const HEAD: Rule = Rule {
    why: "the first line says what a file is and where on the data path it stands",
    hint: "open the file with one sentence",
};
const SIZE: Rule = Rule {
    why: "one idea per file; a long file hides the second one",
    hint: "look for the second noun and give it a file",
};
const NAME: Rule = Rule {
    why: "a drawer without a noun fills with everything",
    hint: "name it by its noun, or put it beside its only caller",
};
const MACHINE: Rule = Rule {
    why: "a path of one machine is a lie on every other",
    hint: "make it relative to the workspace, or an argument",
};
const DATA: Rule = Rule {
    why: "a rule without a stream that fires and one that stays quiet proves nothing",
    hint: "a pack entry is <id>/rule.yml, <id>/fires.jsonl and <id>/quiet.jsonl",
};

/// Lines from which a file is mentioned, and from which it is refused.
const LONG: usize = 600;
const TOO_LONG: usize = 1000;

/// Checks every tracked file.
pub fn check(files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in files {
        found.extend(head(file));
        found.extend(size(file));
        found.extend(name(file));
        found.extend(machine(file));
    }
    found.extend(rules(files));
    found
}

fn head(file: &File) -> Option<Violation> {
    let first = file.text.lines().find(|line| !line.starts_with("#!/")).unwrap_or_default();
    let (wanted, there) = match () {
        () if file.ends(".rs") => {
            ("//!", first.starts_with("//! ") || first.starts_with("#![doc = include_str!("))
        }
        () if file.path.starts_with("bpf/") && (file.ends(".c") || file.ends(".h")) => {
            ("/*", first.starts_with("/* "))
        }
        () if file.ends(".sh") || file.ends(".def") => ("#", first.starts_with("# ")),
        () => return None,
    };
    (!there).then(|| {
        Violation::error(&file.path, 1, format!("does not open with a `{wanted}` sentence"), HEAD)
    })
}

fn size(file: &File) -> Option<Violation> {
    let code = [".rs", ".c", ".h", ".sh"].iter().any(|end| file.ends(end));
    let lines = file.text.lines().count();
    if !code || lines <= LONG {
        return None;
    }
    let said = Violation::error(&file.path, 0, format!("{lines} lines"), SIZE);
    Some(if lines > TOO_LONG { said } else { said.as_warning() })
}

fn name(file: &File) -> Option<Violation> {
    let empty = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part);
        ["utils", "util", "helpers", "helper", "common", "misc"].contains(&stem)
    };
    let code = file.ends(".rs") || file.ends(".h") || file.ends(".c");
    let part = file.path.split('/').find(|part| empty(part)).filter(|_| code)?;
    Some(Violation::error(&file.path, 0, format!("`{part}` names nothing"), NAME))
}

/// Spelt in parts, so that this file does not accuse itself.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/tmp", "/t/")];
/// Root's home is something rules and code may speak of; documents and scripts may not.
const HOME: &str = concat!("/ro", "ot/");

fn machine(file: &File) -> Option<Violation> {
    let free = file.ends(".jsonl") || file.ends(".snap") || file.ends(".story") || file.is_proof();
    if free || file.path == "Cargo.lock" {
        return None;
    }
    let told = [".md", ".toml", ".sh", "Makefile", ".ci/run"].iter().any(|end| file.ends(end));
    let paths = MACHINE_PATHS.into_iter().chain(told.then_some(HOME));
    let (line, path) = file.lines().find_map(|(number, line)| {
        let path = paths.clone().find(|path| names(line, path))?;
        Some((number, path))
    })?;
    Some(Violation::error(&file.path, line, format!("names `{path}`"), MACHINE))
}

/// Whether `line` names `path` from the root, not as the middle of a longer one.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*/}~".contains(c))
    })
}

/// Each folder of `rules/detections` holds the three files, and each line of a stream is JSON.
fn rules(files: &[File]) -> Vec<Violation> {
    const PACK: &str = "rules/detections/";
    let inside = |file: &&File| file.path.starts_with(PACK) && file.path.matches('/').count() > 2;
    let pack: Vec<&File> = files.iter().filter(inside).collect();
    let folder = |file: &File| file.path[..file.path.rfind('/').unwrap_or(0)].to_owned();
    let mut folders: Vec<String> = pack.iter().map(|file| folder(file)).collect();
    folders.dedup();
    let mut found = Vec::new();
    for folder in folders {
        for needed in ["rule.yml", "fires.jsonl", "quiet.jsonl"] {
            let path = format!("{folder}/{needed}");
            match pack.iter().find(|file| file.path == path) {
                None => found.push(Violation::error(&path, 0, "is missing", DATA)),
                Some(file) if file.text.trim().is_empty() => {
                    found.push(Violation::error(&path, 0, "is empty", DATA));
                }
                Some(file) => found.extend(stream(file)),
            }
        }
    }
    found
}

fn stream(file: &File) -> Option<Violation> {
    let json = |line: &str| serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    let (line, _) = file
        .lines()
        .filter(|(_, text)| file.ends(".jsonl") && !text.trim().is_empty())
        .find(|(_, text)| !json(text))?;
    Some(Violation::error(&file.path, line, "is not a JSON value", DATA))
}
