//! From claims to one list of what exists: equal things are one, with all that is evidence for them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use event::{
    Asset, AssetId, Autonomy, Confine, Evidence, Installed, Provider, Right, Text, Told, What,
};

use crate::extract::{Claim, Says};
use crate::product::Product;

/// What exists, as one look saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Inventory {
    /// All things, by owner, kind and name.
    pub assets: Vec<Asset>,
    /// What could not be looked at.
    pub unsure: Vec<Unsure>,
    /// Entries of folders that were looked at.
    pub entries: u64,
}

/// Something that could not be looked at, or not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Unsure {
    /// Where.
    pub place: Text,
    /// Why.
    pub why: Text,
}

/// Where a claim was made.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Account; empty: the host's.
    pub owner: &'a Text,
    /// The project it is for.
    pub project: Option<&'a Path>,
    /// The file.
    pub path: &'a Path,
}

/// Where the root of what is looked at lies, if it is not the host's own: places are told as they are below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside(Option<PathBuf>);

impl Inside {
    /// Of what was unpacked at `root`.
    pub fn of(root: &Path) -> Self {
        Self(Some(root.to_owned()))
    }

    /// Whether it is not the host that is looked at.
    pub fn is_unpacked(&self) -> bool {
        self.0.is_some()
    }

    /// A path as it is told.
    pub fn place(&self, path: impl AsRef<Path>) -> Text {
        let path = path.as_ref();
        match self.0.as_ref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(below) => text(Path::new("/").join(below)),
            None => text(path),
        }
    }

    /// Where a place is that settings name.
    pub fn path(&self, place: PathBuf) -> PathBuf {
        match &self.0 {
            Some(root) if !place.starts_with(root) => {
                // What leads upward leads out.
                let parts = place.components();
                let names = parts.filter(|part| matches!(part, std::path::Component::Normal(_)));
                root.join(names.collect::<PathBuf>())
            }
            _ => place,
        }
    }
}

/// Gathers.
#[derive(Debug)]
pub struct Builder {
    host: Text,
    inside: Inside,
    assets: BTreeMap<AssetId, Asset>,
    agents: BTreeMap<(Text, Text), Agent>,
    unsure: Vec<Unsure>,
    /// Servers that are switched off: owner, product, project if only there, name.
    disabled: Vec<(Text, Text, Option<Text>, Text)>,
}

/// A product of an owner, while it is put together.
#[derive(Debug, Default)]
struct Agent {
    name: Text,
    /// Something says that it is here, not only how it would be set.
    present: bool,
    version: Option<Text>,
    evidence: Vec<Evidence>,
    installed: Installed,
}

impl Builder {
    pub fn new(host: &Text, inside: &Inside) -> Self {
        Self {
            host: host.clone(),
            inside: inside.clone(),
            assets: BTreeMap::new(),
            agents: BTreeMap::new(),
            unsure: Vec::new(),
            disabled: Vec::new(),
        }
    }

    /// Another one of the same host, without anything.
    pub fn empty(&self) -> Self {
        Self::new(&self.host, &self.inside)
    }

    /// Takes over what another one gathered, as if it had been told here.
    pub fn absorb(&mut self, other: &Self) {
        for (id, asset) in &other.assets {
            match self.assets.entry(*id) {
                Entry::Vacant(place) => {
                    place.insert(asset.clone());
                }
                Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    for product in &asset.products {
                        if !known.products.contains(product) {
                            known.products.push(product.clone());
                        }
                    }
                    known.version = known.version.take().or_else(|| asset.version.clone());
                    known.digest = asset.digest.clone().or(known.digest.take());
                }
            }
        }
        for (key, agent) in &other.agents {
            let known = self.agents.entry(key.clone()).or_default();
            known.name = agent.name.clone();
            known.present |= agent.present;
            known.version = newer(known.version.take(), agent.version.clone());
            known.evidence.extend(agent.evidence.iter().cloned());
            let last = known.installed.last_used_unix_ns;
            known.installed.vendor = agent.installed.vendor.clone();
            known.installed.extend(&agent.installed);
            known.installed.last_used_unix_ns = last.max(agent.installed.last_used_unix_ns);
        }
        self.unsure.extend(other.unsure.iter().cloned());
        self.disabled.extend(other.disabled.iter().cloned());
    }

    pub fn unsure(&mut self, path: &Path, why: impl Into<Text>) {
        let place = self.inside.place(path);
        self.unsure.push(Unsure { place, why: why.into() });
    }

    /// The product is here.
    pub fn present(&mut self, product: &Product, owner: &Text, at: &Path, version: Option<Text>) {
        let at = Evidence { place: self.inside.place(at), line: 0 };
        let agent = self.agent(product, owner);
        agent.present = true;
        agent.evidence.push(at.clone());
        if let Some(version) = &version {
            agent.installed.versions.push(Told { text: version.clone(), at });
        }
        agent.version = newer(agent.version.take(), version);
    }

    /// Somebody used it then.
    pub fn used(&mut self, product: &Product, owner: &Text, unix_ns: u64) {
        let last = &mut self.agent(product, owner).installed.last_used_unix_ns;
        *last = (*last).max(Some(unix_ns));
    }

    fn agent(&mut self, product: &Product, owner: &Text) -> &mut Agent {
        let agent = self.agents.entry((product.id.clone(), owner.clone())).or_default();
        agent.name = product.name.clone();
        agent.installed.vendor = product.vendor.clone();
        agent
    }

    /// A thing called `name` of a product.
    pub fn thing(
        &mut self,
        product: &Product,
        origin: Origin<'_>,
        line: u32,
        name: &Text,
        what: What,
    ) -> &mut Asset {
        self.asset(&product.id, origin, line, name, what)
    }

    /// A thing called `name` of a product or program by its id.
    pub fn asset(
        &mut self,
        product: &Text,
        origin: Origin<'_>,
        line: u32,
        name: &Text,
        what: What,
    ) -> &mut Asset {
        let place = self.inside.place(origin.path);
        let project = origin.project.map(|project| self.inside.place(project));
        let id = AssetId::derive(&self.host, what.kind(), origin.owner, &place, name);
        let asset = self.assets.entry(id).or_insert_with(|| Asset {
            id,
            name: name.clone(),
            owner: origin.owner.clone(),
            products: Vec::new(),
            project,
            version: None,
            digest: None,
            evidence: vec![Evidence { place, line }],
            what,
        });
        if !asset.products.contains(product) {
            asset.products.push(product.clone());
        }
        asset
    }

    /// What settings say.
    pub fn claims(&mut self, product: &Product, origin: Origin<'_>, claims: Vec<Claim>) {
        for Claim { line, project, says } in claims {
            let meant = project.as_deref().map(Path::new).or(origin.project);
            let origin = Origin { project: meant, ..origin };
            self.claim(product, origin, line, says);
        }
    }

    fn claim(&mut self, product: &Product, origin: Origin<'_>, line: u32, says: Says) {
        let at = Evidence { place: self.inside.place(origin.path), line };
        match says {
            Says::Server { name, server, digest } => {
                // The same name for two projects in one file is two servers.
                let name = &name;
                let asset = match origin.project {
                    Some(project) if !origin.path.starts_with(project) => {
                        let key: Text = format!("{name} in {}", self.inside.place(project)).into();
                        let asset =
                            self.thing(product, origin, line, &key, What::ToolServer(*server));
                        asset.name = name.clone();
                        asset
                    }
                    _ => self.thing(product, origin, line, name, What::ToolServer(*server)),
                };
                asset.digest = Some(digest);
            }
            Says::Hook(hook) => {
                let name: Text = match &hook.matcher {
                    Some(matcher) => format!("{} {matcher}: {}", hook.event, hook.runs).into(),
                    None => format!("{}: {}", hook.event, hook.runs).into(),
                };
                let short = hook.event.clone();
                let digest = blake3::hash(name.as_bytes()).to_hex().as_str().into();
                let asset = self.thing(product, origin, line, &name, What::Hook(hook));
                (asset.name, asset.digest) = (short, Some(digest));
            }
            Says::Helper(helper) => {
                let name = helper.setting.clone();
                let digest = blake3::hash(helper.runs.as_bytes()).to_hex().as_str().into();
                let asset = self.thing(product, origin, line, &name, What::Helper(helper));
                asset.digest = Some(digest);
            }
            Says::Plugin(name) => {
                self.thing(product, origin, line, &name, What::Plugin(Default::default()));
            }
            Says::Disabled(name) => {
                let project = origin.project.map(|project| self.inside.place(project));
                self.disabled.push((origin.owner.clone(), product.id.clone(), project, name));
            }
            // Looked for and read by those who may.
            Says::Instruction(_) => {}
            Says::Secret(holder) => {
                self.agent(product, origin.owner).installed.secrets.push(Told { text: holder, at })
            }
            Says::Variable(name) => {
                self.agent(product, origin.owner).installed.variables.push(Told { text: name, at })
            }
            Says::Listens(text) => {
                self.agent(product, origin.owner).installed.listens.push(Told { text, at })
            }
            Says::Reach(text) => {
                self.agent(product, origin.owner).installed.reach.push(Told { text, at })
            }
            Says::Model(text) => {
                self.agent(product, origin.owner).installed.models.push(Told { text, at })
            }
            Says::Right(verdict, what) => {
                self.agent(product, origin.owner).installed.rights.push(Right {
                    verdict,
                    what,
                    at,
                });
            }
            Says::Provider { name, url } => {
                self.agent(product, origin.owner).installed.providers.push(Provider {
                    name,
                    url,
                    at,
                });
            }
            Says::Confines { holds, opens, setting, means } => {
                let confine = Confine { holds, opens, setting, means, at };
                self.agent(product, origin.owner).installed.confines.push(confine);
            }
            Says::Autonomy { freedom, setting, means } => {
                let autonomy = Autonomy { freedom, setting, means, at };
                self.agent(product, origin.owner).installed.autonomy.push(autonomy);
            }
        }
    }

    /// Everything that is known.
    pub fn finish(mut self, entries: u64) -> Inventory {
        self.share_the_hosts();
        self.switch_off();
        let mut assets: Vec<Asset> = self.assets.into_values().collect();
        // Accounts without an agent are nobody's business here.
        let has_agent = |account: &Asset| {
            self.agents.iter().any(|((_, owner), agent)| agent.present && *owner == account.owner)
        };
        assets.retain(|asset| !matches!(asset.what, What::Account(_)) || has_agent(asset));
        for ((product, owner), agent) in self.agents.into_iter().filter(|(_, agent)| agent.present)
        {
            let mut evidence = agent.evidence;
            evidence.sort();
            evidence.dedup();
            assets.push(Asset {
                id: AssetId::derive(&self.host, "agent", &owner, "", &product),
                name: agent.name,
                owner,
                products: vec![product],
                project: None,
                version: agent.version,
                digest: None,
                evidence,
                what: What::Agent(agent.installed),
            });
        }
        assets.sort_by(|a, b| {
            let key = |one: &Asset| {
                (one.owner.clone(), one.what.kind(), one.name.clone(), one.evidence.clone())
            };
            key(a).cmp(&key(b))
        });
        self.unsure.sort();
        self.unsure.dedup();
        Inventory { assets, unsure: self.unsure, entries }
    }

    /// A server can be switched off elsewhere than where it is defined.
    fn switch_off(&mut self) {
        for (owner, product, project, name) in &self.disabled {
            let meant = |asset: &&mut Asset| {
                asset.owner == *owner
                    && asset.name == *name
                    && asset.products.contains(product)
                    && (project.is_none() || asset.project == *project)
            };
            for asset in self.assets.values_mut().filter(meant) {
                if let What::ToolServer(server) = &mut asset.what {
                    server.enabled = false;
                }
            }
        }
    }

    /// What is set for all of a host holds for everybody who has the product.
    fn share_the_hosts(&mut self) {
        let nobody = Text::from("");
        let products: Vec<Text> = self
            .agents
            .keys()
            .filter(|(_, owner)| owner.is_empty())
            .map(|(id, _)| id.clone())
            .collect();
        for id in products {
            let somebodys = |(product, owner): &(Text, Text)| *product == id && !owner.is_empty();
            if !self.agents.iter().any(|(key, agent)| somebodys(key) && agent.present) {
                continue;
            }
            let Some(hosts) = self.agents.remove(&(id.clone(), nobody.clone())) else { continue };
            for (_, agent) in self.agents.iter_mut().filter(|(key, _)| somebodys(key)) {
                agent.installed.extend(&hosts.installed);
                agent.evidence.extend(hosts.evidence.iter().cloned());
                agent.version = newer(agent.version.take(), hosts.version.clone());
            }
        }
    }
}

/// The newer of two versions, by their numbers.
fn newer(one: Option<Text>, other: Option<Text>) -> Option<Text> {
    let numbers = |version: &Text| -> Vec<u64> {
        version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
    };
    match (one, other) {
        (Some(one), Some(other)) => Some(if numbers(&other) > numbers(&one) { other } else { one }),
        (one, other) => one.or(other),
    }
}

/// A path as text; what is no UTF-8 is replaced.
pub fn text(path: impl AsRef<Path>) -> Text {
    path.as_ref().to_string_lossy().as_ref().into()
}

/// The name of the last part of a path without its ending.
pub fn stem(path: &Path) -> Text {
    path.file_stem().map(PathBuf::from).map(text).unwrap_or_default()
}
