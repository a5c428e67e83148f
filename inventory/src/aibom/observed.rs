//! What an agent was seen to use, and how that differs from what it is told to use.

use std::collections::BTreeSet;

use event::Text;
use serde::{Deserialize, Serialize};

/// What an agent really used, by name; whoever has the record fills it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Observed {
    /// Models that answered.
    pub models: BTreeSet<Text>,
    /// Servers of tools that ran or were called.
    pub servers: BTreeSet<Text>,
    /// Tools that were called.
    pub tools: BTreeSet<Text>,
    /// Files outside the project that were read or written.
    pub files: BTreeSet<Text>,
    /// Hosts that were spoken to.
    pub hosts: BTreeSet<Text>,
    /// Kinds of secrets that were read.
    pub secrets: BTreeSet<Text>,
}

impl Observed {
    /// Every kind with its word.
    pub fn kinds(&self) -> [(&'static str, &BTreeSet<Text>); 6] {
        [
            ("model", &self.models),
            ("server", &self.servers),
            ("tool", &self.tools),
            ("file", &self.files),
            ("host", &self.hosts),
            ("secret", &self.secrets),
        ]
    }
}

/// Where the two differ, of one kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Declared, and never used.
    pub unused: Vec<Text>,
    /// Used, and never declared.
    pub undeclared: Vec<Text>,
}

/// Compares names; what is declared with `*` in it stands for all that fit.
pub fn compare(declared: &BTreeSet<Text>, used: &BTreeSet<Text>) -> Difference {
    let same = |declared: &str, used: &str| {
        declared == used
            || (declared.contains('*') && fast_glob::glob_match(declared, used))
            || used.strip_prefix(declared).is_some_and(|rest| rest.starts_with('/'))
    };
    let no_use = |name: &&Text| !used.iter().any(|one| same(name, one));
    let no_word = |name: &&Text| !declared.iter().any(|one| same(one, name));
    Difference {
        unused: declared.iter().filter(no_use).cloned().collect(),
        undeclared: used.iter().filter(no_word).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_and_what_is_used_are_compared_by_name() {
        let check = |declared: &[&str], used: &[&str], unused: &[&str], undeclared: &[&str]| {
            let set = |names: &[&str]| names.iter().map(|name| Text::from(*name)).collect();
            let told = compare(&set(declared), &set(used));
            let plain =
                |names: &[Text]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
            assert_eq!(
                (plain(&told.unused), plain(&told.undeclared)),
                (
                    unused.iter().map(ToString::to_string).collect(),
                    undeclared.iter().map(ToString::to_string).collect()
                )
            );
        };
        check(&["a", "b"], &["b", "c"], &["a"], &["c"]);
        check(&["mcp__git__*"], &["mcp__git__push", "Bash"], &[], &["Bash"]);
        check(&["/srv/data"], &["/srv/data/x", "/srv/database"], &[], &["/srv/database"]);
        check(&[], &[], &[], &[]);
    }
}
