//! What a folder with a model says of it: the head of its README, and its configuration, as model hubs want them.

use std::path::Path;

use content::tree::Node;
use event::Text;

use super::ModelFile;
use crate::extract::{frontmatter, parse};
use crate::join::text;
use crate::product::Form;
use crate::read::{self, MAX_WORDING};

/// What is known of the models in a folder; nothing if it holds none.
pub fn of_folder(place: &Path, uid: u32) -> ModelFile {
    let content = |name: &str| read::file(&place.join(name), uid, MAX_WORDING).ok();
    let Some(config) = content("config.json") else { return ModelFile::default() };
    let readme = content("README.md");
    let mut card = of_texts(&config.text(), readme.as_ref().map(|it| it.text()).as_deref());
    if card.family.is_some() || card.architecture.is_some() {
        let own = place.file_name().map(|name| text(Path::new(name)));
        card.name = own.unwrap_or_default();
    }
    card
}

/// The same from the texts.
fn of_texts(config: &str, readme: Option<&str>) -> ModelFile {
    let config = parse(Form::Json, config).ok();
    let said = |key: &str| config.as_ref()?.get(key)?.scalar().map(Text::from);
    let architectures = config.as_ref().and_then(|config| config.get("architectures"));
    let mut card = ModelFile {
        family: said("model_type"),
        architecture: architectures.and_then(|list| list.items().first()?.scalar()).map(Text::from),
        ..ModelFile::default()
    };
    if card.family.is_none() && card.architecture.is_none() {
        return ModelFile::default();
    }
    let head = readme.and_then(frontmatter::between).and_then(|head| parse(Form::Yaml, head).ok());
    let Some(head) = head else { return card };
    let word = |key: &str| head.get(key).and_then(Node::scalar).map(Text::from);
    let list = |key: &str| -> Vec<Text> {
        let list = head.get(key).map(Node::one_or_many).unwrap_or_default();
        list.iter().filter_map(Node::scalar).map(Text::from).take(100).collect()
    };
    card.licence = word("license_name").or_else(|| word("license")).map(|said| spdx_id(&said));
    card.task = word("pipeline_tag");
    card.data_sets = list("datasets");
    card.base = list("base_model");
    card
}

/// Hubs write ids of licences in small letters.
fn spdx_id(said: &Text) -> Text {
    let known = [
        ("apache-2.0", "Apache-2.0"),
        ("mit", "MIT"),
        ("bsd-3-clause", "BSD-3-Clause"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("agpl-3.0", "AGPL-3.0-only"),
        ("lgpl-3.0", "LGPL-3.0-only"),
        ("mpl-2.0", "MPL-2.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("cc-by-sa-4.0", "CC-BY-SA-4.0"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("cc0-1.0", "CC0-1.0"),
        ("unlicense", "Unlicense"),
        ("openrail", "LicenseRef-OpenRAIL"),
    ];
    let known = known.iter().find(|(hub, _)| *hub == &**said);
    known.map_or_else(|| said.clone(), |(_, id)| (*id).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_hub_says_what_its_model_is() {
        let config = r#"{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}"#;
        let readme = "---\nlicense: apache-2.0\ndatasets: [a/b, c]\nbase_model: o/p\npipeline_tag: text-generation\n---\n# x";
        let card = of_texts(config, Some(readme));
        assert_eq!(card.family.as_deref(), Some("llama"));
        assert_eq!(card.licence.as_deref(), Some("Apache-2.0"));
        assert_eq!(card.data_sets, ["a/b".into(), "c".into()]);
        assert_eq!(card.base, ["o/p".into()]);
        assert_eq!(of_texts(r#"{"name": "x"}"#, Some(readme)), ModelFile::default());
        assert_eq!(of_texts("{", None), ModelFile::default());
    }
}
