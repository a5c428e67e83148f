//! What exists on a host and belongs to the world of agents: products, what they may do, what they load.

use serde::{Deserialize, Serialize};

use crate::identity::AssetId;
use crate::{
    Account, Confine, Container, Dataset, Listener, Model, ModelServer, Package, Repository,
    Service, Text, VectorStore,
};

/// One thing that exists, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Stable id.
    pub id: AssetId,
    /// Name for people.
    pub name: Text,
    /// Account whose it is; empty where it is the host's.
    pub owner: Text,
    /// Products that load it, by their ids; of a product its own.
    pub products: Vec<Text>,
    /// The project it belongs to, where it is not for all of an owner's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Text>,
    /// Version, where something says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Text>,
    /// Hash (BLAKE3) of its content or definition: another one means that it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Text>,
    /// How it is known, never empty.
    pub evidence: Vec<Evidence>,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
}

/// A place that says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// Path of a file or folder.
    pub place: Text,
    /// Line, from 1; 0 where the whole is meant.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
}

fn is_zero(line: &u32) -> bool {
    *line == 0
}

/// The kinds of things, and what is known of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A product that acts, as an owner has it.
    Agent(Installed),
    /// A server of tools (MCP).
    ToolServer(ToolServer),
    /// Instructions that an agent loads when it needs them.
    Skill(Wording),
    /// A prompt that a person calls by name.
    Command(Wording),
    /// An agent that an agent calls.
    SubAgent(Wording),
    /// A bundle of the other kinds, or code that runs inside an agent.
    Plugin(Wording),
    /// What an agent is told at every start.
    Rules(Wording),
    /// What an agent wrote for itself, and reads at every start.
    Memory(Wording),
    /// A program that an agent starts at something that happens.
    Hook(Hook),
    /// A program that an agent starts by itself, at no event.
    Helper(Helper),
    /// A plug-in of an editor or a browser.
    Extension(Extension),
    /// A file with keys or tokens.
    Credential(Credential),
    /// Code or configuration that makes an agent with a framework.
    Code(Code),
    /// A package that is installed, and is no agent itself.
    Package(Package),
    /// A program that the host starts by itself.
    Service(Service),
    /// Weights of a model.
    Model(Model),
    /// Data for models.
    Dataset(Dataset),
    /// A store of embeddings.
    VectorStore(VectorStore),
    /// An image or a container.
    Container(Container),
    /// A server of models that listens.
    ModelServer(ModelServer),
    /// An account that has agents.
    Account(Account),
    /// A repository with its remotes.
    Repository(Repository),
    /// A program of the world of agents that listens.
    Listener(Listener),
}

/// A product as an owner has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// Who makes it.
    pub vendor: Text,
    /// Every version that is here, and where.
    pub versions: Vec<Told>,
    /// What it does without asking.
    pub autonomy: Vec<Autonomy>,
    /// What it is told that it may do and may not.
    pub rights: Vec<Right>,
    /// Folders beyond the project that it is given.
    pub reach: Vec<Told>,
    /// Models it is told to use.
    pub models: Vec<Told>,
    /// Places where models answer, beside its own.
    pub providers: Vec<Provider>,
    /// Names of variables that its settings give to its programs.
    pub variables: Vec<Told>,
    /// Secrets that stand in its settings: what holds them, and their kind.
    pub secrets: Vec<Told>,
    /// Where it listens.
    pub listens: Vec<Told>,
    /// What keeps it from something, beside its rights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confines: Vec<Confine>,
    /// When a transcript of it was written last, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_unix_ns: Option<u64>,
}

impl Installed {
    /// Takes over what is set for all of a host.
    pub fn extend(&mut self, hosts: &Self) {
        self.versions.extend_from_slice(&hosts.versions);
        self.autonomy.extend_from_slice(&hosts.autonomy);
        self.rights.extend_from_slice(&hosts.rights);
        self.reach.extend_from_slice(&hosts.reach);
        self.models.extend_from_slice(&hosts.models);
        self.providers.extend_from_slice(&hosts.providers);
        self.variables.extend_from_slice(&hosts.variables);
        self.secrets.extend_from_slice(&hosts.secrets);
        self.listens.extend_from_slice(&hosts.listens);
        self.confines.extend_from_slice(&hosts.confines);
    }
}

/// Something a setting says, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub text: Text,
    /// Where.
    #[serde(flatten)]
    pub at: Evidence,
}

/// How far a product goes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freedom {
    /// Some acts, or all while something else holds it.
    Some,
    /// All acts: nothing asks a person any more.
    All,
}

/// A setting by which a product goes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Autonomy {
    /// How far.
    pub freedom: Freedom,
    /// The setting, as it is written (`permissions.defaultMode = bypassPermissions`).
    pub setting: Text,
    /// What it means, in words.
    pub means: Text,
    /// Where.
    #[serde(flatten)]
    pub at: Evidence,
}

/// What a right says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Without asking.
    Allow,
    /// After asking.
    Ask,
    /// Never.
    Deny,
}

/// One line of what a product may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Right {
    /// What it says.
    pub verdict: Verdict,
    /// About what, in the product's own words (`Bash(git push:*)`).
    pub what: Text,
    /// Where.
    #[serde(flatten)]
    pub at: Evidence,
}

/// A place where models answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name in the settings.
    pub name: Text,
    /// Its address, where one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Text>,
    /// Where.
    #[serde(flatten)]
    pub at: Evidence,
}

/// A server of tools as a product is told to use it. Values of variables and headers are never here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolServer {
    /// The program and its arguments, where it is started here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Text>,
    /// Its address, where it is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Text>,
    /// Names of variables it is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Text>,
    /// Names of headers it is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Text>,
    /// Kinds of secrets that stand in its definition, with the name of what holds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Text>,
    /// Tools that run without asking; `*` is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unasked: Vec<Text>,
    /// False where it is there and switched off.
    pub enabled: bool,
}

/// A text that an agent reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// What it says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// Tools it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Text>,
    /// Model it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Text>,
    /// Size of its main file.
    pub bytes: u64,
    /// All its files, where the main one is not alone: the hash of the thing is over all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Part>,
}

/// One of several files of a thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// Its path below the folder of the main file.
    pub file: Text,
    /// Hash of its content (BLAKE3, hex).
    pub digest: Text,
}

/// A program, or an address, that a product calls at something that happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// At what, in the product's own words.
    pub event: Text,
    /// Only for these tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matcher: Option<Text>,
    /// What runs: a command line, an address or a prompt.
    pub runs: Text,
}

/// A program that a product starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// The setting that names it.
    pub setting: Text,
    /// The command line.
    pub runs: Text,
}

/// A plug-in of an editor or a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The editor or browser.
    pub editor: Text,
    /// What it is called.
    pub extension: Text,
    /// What it may do, in the host's own words (`debugger`, `nativeMessaging`), where its manifest says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Text>,
    /// The pages it may read and change (`<all_urls>`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Text>,
    /// Why it is told: it is a known one, or what of its manifest says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Text>,
}

/// A file with keys or tokens. What they are is never here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// What kind (`account token`).
    pub holds: Text,
    /// What they are for, where that can be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Text>,
    /// Last change of the file, UTC.
    pub changed_unix_ns: u64,
    /// When it ends, UTC, where that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_unix_ns: Option<u64>,
    /// Who but the owner may read the file (`group`, `everybody`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readable_by: Option<Text>,
    /// What it opens, by name: clusters, profiles, hosts, variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Text>,
    /// It belongs to somebody else: the account in whose home it lies may not read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// What makes an agent with a framework.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The framework.
    pub framework: Text,
}

impl What {
    /// The kind, as it is written (`tool_server`).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Agent(_) => "agent",
            Self::ToolServer(_) => "tool_server",
            Self::Skill(_) => "skill",
            Self::Command(_) => "command",
            Self::SubAgent(_) => "sub_agent",
            Self::Plugin(_) => "plugin",
            Self::Rules(_) => "rules",
            Self::Memory(_) => "memory",
            Self::Hook(_) => "hook",
            Self::Helper(_) => "helper",
            Self::Extension(_) => "extension",
            Self::Credential(_) => "credential",
            Self::Code(_) => "code",
            Self::Package(_) => "package",
            Self::Service(_) => "service",
            Self::Model(_) => "model",
            Self::Dataset(_) => "dataset",
            Self::VectorStore(_) => "vector_store",
            Self::Container(_) => "container",
            Self::ModelServer(_) => "model_server",
            Self::Account(_) => "account",
            Self::Repository(_) => "repository",
            Self::Listener(_) => "listener",
        }
    }
}
