//! Bills of materials of others.

use std::sync::LazyLock;

use inventory::aibom::{Bom, Elements, diff, spdx};

static ELEMENTS: LazyLock<Option<Elements>> = LazyLock::new(|| Elements::shipped().ok());

/// Any bytes as a document.
pub fn any(data: &[u8]) {
    let bom = match Bom::read(data) {
        Ok(bom) => bom,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let again = Bom::read(bom.write().as_bytes());
    assert_eq!(again.as_ref(), Ok(&bom), "written otherwise than read");
    for problem in bom.check().unwrap_or_default() {
        assert!(problem.pointer.is_empty() || problem.pointer.starts_with('/'), "{problem}");
        assert!(!problem.what.is_empty() && !problem.hint.is_empty(), "{problem}");
    }
    assert!(diff(&bom, &bom).is_empty(), "other than itself");
    if let Some(elements) = &*ELEMENTS {
        let judged = elements.judge(&bom);
        assert!((0.0..=100.0).contains(&judged.score), "{}", judged.score);
    }
    let _ = spdx::of(&bom);
}
