//! Components and services as packages and files.

use serde_json::{Value, json};

use super::{Graph, Kind, NO_ASSERTION};
use crate::aibom::make::put;

impl Graph {
    pub(super) fn component(&mut self, component: &Value) {
        let text = |key: &str| component.get(key).and_then(Value::as_str);
        let said = text("type").unwrap_or_default();
        let named = text("bom-ref").or(text("purl")).or(text("name")).unwrap_or_default();
        if self.kinds.contains_key(named) {
            return;
        }
        let data_set = component
            .get("data")
            .and_then(Value::as_array)
            .is_some_and(|data| data.iter().any(|one| one.get("type") == Some(&json!("dataset"))));
        let (class, kind) = match said {
            "machine-learning-model" => ("ai_AIPackage", Kind::Model),
            "data" if data_set => ("dataset_DatasetPackage", Kind::Data),
            "file" => ("software_File", Kind::Other),
            _ => ("software_Package", Kind::Other),
        };
        self.kinds.insert(named.to_owned(), kind);
        let mut element = self.element(class, named);
        let group = text("group").map(|group| format!("{group}/")).unwrap_or_default();
        put(&mut element, "name", json!(format!("{group}{}", text("name").unwrap_or_default())));
        put(&mut element, "description", json!(text("description")));
        put(&mut element, "software_copyrightText", json!(text("copyright")));
        put(&mut element, "software_primaryPurpose", json!(purpose(said)));
        if class != "software_File" {
            put(&mut element, "software_packageVersion", json!(text("version")));
            put(&mut element, "software_packageUrl", json!(text("purl")));
        }
        put(&mut element, "verifiedUsing", hashes(component));
        let supplier = ["supplier", "manufacturer"]
            .iter()
            .find_map(|key| component.get(*key)?.get("name")?.as_str().map(str::to_owned));
        if let Some(name) = supplier {
            let id = self.organisation(&name);
            put(&mut element, "suppliedBy", json!(id));
        }
        put(&mut element, "extension", properties(component));
        match kind {
            Kind::Model => self.model(&mut element, component),
            Kind::Data => self.data_set(&mut element, component),
            Kind::Other => {}
        }
        let id = self.id(named);
        self.elements.push(element);
        self.licences(&id, component, kind);
    }

    /// A service is a package that runs elsewhere.
    pub(super) fn service(&mut self, service: &Value) {
        let text = |key: &str| service.get(key).and_then(Value::as_str);
        let named = text("bom-ref").or(text("name")).unwrap_or_default();
        if self.kinds.insert(named.to_owned(), Kind::Other).is_some() {
            return;
        }
        let mut element = self.element("software_Package", named);
        put(&mut element, "name", json!(text("name")));
        put(&mut element, "description", json!(text("description")));
        put(&mut element, "software_packageVersion", json!(text("version")));
        put(&mut element, "software_primaryPurpose", json!("other"));
        let endpoints = service.get("endpoints").and_then(Value::as_array);
        let endpoints = endpoints.filter(|list| !list.is_empty()).map(|list| {
            json!([{ "type": "ExternalRef", "externalRefType": "other", "locator": list, "comment": "endpoint of the service" }])
        });
        put(&mut element, "externalRef", json!(endpoints));
        put(&mut element, "extension", properties(service));
        let id = self.id(named);
        self.elements.push(element);
        self.licences(&id, service, Kind::Other);
    }

    fn model(&mut self, element: &mut Value, component: &Value) {
        let card = |key: &str| component.pointer(&format!("/modelCard/modelParameters/{key}"));
        let kinds: Vec<&Value> = ["architectureFamily", "modelArchitecture"]
            .iter()
            .filter_map(|key| card(key))
            .collect();
        put(element, "ai_typeOfModel", json!(kinds));
        put(element, "ai_domain", json!(card("task").map(|task| vec![task])));
        let limits = component.pointer("/modelCard/considerations/technicalLimitations");
        let limits = limits
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "));
        put(element, "ai_limitation", json!(limits));
        self.unknown(element);
    }

    fn data_set(&mut self, element: &mut Value, component: &Value) {
        let data = component.get("data").and_then(Value::as_array).and_then(|data| data.first());
        let said = |key: &str| data.and_then(|data| data.get(key));
        put(element, "dataset_datasetType", json!(["noAssertion"]));
        put(element, "originatedBy", json!([NO_ASSERTION]));
        put(element, "builtTime", json!(self.created));
        let sensitive = said("sensitiveData").and_then(Value::as_array);
        let sensitive = match sensitive.is_some_and(|list| !list.is_empty()) {
            true => "yes",
            false => "noAssertion",
        };
        put(element, "dataset_hasSensitivePersonalInformation", json!(sensitive));
        self.unknown(element);
    }

    /// What must be said and is not known is said to be unknown; of times, the earliest that is sure.
    fn unknown(&mut self, element: &mut Value) {
        let set = [
            ("software_packageVersion", json!("unknown")),
            ("software_downloadLocation", json!(NO_ASSERTION)),
            ("suppliedBy", json!(NO_ASSERTION)),
            ("releaseTime", json!(self.created)),
        ];
        for (key, value) in set {
            if element.get(key).is_none() {
                put(element, key, value);
            }
        }
        let told = "times of release and making are not known: those given are when it was listed";
        put(element, "comment", json!(told));
    }
}

/// The word of SPDX for a type of CycloneDX.
fn purpose(said: &str) -> &str {
    match said {
        "machine-learning-model" => "model",
        "operating-system" => "operatingSystem",
        "device-driver" => "deviceDriver",
        "application" | "framework" | "library" | "container" | "platform" | "device"
        | "firmware" | "file" | "data" => said,
        _ => "other",
    }
}

fn hashes(component: &Value) -> Value {
    let list = component.get("hashes").and_then(Value::as_array);
    let hash = |one: &Value| {
        let alg = one.get("alg")?.as_str()?;
        let alg = match alg {
            "SHA3-256" | "SHA3-384" | "SHA3-512" => alg.to_lowercase().replace('-', "_"),
            "Streebog-256" | "Streebog-512" => "other".to_owned(),
            alg => alg.to_lowercase().replace('-', ""),
        };
        Some(json!({ "type": "Hash", "algorithm": alg, "hashValue": one.get("content")? }))
    };
    list.map(Vec::as_slice).unwrap_or_default().iter().filter_map(hash).collect()
}

/// Properties go over as they are, in the extension that SPDX has for them.
fn properties(component: &Value) -> Value {
    let list = component.get("properties").and_then(Value::as_array);
    let entry = |one: &Value| {
        let mut entry = json!({
            "type": "extension_CdxPropertyEntry",
            "extension_cdxPropName": one.get("name")?.as_str()?,
        });
        put(&mut entry, "extension_cdxPropValue", json!(one.get("value")));
        Some(entry)
    };
    let entries: Vec<Value> =
        list.map(Vec::as_slice).unwrap_or_default().iter().filter_map(entry).collect();
    if entries.is_empty() {
        return Value::Null;
    }
    json!([{ "type": "extension_CdxPropertiesExtension", "extension_cdxProperty": entries }])
}
