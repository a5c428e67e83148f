//! `chaperone policy list`.

use anyhow::Result;
use event::Effect;
use event::show::{brief, plain};
use policy::Profile;
use serde_json::json;

use crate::out;
use crate::policies::load;
use crate::verbs::{Common, Exit};

pub fn list(profile: Option<Profile>, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let guide = load(&config)?;
    let profile = profile.unwrap_or(config.policy.profile);
    let mut rules: Vec<_> = guide.book(profile).rules().collect();
    rules.sort_by_key(|rule| std::cmp::Reverse((rule.because.effect, rule.because.severity)));
    let mut rows = Vec::new();
    for rule in rules {
        let verbs: Vec<&str> = rule.verbs.iter().map(|verb| verb.name()).collect();
        if common.json {
            out::json(&json!({
                "because": rule.because, "lifts": rule.lifts, "verbs": verbs,
                "file": rule.at.0, "line": rule.at.1, "profile": profile.name(),
            }))?;
            continue;
        }
        let effect = match (rule.because.effect, &rule.lifts) {
            (Effect::Allow, Some(_)) => "lifts",
            (Effect::Allow, None) => "permit",
            (effect, _) => effect.name(),
        };
        let verbs =
            if verbs.len() == event::Verb::ALL.len() { "any".into() } else { verbs.join(" ") };
        rows.push(vec![
            effect.to_owned(),
            rule.because.severity.name().to_owned(),
            plain(&rule.because.policy).into_owned(),
            verbs,
            brief(&rule.because.reason, 90),
        ]);
    }
    if !common.json {
        out::table(&["effect", "level", "policy", "about", "reason"], &rows)?;
    }
    Ok(Exit::Done)
}
