//! Agent signatures: which product a start is. Data (`rules/agents/*.yaml`) compiled once, asked by
//! attribution at every exec, never by process name alone.

mod compile;
mod condition;
mod embedded;
mod facts;
mod imports;
mod launch;
mod schema;

use std::sync::Arc;

use event::{Exec, ProcessId, Text, WatchPlan};
use rustc_hash::FxHashMap;

pub use compile::Diagnostic;
pub use condition::Start;
pub(crate) use condition::wild;
pub use embedded::{embedded, model_endpoints};
pub use facts::{Facts, NoFacts, Package};
pub use launch::{Launch, base_name, family};
pub use schema::{Condition, Family, ProductRule, SignatureFile, Source};

/// Index of a product in [`Signatures`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProductId(pub(crate) u32);

/// All signatures, compiled.
#[derive(Debug, Default)]
pub struct Signatures {
    products: Vec<Arc<ProductRule>>,
    /// Own processes of any product.
    helpers: Vec<Condition>,
    /// Alternatives that hold only for a program of this file name.
    by_name: FxHashMap<Text, Vec<(ProductId, usize)>>,
    /// Alternatives that hold only for an interpreter of this family.
    by_family: FxHashMap<Family, Vec<(ProductId, usize)>>,
    /// All other alternatives.
    general: Vec<(ProductId, usize)>,
    /// Products with variables that only their tools carry.
    with_tool_env: Vec<ProductId>,
    /// Products that hold people's terminals.
    with_terminals: Vec<ProductId>,
}

/// A start was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The product.
    pub product: ProductId,
    /// In words and facts, for people ("executable /usr/bin/codex").
    pub evidence: Text,
    /// It is a package runner that will fetch and start the product.
    pub launcher: bool,
    /// Version, where the package or the path told it.
    pub version: Option<Text>,
}

impl Signatures {
    /// Compiles files given as (name, text). What is wrong is left out and told; the rest works.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> (Self, Vec<Diagnostic>) {
        compile::parse(files)
    }

    /// The product behind an id.
    pub fn product(&self, id: ProductId) -> Option<&Arc<ProductRule>> {
        self.products.get(id.0 as usize)
    }

    /// All products, in the order of the files.
    pub fn products(&self) -> impl Iterator<Item = (ProductId, &Arc<ProductRule>)> {
        self.products.iter().enumerate().map(|(at, product)| (ProductId(at as u32), product))
    }

    /// The product that `exec` starts, if any. `parent_exe` is the program of its parent.
    pub fn recognise(
        &self,
        process: ProcessId,
        exec: &Exec,
        parent_exe: &str,
        facts: &dyn Facts,
    ) -> Option<Recognised> {
        let (name, _) = launch::program(exec);
        let named = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        let family = family(name).and_then(|family| self.by_family.get(&family));
        let family = family.map(Vec::as_slice).unwrap_or_default();
        if named.is_empty() && family.is_empty() && self.general.is_empty() {
            return None;
        }
        let start = Start::new(process, exec, parent_exe);
        let mut refused = Vec::new();
        [named, family, &self.general]
            .into_iter()
            .flatten()
            .find_map(|&(id, at)| self.alternative(id, at, &start, facts, &mut refused))
    }

    fn alternative(
        &self,
        id: ProductId,
        at: usize,
        start: &Start<'_>,
        facts: &dyn Facts,
        refused: &mut Vec<ProductId>,
    ) -> Option<Recognised> {
        let product = self.product(id)?;
        let condition = product.matches.get(at)?;
        if refused.contains(&id) || !condition.holds(start, facts) {
            return None;
        }
        let package = package_of(condition, start, facts);
        let foreign = !product.packages.is_empty()
            && package.as_ref().is_some_and(|p| !product.packages.contains(&p.name));
        if foreign || product.not_when.iter().any(|veto| veto.holds(start, facts)) {
            refused.push(id);
            return None;
        }
        let version = package
            .filter(|package| product.packages.contains(&package.name))
            .and_then(|package| package.version)
            .or_else(|| version_in_path(product, start));
        Some(Recognised {
            product: id,
            evidence: condition.evidence(start).into(),
            launcher: !condition.package.is_empty(),
            version,
        })
    }

    /// The product whose tools alone carry a variable that `exec` carries.
    pub fn tool_of(&self, process: ProcessId, exec: &Exec) -> Option<(ProductId, &Text)> {
        if exec.env.is_empty() {
            return None;
        }
        let start = Start::new(process, exec, "");
        self.first_tool(|asked| condition::variable_seen(asked, &start))
    }

    /// As [`Signatures::tool_of`], asking user space where the event holds no variables.
    pub fn tool_of_terminal(
        &self,
        process: ProcessId,
        exec: &Exec,
        facts: &dyn Facts,
    ) -> Option<(ProductId, &Text)> {
        let start = Start::new(process, exec, "");
        self.first_tool(|asked| condition::variable_holds(asked, &start, facts))
    }

    fn first_tool(&self, holds: impl Fn(&str) -> bool) -> Option<(ProductId, &Text)> {
        self.with_tool_env.iter().find_map(|&id| {
            let product = self.product(id)?;
            product.tool_env.iter().find(|asked| holds(asked)).map(|asked| (id, asked))
        })
    }

    /// A process below the product's own that is its own too.
    pub fn is_own(&self, id: ProductId, start: &Start<'_>, facts: &dyn Facts) -> bool {
        let own = self.product(id).map(|p| p.own.as_slice()).unwrap_or_default();
        own.iter().chain(&self.helpers).any(|own| own.holds(start, facts))
    }

    /// A process below an editor's own that is a person's.
    pub fn is_a_persons(&self, id: ProductId, start: &Start<'_>, facts: &dyn Facts) -> bool {
        self.product(id).is_some_and(|p| p.people.iter().any(|own| own.holds(start, facts)))
    }

    /// The process that holds an editor's terminals.
    pub fn is_terminal_host(&self, start: &Start<'_>, facts: &dyn Facts) -> bool {
        let hosts = self.with_terminals.iter().filter_map(|id| self.product(*id));
        hosts.flat_map(|p| &p.terminal_host).any(|host| host.holds(start, facts))
    }

    /// What the sensor has to look for in the kernel.
    pub fn watch_plan(&self) -> WatchPlan {
        compile::watch_plan(self)
    }
}

fn package_of(condition: &Condition, start: &Start<'_>, facts: &dyn Facts) -> Option<Package> {
    if condition.script.is_empty() {
        return None;
    }
    facts.package(start.process, &start.script_path()?)
}

fn version_in_path(product: &ProductRule, start: &Start<'_>) -> Option<Text> {
    let (_, behind) = start.exec.exe.path.split_once(&**product.version_after.as_ref()?)?;
    let version = behind.split('/').next()?;
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.into())
}
