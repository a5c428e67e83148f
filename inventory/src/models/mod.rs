//! Models, data for them and vector stores: what the walk found by names, judged by first bytes, and put together where many files
//! are one thing. Nothing is loaded.

mod cache;
mod data;
mod gguf;
mod named;
mod size;
mod stores;
mod weights;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use event::{Model, Text, What};

use crate::attend;
use crate::discover::{Artifact, Weights};
use crate::product::ArtifactSigns;
use crate::read::{self, Why};

pub use cache::ollama;

/// How much of a file is read.
const HEAD: u64 = 64 << 10;

/// A thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: Text,
    /// The file or folder that is it.
    pub place: PathBuf,
    /// The product that keeps it, if the cache of one says so.
    pub product: Option<&'static str>,
    /// What it is.
    pub what: What,
}

/// What came of the names that were found.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What they are.
    pub found: Vec<Found>,
    /// What could not be looked at.
    pub unsure: Vec<(PathBuf, Why)>,
}

/// Looks at all that the walk through one home found by its name.
pub fn gather(artifacts: &[(PathBuf, Artifact)], uid: u32, signs: &ArtifactSigns) -> Gathered {
    let mut gathered = Gathered::default();
    let mut models: BTreeMap<(PathBuf, String), (Model, PathBuf)> = BTreeMap::new();
    let mut sets = data::Sets::default();
    for (path, artifact) in artifacts {
        if let Some(why) = attend::before(path) {
            gathered.unsure.push((path.clone(), Why::LeftOut(why)));
            continue;
        }
        let looked = match artifact {
            Artifact::Weights(named) => weights_of(path, *named, uid, signs, &mut models),
            Artifact::Data(named) => sets.take(path, *named, uid, signs),
            Artifact::Store(named) => {
                stores::of(path, *named, uid).map(|it| gathered.found.extend(it))
            }
            Artifact::HubModel | Artifact::HubDataset => {
                gathered.found.extend(cache::hub(path, *artifact, uid));
                Ok(())
            }
        };
        if let Err(why) = looked {
            gathered.unsure.push((path.clone(), why));
        }
    }
    for ((folder, stem), (mut model, place)) in models {
        let (name, architecture) = cache::name(&folder, &stem, uid);
        model.architecture = model.architecture.or(architecture);
        // Files that are called like any other are known by their folder.
        for said in [&*stem, &*name] {
            model.quantisation = model.quantisation.or_else(|| named::quantisation(said));
            model.parameters = model.parameters.or_else(|| named::parameters(said));
        }
        gathered.found.push(Found { name, place, product: None, what: What::Model(model) });
    }
    gathered.found.extend(sets.finish());
    stores::merge(&mut gathered.found);
    gathered
}

/// Parts of one model (`x-00001-of-00004`) are one.
fn weights_of(
    path: &Path,
    named: Weights,
    uid: u32,
    signs: &ArtifactSigns,
    models: &mut BTreeMap<(PathBuf, String), (Model, PathBuf)>,
) -> Result<(), Why> {
    let head = read::beginning(path, uid, HEAD)?;
    let Some(judged) = weights::head(named, &head.bytes, head.length, &signs.modules) else {
        return Ok(());
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let folder = path.parent().unwrap_or(path).to_owned();
    let key = (folder, without_part(&stem).to_owned());
    let (model, _) = models.entry(key).or_insert_with(|| (Model::default(), path.to_owned()));
    model.format = judged.format.into();
    model.architecture = model.architecture.take().or(judged.architecture);
    model.quantisation = model.quantisation.take().or(judged.quantisation);
    model.parameters = model.parameters.take().or(judged.parameters);
    model.runs_code |= judged.runs_code;
    model.bytes = model.bytes.saturating_add(head.length);
    model.files += 1;
    Ok(())
}

/// The folder of a file of weights, and the model that it is or is a part of.
pub(crate) fn part_of(place: &str) -> (&str, &str) {
    let (folder, file) = place.rsplit_once('/').unwrap_or(("", place));
    (folder, without_part(file.rsplit_once('.').map_or(file, |(stem, _)| stem)))
}

/// `model-00001-of-00004` is a part of `model`.
fn without_part(stem: &str) -> &str {
    let mut parts = stem.rsplitn(4, '-');
    let number = |part: Option<&str>| {
        part.is_some_and(|it| it.len() >= 3 && it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match (number(parts.next()), parts.next(), number(parts.next()), parts.next()) {
        (true, Some("of"), true, Some(before)) => before,
        _ => stem,
    }
}
