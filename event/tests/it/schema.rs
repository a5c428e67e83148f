//! The published OCSF classes, resolved as OCSF does: includes, `extends`, extension patches,
//! attributes from the dictionary, enumerations merged along the chain.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// An event class or object with everything it inherits.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    pub attributes: BTreeMap<String, Attribute>,
    pub at_least_one: Vec<String>,
    pub just_one: Vec<String>,
    pub profiles: BTreeSet<String>,
    pub category: Option<String>,
    pub uid: Option<u64>,
}

/// An attribute as a class or object uses it.
#[derive(Clone, Debug, Default)]
pub struct Attribute {
    pub kind: String,
    pub is_array: bool,
    pub required: bool,
    /// Only valid where this profile is applied.
    pub profile: Option<String>,
    /// Allowed values and their captions; empty means any.
    pub values: BTreeMap<String, String>,
    /// The attribute that holds the caption.
    pub sibling: Option<String>,
    pub deprecated: bool,
}

impl Entity {
    /// The attribute has one value only.
    fn only(&mut self, attribute: &str, value: u64, caption: String) {
        let attribute = self.attributes.get_mut(attribute).expect("every class has it");
        attribute.values = BTreeMap::from([(value.to_string(), caption)]);
    }
}

/// All of it.
pub struct Schema {
    pub classes: BTreeMap<u64, Entity>,
    pub objects: BTreeMap<String, Entity>,
    pub profiles: BTreeSet<String>,
    pub types: Map<String, Value>,
}

impl Schema {
    /// The published schema beside the repository, or nothing with a reason printed.
    pub fn published() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ocsf");
        if !root.is_dir() {
            eprintln!("skipped: {} is absent, exports are not validated", root.display());
            return None;
        }
        Some(Loader::new(root).load())
    }
}

struct Loader {
    root: PathBuf,
    dictionary: Map<String, Value>,
    events: BTreeMap<String, Value>,
    objects: BTreeMap<String, Value>,
}

impl Loader {
    fn new(root: PathBuf) -> Self {
        let dictionary = read(&root.join("dictionary.json"))["attributes"].clone();
        let mut loader = Self {
            dictionary: dictionary.as_object().cloned().unwrap_or_default(),
            events: named(&files(&root.join("events"))),
            objects: named(&files(&root.join("objects"))),
            root,
        };
        // The platform's own extension; those of other platforms may not be used here.
        for patch in files(&loader.root.join("extensions/linux/objects")) {
            loader.patch(&read(&patch));
        }
        loader
    }

    /// An extension's object without a name adds to the one it extends.
    fn patch(&mut self, patch: &Value) {
        let name = patch["extends"].as_str().unwrap_or_default();
        let target = self.objects.get_mut(name).unwrap_or_else(|| panic!("patch of `{name}`"));
        let additions = includes(&self.root.join("extensions/linux"), patch, "linux/");
        for (key, attribute) in additions {
            target["attributes"][key] = attribute;
        }
        let profiles = target["profiles"].as_array_mut().expect("profiles");
        profiles.extend(patch["profiles"].as_array().cloned().unwrap_or_default());
    }

    fn load(self) -> Schema {
        let dictionary = read(&self.root.join("dictionary.json"));
        let categories = read(&self.root.join("categories.json"));
        let mut classes = BTreeMap::new();
        for name in self.events.keys() {
            let mut class = self.resolve(&self.events, name);
            let category = class.category.as_deref().unwrap_or_default();
            let category = categories["attributes"][category]["uid"].as_u64();
            let uid = match (name.as_str(), class.uid, category) {
                ("base_event", ..) => 0,
                (_, Some(uid), Some(category)) => category * 1000 + uid,
                _ => continue,
            };
            // What names a class is made from the class, not written into its definition.
            let caption = self.events[name]["caption"].as_str().unwrap_or_default().to_owned();
            class.only("class_uid", uid, caption);
            class.only("category_uid", uid / 1000, String::new());
            classes.insert(uid, class);
        }
        let mut objects: BTreeMap<_, _> = self
            .objects
            .keys()
            .map(|name| (name.clone(), self.resolve(&self.objects, name)))
            .collect();
        let observables = observables(&dictionary, &self.objects);
        if let Some(observable) = objects.get_mut("observable")
            && let Some(type_id) = observable.attributes.get_mut("type_id")
        {
            type_id.values.extend(observables);
        }
        let core = files(&self.root.join("profiles"));
        let linux = files(&self.root.join("extensions/linux/profiles"));
        let core = core.iter().map(|file| profile_name(&read(file), ""));
        let linux = linux.iter().map(|file| profile_name(&read(file), "linux/"));
        Schema {
            classes,
            objects,
            profiles: core.chain(linux).collect(),
            types: dictionary["types"]["attributes"].as_object().cloned().unwrap_or_default(),
        }
    }

    fn resolve(&self, table: &BTreeMap<String, Value>, name: &str) -> Entity {
        let definition = &table[name];
        let mut entity = match definition["extends"].as_str() {
            Some(parent) => self.resolve(table, parent),
            None => Entity::default(),
        };
        for (key, attribute) in includes(&self.root, definition, "") {
            self.merge(entity.attributes.entry(key.clone()).or_default(), &key, &attribute);
        }
        let own = definition["attributes"].as_object().cloned().unwrap_or_default();
        for (key, attribute) in own.iter().filter(|(key, _)| *key != "$include") {
            self.merge(entity.attributes.entry(key.clone()).or_default(), key, attribute);
        }
        entity.profiles.extend(strings(&definition["profiles"]));
        if let Some(list) = definition["constraints"].get("at_least_one") {
            entity.at_least_one = strings(list).collect();
        }
        if let Some(list) = definition["constraints"].get("just_one") {
            entity.just_one = strings(list).collect();
        }
        if let Some(category) = definition["category"].as_str() {
            entity.category = Some(category.to_owned());
        }
        entity.uid = definition["uid"].as_u64();
        entity
    }

    /// What `usage` says over what was said before, over the dictionary.
    fn merge(&self, attribute: &mut Attribute, key: &str, usage: &Value) {
        if attribute.kind.is_empty() {
            let entry = self.dictionary.get(key).unwrap_or_else(|| panic!("`{key}` is no word"));
            attribute.is_array = entry["is_array"].as_bool().unwrap_or_default();
            apply(attribute, entry);
        }
        apply(attribute, usage);
    }
}

fn apply(attribute: &mut Attribute, usage: &Value) {
    if let Some(kind) = usage["type"].as_str() {
        attribute.kind = kind.to_owned();
    }
    if let Some(requirement) = usage["requirement"].as_str() {
        attribute.required = requirement == "required";
    }
    match usage.get("profile") {
        Some(Value::Null) => attribute.profile = None,
        Some(profile) => attribute.profile = profile.as_str().map(str::to_owned),
        None => {}
    }
    if let Some(sibling) = usage["sibling"].as_str() {
        attribute.sibling = Some(sibling.to_owned());
    }
    for (value, meaning) in usage["enum"].as_object().into_iter().flatten() {
        let caption = meaning["caption"].as_str().unwrap_or_default();
        attribute.values.insert(value.clone(), caption.to_owned());
    }
    attribute.deprecated |= usage.get("@deprecated").is_some();
}

/// Attributes of the profiles a definition includes, marked with the profile.
fn includes(root: &Path, definition: &Value, prefix: &str) -> Vec<(String, Value)> {
    let mut attributes = Vec::new();
    for file in strings(&definition["attributes"]["$include"]) {
        let profile = read(&root.join(&file));
        let name = profile_name(&profile, prefix);
        for (key, attribute) in profile["attributes"].as_object().into_iter().flatten() {
            let mut attribute = attribute.clone();
            attribute["profile"] = Value::String(name.clone());
            attributes.push((key.clone(), attribute));
        }
    }
    attributes
}

fn profile_name(profile: &Value, prefix: &str) -> String {
    format!("{prefix}{}", profile["name"].as_str().expect("a profile has a name"))
}

/// The kinds of observables are spread over the schema; the enumeration is made from them.
fn observables(dictionary: &Value, objects: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let types = dictionary["types"]["attributes"].as_object().into_iter().flatten();
    types
        .map(|(_, entry)| entry)
        .chain(objects.values())
        .filter_map(|entry| {
            let id = entry["observable"].as_u64()?.to_string();
            Some((id, entry["caption"].as_str()?.to_owned()))
        })
        .collect()
}

fn strings(list: &Value) -> impl Iterator<Item = String> {
    let list = list.as_array().cloned().unwrap_or_default();
    list.into_iter().filter_map(|item| item.as_str().map(str::to_owned))
}

fn named(files: &[PathBuf]) -> BTreeMap<String, Value> {
    let definitions = files.iter().map(|file| read(file));
    definitions.map(|d| (d["name"].as_str().expect("a name").to_owned(), d)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the schema") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}
