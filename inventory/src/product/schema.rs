//! The form of a table: what `rules/products/*.yaml` says, before it is compiled.

use content::tree::{Node, Way};
use event::{Text, Touch};
use serde::{Deserialize, Deserializer};

use super::doors::Doors;
use super::programs::{ArtifactSigns, BrowserSigns, Naming, Program, Things};

/// One file of tables.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProductFile {
    /// Products; ids are unique over all files.
    pub products: Vec<Product>,
    /// Plug-ins of editors that are agents, or bring one.
    pub extensions: Vec<KnownExtension>,
    /// Programs, by what gives them away.
    pub programs: Vec<Program>,
    /// Extensions of browsers that have AI powers, by id.
    pub browser_extensions: Vec<KnownExtension>,
    /// How others are known.
    pub browser_signs: BrowserSigns,
    /// How files of models and data are known.
    pub artifacts: ArtifactSigns,
    /// Names of variables that hold keys of models.
    pub model_keys: Vec<Text>,
    /// How things are called.
    pub naming: Naming,
    /// Ways from an account to more than its own files.
    pub doors: Doors,
    /// Folders that are not walked, by name, or below a home by their way.
    pub skip: Vec<Text>,
    /// Folders that hold no project of an owner, by the same.
    pub no_projects: Vec<Text>,
}

/// One product: where it keeps what it is told, may do and remembers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The id that `rules/agents` knows it by, where it is there.
    pub id: Text,
    /// Name for people.
    pub name: Text,
    /// What it is.
    pub kind: ProductKind,
    /// Who makes it.
    pub vendor: Text,
    /// How its places are known.
    pub source: Source,
    /// The folder that a variable can move.
    #[serde(default)]
    pub home: Option<Home>,
    /// One of these folders exists and is not empty: the product is or was here.
    #[serde(default)]
    pub presence: Vec<Text>,
    /// The same of files.
    #[serde(default)]
    pub presence_files: Vec<Text>,
    /// Packages that are the product, by `npm:` or `pypi:`.
    #[serde(default)]
    pub packages: Vec<Text>,
    /// Folders or files whose own name is the version.
    #[serde(default)]
    pub versions: Vec<Text>,
    /// Settings, and what stands in them.
    #[serde(default)]
    pub files: Vec<Settings>,
    /// Skills, by their main file.
    #[serde(default)]
    pub skills: Vec<Text>,
    /// Commands and prompts that a person calls by name.
    #[serde(default)]
    pub commands: Vec<Text>,
    /// Agents that it calls.
    #[serde(default)]
    pub sub_agents: Vec<Text>,
    /// Plug-ins, by their manifest.
    #[serde(default)]
    pub plugins: Vec<Text>,
    /// What it is told at every start.
    #[serde(default)]
    pub rules: Vec<Text>,
    /// What it wrote for itself, and reads at every start.
    #[serde(default)]
    pub memories: Vec<Text>,
    /// Programs that it starts by itself.
    #[serde(default)]
    pub starts: Vec<Text>,
    /// Files with keys and tokens. Nothing of them is read but what is named here.
    #[serde(default)]
    pub credentials: Vec<CredentialFile>,
    /// What was said.
    #[serde(default)]
    pub transcripts: Vec<Text>,
    /// Folders of plug-ins of an editor.
    #[serde(default)]
    pub extensions: Vec<Text>,
    /// What makes an agent with a framework.
    #[serde(default)]
    pub code: Vec<CodePlace>,
    /// What has a reader of its own.
    #[serde(default)]
    pub things: Vec<Things>,
}

/// What a product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Acts by itself, with tools.
    Agent,
    /// An editor with an agent inside, or that takes one as a plug-in.
    Editor,
    /// A program for a person, with an agent inside.
    Desktop,
    /// Shows pages, and takes extensions.
    Browser,
    /// Answers as a model, or keeps models.
    ModelServer,
    /// No product: what several of them read.
    Shared,
}

/// How places are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The product was installed, and its files were looked at.
    Tested,
    /// From its documentation and sources.
    Documentation,
}

/// A folder that a variable can move.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Where it is without the variable.
    pub at: Text,
    /// The variable that names another.
    #[serde(default)]
    pub variable: Option<Text>,
}

/// Files of one form, and the ways to what stands in them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Their places.
    pub at: Vec<Text>,
    /// How they are written.
    pub form: Form,
    /// Servers of tools.
    #[serde(default)]
    pub servers: Vec<Path>,
    /// Names of servers that are switched off, wherever they are defined.
    #[serde(default)]
    pub disabled: Vec<Path>,
    /// What runs without asking.
    #[serde(default)]
    pub allow: Vec<Path>,
    /// What runs after asking.
    #[serde(default)]
    pub ask: Vec<Path>,
    /// What never runs.
    #[serde(default)]
    pub deny: Vec<Path>,
    /// Rights whose verdict stands in the value (`bash: { "git *": allow }`).
    #[serde(default)]
    pub rights: Vec<Path>,
    /// Folders beyond the project.
    #[serde(default)]
    pub reach: Vec<Path>,
    /// Models.
    #[serde(default)]
    pub models: Vec<Path>,
    /// Places where models answer.
    #[serde(default)]
    pub providers: Vec<Path>,
    /// Programs that run at something that happens.
    #[serde(default)]
    pub hooks: Vec<Path>,
    /// Variables that its programs are given.
    #[serde(default)]
    pub variables: Vec<Path>,
    /// Programs that it starts by itself.
    #[serde(default)]
    pub starts: Vec<Path>,
    /// Plug-ins by name.
    #[serde(default)]
    pub plugins: Vec<Path>,
    /// Further files of rules.
    #[serde(default)]
    pub instructions: Vec<Path>,
    /// Where it listens.
    #[serde(default)]
    pub listens: Vec<Path>,
    /// Settings after which nothing asks a person any more.
    #[serde(default)]
    pub bypass: Vec<Condition>,
    /// Settings after which some acts ask nobody.
    #[serde(default)]
    pub auto: Vec<Condition>,
    /// Settings that keep its commands from something, or give it back.
    #[serde(default)]
    pub confines: Vec<Confinement>,
}

impl Settings {
    /// Of any product: servers alone.
    pub fn of_servers(form: Form, servers: Vec<Path>) -> Self {
        Self {
            at: Vec::new(),
            form,
            servers,
            disabled: Vec::new(),
            allow: Vec::new(),
            ask: Vec::new(),
            deny: Vec::new(),
            rights: Vec::new(),
            reach: Vec::new(),
            models: Vec::new(),
            providers: Vec::new(),
            hooks: Vec::new(),
            variables: Vec::new(),
            starts: Vec::new(),
            plugins: Vec::new(),
            instructions: Vec::new(),
            listens: Vec::new(),
            bypass: Vec::new(),
            auto: Vec::new(),
            confines: Vec::new(),
        }
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// JSON with comments.
    Json,
    /// JSON with bare words and single quotes.
    Json5,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// XML.
    Xml,
    /// `NAME=value` lines.
    Env,
    /// `[section]` lines with `name = value` below.
    Ini,
    /// An address in every line: a map by host.
    Addresses,
    /// `machine NAME` and what belongs to it, as `.netrc` has it: a map by name.
    Machines,
}

/// A setting that has a meaning.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The way to it.
    pub key: Path,
    /// It is one of these.
    #[serde(default)]
    pub is: Vec<Value>,
    /// It is a list with one of these, or text with one of these as a word.
    #[serde(default)]
    pub has: Vec<Value>,
    /// What it means.
    pub means: Text,
}

/// A setting that keeps the product's commands from something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// The way to it.
    pub key: Path,
    /// It is one of these.
    pub is: Vec<Value>,
    /// What it means.
    pub means: Text,
    /// What is kept from them.
    #[serde(default)]
    pub holds: Vec<Touch>,
    /// What is given back to them.
    #[serde(default)]
    pub opens: Vec<Touch>,
}

/// A scalar, as text: what a person wrote where a word is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(pub Text);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        node.scalar()
            .map(|text| Self(text.into()))
            .ok_or_else(|| serde::de::Error::custom("expected a word, a number or a truth value"))
    }
}

/// A way through a file, as it is written and compiled.
#[derive(Clone, Debug)]
pub struct Path {
    /// As it is written.
    pub text: Text,
    /// Compiled.
    pub way: Way,
}

impl Path {
    /// Reads a way as it is written.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), way: Way::new(text) }
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(Self { way: Way::new(&text), text })
    }
}

/// A file with keys or tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialFile {
    /// Its place.
    pub at: Text,
    /// What it holds, in words.
    pub what: Text,
    /// Ways to what they are for.
    #[serde(default)]
    pub scopes: Vec<Path>,
    /// The way to when they end, in milliseconds since 1970.
    #[serde(default)]
    pub expires_ms: Option<Path>,
    /// How it is written, where something of it is read.
    #[serde(default = "Form::json")]
    pub form: Form,
    /// Ways to what they open: the last name that `*` stood for, or the text there. A file in which nothing is
    /// there holds no key, whatever it is called.
    #[serde(default)]
    pub opens: Vec<Path>,
    /// Of these names only those that end with one of these words.
    #[serde(default)]
    pub ending: Vec<Text>,
}

impl Form {
    fn json() -> Self {
        Self::Json
    }
}

/// Files that make an agent with a framework.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodePlace {
    /// Their places.
    pub at: Vec<Text>,
    /// One of these stands in the file.
    #[serde(default)]
    pub has: Vec<Text>,
    /// One of these stands in the file as the name of a package.
    #[serde(default)]
    pub word: Vec<Text>,
    /// The framework.
    pub framework: Text,
}

impl CodePlace {
    /// Whether a file at such a place is what it looks like.
    pub fn holds(&self, text: &str) -> bool {
        self.has.iter().any(|one| text.contains(&**one))
            || self.word.iter().any(|name| names_package(text, name))
    }
}

/// Names of packages end where no letter of a name stands, and begin a line, a string or a word.
fn names_package(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// A plug-in of an editor that is an agent, or brings one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownExtension {
    /// The product.
    pub id: Text,
    /// Name for people.
    pub name: Text,
    /// Its ids: `publisher.name`, or the folder of a plug-in.
    #[serde(rename = "match")]
    pub matches: Vec<Text>,
}
