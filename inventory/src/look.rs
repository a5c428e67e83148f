//! One look at a host: walks, reads what was found, and joins what it says.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::{Credential, Redact, Text, What, Wording};

use crate::discover::{Bounds, Found, Home, PackageFolder, Walk, Walked};
use crate::extensions;
use crate::extract::{self, Claim, Says};
use crate::join::{Builder, Inventory, Origin, stem, text};
use crate::memory::{Folders, Memory, Parts, Stamp};
use crate::packages::Packages;
use crate::product::{CredentialFile, Form, Holds, Product, Products, Root, Settings};
use crate::read::{self, MAX_SETTINGS, MAX_WORDING};

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Name of the host: part of every id.
    pub host: Text,
    /// Homes, and whose they are.
    pub homes: Vec<Home>,
    /// Further folders with projects.
    pub projects: Vec<Home>,
    /// Where the host's own places begin; nothing of the host without.
    pub root: Option<PathBuf>,
    /// What is mounted from elsewhere.
    pub far: HashSet<PathBuf>,
    /// How far.
    pub bounds: Bounds,
}

impl Look {
    /// The account of an owner; his files are read as he could.
    pub fn uid_of(&self, owner: &str) -> u32 {
        let homes = self.homes.iter().chain(&self.projects);
        homes.filter(|home| *home.owner == *owner).map(|home| home.uid).next().unwrap_or(0)
    }
}

/// Looks.
pub fn look(products: &Products, plan: &Look, redact: &dyn Redact) -> Inventory {
    look_again(products, plan, redact, &mut Memory::default())
}

/// Looks, and reads only what changed since the look that left `memory`.
pub fn look_again(
    products: &Products,
    plan: &Look,
    redact: &dyn Redact,
    memory: &mut Memory,
) -> Inventory {
    memory.begin();
    let Memory { folders, parts } = memory;
    let mut looking = Looking {
        parts,
        files: Vec::new(),
        products,
        packages: Packages::of(products),
        redact,
        builder: Builder::new(&plan.host),
        entries: 0,
        seen: BTreeSet::new(),
    };
    for home in &plan.homes {
        let walked = walk(products, plan, folders).home(&home.path);
        looking.take(home, walked);
    }
    for folder in &plan.projects {
        let walked = walk(products, plan, folders).projects(&folder.path);
        looking.take(folder, walked);
    }
    if let Some(root) = &plan.root {
        let host = Home { owner: "".into(), uid: 0, path: root.clone() };
        let mut walked = walk(products, plan, folders).host(root);
        walked.packages.extend(of_the_host(root));
        looking.take(&host, walked);
    }
    looking.builder.finish(looking.entries)
}

fn walk<'m>(products: &'m Products, plan: &'m Look, folders: &'m mut Folders) -> Walk<'m> {
    Walk::new(products, &plan.far, plan.bounds, folders)
}

/// Where the package managers of a host install.
fn of_the_host(root: &Path) -> Vec<PackageFolder> {
    use crate::discover::PackageKind::{Npm, Pypi};
    let mut folders = Vec::new();
    for prefix in ["usr", "usr/local", "opt/node", "opt/nodejs"] {
        let lib = root.join(prefix).join("lib");
        folders.push(PackageFolder { kind: Npm, path: lib.join("node_modules") });
        for entry in fs::read_dir(&lib).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("python3") {
                for name in ["dist-packages", "site-packages"] {
                    folders.push(PackageFolder { kind: Pypi, path: entry.path().join(name) });
                }
            }
        }
    }
    folders.retain(|folder| folder.path.is_dir());
    folders
}

struct Looking<'a> {
    products: &'a Products,
    packages: Packages,
    redact: &'a dyn Redact,
    builder: Builder,
    entries: u64,
    /// Files that were taken for a product, by what they hold.
    seen: BTreeSet<(PathBuf, u16, &'static str)>,
    parts: &'a mut Parts,
    /// Files that the place at hand stands in, and their state before they were read.
    files: Vec<(PathBuf, Option<Stamp>)>,
}

impl Looking<'_> {
    fn take(&mut self, home: &Home, mut walked: Walked) {
        self.entries += walked.entries;
        for (path, why) in walked.unsure {
            self.builder.unsure(&path, why);
        }
        // An owner's own place says more than that of a project which begins in his home.
        walked.found.sort_by(|a, b| (a.root, &a.path, a.target).cmp(&(b.root, &b.path, b.target)));
        for found in &walked.found {
            let key = (found.path.clone(), found.target.product, word(found.target.holds));
            if self.seen.insert(key) {
                self.place(home, found);
            }
        }
        for folder in &walked.packages {
            for installed in self.packages.look(folder, home.uid) {
                if let Some(product) = self.products.iter().nth(installed.product) {
                    let place = &installed.place;
                    self.builder.present(product, &home.owner, place, installed.version);
                }
            }
        }
    }

    /// What a place says: as before, if nothing changed there.
    fn place(&mut self, home: &Home, found: &Found) {
        if let Some(says) = self.parts.get(found) {
            return self.builder.absorb(says);
        }
        self.files.clear();
        self.reads(&found.path);
        let empty = self.builder.empty();
        let whole = std::mem::replace(&mut self.builder, empty);
        self.one(home, found);
        let says = std::mem::replace(&mut self.builder, whole);
        self.builder.absorb(&says);
        self.parts.keep(found, std::mem::take(&mut self.files), says);
    }

    /// A file is about to be read.
    fn reads(&mut self, path: &Path) {
        self.files.push((path.to_owned(), Stamp::at(path)));
    }

    fn one(&mut self, home: &Home, found: &Found) {
        let Some(product) = self.products.get(found.target) else { return };
        let origin = Origin {
            owner: &home.owner,
            project: (found.root == Root::Project).then_some(found.begin.as_path()),
            path: &found.path,
        };
        match found.target.holds {
            Holds::Presence => {
                if fs::read_dir(&found.path).is_ok_and(|mut entries| entries.next().is_some()) {
                    self.builder.present(product, &home.owner, &found.path, None);
                }
            }
            Holds::PresenceFile => self.builder.present(product, &home.owner, &found.path, None),
            Holds::Version => {
                let name = found.path.file_name().unwrap_or_default().to_string_lossy();
                if name.starts_with(|c: char| c.is_ascii_digit()) {
                    let version = Some(name.as_ref().into());
                    self.builder.present(product, &home.owner, &found.path, version);
                }
            }
            Holds::Settings(at) => {
                if let Some(settings) = product.files.get(usize::from(at)) {
                    self.settings(product, home, origin, settings);
                }
            }
            Holds::Skill => self.wording(product, home, origin, What::Skill),
            Holds::Command => self.wording(product, home, origin, What::Command),
            Holds::SubAgent => self.wording(product, home, origin, What::SubAgent),
            Holds::Plugin => self.wording(product, home, origin, What::Plugin),
            Holds::Rules => self.wording(product, home, origin, What::Rules),
            Holds::Memory => self.wording(product, home, origin, What::Memory),
            Holds::Start => self.start(product, home, origin),
            Holds::Credential(at) => {
                if let Some(file) = product.credentials.get(usize::from(at)) {
                    self.credential(product, home, origin, file);
                }
            }
            Holds::Transcript => {
                if let Ok(meta) = fs::metadata(&found.path) {
                    self.builder.used(product, &home.owner, read::changed(&meta));
                }
            }
            Holds::Extensions => {
                for one in extensions::of(self.products, &found.path) {
                    extensions::tell(product, home, one, &mut self.builder);
                }
            }
            Holds::Code(at) => {
                let content = || read::file(&found.path, home.uid, MAX_WORDING).ok();
                let code = product.code.get(usize::from(at));
                let code = code.filter(|code| content().is_some_and(|it| code.holds(&it.text())));
                if let Some(code) = code {
                    let framework = code.framework.clone();
                    let what = What::Code(event::Code { framework: framework.clone() });
                    self.builder.thing(product, origin, 0, &framework, what);
                }
            }
        }
    }

    fn settings(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        settings: &Settings,
    ) {
        let content = match read::file(origin.path, home.uid, MAX_SETTINGS) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(origin.path, why.to_string()),
        };
        match extract::settings(settings, &content.text(), self.redact) {
            Ok(claims) => {
                self.instructions(product, home, origin, &claims);
                self.builder.claims(product, origin, claims);
            }
            Err(unread) => self.builder.unsure(origin.path, format!("not understood: {unread}")),
        }
    }

    /// Further files of rules that settings name, if they are there.
    fn instructions(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        claims: &[Claim],
    ) {
        for claim in claims {
            let Says::Instruction(named) = &claim.says else { continue };
            let named = named.strip_prefix("file://").unwrap_or(named);
            let path = match named.strip_prefix("~/") {
                Some(below) => home.path.join(below),
                None => origin.project.unwrap_or(&home.path).join(named),
            };
            self.reads(&path);
            if path.is_file() {
                self.wording(product, home, Origin { path: &path, ..origin }, What::Rules);
            }
        }
    }

    fn wording(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        what: fn(Wording) -> What,
    ) {
        let content = match read::file(origin.path, home.uid, MAX_WORDING) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(origin.path, why.to_string()),
        };
        let head = extract::head(&text(origin.path), &content.text());
        let name = head.name.unwrap_or_else(|| name_by(origin.path));
        let asset = self.builder.thing(product, origin, 0, &name, what(head.wording));
        asset.version = asset.version.take().or(head.version);
        asset.digest = Some(blake3::hash(&content.bytes).to_hex().as_str().into());
    }

    fn start(&mut self, product: &Product, home: &Home, origin: Origin<'_>) {
        let what = What::Helper(event::Helper { setting: "".into(), runs: text(origin.path) });
        let digest = read::file(origin.path, home.uid, MAX_WORDING);
        let asset = self.builder.thing(product, origin, 0, &name_by(origin.path), what);
        asset.digest = digest.ok().map(|it| blake3::hash(&it.bytes).to_hex().as_str().into());
    }

    /// Of a file with keys: what it is, how old, who may read it. Nothing of it leaves this function but what
    /// the table names.
    fn credential(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        file: &CredentialFile,
    ) {
        let Ok(meta) = fs::metadata(origin.path) else { return };
        let mut credential = Credential {
            holds: file.what.clone(),
            changed_unix_ns: read::changed(&meta),
            readable_by: readable_by(meta.mode()),
            ..Credential::default()
        };
        let asked = !file.scopes.is_empty() || file.expires_ms.is_some();
        let content = asked.then(|| read::file(origin.path, home.uid, MAX_SETTINGS).ok()).flatten();
        let node = content.and_then(|content| extract::parse(Form::Json, &content.text()).ok());
        if let Some(node) = node {
            for path in &file.scopes {
                path.way.follow(&node, &mut |_, node| {
                    let scopes = node.one_or_many().iter().filter_map(|one| one.scalar());
                    credential.scopes.extend(
                        scopes.flat_map(|it| it.split(' ').map(Text::from).collect::<Vec<_>>()),
                    );
                });
            }
            if let Some(path) = &file.expires_ms {
                path.way.follow(&node, &mut |_, node| {
                    let ms = node.scalar().and_then(|text| text.parse::<u64>().ok());
                    credential.expires_unix_ns = ms.map(|ms| ms.saturating_mul(1_000_000));
                });
            }
        }
        let name = text(origin.path.file_name().map(PathBuf::from).unwrap_or_default());
        self.builder.thing(product, origin, 0, &name, What::Credential(credential));
    }
}

fn readable_by(mode: u32) -> Option<Text> {
    if mode & 0o004 != 0 {
        Some("everybody".into())
    } else if mode & 0o040 != 0 {
        Some("group".into())
    } else {
        None
    }
}

/// A skill is called like its folder, anything else like its file.
fn name_by(path: &Path) -> Text {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let general = [
        "SKILL.md",
        "plugin.json",
        "plugin.yaml",
        "manifest.json",
        "POWER.md",
        "gemini-extension.json",
        "qwen-extension.json",
        "openclaw.plugin.json",
        "extension.toml",
    ];
    let folder = path.parent().filter(|_| general.contains(&&*name));
    let folder = match folder {
        Some(folder) if folder.ends_with(".claude-plugin") => folder.parent(),
        other => other,
    };
    match folder.and_then(Path::file_name) {
        Some(folder) => folder.to_string_lossy().as_ref().into(),
        None if name.starts_with('.')
            || name.ends_with(".md") && name.chars().any(char::is_uppercase) =>
        {
            name.as_ref().into()
        }
        None => {
            let stem = stem(path);
            let kinds = [".prompt", ".instructions", ".chatmode", ".agent"];
            kinds.iter().find_map(|kind| stem.strip_suffix(kind)).map_or(stem.clone(), Text::from)
        }
    }
}

fn word(holds: Holds) -> &'static str {
    match holds {
        Holds::Presence => "presence",
        Holds::PresenceFile => "presence_file",
        Holds::Version => "version",
        Holds::Settings(_) => "settings",
        Holds::Skill => "skill",
        Holds::Command => "command",
        Holds::SubAgent => "sub_agent",
        Holds::Plugin => "plugin",
        Holds::Rules => "rules",
        Holds::Memory => "memory",
        Holds::Start => "start",
        Holds::Credential(_) => "credential",
        Holds::Transcript => "transcript",
        Holds::Extensions => "extensions",
        Holds::Code(_) => "code",
    }
}
