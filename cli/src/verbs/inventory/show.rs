//! The list for people: every owner, his agents, and what each of them loads and may do.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use clap::Args;
use event::show::{brief, plain};
use event::{Asset, Evidence, Freedom, Installed, Role, ToolServer, Verdict, What};
use inventory::Inventory;

use super::record::{Recorded, WEEK_NS};
use super::{Where, artifacts, ground};
use crate::host::now_unix_ns;
use crate::out::{self, Colour, Words};
use crate::verbs::{Common, Exit};

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    place: Where,
    /// Only what belongs to this product (`claude-code`).
    #[arg(long, value_name = "PRODUCT")]
    of: Option<String>,
    /// Only this kind of thing (`tool_server`, `skill`, `hook`, `model`, `service`, ...).
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// How far back the record is asked what agents used (`90s`, `6h`, `2d`) [default: 7d].
    #[arg(long, value_name = "SPAN", value_parser = crate::verbs::events::parse_span)]
    last: Option<u64>,
}

impl Show {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let found = self.place.look(common)?;
        let recorded = Recorded::read(&found, self.last.unwrap_or(WEEK_NS), common)?;
        let mut inventory = found.inventory;
        inventory.assets.retain(|asset| {
            self.of.as_ref().is_none_or(|of| asset.products.iter().any(|one| **one == **of))
                && self.kind.as_ref().is_none_or(|kind| asset.what.kind() == kind)
        });
        if common.json {
            for asset in &inventory.assets {
                out::json(&serde_json::json!({ "asset": recorded.value(asset)? }))?;
            }
            for unsure in &inventory.unsure {
                out::json(&serde_json::json!({ "unsure": unsure }))?;
            }
            return Ok(super::exit(&inventory.unsure));
        }
        let flatly = self.kind.is_some();
        let lines = if flatly { flat(&inventory, &recorded) } else { tree(&inventory, &recorded) };
        let colour = out::coloured();
        for line in lines {
            out::line(&line.paint(colour))?;
        }
        super::say(&inventory.unsure);
        if let Some(missing) = recorded.missing {
            crate::say!("{}", missing.say());
        }
        if inventory.assets.is_empty() {
            crate::say!("nothing of an agent was found in {} files and folders", inventory.entries);
        }
        Ok(super::exit(&inventory.unsure))
    }
}

/// One line a thing.
fn flat(inventory: &Inventory, recorded: &Recorded) -> Vec<Words> {
    let line = |asset: &Asset| {
        let words = Words::default().with(who(&asset.owner), Colour::Bold).and("  ");
        let words = words.and(plain(&asset.name)).and("  ").and(detail(asset));
        let since = recorded.since(asset);
        words.with(format!("  {}{since}", places(&asset.evidence)), Colour::Dim)
    };
    inventory.assets.iter().map(line).collect()
}

/// Owners, their agents, and what each loads.
fn tree(inventory: &Inventory, recorded: &Recorded) -> Vec<Words> {
    let mut owners: BTreeMap<&str, Vec<&Asset>> = BTreeMap::new();
    for asset in &inventory.assets {
        owners.entry(&asset.owner).or_default().push(asset);
    }
    let mut lines = Vec::new();
    for (owner, assets) in owners {
        if !lines.is_empty() {
            lines.push(Words::default());
        }
        lines.push(Words::default().with(who(owner), Colour::Bold));
        let mut told: Vec<event::AssetId> = Vec::new();
        for agent in &assets {
            let What::Agent(installed) = &agent.what else { continue };
            told.push(agent.id);
            let since = recorded.since(agent);
            lines.push(head(agent, installed).with(since, Colour::Dim));
            let own = |asset: &&&Asset| {
                asset.id != agent.id
                    && asset.products.iter().any(|one| agent.products.contains(one))
            };
            let own: Vec<&Asset> = assets.iter().filter(own).copied().collect();
            told.extend(own.iter().map(|asset| asset.id));
            parts(&own, recorded, &mut lines);
            rights(installed, &mut lines);
            recorded.used(agent, &mut lines);
        }
        let rest: Vec<&Asset> = assets.into_iter().filter(|one| !told.contains(&one.id)).collect();
        if !rest.is_empty() {
            let (beside, loose): (Vec<&Asset>, Vec<&Asset>) =
                rest.into_iter().partition(|asset| is_beside(&asset.what));
            for (title, assets) in [
                ("  for any agent, or one that is not here", loose),
                ("  models, their servers and tools", beside),
            ] {
                if !assets.is_empty() {
                    lines.push(Words::plain(title));
                    parts(&assets, recorded, &mut lines);
                }
            }
        }
    }
    lines
}

/// Whether it stands beside the agents, and belongs to none of them.
fn is_beside(what: &What) -> bool {
    matches!(
        what,
        What::Package(_)
            | What::Service(_)
            | What::Model(_)
            | What::Dataset(_)
            | What::VectorStore(_)
            | What::Container(_)
            | What::ModelServer(_)
            | What::Listener(_)
    )
}

fn who(owner: &str) -> String {
    if owner.is_empty() { "this host".into() } else { plain(owner).into_owned() }
}

fn head(agent: &Asset, installed: &Installed) -> Words {
    let version = agent.version.as_deref().unwrap_or("");
    let name = format!("  {} {}", plain(&agent.name), plain(version));
    let words = Words::default().with(format!("{name:<32}"), Colour::Cyan);
    let most = installed.autonomy.iter().max_by_key(|autonomy| autonomy.freedom);
    let words = match most {
        Some(autonomy) => {
            let colour =
                if autonomy.freedom == Freedom::All { Colour::Red } else { Colour::Yellow };
            words
                .with(plain(&autonomy.means).into_owned(), colour)
                .with(format!("  {}", place(&autonomy.at)), Colour::Dim)
        }
        None => words.and("asks"),
    };
    match installed.last_used_unix_ns {
        Some(last) => words.with(format!("  used {} ago", age(last)), Colour::Dim),
        None => words,
    }
}

/// Things of one agent: those that act one by one, texts by their number.
fn parts(assets: &[&Asset], recorded: &Recorded, lines: &mut Vec<Words>) {
    let mut label = "";
    for asset in assets {
        let title = match &asset.what {
            What::ToolServer(_) => "tool servers",
            What::Hook(_) => "hooks",
            What::Helper(_) => "helpers",
            What::Credential(_) => "keys",
            What::Plugin(_) => "plug-ins",
            What::Extension(_) => "extensions",
            What::Skill(_) => "skills",
            What::Package(package) if !is_library(package.role) => "packages",
            What::Service(_) => "services",
            What::Model(_) => "models",
            What::Dataset(_) => "datasets",
            What::VectorStore(_) => "vector stores",
            What::Container(_) => "containers",
            What::ModelServer(_) => "model servers",
            What::Listener(_) => "listens",
            _ => continue,
        };
        let shown = if title == label { "" } else { title };
        label = title;
        let name = brief(&asset.name, 24);
        let project = asset.project.as_deref().map(|project| format!("  in {}", plain(project)));
        let words = Words::plain(format!("    {shown:<14}{name:<24}  "));
        let words = words.and(detail(asset));
        lines.push(words.with(
            format!(
                "{}  {}{}",
                project.unwrap_or_default(),
                places(&asset.evidence),
                recorded.since(asset)
            ),
            Colour::Dim,
        ));
    }
    let count = |kind: &str| assets.iter().filter(|asset| asset.what.kind() == kind).count();
    let texts = [
        ("rules", "rules"),
        ("memory", "memories"),
        ("command", "commands"),
        ("sub_agent", "sub-agents"),
        ("code", "of frameworks"),
    ];
    let texts: Vec<String> = texts
        .iter()
        .map(|(kind, word)| (count(kind), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if !texts.is_empty() {
        lines.push(Words::plain(format!("    {:<14}{}", "texts", texts.join(", "))));
    }
    let repositories = count("repository");
    if repositories > 0 {
        lines.push(Words::plain(format!("    {:<14}{repositories}", "repositories")));
    }
    let libraries = assets.iter().filter_map(|asset| match &asset.what {
        What::Package(package) if is_library(package.role) => Some(plain(&asset.name).into_owned()),
        _ => None,
    });
    let libraries: BTreeSet<String> = libraries.collect();
    if !libraries.is_empty() {
        let list = libraries.into_iter().collect::<Vec<_>>().join(", ");
        lines.push(Words::plain(format!("    {:<14}{}", "libraries", brief(&list, 110))));
    }
}

/// What agents are made of, which is a part of a project and runs nothing by itself.
fn is_library(role: Role) -> bool {
    matches!(role, Role::Framework | Role::Sdk)
}

fn rights(installed: &Installed, lines: &mut Vec<Words>) {
    let list = |verdict| {
        let of: Vec<String> = installed
            .rights
            .iter()
            .filter(|right| right.verdict == verdict)
            .map(|right| plain(&right.what).into_owned())
            .collect();
        (!of.is_empty()).then(|| brief(&of.join(", "), 110))
    };
    for (title, verdict) in
        [("may", Verdict::Allow), ("must ask", Verdict::Ask), ("may not", Verdict::Deny)]
    {
        if let Some(list) = list(verdict) {
            lines.push(Words::plain(format!("    {title:<14}{list}")));
        }
    }
    for secret in &installed.secrets {
        let words = Words::plain(format!("    {:<14}", "secret"))
            .with(plain(&secret.text).into_owned(), Colour::Yellow);
        lines.push(words.with(format!("  {}", place(&secret.at)), Colour::Dim));
    }
}

/// What there is to say of a thing in a few words.
fn detail(asset: &Asset) -> String {
    let version = || asset.version.as_deref().map(|it| plain(it).into_owned()).unwrap_or_default();
    match &asset.what {
        What::ToolServer(server) => tool_server(server),
        What::Hook(hook) => {
            let of =
                hook.matcher.as_deref().map(|it| format!("{}: ", plain(it))).unwrap_or_default();
            format!("{of}{}", brief(&hook.runs, 80))
        }
        What::Helper(helper) => brief(&helper.runs, 80),
        What::Extension(extension) => artifacts::extension(extension, &version()),
        What::Package(package) => artifacts::package(package, &version()),
        What::Service(service) => artifacts::service(service),
        What::Model(model) => artifacts::model(model),
        What::Dataset(dataset) => artifacts::dataset(dataset),
        What::VectorStore(store) => artifacts::vector_store(store),
        What::Container(container) => artifacts::container(container),
        What::ModelServer(server) => artifacts::model_server(server),
        What::Listener(listener) => artifacts::listener(listener),
        What::Account(account) => ground::account(account),
        What::Repository(repository) => ground::repository(repository),
        What::Plugin(_) | What::Agent(_) => version(),
        What::Credential(credential) => {
            let open = credential.readable_by.as_deref().map(|who| format!(", readable by {who}"));
            let changed = age(credential.changed_unix_ns);
            let opens = match credential.opens.as_slice() {
                [] => String::new(),
                all => format!(": {}", brief(&all.join(", "), 60)),
            };
            let open = open.unwrap_or_default();
            format!("{}{opens}, {changed} old{open}", plain(&credential.holds))
        }
        What::Code(code) => plain(&code.framework).into_owned(),
        What::Skill(it)
        | What::Command(it)
        | What::SubAgent(it)
        | What::Rules(it)
        | What::Memory(it) => match &it.description {
            Some(description) => brief(description, 60),
            None => format!("{} bytes", it.bytes),
        },
    }
}

fn tool_server(server: &ToolServer) -> String {
    let mut told = match &server.url {
        Some(url) => brief(url, 80),
        None => brief(&server.command.join(" "), 80),
    };
    if !server.enabled {
        told += ", off";
    }
    if !server.unasked.is_empty() {
        told += &format!(", unasked: {}", brief(&server.unasked.join(" "), 40));
    }
    if !server.secrets.is_empty() {
        told += &format!(", secrets in it: {}", brief(&server.secrets.join(", "), 60));
    }
    told
}

fn places(evidence: &[Evidence]) -> String {
    evidence.first().map(place).unwrap_or_default()
}

fn place(at: &Evidence) -> String {
    match at.line {
        0 => plain(&at.place).into_owned(),
        line => format!("{}:{line}", plain(&at.place)),
    }
}

/// How long ago, roughly.
fn age(unix_ns: u64) -> String {
    let minutes = now_unix_ns().saturating_sub(unix_ns) / 60_000_000_000;
    match minutes {
        0..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
