//! Extensions of browsers with AI powers: known ones by id, others by what their manifest says of them and asks for.

use std::fs;
use std::path::Path;

use event::{Extension, Text};
use serde_json::Value;

use crate::product::{BrowserSigns, Products};
use crate::read::{self, Why};

/// Most words that are kept of a list.
const MOST: usize = 40;

/// An extension that is worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: Text,
    /// Its version.
    pub version: Option<Text>,
    /// The product it belongs to, where a table has it.
    pub product: Option<Text>,
    /// What is told of it.
    pub extension: Extension,
}

/// What an extension says of itself, however its browser keeps it.
#[derive(Default)]
struct Said {
    id: String,
    name: String,
    description: String,
    version: Option<Text>,
    permissions: Vec<Text>,
    hosts: Vec<Text>,
}

/// An extension in a browser of Chromium's family: `Extensions/ID/VERSION/manifest.json`.
pub fn of_manifest(
    products: &Products,
    browser: &Text,
    path: &Path,
    uid: u32,
) -> Result<Option<Found>, Why> {
    let Some((folder, id)) = place(path) else { return Ok(None) };
    let content = read::file(path, uid, read::MAX_WORDING)?;
    let text = content.text();
    // A browser does not load what it cannot read.
    let Ok(manifest) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return Ok(None);
    };
    Ok(said(id, &manifest, folder, uid).judge(products, browser))
}

/// The folder of the version and the id of an extension, unless another version is the one that is loaded.
fn place(path: &Path) -> Option<(&Path, &str)> {
    let folder = path.parent()?;
    let id = folder.parent()?.file_name()?.to_str()?;
    let is_newest = newest(folder.parent()?)? == folder.file_name()?.to_str()?;
    is_newest.then_some((folder, id))
}

fn said(id: &str, manifest: &Value, folder: &Path, uid: u32) -> Said {
    let text = |key: &str| translated(manifest.get(key)?.as_str()?, manifest, folder, uid);
    let (mut permissions, mut hosts) = (Vec::new(), Vec::new());
    let keys =
        ["permissions", "optional_permissions", "host_permissions", "optional_host_permissions"];
    for key in keys {
        words(manifest.get(key), &mut permissions, &mut hosts);
    }
    let scripts = manifest.get("content_scripts").and_then(Value::as_array).into_iter().flatten();
    scripts.for_each(|script| words(script.get("matches"), &mut permissions, &mut hosts));
    Said {
        id: id.into(),
        name: text("name").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        version: manifest.get("version").and_then(Value::as_str).map(Text::from),
        permissions,
        hosts,
    }
}

/// The add-ons of a profile of Firefox, out of its `extensions.json`.
pub fn of_addons(products: &Products, browser: &Text, text: &str) -> Result<Vec<Found>, String> {
    let list: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let addons = list.get("addons").and_then(Value::as_array).into_iter().flatten();
    let own = |addon: &&Value| {
        let is = |key: &str, value: &str| addon.get(key).and_then(Value::as_str) == Some(value);
        let of_browser =
            ["app-builtin", "app-system-defaults", "app-system-addons", "app-builtin-addons"];
        is("type", "extension") && !of_browser.iter().any(|place| is("location", place))
    };
    let found = addons.filter(own).filter_map(|addon| {
        let locale = |key: &str| Some(addon.get("defaultLocale")?.get(key)?.as_str()?.to_owned());
        let (mut permissions, mut hosts) = (Vec::new(), Vec::new());
        for key in ["userPermissions", "optionalPermissions"] {
            for part in ["permissions", "origins"] {
                let part = addon.get(key).and_then(|it| it.get(part));
                words(part, &mut permissions, &mut hosts);
            }
        }
        let said = Said {
            id: addon.get("id")?.as_str()?.to_owned(),
            name: locale("name").unwrap_or_default(),
            description: locale("description").unwrap_or_default(),
            version: addon.get("version").and_then(Value::as_str).map(Text::from),
            permissions,
            hosts,
        };
        said.judge(products, browser)
    });
    Ok(found.collect())
}

/// The folder of the newest version.
fn newest(extension: &Path) -> Option<String> {
    let names = fs::read_dir(extension).ok()?.take(MOST).flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let numbers = |name: &String| -> Vec<u64> {
        name.split(['.', '_']).filter_map(|part| part.parse().ok()).collect()
    };
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).max_by_key(numbers)
}

/// A text of a manifest; `__MSG_name__` stands for one in the language that the manifest names.
fn translated(text: &str, manifest: &Value, folder: &Path, uid: u32) -> Option<String> {
    let Some(key) = text.strip_prefix("__MSG_").and_then(|it| it.strip_suffix("__")) else {
        return Some(text.to_owned());
    };
    let language = manifest.get("default_locale")?.as_str()?;
    if language.contains(['/', '.']) {
        return None;
    }
    let path = folder.join("_locales").join(language).join("messages.json");
    let content = read::file(&path, uid, read::MAX_WORDING).ok()?;
    let messages: Value =
        serde_json::from_str(content.text().trim_start_matches('\u{feff}')).ok()?;
    let messages = messages.as_object()?;
    let (_, message) = messages.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
    Some(message.get("message")?.as_str()?.to_owned())
}

/// Permissions and patterns for pages, which share a list in older manifests.
fn words(list: Option<&Value>, permissions: &mut Vec<Text>, hosts: &mut Vec<Text>) {
    for word in list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let into = if word == "<all_urls>" || word.contains("://") {
            &mut *hosts
        } else {
            &mut *permissions
        };
        if into.len() < MOST && !into.iter().any(|known| **known == *word) {
            into.push(word.into());
        }
    }
}

impl Said {
    /// Whether it has AI powers: it is known, or it says so and asks for more than its own window.
    fn judge(self, products: &Products, browser: &Text) -> Option<Found> {
        let known = products.browser_extension(&self.id);
        let signs = &products.browser_signs;
        let because: Text = match known {
            Some(_) => "its id is known".into(),
            None => self.reason(signs)?.into(),
        };
        let name = match known {
            Some(known) => known.name.clone(),
            None if self.name.is_empty() => self.id.as_str().into(),
            None => self.name.as_str().into(),
        };
        let extension = Extension {
            editor: browser.clone(),
            extension: name,
            permissions: self.permissions,
            hosts: self.hosts,
            because: Some(because),
        };
        let product = known.map(|known| known.id.clone());
        Some(Found { id: self.id.into(), version: self.version, product, extension })
    }

    fn reason(&self, signs: &BrowserSigns) -> Option<String> {
        let power = self.permissions.iter().find(|it| signs.powers.contains(*it));
        let pages = self.hosts.iter().find(|it| signs.everywhere.contains(*it));
        let told = format!("{} {}", self.name, self.description).to_lowercase();
        if signs.unless.iter().any(|words| stands_in(&told, words)) {
            return None;
        }
        let word = signs.words.iter().find(|word| stands_in(&told, word));
        let model =
            self.hosts.iter().find(|host| signs.models.iter().any(|one| is_host(host, one)));
        match (word, model, pages.or(power)) {
            (Some(word), _, Some(may)) => Some(format!("it speaks of `{word}` and may `{may}`")),
            // Into the page of a model it may want for many reasons, to its API for one.
            (_, Some(model), Some(may)) => Some(format!("it asks `{model}` and may `{may}`")),
            _ => None,
        }
    }
}

/// Whether a word stands in a text by itself.
fn stands_in(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        // `.ai` is the end of a file or of an address.
        !before.is_some_and(|c| c.is_alphanumeric() || c == '.')
            && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Whether a pattern for pages is of one host.
fn is_host(pattern: &str, host: &str) -> bool {
    let rest = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
    rest.split('/').next().is_some_and(|it| it.trim_start_matches("*.") == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, permissions: &[&str], hosts: &[&str], expect: Option<&str>) {
        let (products, _) = Products::shipped();
        let texts = |list: &[&str]| list.iter().map(|it| Text::from(*it)).collect();
        let said = Said {
            id: "a".into(),
            name: name.into(),
            permissions: texts(permissions),
            hosts: texts(hosts),
            ..Said::default()
        };
        let because = said.judge(&products, &"chrome".into()).and_then(|it| it.extension.because);
        assert_eq!(because.as_deref(), expect, "{name}");
    }

    #[test]
    fn an_extension_has_ai_powers_if_it_says_so_and_asks_for_more_than_its_window() {
        check(
            "Reads with GPT-5",
            &["storage"],
            &["<all_urls>"],
            Some("it speaks of `gpt` and may `<all_urls>`"),
        );
        check("AI Helper", &["debugger"], &[], Some("it speaks of `ai` and may `debugger`"));
        check("AI Helper", &["storage"], &["https://own.test/*"], None);
        check("Opens .ai files", &["tabs"], &["<all_urls>"], None);
        check("Hide AI answers", &["scripting"], &["<all_urls>"], None);
        check("Maintain tabs", &["tabs"], &["<all_urls>"], None);
        check("Chair finder", &["nativeMessaging"], &["*://*/*"], None);
        check(
            "Side panel",
            &["sidePanel"],
            &["https://api.anthropic.com/*", "https://*/*"],
            Some("it asks `https://api.anthropic.com/*` and may `https://*/*`"),
        );
    }

    #[test]
    fn what_is_no_list_of_add_ons_is_said() {
        let (products, _) = Products::shipped();
        assert!(of_addons(&products, &"firefox".into(), "{").is_err());
        assert_eq!(of_addons(&products, &"firefox".into(), "[1]"), Ok(Vec::new()));
    }
}
