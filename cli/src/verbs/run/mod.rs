//! `chaperone run`: starts an agent inside a plan made of its profile, without root and without a daemon.

mod ended;
mod plan;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use event::show::{brief, plain};
use event::{Reach, SandboxPlan, Staging};
use sandbox::launch::{Error, Lacking, Launch, Report, Way};
use serde_json::json;

use super::policy::Held;
use super::{Common, Exit, Stop};

#[derive(Debug, Args)]
pub struct RunVerb {
    /// How strictly it is held.
    #[arg(long, value_enum, default_value = "guarded")]
    profile: Held,
    /// Keep what it changes in the workspace aside until `chaperone stage` accepts it.
    #[arg(long)]
    stage: bool,
    /// How it reaches the network, other than the profile says.
    #[arg(long, value_enum, value_name = "WHAT")]
    net: Option<Net>,
    /// The folder that it works on [default: this one].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// A plan from a file (JSON) instead of the profile's.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["profile", "net"])]
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
    /// The program and its arguments.
    #[arg(required = true, last = true, value_name = "CMD")]
    program: Vec<OsString>,
}

/// How it reaches the network.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Net {
    /// Not at all; it has a loopback of its own.
    None,
    /// As any program.
    All,
}

/// A way on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// Files, processes and a network of its own; Landlock and seccomp above.
    Namespaces,
    /// Landlock and seccomp alone.
    Landlock,
}

impl RunVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let workspace = match &self.workspace {
            Some(folder) => folder.clone(),
            None => std::env::current_dir().context("there is no folder to work in")?,
        };
        let workspace = workspace
            .canonicalize()
            .with_context(|| format!("cannot work in `{}`", workspace.display()))?;
        let mut plan = match &self.plan {
            Some(file) => plan::read(file)?,
            None => plan::make(&config, self.profile.into(), &workspace)?,
        };
        match self.net {
            Some(Net::None) => plan.network = Reach::Nothing,
            Some(Net::All) => plan.network = Reach::Everything,
            None => {}
        }
        if self.stage {
            plan.staging = Staging::Layer;
        }
        if self.show_plan {
            crate::out::json(&plan)?;
            return Ok(Exit::Done);
        }
        let launch = Launch {
            plan,
            program: self.program,
            folder: workspace,
            layer: None,
            way: self.way.map(Way::from),
            lacking: if self.weaker { Lacking::Tell } else { Lacking::Refuse },
        };
        let ready = launch.prepare().map_err(stop)?;
        if !self.quiet {
            tell(common, &launch.plan, &ready.report)?;
        }
        let running = ready.go(Vec::new()).map_err(stop)?;
        let ended = running.wait()?;
        std::process::exit(ended::code(ended, &launch.program).into())
    }
}

/// One line that says how it is held.
fn tell(common: &Common, plan: &SandboxPlan, report: &Report) -> Result<()> {
    let network = match plan.network {
        Reach::Nothing => "no network",
        Reach::Proxy => "network through the proxy",
        Reach::Everything => "network of the host",
    };
    if common.json {
        let said = json!({ "run": {
            "profile": plan.profile,
            "workspace": plan.workspace,
            "way": report.way.name(),
            "landlock": report.landlock,
            "network": plan.network,
            "staging": plan.staging,
            "lacking": report.lacking,
            "instead_of": report.instead_of,
        }});
        crate::say!("{}", event::show::json(&serde_json::to_string(&said)?));
        return Ok(());
    }
    let landlock = match report.landlock {
        0 => "no Landlock".to_owned(),
        version => format!("Landlock {version}"),
    };
    let way = match report.way {
        Way::Namespaces => format!("namespaces, {landlock}, seccomp"),
        Way::Landlock => format!("{landlock} and seccomp alone"),
    };
    let mut line = format!("chaperone: {} by {way}; {network}", plain(&plan.profile));
    for lacks in &report.lacking {
        line.push_str(&format!("; not held: {}", brief(lacks, 200)));
    }
    for other in &report.instead_of {
        line.push_str(&format!("; not by {}", brief(other, 300)));
    }
    crate::say!("{line}");
    Ok(())
}

/// With the exit code that it means.
fn stop(error: Error) -> anyhow::Error {
    let exit = match error {
        Error::Unavailable(_) | Error::NotHeld(_) => Exit::NotAllowed,
        _ => Exit::Failed,
    };
    Stop::new(exit, plain(&error.to_string()).into_owned()).into()
}

impl From<By> for Way {
    fn from(by: By) -> Self {
        match by {
            By::Namespaces => Self::Namespaces,
            By::Landlock => Self::Landlock,
        }
    }
}
