//! How an agent is launched: what of the files is there for it and how, and how it reaches the network. Made from a
//! profile, carried out by `sandbox`.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The plan of one launch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxPlan {
    /// The profile that it was made from.
    pub profile: Text,
    /// The folder that the agent works on.
    pub workspace: Text,
    /// What may be done where; of grants that mean one file the narrowest counts. What no grant means is not there.
    pub grants: Vec<Grant>,
    /// How it reaches the network.
    pub network: Reach,
    /// Whether what it changes in the workspace goes to a layer first.
    pub staging: Staging,
}

/// What may be done with a file, or with a folder and everything below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Absolute, without links.
    pub path: Text,
    /// What.
    pub access: FileAccess,
    /// The policy it comes of, for people.
    #[serde(default)]
    pub because: Text,
}

/// What may be done. Ordered: the later one includes the earlier.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum FileAccess {
    /// It is not there.
    #[default]
    Hidden,
    /// Looked at, read.
    Read,
    /// Read, and run.
    Run,
    /// Everything: made, changed, removed, run.
    Change,
}

/// How a launched agent reaches the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Not at all.
    #[default]
    Nothing,
    /// Through Chaperone's proxy alone.
    Proxy,
    /// As any program.
    Everything,
}

/// Where changes of the workspace go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staging {
    /// Into the workspace.
    #[default]
    Direct,
    /// Into a layer over it, until somebody accepts them.
    Layer,
}

impl SandboxPlan {
    /// What may be done with the file of this path, and why.
    pub fn access(&self, path: &str) -> (FileAccess, &str) {
        let means = |grant: &&Grant| {
            let folder = grant.path.trim_end_matches('/');
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let narrowest = self.grants.iter().filter(means).max_by_key(|grant| grant.path.len());
        narrowest.map_or((FileAccess::Hidden, ""), |grant| (grant.access, &grant.because))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_grant_counts() {
        let grant = |path: &str, access| Grant { path: path.into(), access, because: "".into() };
        let plan = SandboxPlan {
            grants: vec![
                grant("/", FileAccess::Read),
                grant("/home/a/.ssh", FileAccess::Hidden),
                grant("/home/a/shop", FileAccess::Change),
                grant("/home/a/shop/.git/hooks", FileAccess::Read),
            ],
            ..SandboxPlan::default()
        };
        let check = |path: &str, expect| assert_eq!(plan.access(path).0, expect, "{path}");
        check("/etc/hosts", FileAccess::Read);
        check("/home/a/.ssh/id_rsa", FileAccess::Hidden);
        check("/home/a/.sshx", FileAccess::Read);
        check("/home/a/shop/x", FileAccess::Change);
        check("/home/a/shop/.git/hooks/pre-commit", FileAccess::Read);
        let none = SandboxPlan::default();
        assert_eq!(none.access("/etc/hosts").0, FileAccess::Hidden);
    }
}
