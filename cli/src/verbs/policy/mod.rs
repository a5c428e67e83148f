//! `chaperone policy`: who may do what.

mod check;
mod explain;
mod list;
mod simulate;
mod tally;
mod test;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use event::Effect;
use policy::Profile;

use super::{Common, Exit, examples};
use crate::out::{self, Colour};

#[derive(Debug, Args)]
pub struct PolicyVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The policies at work, each with what it asks for and why.
    #[command(after_help = examples::POLICY_LIST)]
    List {
        /// Of this profile [default: the one of the configuration].
        #[arg(long, value_enum)]
        profile: Option<Held>,
    },
    /// Read policies as `up` would and say what is wrong with them.
    #[command(after_help = examples::POLICY_CHECK)]
    Check {
        /// A `*.cedar` file, or a directory of them [default: those of the configuration].
        path: Option<PathBuf>,
    },
    /// Run cases: actions, and what must come of them.
    #[command(after_help = examples::POLICY_TEST)]
    Test {
        /// A `*.cases.yaml` file, or a directory of them [default: the cases that ship].
        path: Option<PathBuf>,
    },
    /// Say what would be done about an action, and which policies and facts decide it.
    #[command(after_help = examples::POLICY_EXPLAIN)]
    Explain(explain::Explain),
    /// Say what would have been stopped of what was recorded.
    #[command(after_help = examples::POLICY_SIMULATE)]
    Simulate(simulate::Simulate),
    /// Print the schema: every name that a policy may use.
    #[command(after_help = examples::POLICY_SCHEMA)]
    Schema {
        /// The table of kinds instead: what a file, program or host is.
        #[arg(long)]
        kinds: bool,
    },
}

/// A profile on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Held {
    /// Stops nothing, decides as `guarded`.
    Observe,
    /// Denies or asks what holds everywhere.
    Guarded,
    /// The workspace and what is named.
    Confined,
    /// Looking only.
    Locked,
}

impl From<Held> for Profile {
    fn from(held: Held) -> Self {
        match held {
            Held::Observe => Self::Observe,
            Held::Guarded => Self::Guarded,
            Held::Confined => Self::Confined,
            Held::Locked => Self::Locked,
        }
    }
}

impl PolicyVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::List { profile } => list::list(profile.map(Into::into), common),
            What::Check { path } => check::check(path.as_deref(), common),
            What::Test { path } => test::test(path.as_deref(), common),
            What::Explain(explain) => explain.run(common),
            What::Simulate(simulate) => simulate.run(common),
            What::Schema { kinds: false } => {
                out::line(policy::schema().trim_end()).map_err(Into::into).map(|()| Exit::Done)
            }
            What::Schema { kinds: true } => out::line(policy::shipped_kinds().trim_end())
                .map_err(Into::into)
                .map(|()| Exit::Done),
        }
    }
}

/// An effect in its colour.
fn shown(effect: Effect) -> String {
    let shade = match effect {
        Effect::Kill | Effect::Deny => Colour::Red,
        Effect::Ask | Effect::Stage => Colour::Yellow,
        Effect::Allow | Effect::Notify | Effect::Redact => Colour::Dim,
    };
    out::paint(effect.name(), shade, out::coloured())
}
