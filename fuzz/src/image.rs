//! Images of others, which are unpacked.

use std::fs;
use std::path::Path;

use event::Verbatim;
use inventory::aibom::image;

/// Any bytes as an archive with an image.
pub fn any(data: &[u8]) {
    let Ok(place) = tempfile::tempdir() else { return };
    let (from, into) = (place.path().join("image"), place.path().join("into"));
    if fs::write(&from, data).and_then(|()| fs::create_dir(&into)).is_err() {
        return;
    }
    if let Err(error) = image::unpack(&from, &into) {
        assert!(error.to_string().contains("hint: "), "{error}");
    } else {
        stays_inside(&into.join("root"), &into.join("root"));
        assert!(image::read(&into, &Verbatim).is_ok(), "what was unpacked is not read");
    }
    let beside = fs::read_dir(place.path()).map_or(0, Iterator::count);
    assert_eq!(beside, 2, "something lies beside the image and its folder");
}

/// Links lead to what is below `root`.
fn stays_inside(folder: &Path, root: &Path) {
    let root_itself = fs::canonicalize(root).unwrap_or_default();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_symlink() {
            let leads = fs::canonicalize(entry.path());
            assert!(leads.is_ok_and(|to| to.starts_with(&root_itself)), "{:?}", entry.path());
        } else if kind.is_dir() {
            stays_inside(&entry.path(), root);
        }
    }
}
