//! A pattern of paths, taken apart: what it means is then a comparison of texts, for a decision as for what is compiled.
//!
//! `~` at the beginning is any account's home, `*` part of a name, `**` any folders, `{a,b}` either. A path without a
//! wildcard, and one that ends with `/**`, means that path itself and everything below it.

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// As it was written, with one of the alternatives.
    pub written: String,
    /// Whether its folder stands below a home.
    pub home: bool,
    pub form: Form,
}

/// What a pattern means. Folders are absolute, or below the home; empty: anywhere, or the home itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// This, and everything below it.
    Below(String),
    /// Directly in the folder, the name with this beginning and end.
    In { folder: String, name: Name },
    /// Ends with these parts, somewhere in the folder.
    Ending { folder: String, parts: String },
    /// Below a folder that ends with these parts, somewhere in the folder.
    Inside { folder: String, parts: String },
    /// Directly in a folder that ends with these parts, somewhere in the folder.
    InsideIn { folder: String, parts: String, name: Name },
    /// Somewhere in the folder, by the name.
    Named { folder: String, name: Name },
    /// None of these.
    Other(String),
}

/// A name with one `*`.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub prefix: String,
    pub suffix: String,
}

/// More alternatives than this are not made of one pattern.
const MOST: usize = 256;

impl Place {
    /// Every alternative of a pattern.
    pub fn of(pattern: &str) -> Vec<Self> {
        let (mut open, mut done) = (vec![pattern.to_owned()], Vec::new());
        while let Some(next) = open.pop() {
            match alternatives(&next) {
                Some(more) if open.len() + done.len() < MOST => open.extend(more),
                _ => done.push(Self::one(next)),
            }
        }
        done.reverse();
        done
    }

    fn one(written: String) -> Self {
        let (home, pattern) = match written.strip_prefix("~/") {
            Some(below) => (true, below),
            None => (false, &*written),
        };
        let form = form(pattern, home).unwrap_or_else(|| Form::Other(pattern.to_owned()));
        Self { home, form, written }
    }

    /// Whether it means this path, which stands below a home as `home` says.
    pub fn means(&self, path: &str, home: Option<&str>) -> bool {
        match (self.home, home) {
            (true, Some(home)) => self.form.means(home, true),
            (true, None) => false,
            (false, _) => self.form.means(path, false),
        }
    }
}

/// The texts that the first `{a,b}` of a pattern stands for; none: there is no such.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let (before, rest) = pattern.split_once('{')?;
    let (mut depth, mut from, mut parts) = (0_u32, 0, Vec::new());
    for (at, letter) in rest.char_indices() {
        match letter {
            '{' => depth += 1,
            ',' if depth == 0 => {
                parts.push(rest.get(from..at)?);
                from = at + 1;
            }
            '}' if depth == 0 => {
                parts.push(rest.get(from..at)?);
                let after = rest.get(at + 1..)?;
                // In order, for what is taken from the end.
                return Some(parts.iter().rev().map(|it| format!("{before}{it}{after}")).collect());
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn form(pattern: &str, home: bool) -> Option<Form> {
    if pattern.contains(['?', '[', '{', '\\', '!']) || pattern.is_empty() {
        return None;
    }
    let anchored = home || pattern.starts_with('/');
    let (body, deep) = match pattern.strip_suffix("/**") {
        Some(body) => (body, true),
        None => (pattern, false),
    };
    if !body.contains('*') {
        return anchored.then(|| Form::Below(body.to_owned()));
    }
    let parts: Vec<&str> = body.split('/').collect();
    let Some(stars) = parts.iter().position(|part| *part == "**") else {
        let (last, folder) = parts.split_last()?;
        let folder = folder.join("/");
        let fits = anchored && !deep && !folder.contains('*');
        return fits.then(|| name(last).map(|name| Form::In { folder, name })).flatten();
    };
    let (head, tail) = (parts.get(..stars)?.join("/"), parts.get(stars + 1..)?);
    let (last, middle) = tail.split_last()?;
    let middle = middle.join("/");
    if head.contains('*') || middle.contains('*') || !(anchored || head.is_empty()) {
        return None;
    }
    let (folder, parts) = (head, tail.join("/"));
    match (last.contains('*'), deep) {
        (false, true) => Some(Form::Inside { folder, parts }),
        (false, false) => Some(Form::Ending { folder, parts }),
        (true, true) => None,
        (true, false) if middle.is_empty() => Some(Form::Named { folder, name: name(last)? }),
        (true, false) => Some(Form::InsideIn { folder, parts: middle, name: name(last)? }),
    }
}

fn name(part: &str) -> Option<Name> {
    let (prefix, suffix) = part.split_once('*')?;
    (!suffix.contains('*')).then(|| Name { prefix: prefix.to_owned(), suffix: suffix.to_owned() })
}

impl Name {
    pub fn means(&self, name: &str) -> bool {
        name.len() >= self.prefix.len() + self.suffix.len()
            && name.starts_with(&self.prefix)
            && name.ends_with(&self.suffix)
    }
}

impl Form {
    fn means(&self, path: &str, home: bool) -> bool {
        let last = path.rsplit('/').next().unwrap_or(path);
        let within = |folder: &str| folder.is_empty() || below(path, folder);
        match self {
            Self::Below(folder) => (folder.is_empty() && home) || below(path, folder),
            Self::In { folder, name } => parent(path) == folder && name.means(last),
            Self::Ending { folder, parts } => within(folder) && ends(path, parts),
            Self::Inside { folder, parts } => {
                within(folder) && above(path).any(|folder| ends(folder, parts))
            }
            Self::InsideIn { folder, parts, name } => {
                within(folder) && ends(parent(path), parts) && name.means(last)
            }
            Self::Named { folder, name } => within(folder) && name.means(last),
            Self::Other(pattern) => fast_glob::glob_match(pattern, path),
        }
    }

    /// The folder that it stays in, as far as one is written; empty: it may be anywhere.
    pub fn folder(&self) -> &str {
        match self {
            Self::Below(folder)
            | Self::In { folder, .. }
            | Self::Ending { folder, .. }
            | Self::Inside { folder, .. }
            | Self::InsideIn { folder, .. }
            | Self::Named { folder, .. } => folder,
            Self::Other(pattern) => {
                let wild = pattern.find(['*', '?', '[', '{', '\\', '!']).unwrap_or(pattern.len());
                parent(pattern.get(..wild).unwrap_or_default())
            }
        }
    }
}

/// Whether a path is a folder or below it; no folder: never.
pub fn below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    !folder.is_empty()
        && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path ends with these whole parts.
fn ends(path: &str, parts: &str) -> bool {
    path.strip_suffix(parts).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// The path, and every folder above it.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_it_says() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let places = Place::of(pattern);
            let means = |path: &&&str| {
                let home = path.strip_prefix("/home/a/");
                places.iter().any(|place| place.means(path, home))
            };
            assert_eq!(yes.iter().find(|path| !means(path)), None, "{pattern} does not mean");
            assert_eq!(no.iter().find(means), None, "{pattern} means");
        };
        check("/etc/x", &["/etc/x", "/etc/x/y/z"], &["/etc/xy", "/etc", "/a/etc/x"]);
        check("~/.x/**", &["/home/a/.x", "/home/a/.x/y/z"], &["/home/a/.xy", "/.x"]);
        check("~/.s/id_*", &["/home/a/.s/id_", "/home/a/.s/id_r"], &["/home/a/.s/id_r/x"]);
        check("/e/h_*_key", &["/e/h__key", "/e/h_a_key"], &["/e/h_key", "/e/d/h_a_key"]);
        check("**/.c/s.json", &["/.c/s.json", "/x/y/.c/s.json"], &["/x/a.c/s.json", "/s.json"]);
        check("~/.g/**/m.json", &["/home/a/.g/m.json", "/home/a/.g/x/m.json"], &["/g/m.json"]);
        check("**/.g/hooks/*", &["/x/.g/hooks/pre"], &["/x/.g/hooks", "/x/.g/hooks/a/b"]);
        check("**/.c/h/**", &["/x/.c/h", "/x/.c/h/a/b"], &["/x/.c/hh", "/x/.cc/h"]);
        check("**/*.{o,py}", &["/x.o", "/a/b.py", "/.py"], &["/x.oo", "/x.o/y"]);
        check("~/.c/{a,b{1,2}}/*/L D", &["/home/a/.c/b2/x/L D"], &["/home/a/.c/a/L D"]);
        check("/p/*/environ", &["/p/7/environ"], &["/p/7/task/environ"]);
        check("memfd:*", &["memfd:x"], &["/memfd:x"]);
        check("**/{su,sudo}", &["su", "/bin/sudo"], &["/bin/sudoedit"]);
    }

    #[test]
    fn alternatives_are_bounded() {
        assert!(Place::of(&"{a,b}".repeat(40)).len() <= MOST + 40);
    }
}
