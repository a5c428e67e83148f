//! What installed packages say of their licences.

use std::collections::HashMap;
use std::path::Path;

use content::tree::Node;
use event::{Asset, Text, What};

use crate::extract::parse;
use crate::join::Inventory;
use crate::product::Form;
use crate::read::{self, MAX_WORDING};

/// Licences by the places that are evidence for a package. `uid_of`: the account of an owner.
pub fn licences(inventory: &Inventory, uid_of: impl Fn(&str) -> u32) -> HashMap<Text, Text> {
    let mut known = HashMap::new();
    let meant = |asset: &&Asset| matches!(asset.what, What::Agent(_) | What::Plugin(_));
    for asset in inventory.assets.iter().filter(meant) {
        for at in &asset.evidence {
            if let Some(licence) = licence(&at.place, uid_of(&asset.owner)) {
                known.insert(at.place.clone(), licence);
            }
        }
    }
    known
}

fn licence(place: &str, uid: u32) -> Option<Text> {
    let read = |path: &Path| read::file(path, uid, MAX_WORDING).ok();
    if place.ends_with(".json") {
        let node = parse(Form::Json, &read(Path::new(place))?.text()).ok()?;
        return node.get("license").and_then(Node::text).map(Text::from);
    }
    if place.ends_with(".dist-info") {
        return of_metadata(&read(&Path::new(place).join("METADATA"))?.text());
    }
    None
}

/// Of the head of a Python package: an expression, a name, or what it is classified as.
fn of_metadata(text: &str) -> Option<Text> {
    let head = text.split("\n\n").next().unwrap_or(text);
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::trim).filter(|said| !said.is_empty() && *said != "UNKNOWN")
    };
    let class = head.lines().filter_map(|line| line.strip_prefix("Classifier: License :: ")).next();
    let class = class.and_then(|class| class.rsplit(" :: ").next());
    field("License-Expression").or_else(|| field("License")).or(class).map(Text::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn python_packages_say_their_licence_in_one_of_three_ways() {
        let check = |head: &str, expect: Option<&str>| {
            let told = super::of_metadata(&format!("{head}\n\nLicense: of the text"));
            assert_eq!(told.as_deref(), expect, "{head}");
        };
        check(
            "Name: a\nLicense-Expression: MIT OR Apache-2.0\nLicense: x",
            Some("MIT OR Apache-2.0"),
        );
        check("Name: a\nLicense: BSD", Some("BSD"));
        check(
            "License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License",
            Some("MIT License"),
        );
        check("Name: a", None);
    }
}
