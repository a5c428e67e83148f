//! What an account of a host can touch beyond the files of its agents: ways to more rights, repositories, sockets.

use serde::{Deserialize, Serialize};

use crate::{Evidence, Exposure, Role, Text};

/// An account that has agents, and the ways from it to more than its own files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub uid: u32,
    /// Groups it is a member of.
    pub groups: Vec<Text>,
    /// Ways to more.
    pub doors: Vec<Door>,
}

/// A way from an account to more than its own files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Where it leads.
    pub to: Leads,
    /// What stands there (`Docker`, `sudo`, `Google Cloud`).
    pub name: Text,
    /// Why the account may go through it.
    pub why: Text,
    /// Only with the account's password, which an agent does not have unless somebody tells it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub password: bool,
    /// Where that is seen.
    #[serde(flatten)]
    pub at: Evidence,
}

/// Where a door leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leads {
    /// To all of the host, as root.
    Root,
    /// To some commands as root, or to all as somebody else.
    Commands,
    /// To an engine that starts containers.
    Engine,
    /// To what a cloud tells its machines: tokens of the machine.
    Metadata,
}

/// A repository with its remotes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// Where it pulls from and pushes to.
    pub remotes: Vec<Remote>,
}

/// One remote of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// Its name (`origin`).
    pub name: Text,
    /// Its address without who logs in (`https://example.com/shop/api`).
    pub url: Text,
    /// A password or token stands in the address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub login: bool,
    /// Line of its address.
    pub line: u32,
}

/// A program of the world of agents that listens now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Its program, by the id in the tables.
    pub program: Text,
    /// What it is.
    pub role: Role,
    /// Where it listens.
    pub address: Text,
    /// Who can reach it.
    pub exposure: Exposure,
}

/// What a setting keeps a product from, by more than asking it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confine {
    /// What is kept from its commands.
    pub holds: Vec<Touch>,
    /// What is given back to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Touch>,
    /// The setting, as it is written.
    pub setting: Text,
    /// What it means, in words.
    pub means: Text,
    /// Where.
    #[serde(flatten)]
    pub at: Evidence,
}

/// How something is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// Files beyond the project are read.
    Read,
    /// Files beyond the project are written.
    Write,
    /// The network is used.
    Network,
    /// More rights are taken: sudo, engines of containers.
    Rise,
}
