//! What changed from one bill of materials to another: things that came, went, or are other than they were.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use serde_json::Value;

use super::bom::{Bom, Format};

/// A thing that is other than it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// How.
    pub change: How,
    /// What kind of thing: a type of component, or `service`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its version; of what changed, the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What is other about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// How something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is there now.
    Added,
    /// It is not there any more.
    Removed,
    /// It is other.
    Changed,
}

/// A field that is other: what went, and what came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Which.
    pub field: String,
    /// What was there and is not any more.
    pub old: Vec<String>,
    /// What was not there and is now.
    pub new: Vec<String>,
}

/// Compares two documents of any formats.
pub fn diff(old: &Bom, new: &Bom) -> Vec<Change> {
    let (old, new) = (things(old), things(new));
    let mut changes = Vec::new();
    let mut left: Vec<bool> = vec![true; old.len()];
    let by = |key: fn(&Thing) -> String| {
        let mut map: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, thing) in old.iter().enumerate() {
            map.entry(key(thing)).or_default().push(index);
        }
        map
    };
    // Own references stay the same; those of other tools may not, but names and packages do.
    let ways: [fn(&Thing) -> String; 3] = [Thing::reference, Thing::exact, Thing::identity];
    let mut pairs: Vec<Option<usize>> = vec![None; new.len()];
    for way in ways {
        let known = by(way);
        for (thing, pair) in new.iter().zip(pairs.iter_mut()).filter(|(_, pair)| pair.is_none()) {
            let found = known.get(&way(thing)).and_then(|list| {
                list.iter().find(|index| left.get(**index).copied().unwrap_or(false))
            });
            if let Some(found) = found {
                *pair = Some(*found);
                if let Some(left) = left.get_mut(*found) {
                    *left = false;
                }
            }
        }
    }
    for (thing, pair) in new.iter().zip(&pairs) {
        match pair.and_then(|index| old.get(index)) {
            None => changes.push(thing.change(How::Added, Vec::new())),
            Some(was) => {
                let fields = other(was, thing);
                if !fields.is_empty() {
                    changes.push(thing.change(How::Changed, fields));
                }
            }
        }
    }
    let gone = old.iter().zip(&left).filter(|(_, left)| **left);
    changes.extend(gone.map(|(thing, _)| thing.change(How::Removed, Vec::new())));
    changes.sort_by(|a, b| (a.change, &a.kind, &a.name).cmp(&(b.change, &b.kind, &b.name)));
    changes
}

/// What is compared of a component, a service or a package.
struct Thing {
    kind: String,
    name: String,
    reference: String,
    version: Option<String>,
    package: Option<String>,
    owner: String,
    fields: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Thing {
    fn reference(&self) -> String {
        format!("{} {} {}", self.kind, self.reference, self.name)
    }
    fn exact(&self) -> String {
        format!("{} {:?}", self.identity(), self.version)
    }
    fn identity(&self) -> String {
        let package = self.package.as_deref().map(without_version);
        format!("{} {} {}", self.kind, package.unwrap_or(&self.name), self.owner)
    }
    fn change(&self, change: How, fields: Vec<Field>) -> Change {
        Change {
            change,
            kind: self.kind.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            fields,
        }
    }
}

/// A package URL without its version and what comes behind.
fn without_version(purl: &str) -> &str {
    let name = purl.find('/').unwrap_or(0);
    let end = purl.get(name..).and_then(|rest| rest.find('@')).map(|at| name + at);
    purl.get(..end.unwrap_or(purl.len())).unwrap_or(purl)
}

fn other(was: &Thing, is: &Thing) -> Vec<Field> {
    let mut fields = Vec::new();
    let nothing = BTreeSet::new();
    let keys: BTreeSet<_> = was.fields.keys().chain(is.fields.keys()).collect();
    for key in keys {
        let (old, new) =
            (was.fields.get(key).unwrap_or(&nothing), is.fields.get(key).unwrap_or(&nothing));
        if old != new {
            fields.push(Field {
                field: (*key).to_owned(),
                old: old.difference(new).cloned().collect(),
                new: new.difference(old).cloned().collect(),
            });
        }
    }
    fields
}

fn things(bom: &Bom) -> Vec<Thing> {
    if bom.format() == Format::Spdx30 {
        return spdx(bom);
    }
    let names = names(bom);
    let mut on: HashMap<&str, BTreeSet<String>> = HashMap::new();
    let edges = bom.document().get("dependencies").and_then(Value::as_array);
    for edge in edges.map(Vec::as_slice).unwrap_or_default() {
        let to = edge.get("dependsOn").and_then(Value::as_array).map(Vec::as_slice);
        let to = to.unwrap_or_default().iter().filter_map(Value::as_str);
        let to = to.map(|to| names.get(to).cloned().unwrap_or_else(|| to.to_owned()));
        on.entry(text(edge, "ref")).or_default().extend(to);
    }
    let services = bom.services().into_iter().map(|service| ("service", service));
    let all = bom.components().into_iter().map(|one| (text(one, "type"), one)).chain(services);
    all.map(|(kind, value)| {
        let mut thing = thing(kind, value, "bom-ref", "version", "purl");
        let mut put = |field, values: BTreeSet<String>| {
            if !values.is_empty() {
                thing.fields.insert(field, values);
            }
        };
        put(
            "hashes",
            each(value, "hashes", |one| {
                Some(format!("{} {}", text(one, "alg"), text(one, "content")))
            }),
        );
        put(
            "licences",
            each(value, "licenses", |one| {
                let licence = one.get("license").unwrap_or(one);
                ["id", "name", "expression"]
                    .iter()
                    .find_map(|key| licence.get(*key)?.as_str().map(str::to_owned))
            }),
        );
        put("endpoints", each(value, "endpoints", |one| one.as_str().map(str::to_owned)));
        put(
            "properties",
            each(value, "properties", |one| {
                let name = text(one, "name");
                // When it was used last changes all the time.
                (name != "chaperone:last-used").then(|| format!("{name}={}", text(one, "value")))
            }),
        );
        put("hangs on", on.remove(text(value, "bom-ref")).unwrap_or_default());
        thing
    })
    .collect()
}

/// Elements that are packages or files.
fn spdx(bom: &Bom) -> Vec<Thing> {
    let kinds = [
        "software_Package",
        "ai_AIPackage",
        "dataset_DatasetPackage",
        "software_File",
        "software_Snippet",
    ];
    let meant = bom.elements().iter().filter(|one| kinds.contains(&text(one, "type")));
    meant
        .map(|value| {
            let mut thing = thing(
                text(value, "type"),
                value,
                "spdxId",
                "software_packageVersion",
                "software_packageUrl",
            );
            // Ids begin with the document's own name, which is another for each.
            if let Some((_, own)) = thing.reference.rsplit_once('#') {
                thing.reference = own.to_owned();
            }
            let hashes = each(value, "verifiedUsing", |one| {
                Some(format!("{} {}", text(one, "algorithm"), text(one, "hashValue")))
            });
            if !hashes.is_empty() {
                thing.fields.insert("hashes", hashes);
            }
            thing
        })
        .collect()
}

fn thing(kind: &str, value: &Value, reference: &str, version: &str, package: &str) -> Thing {
    let own = |key: &str| Some(text(value, key).to_owned()).filter(|text| !text.is_empty());
    let owner = each(value, "properties", |one| {
        (text(one, "name") == "chaperone:owner").then(|| text(one, "value").to_owned())
    });
    let group = own("group").map(|group| format!("{group}/")).unwrap_or_default();
    let mut fields = BTreeMap::new();
    for (name, key) in [("version", version), ("package", package), ("description", "description")]
    {
        if let Some(said) = own(key) {
            fields.insert(name, BTreeSet::from([said]));
        }
    }
    Thing {
        kind: kind.to_owned(),
        name: format!("{group}{}", text(value, "name")),
        reference: text(value, reference).to_owned(),
        version: own(version),
        package: own(package),
        owner: owner.into_iter().next().unwrap_or_default(),
        fields,
    }
}

/// Names of things by their references.
fn names(bom: &Bom) -> HashMap<String, String> {
    let all = bom.components().into_iter().chain(bom.services());
    all.map(|one| (text(one, "bom-ref").to_owned(), text(one, "name").to_owned())).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn each(value: &Value, key: &str, told: impl Fn(&Value) -> Option<String>) -> BTreeSet<String> {
    let list = value.get(key).and_then(Value::as_array).map(Vec::as_slice);
    list.unwrap_or_default().iter().filter_map(told).collect()
}
