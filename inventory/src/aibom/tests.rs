//! The official examples of CycloneDX, where they lie beside the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use super::Bom;
use super::read::value;

/// Files of examples, and whether each is valid, as its name says.
fn examples() -> Vec<(PathBuf, bool)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/cyclonedx");
    let mut examples = Vec::new();
    for folder in ["examples-1.6", "examples-1.7"] {
        for entry in fs::read_dir(data.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            examples.push((entry.path(), name.starts_with("valid-")));
        }
    }
    if examples.is_empty() {
        eprintln!("skipped: {} is not there", data.display());
    }
    examples.sort();
    examples
}

#[test]
fn official_examples_are_judged_rightly_and_kept_whole() {
    for (path, valid) in examples() {
        let bytes = fs::read(&path).expect("readable");
        let bom = Bom::read(&bytes);
        let told = bom.as_ref().map_or_else(
            |error| vec![error.to_string()],
            |bom| bom.check().expect("tables").iter().map(ToString::to_string).collect(),
        );
        assert_eq!(told.is_empty(), valid, "{}: {told:#?}", path.display());
        if let Ok(bom) = bom {
            let before: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            assert_eq!(value(bom.write().as_bytes()).expect("read again"), before);
        }
    }
}
