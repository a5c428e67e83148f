//! What only user space can read about a start: package files, links, imports, program text.
//! This room is pure, so it asks; `sensor` or `cli` answers from the running host, a replay does not.

use event::{AgentId, FileRef, ProcessId, Stdin, Text, Unhashed, User};

use crate::origin::{Claims, TokenPlace};

/// A package of npm, PyPI or another registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Name as the registry knows it (`@openai/codex`).
    pub name: Text,
    /// Version, where the package file tells it.
    pub version: Option<Text>,
}

/// Answers about files as `process` sees them (its mount namespace). Each is asked only for
/// programs that a signature has in view, at their exec; answers should be cached. "Unknown" is
/// always a fair answer: a signature then stands on the exec alone.
pub trait Facts: Send + Sync {
    /// The path behind all symbolic links.
    fn real_path(&self, _process: ProcessId, _path: &str) -> Option<Text> {
        None
    }
    /// The package that a script or program belongs to: the nearest `package.json` above it, or the
    /// distribution whose entry point it is.
    fn package(&self, _process: ProcessId, _path: &str) -> Option<Package> {
        None
    }
    /// The text of a script, at least its first 64 KiB: imports are read from it, once per start.
    fn script_text(&self, _process: ProcessId, _script: &str) -> Option<Text> {
        None
    }
    /// True if the entry script imports the module (`langgraph`, `@openai/agents`). Asked once for
    /// each module, and only where [`Facts::script_text`] knows nothing.
    fn imports(&self, _process: ProcessId, _script: &str, _module: &str) -> bool {
        false
    }
    /// True if the program file contains the text.
    fn mentions(&self, _process: ProcessId, _exe: &str, _text: &str) -> bool {
        false
    }
    /// True if the process is Chaperone's own.
    fn is_chaperone(&self, _process: ProcessId) -> bool {
        false
    }
    /// sha256 of the program that the process runs, or why it is not known; `agent` is whose own
    /// program it is. Must not wait: the answer may be "not yet" and come for the next start.
    fn sha256(
        &self,
        _process: ProcessId,
        _program: &FileRef,
        _agent: Option<AgentId>,
    ) -> Option<Result<Text, Unhashed>> {
        None
    }
    /// What standard input of the process is; asked at the start of an agent's shells and
    /// interpreters.
    fn stdin(&self, _process: ProcessId) -> Option<Stdin> {
        None
    }
    /// A variable in the environment of the process, for the few that the exec event could not hold.
    fn variable(&self, _process: ProcessId, _name: &str) -> Option<Text> {
        None
    }
    /// The variables of these names in its environment; of those in `set` only that they are set.
    /// This and what follows is asked once, when a session begins.
    fn variables(&self, _process: ProcessId, _names: &[&str], _set: &[&str]) -> Vec<(Text, Text)> {
        Vec::new()
    }
    /// Who logged in, as the kernel remembers it for the process (its audit login id).
    fn login(&self, _process: ProcessId) -> Option<User> {
        None
    }
    /// Path of its control group.
    fn control_group(&self, _process: ProcessId) -> Option<Text> {
        None
    }
    /// The other end of the connection that an ssh server of the superuser serves.
    fn ssh_peer(&self, _server: ProcessId) -> Option<Text> {
        None
    }
    /// True if a person said that the agent is not to be used any more.
    fn is_retired(&self, _agent: AgentId) -> bool {
        false
    }
    /// What a token says that the process, of this account, could read itself; or why not.
    fn claims(
        &self,
        _process: ProcessId,
        _user: &User,
        _at: TokenPlace<'_>,
    ) -> Result<Claims, Text> {
        Err("nobody looked".into())
    }
}

/// Knows nothing: replay and tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Facts for NoFacts {}
