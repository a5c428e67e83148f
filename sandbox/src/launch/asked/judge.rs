//! What the plan says of a change at a place, and whether it is for Landlock to say. Pure.

use std::path::{Path, PathBuf};

use event::{FileAccess, Grant, SandboxPlan};

/// What is judged by.
#[derive(Clone, Debug)]
pub struct Judge {
    plan: SandboxPlan,
    /// Folders whose changes Landlock refuses, so that all that the plan allows there is done by who is asked.
    asked: Vec<PathBuf>,
    /// Where the proxy listens.
    pub proxy: Option<u16>,
}

impl Judge {
    /// By a plan whose places have no links, with names besides that nobody may make.
    pub fn new(
        plan: &SandboxPlan,
        absent: &[PathBuf],
        asked: &[PathBuf],
        proxy: Option<u16>,
    ) -> Self {
        let mut plan = plan.clone();
        let grant = |path: &PathBuf| Grant {
            path: (&*path.to_string_lossy()).into(),
            access: FileAccess::Read,
            because: "".into(),
        };
        plan.grants.extend(absent.iter().map(grant));
        Self { plan, asked: asked.to_vec(), proxy }
    }

    /// Whether changes in this folder are refused by Landlock and done by who is asked, if at all.
    pub fn is_asked(&self, folder: &Path) -> bool {
        self.asked.iter().any(|asked| folder.starts_with(asked))
    }

    /// Whether what is there may be changed.
    pub fn may_change(&self, path: &Path) -> bool {
        self.plan.access(&path.to_string_lossy()).0 == FileAccess::Change
    }

    /// Whether it may be moved, or something be put in its place: nothing below it is held.
    pub fn may_move(&self, path: &Path) -> bool {
        let held = |grant: &Grant| {
            grant.access < FileAccess::Change && Path::new(&*grant.path).starts_with(path)
        };
        self.may_change(path) && !self.plan.grants.iter().any(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_something_held_stays() {
        let grant = |path: &str, access| Grant { path: path.into(), access, because: "".into() };
        let plan = SandboxPlan {
            grants: vec![
                grant("/", FileAccess::Run),
                grant("/w", FileAccess::Change),
                grant("/w/.git/hooks", FileAccess::Run),
            ],
            ..SandboxPlan::default()
        };
        let judge = Judge::new(&plan, &["/w/.agent/rules".into()], &["/w".into()], None);
        let check = |path: &str, change: bool, moves: bool| {
            let path = Path::new(path);
            assert_eq!((judge.may_change(path), judge.may_move(path)), (change, moves), "{path:?}");
        };
        check("/w/src", true, true);
        check("/w/.git", true, false);
        check("/w/.git/config", true, true);
        check("/w/.git/hooks", false, false);
        check("/w/.git/hooks/pre-commit", false, false);
        check("/w/.gitignore", true, true);
        check("/w/.agent", true, false);
        check("/w/.agent/rules", false, false);
        check("/w/.agent/notes", true, true);
        check("/w", true, false);
        check("/etc/passwd", false, false);
        assert!(judge.is_asked(Path::new("/w/src")) && !judge.is_asked(Path::new("/wide")));
    }
}
