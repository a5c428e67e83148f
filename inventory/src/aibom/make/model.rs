//! Models as components, with a card as far as anything is known of them.

use event::Evidence;
use serde_json::{Value, json};

use super::folder::ModelFile;
use super::parts::known_by;
use super::{Making, Plan, property, put, put_version};
use crate::aibom::bom::Format;

/// A model that is told by its name alone.
pub fn of_name(name: &str) -> ModelFile {
    let (group, short) = match name.rsplit_once('/') {
        Some((group, short)) if !group.is_empty() && !short.is_empty() => (Some(group), short),
        _ => (None, name),
    };
    ModelFile {
        name: short.into(),
        group: group.map(Into::into),
        version: version(short).map(Into::into),
        ..ModelFile::default()
    }
}

/// The version that stands in a name: a day or a tag.
fn version(name: &str) -> Option<&str> {
    if let Some((_, tag)) = name.rsplit_once(':') {
        return Some(tag).filter(|tag| !tag.is_empty() && *tag != "latest");
    }
    let (_, day) = name.rsplit_once(['-', '@'])?;
    (day.len() == 8 && day.starts_with("20") && day.bytes().all(|b| b.is_ascii_digit()))
        .then_some(day)
}

impl Making {
    pub(super) fn model(
        &mut self,
        plan: &Plan<'_>,
        model: ModelFile,
        evidence: &[&Evidence],
    ) -> String {
        let full = match &model.group {
            Some(group) => format!("{group}/{}", model.name),
            None => model.name.to_string(),
        };
        let own = match &model.place {
            Some(place) => format!("model-{place}"),
            None => format!("model-{full}"),
        };
        let mut evidence: Vec<Evidence> = evidence.iter().map(|at| (*at).clone()).collect();
        evidence.extend(model.place.iter().map(|place| Evidence { place: place.clone(), line: 0 }));
        let mut component = json!({
            "type": "machine-learning-model", "bom-ref": own, "name": model.name,
        });
        put(&mut component, "group", json!(model.group));
        put_version(&mut component, model.version.as_deref());
        put(&mut component, "purl", json!(model.purl));
        put(&mut component, "description", json!(model.description));
        if !evidence.is_empty() {
            put(&mut component, "evidence", known_by(&full, &evidence));
        }
        if model.place.is_none() && plan.format == Format::CycloneDx17 {
            put(&mut component, "isExternal", json!(true));
        }
        if let Some(said) = &model.licence {
            put(&mut component, "licenses", super::parts::licence(said));
        }
        let hashes =
            model.hashes.iter().map(|(alg, content)| json!({ "alg": alg, "content": content }));
        put(&mut component, "hashes", Value::Array(hashes.collect()));
        put(&mut component, "modelCard", card(&own, &model));
        let mut properties = vec![property("kind", "model")];
        properties.extend(model.bytes.map(|bytes| property("bytes", &bytes.to_string())));
        properties.extend(model.more.iter().map(|(name, value)| property(name, value)));
        properties.extend(model.told_by.iter().map(|by| property("known-from", by)));
        put(&mut component, "properties", Value::Array(properties));
        // The same model may be told of in several places: what is known first stays, places are joined.
        match self.components.get_mut(&own) {
            Some(known) => join(known, component),
            None => drop(self.components.insert(own.clone(), component)),
        }
        for name in &model.data_sets {
            let data = self.named_data_set(name);
            self.edge(&own, &data);
        }
        for name in &model.base {
            let base = ModelFile { told_by: Some("the card of a model".into()), ..of_name(name) };
            let base = self.model(plan, base, &[]);
            if base != own {
                self.edge(&own, &base);
            }
        }
        own
    }
}

/// What is known of how it was made and what it takes.
fn card(own: &str, model: &ModelFile) -> Value {
    let mut parameters = json!({});
    put(&mut parameters, "task", json!(model.task));
    put(&mut parameters, "architectureFamily", json!(model.family));
    put(&mut parameters, "modelArchitecture", json!(model.architecture));
    let data: Vec<Value> =
        model.data_sets.iter().map(|name| json!({ "ref": format!("data-{name}") })).collect();
    put(&mut parameters, "datasets", Value::Array(data));
    let mut card = json!({ "bom-ref": format!("card-{own}") });
    put(&mut card, "modelParameters", parameters);
    card
}

/// Adds the places of one telling to another.
fn join(known: &mut Value, other: Value) {
    let places = |value: &Value| -> Vec<Value> {
        let places = value.pointer("/evidence/occurrences").and_then(Value::as_array);
        places.cloned().unwrap_or_default()
    };
    let mut all = places(known);
    for place in places(&other) {
        if !all.contains(&place) {
            all.push(place);
        }
    }
    if all.is_empty() {
        return;
    }
    match known.get_mut("evidence") {
        Some(evidence) => put(evidence, "occurrences", Value::Array(all)),
        None => put(known, "evidence", other.get("evidence").cloned().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models_hold_groups_and_versions() {
        let check = |name: &str, expect: (Option<&str>, &str, Option<&str>)| {
            let model = of_name(name);
            assert_eq!((model.group.as_deref(), &*model.name, model.version.as_deref()), expect);
        };
        check("claude-sonnet-4-5-20250929", (None, "claude-sonnet-4-5-20250929", Some("20250929")));
        check("openrouter/org/model:free", (Some("openrouter/org"), "model:free", Some("free")));
        check("llama3:latest", (None, "llama3:latest", None));
        check("gpt-5", (None, "gpt-5", None));
    }
}
