//! From an inventory to a bill of materials (CycloneDX): what there is, what it hangs on, how it is known, and what
//! could not be looked at. The same inventory at the same time gives the same document.

mod agent;
mod artifact;
mod folder;
mod image;
mod installed;
mod model;
mod parts;
mod scope;
mod server;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use event::{Asset, AssetId, Text, What};
use serde_json::{Map, Value, json};

use super::bom::{Bom, Format, NotABom};
use super::clock::rfc3339;
use super::observed::Observed;
use crate::join::{Inventory, Unsure};

pub use folder::{DataSet, Folder, Library, ModelFile};
pub use scope::{Scope, agents};

/// What a bill of materials is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// What exists.
    pub inventory: &'a Inventory,
    /// Of what the document is.
    pub scope: Scope<'a>,
    /// CycloneDX 1.6 or 1.7.
    pub format: Format,
    /// When, UTC.
    pub made_unix_ns: u64,
    /// Name of the host.
    pub host: &'a str,
    /// Who issues it, where somebody does.
    pub author: Option<&'a str>,
    /// Version of this program.
    pub tool_version: &'a str,
    /// What agents were seen to use.
    pub observed: &'a HashMap<AssetId, Observed>,
    /// Licences that packages say, by the place that is evidence for them.
    pub licences: &'a HashMap<Text, Text>,
}

/// Makes one.
pub fn make(plan: &Plan<'_>) -> Result<Bom, NotABom> {
    let mut making = Making::default();
    let root = match plan.scope {
        Scope::Host => making.host(plan),
        Scope::Agent(agent) => making.agent_of(plan, agent),
        Scope::Folder(folder) => making.folder(plan, folder),
        Scope::Image(image) => making.image(plan, image),
    };
    Bom::of(making.document(plan, root))
}

/// A document, while it grows.
#[derive(Default)]
struct Making {
    components: BTreeMap<String, Value>,
    services: BTreeMap<String, Value>,
    formulas: Vec<Value>,
    hangs_on: BTreeMap<String, BTreeSet<String>>,
}

/// What is told of the subject of a document.
struct Root {
    reference: String,
    component: Value,
    unsure: Vec<Unsure>,
    phase: &'static str,
}

impl Making {
    fn host(&mut self, plan: &Plan<'_>) -> Root {
        let reference = "host".to_owned();
        for asset in &plan.inventory.assets {
            if let What::Agent(_) = asset.what {
                let agent = self.agent(plan, asset);
                self.edge(&reference, &agent);
            }
        }
        // What no agent that is here loads still lies there.
        for asset in &plan.inventory.assets {
            if !self.holds(asset) {
                for part in self.part(plan, asset) {
                    self.edge(&reference, &part);
                }
            }
        }
        Root {
            component: json!({
                "type": "platform", "bom-ref": reference, "name": plan.host,
                "description": "AI agents of this host, and what they load",
            }),
            reference,
            unsure: plan.inventory.unsure.clone(),
            phase: "operations",
        }
    }

    fn agent_of(&mut self, plan: &Plan<'_>, agent: &Asset) -> Root {
        let reference = self.agent(plan, agent);
        let component = self.components.remove(&reference).unwrap_or_default();
        Root { reference, component, unsure: plan.inventory.unsure.clone(), phase: "operations" }
    }

    fn holds(&self, asset: &Asset) -> bool {
        let reference = reference(asset);
        self.components.contains_key(&reference) || self.services.contains_key(&reference)
    }

    fn edge(&mut self, from: &str, to: &str) {
        self.hangs_on.entry(to.to_owned()).or_default();
        self.hangs_on.entry(from.to_owned()).or_default().insert(to.to_owned());
    }

    fn document(self, plan: &Plan<'_>, root: Root) -> Map<String, Value> {
        let mut metadata = json!({
            "timestamp": rfc3339(plan.made_unix_ns),
            "lifecycles": [{ "phase": root.phase }, {
                "name": "discovery by files",
                "description": "read from the disk; nothing that is listed was started for it",
            }],
            "tools": { "components": [{
                "type": "application", "name": "chaperone", "version": plan.tool_version,
                "description": "runtime security for AI agents",
            }] },
            "component": root.component,
        });
        let looked_at = root.unsure.is_empty();
        let unsure = root
            .unsure
            .iter()
            .take(MOST)
            .map(|one| property("not-looked-at", &format!("{}: {}", one.place, one.why)));
        put(&mut metadata, "properties", Value::Array(unsure.collect()));
        if let Some(author) = plan.author {
            put(&mut metadata, "authors", json!([{ "name": author }]));
            put(&mut metadata, "manufacturer", json!({ "name": author }));
        }
        let mut all: Vec<&String> = self.components.keys().chain(self.services.keys()).collect();
        all.push(&root.reference);
        let edges = all.iter().map(|reference| {
            let on = self.hangs_on.get(*reference).map(|on| on.iter().collect::<Vec<_>>());
            json!({ "ref": reference, "dependsOn": on.unwrap_or_default() })
        });
        let dependencies: Vec<Value> = edges.collect();
        let compositions = json!([{
            "aggregate": if looked_at { "unknown" } else { "incomplete" },
            "assemblies": [root.reference],
            "dependencies": [root.reference],
        }]);
        let mut document = json!({
            "$schema": format!("http://cyclonedx.org/schema/bom-{}.schema.json", plan.format.version()),
            "bomFormat": "CycloneDX",
            "specVersion": plan.format.version(),
            "version": 1,
            "metadata": metadata,
            "components": self.components.into_values().collect::<Vec<_>>(),
            "services": self.services.into_values().collect::<Vec<_>>(),
            "dependencies": dependencies,
            "compositions": compositions,
        });
        put(&mut document, "formulation", Value::Array(self.formulas));
        let serial = serial(&document);
        put(&mut document, "serialNumber", Value::String(serial));
        match document {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// Most lines of one kind that are told of one thing.
const MOST: usize = 200;

/// A number of its own for each content: a UUID of version 8, whose bits are a hash.
fn serial(document: &Value) -> String {
    let hash = blake3::hash(document.to_string().as_bytes()).to_hex();
    let part = |from: usize, to: usize| hash.as_str().get(from..to).unwrap_or_default();
    let (a, b, c, d, e) = (part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32));
    format!("urn:uuid:{a}-{b}-8{c}-9{d}-{e}")
}

/// How a thing is called inside a document: the same in every document of it.
fn reference(asset: &Asset) -> String {
    match (&asset.what, asset.evidence.first()) {
        // As the files of a folder are called, which may tell more of it.
        (What::Model(_), Some(at)) => format!("model-{}", at.place),
        _ => format!("{}-{}", asset.what.kind(), asset.id),
    }
}

/// A property of ours.
fn property(name: &str, value: &str) -> Value {
    json!({ "name": format!("chaperone:{name}"), "value": value })
}

/// Sets the version, which has at most 1024 characters.
fn put_version(object: &mut Value, version: Option<&str>) {
    let version: Option<String> = version.map(|version| version.chars().take(1024).collect());
    put(object, "version", json!(version));
}

/// Sets a field, unless there is nothing to say.
pub(super) fn put(object: &mut Value, key: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if let (Value::Object(map), false) = (object, empty) {
        map.insert(key.to_owned(), value);
    }
}
