//! SPDX 3.0.1 with its AI and dataset profiles, made of a bill of materials in CycloneDX: the same things, their
//! relations as elements of their own.

mod conform;
mod licence;
mod package;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::bom::{Bom, NotABom};
pub use conform::conformance;

/// Where the names of the JSON form are defined.
const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
/// Something that is not known.
const NO_ASSERTION: &str = "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement";
/// The one description of how the document came to be.
const CREATION: &str = "_:creation";

/// The same bill of materials in SPDX.
pub fn of(bom: &Bom) -> Result<Bom, NotABom> {
    let document = Value::Object(bom.document().clone());
    let mut graph = Graph::new(&document);
    let components = bom.components();
    for component in &components {
        graph.component(component);
    }
    for service in bom.services() {
        graph.service(service);
    }
    graph.relations(&document);
    let mut map = Map::new();
    map.insert("@context".into(), CONTEXT.into());
    map.insert("@graph".into(), Value::Array(graph.finish(&document)));
    Bom::of(map)
}

/// The elements, while they are gathered.
struct Graph {
    base: String,
    created: String,
    elements: Vec<Value>,
    /// Kinds of elements by their references in CycloneDX.
    kinds: BTreeMap<String, Kind>,
    organisations: BTreeSet<String>,
    relations: usize,
}

/// What a reference became.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Data,
    Other,
}

impl Graph {
    fn new(document: &Value) -> Self {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
        let serial =
            text("/serialNumber").unwrap_or("urn:uuid:00000000-0000-4000-8000-000000000000");
        Self {
            base: serial.to_owned(),
            // Seconds are as fine as SPDX wants it.
            created: text("/metadata/timestamp").unwrap_or("1970-01-01T00:00:00Z").to_owned(),
            elements: Vec::new(),
            kinds: BTreeMap::new(),
            organisations: BTreeSet::new(),
            relations: 0,
        }
    }

    /// The id of what is called `reference` in CycloneDX.
    fn id(&self, reference: &str) -> String {
        format!("{}#{}", self.base, super::shape::escaped(reference))
    }

    fn element(&self, kind: &str, reference: &str) -> Value {
        json!({ "type": kind, "spdxId": self.id(reference), "creationInfo": CREATION })
    }

    fn relation(&mut self, kind: &str, from: &str, to: Vec<String>, completeness: Option<&str>) {
        if to.is_empty() {
            return;
        }
        self.relations += 1;
        let mut relation = self.element("Relationship", &format!("relation-{}", self.relations));
        let set = [("from", json!(from)), ("to", json!(to)), ("relationshipType", json!(kind))];
        for (key, value) in set {
            super::make::put(&mut relation, key, value);
        }
        super::make::put(&mut relation, "completeness", json!(completeness));
        self.elements.push(relation);
    }

    /// Who makes or supplies something.
    fn organisation(&mut self, name: &str) -> String {
        let reference = format!("organisation-{name}");
        if self.organisations.insert(name.to_owned()) {
            let mut element = self.element("Organization", &reference);
            super::make::put(&mut element, "name", json!(name));
            self.elements.push(element);
        }
        self.id(&reference)
    }

    /// What hangs on what. The subject contains it; a model is trained on its data.
    fn relations(&mut self, document: &Value) {
        let root = document.pointer("/metadata/component/bom-ref").and_then(Value::as_str);
        let root = root.unwrap_or_default();
        let complete = document.pointer("/compositions/0/aggregate").and_then(Value::as_str);
        let complete = if complete == Some("incomplete") { "incomplete" } else { "noAssertion" };
        let edges = document.get("dependencies").and_then(Value::as_array);
        for edge in edges.map(Vec::as_slice).unwrap_or_default() {
            let Some(from) = edge.get("ref").and_then(Value::as_str) else { continue };
            let to = edge.get("dependsOn").and_then(Value::as_array);
            let to = to.map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_str);
            let model = self.kinds.get(from) == Some(&Kind::Model);
            let is_data = |one: &&str| model && self.kinds.get(*one) == Some(&Kind::Data);
            let (data, rest): (Vec<&str>, Vec<&str>) = to.partition(is_data);
            let ids =
                |list: Vec<&str>| list.into_iter().map(|one| self.id(one)).collect::<Vec<_>>();
            let (data, rest, id) = (ids(data), ids(rest), self.id(from));
            let kind = if from == root { "contains" } else { "dependsOn" };
            let told = (from == root).then_some(complete);
            self.relation("trainedOn", &id, data, None);
            self.relation(kind, &id, rest, told);
        }
    }

    /// With the elements that say what the document is, and who made it when.
    fn finish(mut self, document: &Value) -> Vec<Value> {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
        let author = match text("/metadata/manufacturer/name").or(text("/metadata/authors/0/name"))
        {
            Some(author) => self.organisation(author),
            None => {
                let mut agent = self.element("SoftwareAgent", "author");
                super::make::put(&mut agent, "name", json!("chaperone"));
                self.elements.push(agent);
                self.id("author")
            }
        };
        let mut tool = self.element("Tool", "tool");
        let version = text("/metadata/tools/components/0/version").unwrap_or_default();
        super::make::put(&mut tool, "name", json!(format!("chaperone {version}").trim_end()));
        let root = text("/metadata/component/bom-ref").unwrap_or("subject").to_owned();
        let all: Vec<Value> =
            self.elements.iter().filter_map(|element| element.get("spdxId").cloned()).collect();
        let phase = match text("/metadata/lifecycles/0/phase") {
            Some("pre-build" | "design") => "source",
            _ => "deployed",
        };
        let mut sbom = self.element("software_Sbom", "sbom");
        super::make::put(&mut sbom, "rootElement", json!([self.id(&root)]));
        super::make::put(&mut sbom, "element", Value::Array(all));
        super::make::put(&mut sbom, "software_sbomType", json!([phase]));
        let mut about = self.element("SpdxDocument", "document");
        super::make::put(&mut about, "rootElement", json!([self.id("sbom")]));
        let profiles = json!(["core", "software", "simpleLicensing", "ai", "dataset", "extension"]);
        super::make::put(&mut about, "profileConformance", profiles);
        let creation = json!({
            "type": "CreationInfo", "@id": CREATION, "specVersion": "3.0.1",
            "created": self.created, "createdBy": [author], "createdUsing": [self.id("tool")],
        });
        let mut elements = vec![creation, about, sbom, tool];
        elements.append(&mut self.elements);
        elements
    }
}
