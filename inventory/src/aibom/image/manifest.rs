//! Which image is in an archive: its settings and its layers, by the manifest of Docker or the index of an OCI layout.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::NotAnImage;
use super::archive::Archive;

/// Longest manifest, index or settings, in bytes.
const MAX_TEXT: u64 = 8 << 20;
/// Most layers.
const MOST_LAYERS: usize = 2_000;
/// Indexes inside indexes.
const DEPTH: u8 = 4;

/// An image in an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its name with its tag, where the archive says it.
    pub name: Option<String>,
    /// Digest of its manifest (`sha256:…`), where one is there.
    pub digest: Option<String>,
    /// Its settings, as they stand there.
    pub config: Value,
    /// Digest of them.
    pub config_digest: Option<String>,
    /// The pieces that are its layers, the lowest first.
    pub layers: Vec<String>,
    /// Images of other machines that are in the archive, too.
    pub others: Vec<String>,
}

impl Manifest {
    /// Of the one image that is in an archive.
    pub fn find(archive: &Archive) -> Result<Self, NotAnImage> {
        let mut found = if archive.has("manifest.json") {
            of_docker(archive)?
        } else if archive.has("index.json") {
            of_layout(archive)?
        } else {
            return Err(NotAnImage::Nothing);
        };
        if found.layers.len() > MOST_LAYERS {
            return Err(NotAnImage::Layers(found.layers.len()));
        }
        // Both are in what newer programs write.
        if found.digest.is_none() && archive.has("index.json") {
            found.digest = of_layout(archive)
                .ok()
                .filter(|it| it.config == found.config)
                .and_then(|it| it.digest);
        }
        Ok(found)
    }
}

/// `manifest.json`: a list of images.
fn of_docker(archive: &Archive) -> Result<Manifest, NotAnImage> {
    let list = json(archive, "manifest.json")?;
    let images = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = |image: &Value| -> Vec<String> { texts(image.get("RepoTags")) };
    let [image] = images else {
        let all = images.iter().filter_map(|image| names(image).into_iter().next());
        return match images.len() {
            0 => Err(NotAnImage::Nothing),
            _ => Err(NotAnImage::Several(all.take(8).collect())),
        };
    };
    let config = image.get("Config").and_then(Value::as_str).unwrap_or_default();
    let hash = config.rsplit('/').next().unwrap_or(config);
    let hash = hash.strip_suffix(".json").unwrap_or(hash);
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(Manifest {
        name: names(image).into_iter().next(),
        config: json(archive, config)?,
        config_digest: is_hash.then(|| format!("sha256:{hash}")),
        layers: texts(image.get("Layers")),
        ..Manifest::default()
    })
}

/// `index.json`: manifests, or indexes of those for several machines.
fn of_layout(archive: &Archive) -> Result<Manifest, NotAnImage> {
    let index = json(archive, "index.json")?;
    let mut all = Vec::new();
    gather(archive, &index, None, DEPTH, &mut all)?;
    let mut names: Vec<String> = all.iter().filter_map(|one| one.name.clone()).collect();
    names.dedup();
    if names.len() > 1 {
        return Err(NotAnImage::Several(names));
    }
    // Of several machines: as this one, else the first.
    let own = all.iter().position(|one| one.machine == machine());
    let Some(chosen) = own.or(if all.is_empty() { None } else { Some(0) }) else {
        return Err(NotAnImage::Nothing);
    };
    let chosen = all.swap_remove(chosen);
    let manifest = json(archive, &chosen.piece)?;
    let digest = |value: Option<&Value>| value?.get("digest")?.as_str().map(str::to_owned);
    let config_digest = digest(manifest.get("config"));
    let config = config_digest.as_deref().and_then(blob);
    let config = config
        .ok_or_else(|| NotAnImage::Piece(chosen.piece.clone(), "it names no settings".into()))?;
    let layers =
        manifest.get("layers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pieces = layers.iter().map(|layer| digest(Some(layer)).as_deref().and_then(blob));
    let pieces: Option<Vec<String>> = pieces.collect();
    let mut others: Vec<String> = all.into_iter().map(|one| one.machine).collect();
    others.sort();
    others.dedup();
    Ok(Manifest {
        name: chosen.name,
        digest: Some(chosen.digest),
        config: json(archive, &config)?,
        config_digest,
        layers: pieces.ok_or_else(|| {
            NotAnImage::Piece(chosen.piece.clone(), "a layer has no digest".into())
        })?,
        others,
    })
}

/// One manifest that is there.
struct Listed {
    name: Option<String>,
    digest: String,
    piece: String,
    /// `linux/amd64`.
    machine: String,
}

fn gather(
    archive: &Archive,
    index: &Value,
    name: Option<&str>,
    depth: u8,
    all: &mut Vec<Listed>,
) -> Result<(), NotAnImage> {
    let Some(depth) = depth.checked_sub(1) else { return Ok(()) };
    for one in
        index.get("manifests").and_then(Value::as_array).into_iter().flatten().take(MOST_LAYERS)
    {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
        let note = |key: &str| one.get("annotations").and_then(|it| it.get(key)?.as_str());
        // What says how an image was made is none.
        if note("vnd.docker.reference.type").is_some() {
            continue;
        }
        let own =
            note("io.containerd.image.name").or_else(|| note("org.opencontainers.image.ref.name"));
        let (name, digest) = (own.or(name), text("digest"));
        // An index may name what was not brought along.
        let Some(piece) = blob(digest).filter(|piece| archive.has(piece)) else { continue };
        let kind = text("mediaType");
        if kind.contains("image.index") || kind.contains("manifest.list") {
            gather(archive, &json(archive, &piece)?, name, depth, all)?;
            continue;
        }
        let platform = |key: &str| {
            one.get("platform").and_then(|it| it.get(key)?.as_str()).unwrap_or("unknown")
        };
        all.push(Listed {
            name: name.map(str::to_owned),
            digest: digest.to_owned(),
            piece,
            machine: format!("{}/{}", platform("os"), platform("architecture")),
        });
    }
    Ok(())
}

/// Where a layout keeps what has this digest.
fn blob(digest: &str) -> Option<String> {
    let (alg, hash) = digest.split_once(':')?;
    let fits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits(alg) && fits(hash)).then(|| format!("blobs/{alg}/{hash}"))
}

/// This machine, as images call it.
fn machine() -> String {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("linux/{arch}")
}

pub fn json(archive: &Archive, name: &str) -> Result<Value, NotAnImage> {
    let bytes = archive.text(name, MAX_TEXT)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| NotAnImage::Piece(name.to_owned(), error.to_string()))
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).take(MOST_LAYERS + 1).map(str::to_owned).collect()
}
