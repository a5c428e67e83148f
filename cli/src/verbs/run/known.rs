//! Plans that were made before: the same policies for the same agent, folder and home make the same plan, and asking them
//! about every place takes longer than a launch.
//!
//! They lie with the record, which every plan hides from whom it is for. Whoever else could have written there is not
//! believed: a plan counts that is this account's alone and is as it was written.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use event::SandboxPlan;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

/// Most plans that are kept.
const MOST: usize = 64;
/// Longest plan, bytes.
const LONGEST: u64 = 1 << 20;
/// A link is no plan.
const NO_LINK: i32 = OFlags::NOFOLLOW.bits() as i32;

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
        let name = hash(format!("{version} {own} {asked}").as_bytes());
        let dir = data_dir.join("plans");
        Self { file: dir.join(format!("{name}.json")), dir }
    }

    /// The plan, if it was made.
    pub fn read(&self) -> Option<SandboxPlan> {
        if !is_own(&self.dir.symlink_metadata().ok()?) {
            return None;
        }
        let file = OpenOptions::new().read(true).custom_flags(NO_LINK).open(&self.file).ok()?;
        let about = file.metadata().ok()?;
        if !is_own(&about) || !about.is_file() {
            return None;
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        let (sum, plan) = text.split_once('\n')?;
        (sum == hash(plan.as_bytes())).then(|| serde_json::from_str(plan).ok())?
    }

    /// Keeps it. Where nothing can be kept it is made again.
    pub fn keep(&self, plan: &SandboxPlan) {
        let _ = self.write(plan);
    }

    fn write(&self, plan: &SandboxPlan) -> std::io::Result<()> {
        let about = self.dir.symlink_metadata();
        let kept = std::fs::read_dir(&self.dir).map_or(0, Iterator::count);
        if kept >= MOST || about.is_ok_and(|about| !is_own(&about)) {
            std::fs::remove_dir_all(&self.dir)?;
        }
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let temporary = self.dir.join(format!("{}.tmp", std::process::id()));
        let text = serde_json::to_string(plan)?;
        let mut file: File = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(NO_LINK)
            .open(&temporary)?;
        writeln!(file, "{}", hash(text.as_bytes()))?;
        file.write_all(text.as_bytes())?;
        std::fs::rename(&temporary, &self.file)
    }
}

/// Whether it is this account's, and nobody else writes it.
fn is_own(about: &Metadata) -> bool {
    about.uid() == rustix::process::geteuid().as_raw() && about.mode() & 0o022 == 0
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// What is read after something was done to a plan that was kept.
    fn check(harm: impl FnOnce(&Known), read: bool) {
        let place = tempfile::tempdir().expect("a folder");
        let known = Known::of(place.path(), "asked");
        let plan = SandboxPlan { profile: "guarded".into(), ..SandboxPlan::default() };
        known.keep(&plan);
        harm(&known);
        assert_eq!(known.read(), read.then(|| plan.clone()));
        // Whatever it was, the next one is whole again.
        known.keep(&plan);
        assert_eq!(known.read(), Some(plan));
    }

    #[test]
    fn a_plan_counts_that_is_as_it_was_written() {
        let mode = |path: &Path, mode| {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("changed");
        };
        check(|_| {}, true);
        check(|known| mode(&known.file, 0o622), false);
        check(|known| mode(&known.dir, 0o777), false);
        check(|known| std::fs::remove_file(&known.file).expect("removed"), false);
        check(|known| std::fs::write(&known.file, "").expect("written"), false);
        let change = |known: &Known, from: &str, to: &str| {
            let text = std::fs::read_to_string(&known.file).expect("there");
            assert!(text.contains(from), "{text}");
            std::fs::write(&known.file, text.replace(from, to)).expect("written");
        };
        check(|known| change(known, "guarded", "observe"), false);
        let linked = |known: &Known| {
            let other = known.dir.join("other");
            std::fs::rename(&known.file, &other).expect("renamed");
            symlink(other, &known.file).expect("linked");
        };
        check(linked, false);
    }

    #[test]
    fn another_question_is_another_plan() {
        let place = tempfile::tempdir().expect("a folder");
        Known::of(place.path(), "one").keep(&SandboxPlan::default());
        assert_eq!(Known::of(place.path(), "other").read(), None);
    }
}
