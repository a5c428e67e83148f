//! The plan of a launch: from a profile, or from a file.

use std::path::Path;

use anyhow::{Context, Result};
use event::{FileAccess, Grant, Reach, SandboxPlan};
use policy::Profile;

use crate::config::Config;

/// The plan of a profile for work in a folder.
pub fn make(_config: &Config, profile: Profile, workspace: &Path) -> Result<SandboxPlan> {
    let home = std::env::var("HOME").unwrap_or_default();
    let grant = |path: String, access, because: &str| Grant { path: path.into(), access, because: because.into() };
    let everywhere = match profile {
        Profile::Observe => FileAccess::Change,
        _ => FileAccess::Run,
    };
    let mut grants = vec![grant("/".into(), everywhere, "programs and their files")];
    if profile != Profile::Observe {
        for keys in [".ssh", ".aws", ".gnupg", ".netrc", ".git-credentials", ".kube", ".docker", ".npmrc"] {
            grants.push(grant(format!("{home}/{keys}"), FileAccess::Hidden, "keys"));
        }
    }
    let workspace = workspace.display().to_string();
    if profile != Profile::Locked {
        grants.push(grant(workspace.clone(), FileAccess::Change, "the workspace"));
        grants.push(grant(format!("{workspace}/.git/hooks"), FileAccess::Read, "what git runs"));
    }
    Ok(SandboxPlan {
        profile: profile.name().into(),
        workspace: workspace.into(),
        grants,
        network: if profile == Profile::Observe { Reach::Everything } else { Reach::Nothing },
        ..SandboxPlan::default()
    })
}

/// A plan as `--show-plan` writes it.
pub fn read(file: &Path) -> Result<SandboxPlan> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!("{} is no plan\nhint: `chaperone run --show-plan` writes one", file.display())
    })
}
