//! What agents load, as components: texts, hooks, plug-ins, keys, code.

use event::{Asset, Evidence, Text, What, Wording};
use serde_json::{Value, json};

use super::{MOST, Making, ModelFile, Plan, model, property, put, put_version, reference};
use crate::aibom::bom::is_licence;
use crate::aibom::clock::rfc3339;
use crate::aibom::purl;

impl Making {
    /// A thing, and how it is called in the document; several where it brings others with it.
    pub(super) fn part(&mut self, plan: &Plan<'_>, asset: &Asset) -> Vec<String> {
        let own = reference(asset);
        if self.holds(asset) {
            return vec![own];
        }
        match &asset.what {
            // What an agent could touch, and what listens, is no part of it: `inventory reach` tells that.
            What::Agent(_) | What::Account(_) | What::Repository(_) | What::Listener(_) => {
                return Vec::new();
            }
            What::ToolServer(server) => self.server(plan, asset, server),
            What::Code(code) => self.code(asset, code),
            What::Model(weights) => return vec![self.weights(plan, asset, weights)],
            What::Dataset(data) => self.data(plan, asset, data),
            What::VectorStore(store) => self.store(asset, store),
            What::Package(package) => self.package(plan, asset, package),
            What::Service(unit) => self.unit(asset, unit),
            What::Container(container) => self.container(plan, asset, container),
            What::ModelServer(server) => self.model_server(plan, asset, server),
            What::Skill(_)
            | What::Command(_)
            | What::SubAgent(_)
            | What::Plugin(_)
            | What::Rules(_)
            | What::Memory(_)
            | What::Hook(_)
            | What::Helper(_)
            | What::Extension(_)
            | What::Credential(_) => {
                let component = component(plan, asset);
                self.components.insert(own.clone(), component);
            }
        }
        if let Some(name) = wording(asset).and_then(|text| text.model.as_ref()) {
            let places: Vec<_> = asset.evidence.iter().collect();
            let model =
                ModelFile { told_by: Some("what asks for it".into()), ..model::of_name(name) };
            let model = self.model(plan, model, &places);
            self.edge(&own, &model);
        }
        vec![own]
    }

    /// Code of a framework: its file, the framework, and how the one makes an agent of the other.
    fn code(&mut self, asset: &Asset, code: &event::Code) {
        let (own, framework) = (reference(asset), format!("framework-{}", code.framework));
        let mut file = json!({
            "type": "file", "bom-ref": own,
            "name": asset.evidence.first().map_or(&asset.name, |at| &at.place),
            "evidence": known_by(&asset.name, &asset.evidence),
        });
        put(&mut file, "properties", Value::Array(about(asset)));
        self.components.insert(own.clone(), file);
        let known = json!({
            "type": "framework", "bom-ref": framework, "name": code.framework,
            "description": "makes agents",
        });
        self.components.insert(framework.clone(), known);
        self.edge(&own, &framework);
        self.formulas.push(json!({
            "bom-ref": format!("formula-{}", asset.id),
            "workflows": [{
                "bom-ref": format!("workflow-{}", asset.id),
                "uid": asset.id.to_string(),
                "name": format!("agent of {}", code.framework),
                "description": "the file makes an agent with the framework",
                "taskTypes": ["other"],
                "resourceReferences": [{ "ref": own }, { "ref": framework }],
            }],
        }));
    }
}

/// A text, a program that is started, a plug-in or a file with keys.
fn component(plan: &Plan<'_>, asset: &Asset) -> Value {
    let kind = match &asset.what {
        What::Extension(_) | What::Plugin(_) => "application",
        What::Hook(_) | What::Helper(_) => "file",
        _ => "data",
    };
    let mut component = json!({
        "type": kind,
        "bom-ref": reference(asset),
        "name": asset.name,
        "evidence": known_by(&asset.name, &asset.evidence),
    });
    put_version(&mut component, asset.version.as_deref());
    put(&mut component, "licenses", licences(plan, &asset.evidence));
    let mut properties = about(asset);
    match &asset.what {
        What::Hook(hook) => {
            properties.push(property("event", &hook.event));
            properties.extend(hook.matcher.as_deref().map(|it| property("matcher", it)));
            properties.push(property("runs", &hook.runs));
        }
        What::Helper(helper) => {
            properties.push(property("setting", &helper.setting));
            properties.push(property("runs", &helper.runs));
        }
        What::Extension(extension) => {
            put(&mut component, "description", json!(extension.extension));
            properties.push(property("editor", &extension.editor));
            let powers = extension.permissions.iter().take(MOST);
            properties.extend(powers.map(|one| property("permission", one)));
            let pages = extension.hosts.iter().take(MOST);
            properties.extend(pages.map(|one| property("page", one)));
            properties.extend(extension.because.iter().map(|why| property("because", why)));
        }
        What::Credential(key) => {
            put(
                &mut component,
                "data",
                json!([{
                    "type": "other", "name": asset.name, "classification": "secret",
                    "sensitiveData": [key.holds], "description": "a file with keys; its content is not read",
                }]),
            );
            properties.push(property("secret", &key.holds));
            properties.extend(key.scopes.iter().map(|scope| property("key-scope", scope)));
            properties.push(property("changed", &rfc3339(key.changed_unix_ns)));
            let end = key.expires_unix_ns.map(|end| property("expires", &rfc3339(end)));
            properties.extend(end);
            properties.extend(key.readable_by.as_deref().map(|who| property("readable-by", who)));
        }
        _ => {}
    }
    if let Some(text) = wording(asset) {
        put(&mut component, "description", json!(text.description));
        if kind == "data" {
            put(
                &mut component,
                "data",
                json!([{
                    "type": "definition", "name": asset.name,
                    "description": format!("instructions, {} bytes", text.bytes),
                }]),
            );
        }
        properties.extend(text.tools.iter().take(MOST).map(|tool| property("asks-for-tool", tool)));
    }
    match (&asset.digest, &asset.what) {
        // The definition is hashed, not a file.
        (Some(digest), What::Hook(_) | What::Helper(_)) => {
            properties.push(property("definition-blake3", digest));
        }
        // No file has this hash: it is over a list of them.
        (Some(digest), What::Skill(wording)) if !wording.files.is_empty() => {
            properties.push(property("files-blake3", digest));
        }
        (Some(digest), _) => put(&mut component, "hashes", hashes(digest)),
        (None, _) => {}
    }
    put(&mut component, "properties", Value::Array(properties));
    component
}

/// What is known of every thing.
pub(super) fn about(asset: &Asset) -> Vec<Value> {
    let mut properties = vec![property("kind", asset.what.kind())];
    if !asset.owner.is_empty() {
        properties.push(property("owner", &asset.owner));
    }
    properties.extend(asset.products.iter().map(|id| property("loaded-by", id)));
    properties.extend(asset.project.as_deref().map(|project| property("project", project)));
    properties
}

/// The hash of a content.
pub(super) fn hashes(blake3: &str) -> Value {
    let fits = blake3.len() == 64 && blake3.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { json!([{ "alg": "BLAKE3", "content": blake3 }]) } else { Value::Null }
}

/// How a thing is known: by which file, at which line.
pub(super) fn known_by(name: &str, evidence: &[Evidence]) -> Value {
    let evidence = evidence.iter().take(MOST);
    let package = evidence.clone().find_map(|at| purl::installed(at).map(|_| at));
    let (technique, confidence) =
        if package.is_some() { ("manifest-analysis", 1) } else { ("filename", 1) };
    let shown = package.or_else(|| evidence.clone().next()).map(|at| at.place.clone());
    let mut method = json!({ "technique": technique, "confidence": confidence });
    put(&mut method, "value", json!(shown));
    let occurrences = evidence.map(|at| match at.line {
        0 => json!({ "location": at.place }),
        line => json!({ "location": at.place, "line": line }),
    });
    let occurrences: Vec<Value> = occurrences.collect();
    let mut known = json!({ "identity": [{
        "field": "name", "confidence": 1, "concludedValue": name, "methods": [method],
    }] });
    put(&mut known, "occurrences", Value::Array(occurrences));
    known
}

/// The licence that a package says of itself.
pub(super) fn licences(plan: &Plan<'_>, evidence: &[Evidence]) -> Value {
    let said = evidence.iter().find_map(|at| plan.licences.get(&at.place));
    said.map_or(Value::Null, licence)
}

/// A licence as a document names it: by its id, by an expression, or by what somebody wrote.
pub(super) fn licence(said: &Text) -> Value {
    if is_licence(said) {
        return json!([{ "license": { "id": said, "acknowledgement": "declared" } }]);
    }
    let joined = [" OR ", " AND ", " WITH "].iter().any(|word| said.contains(word));
    let words = said.split([' ', '(', ')']).filter(|word| !word.is_empty());
    let known = |word: &str| {
        ["OR", "AND", "WITH"].contains(&word)
            || is_licence(word.trim_end_matches('+'))
            || word.ends_with("exception")
    };
    if joined && words.clone().all(known) {
        return json!([{ "expression": said, "acknowledgement": "declared" }]);
    }
    json!([{ "license": { "name": said, "acknowledgement": "declared" } }])
}

fn wording(asset: &Asset) -> Option<&Wording> {
    match &asset.what {
        What::Skill(text)
        | What::Command(text)
        | What::SubAgent(text)
        | What::Plugin(text)
        | What::Rules(text)
        | What::Memory(text) => Some(text),
        _ => None,
    }
}
