//! Files with keys: what they are, what they open, how old, and who may read them.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use content::tree::Node;
use event::{Credential, Text, What};

use super::Looking;
use crate::discover::Home;
use crate::extract;
use crate::join::{Origin, text};
use crate::product::{CredentialFile, Product};
use crate::read::{self, MAX_SETTINGS};

/// Most names that are told of one file, and the longest of them.
const MOST_NAMES: usize = 64;
const LONGEST_NAME: usize = 200;

impl Looking<'_> {
    /// Of a file with keys: what it is, what it opens, how old, who may read it. Nothing of it leaves this function
    /// but what the table names.
    pub(super) fn credential(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        file: &CredentialFile,
    ) {
        let Ok(meta) = fs::metadata(origin.path) else { return };
        let mut credential = Credential {
            holds: file.what.clone(),
            changed_unix_ns: read::changed(&meta),
            readable_by: readable_by(origin.path, home, &meta),
            closed: is_closed(home.uid, &meta),
            ..Credential::default()
        };
        let asked = !file.scopes.is_empty() || file.expires_ms.is_some() || !file.opens.is_empty();
        let content = asked.then(|| read::file(origin.path, home.uid, MAX_SETTINGS).ok()).flatten();
        let node = content.map(|content| extract::parse(file.form, &content.text()));
        if let (Some(Err(why)), false) = (&node, file.opens.is_empty()) {
            return self.builder.unsure(origin.path, format!("not understood: {why}"));
        }
        if let Some(Ok(node)) = node {
            for path in &file.scopes {
                path.way.follow(&node, &mut |_, node| {
                    let scopes = node.one_or_many().iter().filter_map(|one| one.scalar());
                    credential.scopes.extend(
                        scopes.flat_map(|it| it.split(' ').map(Text::from).collect::<Vec<_>>()),
                    );
                });
            }
            if let Some(path) = &file.expires_ms {
                path.way.follow(&node, &mut |_, node| {
                    let ms = node.scalar().and_then(|text| text.parse::<u64>().ok());
                    credential.expires_unix_ns = ms.map(|ms| ms.saturating_mul(1_000_000));
                });
            }
            credential.opens = self.opens(file, &node);
            if !file.opens.is_empty() && credential.opens.is_empty() {
                return;
            }
        }
        let name = text(origin.path.file_name().map(PathBuf::from).unwrap_or_default());
        self.builder.thing(product, origin, 0, &name, What::Credential(credential));
    }

    /// What the keys are for, by name.
    fn opens(&self, file: &CredentialFile, node: &Node) -> Vec<Text> {
        let mut opens: Vec<Text> = Vec::new();
        for path in &file.opens {
            path.way.follow(node, &mut |names, node| {
                let Some(name) = names.last().map(|name| (*name).to_owned()).or(node.scalar())
                else {
                    return;
                };
                let ends = |name: &str| {
                    file.ending.is_empty() || file.ending.iter().any(|end| name.ends_with(&**end))
                };
                let empty = node.text().is_some_and(str::is_empty) && !file.ending.is_empty();
                if opens.len() < MOST_NAMES && name.len() <= LONGEST_NAME && ends(&name) && !empty {
                    opens.push(self.redact.text(&name).unwrap_or_else(|| name.as_str().into()));
                }
            });
        }
        opens.sort();
        opens.dedup();
        opens
    }
}

/// Whether the account of a home may not read what lies there.
fn is_closed(uid: u32, meta: &Metadata) -> bool {
    uid != 0 && meta.uid() != uid && meta.mode() & 0o044 == 0
}

/// Who but its owner may read a file: its mode says it, and that of every folder on the way from the home.
fn readable_by(path: &Path, home: &Home, meta: &Metadata) -> Option<Text> {
    let mut mode = meta.mode() & 0o044;
    if path.starts_with(&home.path) {
        for folder in path.ancestors().skip(1).take_while(|it| it.starts_with(&home.path)) {
            if mode == 0 {
                return None;
            }
            // Who may pass through a folder reads what he knows the name of.
            mode &= fs::metadata(folder).map_or(0, |meta| meta.mode() << 2);
        }
    }
    if mode & 0o004 != 0 {
        Some("everybody".into())
    } else if mode & 0o040 != 0 {
        Some("group".into())
    } else {
        None
    }
}
