//! What an image is: its name, what it runs, what it is given, what lies in it. Of variables only names are kept.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::{Redact, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::NotAnImage;
use super::system::packages;
use super::unpack::{FACTS, ROOT, Unpacked};
use crate::aibom::disk::{self, Known, Reach};
use crate::aibom::{Folder, purl};
use crate::discover::{Home, homes};
use crate::join::{Inside, Unsure};
use crate::look::Look;
use crate::read::{self, MAX_WORDING};

pub use super::system::System;

/// Longest description of what was unpacked, in bytes.
const MAX_FACTS: u64 = 64 << 20;
/// Most entries of one list.
const MOST: usize = 500;
/// Longest text of one entry, in characters.
const MAX_TEXT: usize = 1_000;

/// Folders of the system: nobody's project begins there.
const OF_SYSTEM: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "lost+found",
    "media",
    "mnt",
    "proc",
    "root",
    "run",
    "sbin",
    "sys",
    "usr",
    "var",
];
/// Folders below those in which programs are put by who makes images.
const OF_MAKERS: &[&str] = &["usr/src", "usr/app", "var/www", "var/task", "mnt", "media"];

/// An image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its name with its tag, or the name of its file.
    pub name: Text,
    /// Its name is one by which it can be fetched.
    pub named: bool,
    /// Digest of its manifest.
    pub digest: Option<Text>,
    /// Digest of its settings: what Docker calls its id.
    pub id: Option<Text>,
    /// For which machines (`linux/amd64`).
    pub machine: Text,
    /// When it was made, as it says itself.
    pub created: Option<Text>,
    /// As whom it runs.
    pub user: Option<Text>,
    /// Where.
    pub folder_at_start: Option<Text>,
    /// What it runs, without secrets.
    pub entrypoint: Vec<Text>,
    /// What it is given as arguments, or runs.
    pub command: Vec<Text>,
    /// Names of variables.
    pub variables: Vec<Text>,
    /// Variables with secrets.
    pub secrets: Vec<Text>,
    /// Ports that it says it listens at.
    pub ports: Vec<Text>,
    /// Folders that are to be kept elsewhere.
    pub volumes: Vec<Text>,
    /// What its maker wrote on it.
    pub labels: Vec<(Text, Text)>,
    /// Digests of its layers.
    pub layers: Vec<Text>,
    /// The system in it.
    pub system: Option<System>,
    /// What lies in it.
    pub folder: Folder,
}

/// Reads what was unpacked into a folder, and says how it is to be looked at.
pub fn read(into: &Path, redact: &dyn Redact) -> Result<(Image, Look), NotAnImage> {
    let root = into.join(ROOT);
    let uid = fs::metadata(&root).map_or(0, |meta| meta.uid());
    let content = read::file(&into.join(FACTS), uid, MAX_FACTS);
    let content = content.map_err(|why| NotAnImage::Unread(why.to_string()))?;
    let unpacked: Unpacked = serde_json::from_slice(&content.bytes)
        .map_err(|error| NotAnImage::Unread(error.to_string()))?;
    let inside = Inside::of(&root);
    let mut image = of_config(&unpacked, redact);
    let system = System::of(&root, uid, &inside);
    let look = look(&root, uid, &image);
    let places: Vec<PathBuf> =
        look.homes.iter().chain(&look.projects).map(|home| home.path.clone()).collect();
    let hashes: HashMap<Text, Text> = unpacked
        .hashes
        .iter()
        .map(|(place, hash)| (place.as_str().into(), hash.as_str().into()))
        .collect();
    let known = Known { uid, inside: inside.clone(), hashes: Some(hashes) };
    let empty = Folder { place: "/".into(), name: image.name.clone(), ..Folder::default() };
    let mut folder = disk::folders(&places, empty, Reach::default(), &known);
    folder.libraries.extend(disk::installed(&root, uid, &inside));
    let mut unsure = Vec::new();
    folder.libraries.extend(packages(&root, uid, &inside, system.as_ref(), &mut unsure));
    folder.unsure.extend(unsure);
    let place: Text = unpacked.from.as_str().into();
    let not_unpacked = unpacked.unsure.iter().map(|why| why.as_str());
    folder.unsure.extend(not_unpacked.map(|why| Unsure { place: place.clone(), why: why.into() }));
    if !unpacked.manifest.others.is_empty() {
        let why = format!(
            "it holds images for {}, too: only this one was looked at",
            unpacked.manifest.others.join(", ")
        );
        folder.unsure.push(Unsure { place, why: why.as_str().into() });
    }
    (image.system, image.folder) = (system, folder);
    Ok((image, look))
}

/// What its settings say.
fn of_config(unpacked: &Unpacked, redact: &dyn Redact) -> Image {
    let manifest = &unpacked.manifest;
    let whole = &manifest.config;
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).filter(|it| !it.is_empty()).map(cut)
    };
    let of = whole.get("config").cloned().unwrap_or_default();
    let list = |value: Option<&Value>| -> Vec<Text> {
        let all = value.and_then(Value::as_array).into_iter().flatten().take(MOST);
        all.filter_map(Value::as_str).map(cut).collect()
    };
    let words = |key: &str| {
        let mut words = list(of.get(key));
        redact.argv(&mut words);
        words
    };
    let keys = |key: &str| -> Vec<Text> {
        of.get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .take(MOST)
            .map(|(key, _)| cut(key))
            .collect()
    };
    let without_secrets = |text: &str| redact.text(text).unwrap_or_else(|| text.into());
    let label =
        |(key, value): (&String, &Value)| Some((cut(key), cut(&without_secrets(value.as_str()?))));
    let labels = of.get("Labels").and_then(Value::as_object).into_iter().flatten().take(MOST);
    let given = of.get("Env").and_then(Value::as_array).into_iter().flatten().take(MOST);
    let given: Vec<&str> = given.filter_map(Value::as_str).collect();
    let name = |variable: &str| cut(variable.split('=').next().unwrap_or_default());
    let is_secret = |variable: &&&str| redact.text(variable).is_some();
    let part = |key: &str| text(whole, key).unwrap_or_else(|| "unknown".into());
    Image {
        name: manifest.name.as_deref().map_or_else(|| cut(&unpacked.from), cut),
        named: manifest.name.as_deref().is_some_and(|name| name.contains([':', '/'])),
        digest: manifest.digest.as_deref().map(cut),
        id: manifest.config_digest.as_deref().map(cut),
        machine: format!("{}/{}", part("os"), part("architecture")).as_str().into(),
        created: text(whole, "created"),
        user: text(&of, "User"),
        folder_at_start: text(&of, "WorkingDir"),
        entrypoint: words("Entrypoint"),
        command: words("Cmd"),
        variables: given.iter().map(|it| name(it)).collect(),
        secrets: given.iter().filter(is_secret).map(|it| name(it)).collect(),
        ports: keys("ExposedPorts"),
        volumes: keys("Volumes"),
        labels: labels.filter_map(label).collect(),
        layers: list(whole.get("rootfs").and_then(|it| it.get("diff_ids"))),
        ..Image::default()
    }
}

fn cut(text: &str) -> Text {
    text.chars().take(MAX_TEXT).collect::<String>().as_str().into()
}

/// The accounts of the image have its homes; what lies elsewhere is nobody's.
fn look(root: &Path, uid: u32, image: &Image) -> Look {
    let passwd = read::file(&root.join("etc/passwd"), uid, MAX_WORDING).ok();
    let passwd = passwd.map(|it| it.text().into_owned()).unwrap_or_default();
    let mut accounts = homes(&passwd);
    // Images without a list of accounts have homes, too.
    accounts.extend(homes("root:x:0:0::/root:"));
    for entry in fs::read_dir(root.join("home")).into_iter().flatten().flatten().take(MOST) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = PathBuf::from(format!("/home/{name}"));
        accounts.push(Home { owner: name.as_str().into(), uid, path });
    }
    let mut homes: Vec<Home> = Vec::new();
    for account in accounts {
        let path = root.join(account.path.strip_prefix("/").unwrap_or(&account.path));
        // Files were unpacked as who looks.
        if path.is_dir() && homes.iter().all(|home| home.path != path) {
            homes.push(Home { path, uid, ..account });
        }
    }
    let mut places: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten().take(MOST) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !OF_SYSTEM.contains(&name.as_str()) {
            places.push(entry.path());
        }
    }
    places.extend(OF_MAKERS.iter().map(|folder| root.join(folder)));
    let start = image.folder_at_start.as_deref().map(|it| Inside::of(root).path(it.into()));
    places.extend(start.filter(|start| start != root));
    places.retain(|place| place.is_dir());
    places.sort();
    places.dedup();
    // A folder in one that is looked at anyway is looked at once.
    let all = places.clone();
    let above = |place: &PathBuf, other: &PathBuf| place != other && place.starts_with(other);
    places.retain(|place| {
        !all.iter().any(|other| above(place, other))
            && !homes.iter().any(|home| place.starts_with(&home.path))
    });
    let project = |path: PathBuf| Home { owner: Text::default(), uid, path };
    let id = image.digest.as_ref().or(image.id.as_ref()).unwrap_or(&image.name);
    Look {
        host: format!("image {id}").as_str().into(),
        homes,
        projects: places.into_iter().map(project).collect(),
        root: Some(root.to_owned()),
        inside: Inside::of(root),
        ..Look::default()
    }
}

impl Image {
    /// Its name without its tag.
    pub fn short(&self) -> String {
        let name = purl::Image::parse(&self.name);
        match name.registry {
            _ if !self.named => self.name.to_string(),
            Some(registry) => format!("{registry}/{}", name.path),
            None => name.path.to_owned(),
        }
    }

    /// Its package URL.
    pub fn purl(&self) -> Option<String> {
        let name = purl::Image::parse(if self.named { &self.name } else { "" });
        let digest = self.digest.as_deref().filter(|it| it.starts_with("sha256:"));
        match digest {
            Some(digest) if self.named => {
                let purl = purl::of("oci", &self.short(), Some(digest));
                let more = if purl.contains('?') { '&' } else { '?' };
                let tag = name.tag.map(|tag| format!("{more}tag={}", purl::value(tag)));
                Some(format!("{purl}{}", tag.unwrap_or_default()))
            }
            _ => name.purl(),
        }
    }
}
