//! `chaperone aibom`: bills of materials of hosts, agents, folders and images; checked and compared.

mod diff;
mod image;
mod make;
mod subject;
mod text;
mod validate;

use std::path::Path;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use inventory::aibom::{Bom, MAX_BYTES};

use super::{Common, Exit, Stop, examples};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Aibom {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    make: make::Make,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What came, went and changed from one bill of materials to another.
    #[command(after_help = examples::AIBOM_DIFF)]
    Diff(diff::Diff),
    /// Say whether files are valid, and how complete.
    #[command(after_help = examples::AIBOM_VALIDATE)]
    Validate(validate::Validate),
}

impl Aibom {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            None => self.make.run(common),
            Some(What::Diff(verb)) => verb.run(common),
            Some(What::Validate(verb)) => verb.run(common),
        }
    }
}

/// The bytes of a file; `-` is stdin. A little more than may be read, so that too much is noticed.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    let most = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let cannot = || format!("cannot read {}", path.display());
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).with_context(cannot)?;
        return Ok(bytes);
    }
    let file = std::fs::File::open(path).map_err(|error| {
        let exit = match error.kind() {
            std::io::ErrorKind::NotFound => Exit::NotFound,
            std::io::ErrorKind::PermissionDenied => Exit::NotAllowed,
            _ => Exit::Failed,
        };
        let hint = "hint: name files; `-` is stdin";
        Stop::new(exit, format!("cannot read {}: {error}\n{hint}", path.display()))
    })?;
    file.take(most).read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

fn read(path: &Path) -> Result<Bom> {
    Bom::read(&bytes(path)?).with_context(|| path.display().to_string())
}
