//! What the profiles want of a document as a whole, beyond what each element looks like.

use std::collections::{HashMap, HashSet};

use event::show::brief;
use serde_json::Value;

use crate::aibom::bom::Bom;
use crate::aibom::shape::Problem;

/// Everything that the profiles want and that is not there.
pub fn conformance(bom: &Bom) -> Vec<Problem> {
    let elements = bom.elements();
    let kind =
        |element: &Value, kind: &str| element.get("type").and_then(Value::as_str) == Some(kind);
    let mut problems = Vec::new();
    let documents = elements.iter().filter(|one| kind(one, "SpdxDocument")).count();
    if documents != 1 {
        problems.push(Problem {
            pointer: "/@graph".into(),
            what: format!("it has {documents} elements of type `SpdxDocument`"),
            hint: "there must be one, which says what the document is about".into(),
        });
    }
    let mut licences: HashMap<(&str, &str), usize> = HashMap::new();
    let mut ids = HashSet::new();
    for (index, element) in elements.iter().enumerate() {
        let text = |key: &str| element.get(key).and_then(Value::as_str);
        if let Some(id) = text("spdxId").or(text("@id"))
            && !ids.insert(id)
        {
            problems.push(Problem {
                pointer: format!("/@graph/{index}"),
                what: format!("id `{}` is there twice", brief(id, 80)),
                hint: "give one of them another".into(),
            });
        }
        if let (Some(from), Some(relation)) = (text("from"), text("relationshipType")) {
            *licences.entry((from, relation)).or_default() += 1;
        }
    }
    for (index, element) in elements.iter().enumerate() {
        if !kind(element, "ai_AIPackage") && !kind(element, "dataset_DatasetPackage") {
            continue;
        }
        let id = element.get("spdxId").and_then(Value::as_str).unwrap_or_default();
        for relation in ["hasDeclaredLicense", "hasConcludedLicense"] {
            let count = licences.get(&(id, relation)).copied().unwrap_or(0);
            if count != 1 {
                problems.push(Problem {
                    pointer: format!("/@graph/{index}"),
                    what: format!("it has {count} relationships `{relation}`, not one"),
                    hint: "say the licence once, or that it is not known (NoAssertionLicense)"
                        .into(),
                });
            }
        }
    }
    problems
}
