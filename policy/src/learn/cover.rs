//! From many paths to few folders.

use std::collections::BTreeMap;

/// What stands for some of the paths.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// This path.
    One(String),
    /// What is directly in this folder.
    In(String),
    /// What is anywhere in this folder.
    Below(String),
}

/// So many side by side are a folder.
const SIBLINGS: usize = 3;

/// Parts of a path that are looked into; nothing real is deeper.
const DEEPEST: usize = 128;

#[derive(Default)]
struct Node {
    children: BTreeMap<String, Node>,
    /// A path ends here.
    ends: bool,
}

/// What stands for the paths; `may` says of a folder whether it may stand for all that is in it.
pub fn cover<'a>(paths: impl Iterator<Item = &'a str>, may: &dyn Fn(&str) -> bool) -> Vec<Cover> {
    let mut root = Node::default();
    for path in paths {
        let mut node = &mut root;
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        for part in parts.by_ref().take(DEEPEST) {
            node = node.children.entry(part.to_owned()).or_default();
        }
        node.ends |= parts.next().is_none();
    }
    let mut found = Vec::new();
    root.cover("", may, &mut found);
    found
}

impl Node {
    fn cover(&self, path: &str, may: &dyn Fn(&str) -> bool, found: &mut Vec<Cover>) {
        if self.children.len() >= SIBLINGS && may(path) {
            let flat = self.children.values().all(|child| child.children.is_empty());
            if self.ends {
                found.push(Cover::One(path.to_owned()));
            }
            found.push(match flat {
                true => Cover::In(path.to_owned()),
                false => Cover::Below(path.to_owned()),
            });
            return;
        }
        if self.ends {
            found.push(Cover::One(path.to_owned()));
        }
        for (name, child) in &self.children {
            child.cover(&format!("{path}/{name}"), may, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_side_by_side_are_a_folder() {
        let check = |paths: &[&str], expect: &[&str]| {
            let may = |folder: &str| folder.matches('/').count() > 1;
            let found = cover(paths.iter().copied(), &may);
            let said: Vec<String> = found
                .into_iter()
                .map(|cover| match cover {
                    Cover::One(path) => path,
                    Cover::In(folder) => format!("{folder}/*"),
                    Cover::Below(folder) => format!("{folder}/**"),
                })
                .collect();
            assert_eq!(said, expect);
        };
        check(&[], &[]);
        check(&["/srv/x/a", "/srv/x/b"], &["/srv/x/a", "/srv/x/b"]);
        check(&["/srv/x/a", "/srv/x/b", "/srv/x/c"], &["/srv/x/*"]);
        check(&["/srv/x/a/1", "/srv/x/b/1", "/srv/x/c/1"], &["/srv/x/**"]);
        check(&["/srv/a", "/srv/b", "/srv/c"], &["/srv/a", "/srv/b", "/srv/c"]);
        check(&["/srv/x", "/srv/x/a", "/srv/x/b", "/srv/x/c"], &["/srv/x", "/srv/x/*"]);
    }
}
