//! How complete a bill of materials is, by the minimum elements that authorities ask for (`rules/aibom`): which are
//! there, which are missing, and how each is supplied.

use std::collections::BTreeMap;

use content::yaml;
use event::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::bom::{Bom, Format};
use super::way::Way;

/// Elements, as the table names them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elements {
    clusters: BTreeMap<Text, Text>,
    elements: Vec<Element>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Element {
    id: Text,
    cluster: Text,
    of: Of,
    name: Text,
    cyclonedx: Vec<Way>,
    spdx: Vec<Way>,
    supply: Text,
}

/// What an element is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Document,
    System,
    Models,
    Datasets,
}

/// What a document reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Completeness {
    /// Of all elements, in per cent.
    pub score: f64,
    /// Cluster by cluster, in the order of the table.
    pub clusters: Vec<Cluster>,
}

/// One cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cluster {
    /// Its name.
    pub cluster: Text,
    /// What it is about.
    pub about: Text,
    /// In per cent.
    pub score: f64,
    /// How many elements it has.
    pub elements: usize,
    /// What is missing, wholly or in part.
    pub missing: Vec<Missing>,
}

/// An element that is missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Missing {
    /// Which.
    pub element: Text,
    /// In words.
    pub name: Text,
    /// The things that lack it; none where the document as a whole is meant.
    pub of: Vec<String>,
    /// How it is supplied.
    pub supply: Text,
}

impl Elements {
    /// The table that ships.
    pub fn shipped() -> Result<Self, yaml::YamlError> {
        yaml::parse(include_str!("../../../rules/aibom/minimum-elements.yaml"))
    }

    /// Judges a document.
    pub fn judge(&self, bom: &Bom) -> Completeness {
        let view = View::of(bom);
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut reached: Vec<f64> = Vec::new();
        for element in &self.elements {
            let (part, missing) = element.judge(&view, bom.format());
            if clusters.last().is_none_or(|last| last.cluster != element.cluster) {
                clusters.push(Cluster {
                    cluster: element.cluster.clone(),
                    about: self.clusters.get(&element.cluster).cloned().unwrap_or_default(),
                    score: 0.0,
                    elements: 0,
                    missing: Vec::new(),
                });
            }
            if let Some(cluster) = clusters.last_mut() {
                cluster.elements += 1;
                cluster.score += part;
                cluster.missing.extend(missing);
            }
            reached.push(part);
        }
        for cluster in &mut clusters {
            cluster.score = per_cent(cluster.score, cluster.elements);
        }
        Completeness { score: per_cent(reached.iter().sum(), reached.len()), clusters }
    }
}

/// With one digit behind the point.
fn per_cent(part: f64, of: usize) -> f64 {
    if of == 0 { 0.0 } else { (1000.0 * part / of as f64).round() / 10.0 }
}

impl Element {
    /// Which part of what it is said of has it, and what is missing.
    fn judge(&self, view: &View, format: Format) -> (f64, Option<Missing>) {
        let ways = if format == Format::Spdx30 { &self.spdx } else { &self.cyclonedx };
        let things = view.things(self.of);
        let has = |thing: &&Value| ways.iter().any(|way| view.tells(way, thing));
        let lacking: Vec<&Value> = things.iter().filter(|thing| !has(thing)).collect();
        let part = match things.len() {
            0 => 0.0,
            all => (all - lacking.len()) as f64 / all as f64,
        };
        if part >= 1.0 {
            return (part, None);
        }
        let whole = matches!(self.of, Of::Document | Of::System);
        let name = |thing: &Value| {
            let name = thing.get("name").and_then(Value::as_str).unwrap_or_default();
            event::show::brief(name, 80)
        };
        let of = lacking.iter().filter(|_| !whole).map(|thing| name(thing)).collect();
        let missing = Missing {
            element: self.id.clone(),
            name: self.name.clone(),
            of,
            supply: self.supply.clone(),
        };
        (part, Some(missing))
    }
}

/// A document, as the elements look at it.
struct View {
    document: Vec<Value>,
    system: Vec<Value>,
    models: Vec<Value>,
    datasets: Vec<Value>,
    /// Relations: kind, from, to.
    relations: Vec<(String, String, String)>,
}

impl View {
    fn of(bom: &Bom) -> Self {
        if bom.format() == Format::Spdx30 { Self::spdx(bom) } else { Self::cyclonedx(bom) }
    }

    fn cyclonedx(bom: &Bom) -> Self {
        let of_type = |kind: &str| -> Vec<Value> {
            let all = bom.components();
            let of =
                all.into_iter().filter(|one| one.get("type").and_then(Value::as_str) == Some(kind));
            of.cloned().collect()
        };
        let data_set = |one: &Value| {
            let data = one.get("data").and_then(Value::as_array).map(Vec::as_slice);
            data.unwrap_or_default().iter().any(|data| data.get("type") == Some(&json!("dataset")))
        };
        let mut document = bom.document().clone();
        // Parts of parts count like parts.
        let below = |list: Vec<&Value>| list.into_iter().cloned().collect::<Vec<_>>();
        document.insert("components".into(), Value::Array(below(bom.components())));
        document.insert("services".into(), Value::Array(below(bom.services())));
        let mut relations = Vec::new();
        let edges = bom.document().get("dependencies").and_then(Value::as_array);
        for edge in edges.map(Vec::as_slice).unwrap_or_default() {
            let from = edge.get("ref").and_then(Value::as_str).unwrap_or_default();
            let to = edge.get("dependsOn").and_then(Value::as_array).map(Vec::as_slice);
            for to in to.unwrap_or_default().iter().filter_map(Value::as_str) {
                relations.push(("dependsOn".to_owned(), from.to_owned(), to.to_owned()));
            }
        }
        Self {
            system: bom
                .document()
                .get("metadata")
                .and_then(|it| it.get("component"))
                .cloned()
                .into_iter()
                .collect(),
            document: vec![Value::Object(document)],
            models: of_type("machine-learning-model"),
            datasets: of_type("data").into_iter().filter(data_set).collect(),
            relations,
        }
    }

    fn spdx(bom: &Bom) -> Self {
        let text = |element: &Value, key: &str| {
            element.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let of_type = |kind: &str| -> Vec<Value> {
            bom.elements().iter().filter(|one| text(one, "type") == kind).cloned().collect()
        };
        let mut document = Map::new();
        document
            .insert("@context".into(), bom.document().get("@context").cloned().unwrap_or_default());
        for element in bom.elements() {
            let list = document.entry(text(element, "type")).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(element.clone());
            }
        }
        let mut relations = Vec::new();
        for relation in bom.elements().iter().filter(|one| one.get("relationshipType").is_some()) {
            let to = relation.get("to").and_then(Value::as_array).map(Vec::as_slice);
            for to in to.unwrap_or_default().iter().filter_map(Value::as_str) {
                let kind = text(relation, "relationshipType");
                relations.push((kind, text(relation, "from"), to.to_owned()));
            }
        }
        let roots: Vec<Value> = of_type("software_Sbom")
            .iter()
            .filter_map(|sbom| sbom.get("rootElement")?.as_array().cloned())
            .flatten()
            .collect();
        let system = bom
            .elements()
            .iter()
            .filter(|one| one.get("spdxId").is_some_and(|id| roots.contains(id)));
        Self {
            system: system.cloned().collect(),
            document: vec![Value::Object(document)],
            models: of_type("ai_AIPackage"),
            datasets: of_type("dataset_DatasetPackage"),
            relations,
        }
    }

    fn things(&self, of: Of) -> &[Value] {
        match of {
            Of::Document => &self.document,
            Of::System => &self.system,
            Of::Models => &self.models,
            Of::Datasets => &self.datasets,
        }
    }

    fn tells(&self, way: &Way, thing: &Value) -> bool {
        let id = || {
            let id = thing.get("bom-ref").or_else(|| thing.get("spdxId"));
            id.and_then(Value::as_str).unwrap_or_default()
        };
        let known = |other: &str| !super::way::is_unknown(other);
        match way {
            Way::To(kind) => {
                self.relations.iter().any(|(is, from, to)| is == kind && from == id() && known(to))
            }
            Way::From(kind) => self.relations.iter().any(|(is, _, to)| is == kind && to == id()),
            Way::Fields(steps) => super::way::tells(steps, thing),
        }
    }
}
