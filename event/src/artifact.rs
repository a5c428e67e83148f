//! What models, their servers and their tools leave on a host beside the agents: packages, services, files, containers.

use serde::{Deserialize, Serialize};

use crate::Text;

/// What a program is in the world of agents.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Acts by itself, with tools.
    #[default]
    Agent,
    /// Answers as a model.
    ModelServer,
    /// Offers tools (MCP).
    ToolServer,
    /// What agents are written with.
    Framework,
    /// What asks a model, without acting itself.
    Sdk,
}

impl Role {
    /// In words.
    pub fn say(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::ModelServer => "model server",
            Self::ToolServer => "tool server",
            Self::Framework => "framework",
            Self::Sdk => "model SDK",
        }
    }
}

/// Who installed a package.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Manager {
    /// npm and what installs as it does.
    #[default]
    Npm,
    /// pip, uv, pipx, conda.
    Pypi,
    /// `go install`.
    Go,
    /// `cargo install`.
    Cargo,
}

/// A package that is installed, whether or not an agent uses it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Whose package it is.
    pub manager: Manager,
    /// What it is.
    pub role: Role,
    /// Why that is thought.
    pub because: Text,
}

/// Who starts a service.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Starter {
    /// A unit of systemd.
    #[default]
    Systemd,
    /// A line of a crontab, or a script in one of cron's folders.
    Cron,
}

/// A program of the world of agents that a host starts by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Who starts it.
    pub starter: Starter,
    /// What it is.
    pub role: Role,
    /// Its program, by the id in the tables.
    pub program: Text,
    /// The command line, without secrets.
    pub runs: Text,
    /// When (`at boot`, `*-*-* 02:00`, `0 3 * * *`); empty: nothing starts it now.
    pub when: Text,
    /// As whom.
    pub account: Text,
    /// Words of the command line after which nothing asks a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bypasses: Vec<Text>,
    /// Names of variables with keys of models that stand there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Text>,
    /// What makes a server listen beyond this host (`OLLAMA_HOST=0.0.0.0`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listens: Option<Text>,
    /// The word that makes it ask callers for a key (`--api-key`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Text>,
}

/// Weights of a model on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// How they are written, by their first bytes (`gguf`, `safetensors`, `pickle`).
    pub format: Text,
    /// Size of all its files.
    pub bytes: u64,
    /// How many files.
    pub files: u32,
    /// Family, where the file says it (`llama`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Text>,
    /// How exact its numbers are, where its head or its name says it (`Q4_K_M`, `BF16`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantisation: Option<Text>,
    /// How many numbers, as its head or its name says it (`7B`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Text>,
    /// Revision, where it came from somewhere that counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Text>,
    /// Loading it can run code.
    pub runs_code: bool,
}

/// Data that models are taught or judged with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// How it is written (`parquet`, `arrow`, `jsonl`).
    pub format: Text,
    /// Size of all its files.
    pub bytes: u64,
    /// How many files.
    pub files: u32,
    /// Revision, where it came from somewhere that counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Text>,
}

/// A store of embeddings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorStore {
    /// Which (`chroma`, `faiss`).
    pub engine: Text,
    /// Size of all its files.
    pub bytes: u64,
    /// Tables or collections, where folders show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<Text>,
}

/// Image or container.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ContainerForm {
    /// It could be started.
    #[default]
    Image,
    /// It was made, and may run.
    Container,
}

/// An image or a container with a program of the world of agents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Which of both.
    pub form: ContainerForm,
    /// What is in it.
    pub role: Role,
    /// Its program, by the id in the tables.
    pub program: Text,
    /// Name and tag of the image.
    pub image: Text,
    /// Digest or id of the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<Text>,
    /// Names of variables with keys of models that it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Text>,
    /// What opens the host to it (`privileged`, `/var/run/docker.sock`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Text>,
    /// Addresses of the host that lead into it (`0.0.0.0:8080`); the loopback is not among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publishes: Vec<Text>,
}

/// Who can reach what listens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// This host alone.
    #[default]
    Loopback,
    /// Whoever reaches an address of this host.
    Network,
}

/// A server of models that listens now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelServer {
    /// Its program, by the id in the tables.
    pub program: Text,
    /// Where it listens.
    pub address: Text,
    /// Who can reach it.
    pub exposure: Exposure,
    /// Models it offers, as it says itself.
    pub models: Vec<Text>,
}
