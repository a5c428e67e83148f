//! Classifiers that the configuration names, loaded beside everything else: what cannot be used is told, and all others
//! look as they would without it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, ensure};
use content::examine::Brought;
use content::inspect::{Family, Position, Spot};
use onnx::{Classifier, Use};

use crate::config::gateway::OneClassifier;

/// Longest model and tokenizer.
const MOST_MODEL: u64 = 1 << 30;
const MOST_TOKENIZER: u64 = 64 << 20;

/// One of them; finds nothing as long as it is not loaded.
#[derive(Debug)]
struct OfFile {
    name: String,
    threshold: f32,
    positions: Vec<Position>,
    loaded: Arc<OnceLock<Classifier>>,
}

/// Begins to load one.
pub fn begin(name: &str, one: &OneClassifier) -> Result<Arc<dyn Brought>> {
    let positions = one.asked_at(name)?;
    let loaded = Arc::new(OnceLock::new());
    let (slot, said, of) = (Arc::clone(&loaded), name.to_owned(), one.clone());
    let load = move || match read(&of) {
        Ok(classifier) => {
            tracing::info!(classifier = said, "a classifier is loaded");
            // Nobody else sets it.
            let _ = slot.set(classifier);
        }
        Err(error) => {
            crate::say!("warning: `gateway.classifiers.{said}` finds nothing: {error:#}");
        }
    };
    std::thread::Builder::new().name("classifier".into()).spawn(load)?;
    Ok(Arc::new(OfFile { name: name.to_owned(), threshold: one.threshold, positions, loaded }))
}

fn read(one: &OneClassifier) -> Result<Classifier> {
    let model = file(&one.model, MOST_MODEL)?;
    let tokenizer = file(&one.tokenizer, MOST_TOKENIZER)?;
    Ok(Classifier::load(&model, &tokenizer, &Use { label: one.label, window: one.window })?)
}

fn file(path: &Path, most: u64) -> Result<Vec<u8>> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let meta = file.metadata().with_context(|| format!("cannot read {shown}"))?;
    ensure!(meta.is_file() && meta.len() <= most, "{shown} is no file of at most {most} bytes");
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
    Ok(bytes)
}

impl Brought for OfFile {
    fn find(&self, text: &str, position: Position) -> Option<Spot> {
        let asked = self.positions.contains(&position) && !text.trim().is_empty();
        let found = self.loaded.get().filter(|_| asked)?.strongest(text)?;
        let above = (found.sure - self.threshold) / (1.0 - self.threshold);
        // What its owner takes for sure enough is half, as with all finds.
        let sure = (above >= 0.0).then(|| 50 + (above * 50.0) as u8)?;
        let kind = self.name.clone().into();
        Some(Spot { family: Family::Classifier, kind, span: found.span, sure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_loaded_finds_nothing_and_stops_nothing() {
        let one = "model = '/nowhere/m.onnx'\ntokenizer = '/nowhere/t.json'";
        let one: OneClassifier = toml::from_str(one).expect("it is read");
        let begun = begin("mine", &one).expect("it begins");
        assert_eq!(begun.find("any text", Position::User), None);
        let error = format!("{:#}", read(&one).expect_err("nothing is there"));
        assert!(error.contains("cannot open /nowhere/m.onnx"), "{error}");
    }
}
