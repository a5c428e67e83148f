//! A folder as the subject: models, data sets and libraries that lie there, beside what is declared there.

use std::collections::HashSet;

use event::{Evidence, Text, What};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::artifact::{has_data, has_model};
use super::parts::{known_by, licence};
use super::{Making, Plan, Root, property, put, put_version};
use crate::aibom::purl;
use crate::join::Unsure;

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Where.
    pub place: Text,
    /// What it calls itself, or its own name.
    pub name: Text,
    /// Version, where it says one.
    pub version: Option<Text>,
    /// Files of models.
    pub models: Vec<ModelFile>,
    /// Files and folders of data.
    pub data_sets: Vec<DataSet>,
    /// What its lock files name, and what is installed in it.
    pub libraries: Vec<Library>,
    /// What could not be looked at.
    pub unsure: Vec<Unsure>,
}

/// A model, by its file or by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFile {
    /// Name.
    pub name: Text,
    /// Who publishes it, as it stands before the name.
    pub group: Option<Text>,
    /// Version.
    pub version: Option<Text>,
    /// In words.
    pub description: Option<Text>,
    /// Its file or folder; none of a model that answers elsewhere.
    pub place: Option<Text>,
    /// Size.
    pub bytes: Option<u64>,
    /// Hashes: algorithm as CycloneDX names it, and the digest.
    pub hashes: Vec<(Text, Text)>,
    /// Licence, as it says itself.
    pub licence: Option<Text>,
    /// What it is for (`text-generation`).
    pub task: Option<Text>,
    /// Family (`llama`).
    pub family: Option<Text>,
    /// Architecture (`LlamaForCausalLM`).
    pub architecture: Option<Text>,
    /// Data that it says it was trained on.
    pub data_sets: Vec<Text>,
    /// Models that it says it was made from, as hubs call them.
    pub base: Vec<Text>,
    /// Package URL, where it comes from a hub.
    pub purl: Option<Text>,
    /// What else is known of it, by what it is.
    pub more: Vec<(Text, Text)>,
    /// How it is known, where no file is it.
    pub told_by: Option<Text>,
}

/// Data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    /// Name.
    pub name: Text,
    /// Its file.
    pub place: Text,
    /// Form (`parquet`).
    pub form: Text,
    /// Size.
    pub bytes: u64,
    /// Hashes: algorithm as CycloneDX names it, and the digest.
    pub hashes: Vec<(Text, Text)>,
}

/// A library that a lock file names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Library {
    /// `npm`, `pypi`, `cargo`; of systems `deb`, `apk`.
    pub registry: Text,
    /// Name.
    pub name: Text,
    /// Version.
    pub version: Option<Text>,
    /// Package URL, where name and version alone are not enough for it.
    pub purl: Option<Text>,
    /// Licence, where it is said.
    pub licence: Option<Text>,
    /// SHA-256 or SHA-512, where the lock file says it: algorithm and digest in hexadecimal.
    pub hash: Option<(Text, Text)>,
    /// The lock file, and the line; or where it is installed.
    pub at: Option<Evidence>,
}

impl Library {
    /// What kind of a thing it is called.
    fn kind(&self) -> &'static str {
        match &*self.registry {
            "deb" | "apk" => "system_package",
            _ => "library",
        }
    }

    fn purl(&self) -> String {
        match &self.purl {
            Some(purl) => purl.to_string(),
            None => purl::of(&self.registry, &self.name, self.version.as_deref()),
        }
    }
}

impl Making {
    pub(super) fn folder(&mut self, plan: &Plan<'_>, folder: &Folder) -> Root {
        let reference = "folder".to_owned();
        self.holds_all(plan, folder, &reference);
        let mut component = json!({
            "type": "application", "bom-ref": reference, "name": folder.name,
            "properties": [property("place", &folder.place)],
        });
        put_version(&mut component, folder.version.as_deref());
        let mut unsure = plan.inventory.unsure.clone();
        unsure.extend(folder.unsure.iter().cloned());
        Root { reference, component, unsure, phase: "pre-build" }
    }

    /// All that lies in a folder, hanging on `root`.
    pub(super) fn holds_all(&mut self, plan: &Plan<'_>, folder: &Folder, root: &str) {
        for asset in &plan.inventory.assets {
            let parts = match asset.what {
                What::Agent(_) => vec![self.agent(plan, asset)],
                _ => self.part(plan, asset),
            };
            for part in parts {
                self.edge(root, &part);
            }
        }
        let assets = &plan.inventory.assets;
        for model in folder.models.iter().filter(|file| !has_model(assets, file)) {
            let model = self.model(plan, model.clone(), &[]);
            self.edge(root, &model);
        }
        for data in folder.data_sets.iter().filter(|file| !has_data(assets, file)) {
            let data = self.data_set(data);
            self.edge(root, &data);
        }
        // What is told as what it is for agents is not told once more as any library.
        let purl = |one: &Value| one.get("purl").and_then(Value::as_str).map(str::to_owned);
        let known: HashSet<String> = self.components.values().filter_map(purl).collect();
        for library in folder.libraries.iter().filter(|it| !known.contains(&it.purl())) {
            let library = self.library(library);
            self.edge(root, &library);
        }
    }

    fn data_set(&mut self, data: &DataSet) -> String {
        let own = format!("data-{}", data.place);
        let place = Evidence { place: data.place.clone(), line: 0 };
        let mut component = json!({
            "type": "data", "bom-ref": own, "name": data.name,
            "data": [{ "type": "dataset", "name": data.name, "description": format!("{} file", data.form) }],
            "evidence": known_by(&data.name, &[place]),
            "properties": [
                property("kind", "dataset"),
                property("form", &data.form),
                property("bytes", &data.bytes.to_string()),
            ],
        });
        put(&mut component, "hashes", hashed(&data.hashes));
        self.components.insert(own.clone(), component);
        own
    }

    /// Data that something only names.
    pub(super) fn named_data_set(&mut self, name: &Text) -> String {
        let own = format!("data-{name}");
        let component = json!({
            "type": "data", "bom-ref": own, "name": name,
            "data": [{ "type": "dataset", "name": name }],
            "properties": [property("kind", "dataset"), property("known-from", "the card of a model")],
        });
        self.components.entry(own.clone()).or_insert(component);
        own
    }

    fn library(&mut self, library: &Library) -> String {
        let purl = library.purl();
        let mut component = json!({
            "type": "library", "bom-ref": purl, "name": library.name, "purl": purl,
            "properties": [property("kind", library.kind())],
        });
        put_version(&mut component, library.version.as_deref());
        if let Some(at) = &library.at {
            put(&mut component, "evidence", known_by(&library.name, std::slice::from_ref(at)));
        }
        if let Some(said) = &library.licence {
            put(&mut component, "licenses", licence(said));
        }
        put(&mut component, "hashes", hashed(library.hash.as_slice()));
        self.components.insert(purl.clone(), component);
        purl
    }
}

fn hashed(hashes: &[(Text, Text)]) -> Value {
    hashes.iter().map(|(alg, content)| json!({ "alg": alg, "content": content })).collect()
}
