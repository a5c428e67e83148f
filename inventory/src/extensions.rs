//! Plug-ins of editors: those that are an agent, or bring one, by their folders.

use std::fs;
use std::path::{Path, PathBuf};

use event::{Extension, Text, What};

use crate::attend;
use crate::discover::Home;
use crate::join::{Builder, Origin};
use crate::product::{KnownExtension, Product, Products};

/// Deepest folder of a plug-in below the editor's folder of plug-ins: `pack/x/start/name`.
const DEPTH: u8 = 3;
/// Most folders that are looked at.
const MOST: usize = 20_000;

/// A known plug-in that is there.
pub struct Present<'p> {
    known: &'p KnownExtension,
    id: Text,
    version: Option<Text>,
    path: PathBuf,
}

/// The known ones below an editor's folder of plug-ins.
pub fn of<'p>(products: &'p Products, folder: &Path) -> Vec<Present<'p>> {
    let (mut present, mut left) = (Vec::new(), MOST);
    below(products, folder, DEPTH, &mut left, &mut present);
    present
}

fn below<'p>(
    products: &'p Products,
    folder: &Path,
    depth: u8,
    left: &mut usize,
    present: &mut Vec<Present<'p>>,
) {
    if attend::before(folder).is_some() {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink());
        if !is_folder || *left == 0 {
            continue;
        }
        *left -= 1;
        let name = entry.file_name();
        let (id, version) = split(&name.to_string_lossy());
        if let Some(known) = products.extension(&id) {
            present.push(Present { known, id, version, path: entry.path() });
        } else if depth > 1 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(products, &entry.path(), depth - 1, left, present);
        }
    }
}

/// `publisher.name-1.2.3-linux-x64` is an id and a version.
fn split(name: &str) -> (Text, Option<Text>) {
    let at = name.match_indices('-').map(|(at, _)| at).find(|at| {
        name.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let Some(at) = at else { return (name.into(), None) };
    let (id, rest) = name.split_at(at);
    let version = rest.get(1..).unwrap_or_default();
    let version = version.split('-').next().unwrap_or_default();
    (id.into(), Some(version.into()))
}

/// Tells the plug-in. That its editor is here follows from it.
pub fn tell(editor: &Product, home: &Home, one: Present<'_>, builder: &mut Builder) {
    let origin = Origin { owner: &home.owner, project: None, path: &one.path };
    let extension = one.known.name.clone();
    let what =
        What::Extension(Extension { editor: editor.id.clone(), extension, ..Extension::default() });
    let asset = builder.thing(editor, origin, 0, &one.id, what);
    asset.version = one.version;
    asset.products = vec![editor.id.clone(), one.known.id.clone()];
    builder.present(editor, &home.owner, &one.path, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_plug_ins_are_ids_and_versions() {
        let check = |name: &str, id: &str, version: Option<&str>| {
            assert_eq!(split(name), (id.into(), version.map(Text::from)), "{name}");
        };
        check("saoudrizwan.claude-dev-3.1.0", "saoudrizwan.claude-dev", Some("3.1.0"));
        check("openai.chatgpt-0.4.2-linux-x64", "openai.chatgpt", Some("0.4.2"));
        check("avante.nvim", "avante.nvim", None);
    }
}
