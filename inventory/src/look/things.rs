//! Things that have a reader of their own: one line each.

use std::path::Path;

use event::{Text, What};

use super::Looking;
use crate::browsers;
use crate::containers;
use crate::discover::{Found, Home};
use crate::join::Origin;
use crate::product::{Product, Thing};
use crate::read::{self, MAX_SETTINGS};
use crate::services::OfHost;

impl Looking<'_> {
    pub(super) fn of_its_own(&mut self, home: &Home, product: &Product, found: &Found, it: Thing) {
        let path = &found.path;
        match it {
            Thing::BrowserExtension => {
                match browsers::of_manifest(self.products, &product.id, path, home.uid) {
                    Ok(one) => {
                        one.into_iter().for_each(|one| self.extension(home, product, path, one))
                    }
                    Err(why) => self.builder.unsure(path, why.to_string()),
                }
            }
            Thing::BrowserAddons => self.addons(home, product, path),
            Thing::Unit => self.unit(path, &found.begin),
            Thing::Crontab => self.crontab(home, path, OfHost::Yes),
            Thing::UserCrontab => self.crontab(home, path, OfHost::No),
            Thing::CronScript => self.cron_script(home, path),
            Thing::Artifact => self.artifact(product, path),
            Thing::OllamaModel => self.ollama_model(home, path),
            Thing::Repository => self.repository(home, product, path),
            Thing::Binary => self.binary(home, path),
            Thing::Crates => self.crates(home, path),
            Thing::DockerImages => self.images(home, path, containers::docker_images),
            Thing::StorageImages => self.images(home, path, containers::storage_images),
            Thing::DockerContainer => self.docker_container(home, path),
            Thing::StorageContainers => self.storage_containers(home, path),
        }
    }

    fn extension(&mut self, home: &Home, browser: &Product, path: &Path, one: browsers::Found) {
        let origin = Origin { owner: &home.owner, project: None, path };
        let what = What::Extension(one.extension);
        let asset = self.builder.thing(browser, origin, 0, &one.id, what);
        asset.version = one.version;
        asset.products.extend(one.product.filter(|it| *it != browser.id));
    }

    fn addons(&mut self, home: &Home, browser: &Product, path: &Path) {
        let content = match read::file(path, home.uid, MAX_SETTINGS) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(path, why.to_string()),
        };
        match browsers::of_addons(self.products, &browser.id, &content.text()) {
            Ok(all) => all.into_iter().for_each(|one| self.extension(home, browser, path, one)),
            Err(why) => self.builder.unsure(path, Text::from(format!("not understood: {why}"))),
        }
    }
}
