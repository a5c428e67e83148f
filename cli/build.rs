//! Embeds the own detection pack: `rules/detections/<id>/rule.yml` becomes a table of (file, text).

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let rules = Path::new(&root).join("../rules/detections");
    println!("cargo:rerun-if-changed={}", rules.display());
    let mut names: Vec<String> = fs::read_dir(&rules)
        .expect("rules/detections is there")
        .flatten()
        .filter(|entry| entry.path().join("rule.yml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let entries: String = names
        .iter()
        .map(|name| {
            let file = rules.join(name).join("rule.yml");
            println!("cargo:rerun-if-changed={}", file.display());
            format!("    (\"{name}/rule.yml\", include_str!({:?})),\n", file)
        })
        .collect();
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("detections.rs");
    let text = format!("pub const DETECTIONS: &[(&str, &str)] = &[\n{entries}];\n");
    fs::write(out, text).expect("OUT_DIR is writable");
}
