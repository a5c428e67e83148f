//! What keeps models under names of its own: the cache of the Hugging Face hub, and Ollama's manifests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use event::{Dataset, Model, Text, What};
use serde_json::Value;

use super::{Found, named, size};
use crate::discover::{Artifact, Weights};
use crate::read::{self, MAX_WORDING};

/// Longest name of a revision, in bytes.
const MAX_REVISION: u64 = 100;
/// Most entries of one folder.
const MOST: usize = 5_000;

/// A repository in the cache of the hub: `models--org--name` with `blobs`, `refs` and `snapshots`.
pub fn hub(path: &Path, kind: Artifact, uid: u32) -> Option<Found> {
    let folder = path.file_name()?.to_str()?;
    let (_, id) = folder.split_once("--")?;
    let name: Text = id.replacen("--", "/", 1).into();
    let revisions = size::folders(&path.join("snapshots"));
    let main = read::file(&path.join("refs/main"), uid, MAX_REVISION).ok();
    let main = main.map(|it| it.text().trim().to_owned());
    let revision =
        main.filter(|it| revisions.contains(it)).or_else(|| revisions.last().cloned())?;
    let formats = formats(&path.join("snapshots").join(&revision), kind);
    // Only words about a model, and none of its weights.
    if formats.is_empty() {
        return None;
    }
    let (bytes, files) = match size::of(&path.join("blobs")) {
        // Where links cannot be, the files themselves are among the snapshots.
        (0, _) => size::of(&path.join("snapshots")),
        sized => sized,
    };
    let format: Text = formats.into_iter().collect::<Vec<_>>().join(" ").into();
    let revision = Some(revision.into());
    let what = match kind {
        Artifact::HubDataset => What::Dataset(Dataset { format, bytes, files, revision }),
        _ => {
            let runs_code = format.contains("pytorch") || format.contains("pickle");
            What::Model(Model {
                format,
                bytes,
                files,
                quantisation: named::quantisation(&name),
                parameters: named::parameters(&name),
                revision,
                runs_code,
                ..Model::default()
            })
        }
    };
    Some(Found { name, place: path.to_owned(), product: Some("huggingface"), what })
}

/// What the files of a snapshot are by their names; they are links into a heap without names.
fn formats(snapshot: &Path, kind: Artifact) -> BTreeSet<&'static str> {
    let mut formats = BTreeSet::new();
    let mut waiting = vec![(snapshot.to_owned(), 3u8)];
    while let Some((folder, depth)) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().take(MOST).flatten() {
            if entry.file_type().is_ok_and(|it| it.is_dir()) && depth > 0 {
                waiting.push((entry.path(), depth - 1));
                continue;
            }
            let name = entry.file_name();
            match (Artifact::of_file(&name.to_string_lossy()), kind) {
                (Some(Artifact::Weights(weights)), Artifact::HubModel) => {
                    formats.insert(word(weights));
                }
                (Some(Artifact::Data(data)), Artifact::HubDataset) => {
                    formats.insert(super::data::word(data));
                }
                _ => {}
            }
        }
    }
    formats
}

fn word(weights: Weights) -> &'static str {
    match weights {
        Weights::Gguf => "gguf",
        Weights::Ggml => "ggml",
        Weights::Safetensors => "safetensors",
        Weights::Onnx => "onnx",
        Weights::Torch => "pytorch",
        Weights::Pickle => "pickle",
        Weights::Hdf5 => "hdf5",
        Weights::Keras => "keras",
        Weights::TfLite => "tflite",
        Weights::Llamafile => "llamafile",
    }
}

/// A model of Ollama by its manifest: `manifests/HOST/NAMESPACE/NAME/TAG`.
pub fn ollama(path: &Path, text: &str) -> Result<Option<Found>, String> {
    let manifest: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let layers = manifest.get("layers").and_then(Value::as_array).into_iter().flatten();
    let layers: Vec<&Value> = layers.take(MOST).collect();
    let is_model = |layer: &&&Value| {
        layer.get("mediaType").and_then(Value::as_str) == Some("application/vnd.ollama.image.model")
    };
    // Those that answer elsewhere have no weights here.
    let Some(weights) = layers.iter().find(is_model) else { return Ok(None) };
    let parts: Vec<&str> = path.iter().rev().take(4).filter_map(|part| part.to_str()).collect();
    let [tag, name, namespace, host] = parts.as_slice() else { return Ok(None) };
    let name: Text = match (*host, *namespace) {
        ("registry.ollama.ai", "library") => format!("{name}:{tag}"),
        ("registry.ollama.ai", namespace) => format!("{namespace}/{name}:{tag}"),
        (host, namespace) => format!("{host}/{namespace}/{name}:{tag}"),
    }
    .into();
    let bytes =
        layers.iter().filter_map(|it| it.get("size")?.as_u64()).fold(0, u64::saturating_add);
    let revision = weights.get("digest").and_then(Value::as_str).map(Text::from);
    let model = Model {
        format: "gguf".into(),
        bytes,
        files: u32::try_from(layers.len()).unwrap_or(u32::MAX),
        quantisation: named::quantisation(&name),
        parameters: named::parameters(&name),
        revision,
        ..Model::default()
    };
    let place = path.to_owned();
    Ok(Some(Found { name, place, product: Some("ollama"), what: What::Model(model) }))
}

/// What a model is called, and its family if a file beside it says so. Names that all models have say nothing.
pub fn name(folder: &Path, stem: &str, uid: u32) -> (Text, Option<Text>) {
    let general = [
        "model",
        "pytorch_model",
        "adapter_model",
        "diffusion_pytorch_model",
        "weights",
        "model_quantized",
        "model_fp16",
        "consolidated",
        "checkpoint",
        "best",
        "last",
    ];
    let config = read::file(&folder.join("config.json"), uid, MAX_WORDING).ok();
    let config: Option<Value> = config.and_then(|it| serde_json::from_slice(&it.bytes).ok());
    let architecture = config.as_ref().and_then(|it| it.get("model_type")?.as_str());
    let wraps = [
        "onnx",
        "model",
        "models",
        "unet",
        "vae",
        "text_encoder",
        "weights",
        "checkpoints",
        "transformer",
    ];
    let named = folder.ancestors().filter_map(|it| it.file_name()?.to_str());
    let named = named.into_iter().find(|name| !wraps.contains(name));
    let name: Text = match named.filter(|_| general.contains(&stem)) {
        Some(folder) => folder.into(),
        None => stem.into(),
    };
    (name, architecture.map(Text::from))
}
