//! `chaperone audit`: what was decided, asked, answered and changed, and the proof that nobody changed that since.

mod key;
mod list;
mod verify;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use super::events::parse_span;
use super::{Common, Exit, Stop, examples};

pub use words::answered;

#[derive(Debug, Args)]
pub struct AuditVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Prove that the log is as it was written, or say where it is not.
    #[command(after_help = examples::AUDIT_VERIFY)]
    Verify {
        /// Heads that left the host: what an outlet's receiver kept, OCSF events one per line.
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
        /// The public key that the log must begin with, as `audit key` told it.
        #[arg(long, value_name = "DIGITS", value_parser = key::parse)]
        key: Option<journal::audit::PublicKey>,
    },
    /// List entries.
    #[command(after_help = examples::AUDIT_LIST)]
    List {
        /// Only of this last span of time, as 2h or 7d.
        #[arg(long, value_name = "SPAN", value_parser = parse_span)]
        since: Option<u64>,
        /// Only this kind (`decision`, `approval_answered`).
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// At most so many, the newest.
        #[arg(long, short = 'n', default_value_t = 100)]
        limit: usize,
    },
    /// Show one entry whole.
    #[command(after_help = examples::AUDIT_SHOW)]
    Show {
        /// Its number.
        sequence: u64,
    },
    /// Write all entries, oldest first.
    #[command(after_help = examples::AUDIT_EXPORT)]
    Export {
        /// Only of this last span of time, as 2h or 7d.
        #[arg(long, value_name = "SPAN", value_parser = parse_span)]
        since: Option<u64>,
        /// In this form.
        #[arg(long, value_enum, default_value_t = Form::Jsonl)]
        format: Form,
    },
    /// Show the public keys, with what each signed.
    #[command(after_help = examples::AUDIT_KEY)]
    Key {
        /// The one of now as other programs take it.
        #[arg(long)]
        pem: bool,
    },
    /// Sign with a new key from now on; the old one signs for it and is deleted.
    #[command(after_help = examples::AUDIT_ROTATE)]
    Rotate,
}

/// How entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// As they stand in the log, one per line.
    Jsonl,
    /// OCSF events, one per line.
    Ocsf,
}

impl AuditVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::Verify { anchors, key } => verify::verify(anchors.as_deref(), key, common),
            What::List { since, kind, limit } => list::list(since, kind.as_deref(), limit, common),
            What::Show { sequence } => list::show(sequence, common),
            What::Export { since, format } => list::export(since, format, common),
            What::Key { pem: true } => key::pem(common),
            What::Key { pem: false } => key::list(common),
            What::Rotate => key::rotate(common),
        }
    }
}

/// That there is a log, and that it may be read.
fn readable(data_dir: &Path) -> Result<()> {
    let Err(error) = std::fs::read_dir(data_dir.join("audit")) else { return Ok(()) };
    let (exit, said) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            Exit::NotFound,
            format!(
                "no audit log is in {}\nhint: it begins with `chaperone up`; --data-dir names another place",
                data_dir.display()
            ),
        ),
        std::io::ErrorKind::PermissionDenied => (
            Exit::NotAllowed,
            format!(
                "the audit log in {} may not be read by this account\nhint: run it as the account that records, for a service with sudo",
                data_dir.display()
            ),
        ),
        _ => {
            (Exit::Failed, format!("cannot read the audit log in {}: {error}", data_dir.display()))
        }
    };
    Err(Stop::new(exit, said).into())
}
