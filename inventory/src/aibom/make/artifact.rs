//! Models, data for them and stores of embeddings that lie on the disk, with what their files say.

use event::{Asset, Dataset, Model, Text, VectorStore, What};
use serde_json::json;

use super::folder::{DataSet, ModelFile};
use super::parts::{about, known_by};
use super::{MOST, Making, Plan, model, property, put_version, reference};
use crate::aibom::purl;
use crate::models::part_of;

impl Making {
    /// Weights on the disk.
    pub(super) fn weights(&mut self, plan: &Plan<'_>, asset: &Asset, weights: &Model) -> String {
        let place = asset.evidence.first().map(|at| at.place.clone()).unwrap_or_default();
        let files = files(
            plan,
            |folder| &folder.models,
            |file| file.place.as_ref().is_some_and(|file| part_of(file) == part_of(&place)),
        );
        let named = model::of_name(&asset.name);
        let card = files.first().map(|file| (*file).clone()).unwrap_or_default();
        let mut more: Vec<(Text, Text)> = vec![
            ("format".into(), weights.format.clone()),
            ("files".into(), weights.files.to_string().as_str().into()),
        ];
        more.extend(weights.parameters.iter().map(|it| ("parameters".into(), it.clone())));
        more.extend(weights.quantisation.iter().map(|it| ("quantisation".into(), it.clone())));
        if weights.runs_code {
            more.push(("loading".into(), "it can run code".into()));
        }
        more.extend(kept_by(asset));
        let several = files.iter().filter_map(|file| part(file.place.as_ref()?, &file.hashes));
        let several: Vec<_> = several.take(MOST).collect();
        let hashes = match several.len() {
            0 | 1 => card.hashes.clone(),
            _ => {
                more.extend(several);
                Vec::new()
            }
        };
        let hub = place.rsplit('/').next().is_some_and(|folder| folder.starts_with("models--"));
        let purl = hub.then(|| purl::of("huggingface", &asset.name, weights.revision.as_deref()));
        let model = ModelFile {
            version: weights.revision.clone().or(named.version),
            purl: purl.map(|purl| purl.as_str().into()),
            bytes: Some(weights.bytes),
            family: card.family.clone().or_else(|| weights.architecture.clone()),
            place: Some(place),
            hashes,
            more,
            name: named.name,
            group: named.group,
            ..card
        };
        self.model(plan, model, &[])
    }

    /// Data for models.
    pub(super) fn data(&mut self, plan: &Plan<'_>, asset: &Asset, data: &Dataset) {
        let place = asset.evidence.first().map(|at| at.place.clone()).unwrap_or_default();
        let files = files(plan, |folder| &folder.data_sets, |file| below(&file.place, &place));
        let mut properties = about(asset);
        properties.push(property("form", &data.format));
        properties.push(property("bytes", &data.bytes.to_string()));
        properties.push(property("files", &data.files.to_string()));
        let parts = files.iter().filter_map(|file| part(&file.place, &file.hashes)).take(MOST);
        properties.extend(parts.map(|(name, value)| property(&name, &value)));
        let own = reference(asset);
        let mut component = json!({
            "type": "data", "bom-ref": own, "name": asset.name,
            "data": [{
                "type": "dataset", "name": asset.name,
                "description": format!("{} in {} files, {} bytes", data.format, data.files, data.bytes),
            }],
            "evidence": known_by(&asset.name, &asset.evidence),
            "properties": properties,
        });
        put_version(&mut component, data.revision.as_deref());
        self.components.insert(own, component);
    }

    /// A store of embeddings.
    pub(super) fn store(&mut self, asset: &Asset, store: &VectorStore) {
        let mut properties = about(asset);
        properties.push(property("engine", &store.engine));
        properties.push(property("bytes", &store.bytes.to_string()));
        let collections = store.collections.iter().take(MOST);
        properties.extend(collections.map(|one| property("collection", one)));
        let own = reference(asset);
        let component = json!({
            "type": "data", "bom-ref": own, "name": asset.name,
            "description": format!("store of embeddings ({})", store.engine),
            "data": [{
                "type": "other", "name": asset.name,
                "description": format!("embeddings, {} bytes", store.bytes),
            }],
            "evidence": known_by(&asset.name, &asset.evidence),
            "properties": properties,
        });
        self.components.insert(own, component);
    }
}

/// Whether a file of a model is a part of one of these; it is told as that.
pub(super) fn has_model(assets: &[Asset], file: &ModelFile) -> bool {
    let Some(place) = &file.place else { return false };
    assets.iter().any(|asset| {
        matches!(asset.what, What::Model(_))
            && asset.evidence.first().is_some_and(|at| part_of(&at.place) == part_of(place))
    })
}

/// The same of data.
pub(super) fn has_data(assets: &[Asset], file: &DataSet) -> bool {
    assets.iter().any(|asset| {
        matches!(asset.what, What::Dataset(_))
            && asset.evidence.first().is_some_and(|at| below(&file.place, &at.place))
    })
}

/// The files of a folder that make up a thing.
fn files<'p, T>(
    plan: &Plan<'p>,
    list: impl Fn(&'p super::Folder) -> &'p Vec<T>,
    is: impl Fn(&T) -> bool,
) -> Vec<&'p T> {
    let files =
        plan.scope.folder().map(|folder| list(folder).iter().filter(|file| is(file)).collect());
    files.unwrap_or_default()
}

fn below(file: &str, place: &str) -> bool {
    file.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A file of several, with its hash.
fn part(place: &str, hashes: &[(Text, Text)]) -> Option<(Text, Text)> {
    let (alg, hash) = hashes.first()?;
    let name = place.rsplit('/').next().unwrap_or(place);
    Some(("part".into(), format!("{name} {alg} {hash}").as_str().into()))
}

/// Whose it is and what keeps it.
fn kept_by(asset: &Asset) -> Vec<(Text, Text)> {
    let mut all = Vec::new();
    if !asset.owner.is_empty() {
        all.push(("owner".into(), asset.owner.clone()));
    }
    all.extend(asset.products.iter().map(|id| ("loaded-by".into(), id.clone())));
    all
}
