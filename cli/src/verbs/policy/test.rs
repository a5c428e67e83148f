//! `chaperone policy test`.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use event::show::plain;
use policy::case::{self, Case};
use serde_json::json;

use crate::files;
use crate::out::{self, Colour, paint};
use crate::policies::load;
use crate::verbs::{Common, Exit};

pub fn test(path: Option<&Path>, common: &Common) -> Result<Exit> {
    let mut config = common.config()?;
    if path.is_none() {
        // What ships is judged by itself: an own policy may well say otherwise.
        config.policy = crate::config::Policy::default();
    }
    let guide = load(&config)?;
    let (mut passed, mut failed) = (0, 0);
    for (file, cases) in cases(path)? {
        for case in cases {
            let Err(wrong) = case.run(&guide) else {
                passed += 1;
                continue;
            };
            failed += 1;
            if common.json {
                out::json(&json!({
                    "file": file, "that": case.that, "why": wrong.why, "decision": wrong.decision,
                }))?;
            } else {
                let word = paint("otherwise", Colour::Red, out::coloured());
                out::line(&format!("{word} {}: {}", plain(&file), plain(&case.that)))?;
                out::line(&format!("          {}", plain(&wrong.why)))?;
            }
        }
    }
    if common.json {
        out::json(&json!({ "passed": passed, "failed": failed }))?;
    } else {
        out::line(&format!("{passed} come out as they must, {failed} otherwise"))?;
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Failed })
}

fn cases(path: Option<&Path>) -> Result<Vec<(String, Vec<Case>)>> {
    let read = |file: String, text: &str| {
        let cases = case::parse(text).map_err(|error| anyhow!("{file}: {error}"))?;
        Ok((file, cases))
    };
    let Some(path) = path else {
        let shipped = policy::shipped_cases();
        return shipped.iter().map(|(file, text)| read((*file).to_owned(), text)).collect();
    };
    let each = files::named(path, |name| name.ends_with(".cases.yaml"))?.into_iter().map(|file| {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        read(file.display().to_string(), &text)
    });
    each.collect()
}
