//! Programs of the world of agents as the tables name them: by command, package, module, image and port.

use event::{Role, Text};
use serde::Deserialize;

use super::Source;

/// A program, by everything that gives it away. An agent has the id of its product.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its id.
    pub id: Text,
    /// Name for people.
    pub name: Text,
    /// What it is.
    pub is: Role,
    /// How this is known.
    pub source: Source,
    /// Names of its command; `*` is any letters.
    #[serde(default)]
    pub runs: Vec<Text>,
    /// One of these words stands behind the command: others have a command of that name too.
    #[serde(default)]
    pub needs: Vec<Text>,
    /// Packages, by `npm:` or `pypi:`.
    #[serde(default)]
    pub packages: Vec<Text>,
    /// Modules that an interpreter is told to run.
    #[serde(default)]
    pub modules: Vec<Text>,
    /// Modules of Go.
    #[serde(default)]
    pub go: Vec<Text>,
    /// Crates.
    #[serde(default)]
    pub crates: Vec<Text>,
    /// Images without tag; `*` is any part of a name.
    #[serde(default)]
    pub images: Vec<Text>,
    /// Words of its command line after which nothing asks a person; two words for an option and its value.
    #[serde(default)]
    pub bypass: Vec<Text>,
    /// Options and variables that make it ask callers for a key.
    #[serde(default)]
    pub guards: Vec<Text>,
    /// Ports it listens at, if nobody says otherwise.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// What lists its models.
    #[serde(default)]
    pub lists: Vec<Listing>,
}

/// What answers with a list of models.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The path that is asked for.
    pub path: Text,
    /// The way to the names in the answer.
    pub models: super::Path,
    /// A way that leads somewhere in the answers of this program.
    pub only: super::Path,
    /// One of these stands there; anything, if none is named.
    #[serde(default)]
    pub is: Vec<Text>,
}

/// What things hold that have a reader of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// The manifest of an extension in a browser of Chromium's family.
    BrowserExtension,
    /// Firefox's list of its add-ons.
    BrowserAddons,
    /// A unit of systemd, or a piece of one.
    Unit,
    /// A crontab with a column for the account.
    Crontab,
    /// The crontab of the account that the file is named after.
    UserCrontab,
    /// A script that cron starts.
    CronScript,
    /// A program in a folder of programs.
    Binary,
    /// What cargo remembers of what it installed.
    Crates,
    /// A file of a model, of data or of a vector store, by its ending.
    Artifact,
    /// The manifest of a model of Ollama.
    OllamaModel,
    /// The folder in which git keeps a repository.
    Repository,
    /// Docker's list of images.
    DockerImages,
    /// Docker's record of a container.
    DockerContainer,
    /// The list of images of what shares Podman's storage.
    StorageImages,
    /// Its list of containers.
    StorageContainers,
}

impl Thing {
    /// Whether all that is told of it stands in its own file: then it is as it was while that file is.
    pub fn stands_alone(self) -> bool {
        match self {
            Self::BrowserAddons
            | Self::Crontab
            | Self::UserCrontab
            | Self::CronScript
            | Self::Binary
            | Self::Crates
            | Self::OllamaModel
            | Self::Repository
            | Self::DockerImages
            | Self::StorageImages => true,
            Self::BrowserExtension
            | Self::Unit
            | Self::Artifact
            | Self::DockerContainer
            | Self::StorageContainers => false,
        }
    }
}

/// Places of things that have a reader of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Things {
    /// Their places.
    pub at: Vec<Text>,
    /// What they are.
    pub hold: Thing,
}

/// By what an extension of a browser is known to have AI powers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrowserSigns {
    /// Words of its name or description.
    pub words: Vec<Text>,
    /// Words after which it is one that keeps such things away.
    pub unless: Vec<Text>,
    /// Permissions that make it powerful.
    pub powers: Vec<Text>,
    /// Patterns for hosts that stand for all pages.
    pub everywhere: Vec<Text>,
    /// Hosts where models answer.
    pub models: Vec<Text>,
}

/// By what names things are called, and what their files say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Naming {
    /// Main files that are called like the folder they are in.
    pub by_folder: Vec<Text>,
    /// Folders that only wrap such a file: the folder above has the name.
    pub wraps: Vec<Text>,
    /// What is left off the end of a name.
    pub endings: Vec<Text>,
}

/// By what files of models and data are known, beside their first bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArtifactSigns {
    /// Modules that a pickle of a model names.
    pub modules: Vec<Text>,
    /// Folders that hold data for models.
    pub data_folders: Vec<Text>,
    /// Words with which the names of parts of such data begin.
    pub splits: Vec<Text>,
    /// Keys of a line of such data.
    pub keys: Vec<Text>,
}

impl BrowserSigns {
    /// Takes over those of another table.
    pub fn extend(&mut self, other: Self) {
        self.words.extend(other.words);
        self.unless.extend(other.unless);
        self.powers.extend(other.powers);
        self.everywhere.extend(other.everywhere);
        self.models.extend(other.models);
    }
}

impl Naming {
    /// Takes over those of another table.
    pub fn extend(&mut self, other: Self) {
        self.by_folder.extend(other.by_folder);
        self.wraps.extend(other.wraps);
        self.endings.extend(other.endings);
    }
}

impl ArtifactSigns {
    /// Takes over those of another table.
    pub fn extend(&mut self, other: Self) {
        self.modules.extend(other.modules);
        self.data_folders.extend(other.data_folders);
        self.splits.extend(other.splits);
        self.keys.extend(other.keys);
    }
}
