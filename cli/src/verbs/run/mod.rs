//! `chaperone run`: starts an agent inside a plan made of its profile, without root and without a daemon.

mod appeared;
mod ended;
mod keys;
mod known;
mod logins;
pub mod models;
mod plan;
mod redaction;
mod results;
mod secrets;
mod shared;
mod ssh;
mod tell;
mod told;
mod way_out;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use event::show::plain;
use event::{Reach, SandboxPlan, Staging};
use gateway::egress::HostPattern;
use sandbox::launch::{Error, Lacking, Launch, Way};

use super::policy::Held as Profile;
use super::stage::{Kept, Room};
use super::{Common, Exit, Stop};
use plan::{Asked, Held};
use results::Results;
use secrets::Secrets;
use shared::Shared;
use way_out::WayOut;

#[derive(Debug, Args)]
pub struct RunVerb {
    /// How strictly it is held.
    #[arg(long, value_enum, default_value = "guarded")]
    profile: Profile,
    /// Keep what it changes in the workspace aside until `chaperone stage` accepts it.
    #[arg(long)]
    stage: bool,
    /// How it reaches the network: `none`, `all`, or `allow=HOST,…` through the proxy [default: as the profile says].
    #[arg(long, value_name = "WHAT", value_parser = net)]
    net: Option<Net>,
    /// A secret that it uses without having it: a variable, and the hosts that it is for.
    #[arg(long = "secret", value_name = "NAME=HOST,…", value_parser = secrets::word)]
    secrets: Vec<(String, Vec<String>)>,
    /// The folder that it works on [default: this one].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// A plan from a file (JSON) instead of the profile's.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Show the plan as JSON, and start nothing.
    #[arg(long)]
    show_plan: bool,
    /// Hold it this way or not at all [default: the strongest that works here].
    #[arg(long, value_enum, value_name = "WAY")]
    way: Option<By>,
    /// Take a way that cannot hold all of the plan; what it lacks is said.
    #[arg(long)]
    weaker: bool,
    /// Say nothing but errors.
    #[arg(long, short)]
    quiet: bool,
    /// Nobody is there to be asked: what would be asked is denied.
    #[arg(long)]
    ci: bool,
    /// Write what was stopped as SARIF.
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write how it went as JUnit.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// When to end with 6 though the program ended well.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "never")]
    fail_on: FailOn,
    /// The program and its arguments.
    #[arg(required = true, last = true, value_name = "CMD")]
    program: Vec<OsString>,
}

/// How it reaches the network.
#[derive(Clone, Debug)]
enum Net {
    None,
    All,
    Allow(Vec<String>),
}

fn net(word: &str) -> Result<Net, String> {
    match (word, word.strip_prefix("allow=")) {
        ("none", _) => Ok(Net::None),
        ("all", _) => Ok(Net::All),
        (_, Some(hosts)) => {
            let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
            let wrong = hosts.iter().find_map(|host| host.parse::<HostPattern>().err());
            wrong.map_or(Ok(Net::Allow(hosts)), |error| Err(error.to_string()))
        }
        _ => Err("write `none`, `all` or `allow=HOST,…`".into()),
    }
}

/// A way on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// Files, processes and a network of its own; Landlock and seccomp above.
    Namespaces,
    /// Landlock and seccomp alone.
    Landlock,
}

/// When a run that ended well has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Never.
    Never,
    /// Something of it was stopped.
    Stopped,
}

impl RunVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let mut config = common.config()?;
        let workspace = self.folder()?;
        if let Some(Net::Allow(hosts)) = &self.net {
            config.policy.hosts.extend(hosts.iter().cloned());
        }
        let program = self.program.first().map(PathBuf::from).unwrap_or_default();
        let asked = if self.ci { Asked::Denied } else { Asked::Waits };
        let held = Held::new(&config, self.profile.into(), &program, &workspace, asked);
        let mut plan = match &self.plan {
            Some(file) => plan::read(file)?,
            None => held.plan()?,
        };
        plan::protect(&mut plan, &config);
        self.narrow(&mut plan);
        let find = |name: &str| std::env::var_os(name);
        let mut secrets = Secrets::of(&self.secrets, &config.run, &find)?.under(&mut plan)?;
        if self.show_plan {
            crate::out::json(&plan)?;
            return Ok(Exit::Done);
        }
        let kept = match plan.staging {
            Staging::Direct => None,
            Staging::Layer => Some(self.layer(&Room::of(&config), &plan)?),
        };
        let shared = match plan.network {
            Reach::Proxy => Some(Shared::make(&mut plan, &mut secrets)?),
            Reach::Nothing | Reach::Everything => None,
        };
        let launch = Launch {
            plan,
            program: self.program.clone(),
            folder: workspace,
            layer: kept.as_ref().map(Kept::layer),
            copied: plan::state_of_agents(),
            instead: shared.as_ref().map(Shared::instead).unwrap_or_default(),
            way: self.way.map(Way::from),
            lacking: if self.weaker { Lacking::Tell } else { Lacking::Refuse },
        };
        let code = self.launch(common, &launch, held, shared, secrets)?;
        if let Some(kept) = kept {
            tell::staged(kept)?;
        }
        // What is the program's to say is said; nothing of ours is left open.
        std::process::exit(code.into())
    }

    /// Starts it, and waits for its end.
    fn launch(
        &self,
        common: &Common,
        launch: &Launch,
        held: Held,
        shared: Option<Shared>,
        secrets: Secrets,
    ) -> Result<u8> {
        let mut ready = launch.prepare().map_err(stop)?;
        if !self.quiet {
            tell::held(common, &launch.plan, &ready.report, &secrets)?;
        }
        let (way_out, variables) = match (ready.doors.take(), &shared) {
            (Some(doors), Some(shared)) => {
                let (way_out, variables) =
                    way_out::open(doors, self.hosts()?, held, shared, secrets)?;
                (Some(way_out), variables)
            }
            _ => (None, secrets.instead()?),
        };
        let ended = ready.go(variables).map_err(stop)?.wait()?;
        let (told, calls) = way_out.map(WayOut::end).unwrap_or_default();
        let results = Results {
            code: ended::code(&ended, &launch.program),
            told,
            calls,
            appeared: appeared::put_aside(ended.appeared),
        };
        tell::results(common, &results)?;
        let files = [(&self.sarif, results.sarif()?), (&self.junit, results.junit())];
        for (file, text) in files {
            if let Some(file) = file {
                std::fs::write(file, text)
                    .with_context(|| format!("cannot write {}", file.display()))?;
            }
        }
        let failed = self.fail_on == FailOn::Stopped && results.has_stopped();
        Ok(if failed && results.code == 0 { Exit::Flawed as u8 } else { results.code })
    }

    fn folder(&self) -> Result<PathBuf> {
        let folder = match &self.workspace {
            Some(folder) => folder.clone(),
            None => std::env::current_dir().context("there is no folder to work in")?,
        };
        let real = folder.canonicalize();
        real.with_context(|| format!("cannot work in `{}`", plain(&folder.to_string_lossy())))
    }

    /// What the command line says above the profile.
    fn narrow(&self, plan: &mut SandboxPlan) {
        match self.net {
            Some(Net::None) => plan.network = Reach::Nothing,
            Some(Net::All) => plan.network = Reach::Everything,
            Some(Net::Allow(_)) => plan.network = Reach::Proxy,
            None => {}
        }
        if self.stage {
            plan.staging = Staging::Layer;
        }
    }

    /// Hosts that may be asked for at all; the policies are asked about each.
    fn hosts(&self) -> Result<Vec<HostPattern>> {
        let all = ["*".to_owned()];
        let named = match &self.net {
            Some(Net::Allow(hosts)) => hosts,
            _ => &all[..],
        };
        named.iter().map(|host| Ok(host.parse()?)).collect()
    }

    fn layer(&self, room: &Room, plan: &SandboxPlan) -> Result<Kept> {
        let words: Vec<_> = self.program.iter().map(|word| word.to_string_lossy()).collect();
        room.make(Path::new(&*plan.workspace), words.join(" ").into(), plan.profile.clone())
    }
}

/// With the exit code that it means.
fn stop(error: Error) -> anyhow::Error {
    let exit = match error {
        Error::Unavailable(_) | Error::NotHeld(_) => Exit::NotAllowed,
        _ => Exit::Failed,
    };
    Stop::new(exit, plain_lines(&error.to_string())).into()
}

/// Neutral, but for the line of the hint.
fn plain_lines(text: &str) -> String {
    text.lines().map(|line| plain(line)).collect::<Vec<_>>().join("\n")
}

impl From<By> for Way {
    fn from(by: By) -> Self {
        match by {
            By::Namespaces => Self::Namespaces,
            By::Landlock => Self::Landlock,
        }
    }
}
