//! What stands in a file: pure, from its bytes to claims. Runs where hostile files are read.

mod autonomy;
pub(crate) mod frontmatter;
mod hooks;
mod lines;
mod rights;
mod servers;
#[cfg(test)]
mod tests;

use content::tree::{Node, Unread};
use content::{json, toml, xml, yaml};
use event::{Freedom, Helper, Hook, Redact, Text, ToolServer, Touch, Verdict, Wording};
use serde::{Deserialize, Serialize};

use crate::product::{Form, Path, Settings};

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Line, from 1.
    pub line: u32,
    /// The project for which it says so, where it speaks of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Text>,
    /// What.
    pub says: Says,
}

/// What a file can say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// There is a server of tools.
    Server {
        /// Its name there.
        name: Text,
        /// How it is reached.
        server: Box<ToolServer>,
        /// Of its definition, without secrets.
        digest: Text,
    },
    /// The product may, must ask, or may not.
    Right(Verdict, Text),
    /// A server of this name is switched off.
    Disabled(Text),
    /// It is given a folder.
    Reach(Text),
    /// It is to use a model.
    Model(Text),
    /// Models answer elsewhere.
    Provider {
        /// Name there.
        name: Text,
        /// Address.
        url: Option<Text>,
    },
    /// A program runs at something that happens.
    Hook(Hook),
    /// A program runs.
    Helper(Helper),
    /// A plug-in is loaded, by its name.
    Plugin(Text),
    /// A further file is read.
    Instruction(Text),
    /// It listens.
    Listens(Text),
    /// It gives its programs a variable.
    Variable(Text),
    /// A secret stands there: what holds it, and its kind.
    Secret(Text),
    /// It goes by itself.
    Autonomy {
        /// How far.
        freedom: Freedom,
        /// The setting.
        setting: Text,
        /// What that means.
        means: Text,
    },
    /// A setting keeps its commands from something, or gives it back.
    Confines {
        /// What it keeps from them.
        holds: Vec<Touch>,
        /// What it gives back.
        opens: Vec<Touch>,
        /// The setting.
        setting: Text,
        /// What that means.
        means: Text,
    },
}

/// What a text of instructions says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its name, where it gives one.
    pub name: Option<Text>,
    /// Its version, where it gives one.
    pub version: Option<Text>,
    /// The rest.
    pub wording: Wording,
}

/// Reads a text by its form.
pub fn parse(form: Form, text: &str) -> Result<Node, Unread> {
    match form {
        Form::Json => json::parse(text, json::Dialect::Commented),
        Form::Json5 => json::parse(text, json::Dialect::Json5),
        Form::Toml => toml::parse(text),
        Form::Xml => xml::parse(text),
        Form::Env => Ok(lines::variables(text)),
        Form::Ini => Ok(lines::sections(text)),
        Form::Addresses => Ok(lines::addresses(text)),
        Form::Machines => Ok(lines::machines(text)),
        Form::Yaml => {
            let mut documents = yaml::documents(text).map_err(|error| Unread {
                line: error.line,
                column: error.column,
                message: error.message,
            })?;
            documents.truncate(1);
            documents.pop().ok_or_else(Unread::empty)
        }
    }
}

/// What settings say.
pub fn settings(
    settings: &Settings,
    text: &str,
    redact: &dyn Redact,
) -> Result<Vec<Claim>, Unread> {
    let root = parse(settings.form, text)?;
    let mut claims = Claims { claims: Vec::new(), redact };
    servers::take(&settings.servers, &root, settings.form, &mut claims);
    rights::take(settings, &root, &mut claims);
    hooks::take(&settings.hooks, &root, &mut claims);
    autonomy::take(settings, &root, &mut claims);
    autonomy::confines(settings, &root, &mut claims);
    claims.texts(&settings.disabled, &root, Says::Disabled);
    claims.texts(&settings.reach, &root, Says::Reach);
    claims.texts(&settings.models, &root, Says::Model);
    claims.texts(&settings.plugins, &root, Says::Plugin);
    claims.texts(&settings.instructions, &root, Says::Instruction);
    claims.texts(&settings.listens, &root, Says::Listens);
    claims.helpers(&settings.starts, &root);
    claims.providers(&settings.providers, &root);
    for path in &settings.variables {
        path.way.follow(&root, &mut |names, node| {
            claims.secrets_of(names, node);
            for entry in node.entries() {
                claims.push(entry.line, names, Says::Variable(entry.key.as_str().into()));
            }
        });
    }
    claims.claims.sort_by_key(|claim| claim.line);
    Ok(claims.claims)
}

/// What instructions, commands, sub-agents and manifests say of themselves.
pub fn head(place: &str, text: &str) -> Head {
    frontmatter::head(place, text)
}

/// What the readers of the parts write to.
struct Claims<'r> {
    claims: Vec<Claim>,
    redact: &'r dyn Redact,
}

impl Claims<'_> {
    /// The names are those that `*` stood for: a path among them is the project meant.
    fn push(&mut self, line: u32, names: &[&str], says: Says) {
        let project = names.iter().find(|name| name.starts_with('/')).map(|name| (*name).into());
        self.claims.push(Claim { line, project, says });
    }

    fn clean(&self, text: &str) -> Text {
        self.redact.text(text).unwrap_or_else(|| text.into())
    }

    /// Each scalar at the ends of some ways, or in lists and maps there.
    fn texts(&mut self, paths: &[Path], root: &Node, says: fn(Text) -> Says) {
        for path in paths {
            path.way.follow(root, &mut |names, node| {
                for (line, text) in scalars(node) {
                    let text = self.clean(&text);
                    self.push(line, names, says(text));
                }
            });
        }
    }

    fn helpers(&mut self, paths: &[Path], root: &Node) {
        for path in paths {
            path.way.follow(root, &mut |names, node| {
                let words: Vec<String> = scalars(node).into_iter().map(|(_, text)| text).collect();
                if !words.is_empty() {
                    let runs = self.clean(&words.join(" "));
                    let setting = path.text.strip_suffix(".command").unwrap_or(&path.text);
                    let helper = Helper { setting: written(setting, names).into(), runs };
                    self.push(node.line, names, Says::Helper(helper));
                }
            });
        }
    }

    fn providers(&mut self, paths: &[Path], root: &Node) {
        for path in paths {
            path.way.follow(root, &mut |names, node| {
                for entry in node.entries() {
                    let options = entry.value.get("options");
                    let url = ADDRESSES.iter().find_map(|key| {
                        let value = entry.value.get(key).or_else(|| options?.get(key))?;
                        Some(self.clean(value.text()?))
                    });
                    let name = entry.key.as_str().into();
                    self.push(entry.line, names, Says::Provider { name, url });
                    self.secrets_of(names, &entry.value);
                }
            });
        }
    }

    /// Secrets among named values.
    fn secrets_of(&mut self, names: &[&str], values: &Node) {
        for entry in values.entries() {
            let value = entry.value.scalar();
            if let Some(secret) = value.and_then(|value| self.secret(&entry.key, &value)) {
                self.push(entry.value.line, names, Says::Secret(secret));
            }
        }
    }

    /// `name: kind` where the value called `name` is a secret, and not a reference to one.
    fn secret(&self, name: &str, value: &str) -> Option<Text> {
        let told = self.redact.text(value).or_else(|| self.redact.text(&format!("{name}={value}")));
        match told {
            Some(clean) => Some(format!("{name}: {}", secret_kind(&clean)).into()),
            None if sounds_secret(name) && is_literal(value) => {
                Some(format!("{name}: by its name").into())
            }
            None => None,
        }
    }
}

/// The kind of the first secret that was replaced in a text (`‹kind:hash›`).
fn secret_kind(clean: &str) -> &str {
    let kind = clean.split_once('‹').and_then(|(_, rest)| rest.split_once(':'));
    kind.map_or("secret", |(kind, _)| kind)
}

/// Keys under which settings give an address.
const ADDRESSES: &[&str] = &[
    "baseURL",
    "base_url",
    "baseUrl",
    "api_base",
    "apiBase",
    "url",
    "api",
    "endpoint",
    "api_url",
    "httpUrl",
    "serverUrl",
    "server_url",
    "uri",
];

/// Whether a value of this name is a secret, whatever it looks like.
fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let about = [
        "limit", "file", "name", "header", "endpoint", "url", "path", "count", "ttl", "type", "id",
    ];
    if about.iter().any(|end| name.ends_with(&format!("_{end}"))) {
        return false;
    }
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    any(&["token", "secret", "password", "passwd", "apikey", "authorization", "credential"])
        || (any(&["key"]) && any(&["api", "access", "private", "auth", "secret"]))
        || name.ends_with("apikey")
}

/// Whether a value is what it says, not a place for one or a reference to it.
fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let value = value.strip_prefix("Bearer ").unwrap_or(value);
    let reference = value.contains("${") || value.contains("{env:") || value.contains("{{");
    let looked_up = value.starts_with(['$', '<', '!', '/', '~', '@']) || value.contains("...");
    value.len() >= 8 && !reference && !looked_up && value.chars().any(|c| c.is_ascii_digit())
}

/// A way, with the names that `*` stood for.
fn written(way: &str, names: &[&str]) -> String {
    let mut names = names.iter();
    let mut told = String::new();
    for letter in way.replace("\\.", ".").chars() {
        match letter {
            '*' => told.push_str(names.next().unwrap_or(&"*")),
            letter => told.push(letter),
        }
    }
    told
}

/// The scalars of a value: itself, its items, or the names that are switched on.
fn scalars(node: &Node) -> Vec<(u32, String)> {
    if let Some(text) = node.scalar() {
        return if text.is_empty() { Vec::new() } else { vec![(node.line, text)] };
    }
    let items = node.items().iter().flat_map(|item| match item.entries() {
        [] => scalars(item),
        // A list of things with names.
        _ => NAMES.iter().find_map(|key| item.get(key)).map(scalars).unwrap_or_default(),
    });
    items.collect()
}

const NAMES: &[&str] = &["name", "path", "pattern", "id", "primary", "model", "url"];
