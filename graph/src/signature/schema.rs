//! The form of a signature file: what `rules/agents/*.yaml` says, before it is compiled.

use event::{AgentKind, Text};
use serde::{Deserialize, Serialize};

/// One file: a list of products.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    /// Helpers that many agents start for themselves: `own` conditions of every product.
    #[serde(default)]
    pub helpers: Vec<Condition>,
    /// Products, in any order; ids are unique over all files.
    #[serde(default)]
    pub agents: Vec<ProductRule>,
}

/// How one product is recognised, and which of its processes are what.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRule {
    /// Stable id (`codex-cli`).
    pub id: Text,
    /// Name for people.
    pub name: Text,
    /// What kind of program it is.
    pub kind: AgentKind,
    /// Who makes it.
    pub vendor: Text,
    /// How its start is known.
    pub source: Source,
    /// Alternatives: one that holds is enough.
    #[serde(rename = "match", default)]
    pub matches: Vec<Condition>,
    /// Vetoes: one that holds is enough.
    #[serde(default)]
    pub not_when: Vec<Condition>,
    /// What the product starts for itself and not at the model's wish: with its subtree no tool call.
    #[serde(default)]
    pub own: Vec<Condition>,
    /// Editors: processes below its own that are a person's (an interactive terminal).
    #[serde(default)]
    pub people: Vec<Condition>,
    /// Editors: the process that holds people's terminals, outside of the agent's tree.
    #[serde(default)]
    pub terminal_host: Vec<Condition>,
    /// Variables (`NAME` or `NAME=glob`) that the product sets in the commands it runs, and nobody
    /// else does: a process that carries one is a tool call of it, also where its parents are not.
    #[serde(default)]
    pub tool_env: Vec<Text>,
    /// Packages that hold the product's entry script. A script that matched by its path is refused
    /// when user space knows that it belongs to another package.
    #[serde(default)]
    pub packages: Vec<Text>,
    /// The path part behind this text in the program path is the version (`/claude/versions/`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_after: Option<Text>,
}

/// How a signature is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The product was installed and its starts were traced.
    Tested,
    /// Written from the product's documentation and sources.
    Documentation,
}

/// Facts about one exec. Every given field must hold; within a list one entry is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// Program path, as globs. The last part is literal unless the path before it says enough.
    pub exe: Vec<Text>,
    /// Last part of the program path. Never enough by itself.
    pub name: Vec<Text>,
    /// First argument as it was given: a program may go by several names.
    pub argv0: Vec<Text>,
    /// Family of the interpreter (`node`, `python`, `bun`, `deno`, `shell`). Never enough by itself.
    pub runs: Vec<Family>,
    /// Script that an interpreter runs, as globs over its path as given and as resolved.
    pub script: Vec<Text>,
    /// Module (`python -m`): the module or one inside it.
    pub module: Vec<Text>,
    /// Package that a package runner fetches and starts (`npx`, `bunx`, `pnpm dlx`, `uvx`, `pipx run`),
    /// without its version; globs.
    pub package: Vec<Text>,
    /// Module that the entry script imports; asked of user space.
    pub imports: Vec<Text>,
    /// Text inside the program file; asked of user space, so put a `name` beside it.
    pub binary_has: Vec<Text>,
    /// Command string of a shell (`sh -c`) or code of an interpreter (`-e`), as globs. A string with
    /// shell operators holds only for a glob that has operators too.
    pub code: Vec<Text>,
    /// Any argument after the program or script, as globs.
    pub argv: Vec<Text>,
    /// A second list of arguments, of which one must be there too.
    pub argv_too: Vec<Text>,
    /// The first argument after the program or script that is no option: the verb.
    pub verb: Vec<Text>,
    /// Variables, `NAME` or `NAME=glob`.
    pub env: Vec<Text>,
    /// Path of the parent's program, as globs.
    pub parent: Vec<Text>,
    /// Has a controlling terminal (true) or none (false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<bool>,
    /// Is a shell that waits for a person: no command string and no script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive_shell: Option<bool>,
}

/// Interpreters and shells that go by many file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// `node`, `nodejs`.
    Node,
    /// `python3.11`, `pypy3`.
    Python,
    /// `bun`.
    Bun,
    /// `deno`.
    Deno,
    /// `sh`, `bash`, `zsh`, `fish`.
    Shell,
    /// `java`.
    Java,
    /// `ruby`, `perl`, `php`, `lua`.
    Other,
}
