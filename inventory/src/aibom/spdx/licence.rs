//! Licences as elements, and who has them: of models and data sets exactly one that is declared and one that is
//! concluded, even if nobody knows it.

use serde_json::{Value, json};

use super::{Graph, Kind};
use crate::aibom::bom::is_licence;
use crate::aibom::make::put;

/// A licence that is not known.
const UNKNOWN: &str = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense";

impl Graph {
    pub(super) fn licences(&mut self, of: &str, component: &Value, kind: Kind) {
        let (declared, concluded) = said(component);
        let must = kind != Kind::Other;
        for (relation, said) in
            [("hasDeclaredLicense", declared), ("hasConcludedLicense", concluded)]
        {
            let to = match said {
                Some(said) => self.licence(&said),
                None if must => UNKNOWN.to_owned(),
                None => continue,
            };
            self.relation(relation, of, vec![to], None);
        }
    }

    /// The element of an expression.
    fn licence(&mut self, said: &Said) -> String {
        let text = match said {
            Said::Expression(text) => text.clone(),
            Said::Name(name) => {
                let word = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
                format!("LicenseRef-{}", name.chars().map(word).collect::<String>())
            }
        };
        let reference = format!("licence-{text}");
        let id = self.id(&reference);
        if self.elements.iter().any(|element| element.get("spdxId") == Some(&json!(id))) {
            return id;
        }
        let mut element = self.element("simplelicensing_LicenseExpression", &reference);
        put(&mut element, "simplelicensing_licenseExpression", json!(text));
        if let Said::Name(name) = said {
            let own = format!("licence-text-{text}");
            let mut known = self.element("simplelicensing_SimpleLicensingText", &own);
            put(&mut known, "simplelicensing_licenseText", json!(name));
            self.elements.push(known);
            let entry = json!([{ "type": "DictionaryEntry", "key": text, "value": self.id(&own) }]);
            put(&mut element, "simplelicensing_customIdToUri", entry);
        }
        self.elements.push(element);
        id
    }
}

/// A licence, as somebody said it.
enum Said {
    Expression(String),
    Name(String),
}

/// What is declared and what was concluded; several of a kind hold together.
fn said(component: &Value) -> (Option<Said>, Option<Said>) {
    let list = component.get("licenses").and_then(Value::as_array);
    let (mut declared, mut concluded) = (Vec::new(), Vec::new());
    for one in list.map(Vec::as_slice).unwrap_or_default() {
        let licence = one.get("license").unwrap_or(one);
        let text = |key: &str| licence.get(key).and_then(Value::as_str).map(str::to_owned);
        let Some(name) = text("id").or_else(|| text("expression")).or_else(|| text("name")) else {
            continue;
        };
        match text("acknowledgement").as_deref() {
            Some("concluded") => concluded.push(name),
            _ => declared.push(name),
        }
    }
    (joined(declared), joined(concluded))
}

fn joined(names: Vec<String>) -> Option<Said> {
    let expression = |name: &str| {
        let mut words = name.split([' ', '(', ')']).filter(|word| !word.is_empty());
        words.all(|word| {
            ["OR", "AND", "WITH"].contains(&word)
                || is_licence(word.trim_end_matches('+'))
                || word.starts_with("LicenseRef-")
        })
    };
    match names.as_slice() {
        [] => None,
        [one] if expression(one) => Some(Said::Expression(one.clone())),
        many if many.iter().all(|name| expression(name)) => {
            Some(Said::Expression(format!("({})", many.join(") AND ("))))
        }
        many => Some(Said::Name(many.join(", "))),
    }
}
