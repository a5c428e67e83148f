//! Files in which programs keep their logins, as they are inside of a launch: written anew, with placeholders, which the
//! proxy exchanges on the way to the login's own host. What is not understood is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use event::{FileAccess, SandboxPlan};
use gateway::egress::Custody;

/// A part of such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A secret, and the host that it is for.
    Secret {
        host: String,
        value: String,
    },
}

/// Reads a file; what it leaves out is nobody's inside.
type Form = fn(&str) -> Vec<Part>;

/// The files, below the home.
const FORMS: [(&str, Form); 3] =
    [(".npmrc", npm), (".netrc", netrc), (".git-credentials", addresses)];
/// Longest that is read.
const LONGEST: u64 = 256 * 1024;

/// A file as it is to be inside: texts, and names of secrets.
#[derive(Clone, Debug)]
pub struct Login {
    /// Where it is, without links.
    pub at: PathBuf,
    parts: Vec<Named>,
}

#[derive(Clone, Debug)]
enum Named {
    Text(String),
    Secret(String),
}

/// Those of a home that a plan hides, and what they hold.
pub fn of(home: &Path, plan: &SandboxPlan) -> (Vec<Login>, Vec<Custody>) {
    let (mut logins, mut held) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::new();
    for (name, form) in FORMS {
        let Ok(at) = home.join(name).canonicalize() else { continue };
        let short = at.metadata().is_ok_and(|it| it.is_file() && it.len() <= LONGEST);
        if !short || plan.access(&at.to_string_lossy()).0 != FileAccess::Hidden {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&at) else { continue };
        let mut taken = |part| named(name, part, &mut names, &mut held);
        let parts = form(&text).into_iter().map(&mut taken).collect();
        logins.push(Login { at, parts });
    }
    (logins, held)
}

impl Login {
    /// What its copy is called.
    pub fn shown(&self) -> String {
        let name = self.at.file_name().unwrap_or_default().to_string_lossy();
        format!("login-{name}")
    }

    /// Whether the secret stands in it.
    pub fn names(&self, name: &str) -> bool {
        self.parts.iter().any(|part| matches!(part, Named::Secret(own) if own == name))
    }

    /// The text, by the placeholders' names.
    pub fn text(&self, placeholders: &BTreeMap<&str, &str>) -> String {
        let word = |part: &Named| match part {
            Named::Text(text) => text.clone(),
            Named::Secret(name) => {
                placeholders.get(&**name).copied().unwrap_or("not-here").to_owned()
            }
        };
        self.parts.iter().map(word).collect()
    }
}

/// Takes a secret into custody; one that cannot be held is left out.
fn named(file: &str, part: Part, names: &mut BTreeSet<String>, held: &mut Vec<Custody>) -> Named {
    let (host, value) = match part {
        Part::Text(text) => return Named::Text(text),
        Part::Secret { host, value } => (host, value),
    };
    let letters = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let stem: String =
        format!("{}_{host}", file.trim_start_matches('.')).chars().map(letters).collect();
    let numbered = (2..).map(|number| format!("{stem}_{number}"));
    let mut free = std::iter::once(stem.clone()).chain(numbered);
    let name = free.find(|name| !names.contains(name)).unwrap_or(stem);
    let hosts = host.parse().ok().filter(|_| !host.contains('*'));
    let custody = Custody {
        kind: "login".into(),
        name: name.as_str().into(),
        value: value.into(),
        hosts: hosts.into_iter().collect(),
    };
    if custody.placeholder().is_ok() {
        names.insert(name.clone());
        held.push(custody);
    }
    Named::Secret(name)
}

/// `//registry.example/:_authToken=…`; other lines that carry no secret.
fn npm(text: &str) -> Vec<Part> {
    const SECRET: [&str; 8] = ["auth", "pass", "key", "token", "secret", "cert", "user", "proxy"];
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim().trim_matches('"'));
        let lower = key.to_ascii_lowercase();
        let scope = key.strip_prefix("//").and_then(|rest| rest.rsplit_once(":_"));
        match scope {
            // A variable has its placeholder already.
            _ if value.starts_with("${") => parts.push(Part::Text(format!("{key}={value}\n"))),
            Some((place, "authToken" | "auth" | "password")) => {
                let host = place.split('/').next().unwrap_or_default().to_owned();
                parts.push(Part::Text(format!("{key}=")));
                parts.push(Part::Secret { host, value: value.into() });
                parts.push(Part::Text("\n".into()));
            }
            _ if SECRET.iter().any(|word| lower.contains(word)) || value.contains('@') => {}
            _ => parts.push(Part::Text(format!("{key}={value}\n"))),
        }
    }
    parts
}

/// `machine HOST login NAME password SECRET`.
fn netrc(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut host = None;
    let mut words =
        text.lines().filter(|it| !it.trim_start().starts_with('#')).flat_map(str::split_whitespace);
    while let Some(word) = words.next() {
        match (word, &host) {
            ("machine", _) => {
                let Some(name) = words.next() else { break };
                parts.push(Part::Text(format!("machine {name}\n")));
                host = Some(name.to_owned());
            }
            // For any host, or a script up to an empty line: neither can be held.
            ("default" | "macdef", _) => break,
            ("login", Some(_)) => {
                let Some(name) = words.next() else { break };
                parts.push(Part::Text(format!("login {name}\n")));
            }
            ("password", Some(host)) => {
                let Some(value) = words.next() else { break };
                parts.push(Part::Text("password ".into()));
                parts.push(Part::Secret { host: host.clone(), value: value.into() });
                parts.push(Part::Text("\n".into()));
            }
            ("account", _) => {
                words.next();
            }
            _ => {}
        }
    }
    parts
}

/// `https://NAME:SECRET@HOST/PATH`.
fn addresses(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim) {
        let split = || {
            let (scheme, rest) = line.split_once("://")?;
            let (login, place) = rest.rsplit_once('@')?;
            let (name, value) = login.split_once(':')?;
            // What stands for a character here is another text on the way.
            let plain = !value.contains('%') && !name.is_empty();
            plain.then_some((scheme, name, value, place))
        };
        let Some((scheme, name, value, place)) = split() else { continue };
        let host = place.split('/').next().unwrap_or_default().to_owned();
        parts.push(Part::Text(format!("{scheme}://{name}:")));
        parts.push(Part::Secret { host, value: value.into() });
        parts.push(Part::Text(format!("@{place}\n")));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With `<HOST>` where a secret stands.
    fn check(form: Form, text: &str, expect: &str) {
        let shown = form(text).into_iter().map(|part| match part {
            Part::Text(text) => text,
            Part::Secret { host, value } => {
                assert!(value.contains("S3CRET"), "{value}");
                format!("<{host}>")
            }
        });
        assert_eq!(shown.collect::<String>(), expect);
    }

    #[test]
    fn only_what_is_understood_is_there_inside() {
        check(
            npm,
            "registry=https://r.example/\n//r.example:8443/npm/:_authToken=\"S3CRET\"\n//n.example/:_password=S3CRET\n\
             _auth=S3CRET\n//r.example/:keyfile=/S3CRET\nhttps-proxy=http://a:S3CRET@p\n//v.example/:_authToken=${NPM_TOKEN}\nS3CRET\n",
            "registry=https://r.example/\n//r.example:8443/npm/:_authToken=<r.example:8443>\n//n.example/:_password=<n.example>\n\
             //v.example/:_authToken=${NPM_TOKEN}\n",
        );
        check(
            netrc,
            "# S3CRET\nmachine a.example login me password S3CRET account S3CRET\nmachine b.example\n\tpassword S3CRET\n\
             default login x password S3CRET\n",
            "machine a.example\nlogin me\npassword <a.example>\nmachine b.example\npassword <b.example>\n",
        );
        check(netrc, "machine a.example password", "machine a.example\n");
        check(
            addresses,
            "https://me:S3CRET@a.example/x\nhttps://me:S3%43RET@b.example\nhttps://c.example\nS3CRET\nhttps://S3CRET@d.example\n",
            "https://me:<a.example>@a.example/x\n",
        );
    }

    #[test]
    fn what_cannot_be_held_is_not_there() {
        let (mut names, mut held) = (BTreeSet::new(), Vec::new());
        let mut name = |host: &str, value: &str| {
            let part = Part::Secret { host: host.into(), value: value.into() };
            let Named::Secret(name) = named(".netrc", part, &mut names, &mut held) else {
                return String::new();
            };
            name
        };
        assert_eq!(name("a.example", "R3alV4lue0"), "NETRC_A_EXAMPLE");
        assert_eq!(name("a.example", "0therV4lue"), "NETRC_A_EXAMPLE_2");
        name("b.example", "short");
        name("*", "R3alV4lue0");
        let names: Vec<_> = held.iter().map(|it| it.name.to_string()).collect();
        assert_eq!(names, ["NETRC_A_EXAMPLE", "NETRC_A_EXAMPLE_2"]);
    }
}
