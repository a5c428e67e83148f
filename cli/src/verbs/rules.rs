//! `chaperone rules list|check|test`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use detect::{Diagnostic, Loader, Pack, Weight};
use event::show::{brief, plain};

use super::{Common, Exit, examples};
use crate::out::{self, Colour, paint};
use crate::rules::{load, rule_files};

#[derive(Debug, Args)]
pub struct Rules {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The rules at work.
    #[command(after_help = examples::RULES_LIST)]
    List,
    /// Read Sigma rules and say what is wrong with them.
    #[command(after_help = examples::RULES_CHECK)]
    Check {
        /// Rule files, or directories of them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Run rules against the streams beside them (`fires.jsonl`, `quiet.jsonl`).
    #[command(after_help = examples::RULES_TEST)]
    Test {
        /// Directories that hold a `rule.yml` each, or directories of those.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

impl Rules {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::List => list(common),
            What::Check { paths } => check(&paths, common.json),
            What::Test { paths } => test(&paths, common.json),
        }
    }
}

fn list(common: &Common) -> Result<Exit> {
    let rules = load(&common.config()?)?;
    let mut rows = Vec::new();
    for entry in rules.entries() {
        let info = &entry.info;
        if common.json {
            out::json(info)?;
        } else {
            rows.push(vec![
                info.severity.name().to_owned(),
                plain(&info.pack).into_owned(),
                brief(&info.title, 72),
                brief(&info.tags.join(" "), 80),
            ]);
        }
    }
    if !common.json {
        out::table(&["level", "pack", "title", "tags"], &rows)?;
    }
    Ok(Exit::Done)
}

fn check(paths: &[PathBuf], json: bool) -> Result<Exit> {
    let mut loader = Loader::default();
    let pack = Pack::agents("check");
    for path in paths {
        for file in rule_files(path)? {
            loader.add(&pack, &file.display().to_string(), &read(&file)?);
        }
    }
    let rules = loader.finish();
    say(&rules.diagnostics, json)?;
    let (work, refused) = (rules.entries().count(), rules.refused());
    if json {
        out::json(&serde_json::json!({ "work": work, "refused": refused }))?;
    } else {
        out::line(&format!("{work} rules work, {refused} are refused"))?;
    }
    Ok(if rules.refused() == 0 { Exit::Done } else { Exit::Failed })
}

fn test(paths: &[PathBuf], json: bool) -> Result<Exit> {
    let (mut passed, mut failed) = (0, 0);
    for path in paths {
        for file in rule_files(path)?.iter().filter(|file| file.ends_with("rule.yml")) {
            let beside = |name| read(&file.with_file_name(name));
            let problems =
                detect::pack::check(&read(file)?, &beside("fires.jsonl")?, &beside("quiet.jsonl")?);
            if problems.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            let place = file.parent().unwrap_or(Path::new("."));
            if !json {
                out::line(&paint(&place.display().to_string(), Colour::Bold, out::coloured()))?;
            }
            say(&problems, json)?;
        }
    }
    if json {
        out::json(&serde_json::json!({ "passed": passed, "failed": failed }))?;
    } else {
        out::line(&format!("{passed} passed, {failed} failed"))?;
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

fn say(problems: &[Diagnostic], json: bool) -> Result<()> {
    for problem in problems {
        if json {
            let weight = match problem.weight {
                Weight::Warning => "warning",
                Weight::Refused => "refused",
            };
            out::json(&serde_json::json!({
                "file": problem.file, "line": problem.line, "column": problem.column,
                "rule": problem.rule, "weight": weight, "message": problem.message,
                "hint": problem.hint,
            }))?;
            continue;
        }
        let word = match problem.weight {
            Weight::Warning => paint("warning", Colour::Yellow, out::coloured()),
            Weight::Refused => paint("refused", Colour::Red, out::coloured()),
        };
        out::line(&format!("{word} {problem}"))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
