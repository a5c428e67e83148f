//! Planted homes: files as products leave them, what has to be found in them, and decoys that are nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use event::{Asset, Text, Verbatim, What};
use inventory::discover::Home;
use inventory::product::Products;
use inventory::{Look, look};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plants: Vec<Plant>,
}

/// Files of a home, and what is to be found in them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plant {
    /// Plants with the same name stand in one home.
    pub home: String,
    /// What it is.
    pub about: String,
    /// Text by path; an ending slash makes an empty folder.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// The same of bytes: `\xNN` is one of them, and `*N` at the end fills up with zeros to that length.
    #[serde(default)]
    bytes: BTreeMap<String, String>,
    /// Where a link leads, by path.
    #[serde(default)]
    links: BTreeMap<String, String>,
    /// Text by path below the root of the host.
    #[serde(default)]
    host: BTreeMap<String, String>,
    /// All that must be found.
    pub expect: Vec<Expect>,
}

/// One thing that must be found, by what is given.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub kind: String,
    pub product: String,
    pub name: Option<String>,
    version: Option<String>,
    server: Option<String>,
    freedom: Option<String>,
    #[serde(default)]
    allows: Vec<String>,
    #[serde(default)]
    denies: Vec<String>,
    enabled: Option<bool>,
    project: Option<String>,
    /// What is told of it, by key: the value, or one of a list.
    #[serde(default)]
    has: BTreeMap<String, serde_json::Value>,
}

/// How one look did.
#[derive(Debug, Default)]
pub struct Score {
    /// Plants, decoys among them.
    pub plants: usize,
    /// Plants that are nothing.
    pub decoys: usize,
    /// Things that had to be found.
    pub expected: usize,
    /// Of them, in words, those that were not.
    pub missed: Vec<String>,
    /// What was found and is not there.
    pub invented: Vec<String>,
}

/// The plants of a folder.
pub fn read(folder: &Path) -> Result<Vec<Plant>> {
    let mut plants = Vec::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path)?;
        let file: File = content::yaml::parse(&text).with_context(|| path.display().to_string())?;
        plants.extend(file.plants);
    }
    if plants.is_empty() {
        bail!("no plants in {}", folder.display());
    }
    Ok(plants)
}

/// Plants all homes below `place`, looks at them, and compares.
pub fn compare(plants: &[Plant], place: &Path) -> Result<Score> {
    let (products, wrong) = Products::shipped();
    if let Some(wrong) = wrong.first() {
        bail!("{wrong}");
    }
    let mut homes: BTreeMap<&str, Vec<&Plant>> = BTreeMap::new();
    for plant in plants {
        homes.entry(&plant.home).or_default().push(plant);
    }
    let mut score = Score {
        plants: plants.len(),
        decoys: plants.iter().filter(|plant| plant.expect.is_empty()).count(),
        ..Score::default()
    };
    for (name, plants) in homes {
        let home = place.join(name);
        plants.iter().try_for_each(|plant| plant.put(&home))?;
        let uid = rustix::process::getuid().as_raw();
        fs::create_dir_all(&home)?;
        let homes = vec![Home { owner: Text::from(name), uid, path: home.clone() }];
        let root = plants.iter().any(|plant| !plant.host.is_empty()).then(|| beside(&home));
        let plan = Look { host: "planted".into(), homes, root, ..Look::default() };
        let mut assets = look(&products, &plan, &Verbatim).assets;
        // Keys of the account belong to no product.
        assets.retain(|asset| asset.products.iter().any(|one| &**one != "reach"));
        judge(name, &home, &plants, &assets, &mut score);
    }
    Ok(score)
}

fn judge(name: &str, home: &Path, plants: &[&Plant], assets: &[Asset], score: &mut Score) {
    let mut explained = vec![false; assets.len()];
    for plant in plants {
        for expect in &plant.expect {
            score.expected += 1;
            let mut fits = assets
                .iter()
                .zip(&mut explained)
                .filter(|(one, _)| expect.fits(one, home))
                .peekable();
            if fits.peek().is_none() {
                score.missed.push(format!("{name}: {} ({})", expect.say(), plant.about));
            }
            fits.for_each(|(_, explained)| *explained = true);
        }
    }
    for (asset, _) in assets.iter().zip(explained).filter(|(_, explained)| !explained) {
        let place = asset.evidence.first().map(|at| at.place.to_string()).unwrap_or_default();
        let place = place.strip_prefix(&*home.to_string_lossy()).unwrap_or(&place).to_owned();
        let products = asset.products.join(" ");
        score.invented.push(format!(
            "{name}: {} {} of {products} at {place}",
            asset.what.kind(),
            asset.name
        ));
    }
}

/// The root of the host of a home.
fn beside(home: &Path) -> PathBuf {
    home.with_extension("host")
}

/// Bytes as a plant writes them.
fn bytes(written: &str) -> Result<Vec<u8>> {
    let (text, length) = match written.trim_end().rsplit_once('*') {
        Some((text, length)) => (text, length.parse()?),
        None => (written.trim_end(), 0),
    };
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).context("two digits follow \\x")?;
        bytes.push(u8::from_str_radix(digits, 16)?);
        rest = after.get(2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes.resize(bytes.len().max(length), 0);
    Ok(bytes)
}

impl Plant {
    /// Paths of `/home/NAME` in the texts are those of where the home really is.
    fn put(&self, home: &Path) -> Result<()> {
        let meant = format!("/home/{}", self.home);
        let real = home.to_string_lossy();
        for (way, written) in &self.bytes {
            let path = home.join(way);
            fs::create_dir_all(path.parent().context("a file of a home has a folder")?)?;
            fs::write(&path, bytes(written)?).with_context(|| path.display().to_string())?;
        }
        for (way, to) in &self.links {
            let path = home.join(way);
            fs::create_dir_all(path.parent().context("a link has a folder")?)?;
            std::os::unix::fs::symlink(to.replace(&meant, &real), &path)?;
        }
        let root = beside(home);
        let of_host = self.host.iter().map(|(way, text)| (root.join(way), text));
        let of_home = self.files.iter().map(|(way, text)| (home.join(way), text));
        for (path, text) in of_home.chain(of_host) {
            let text = text.replace(&meant, &real);
            if path.to_string_lossy().ends_with('/') {
                fs::create_dir_all(&path)?;
                continue;
            }
            fs::create_dir_all(path.parent().context("a file of a home has a folder")?)?;
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

impl Expect {
    fn fits(&self, asset: &Asset, home: &Path) -> bool {
        let product = asset.products.iter().any(|one| **one == *self.product)
            || (self.product == "project" && !matches!(asset.what, What::Agent(_)));
        let project = self.project.as_ref().is_none_or(|way| {
            asset.project.as_deref() == home.join(way.trim_end_matches('/')).to_str()
        });
        let name = self.name.as_ref().is_none_or(|name| *asset.name == **name);
        let version = self.version.as_ref().is_none_or(|it| {
            let all = match &asset.what {
                What::Agent(installed) => installed.versions.as_slice(),
                _ => &[],
            };
            asset.version.as_deref() == Some(it) || all.iter().any(|told| *told.text == **it)
        });
        asset.what.kind() == self.kind
            && product
            && project
            && name
            && version
            && self.tells(&asset.what)
            && self.details(&asset.what, home)
    }

    fn tells(&self, what: &What) -> bool {
        let told = serde_json::to_value(what).unwrap_or_default();
        self.has.iter().all(|(key, wanted)| match told.get(key) {
            Some(serde_json::Value::Array(all)) => all.contains(wanted) || told[key] == *wanted,
            Some(value) => value == wanted,
            None => false,
        })
    }

    fn details(&self, what: &What, home: &Path) -> bool {
        match what {
            What::ToolServer(server) => {
                let command = server.command.join(" ");
                let reached = server.url.as_deref().unwrap_or(&command);
                let meant =
                    format!("/home/{}", home.file_name().unwrap_or_default().to_string_lossy());
                let told = reached.replace(&*home.to_string_lossy(), &meant);
                self.server.as_ref().is_none_or(|it| *it == told)
                    && self.enabled.is_none_or(|it| it == server.enabled)
            }
            What::Agent(installed) => {
                let most = installed.autonomy.iter().map(|one| one.freedom).max();
                let most = most.map(|freedom| format!("{freedom:?}").to_lowercase());
                let has = |verdict, what: &String| {
                    installed.rights.iter().any(|one| one.verdict == verdict && *one.what == **what)
                };
                self.freedom.as_ref().is_none_or(|it| most.as_ref() == Some(it))
                    && self.allows.iter().all(|what| has(event::Verdict::Allow, what))
                    && self.denies.iter().all(|what| has(event::Verdict::Deny, what))
            }
            _ => true,
        }
    }

    fn say(&self) -> String {
        let mut said = format!("{} of {}", self.kind, self.product);
        for part in [&self.name, &self.version, &self.server, &self.freedom, &self.project] {
            said.extend(part.iter().flat_map(|part| [" ", part.as_str()]));
        }
        said.extend(self.has.iter().map(|(key, value)| format!(" {key}={value}")));
        said + &self
            .allows
            .iter()
            .chain(&self.denies)
            .map(|it| format!(" {it}"))
            .collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plant_is_found_and_nothing_is_invented() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../inventory/plants");
        let plants = read(&folder).expect("plants");
        let place = tempfile::tempdir().expect("a folder");
        let score = compare(&plants, place.path()).expect("planted");
        let wrong: Vec<String> = score
            .missed
            .iter()
            .map(|it| format!("missed {it}"))
            .chain(score.invented.iter().map(|it| format!("invented {it}")))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
