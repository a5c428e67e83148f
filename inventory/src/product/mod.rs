//! Which products there are, and where they keep what matters: data (`rules/products`), compiled once.

mod doors;
mod embedded;
mod places;
mod programs;
mod schema;

use content::yaml::{self, YamlError};
use event::Text;
use rustc_hash::FxHashMap;

pub use doors::{Cloud, Doors, GroupDoor, Socket};
pub use embedded::embedded;
pub use places::{Active, Places, Root};
pub use programs::{ArtifactSigns, BrowserSigns, Listing, Naming, Program, Thing, Things};
pub use schema::{
    Condition, Confinement, CredentialFile, Form, Home, KnownExtension, Path, Product, ProductFile,
    ProductKind, Settings, Source, Value,
};

/// Something wrong in a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\nhint: {hint}")]
pub struct Diagnostic {
    /// Name of the file as it was given.
    pub file: Text,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What a place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holds {
    /// The product is here: a folder of its own.
    Presence,
    /// The product is here: a file of its own.
    PresenceFile,
    /// Its own name is the version.
    Version,
    /// Settings: index into the product's.
    Settings(u16),
    /// A skill.
    Skill,
    /// A command.
    Command,
    /// A sub-agent.
    SubAgent,
    /// A plug-in.
    Plugin,
    /// Rules.
    Rules,
    /// Memory.
    Memory,
    /// A program that it starts.
    Start,
    /// A credential: index into the product's.
    Credential(u16),
    /// A transcript.
    Transcript,
    /// A folder of plug-ins of an editor.
    Extensions,
    /// Code of a framework: index into the product's.
    Code(u16),
    /// What has a reader of its own.
    Thing(Thing),
}

/// A place of a product, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// Index of the product.
    pub product: u16,
    /// What.
    pub holds: Holds,
}

/// All tables, compiled.
#[derive(Debug, Default)]
pub struct Products {
    products: Vec<Product>,
    extensions: FxHashMap<Text, KnownExtension>,
    browser_extensions: FxHashMap<Text, KnownExtension>,
    programs: Vec<Program>,
    /// How extensions of browsers are known that are not in the table.
    pub browser_signs: BrowserSigns,
    /// How files of models and data are known.
    pub artifacts: ArtifactSigns,
    /// Names of variables that hold keys of models.
    pub model_keys: Vec<Text>,
    /// How things are called.
    pub naming: Naming,
    /// Ways from an account to more than its own files.
    pub doors: Doors,
    places: Places,
    skip: Vec<Text>,
    no_projects: Vec<Text>,
}

impl Products {
    /// Compiles files given as (name, text). What is wrong is left out and told; the rest works.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Diagnostic>) {
        let (mut products, mut diagnostics) = (Self::default(), Vec::new());
        for (name, text) in files {
            let file = match yaml::parse::<ProductFile>(text) {
                Ok(file) => file,
                Err(YamlError { line, message, hint, .. }) => {
                    diagnostics.push(Diagnostic { file: name.into(), line, message, hint });
                    continue;
                }
            };
            for product in file.products {
                if let Err((message, hint)) = products.add(product) {
                    diagnostics.push(Diagnostic { file: name.into(), line: 0, message, hint });
                }
            }
            for extension in file.extensions {
                for id in &extension.matches {
                    products.extensions.insert(id.to_lowercase().into(), extension.clone());
                }
            }
            for extension in file.browser_extensions {
                for id in &extension.matches {
                    products.browser_extensions.insert(id.clone(), extension.clone());
                }
            }
            products.programs.extend(file.programs);
            products.browser_signs.extend(file.browser_signs);
            products.artifacts.extend(file.artifacts);
            products.naming.extend(file.naming);
            products.doors.extend(file.doors);
            products.model_keys.extend(file.model_keys);
            products.skip.extend(file.skip);
            products.no_projects.extend(file.no_projects);
        }
        (products, diagnostics)
    }

    /// The tables that ship with the program.
    pub fn shipped() -> (Self, Vec<Diagnostic>) {
        Self::parse(embedded().iter().copied())
    }

    fn add(&mut self, product: Product) -> Result<(), (String, String)> {
        if self.products.iter().any(|known| known.id == product.id) {
            return Err((
                format!("product `{}` is there twice", product.id),
                "give one of them another id, or join the two".into(),
            ));
        }
        let index = u16::try_from(self.products.len()).unwrap_or(u16::MAX);
        for (place, holds) in places_of(&product) {
            self.places.add(place, Target { product: index, holds }).map_err(|message| {
                (
                    format!("product `{}`: place `{place}`: {message}", product.id),
                    "a place begins with ~/, $project/ or /; its parts may hold *, ? and {a,b}, and ** is a part by itself".into(),
                )
            })?;
        }
        self.products.push(product);
        Ok(())
    }

    /// All products, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Product> {
        self.products.iter()
    }

    /// The product of a target.
    pub fn get(&self, target: Target) -> Option<&Product> {
        self.products.get(usize::from(target.product))
    }

    /// The plug-in of an editor that goes by `id`.
    pub fn extension(&self, id: &str) -> Option<&KnownExtension> {
        self.extensions.get(id.to_lowercase().as_str())
    }

    /// The extension of a browser that goes by `id`.
    pub fn browser_extension(&self, id: &str) -> Option<&KnownExtension> {
        self.browser_extensions.get(id)
    }

    /// All programs, in the order of the files.
    pub fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The product called `id`.
    pub fn by_id(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| *product.id == *id)
    }

    /// All places.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Whether a file is a transcript of the product called `id`, in whatever home: it may have been moved, and
    /// accounts of containers are not in our list.
    pub fn is_transcript(&self, id: &str, path: &str) -> bool {
        let Some(index) = self.products.iter().position(|product| *product.id == *id) else {
            return false;
        };
        let home = self.products.get(index).and_then(|product| product.home.as_ref());
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        (0..parts.len()).any(|from| {
            let mut active = home.map(|home| self.places.along(&home.at)).unwrap_or_default();
            self.places.begin(Root::Home, 0, &mut active);
            self.places.begin(Root::Project, 0, &mut active);
            let mut next = Vec::new();
            for (at, part) in parts.iter().enumerate().skip(from) {
                self.places.next(&active, part, at + 1 < parts.len(), &mut next);
                std::mem::swap(&mut active, &mut next);
            }
            let mut targets = active.iter().flat_map(|one| self.places.targets(*one));
            targets.any(|it| usize::from(it.product) == index && it.holds == Holds::Transcript)
        })
    }

    /// Whether the folder `name` at `way` below a home is not walked.
    pub fn skips(&self, name: &str, way: &str) -> bool {
        names(&self.skip, name, way)
    }

    /// Whether what lies in the folder `name` at `way` below a home are no projects of its owner.
    pub fn holds_no_projects(&self, name: &str, way: &str) -> bool {
        names(&self.no_projects, name, way)
    }
}

fn names(list: &[Text], name: &str, way: &str) -> bool {
    list.iter().any(|one| match one.strip_prefix("~/") {
        Some(below) => below == way,
        None => **one == *name,
    })
}

/// Every place of a product, and what it holds.
fn places_of(product: &Product) -> Vec<(&Text, Holds)> {
    let mut places: Vec<(&Text, Holds)> = Vec::new();
    let mut lists = vec![
        (&product.presence, Holds::Presence),
        (&product.presence_files, Holds::PresenceFile),
        (&product.versions, Holds::Version),
        (&product.skills, Holds::Skill),
        (&product.commands, Holds::Command),
        (&product.sub_agents, Holds::SubAgent),
        (&product.plugins, Holds::Plugin),
        (&product.rules, Holds::Rules),
        (&product.memories, Holds::Memory),
        (&product.starts, Holds::Start),
        (&product.transcripts, Holds::Transcript),
        (&product.extensions, Holds::Extensions),
    ];
    let index = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
    for (at, settings) in product.files.iter().enumerate() {
        lists.push((&settings.at, Holds::Settings(index(at))));
    }
    for (at, code) in product.code.iter().enumerate() {
        lists.push((&code.at, Holds::Code(index(at))));
    }
    for things in &product.things {
        lists.push((&things.at, Holds::Thing(things.hold)));
    }
    for (list, holds) in lists {
        places.extend(list.iter().map(|place| (place, holds)));
    }
    for (at, file) in product.credentials.iter().enumerate() {
        places.push((&file.at, Holds::Credential(index(at))));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_is_known_in_whatever_home() {
        let (products, _) = Products::shipped();
        let check = |id: &str, path: &str, expect: bool| {
            assert_eq!(products.is_transcript(id, path), expect, "{id}: {path}");
        };
        check("codex-cli", "/home/ida/.codex/sessions/2026/11/22/rollout-1.jsonl", true);
        check("codex-cli", "/var/lib/ida/.codex/sessions/2026/11/22/rollout-1.jsonl", true);
        // `CODEX_HOME`.
        check("codex-cli", "/srv/codex/sessions/2026/11/22/rollout-1.jsonl", true);
        check("codex-cli", "/home/ida/.codex/sessions/x.txt", false);
        check("codex-cli", "/home/ida/.codex/history.jsonl", false);
        check("claude-code", "/home/ida/.codex/sessions/2026/11/22/rollout-1.jsonl", false);
        check("claude-code", "/home/ida/.claude/projects/-home-ida-shop/1f.jsonl", true);
        check("claude-code", "/home/ida/.claude/projects/x/1f/subagents/agent-1.jsonl", true);
        check("gemini-cli", "/home/ida/.gemini/tmp/shop/chats/session-1.jsonl", true);
        check("mini-swe-agent", "/home/ida/.config/mini-swe-agent/last_mini_run.traj.json", true);
        check("mini-swe-agent", "/data/runs/7/7.traj.json", true);
        check("nobody", "/data/runs/7/7.traj.json", false);
        check("codex-cli", "", false);
    }
}
