//! `chaperone policy format`.

use std::path::Path;

use anyhow::{Context, Result};
use event::show::plain;
use serde_json::json;

use super::refusals;
use crate::verbs::{Common, Exit, Stop};
use crate::{files, out};

/// What is done with what has another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Write,
    Say,
}

pub fn format(path: Option<&Path>, then: Then, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let Some(path) = path.or(config.policy.path.as_deref()) else {
        let said =
            "no file is named\nhint: `chaperone policy format my.cedar`, or set `policy.path`";
        return Err(Stop::new(Exit::Words, said).into());
    };
    let (mut other, mut wrong) = (0, 0);
    for file in files::named(path, |name| name.ends_with(".cedar"))? {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.display().to_string();
        let done = match policy::format(&name, &text) {
            Ok(done) => done,
            Err(refused) => {
                wrong += 1;
                refusals(&refused, common.json)?;
                continue;
            }
        };
        if done == text {
            continue;
        }
        other += 1;
        if then == Then::Write {
            files::replace(&file, done.as_bytes())
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        if common.json {
            out::json(&json!({ "file": name, "written": then == Then::Write }))?;
        } else {
            let word = if then == Then::Write { "written" } else { "another form" };
            out::line(&format!("{word} {}", plain(&name)))?;
        }
    }
    Ok(match (wrong, other, then) {
        (0, 0, _) | (0, _, Then::Write) => Exit::Done,
        _ => Exit::Failed,
    })
}
