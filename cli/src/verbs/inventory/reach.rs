//! `chaperone inventory reach`: what each agent could touch as its account, why, and what its own settings keep it from.

use std::io::Write;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use event::show::{brief, plain};
use event::{Evidence, Freedom};
use inventory::reach::{Edge, Exposure, Held, Login, Map, Table, Way, dot, exposures, maps};

use super::Where;
use crate::out::{self, Colour, Words};
use crate::verbs::{Common, Exit, Stop};
use crate::worker::Found;

#[derive(Debug, Args)]
pub struct Reach {
    /// Only this agent, by its product, name or `PRODUCT@OWNER`.
    #[arg(value_name = "AGENT")]
    which: Option<String>,
    #[command(flatten)]
    place: Where,
    /// How to write it; `--json` is one agent per line.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Every line, however many there are.
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For Graphviz.
    Dot,
}

/// Lines of each kind that people get unless all are wanted.
const SHOWN: usize = 12;

/// The maps of what was found.
pub fn of(found: &Found, table: &Table) -> Vec<Map> {
    maps(&found.inventory, table, &|owner| found.home_of(owner))
}

/// The table that maps are made by.
pub fn table() -> Result<Table> {
    Table::shipped().map_err(|wrong| anyhow!("{wrong}"))
}

impl Reach {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let found = self.place.look(common)?;
        let table = table()?;
        let mut maps = of(&found, &table);
        if let Some(which) = &self.which {
            maps.retain(|map| is(map, which));
            if maps.is_empty() {
                let said = format!(
                    "no agent on the disk is called `{which}`\nhint: `chaperone agents` lists them"
                );
                return Err(Stop::new(Exit::NotFound, said).into());
            }
        }
        let unsure = &found.inventory.unsure;
        if common.json {
            for map in &maps {
                out::json(&serde_json::json!({ "reach": map }))?;
            }
            if self.which.is_none() {
                for open in exposures(&found.inventory, &table) {
                    out::json(&serde_json::json!({ "exposure": open }))?;
                }
            }
            for unsure in unsure {
                out::json(&serde_json::json!({ "unsure": unsure }))?;
            }
            return Ok(super::exit(unsure));
        }
        if self.format == Format::Dot {
            std::io::stdout().lock().write_all(dot(&maps).as_bytes())?;
            return Ok(super::exit(unsure));
        }
        for alike in maps.chunk_by(is_alike) {
            let owner = alike.first().map_or("", |map| &map.owner);
            self.show(alike, &found.home_of(owner))?;
        }
        if self.which.is_none() {
            let near = |open: &Exposure| maps.iter().any(|map| map.exposures.contains(open));
            let mut others = exposures(&found.inventory, &table);
            others.retain(|open| !near(open));
            if !others.is_empty() {
                heading("of this host, open to the network", Colour::Yellow)?;
                self.lines(others.iter().map(|it| exposure(it, "")).collect())?;
            }
        }
        if maps.is_empty() {
            crate::say!("no agent was found");
        }
        super::say(unsure);
        Ok(super::exit(unsure))
    }

    /// Agents of one account that could touch the same.
    fn show(&self, alike: &[Map], home: &str) -> Result<()> {
        alike.iter().try_for_each(|map| head(map, home))?;
        let Some(map) = alike.first() else { return Ok(()) };
        if map.account.is_none() {
            out::line(
                "  groups, sudo and sockets of the account were not looked at: only one home was named",
            )?;
        }
        let open = |edge: &&Edge| edge.held == Held::No;
        let part = |is: fn(&Edge) -> bool| -> Vec<&Edge> {
            map.edges.iter().filter(open).filter(|edge| is(edge)).collect()
        };
        let danger = |edge: &Edge| edge.production.is_some() && edge.way != Way::Write;
        let rises =
            |it: &Edge| matches!(it.way, Way::Root | Way::Commands | Way::Engine | Way::Metadata);
        let sections: [(&str, Colour, Vec<&Edge>); 4] = [
            ("production", Colour::Red, part(danger)),
            ("more rights", Colour::Red, part(rises)),
            ("keys", Colour::Yellow, part(|it| it.way == Way::Read && it.production.is_none())),
            (
                "could push to",
                Colour::Yellow,
                part(|it| it.way == Way::Push && it.production.is_none()),
            ),
        ];
        for (title, colour, edges) in sections {
            if !edges.is_empty() {
                heading(title, colour)?;
                self.lines(edges.into_iter().map(|it| line(it, home)).collect())?;
            }
        }
        if !map.exposures.is_empty() {
            heading("listens beyond this host", Colour::Red)?;
            self.lines(map.exposures.iter().map(|it| exposure(it, home)).collect())?;
        }
        let changes = part(|it| it.way == Way::Write);
        if !changes.is_empty() {
            let names: Vec<&str> = changes.iter().map(|it| &*it.name).collect();
            out::line(&format!(
                "  repositories it could change, and not push from by a key that was found: {}",
                brief(&names.join(", "), 200)
            ))?;
        }
        if !part(|it| it.way == Way::Network).is_empty() {
            out::line("  network: any host; nothing in its settings keeps its commands from it")?;
        }
        let held: Vec<&Edge> = map.edges.iter().filter(|it| it.held != Held::No).collect();
        if !held.is_empty() {
            heading(
                "could, but something says no; a rule is as strong as the product that obeys it",
                Colour::Green,
            )?;
            self.lines(held.into_iter().map(|it| but(it, home)).collect())?;
        }
        Ok(out::line("")?)
    }

    fn lines(&self, lines: Vec<Words>) -> Result<()> {
        let most = if self.all { usize::MAX } else { SHOWN };
        let more = lines.len().saturating_sub(most);
        for line in lines.into_iter().take(most) {
            out::line(&line.paint(out::coloured()))?;
        }
        if more > 0 {
            out::line(&format!("    and {more} more (--all)"))?;
        }
        Ok(())
    }
}

fn is(map: &Map, which: &str) -> bool {
    let wanted = which.to_lowercase();
    *map.product == *wanted
        || map.name.to_lowercase() == wanted
        || format!("{}@{}", map.product, map.owner) == wanted
}

fn head(map: &Map, home: &str) -> Result<()> {
    let version = map.version.as_deref().unwrap_or("");
    let name = format!("{} {}", plain(&map.name), plain(version));
    let words = Words::default().with(name.trim_end(), Colour::Bold);
    let words = words.and(format!(", as {}", plain(&map.owner)));
    let words = match &map.unasked {
        Some(it) if it.freedom == Freedom::All => {
            words.and(": ").with(plain(&it.means).into_owned(), Colour::Red)
        }
        Some(it) => words.and(": ").with(plain(&it.means).into_owned(), Colour::Yellow),
        None => words.and(": no setting lets it act without asking"),
    };
    let words = match &map.unasked {
        Some(it) => words.with(format!("  {}", at(&it.at, home)), Colour::Dim),
        None => words,
    };
    Ok(out::line(&words.paint(out::coloured()))?)
}

/// Whether two agents act as the same account and could touch the same.
fn is_alike(one: &Map, other: &Map) -> bool {
    // Where it is seen that nothing keeps one from the network is the agent itself.
    let key = |edge: &Edge| {
        let place = (edge.way != Way::Network).then(|| edge.place.clone());
        (edge.way, edge.held, place, edge.what.clone(), edge.but.clone())
    };
    one.owner == other.owner
        && one.exposures == other.exposures
        && one.edges.iter().map(key).eq(other.edges.iter().map(key))
}

fn heading(title: &str, colour: Colour) -> Result<()> {
    Ok(out::line(&format!("  {}", out::paint(title, colour, out::coloured())))?)
}

/// What it could touch, and why.
fn line(edge: &Edge, home: &str) -> Words {
    let words = subject(edge, home);
    let words = match &edge.production {
        Some(because) => words.with(format!("  {}", plain(because)), Colour::Red),
        None => words,
    };
    let usual = edge.way == Way::Read && edge.of.is_none();
    if usual {
        return words;
    }
    let why: Vec<String> = edge.why.iter().map(|it| plain(&it.text).into_owned()).collect();
    words.with(format!("  {}", brief(&why.join("; "), 240)), Colour::Dim)
}

/// What it could touch, and what says no.
fn but(edge: &Edge, home: &str) -> Words {
    let words = subject(edge, home);
    let Some(no) = &edge.but else { return words };
    let place = format!("  {}  {}", plain(&no.text), at(&no.at, home));
    words.with(place, Colour::Dim)
}

fn subject(edge: &Edge, home: &str) -> Words {
    let what = match edge.way {
        Way::Read => plain(&edge.what).into_owned(),
        Way::Root if &*edge.name == "root" => "root".into(),
        Way::Root => format!("root by {}", plain(&edge.name)),
        Way::Commands => format!("commands by {}", plain(&edge.name)),
        Way::Engine => plain(&edge.name).into_owned(),
        Way::Metadata => format!("tokens of {}", plain(&edge.name)),
        Way::Push | Way::Write => plain(&edge.name).into_owned(),
        Way::Network => "network".into(),
    };
    let words = Words::plain(format!("    {:<28}", brief(&what, 60)));
    let words = match edge.way {
        Way::Network => words,
        _ => words.and(format!("  {}", short(&edge.place, home))),
    };
    let words = match &edge.of {
        Some(of) if !of.is_empty() => words.and(format!(" of {}", plain(of))),
        _ => words,
    };
    let opens: Vec<&str> = edge.opens.iter().map(|it| &**it).collect();
    if opens.is_empty() { words } else { words.and(format!("  {}", brief(&opens.join(", "), 100))) }
}

fn exposure(open: &Exposure, home: &str) -> Words {
    let login = match &open.login {
        Login::Nobody => "asks nobody who calls".into(),
        Login::By(word) => format!("asks for a key ({})", plain(word)),
        Login::Unknown => "nothing that was read says that it asks who calls".into(),
    };
    let now = if open.now { "listens at" } else { "is to listen at" };
    let words = Words::plain(format!("    {:<28}", brief(&open.name, 60)));
    let words =
        words.and(format!("  {} {now} {}: {login}", open.role.say(), brief(&open.address, 80)));
    words.with(format!("  {}", at(&open.at, home)), Colour::Dim)
}

fn at(at: &Evidence, home: &str) -> String {
    match at.line {
        0 => short(&at.place, home),
        line => format!("{}:{line}", short(&at.place, home)),
    }
}

/// A path; what is in the home of the account begins with `~`.
fn short(path: &str, home: &str) -> String {
    let below = path.strip_prefix(home).filter(|it| !home.is_empty() && it.starts_with('/'));
    below.map_or_else(|| plain(path).into_owned(), |it| format!("~{}", plain(it)))
}
