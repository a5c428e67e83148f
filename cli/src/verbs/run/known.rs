//! Plans that were made before: the same policies for the same agent, folder and home make the same plan, and asking them
//! about every place takes longer than a launch.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use event::SandboxPlan;
use sha2::{Digest, Sha256};

/// Most plans that are kept.
const MOST: usize = 64;

/// Where a plan is kept, if it is.
pub struct Known {
    dir: PathBuf,
    file: PathBuf,
}

impl Known {
    /// By all that a plan is made of; this program is part of it.
    pub fn of(data_dir: &Path, asked: &str) -> Self {
        let own = std::env::current_exe().and_then(std::fs::metadata);
        let own = own.map_or(0, |own| {
            let changed = own.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            changed.map_or(0, |age| age.as_nanos()) ^ u128::from(own.len())
        });
        let version = env!("CARGO_PKG_VERSION");
        let hash = Sha256::digest(format!("{version} {own} {asked}"));
        let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let dir = data_dir.join("plans");
        Self { file: dir.join(format!("{name}.json")), dir }
    }

    /// The plan, if it was made.
    pub fn read(&self) -> Option<SandboxPlan> {
        serde_json::from_slice(&std::fs::read(&self.file).ok()?).ok()
    }

    /// Keeps it. Where nothing can be kept it is made again.
    pub fn keep(&self, plan: &SandboxPlan) {
        use std::os::unix::fs::DirBuilderExt;
        let kept = std::fs::read_dir(&self.dir).map_or(0, Iterator::count);
        if kept >= MOST {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
        let temporary = self.dir.join(format!("{}.tmp", std::process::id()));
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir);
        let text = serde_json::to_vec(plan).unwrap_or_default();
        let written = made.and_then(|()| std::fs::write(&temporary, text));
        let _ = written.and_then(|()| std::fs::rename(&temporary, &self.file));
    }
}
