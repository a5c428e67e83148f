//! Files with keys: what they are, how old, and who may read them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use event::{Credential, Text, What};

use super::Looking;
use crate::discover::Home;
use crate::extract;
use crate::join::{Origin, text};
use crate::product::{CredentialFile, Form, Product};
use crate::read::{self, MAX_SETTINGS};

impl Looking<'_> {
    /// Of a file with keys: what it is, how old, who may read it. Nothing of it leaves this function but what
    /// the table names.
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
            readable_by: readable_by(meta.mode()),
            ..Credential::default()
        };
        let asked = !file.scopes.is_empty() || file.expires_ms.is_some();
        let content = asked.then(|| read::file(origin.path, home.uid, MAX_SETTINGS).ok()).flatten();
        let node = content.and_then(|content| extract::parse(Form::Json, &content.text()).ok());
        if let Some(node) = node {
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
        }
        let name = text(origin.path.file_name().map(PathBuf::from).unwrap_or_default());
        self.builder.thing(product, origin, 0, &name, What::Credential(credential));
    }
}

fn readable_by(mode: u32) -> Option<Text> {
    if mode & 0o004 != 0 {
        Some("everybody".into())
    } else if mode & 0o040 != 0 {
        Some("group".into())
    } else {
        None
    }
}
