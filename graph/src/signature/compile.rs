//! From signature files to the compiled index, and to the plan for the kernel. A file that is wrong
//! is left out with a diagnostic; a product that is wrong likewise; the rest works.

use std::sync::Arc;

use content::yaml::{self, YamlError};
use event::{Text, WatchPlan};
use rustc_hash::FxHashSet;

use super::schema::{Condition, Family, ProductRule, SignatureFile};
use super::{ProductId, Signatures};

/// Something wrong in a signature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the file as it was given.
    pub file: Text,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}\nhint: {}", self.file, self.line, self.message, self.hint)
    }
}

pub(super) fn parse<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (Signatures, Vec<Diagnostic>) {
    let mut signatures = Signatures::default();
    let mut diagnostics = Vec::new();
    for (name, text) in files {
        match yaml::parse::<SignatureFile>(text) {
            Ok(file) => {
                signatures.helpers.extend(file.helpers);
                for product in file.agents {
                    match wrong_with(&product, &signatures) {
                        None => add(&mut signatures, product),
                        Some((message, hint)) => diagnostics.push(Diagnostic {
                            file: name.into(),
                            line: line_of(text, &product.id),
                            message,
                            hint,
                        }),
                    }
                }
            }
            Err(YamlError { line, message, hint, .. }) => {
                diagnostics.push(Diagnostic { file: name.into(), line, message, hint });
            }
        }
    }
    (signatures, diagnostics)
}

fn line_of(text: &str, id: &str) -> u32 {
    let at = text.lines().position(|line| {
        line.trim_start_matches([' ', '-']).strip_prefix("id:").is_some_and(|it| it.trim() == id)
    });
    at.map_or(1, |at| at as u32 + 1)
}

fn wrong_with(product: &ProductRule, known: &Signatures) -> Option<(String, String)> {
    if known.products.iter().any(|other| other.id == product.id) {
        return Some((
            format!("signature `{}` is there twice", product.id),
            "give one of them another id".into(),
        ));
    }
    if product.matches.is_empty() && product.tool_env.is_empty() {
        return Some((
            format!("signature `{}` can never match", product.id),
            "give it an entry under `match` or `tool_env`".into(),
        ));
    }
    product.matches.iter().position(|condition| condition.weight() < 2).map(|at| {
        (
            format!(
                "signature `{}` would match by name alone (entry {} of `match`)",
                product.id,
                at + 1
            ),
            "add a second fact: a directory, script, package, module, verb or variable".into(),
        )
    })
}

fn add(signatures: &mut Signatures, product: ProductRule) {
    let id = ProductId(signatures.products.len() as u32);
    for (at, condition) in product.matches.iter().enumerate() {
        match key_of(condition) {
            Key::Names(names) => {
                for name in names {
                    signatures.by_name.entry(name).or_default().push((id, at));
                }
            }
            Key::Families(families) => {
                for family in families {
                    signatures.by_family.entry(family).or_default().push((id, at));
                }
            }
            Key::General => signatures.general.push((id, at)),
        }
    }
    if !product.tool_env.is_empty() {
        signatures.with_tool_env.push(id);
    }
    if !product.terminal_host.is_empty() {
        signatures.with_terminals.push(id);
    }
    signatures.products.push(Arc::new(product));
}

/// What a program must at least be for a condition to hold.
enum Key {
    Names(FxHashSet<Text>),
    Families(Vec<Family>),
    General,
}

fn key_of(condition: &Condition) -> Key {
    if !condition.name.is_empty() {
        return Key::Names(condition.name.iter().cloned().collect());
    }
    if let Some(names) = literal_names(&condition.exe) {
        return Key::Names(names);
    }
    if !condition.runs.is_empty() {
        return Key::Families(condition.runs.clone());
    }
    if !condition.module.is_empty() {
        return Key::Families(vec![Family::Python]);
    }
    if !condition.script.is_empty() || !condition.imports.is_empty() {
        return Key::Families(vec![Family::Node, Family::Python, Family::Bun, Family::Deno]);
    }
    Key::General
}

/// Last parts of all globs, if each is literal.
fn literal_names(globs: &[Text]) -> Option<FxHashSet<Text>> {
    let names = globs.iter().map(|glob| {
        let name = super::base_name(glob);
        (!name.contains(['*', '?', '[', '{'])).then(|| name.into())
    });
    if globs.is_empty() { None } else { names.collect() }
}

/// File names under which an interpreter is found on Linux hosts.
fn names_of(family: Family) -> Vec<Text> {
    let plain = |names: &[&str]| names.iter().map(|name| Text::from(*name)).collect();
    match family {
        Family::Node => plain(&["node", "nodejs", "node-18", "node-20", "node-22", "node-24"]),
        Family::Bun => plain(&["bun"]),
        Family::Deno => plain(&["deno"]),
        Family::Python => ["python", "python3", "pypy3"]
            .into_iter()
            .map(Text::from)
            .chain((7..=15).map(|minor| format!("python3.{minor}").into()))
            .collect(),
        // Shells, Java and the rest start too often and too seldom as an agent to be labelled at
        // exec; an agent in one is recognised from the plain exec event and adopted.
        Family::Shell | Family::Java | Family::Other => Vec::new(),
    }
}

/// Programs that fetch and start packages: candidates whenever a signature names a package.
const RUNNERS: &[&str] = &["uvx", "uv", "bunx", super::launch::ENV];

/// The kernel reads so many bytes of a file name; a longer candidate is compared as far as that.
const NAME_BYTES: usize = 31;

fn as_the_kernel_reads(name: &Text) -> Text {
    name.get(..NAME_BYTES).map_or_else(|| name.clone(), Text::from)
}

/// Kept for rules, whatever the signatures ask: with these, other code runs than the program's.
const FOR_RULES: [&str; 2] = ["LD_AUDIT", "LD_PRELOAD"];

pub(super) fn watch_plan(signatures: &Signatures) -> WatchPlan {
    let mut candidates: Vec<Text> = signatures.by_name.keys().map(as_the_kernel_reads).collect();
    candidates.extend(signatures.by_family.keys().flat_map(|family| names_of(*family)));
    let conditions = || {
        signatures.products.iter().flat_map(|p| {
            [&p.matches, &p.not_when, &p.own, &p.people, &p.terminal_host].into_iter().flatten()
        })
    };
    if conditions().any(|condition| !condition.package.is_empty()) {
        candidates.extend(RUNNERS.iter().map(|name| Text::from(*name)));
        candidates.extend(names_of(Family::Node));
    }
    let asked = conditions().flat_map(|condition| &condition.env);
    let tools = signatures.products.iter().flat_map(|product| &product.tool_env);
    let mut variables: Vec<Text> =
        asked.chain(tools).map(|ask| ask.split('=').next().unwrap_or(ask).into()).collect();
    variables.extend(FOR_RULES.map(Text::from));
    for list in [&mut candidates, &mut variables] {
        list.sort_unstable();
        list.dedup();
    }
    WatchPlan { candidates, variables, endpoints: Vec::new() }
}
