//! Lists of images and records of containers that were found: told.

use std::path::Path;

use event::{Text, What};

use super::Looking;
use crate::containers::{self, Found};
use crate::discover::Home;
use crate::join::Origin;
use crate::product::Products;
use crate::read::{self, MAX_SETTINGS};

impl Looking<'_> {
    /// A list of images, by its reader.
    pub(super) fn images(
        &mut self,
        home: &Home,
        path: &Path,
        reader: fn(&Products, &str) -> Result<Vec<Found>, String>,
    ) {
        let Some(text) = self.text(home, path) else { return };
        match reader(self.products, &text) {
            Ok(all) => all.into_iter().for_each(|one| self.container(home, path, one)),
            Err(why) => self.builder.unsure(path, format!("not understood: {why}")),
        }
    }

    pub(super) fn docker_container(&mut self, home: &Home, path: &Path) {
        let Some(text) = self.text(home, path) else { return };
        let host = self.beside(home, &path.with_file_name("hostconfig.json"));
        match containers::docker_container(self.products, &text, host.as_deref()) {
            Ok(one) => one.into_iter().for_each(|one| self.container(home, path, one)),
            Err(why) => self.builder.unsure(path, format!("not understood: {why}")),
        }
    }

    pub(super) fn storage_containers(&mut self, home: &Home, path: &Path) {
        let Some(text) = self.text(home, path) else { return };
        let listed = match containers::storage_containers(&text) {
            Ok(listed) => listed,
            Err(why) => return self.builder.unsure(path, format!("not understood: {why}")),
        };
        for one in listed {
            let settings = path.with_file_name(&one.id).join("userdata/config.json");
            let config = self.beside(home, &settings);
            let found = containers::storage_container(self.products, &one, config.as_deref());
            found.into_iter().for_each(|it| self.container(home, path, it));
        }
    }

    fn container(&mut self, home: &Home, path: &Path, found: Found) {
        let origin = Origin { owner: &home.owner, project: None, path };
        let program: Text = found.container.program.clone();
        let digest = found.container.image_digest.clone();
        let what = What::Container(found.container);
        self.builder.asset(&program, origin, 0, &found.name, what).digest = digest;
    }

    fn text(&mut self, home: &Home, path: &Path) -> Option<String> {
        match read::file(path, home.uid, MAX_SETTINGS) {
            Ok(content) => Some(content.text().into_owned()),
            Err(why) => {
                self.builder.unsure(path, why.to_string());
                None
            }
        }
    }

    /// A file that need not be there.
    fn beside(&mut self, home: &Home, path: &Path) -> Option<String> {
        path.symlink_metadata().ok()?;
        self.text(home, path)
    }
}
