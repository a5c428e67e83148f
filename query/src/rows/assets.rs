//! The table `asset_history`: what became of the things of the inventory. The view `assets` shows how each stands.

use std::borrow::Cow;

use event::AssetChange;

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "asset_history",
    about: "What became of each thing of the inventory: agents, tool servers, skills, keys, repositories and all others.",
    columns: COLUMNS,
    schema,
    order: &["position"],
    time: None,
    ids: &[],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// Stable id of the thing.
    id: Text = required,
    /// When it was seen, UTC.
    time: Time = required,
    /// `known` (it was there at the first look), `appeared`, `changed`, `gone`.
    became: Text = required,
    /// What it is (`agent`, `tool_server`, `skill`, `credential`, `repository`, ...).
    kind: Text = required,
    /// Name for people.
    name: Text = required,
    /// Account whose it is; empty where it is the host's.
    owner: Text = required,
    /// Products that load it, by their ids, joined by commas.
    products: Text,
    /// The project it belongs to.
    project: Text,
    /// Version, where something says it.
    version: Text,
    /// Hash of its content.
    digest: Text,
    /// Hash of its content before, where it changed.
    digest_before: Text,
    /// The first file or folder that says so.
    place: Text,
    /// `unasked`, `trusted`, `untrusted`, `held`.
    standing: Text = required,
    /// Rules that it breaks, the worst first, joined by commas.
    flaws: Text,
    /// What is known of it, as JSON.
    detail: Text,
}

/// The row of a change.
pub fn row(position: u64, change: &AssetChange) -> Row<'_> {
    let asset = &change.asset;
    let text = |text: &event::Text| Cow::Owned(text.to_string());
    Row {
        position: Some(position),
        id: Some(Cow::Owned(asset.id.to_string())),
        time: Some(super::time(change.time_unix_ns)),
        became: Some(Cow::Borrowed(change.became.name())),
        kind: Some(Cow::Borrowed(asset.what.kind())),
        name: Some(Cow::Borrowed(&asset.name)),
        owner: Some(Cow::Borrowed(&asset.owner)),
        products: joined(asset.products.iter().map(|product| &**product)),
        project: asset.project.as_ref().map(text),
        version: asset.version.as_ref().map(text),
        digest: asset.digest.as_ref().map(text),
        digest_before: change.digest_before.as_ref().map(text),
        place: asset.evidence.first().map(|at| Cow::Borrowed(&*at.place)),
        standing: Some(Cow::Borrowed(change.standing.name())),
        flaws: joined(change.flaws.iter().map(|flaw| &*flaw.rule)),
        detail: serde_json::to_string(&asset.what).ok().map(Cow::Owned),
    }
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Option<Cow<'a, str>> {
    let words: Vec<&str> = words.collect();
    (!words.is_empty()).then(|| Cow::Owned(words.join(",")))
}
