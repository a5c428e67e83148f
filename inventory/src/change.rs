//! From two looks to what came, changed and went between them.

use std::collections::HashMap;

use event::{Asset, AssetId, Became, Difference, Text};
use serde_json::Value;

use crate::join::Inventory;

/// What became of a thing. [`event::AssetChange`] is this with a time and a judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub became: Became,
    /// The thing as it is; as it was where it is gone.
    pub asset: Asset,
    /// Hash of its content before.
    pub digest_before: Option<Text>,
    /// What is different.
    pub differs: Vec<Difference>,
}

/// Properties that change with use, or with the lines around: no change of the thing.
const PASSING: [&str; 5] =
    ["line", "last_used_unix_ns", "changed_unix_ns", "expires_unix_ns", "bytes"];
/// Told by other properties.
const TOLD: [&str; 3] = ["digest", "id", "evidence"];

/// What changed from `before` to `after`, in the order of `after`; what went comes last.
pub fn changes(before: &Inventory, after: &Inventory) -> Vec<Change> {
    let mut known: HashMap<AssetId, &Asset> =
        before.assets.iter().map(|asset| (asset.id, asset)).collect();
    let mut changes = Vec::new();
    for asset in &after.assets {
        match known.remove(&asset.id) {
            None => changes.push(Change::plain(Became::Appeared, asset)),
            Some(old) if old == asset => {}
            Some(old) => changes.extend(changed(old, asset)),
        }
    }
    // In their order, not the map's. What could not be looked at this time is not gone.
    let unseen = |asset: &Asset| {
        let of = |place: &Text| after.unsure.iter().any(|unsure| within(place, &unsure.place));
        asset.evidence.iter().any(|evidence| of(&evidence.place))
    };
    let gone = before.assets.iter().filter(|asset| known.contains_key(&asset.id));
    let gone = gone.filter(|asset| !unseen(asset));
    changes.extend(gone.map(|asset| Change::plain(Became::Gone, asset)));
    changes
}

fn within(place: &str, of: &str) -> bool {
    place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Change {
    /// Without anything before.
    pub fn plain(became: Became, asset: &Asset) -> Self {
        Self { became, asset: asset.clone(), digest_before: None, differs: Vec::new() }
    }
}

/// None where only what passes is different.
fn changed(old: &Asset, new: &Asset) -> Option<Change> {
    let differs = differences(&steady(old), &steady(new));
    let digest_before = (old.digest != new.digest).then(|| old.digest.clone()).flatten();
    (!differs.is_empty() || old.digest != new.digest).then(|| Change {
        became: Became::Changed,
        asset: new.clone(),
        digest_before,
        differs,
    })
}

/// The thing as a value, without what passes.
fn steady(asset: &Asset) -> Value {
    let mut value = serde_json::to_value(asset).unwrap_or(Value::Null);
    prune(&mut value);
    value
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !PASSING.contains(&key.as_str()));
            map.values_mut().for_each(prune);
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else { return Vec::new() };
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let of = |key: &&String| !TOLD.contains(&key.as_str());
    keys.into_iter()
        .filter(of)
        .filter_map(|key| {
            let (was, is) = (parts(old.get(key)), parts(new.get(key)));
            let only = |one: &[Text], other: &[Text]| -> Vec<Text> {
                one.iter().filter(|it| !other.contains(it)).cloned().collect()
            };
            let (was, is) = (only(&was, &is), only(&is, &was));
            (!was.is_empty() || !is.is_empty()).then(|| Difference {
                what: key.as_str().into(),
                was,
                is,
            })
        })
        .collect()
}

/// A value as the things it lists.
fn parts(value: Option<&Value>) -> Vec<Text> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(words).collect(),
        Some(value) => vec![words(value)],
    }
}

/// A value in words: of a map what it holds, its place last.
fn words(value: &Value) -> Text {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Object(map) => {
            let inner = map.iter().filter(|(key, _)| *key != "place");
            let inner: Vec<String> = inner.map(|(_, value)| words(value).to_string()).collect();
            let place = map.get("place").and_then(Value::as_str);
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            format!("{}{place}", inner.join(" ")).into()
        }
        other => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use event::{Evidence, Freedom, Installed, What, Wording};

    use super::*;

    fn skill(name: &str, digest: &str) -> Asset {
        Asset {
            id: AssetId::derive("h", "skill", "alice", name, name),
            name: name.into(),
            owner: "alice".into(),
            products: vec!["claude-code".into()],
            project: None,
            version: None,
            digest: Some(digest.into()),
            evidence: vec![Evidence { place: format!("/h/{name}/SKILL.md").into(), line: 0 }],
            what: What::Skill(Wording::default()),
        }
    }

    fn agent(version: &str, last: u64, free: bool) -> Asset {
        let at = Evidence { place: "/h/settings.json".into(), line: last as u32 };
        let autonomy = event::Autonomy {
            freedom: Freedom::All,
            setting: "mode = bypass".into(),
            means: "nothing asks".into(),
            at: at.clone(),
        };
        Asset {
            id: AssetId::derive("h", "agent", "alice", "", "claude-code"),
            version: Some(version.into()),
            digest: None,
            what: What::Agent(Installed {
                last_used_unix_ns: Some(last),
                autonomy: free.then_some(autonomy).into_iter().collect(),
                ..Installed::default()
            }),
            ..skill("Claude Code", "")
        }
    }

    fn check(before: &[Asset], after: &[Asset], expect: &[&str]) {
        let of = |assets: &[Asset]| Inventory { assets: assets.to_vec(), ..Inventory::default() };
        let told: Vec<String> = changes(&of(before), &of(after))
            .iter()
            .map(|change| {
                let differs: Vec<String> = change
                    .differs
                    .iter()
                    .map(|it| format!(" {}: -{:?} +{:?}", it.what, it.was, it.is))
                    .collect();
                format!("{} {}{}", change.became.name(), change.asset.name, differs.concat())
            })
            .collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn what_came_changed_and_went_is_told_and_use_is_not() {
        check(&[], &[skill("a", "1")], &["appeared a"]);
        check(&[skill("a", "1")], &[skill("a", "1")], &[]);
        check(&[skill("a", "1")], &[skill("a", "2")], &["changed a"]);
        check(&[skill("a", "1"), skill("b", "1")], &[skill("b", "1")], &["gone a"]);
        check(&[agent("1.0", 5, true)], &[agent("1.0", 9, true)], &[]);
        check(
            &[agent("1.0", 5, false)],
            &[agent("1.1", 9, true)],
            &["changed Claude Code autonomy: -[] +[\"all mode = bypass nothing asks \
               (/h/settings.json)\"] version: -[\"1.0\"] +[\"1.1\"]"],
        );
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_gone() {
        let before = Inventory { assets: vec![skill("a", "1")], ..Inventory::default() };
        let unsure = vec![crate::Unsure { place: "/h".into(), why: "no".into() }];
        let after = Inventory { unsure, ..Inventory::default() };
        assert!(changes(&before, &after).is_empty());
    }
}
