//! Repositories that were found: their remotes, without who logs in there.

use std::path::Path;

use event::{Remote, Repository, What};

use super::Looking;
use crate::discover::Home;
use crate::join::{Origin, text};
use crate::product::Product;
use crate::read;

/// Longest configuration of a repository that is read, in bytes.
const MAX_CONFIG: u64 = 1 << 20;
/// Most remotes that are told of one.
const MOST: usize = 16;

impl Looking<'_> {
    /// `path` is the folder in which git keeps it.
    pub(super) fn repository(&mut self, home: &Home, product: &Product, path: &Path) {
        let config = path.join("config");
        // Without it, it is no repository.
        if config.symlink_metadata().is_err() {
            return;
        }
        self.reads(&config);
        let content = match read::file(&config, home.uid, MAX_CONFIG) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(&config, why.to_string()),
        };
        let mut remotes = remotes(&content.text());
        for remote in &mut remotes {
            if let Some(clean) = self.redact.text(&remote.url) {
                remote.url = clean;
            }
        }
        let folder = path.parent().unwrap_or(path);
        let name = text(folder.file_name().unwrap_or_default());
        let line = remotes.first().map_or(0, |remote| remote.line);
        let origin = Origin { owner: &home.owner, project: Some(folder), path: &config };
        let what = What::Repository(Repository { remotes });
        self.builder.thing(product, origin, line, &name, what);
    }
}

/// The remotes of a configuration of git.
fn remotes(text: &str) -> Vec<Remote> {
    let mut remotes: Vec<Remote> = Vec::new();
    let mut name = None;
    for (line, text) in (1u32..).zip(text.lines().map(str::trim)) {
        if text.starts_with('[') {
            let quoted = text.strip_prefix("[remote \"");
            name = quoted.and_then(|rest| rest.rsplit_once('"')).map(|(name, _)| name);
        } else if let (Some(name), Some((key, value))) = (name, text.split_once('='))
            && ["url", "pushurl"].contains(&key.trim().to_ascii_lowercase().as_str())
            && remotes.len() < MOST
        {
            let (url, login) = without_login(value.trim().trim_matches('"'));
            remotes.push(Remote { name: name.into(), url: url.into(), login, line });
        }
    }
    remotes
}

/// An address in the form `scheme://host/way`, and whether a password or token stood in it.
fn without_login(url: &str) -> (String, bool) {
    let end = |way: &str| way.trim_end_matches('/').trim_end_matches(".git").to_owned();
    if let Some((scheme, rest)) = url.split_once("://") {
        let (host, way) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
        // Whoever comes by ssh has a name and no password there; over the web the name alone can be a token.
        let login = user.contains(':') || (!user.is_empty() && scheme.starts_with("http"));
        return (format!("{scheme}://{host}/{}", end(way)), login);
    }
    // `git@host:way`, unless it is a path.
    match url.split_once(':').filter(|(host, _)| !host.contains('/') && !host.is_empty()) {
        Some((host, way)) => {
            let host = host.rsplit('@').next().unwrap_or(host);
            (format!("ssh://{host}/{}", end(way.trim_start_matches('/'))), false)
        }
        None => (url.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_are_told_without_who_logs_in() {
        let told: Vec<String> = remotes(
            "[core]\n\turl = no\n[remote \"origin\"]\n\turl = https://me:ghp_x@example.com/a/b.git\n\tfetch = +x\n\
             [remote \"up\"]\n\tURL = git@example.com:a/b.git\n\tpushurl = ssh://git@h:22/c\n\
             [branch \"main\"]\n\tremote = origin\n[remote \"disk\"]\nurl = /srv/git/x.git\n[remote \"t\"]\nurl=https://tok@e.example/x\n",
        )
        .iter()
        .map(|it| format!("{}:{} {} {}", it.line, it.name, it.url, it.login))
        .collect();
        assert_eq!(
            told,
            [
                "4:origin https://example.com/a/b true",
                "7:up ssh://example.com/a/b false",
                "8:up ssh://h:22/c false",
                "12:disk /srv/git/x.git false",
                "14:t https://e.example/x true"
            ]
        );
    }
}
