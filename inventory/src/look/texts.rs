//! Settings and texts that were found: read and told.

use std::path::Path;

use event::{Text, What, Wording};

use super::Looking;
use crate::discover::Home;
use crate::extract::{self, Claim, Says};
use crate::join::{Origin, stem, text};
use crate::memory::Stamp;
use crate::product::{Naming, Product, Settings};
use crate::read::{self, MAX_SETTINGS, MAX_WORDING};
use crate::skill;

/// Most that one file of settings may say.
const MOST_CLAIMS: usize = 20_000;

impl Looking<'_> {
    pub(super) fn settings(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        settings: &Settings,
    ) {
        let content = match read::file(origin.path, home.uid, MAX_SETTINGS) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(origin.path, why.to_string()),
        };
        match extract::settings(settings, &content.text(), self.redact) {
            Ok(mut claims) => {
                if claims.len() > MOST_CLAIMS {
                    let why =
                        format!("it says more than {MOST_CLAIMS} things: the rest was left out");
                    self.builder.unsure(origin.path, why);
                    claims.truncate(MOST_CLAIMS);
                }
                self.instructions(product, home, origin, &claims);
                self.builder.claims(product, origin, claims);
            }
            Err(unread) => self.builder.unsure(origin.path, format!("not understood: {unread}")),
        }
    }

    /// Further files of rules that settings name, if they are there.
    fn instructions(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        claims: &[Claim],
    ) {
        for claim in claims {
            let Says::Instruction(named) = &claim.says else { continue };
            let named = named.strip_prefix("file://").unwrap_or(named);
            let path = match named.strip_prefix("~/") {
                Some(below) => home.path.join(below),
                None => origin.project.unwrap_or(&home.path).join(named),
            };
            self.reads(&path);
            if path.is_file() {
                self.wording(product, home, Origin { path: &path, ..origin }, What::Rules);
            }
        }
    }

    pub(super) fn wording(
        &mut self,
        product: &Product,
        home: &Home,
        origin: Origin<'_>,
        what: fn(Wording) -> What,
    ) {
        let content = match read::file(origin.path, home.uid, MAX_WORDING) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(origin.path, why.to_string()),
        };
        let mut head = extract::head(&text(origin.path), &content.text());
        let name = head.name.unwrap_or_else(|| name_by(origin.path, &self.products.naming));
        let files = &mut self.files;
        let mut reads = |path: &Path| files.push((path.to_owned(), Stamp::at(path)));
        let digest = skill::digest(origin.path, &content.bytes, home.uid, &mut reads);
        for unsure in digest.unsure {
            self.builder.unsure(Path::new(&*unsure.place), unsure.why.to_string());
        }
        head.wording.files = digest.parts;
        let asset = self.builder.thing(product, origin, 0, &name, what(head.wording));
        asset.version = asset.version.take().or(head.version);
        asset.digest = Some(digest.whole);
    }

    pub(super) fn start(&mut self, product: &Product, home: &Home, origin: Origin<'_>) {
        let what = What::Helper(event::Helper { setting: "".into(), runs: text(origin.path) });
        let digest = read::file(origin.path, home.uid, MAX_WORDING);
        let asset = self.builder.thing(
            product,
            origin,
            0,
            &name_by(origin.path, &self.products.naming),
            what,
        );
        asset.digest = digest.ok().map(|it| blake3::hash(&it.bytes).to_hex().as_str().into());
    }
}

/// A skill is called like its folder, anything else like its file.
fn name_by(path: &Path, naming: &Naming) -> Text {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().filter(|_| naming.by_folder.iter().any(|one| **one == *name));
    let folder = match folder {
        Some(folder) if naming.wraps.iter().any(|one| folder.ends_with(&**one)) => folder.parent(),
        other => other,
    };
    match folder.and_then(Path::file_name) {
        Some(folder) => folder.to_string_lossy().as_ref().into(),
        None if name.starts_with('.')
            || name.ends_with(".md") && name.chars().any(char::is_uppercase) =>
        {
            name.as_ref().into()
        }
        None => {
            let stem = stem(path);
            let ends = naming.endings.iter();
            ends.filter_map(|end| stem.strip_suffix(&**end)).next().map_or(stem.clone(), Text::from)
        }
    }
}
