//! The configuration: one file, a struct of each room's settings. Unknown keys are refused with the
//! nearest known one, so that a misspelt protection is never silently absent.

pub mod gateway;
pub mod keys;
pub mod mcp;
pub mod places;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use event::Text;
use serde::{Deserialize, Serialize};

/// Everything that can be set. Every key has a default; an empty file is a good configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the record is kept. Default: `/var/lib/chaperone` as root, else below the user's
    /// data directory.
    pub data_dir: Option<PathBuf>,
    /// How acts are watched.
    pub sensor: sensor::Settings,
    /// How agents are recognised.
    pub agents: Agents,
    /// What is looked for.
    pub rules: Rules,
    /// What is looked for besides rules.
    pub detect: Detect,
    /// How the record is kept.
    pub journal: journal::Settings,
    /// Who may do what.
    pub policy: Policy,
    /// How people are asked.
    pub approvals: Approvals,
    /// What is kept in advance of files.
    pub undo: shadow::Settings,
    /// How it is asked before an effect.
    pub guard: Guard,
    /// How agents are started.
    pub run: Run,
    /// Which words of sessions are kept.
    pub transcripts: Transcripts,
    /// The proxy in front of models.
    pub gateway: gateway::Gateway,
    /// Servers of tools that are called through Chaperone.
    pub mcp: mcp::Mcp,
    /// What exists here, and what of it may be loaded.
    pub inventory: inventory::admission::Settings,
    /// What Chaperone may use of this host before it says so.
    pub budget: Budget,
    /// How the record is asked.
    #[cfg(feature = "sql")]
    pub query: query::Settings,
    /// Taken and left alone: nodes with SQL and without share one file.
    #[cfg(not(feature = "sql"))]
    pub query: toml::Table,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The rules that ship with Chaperone.
    pub own_pack: bool,
    /// Further Sigma rules, by a name of your choice that findings will carry:
    /// `[rules.packs.sigma]`.
    pub packs: BTreeMap<String, RulePack>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { own_pack: true, packs: BTreeMap::new() }
    }
}

/// What is looked for besides rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Detect {
    /// Whether what agents say they do is held against what they do.
    pub declared: bool,
    /// Texts in command lines that agents run by their settings (hooks, formatters), which no call declares.
    pub known: Vec<String>,
}

/// A directory of Sigma rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// A rule file, or a directory with rules at any depth.
    pub path: PathBuf,
    /// Match acts of everybody, not only of agents, where the rules do not say.
    #[serde(default)]
    pub everybody: bool,
}

/// How agents are recognised and looked after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Agents {
    /// Directories with signatures of your own, beside the built-in ones.
    pub signatures: Vec<PathBuf>,
    /// Your own model gateways: host (`llm.corp.example`, `*.corp.example`), address, or
    /// `address:port`. A process that talks to one and runs programs is an agent.
    pub gateways: Vec<Text>,
    /// How often somebody looks at an agent that has an owner, in days; 0 is never.
    pub review_days: u32,
    /// An agent that was not used for so many days is dormant.
    pub dormant_days: u32,
}

impl Default for Agents {
    fn default() -> Self {
        let (signatures, gateways) = (Vec::new(), Vec::new());
        Self { signatures, gateways, review_days: 90, dormant_days: 30 }
    }
}

/// Who may do what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How strictly agents are held that nothing below names.
    pub profile: policy::Profile,
    /// Policies of your own: a `*.cedar` file or a directory of them.
    pub path: Option<PathBuf>,
    /// Where a signed bundle of policies lies: an address, or a file.
    pub source: Option<String>,
    /// The Ed25519 public key that bundles are signed with, in base64.
    pub signer: Option<String>,
    /// Hosts that data may go to, secrets too: names, patterns (`*.corp.example`), addresses.
    pub hosts: Vec<String>,
    /// Teams and their agents (`codex-cli`, `codex-cli@alice`).
    pub teams: BTreeMap<String, Vec<String>>,
    /// Other profiles for some: by agent, team, workspace.
    pub profiles: Vec<policy::Choice>,
}

/// How people are asked what agents may not do by themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    /// How long an answer is waited for, in seconds.
    pub wait_s: u64,
    /// What is done if none comes.
    pub otherwise: journal::Otherwise,
    /// The longest that an answer may hold, in days.
    pub remember_days: u32,
    /// Members of this group answer for everybody's agents.
    pub group: Option<String>,
    /// Where people are told of new questions.
    pub notify: Vec<Way>,
    /// The webhook of the outlets that is told, too.
    pub webhook: Option<String>,
    /// Of so many a minute.
    pub notify_per_minute: u32,
}

/// Where people are told of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the desktop of the account whose agent asks.
    Desktop,
    /// At the terminal that the agent was started at.
    Terminal,
}

impl Way {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Terminal => "terminal",
        }
    }
}

impl Default for Approvals {
    fn default() -> Self {
        let otherwise = journal::Otherwise::Deny;
        Self {
            wait_s: 120,
            otherwise,
            remember_days: 30,
            group: None,
            notify: vec![Way::Desktop],
            webhook: None,
            notify_per_minute: 6,
        }
    }
}

/// How the guard is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// Whether `up` answers at its socket.
    pub listen: bool,
    /// The socket. Default: `/run/chaperone/link.sock` for the system's record, else below the runtime directory of
    /// the login, or beside the record.
    pub socket: Option<PathBuf>,
    /// What hooks do while nobody answers.
    pub absent: link::Absent,
    /// Whether the kernel goes on to refuse what it refused when `up` has died.
    pub outlives: bool,
    /// For so long.
    pub outlives_minutes: u32,
    /// Whether a program that is refused something reads why.
    pub tell: bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            listen: true,
            socket: None,
            absent: link::Absent::Open,
            outlives: true,
            outlives_minutes: 10,
            tell: true,
        }
    }
}

/// How agents are started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Whether variables that are known to carry secrets are held in custody.
    pub known_secrets: bool,
    /// Further secrets, by the variable that they stand in.
    pub secrets: BTreeMap<String, Secret>,
}

impl Default for Run {
    fn default() -> Self {
        Self { known_secrets: true, secrets: BTreeMap::new() }
    }
}

/// A secret that a launch uses without having it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Hosts that it is for.
    pub hosts: Vec<String>,
    /// Where it is read, instead of the variable.
    #[serde(default)]
    pub file: Option<PathBuf>,
}

/// What of sessions' words is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transcripts {
    /// Whether `up` reads what agents write of their conversations.
    pub read: bool,
    /// Whether what they tell their hooks is kept, too.
    pub hooks: bool,
    /// Whether what goes by in their calls of models and tools is kept, where it goes through Chaperone.
    pub calls: bool,
    /// What of it is kept.
    pub words: content::transcript::Words,
}

impl Default for Transcripts {
    fn default() -> Self {
        Self { read: true, hooks: true, calls: true, words: content::transcript::Words::Full }
    }
}

/// What Chaperone may use of the host before it says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Processor time over a minute; 100 is one processor. 0 is no limit.
    pub cpu_percent: u32,
    /// Resident memory. 0 is no limit.
    pub memory_mib: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { cpu_percent: 50, memory_mib: 300 }
    }
}

impl Config {
    /// Reads `given`, or the default file if there is one.
    pub fn load(given: Option<&Path>) -> Result<Self> {
        let Some((path, text)) = Self::text(given)? else { return Ok(Self::default()) };
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    /// The file that is read, and its text; none where nothing was named and the default is not there.
    pub fn text(given: Option<&Path>) -> Result<Option<(PathBuf, String)>> {
        let path = given.map_or_else(crate::host::default_config, Path::to_owned);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if given.is_none() && error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let hint = match error.kind() {
                    ErrorKind::NotFound => {
                        "\nhint: `chaperone config path` says which file is read otherwise"
                    }
                    ErrorKind::PermissionDenied => {
                        "\nhint: run it as its owner, or name another with --config"
                    }
                    _ => "",
                };
                Err(error).with_context(|| {
                    format!("cannot read the configuration {}{hint}", path.display())
                })
            }
        }
    }

    /// Reads the text of a configuration.
    pub fn parse(text: &str) -> Result<Self> {
        match toml::from_str(text) {
            Ok(config) => Ok(config),
            Err(error) => {
                let line = error.span().map_or(1, |span| places::line(text, span.start));
                let message = error.message();
                let hint = nearest(message).or_else(|| wanted(text, line)).unwrap_or_default();
                bail!("line {line}: {message}{hint}")
            }
        }
    }

    /// Where `up` answers.
    pub fn socket(&self) -> link::Place {
        let dir = self.data_dir();
        let usual = dir == crate::host::default_data_dir();
        if let Some(path) = &self.guard.socket {
            return link::Place { path: path.clone(), everybody: crate::host::is_root() };
        }
        if usual && crate::host::is_root() {
            return link::Place::of_system();
        }
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|_| usual);
        link::Place::of_account(runtime.as_deref(), &dir)
    }

    /// What outlives `up`, and where it lies: each record has its own.
    pub fn outlive(&self) -> sensor::Outlive {
        let guard = &self.guard;
        let minutes = Duration::from_secs(60 * u64::from(guard.outlives_minutes));
        let dir = self.data_dir();
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        let place = sensor::pins::place(&instance(&dir));
        sensor::Outlive {
            place,
            longest: (guard.outlives && !minutes.is_zero()).then_some(minutes),
        }
    }

    /// Where the record is kept.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(crate::host::default_data_dir)
    }
}

/// A name for the record in this folder that the BPF file system takes, which knows no dots: `var_lib_chaperone`.
fn instance(dir: &Path) -> String {
    let mut name = String::new();
    for byte in dir.as_os_str().as_bytes().iter().skip(1) {
        match byte {
            b'/' => name.push('_'),
            byte if byte.is_ascii_alphanumeric() || *byte == b'-' => name.push(char::from(*byte)),
            byte => name.push_str(&format!("__{byte:02x}")),
        }
    }
    name
}

/// A hint from a message like "unknown field `sesnor`, expected one of `sensor`, `journal`".
fn nearest(message: &str) -> Option<String> {
    let mut names = message.split('`').skip(1).step_by(2);
    let wrong = names.next().filter(|_| message.starts_with("unknown field"))?;
    let best = names.max_by(|a, b| likeness(wrong, a).total_cmp(&likeness(wrong, b)))?;
    Some(format!("\nhint: did you mean `{best}`?"))
}

/// A hint of what the key in this line takes.
fn wanted(text: &str, line: usize) -> Option<String> {
    let (path, _) = places::places(text).into_iter().find(|(_, at)| *at == line)?;
    let key = keys::find(&path)?;
    let default = match key.default {
        keys::Fallback::Is(value) => format!("; the default is `{value}`"),
        keys::Fallback::Required(example) | keys::Fallback::Unset(example) => {
            format!("; an example is `{example}`")
        }
        keys::Fallback::Words(_) => String::new(),
    };
    Some(format!("\nhint: `{path}` takes {}{default}", key.value))
}

/// Share of letter pairs two words have in common (Dice), from 0 to 1.
fn likeness(a: &str, b: &str) -> f64 {
    let pairs =
        |word: &str| -> Vec<(char, char)> { word.chars().zip(word.chars().skip(1)).collect() };
    let (a, mut b) = (pairs(a), pairs(b));
    let total = a.len() + b.len();
    let common = a.iter().filter(|pair| {
        b.iter().position(|other| other == *pair).map(|at| b.swap_remove(at)).is_some()
    });
    if total == 0 { 0.0 } else { 2.0 * common.count() as f64 / total as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_default() -> Result<()> {
        assert_eq!(Config::parse("")?, Config::default());
        Ok(())
    }

    #[test]
    fn each_record_has_a_name_of_its_own() {
        let check = |dir: &str, expect: &str| assert_eq!(instance(Path::new(dir)), expect);
        check("/var/lib/chaperone", "var_lib_chaperone");
        check("/home/a.b/x_y", "home_a__2eb_x__5fy");
    }

    #[test]
    fn a_misspelt_key_names_line_and_neighbour() {
        let error = Config::parse("\n[sensor]\nring_mb = 3\n").expect_err("no such key");
        let text = format!("{error:#}");
        assert!(text.starts_with("line 3: unknown field `ring_mb`"), "{text}");
        assert!(text.ends_with("hint: did you mean `ring_mib`?"), "{text}");
    }

    /// The inputs that fuzzing of the rooms' parts keeps: each is read, or refused at a line of it.
    #[test]
    fn whatever_the_text_an_error_names_a_line_of_it() -> Result<()> {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/configuration");
        for entry in std::fs::read_dir(kept)? {
            let bytes = std::fs::read(entry?.path())?;
            let text = String::from_utf8_lossy(&bytes);
            let Err(error) = Config::parse(&text) else { continue };
            let error = format!("{error:#}");
            let line = error.strip_prefix("line ").and_then(|rest| rest.split_once(':'));
            let line = line.and_then(|(line, _)| line.parse::<usize>().ok());
            let lines = 1..=text.matches('\n').count() + 1;
            assert!(line.is_some_and(|line| lines.contains(&line)), "{error}");
        }
        Ok(())
    }

    #[test]
    fn a_wrong_value_is_told_what_the_key_takes() {
        let check = |text: &str, expect: &str| {
            let error = format!("{:#}", Config::parse(text).expect_err("it is wrong"));
            assert!(error.contains(expect), "{error}");
        };
        check(
            "[sensor]\nring_mib = \"big\"\n",
            "line 2: invalid type: string \"big\", expected u32",
        );
        check(
            "[sensor]\nring_mib = \"big\"\n",
            "hint: `sensor.ring_mib` takes MiB, a power of two; the default is `32`",
        );
        check("[rules.packs.own]\neverybody = true\n", "missing field `path`");
        check("[journal.outlets.webhook.soc]\nurl = 3\n", "an example is `\"https://");
        check("data_dir = [\n", "line ");
    }
}
