//! Starts a program inside a plan: it sees, changes and reaches what the plan says, and what it starts does, too.
//!
//! ```text
//! launcher ── clone ──▶ init (accounts, view, network) ── fork ──▶ rights ─▶ Landlock ─▶ calls ─▶ tries ─▶ program
//!    ▲  ◀── doors, ready ── packets ── go, variables ──▶                                                      │
//!    └───────────── its code ◀──────────── takes what ends ◀───────────────────────────────────────────────────┘
//! ```
//!
//! Two ways: namespaces with Landlock and seccomp above them, and where a host refuses namespaces, Landlock and
//! seccomp alone, where the first process is asked about what they cannot say (`asked`). Which one it is, and what it lacks, is in the [`Report`]; there is no third one.

mod alone;
mod asked;
mod devices;
mod forbidden;
mod given_up;
mod init;
mod inside;
mod mounts;
mod outside;
mod places;
mod process;
mod rooms;
mod settled;
mod siblings;
mod sockets;
mod talk;
mod tried;
mod view;

use std::ffi::OsString;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;

use event::SandboxPlan;

pub use outside::{Ended, Ready, Running};

/// A program to be started inside a plan.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The plan.
    pub plan: SandboxPlan,
    /// The program and its arguments.
    pub program: Vec<OsString>,
    /// Where it starts.
    pub folder: PathBuf,
    /// What is laid over the workspace.
    pub layer: Option<Layer>,
    /// Files that may not be changed and that the program cannot do without writing: it gets a copy of its own, which
    /// goes with it. Where there are no namespaces they stay as the plan has them.
    pub copied: Vec<PathBuf>,
    /// What is seen in place of what the plan hides. Where there are no namespaces it stays hidden.
    pub instead: Vec<Instead>,
    /// The way; none: the first that works here.
    pub way: Option<Way>,
    /// What happens where a way cannot hold all of the plan.
    pub lacking: Lacking,
}

/// A file or folder of the launcher's own, to be read, at a place where the host has something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// The place, without links; something is there.
    pub at: PathBuf,
    /// What is seen there.
    pub shown: PathBuf,
}

/// Folders that take the changes of a workspace, on one file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What is changed.
    pub upper: PathBuf,
    /// What the kernel needs beside it.
    pub work: PathBuf,
}

/// How a launch is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Files, processes and a network of its own; Landlock and seccomp above.
    Namespaces,
    /// Landlock and seccomp alone.
    Landlock,
}

impl Way {
    /// From the strongest.
    pub const ALL: [Self; 2] = [Self::Namespaces, Self::Landlock];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::Landlock => "landlock",
        }
    }
}

/// What happens where a way cannot hold all of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lacking {
    /// It is no way.
    #[default]
    Refuse,
    /// It is told in the report.
    Tell,
}

/// How a launch is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The way.
    pub way: Way,
    /// The version of Landlock; 0: none.
    pub landlock: i32,
    /// What of the plan is not held, or only in part.
    pub lacking: Vec<String>,
    /// Why a stronger way was not taken.
    pub instead_of: Vec<String>,
}

/// Sockets that lead out of a launch: opened inside, to be served from outside.
#[derive(Debug)]
pub struct Doors {
    /// Requests of clients that know a proxy.
    pub proxy: TcpListener,
    /// Questions for names, at port 53; none where the host's network is shared.
    pub names: Option<(UdpSocket, TcpListener)>,
    /// Connections to addresses that stand for names, of clients that know no proxy; where the network is the launch's own.
    pub plain: Vec<TcpListener>,
}

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Others would be copied in the middle of something.
    #[error("{0} threads run already")]
    Threads(usize),
    /// No way works here.
    #[error(
        "this host gives no way to hold what the plan asks for: {0}\nhint: `chaperone doctor` says what is missing; in a container allow user namespaces, or take a kernel with Landlock"
    )]
    Unavailable(String),
    /// The plan cannot be followed.
    #[error("{0}")]
    Plan(String),
    /// It broke off.
    #[error("the sandbox could not be set up: {0}")]
    Failed(String),
    /// What was denied is not denied.
    #[error(
        "{0}, though the plan denies it; nothing was started\nhint: please report this, with `chaperone doctor --json`"
    )]
    NotHeld(String),
    /// The system refused something that every host allows.
    #[error("the sandbox could not be set up: {0}")]
    System(#[from] io::Error),
}
