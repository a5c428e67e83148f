//! What is installed and what the host starts: packages, units, images and containers, servers of models.

use event::{
    Asset, Container, ContainerForm, Exposure, Manager, ModelServer, Package, Role, Service,
    Starter, What,
};
use serde_json::{Value, json};

use super::image::sha256;
use super::parts::{about, known_by, licences};
use super::server::remote;
use super::{MOST, Making, ModelFile, Plan, model, property, put, put_version, reference};
use crate::aibom::purl::{self, Image};

impl Making {
    pub(super) fn package(&mut self, plan: &Plan<'_>, asset: &Asset, package: &Package) {
        let kind = match package.role {
            Role::Framework => "framework",
            Role::Sdk => "library",
            Role::Agent | Role::ModelServer | Role::ToolServer => "application",
        };
        let registry = match package.manager {
            Manager::Npm => "npm",
            Manager::Pypi => "pypi",
            Manager::Go => "golang",
            Manager::Cargo => "cargo",
        };
        let own = reference(asset);
        let purl = purl::of(registry, &asset.name, asset.version.as_deref());
        let mut component = json!({
            "type": kind, "bom-ref": own, "name": asset.name, "purl": purl,
            "description": package.role.say(),
            "evidence": known_by(&asset.name, &asset.evidence),
        });
        put_version(&mut component, asset.version.as_deref());
        put(&mut component, "licenses", licences(plan, &asset.evidence));
        let mut properties = about(asset);
        properties.push(property("because", &package.because));
        put(&mut component, "properties", Value::Array(properties));
        self.components.insert(own, component);
    }

    /// A unit, or a line of a crontab.
    pub(super) fn unit(&mut self, asset: &Asset, unit: &Service) {
        let starter = match unit.starter {
            Starter::Systemd => "systemd",
            Starter::Cron => "cron",
        };
        let mut properties = about(asset);
        properties.push(property("started-by", starter));
        properties.push(property(
            "when",
            if unit.when.is_empty() { "never by itself" } else { &unit.when },
        ));
        properties.push(property("program", &unit.program));
        properties.push(property("runs", &unit.runs));
        properties.push(property("account", &unit.account));
        properties.extend(unit.bypasses.iter().take(MOST).map(|word| property("autonomy", word)));
        properties.extend(unit.keys.iter().take(MOST).map(|name| property("secret", name)));
        properties.extend(unit.listens.iter().map(|one| property("listens", one)));
        properties.extend(asset.digest.iter().map(|it| property("definition-blake3", it)));
        let own = reference(asset);
        let component = json!({
            "type": "application", "bom-ref": own, "name": asset.name,
            "description": format!("{} that {starter} starts", unit.role.say()),
            "evidence": known_by(&asset.name, &asset.evidence),
            "properties": properties,
        });
        self.components.insert(own, component);
    }

    /// An image; a container hangs on its image.
    pub(super) fn container(&mut self, plan: &Plan<'_>, asset: &Asset, container: &Container) {
        let mut properties = about(asset);
        properties.push(property("program", &container.program));
        let own = reference(asset);
        let what = container.role.say();
        let mut component = json!({
            "type": "container", "bom-ref": own, "name": asset.name,
            "evidence": known_by(&asset.name, &asset.evidence),
        });
        match container.form {
            ContainerForm::Image => {
                put(&mut component, "description", json!(format!("image with a {what}")));
                of_image(&mut component, container);
            }
            ContainerForm::Container => {
                put(&mut component, "description", json!(format!("container with a {what}")));
                properties.push(property("image", &container.image));
                properties
                    .extend(container.keys.iter().take(MOST).map(|key| property("secret", key)));
                properties
                    .extend(container.opens.iter().take(MOST).map(|it| property("opens", it)));
                let image = self.image_of(plan, asset, container);
                self.edge(&own, &image);
            }
        }
        put(&mut component, "properties", Value::Array(properties));
        self.components.insert(own, component);
    }

    /// The image of a container: the one that was found, or the one that is named.
    fn image_of(&mut self, plan: &Plan<'_>, asset: &Asset, container: &Container) -> String {
        let is = |other: &&Asset| {
            other.owner == asset.owner
                && matches!(&other.what, What::Container(image)
                    if image.form == ContainerForm::Image && image.image == container.image)
        };
        if let Some(image) = plan.inventory.assets.iter().find(is) {
            if let (What::Container(found), false) = (&image.what, self.holds(image)) {
                self.container(plan, image, found);
            }
            return reference(image);
        }
        let own = format!("image-{}", container.image);
        let mut component = json!({
            "type": "container", "bom-ref": own, "name": container.image,
            "description": "image that a container was made of",
            "properties": [property("kind", "container")],
        });
        of_image(&mut component, container);
        self.components.insert(own.clone(), component);
        own
    }

    /// Something that listens, with the models it says that it has.
    pub(super) fn model_server(&mut self, plan: &Plan<'_>, asset: &Asset, server: &ModelServer) {
        let own = reference(asset);
        let mut properties = about(asset);
        let exposure = match server.exposure {
            Exposure::Loopback => "this host alone",
            Exposure::Network => "the network",
        };
        properties.push(property("program", &server.program));
        properties.push(property("listens", &server.address));
        properties.push(property("reachable-from", exposure));
        let places = asset.evidence.iter().take(MOST);
        properties.extend(places.map(|at| property("known-from", &at.place)));
        let url = match server.address.contains("://") {
            true => server.address.to_string(),
            false => format!("http://{}", server.address),
        };
        let mut service = remote(&own, &asset.name, &url);
        put(&mut service, "x-trust-boundary", json!(server.exposure == Exposure::Network));
        put(&mut service, "description", json!("models answer here"));
        put_version(&mut service, asset.version.as_deref());
        put(&mut service, "properties", Value::Array(properties));
        self.services.insert(own.clone(), service);
        for name in server.models.iter().take(MOST) {
            let model = self.offered(plan, server, name);
            self.edge(&own, &model);
        }
    }

    /// A model that a server offers: the one on the disk, if its keeper has one of that name.
    fn offered(&mut self, plan: &Plan<'_>, server: &ModelServer, name: &event::Text) -> String {
        let mut assets = plan.inventory.assets.iter();
        let on_disk = assets.find_map(|asset| match &asset.what {
            What::Model(weights)
                if asset.name == *name && asset.products.contains(&server.program) =>
            {
                Some((asset, weights))
            }
            _ => None,
        });
        match on_disk {
            Some((asset, weights)) => self.weights(plan, asset, weights),
            None => {
                let told_by = Some("the list of its server".into());
                self.model(plan, ModelFile { told_by, ..model::of_name(name) }, &[])
            }
        }
    }
}

/// Name, tag and digest of an image.
fn of_image(component: &mut Value, container: &Container) {
    let image = Image::parse(&container.image);
    put_version(component, image.tag.or(image.digest));
    put(component, "purl", json!(image.purl()));
    let digest = container.image_digest.as_deref().or(image.digest).unwrap_or_default();
    put(component, "hashes", sha256(digest));
}
