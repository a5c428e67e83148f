//! `chaperone policy`: who may do what.

mod apply;
mod bundle;
mod check;
mod diff;
mod explain;
mod format;
mod learn;
mod list;
mod simulate;
mod tally;
mod test;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use event::Effect;
use event::show::plain;
use policy::{Profile, Refusal};
use serde_json::json;

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
    /// Write policies in their one form; comments stay.
    #[command(after_help = examples::POLICY_FORMAT)]
    Format {
        /// A `*.cedar` file, or a directory of them [default: those of the configuration].
        path: Option<PathBuf>,
        /// Change nothing: exit code 1 if one has another form.
        #[arg(long)]
        check: bool,
    },
    /// Say which policies are other, and what they would decide otherwise.
    #[command(after_help = examples::POLICY_DIFF)]
    Diff {
        /// A `*.cedar` file, or a directory of them.
        old: PathBuf,
        /// The same, later.
        new: PathBuf,
        /// Compare decisions about everything that was recorded, too.
        #[arg(long)]
        record: bool,
        /// As this profile would decide about the record.
        #[arg(long, value_enum, default_value = "guarded", requires = "record")]
        profile: Held,
    },
    /// Propose the least that agents have to be permitted, from what they really did.
    #[command(after_help = examples::POLICY_LEARN)]
    Learn(learn::Learn),
    /// Put policies in force: where the configuration names them, all at once, the old ones kept.
    #[command(after_help = examples::POLICY_APPLY)]
    Apply {
        /// `*.cedar` files with their `*.cases.yaml`, or directories of them.
        #[arg(required = true, value_name = "FILE")]
        paths: Vec<PathBuf>,
        /// Only say what would change and what is wrong.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print policies as one signed document, for `policy pull`.
    #[command(after_help = examples::POLICY_BUNDLE)]
    Bundle {
        /// A `*.cedar` file, or a directory of them with their cases.
        path: PathBuf,
        /// Private Ed25519 key (`openssl genpkey -algorithm ed25519`).
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Counts up: an older one does not take the place of a newer one [default: the time in seconds].
        #[arg(long)]
        version: Option<u64>,
    },
    /// Take a signed document of policies and put what is in it in force.
    #[command(after_help = examples::POLICY_PULL)]
    Pull {
        /// An https address, or a file [default: `policy.source`].
        from: Option<String>,
        /// Only say what would change and what is wrong.
        #[arg(long)]
        dry_run: bool,
    },
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
            What::Format { path, check } => {
                let then = if check { format::Then::Say } else { format::Then::Write };
                format::format(path.as_deref(), then, common)
            }
            What::Diff { old, new, record, profile } => {
                let on = if record { diff::On::Record(profile.into()) } else { diff::On::Cases };
                diff::diff(&old, &new, on, common)
            }
            What::Learn(learn) => learn.run(common),
            What::Apply { paths, dry_run } => {
                let how = if dry_run { apply::How::OnlyTry } else { apply::How::InForce };
                apply::apply(&paths, how, common)
            }
            What::Bundle { path, key, version } => bundle::make(&path, &key, version),
            What::Pull { from, dry_run } => {
                let how = if dry_run { apply::How::OnlyTry } else { apply::How::InForce };
                bundle::pull(from.as_deref(), how, common)
            }
            What::Schema { kinds: false } => {
                out::line(policy::schema().trim_end()).map_err(Into::into).map(|()| Exit::Done)
            }
            What::Schema { kinds: true } => out::line(policy::shipped_kinds().trim_end())
                .map_err(Into::into)
                .map(|()| Exit::Done),
        }
    }
}

/// Says what is wrong with policies.
fn refusals(refusals: &[Refusal], json: bool) -> Result<()> {
    for refusal in refusals {
        if json {
            out::json(&json!({
                "file": refusal.file, "line": refusal.line, "column": refusal.column,
                "message": refusal.message, "hint": refusal.hint,
            }))?;
            continue;
        }
        let word = out::paint("refused", Colour::Red, out::coloured());
        let text = refusal.to_string();
        let lines: Vec<_> = text.split('\n').map(plain).collect();
        out::line(&format!("{word} {}", lines.join("\n")))?;
    }
    Ok(())
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
