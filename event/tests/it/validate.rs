//! A strict reading of the schema: everything an event says must be said by the schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::schema::{Attribute, Entity, Schema};

impl Schema {
    /// All that is wrong with `event`, each with its path.
    pub fn violations(&self, event: &Value) -> Vec<String> {
        let mut check = Check { schema: self, profiles: BTreeSet::new(), found: Vec::new() };
        check.event(event);
        check.found
    }
}

struct Check<'a> {
    schema: &'a Schema,
    profiles: BTreeSet<String>,
    found: Vec<String>,
}

impl Check<'_> {
    fn fail(&mut self, path: &str, what: impl std::fmt::Display) {
        self.found.push(format!("{path}: {what}"));
    }

    fn event(&mut self, event: &Value) {
        let class_uid = event["class_uid"].as_u64();
        let class = class_uid.and_then(|uid| self.schema.classes.get(&uid));
        let (Some(class), Some(class_uid)) = (class, class_uid) else {
            return self.fail("class_uid", "no such class");
        };
        self.profiles(class, &event["metadata"]["profiles"]);
        let activity = event["activity_id"].as_u64().unwrap_or_default();
        if event["type_uid"].as_u64() != Some(class_uid * 100 + activity) {
            self.fail("type_uid", "is not class × 100 + activity");
        }
        if event["category_uid"].as_u64() != Some(class_uid / 1000) {
            self.fail("category_uid", "is not the class's");
        }
        match event.as_object() {
            Some(event) => self.entity("", class, event),
            None => self.fail("", "not an object"),
        }
    }

    fn profiles(&mut self, class: &Entity, named: &Value) {
        let objects = self.schema.objects.values().flat_map(|object| &object.profiles);
        let usable: BTreeSet<&String> = class.profiles.iter().chain(objects).collect();
        for profile in named.as_array().into_iter().flatten() {
            let name = profile.as_str().unwrap_or_default().to_owned();
            if !self.schema.profiles.contains(&name) {
                self.fail("metadata.profiles", format!("no such profile `{name}`"));
            } else if !usable.contains(&name) {
                self.fail("metadata.profiles", format!("`{name}` is not for this class"));
            }
            self.profiles.insert(name);
        }
    }

    fn entity(&mut self, path: &str, entity: &Entity, object: &Map<String, Value>) {
        for (key, value) in object {
            let path = join(path, key);
            match entity.attributes.get(key) {
                None => self.fail(&path, "unknown attribute"),
                Some(attribute) if !self.applies(attribute) => {
                    let profile = attribute.profile.as_deref().unwrap_or_default();
                    self.fail(&path, format!("profile `{profile}` is not applied"));
                }
                Some(attribute) => {
                    self.attribute(&path, attribute, value);
                    self.sibling(&path, attribute, value, object);
                }
            }
        }
        for (key, attribute) in &entity.attributes {
            if attribute.required && self.applies(attribute) && !object.contains_key(key) {
                self.fail(&join(path, key), "required attribute is missing");
            }
        }
        self.constraints(path, entity, object);
    }

    fn constraints(&mut self, path: &str, entity: &Entity, object: &Map<String, Value>) {
        let held =
            |names: &[String]| names.iter().filter(|name| object.contains_key(*name)).count();
        if !entity.at_least_one.is_empty() && held(&entity.at_least_one) == 0 {
            self.fail(path, format!("needs at least one of {:?}", entity.at_least_one));
        }
        if !entity.just_one.is_empty() && held(&entity.just_one) != 1 {
            self.fail(path, format!("needs just one of {:?}", entity.just_one));
        }
    }

    fn applies(&self, attribute: &Attribute) -> bool {
        attribute.profile.as_ref().is_none_or(|profile| self.profiles.contains(profile))
    }

    fn attribute(&mut self, path: &str, attribute: &Attribute, value: &Value) {
        if attribute.deprecated {
            self.fail(path, "deprecated attribute");
        }
        if !attribute.is_array {
            return self.value(path, attribute, value);
        }
        match value.as_array() {
            None => self.fail(path, "expected a list"),
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), attribute, item);
                }
            }
        }
    }

    fn value(&mut self, path: &str, attribute: &Attribute, value: &Value) {
        let kind = attribute.kind.as_str();
        if let Some(definition) = self.schema.types.get(kind) {
            self.scalar(path, kind, definition, value);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !attribute.values.is_empty() && !attribute.values.contains_key(&text) {
                self.fail(path, format!("`{text}` is not in the enumeration"));
            }
            return;
        }
        match (self.schema.objects.get(kind), value.as_object()) {
            (None, _) => self.fail(path, format!("the schema has no type `{kind}`")),
            (_, None) => self.fail(path, format!("expected an object of type `{kind}`")),
            (Some(_), Some(_)) if kind == "object" => {}
            (Some(entity), Some(object)) => self.entity(path, entity, object),
        }
    }

    fn scalar(&mut self, path: &str, kind: &str, definition: &Value, value: &Value) {
        let base = definition["type"].as_str().unwrap_or(kind);
        let fits = match base {
            "string_t" => value.is_string(),
            "integer_t" | "long_t" => value.is_i64(),
            "float_t" => value.is_number(),
            "boolean_t" => value.is_boolean(),
            "json_t" => true,
            _ => false,
        };
        if !fits {
            return self.fail(path, format!("`{value}` is not of type `{kind}`"));
        }
        let text = value.as_str().unwrap_or_default();
        if definition["max_len"].as_u64().is_some_and(|most| text.chars().count() as u64 > most) {
            self.fail(path, "longer than its type");
        }
        if let Some([least, most]) = definition["range"].as_array().map(Vec::as_slice)
            && !(least.as_i64()..=most.as_i64()).contains(&value.as_i64())
        {
            self.fail(path, "out of the range of its type");
        }
        let matches = match (kind, definition.get("regex")) {
            (_, None) => true,
            ("ip_t", _) => text.parse::<std::net::IpAddr>().is_ok(),
            ("uuid_t", _) => text.parse::<uuid::Uuid>().is_ok(),
            // Not emitted; a type that comes to be needs its reading here.
            _ => false,
        };
        if !matches {
            self.fail(path, format!("`{text}` does not have the form of `{kind}`"));
        }
    }

    /// A caption beside a number is the number's; 99 (Other) needs one.
    fn sibling(
        &mut self,
        path: &str,
        attribute: &Attribute,
        value: &Value,
        object: &Map<String, Value>,
    ) {
        let Some(sibling) = &attribute.sibling else { return };
        let said = object.get(sibling).and_then(Value::as_str);
        let number = value.to_string();
        match (number.as_str(), said, attribute.values.get(&number)) {
            ("99", None, Some(_)) => self.fail(path, format!("Other needs `{sibling}`")),
            ("99", ..) => {}
            (_, Some(said), Some(caption)) if said != caption => {
                self.fail(path, format!("`{sibling}` is `{said}`, its caption is `{caption}`"));
            }
            _ => {}
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
