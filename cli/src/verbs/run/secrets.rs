//! Secrets that a launch uses without having them: named on the command line, in the configuration, or known by the
//! variable that they stand in.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use event::show::plain;
use event::{FileAccess, Grant, Reach, SandboxPlan, Text};
use gateway::egress::{Custody, HostPattern};
use memchr::memmem;
use serde::Deserialize;

use crate::config::{self, Secret};

/// A variable and what is known of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// The variables.
    names: Vec<String>,
    /// What policies see.
    kind: String,
    /// Whom it is for.
    #[serde(default)]
    hosts: Vec<String>,
    /// Variables with an address whose host it is for, too.
    #[serde(default)]
    also: Vec<String>,
    /// It is never sent.
    #[serde(default)]
    signs: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    secrets: Vec<Known>,
}

/// Of a variable that nobody gave a kind.
const NAMED: &str = "named";

/// `NAME=HOST[,HOST]` on the command line.
pub fn word(word: &str) -> Result<(String, Vec<String>), String> {
    let (name, hosts) = word.split_once('=').ok_or("write `NAME=HOST[,HOST]`")?;
    let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
    patterns(&hosts).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), hosts))
}

/// What a launch holds in custody.
#[derive(Debug, Default)]
pub struct Secrets {
    /// Those.
    pub held: Vec<Custody>,
    /// Variables that carry secrets and are not held: which and why.
    pub open: Vec<(String, &'static str)>,
    /// Where some were read.
    files: Vec<PathBuf>,
    /// Somebody asked for it on the command line.
    named: bool,
}

impl Secrets {
    /// Those of the command line, of the configuration, of the table; whoever comes first counts.
    pub fn of(
        words: &[(String, Vec<String>)],
        settings: &config::Run,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self> {
        let mut secrets = Self { named: !words.is_empty(), ..Self::default() };
        let mut named: BTreeMap<&str, Secret> =
            settings.secrets.iter().map(|(name, secret)| (&**name, secret.clone())).collect();
        for (name, hosts) in words {
            let file = named.get(&**name).and_then(|secret| secret.file.clone());
            let there = file.is_some() || variable(name).is_some();
            if !there {
                return Err(anyhow!(
                    "there is no variable `{}`\nhint: set it, or name its file in the configuration: `[run.secrets.NAME]`",
                    plain(name)
                ));
            }
            named.insert(name, Secret { hosts: hosts.clone(), file });
        }
        for (name, secret) in &named {
            if let Some(held) = by_name(name, secret, variable)? {
                held.placeholder()?;
                secrets.held.push(held);
                secrets.files.extend(secret.file.clone());
            }
        }
        if settings.known_secrets {
            for known in table()? {
                for name in known.names.iter().filter(|name| !named.contains_key(&***name)) {
                    if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
                        secrets.take(&known, name, &value, variable);
                    }
                }
            }
        }
        Ok(secrets)
    }

    fn take(
        &mut self,
        known: &Known,
        name: &str,
        value: &OsStr,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) {
        let is_open = |name: &String| {
            variable(name).is_some_and(|address| address.as_bytes().starts_with(b"http://"))
        };
        let in_clear = known.also.iter().any(is_open);
        let mut hosts = patterns(&known.hosts).unwrap_or_default();
        hosts.extend(known.also.iter().filter_map(|name| host_of(variable(name)?.to_str()?)));
        let custody = value.to_str().map(|value| Custody {
            kind: known.kind.as_str().into(),
            name: name.into(),
            value: value.to_owned().into(),
            hosts,
        });
        match custody {
            _ if known.signs => self.open.push((name.to_owned(), "it signs and is never sent")),
            _ if in_clear => self.open.push((name.to_owned(), "its host is spoken to without TLS")),
            Some(custody) if custody.hosts.is_empty() => {
                self.open.push((name.to_owned(), "its host is not known: `--secret NAME=HOST`"));
            }
            Some(custody) if custody.placeholder().is_ok() => self.held.push(custody),
            _ => self.open.push((name.to_owned(), "it is too short or odd to be one")),
        }
    }

    /// What can be held of them under a plan: whoever reaches the host's network past the proxy needs the secrets
    /// themselves. Their files are hidden.
    pub fn under(mut self, plan: &mut SandboxPlan) -> Result<Self> {
        if plan.network == Reach::Everything {
            if self.named {
                return Err(anyhow!(
                    "secrets are held by the proxy, and this plan reaches the network without it\nhint: leave out `--net all` or `--secret`"
                ));
            }
            let open = self.held.drain(..).map(|it| (it.name.to_string(), "there is no proxy"));
            self.open.extend(open);
        }
        for file in &self.files {
            let file = file.canonicalize().unwrap_or_else(|_| file.clone());
            let path = Text::from(&*file.to_string_lossy());
            let because = "a secret in custody".into();
            plan.grants.retain(|grant| grant.path != path);
            plan.grants.push(Grant { path, access: FileAccess::Hidden, because });
        }
        Ok(self)
    }

    /// What stands for each, and in copies of it.
    pub fn instead(&self) -> Result<Vec<(OsString, OsString)>> {
        let one = |held: &Custody| Ok(((&*held.name).into(), held.placeholder()?.into()));
        let mut all = self.held.iter().map(one).collect::<Result<Vec<_>>>()?;
        all.extend(copies(&self.held, &all, std::env::vars_os()));
        Ok(all)
    }

    /// Names, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.held.iter().map(|held| held.name.to_string()).collect();
        names.sort();
        names
    }
}

/// Variables in which a secret stands inside of something else, with what stands for it: a copy would tell it.
pub fn copies(
    secrets: &[Custody],
    placeholders: &[(OsString, OsString)],
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    let stands_for = |held: &Custody| {
        let found = placeholders.iter().find(|(name, _)| *name == *held.name);
        found.map(|(_, placeholder)| {
            (held.value.as_bytes().to_vec(), placeholder.as_bytes().to_vec())
        })
    };
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = secrets.iter().filter_map(stands_for).collect();
    let others = variables.filter(|(name, _)| placeholders.iter().all(|(known, _)| known != name));
    let clean = |(name, value): (OsString, OsString)| {
        let mut bytes = value.clone().into_vec();
        for (secret, placeholder) in &pairs {
            // They are of one length, so that no place moves.
            let places: Vec<usize> = memmem::find_iter(&bytes, secret).collect();
            for at in places {
                bytes.splice(at..at + secret.len(), placeholder.iter().copied());
            }
        }
        let clean = OsString::from_vec(bytes);
        (clean != value).then_some((name, clean))
    };
    others.filter_map(clean).collect()
}

/// One that somebody named; none where the configuration names what is not set here.
fn by_name(
    name: &str,
    secret: &Secret,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<Custody>> {
    let value = match &secret.file {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| {
                format!("cannot read the secret `{}` in {}", plain(name), file.display())
            })?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
        None => match variable(name) {
            Some(value) => value.to_string_lossy().into_owned(),
            None => return Ok(None),
        },
    };
    let known = table()?.into_iter().find(|known| known.names.iter().any(|it| it == name));
    Ok(Some(Custody {
        kind: known.map_or_else(|| NAMED.into(), |known| known.kind.into()),
        name: name.into(),
        value: value.into(),
        hosts: patterns(&secret.hosts)?,
    }))
}

/// Hosts of a secret: not everybody.
fn patterns(hosts: &[String]) -> Result<Vec<HostPattern>> {
    let pattern = |host: &String| -> Result<HostPattern> {
        if host == "*" || host.starts_with("*:") {
            return Err(anyhow!(
                "a secret is for some hosts\nhint: name them: `NAME=api.example.com`"
            ));
        }
        Ok(host.parse()?)
    };
    hosts.iter().map(pattern).collect()
}

/// The host of an address, or the host that stands there alone.
fn host_of(address: &str) -> Option<HostPattern> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    host.parse().ok().filter(|_| !host.contains('*'))
}

/// What ships with the program.
fn table() -> Result<Vec<Known>> {
    let text = include_str!("../../../../rules/secrets/variables.yaml");
    let table: Table = content::yaml::parse(text).context(
        "rules/secrets/variables.yaml\nhint: this ships with the program: please report it",
    )?;
    Ok(table.secrets)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Made here, so that nothing in this repository looks like a live secret.
    fn value(sign: &str) -> String {
        format!("{sign}{}", "R3alV4lue".repeat(4))
    }

    fn secrets(words: &[&str], settings: &str, variables: &[(&str, &str)]) -> Result<Secrets> {
        let words: Vec<_> = words.iter().map(|it| word(it).expect(it)).collect();
        let settings = config::Config::parse(settings)?.run;
        let find = |name: &str| variables.iter().find(|it| it.0 == name).map(|it| it.1.into());
        Secrets::of(&words, &settings, &find)
    }

    /// Which are held, and for whom.
    fn check(words: &[&str], settings: &str, variables: &[(&str, &str)], expect: &[&str]) {
        let secrets = secrets(words, settings, variables).expect("they are");
        let held = secrets.held.iter().map(|it| {
            let hosts: Vec<_> = it.hosts.iter().map(ToString::to_string).collect();
            format!("{} {} {}", it.name, it.kind, hosts.join(","))
        });
        assert_eq!(held.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn whoever_names_it_first_counts() {
        let (npm, own) = (value("npm_"), value("own-"));
        let both = [("NPM_TOKEN", &*npm), ("OWN", &*own)];
        check(&[], "", &both, &["NPM_TOKEN npm_token registry.npmjs.org"]);
        let registry = [("NPM_TOKEN", &*npm), ("npm_config_registry", "https://r.example:8443/a/")];
        check(&[], "", &registry, &["NPM_TOKEN npm_token registry.npmjs.org,r.example:8443"]);
        check(
            &["OWN=a.example,*.b.example"],
            "[run]\nknown_secrets = false\n",
            &both,
            &["OWN named a.example,*.b.example"],
        );
        let settings = "[run.secrets.NPM_TOKEN]\nhosts = [\"n.example\"]\n[run.secrets.ABSENT]\nhosts = [\"n.example\"]\n";
        check(&[], settings, &both, &["NPM_TOKEN npm_token n.example"]);
        check(&["NPM_TOKEN=w.example"], settings, &both, &["NPM_TOKEN npm_token w.example"]);
        check(&[], "", &[("NPM_TOKEN", "")], &[]);
    }

    #[test]
    fn what_cannot_be_held_is_said_or_refused() {
        let check = |variables: &[(&str, &str)], expect: &[&str]| {
            let secrets = secrets(&[], "", variables).expect("they are");
            assert!(secrets.held.is_empty());
            let open: Vec<_> = secrets.open.iter().map(|(name, _)| &**name).collect();
            assert_eq!(open, expect);
        };
        check(&[("OPENAI_API_KEY", "none")], &["OPENAI_API_KEY"]);
        let in_clear =
            [("OPENAI_API_KEY", &*value("sk-")), ("OPENAI_BASE_URL", "http://llm.example/v1")];
        check(&in_clear, &["OPENAI_API_KEY"]);
        check(
            &[("AWS_SECRET_ACCESS_KEY", &value("")), ("VAULT_TOKEN", &value(""))],
            &["VAULT_TOKEN", "AWS_SECRET_ACCESS_KEY"],
        );
        let refused = |words: &[&str], variables: &[(&str, &str)], expect: &str| {
            let error = format!("{:#}", secrets(words, "", variables).expect_err("it is not"));
            assert!(error.contains(expect), "{error}");
        };
        refused(&["X=a.example"], &[], "there is no variable `X`");
        refused(&["X=a.example"], &[("X", "short")], "cannot be held back");
        assert!(word("X=*").is_err() && word("X").is_err() && word("X=").is_err());
    }

    #[test]
    fn a_file_is_a_secret_without_its_line_end() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), format!("{}\n", value("f"))).expect("written");
        let settings =
            format!("[run.secrets.F]\nhosts = [\"a.example\"]\nfile = {:?}\n", file.path());
        let secrets = secrets(&[], &settings, &[]).expect("it is");
        assert_eq!(secrets.held.first().map(|it| it.value.to_string()), Some(value("f")));
    }

    #[test]
    fn a_copy_inside_of_another_variable_tells_nothing() {
        let (token, other) = (value("t"), value("other"));
        let secrets = secrets(&["T=a.example"], "", &[("T", &token)]).expect("it is");
        let placeholders = secrets.instead().expect("drawn");
        let stands = placeholders.first().expect("one").1.to_str().expect("text").to_owned();
        let variables = [
            ("T".to_owned(), token.clone()),
            ("URL".to_owned(), format!("https://me:{token}@a.example?t={token}")),
            ("OTHER".to_owned(), other),
        ];
        let variables =
            variables.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let copies = copies(&secrets.held, &placeholders, variables.into_iter());
        let expect = format!("https://me:{stands}@a.example?t={stands}");
        assert_eq!(copies, [(OsString::from("URL"), OsString::from(expect))]);
    }

    /// The table itself: each variable once, each host one that can be meant.
    #[test]
    fn the_table_is_sound() {
        let mut names = BTreeSet::new();
        for known in table().expect("it is read") {
            patterns(&known.hosts).expect("hosts");
            assert!(known.signs == (known.hosts.is_empty() && known.also.is_empty()), "{known:?}");
            for name in &known.names {
                assert!(names.insert(name.clone()), "{name} stands twice");
            }
        }
        assert!(names.len() > 60, "{}", names.len());
    }
}
