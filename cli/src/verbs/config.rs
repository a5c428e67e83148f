//! `chaperone config show|check|path`: what holds, whether a file is good, and which file it is.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use event::show::plain;
use toml::Value;

use super::{Common, Exit, examples};
use crate::config::places::places;
use crate::config::{Config, keys};
use crate::out::{self, Colour, Words, label};

#[derive(Debug, Args)]
pub struct ConfigVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print what holds, as a configuration file, each key with where it comes from.
    #[command(after_help = examples::CONFIG_SHOW)]
    Show {
        /// Only what is not the default.
        #[arg(long)]
        set: bool,
    },
    /// Read a configuration as `up` would and say what is wrong with it.
    #[command(after_help = examples::CONFIG_CHECK)]
    Check {
        /// The file; else the one that `up` would read.
        file: Option<PathBuf>,
    },
    /// Say which file is read.
    #[command(after_help = examples::CONFIG_PATH)]
    Path,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum From {
    Default,
    CommandLine,
    Environment,
    File { path: PathBuf, line: usize },
}

impl std::fmt::Display for From {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::CommandLine => f.write_str("command line"),
            Self::Environment => f.write_str("environment"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
        }
    }
}

/// A key that holds.
#[derive(Debug, serde::Serialize)]
struct Held {
    key: String,
    value: Value,
    from: From,
}

impl ConfigVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::Show { set } => show(common, set),
            What::Check { file } => {
                check(file.as_deref().or(common.config.as_deref()), common.json)
            }
            What::Path => path(common),
        }
    }
}

fn show(common: &Common, set: bool) -> Result<Exit> {
    let mut held = held(common)?;
    held.retain(|one| !set || one.from != From::Default);
    if common.json {
        held.iter().try_for_each(out::json)?;
        return Ok(Exit::Done);
    }
    let on = out::coloured();
    let lines: Vec<String> = held.iter().map(line).collect();
    let wide = lines.iter().map(|line| line.chars().count()).filter(|wide| *wide < 60).max();
    let mut table = "";
    for (one, line) in held.iter().zip(&lines) {
        let above = one.key.rsplit_once('.').map_or("", |(above, _)| above);
        if above != table {
            table = above;
            out::line(&Words::default().with(format!("\n[{above}]"), Colour::Bold).paint(on))?;
        }
        let pad = wide.unwrap_or(0).saturating_sub(line.chars().count());
        let from = format!("{}  # {}", " ".repeat(pad), plain(&one.from.to_string()));
        let tone = if one.from == From::Default { Colour::Dim } else { Colour::Green };
        out::line(&Words::plain(line.clone()).with(from, tone).paint(on))?;
    }
    if lines.is_empty() {
        crate::say!("nothing is set: defaults hold");
    }
    Ok(Exit::Done)
}

/// `ring_mib = 32`; TOML's own quoting neutralises what is in a value.
fn line(one: &Held) -> String {
    let name = one.key.rsplit('.').next().unwrap_or_default();
    format!("{name} = {}", one.value)
}

/// Every key that holds, tables in order of their names.
fn held(common: &Common) -> Result<Vec<Held>> {
    let mut config = common.config()?;
    let text = Config::text(common.config.as_deref())?;
    config.data_dir = Some(config.data_dir());
    let set = text.as_ref().map(|(_, text)| places(text)).unwrap_or_default();
    let file = text.map(|(path, _)| path).unwrap_or_default();
    let from = |key: &str| {
        if key == "data_dir" && common.data_dir.is_some() {
            return if named_data_dir() { From::CommandLine } else { From::Environment };
        }
        let place = set.iter().find(|(path, _)| path == key);
        place.map_or(From::Default, |(_, line)| From::File { path: file.clone(), line: *line })
    };
    let mut held = Vec::new();
    walk(
        "",
        &Value::try_from(&config).context("the configuration cannot be written")?,
        &mut |key, value| {
            held.push(Held { from: from(&key), key, value: value.clone() });
        },
    );
    held.sort_by_key(|one| {
        let (table, key) = one.key.rsplit_once('.').unwrap_or(("", &one.key));
        (table.to_owned(), key.to_owned())
    });
    Ok(held)
}

/// Given as a word of the command line, not by `CHAPERONE_DATA_DIR`.
fn named_data_dir() -> bool {
    std::env::args().any(|word| word == "--data-dir" || word.starts_with("--data-dir="))
}

fn walk(above: &str, value: &Value, each: &mut impl FnMut(String, &Value)) {
    let Value::Table(table) = value else { return each(above.to_owned(), value) };
    for (name, value) in table {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        walk(&path, value, each);
    }
}

fn check(file: Option<&Path>, json: bool) -> Result<Exit> {
    let Some((path, text)) = Config::text(file)? else {
        crate::say!("{} is not there: defaults hold", crate::host::default_config().display());
        return Ok(Exit::Done);
    };
    let config = Config::parse(&text).with_context(|| path.display().to_string())?;
    config.gateway.sound().with_context(|| path.display().to_string())?;
    let places = places(&text);
    let warnings = absent(&text, &places);
    for (line, key, value) in &warnings {
        if json {
            let said =
                serde_json::json!({ "file": path, "line": line, "key": key, "missing": value });
            out::json(&said)?;
            continue;
        }
        let word = label("warning: ", Colour::Yellow);
        crate::say!(
            "{word}{}:{line}: `{key}` names `{}`, which is not there",
            path.display(),
            plain(value)
        );
    }
    if !json {
        out::line(&format!("{}: good, {} keys are set", path.display(), places.len()))?;
    }
    Ok(if warnings.is_empty() { Exit::Done } else { Exit::NotFound })
}

/// Files and directories that are named to be read and are not there.
fn absent(text: &str, places: &[(String, usize)]) -> Vec<(usize, String, String)> {
    let Ok(table) = toml::from_str::<Value>(text) else { return Vec::new() };
    let mut absent = Vec::new();
    for (key, line) in places {
        let name = key.rsplit('.').next().unwrap_or_default();
        let is_pack = key.starts_with("rules.packs.") && name == "path";
        if !is_pack && name != "signatures" && !name.ends_with("_file") {
            continue;
        }
        let value = key.split('.').try_fold(&table, |at, part| at.get(part));
        let named: Vec<&str> = match value {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let missing = named.into_iter().filter(|path| !Path::new(path).exists());
        absent.extend(missing.map(|path| (*line, key.clone(), path.to_owned())));
    }
    debug_assert!(absent.iter().all(|(_, key, _)| keys::find(key).is_some()));
    absent
}

fn path(common: &Common) -> Result<Exit> {
    let path = common.config.clone().unwrap_or_else(crate::host::default_config);
    let there = path.exists();
    if common.json {
        out::json(&serde_json::json!({ "path": path, "exists": there }))?;
    } else {
        out::line(&path.display().to_string())?;
        if !there {
            crate::say!("it is not there: defaults hold");
        }
    }
    Ok(Exit::Done)
}
