//! `chaperone policy check`.

use std::path::Path;

use anyhow::Result;
use event::show::plain;
use policy::Profile;
use serde_json::json;

use crate::out::{self, Colour, paint};
use crate::policies::{Own, guide};
use crate::verbs::{Common, Exit};

pub fn check(path: Option<&Path>, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let own = Own::read(path.or(config.policy.path.as_deref()))?;
    match guide(&config, &own) {
        Ok(guide) => {
            let files: Vec<&str> = own.sources().iter().map(|source| source.name).collect();
            let rules = guide.book(Profile::Guarded).rules();
            let mine = rules.filter(|rule| files.contains(&&*rule.at.0)).count();
            if common.json {
                out::json(&json!({ "files": files.len(), "policies": mine, "refused": 0 }))?;
            } else {
                out::line(&format!(
                    "{mine} policies of your own in {} files, all good",
                    files.len()
                ))?;
            }
            Ok(Exit::Done)
        }
        Err(refusals) => {
            for refusal in &refusals {
                if common.json {
                    out::json(&json!({
                        "file": refusal.file, "line": refusal.line, "column": refusal.column,
                        "message": refusal.message, "hint": refusal.hint,
                    }))?;
                } else {
                    let word = paint("refused", Colour::Red, out::coloured());
                    let text = refusal.to_string();
                    let lines: Vec<_> = text.split('\n').map(plain).collect();
                    out::line(&format!("{word} {}", lines.join("\n")))?;
                }
            }
            Ok(Exit::Failed)
        }
    }
}
