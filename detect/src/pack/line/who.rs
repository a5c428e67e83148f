//! Who acts in a line: the process, its ancestors, its agent. Ids follow from the names, so that
//! equal names in two lines are the same process, session or tool call.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;

use event::{Actor, AgentId, Basis, Process, ProcessId, SessionId, Text, ToolCallId, User, Whom};

use super::{Line, Tool};
use crate::pack::shell::split;

impl Line {
    /// The acting process with its ancestors.
    pub fn process(&self) -> Arc<Process> {
        let mut above: Option<Arc<Process>> = None;
        for command in self.parents.iter().rev() {
            let argv = split(command);
            let exe = argv.first().map(|word| path_of(word)).unwrap_or_default();
            above = Some(Arc::new(self.member(None, exe, &argv, above)));
        }
        Arc::new(self.member(self.pid, self.exe(), &self.arguments(), above))
    }

    fn member(
        &self,
        pid: Option<u32>,
        exe: String,
        argv: &[String],
        parent: Option<Arc<Process>>,
    ) -> Process {
        let command_line = argv.join(" ");
        Process {
            id: match pid {
                Some(pid) => ProcessId { start_ns: u64::from(pid), pid },
                None => id_of(&(self.session(), &exe, &command_line)),
            },
            exe: exe.into(),
            command_line: command_line.into(),
            cwd: self.directory().into(),
            user: self.account(),
            parent,
        }
    }

    /// The program.
    pub fn exe(&self) -> String {
        let word = || self.words().first().cloned();
        let word = self.exe.clone().or_else(word).unwrap_or_else(|| "/usr/bin/true".into());
        path_of(&word)
    }

    /// The arguments, the program's name first.
    pub fn arguments(&self) -> Vec<String> {
        let words = self.words();
        if !words.is_empty() {
            return words;
        }
        vec![self.exe().rsplit('/').next().unwrap_or_default().to_owned()]
    }

    fn words(&self) -> Vec<String> {
        match (&self.argv, &self.cmd) {
            (Some(argv), _) => argv.clone(),
            (None, Some(command)) => split(command),
            (None, None) => Vec::new(),
        }
    }

    /// The working directory.
    pub fn directory(&self) -> String {
        let default = if self.workspace.is_empty() { "/home/alice" } else { &self.workspace };
        self.cwd.clone().unwrap_or_else(|| default.to_owned())
    }

    /// The account.
    pub fn account(&self) -> User {
        let root = self.user.as_deref() == Some("root");
        let uid = self.uid.unwrap_or(if root { 0 } else { 1000 });
        let name = match &self.user {
            Some(name) => Some(Text::from(name.as_str())),
            None if uid == 0 => Some("root".into()),
            None => Some("alice".into()),
        };
        User { uid, gid: self.gid.unwrap_or(uid), euid: self.euid.unwrap_or(uid), name }
    }

    /// The target of a signal or ptrace, where the line says what it is.
    pub fn whom(&self) -> Option<Box<Whom>> {
        let root = self.target_user.as_deref() == Some("root");
        let uid = if root { 0 } else { 1000 };
        let name = self.target_user.as_deref().unwrap_or("alice");
        Some(Box::new(Whom {
            relation: self.target_is?,
            exe: self.target_exe.as_str().into(),
            command_line: self.target_cmd.as_str().into(),
            user: User { uid, gid: uid, euid: uid, name: Some(name.into()) },
            agent: self.target_agent.as_deref().map(Text::from),
            session: None,
        }))
    }

    fn session(&self) -> &str {
        self.session.as_deref().unwrap_or("s1")
    }

    /// The agent, session and tool call.
    pub fn actor(&self) -> Option<Arc<Actor>> {
        let product = self.agent.as_deref()?;
        let owner = self.account().name.unwrap_or_default();
        let agent = AgentId::derive("test-host", product, &owner);
        let session = SessionId::derive(agent, "boot", id_of(&self.session()));
        let tool = match &self.tool {
            Tool::Name(name) => Some(name.as_str()),
            Tool::Flag(true) => Some("t1"),
            Tool::Flag(false) => None,
        };
        Some(Arc::new(Actor {
            agent,
            product: product.into(),
            kind: self.kind,
            session,
            workspace: self.workspace.as_str().into(),
            tool_call: tool.map(|name| ToolCallId::derive(session, id_of(&name))),
            tool_root: tool.map(|_| self.tool_root()),
            basis: self.basis.unwrap_or(Basis::Lineage),
        }))
    }

    /// The process below the agent, which is the last of the parents.
    fn tool_root(&self) -> ProcessId {
        let process = self.process();
        let below = self.parents.len().saturating_sub(1);
        process.lineage().nth(below).map_or(process.id, |root| root.id)
    }

    /// The parent.
    pub fn parent_id(&self) -> ProcessId {
        self.process().parent.as_ref().map_or_else(ProcessId::default, |parent| parent.id)
    }
}

fn path_of(word: &str) -> String {
    if word.contains('/') { word.to_owned() } else { format!("/usr/bin/{word}") }
}

fn id_of(what: &impl Hash) -> ProcessId {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(what);
    let pid = 1_000 + u32::try_from(hash % 4_000_000).unwrap_or(0);
    ProcessId { start_ns: hash >> 16, pid }
}
