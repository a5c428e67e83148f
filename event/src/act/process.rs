//! Processes: starts, forks, ends, acts of one upon another, changed rights.

use serde::{Deserialize, Serialize};

use super::FileRef;
use crate::{ProcessId, SessionId, Text, Unhashed};

/// A new process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forked {
    /// The new process. The acting process is its parent, also where the child is reparented later.
    pub child: ProcessId,
}

/// A program starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exec {
    /// The parent at the time.
    pub parent: ProcessId,
    /// The program that runs: for a script, its interpreter.
    pub exe: FileRef,
    /// The script, where an interpreter was chosen by its first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Text>,
    /// Arguments, the program's name first. Secrets are replaced.
    pub argv: Vec<Text>,
    /// Working directory.
    pub cwd: Text,
    /// The few variables that signatures ask for, `NAME=value`. Secrets are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<Text>,
    /// Real and effective ids.
    pub user: User,
    /// Controlling terminal as device number; 0 is none.
    #[serde(default)]
    pub tty: u32,
    /// Where it runs, if not on the host itself.
    #[serde(default)]
    pub place: Place,
    /// sha256 of the program file, where it is known at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Text>,
    /// Why there is no hash, where one was asked for: at the starts of agents and their commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unhashed: Option<Unhashed>,
    /// What standard input is, where attribution asked: for shells and interpreters of agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<Stdin>,
    /// The program file has no name any more, or never had one (memfd, deleted).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// The program runs with more rights than its caller (set-user-id, file capabilities).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elevated: bool,
}

impl Exec {
    /// Arguments joined by a space: what rules call `CommandLine`.
    pub fn command_line(&self) -> String {
        let mut line = String::with_capacity(self.argv.iter().map(|a| a.len() + 1).sum());
        for (index, argument) in self.argv.iter().enumerate() {
            if index > 0 {
                line.push(' ');
            }
            line.push_str(argument);
        }
        line
    }
}

/// What standard input of a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stdin {
    /// A terminal.
    Terminal,
    /// A pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A file.
    File,
    /// Nothing: closed, or `/dev/null`.
    Nothing,
}

impl Stdin {
    /// In one word, as rules and exports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::File => "file",
            Self::Nothing => "nothing",
        }
    }
}

/// Account of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct User {
    /// Real user id.
    pub uid: u32,
    /// Real group id.
    pub gid: u32,
    /// Effective user id.
    pub euid: u32,
    /// Account name of `uid`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

/// Container and namespaces of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Container id, where the control group names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<Text>,
    /// Control group (v2) id.
    #[serde(default)]
    pub cgroup: u64,
    /// Mount namespace.
    #[serde(default)]
    pub mnt_ns: u32,
    /// Pid namespace.
    #[serde(default)]
    pub pid_ns: u32,
}

/// A process ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit status, if it ended by itself.
    pub code: i32,
    /// Signal that ended it; 0 is none.
    pub signal: u8,
    /// Life time.
    pub duration_ns: u64,
    /// User and system time of all threads.
    pub cpu_ns: u64,
    /// Most memory it ever held.
    pub max_rss_kib: u64,
}

/// An act upon another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toward {
    /// The other process.
    pub target: ProcessId,
    /// Signal number, or ptrace request.
    pub what: i32,
    /// Who that is, as attribution knows it; a source leaves it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<Box<Whom>>,
}

impl Toward {
    /// An act upon `target`, of which nothing else is known.
    pub fn new(target: ProcessId, what: i32) -> Self {
        Self { target, what, whom: None }
    }
}

/// The process that an act was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whom {
    /// What it is to the one who acted.
    pub relation: Relation,
    /// Its program path; empty where only the relation is known.
    #[serde(default)]
    pub exe: Text,
    /// Its arguments joined by a space.
    #[serde(default)]
    pub command_line: Text,
    /// Its account.
    #[serde(default)]
    pub user: User,
    /// Product id of the agent it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Text>,
    /// The session it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// What the target of an act is to the one who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The process itself, or its own process group.
    Own,
    /// A process of the same session, or of one that this session started.
    Session,
    /// A command of another session.
    OtherSession,
    /// The agent of another session itself.
    OtherAgent,
    /// A process of no agent: a person's or the system's.
    Nobody,
    /// Chaperone.
    Chaperone,
    /// Every process that may be reached (`kill -1`).
    Everybody,
}

impl Relation {
    /// In one word, as rules and exports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Session => "session",
            Self::OtherSession => "other_session",
            Self::OtherAgent => "other_agent",
            Self::Nobody => "nobody",
            Self::Chaperone => "chaperone",
            Self::Everybody => "everybody",
        }
    }
}

/// Rights of a process changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialChange {
    /// Before.
    pub from: User,
    /// After.
    pub to: User,
    /// Effective capabilities before and after, as bit sets.
    #[serde(default)]
    pub capabilities: (u64, u64),
}
