//! One look at a host: walks, reads what was found, and joins what it says.

mod account;
mod containers;
mod credential;
mod installed;
mod listening;
mod models;
mod repository;
mod services;
mod texts;
mod things;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use event::{Redact, Text, What};

use crate::attend;
use crate::discover::{Bounds, Found, Home, Reach, Walk, Walked};
use crate::extensions;
use crate::join::{Builder, Inside, Inventory, Origin};
use crate::listening::{Asks, Heard};
use crate::memory::{Folders, Memory, Parts, Stamp};
use crate::moved;
use crate::packages::Packages;
use crate::product::{Holds, ProductKind, Products, Root};
use crate::read::{self, MAX_WORDING};
use crate::services::Units;

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
    /// How places are told.
    pub inside: Inside,
    /// What is mounted from elsewhere.
    pub far: HashSet<PathBuf>,
    /// How far.
    pub bounds: Bounds,
    /// Whether what listens is asked.
    pub ask: Asks,
}

impl Look {
    /// The account of an owner; his files are read as he could.
    pub fn uid_of(&self, owner: &str) -> u32 {
        let homes = self.homes.iter().chain(&self.projects);
        homes.filter(|home| *home.owner == *owner).map(|home| home.uid).next().unwrap_or(0)
    }
}

/// Most programs in folders of programs that are looked into.
const MOST_BINARIES: usize = 20_000;

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
        builder: Builder::new(&plan.host, &plan.inside),
        entries: 0,
        binaries: MOST_BINARIES,
        artifacts: models::Artifacts::new(),
        units: Units::default(),
        seen: BTreeSet::new(),
    };
    let homes = products.iter().filter_map(|product| product.home.as_ref()?.variable.as_ref());
    let names: Vec<&Text> = homes.collect();
    for home in &plan.homes {
        let mut walked = walk(products, plan, folders).home(&home.path);
        let moved = moved::folders(&home.path, plan.root.as_deref(), home.uid, &names);
        walked.join(elsewhere(products, plan, folders, Some(home), moved));
        let moved = looking.take(home, walked);
        looking.take(home, elsewhere(products, plan, folders, Some(home), moved));
        // Accounts of an image can do nothing yet.
        if let Some(root) = plan.root.as_ref().filter(|_| !plan.inside.is_unpacked()) {
            looking.account(home, root);
        }
    }
    for folder in &plan.projects {
        let walked = walk(products, plan, folders).projects(&folder.path);
        looking.take(folder, walked);
    }
    if let Some(root) = &plan.root {
        let host = Home { owner: "".into(), uid: 0, path: root.clone() };
        let mut walked = walk(products, plan, folders).host(root);
        walked.packages.extend(installed::of_the_host(root));
        let moved = looking.take(&host, walked);
        looking.take(&host, elsewhere(products, plan, folders, None, moved));
    }
    match &plan.ask {
        Asks::Nothing => {}
        Asks::Loopback => looking.listening(&Heard::now(products), &plan.homes),
        Asks::Heard(heard) => looking.listening(heard, &plan.homes),
    }
    looking.builder.finish(looking.entries)
}

fn walk<'m>(products: &'m Products, plan: &'m Look, folders: &'m mut Folders) -> Walk<'m> {
    Walk::new(products, &plan.far, plan.bounds, folders)
}

/// Folders that stand for one of a product's own.
fn elsewhere(
    products: &Products,
    plan: &Look,
    folders: &mut Folders,
    home: Option<&Home>,
    moved: Vec<(Text, PathBuf)>,
) -> Walked {
    let mut all = Walked::default();
    for (name, folder) in moved {
        let folder = plan.inside.path(folder);
        if plan.far.iter().any(|far| folder.starts_with(far)) {
            all.unsure.push((folder, format!("`{name}` leads to another machine: not walked")));
            continue;
        }
        for product in products.iter() {
            let Some(at) = product.home.as_ref().filter(|it| it.variable.as_ref() == Some(&name))
            else {
                continue;
            };
            // What is in the home is walked with it. Models lie anywhere in the folders of their keepers.
            let inside = home.is_some_and(|home| folder.starts_with(&home.path));
            let keeper = product.kind == ProductKind::ModelServer && !inside;
            let reach = if keeper { Reach::All } else { Reach::Places };
            all.join(walk(products, plan, folders).moved(&folder, &at.at, reach));
        }
    }
    all
}

struct Looking<'a> {
    products: &'a Products,
    packages: Packages,
    redact: &'a dyn Redact,
    builder: Builder,
    entries: u64,
    /// How many programs may still be looked into.
    binaries: usize,
    /// Files of models and data of the home or host that is looked at.
    artifacts: models::Artifacts,
    /// Units of the home or host that is looked at.
    units: Units,
    /// Files that were taken for a product, by what they hold.
    seen: BTreeSet<(PathBuf, u16, (&'static str, u16))>,
    parts: &'a mut Parts,
    /// Files that the place at hand stands in, and their state before they were read.
    files: Vec<(PathBuf, Option<Stamp>)>,
}

impl Looking<'_> {
    /// Takes what a walk found; what its services move elsewhere comes back.
    fn take(&mut self, home: &Home, mut walked: Walked) -> Vec<(Text, PathBuf)> {
        self.entries += walked.entries;
        for (path, why) in walked.unsure {
            self.builder.unsure(&path, why);
        }
        // An owner's own place says more than that of a project which begins in his home.
        walked.found.sort_by(|a, b| (a.root, &a.path, a.target).cmp(&(b.root, &b.path, b.target)));
        for found in &walked.found {
            let key = (found.path.clone(), found.target.product, word(found.target.holds));
            if !self.seen.insert(key) {
                continue;
            }
            match attend::before(&found.path) {
                Some(why) => self.builder.unsure(&found.path, why),
                None => self.place(home, found),
            }
        }
        for (path, artifact) in walked.artifacts {
            self.artifacts.entry(path).or_insert((artifact, None));
        }
        self.models(home);
        let moved = self.services(home);
        for folder in &walked.packages {
            self.packages(home, folder);
        }
        moved
    }

    /// What a place says: as before, if nothing changed there.
    fn place(&mut self, home: &Home, found: &Found) {
        if let Holds::Thing(thing) = found.target.holds
            && !thing.stands_alone()
        {
            return self.one(home, found);
        }
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
            Holds::Thing(thing) => self.of_its_own(home, product, found, thing),
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
}

/// What a file is taken for only once. One may make agents with several frameworks.
fn word(holds: Holds) -> (&'static str, u16) {
    let word = match holds {
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
        Holds::Code(at) => return ("code", at),
        Holds::Thing(thing) => return ("thing", thing as u16),
    };
    (word, 0)
}
