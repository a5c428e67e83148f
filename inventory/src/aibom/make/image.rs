//! An image as the subject: what it runs and is given, its system with its packages, and all that lies in it.

use event::Evidence;
use serde_json::{Value, json};

use super::parts::known_by;
use super::{MOST, Making, Plan, Root, property, put, put_version};
use crate::aibom::image::{Image, System};
use crate::aibom::purl;

impl Making {
    pub(super) fn image(&mut self, plan: &Plan<'_>, image: &Image) -> Root {
        let reference = "image".to_owned();
        self.holds_all(plan, &image.folder, &reference);
        if let Some(system) = &image.system {
            let system = self.system(system);
            self.edge(&reference, &system);
        }
        let name = purl::Image::parse(&image.name);
        let mut component = json!({
            "type": "container", "bom-ref": reference, "name": image.short(),
            "properties": about(image),
        });
        put_version(&mut component, name.tag.filter(|_| image.named).or(image.digest.as_deref()));
        put(&mut component, "purl", json!(image.purl()));
        // What the OCI calls its maker and what it is.
        let label = |key: &str| {
            let mut labels = image.labels.iter();
            labels.find_map(|(name, value)| (**name == *key).then_some(value))
        };
        let maker = label("org.opencontainers.image.vendor").filter(|it| !it.is_empty());
        put(&mut component, "manufacturer", json!(maker.map(|name| json!({ "name": name }))));
        put(&mut component, "description", json!(label("org.opencontainers.image.description")));
        let digest = image.digest.as_deref().or(image.id.as_deref()).unwrap_or_default();
        put(&mut component, "hashes", sha256(digest));
        let mut unsure = plan.inventory.unsure.clone();
        unsure.extend(image.folder.unsure.iter().cloned());
        Root { reference, component, unsure, phase: "post-build" }
    }

    fn system(&mut self, system: &System) -> String {
        let own = format!("system-{}", system.id);
        let place = Evidence { place: system.place.clone(), line: 0 };
        let mut component = json!({
            "type": "operating-system", "bom-ref": own, "name": system.id,
            "description": system.name,
            "evidence": known_by(&system.id, &[place]),
            "properties": [property("kind", "system")],
        });
        put_version(&mut component, system.version.as_deref());
        self.components.insert(own.clone(), component);
        own
    }
}

/// What its settings say.
fn about(image: &Image) -> Vec<Value> {
    let mut all = vec![property("kind", "image"), property("machine", &image.machine)];
    let one = [
        ("image-id", &image.id),
        ("created", &image.created),
        ("account", &image.user),
        ("starts-in", &image.folder_at_start),
    ];
    all.extend(one.iter().filter_map(|(name, value)| Some(property(name, value.as_deref()?))));
    for (name, words) in [("entrypoint", &image.entrypoint), ("command", &image.command)] {
        if !words.is_empty() {
            all.push(property(name, &words.join(" ")));
        }
    }
    let lists = [
        ("variable", &image.variables),
        ("secret", &image.secrets),
        ("listens", &image.ports),
        ("volume", &image.volumes),
        ("layer", &image.layers),
    ];
    for (name, list) in lists {
        all.extend(list.iter().take(MOST).map(|value| property(name, value)));
    }
    let labels = image.labels.iter().take(MOST);
    all.extend(labels.map(|(key, value)| property("label", &format!("{key}={value}"))));
    all
}

/// A digest as a hash.
pub(super) fn sha256(digest: &str) -> Value {
    let hash = digest.strip_prefix("sha256:").unwrap_or(digest);
    match hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => json!([{ "alg": "SHA-256", "content": hash.to_lowercase() }]),
        false => Value::Null,
    }
}
