//! A folder that a launch reads, for what is known only when its proxy runs: certificates, settings of SSH, logins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use event::{FileAccess, Grant, SandboxPlan, Text};
use sandbox::launch::Instead;

use super::logins::{self, Login};
use super::plan;
use super::secrets::Secrets;
use super::ssh::Ssh;

/// The folder, and what stands in it.
pub struct Shared {
    folder: Folder,
    ssh: Ssh,
    logins: Vec<Login>,
}

impl Shared {
    /// A new one, in the plan; secrets that stand in files come into custody.
    pub fn make(plan: &mut SandboxPlan, secrets: &mut Secrets) -> Result<Self> {
        let folder = Folder::make()?;
        let home = plan::home();
        let (logins, held) = logins::of(&home, plan);
        secrets.held.extend(held);
        let ssh = Ssh::make(&folder.0, &home, plan)?;
        let shared = Self { folder, ssh, logins };
        for login in &shared.logins {
            shared.write(&login.shown(), "")?;
        }
        grant(plan, &shared.folder.0, FileAccess::Read, "what the proxy has to say");
        let own = std::env::current_exe().ok().and_then(|it| it.canonicalize().ok());
        // Where it lies in a folder that the launch has for itself, SSH would find no way out.
        if let (Some(own), Some(above)) = (own, shared.folder.0.parent())
            && own.starts_with(above)
            && !own.starts_with(&*plan.workspace)
        {
            grant(plan, &own, FileAccess::Run, "the way out of SSH");
        }
        Ok(shared)
    }

    /// What is seen inside instead of what the account has.
    pub fn instead(&self) -> Vec<Instead> {
        let logins = self.logins.iter().map(|login| Instead {
            at: login.at.clone(),
            shown: self.folder.0.join(login.shown()),
        });
        logins.chain(self.ssh.instead()).collect()
    }

    pub fn ssh(&self) -> &Ssh {
        &self.ssh
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.folder.0.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    /// Writes the files of logins, with what stands for each secret. What stands in a file is no variable.
    pub fn log_in(&self, variables: &mut Vec<(String, String)>) -> Result<()> {
        let placeholders: BTreeMap<&str, &str> =
            variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        for login in &self.logins {
            self.write(&login.shown(), &login.text(&placeholders))?;
        }
        let of_files = |name: &str| self.logins.iter().any(|login| login.names(name));
        variables.retain(|(name, _)| !of_files(name));
        Ok(())
    }
}

fn grant(plan: &mut SandboxPlan, path: &Path, access: FileAccess, because: &str) {
    let path = Text::from(&*path.to_string_lossy());
    plan.grants.push(Grant { path, access, because: because.into() });
}

/// Gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let above = std::env::temp_dir()
            .canonicalize()
            .context("there is no folder for temporary files")?;
        let path = above.join(format!("chaperone-way-out-{}", std::process::id()));
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
