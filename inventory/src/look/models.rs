//! Models, data and vector stores that were found: told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use event::Text;

use super::Looking;
use crate::discover::{Artifact, Home};
use crate::join::Origin;
use crate::models;
use crate::product::Product;
use crate::read::{self, MAX_SETTINGS};

/// The product that a model is told for where none keeps it.
const NOBODYS: &str = "models";

/// Files of models and data of one home, with the product in whose place they are.
pub type Artifacts = BTreeMap<PathBuf, (Artifact, Option<Text>)>;

impl Looking<'_> {
    /// A file in a place of a product.
    pub(super) fn artifact(&mut self, product: &Product, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(artifact) = Artifact::of_file(&name) {
            self.artifacts.insert(path.to_owned(), (artifact, Some(product.id.clone())));
        }
    }

    pub(super) fn models(&mut self, home: &Home) {
        let artifacts = std::mem::take(&mut self.artifacts);
        let list: Vec<(PathBuf, Artifact)> =
            artifacts.iter().map(|(path, (artifact, _))| (path.clone(), *artifact)).collect();
        let gathered = models::gather(&list, home.uid, &self.products.artifacts);
        for (path, why) in gathered.unsure {
            self.builder.unsure(&path, why.to_string());
        }
        for found in gathered.found {
            let keeper = artifacts.get(&found.place).and_then(|(_, product)| product.clone());
            let product =
                keeper.or(found.product.map(Text::from)).unwrap_or_else(|| NOBODYS.into());
            self.found(home, &product, found);
        }
    }

    pub(super) fn ollama_model(&mut self, home: &Home, path: &Path) {
        let content = match read::file(path, home.uid, MAX_SETTINGS) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(path, why.to_string()),
        };
        match models::ollama(path, &content.text()) {
            Ok(model) => model.into_iter().for_each(|it| self.found(home, &"ollama".into(), it)),
            Err(why) => self.builder.unsure(path, format!("not understood: {why}")),
        }
    }

    fn found(&mut self, home: &Home, product: &Text, found: models::Found) {
        let origin = Origin { owner: &home.owner, project: None, path: &found.place };
        self.builder.asset(product, origin, 0, &found.name, found.what);
    }
}
