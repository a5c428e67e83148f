//! `chaperone demo`: what Chaperone is for, shown on the user's own machine. Everything in it is real but the model, and
//! nothing of it leaves a folder that goes when the story is over.

mod agents;
mod apart;
mod assistant;
mod children;
mod daemon;
mod ground;
mod http;
mod listener;
mod model;
mod schema;
mod story;
mod tell;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Common, Exit};
use crate::host;
use crate::status::Status;
use agents::Agent;
use children::Children;
use ground::Ground;
use listener::Listener;
use model::Model;
use story::Story;
use tell::{Manner, Teller};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Demo {
    /// Who plays the agent [default: a real one that is on the path, else the bundled one].
    #[arg(long, value_enum, value_name = "AGENT")]
    agent: Option<Agent>,
    /// Wait for Enter before each step.
    #[arg(long)]
    step: bool,
    /// Pause a moment after each line.
    #[arg(long)]
    slow: bool,
    /// Keep the folder, to look around in it.
    #[arg(long)]
    keep: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

/// Parts of the story that are programs of their own.
#[derive(Debug, Subcommand)]
enum Part {
    /// The agent that comes with Chaperone.
    #[command(hide = true)]
    Assistant(assistant::Assistant),
}

/// Where the attacker is without a network of our own: this machine, by another name.
const NEXT_DOOR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

impl Demo {
    pub fn run(self, common: &Common) -> Result<Exit> {
        if let Some(Part::Assistant(assistant)) = self.part {
            return assistant.run();
        }
        let interrupted = interruptions()?;
        // Before any thread: what starts later is apart, too.
        let apart = match host::is_root() {
            true => apart::network(),
            false => Err(anyhow::anyhow!("it needs root: `sudo chaperone demo` shows it")),
        };
        let attacker = Listener::start(if apart.is_ok() { apart::ATTACKER } else { NEXT_DOOR })?;
        let ground = Ground::make(&attacker.address, self.keep)?;
        let apart = apart.and_then(|()| apart::home(&ground));
        let manner = Manner { json: common.json, step: self.step, slow: self.slow };
        let mut story = Story {
            children: Children::new(&ground, interrupted),
            agent: self.agent.unwrap_or_else(Agent::found),
            teller: Teller::new(manner),
            ground,
            attacker,
            model: Model::start()?,
            watched_already: is_watched(common),
        };
        story.tell(apart)?;
        Ok(if story.teller.is_flawed() { Exit::Flawed } else { Exit::Done })
    }
}

/// Whether an `up` of this host runs already.
fn is_watched(common: &Common) -> bool {
    let config = common.config().unwrap_or_default();
    let status = Status::read(&config.data_dir()).ok().flatten();
    status.is_some_and(|status| status.is_fresh(host::now_unix_ns()))
}

/// Raised when somebody wants the story to end.
fn interruptions() -> Result<Arc<AtomicBool>> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
    }
    Ok(interrupted)
}
