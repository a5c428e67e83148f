//! Files of other products that the inventory reads, in every form they are written in.

use std::sync::LazyLock;

use event::Verbatim;
use inventory::extract;
use inventory::product::{Form, Products};
use inventory::sound::{Soundness, Subject, pieces};

const FORMS: [Form; 6] = [Form::Json, Form::Json5, Form::Toml, Form::Yaml, Form::Xml, Form::Env];

static PRODUCTS: LazyLock<Products> = LazyLock::new(|| Products::shipped().0);
static SOUNDNESS: LazyLock<Option<Soundness>> = LazyLock::new(|| Soundness::shipped().ok());

/// The first byte chooses the form; every product's ways are followed through what was read.
pub fn settings(data: &[u8]) {
    let Some((form, text)) = data.split_first() else { return };
    let form = FORMS[usize::from(*form) % FORMS.len()];
    let text = String::from_utf8_lossy(text);
    let lines = text.split('\n').count() as u32 + 1;
    if let Err(unread) = extract::parse(form, &text) {
        assert!(unread.line <= lines, "line {} of {lines}", unread.line);
        assert!(!unread.message.is_empty());
        return;
    }
    for table in PRODUCTS.iter().flat_map(|product| &product.files).filter(|one| one.form == form) {
        for claim in extract::settings(table, &text, &Verbatim).unwrap_or_default() {
            assert!(claim.line <= lines, "line {} of {lines}", claim.line);
        }
    }
}

/// The first byte chooses the ending of the name.
pub fn wording(data: &[u8]) {
    let Some((ending, text)) = data.split_first() else { return };
    let place = ["a.md", "a.py", "a.json", "a.toml", "a.yaml"][usize::from(*ending) % 5];
    let text = String::from_utf8_lossy(text);
    let _ = extract::head(place, &text);
    let (Some(soundness), lines) = (&*SOUNDNESS, text.split('\n').count() as u32 + 1) else {
        return;
    };
    let subject = Subject {
        kind: "skill".into(),
        name: "any".into(),
        place: place.into(),
        pieces: pieces(place, &text),
        signs: Vec::new(),
    };
    for flaw in soundness.judge(&subject, &Verbatim) {
        assert!(flaw.line <= lines, "line {} of {lines}", flaw.line);
    }
}
