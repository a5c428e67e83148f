//! What an agent could be started with, without root: rights it gives up, and rooms of its own.

use std::fs::File;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use landlock::{ABI, Access, AccessFs, LandlockStatus, Ruleset, RulesetAttr};
use nix::sched::{CloneFlags, unshare};

use super::{Capability, Part};

/// Tries each way.
pub fn try_all() -> Vec<Capability> {
    vec![landlock_denies(), namespaces()]
}

fn landlock_denies() -> Capability {
    let tried = std::thread::spawn(restrict_this_thread).join();
    let (found, hint) = match tried.unwrap_or_else(|_| Err("the test broke off".into())) {
        Ok(Confined { abi: Some(abi), denies: true, .. }) => {
            (Ok(format!("denies: a thread of ours could open nothing any more (ABI {abi})")), None)
        }
        Ok(Confined { abi: Some(_), .. }) => {
            (Err("accepted, and a file was opened all the same".into()), Some(LANDLOCK))
        }
        Ok(Confined { abi: None, built: true, .. }) => {
            (Err("switched off".into()), Some("add `landlock` to the boot parameter `lsm=`"))
        }
        Ok(_) => (Err("not in this kernel".into()), Some(LANDLOCK)),
        Err(why) => (Err(format!("refused: {why}")), Some(LANDLOCK)),
    };
    let works = found.is_ok();
    Capability {
        part: Part::Confine,
        name: "Landlock",
        works,
        self_tested: works,
        what_for: "files and ports that an agent and all it starts may use",
        found: found.unwrap_or_else(|why: String| why),
        hint,
    }
}

const LANDLOCK: &str = "a kernel with CONFIG_SECURITY_LANDLOCK, and `landlock` in `lsm=`";

/// What came of giving up rights.
struct Confined {
    abi: Option<i32>,
    /// The kernel has it, whether or not it is switched on.
    built: bool,
    denies: bool,
}

/// Gives up every access to files, for the calling thread and for ever.
fn restrict_this_thread() -> Result<Confined, String> {
    // What is refused below has to work before.
    File::open("/").map_err(|error| error.to_string())?;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    let (abi, built) = match status.landlock {
        LandlockStatus::Available { effective_abi, kernel_abi } => {
            (Some(kernel_abi.unwrap_or(effective_abi as i32)), true)
        }
        LandlockStatus::NotEnabled => (None, true),
        LandlockStatus::NotImplemented => (None, false),
    };
    let denied = File::open("/").err().map(|error| error.kind());
    Ok(Confined { abi, built, denies: denied == Some(ErrorKind::PermissionDenied) })
}

fn namespaces() -> Capability {
    let entered = child_enters();
    Capability {
        part: Part::Confine,
        name: "user namespaces",
        works: entered.is_ok(),
        self_tested: entered.is_ok(),
        what_for: "files and a network of an agent's own, without root",
        hint: entered.is_err().then_some(
            "`user.max_user_namespaces` above 0; where AppArmor restricts them, a profile that allows `userns`",
        ),
        found: entered.map_or_else(
            |why| format!("refused: {why}"),
            |()| "a child entered one and made a network in it".into(),
        ),
    }
}

/// Only a process of one thread may enter a user namespace, so a child does.
fn child_enters() -> Result<(), String> {
    let ourselves = std::env::current_exe().map_err(|error| error.to_string())?;
    let child = Command::new(ourselves)
        .args(["doctor", "--enter-namespace"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if child.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&child.stderr);
    let said = said.lines().next().unwrap_or("the child ended");
    Err(said.trim_start_matches("error: ").to_owned())
}

/// In the child: enters a user namespace, becomes root in it, and uses a right that only root has. Some
/// systems give the namespace and keep the rights.
pub fn enter_namespace() -> Result<()> {
    let user = rustix::process::geteuid().as_raw();
    unshare(CloneFlags::CLONE_NEWUSER).context("no user namespace")?;
    std::fs::write("/proc/self/uid_map", format!("0 {user} 1"))
        .context("no account in the user namespace")?;
    unshare(CloneFlags::CLONE_NEWNET).context("no rights in the user namespace")
}
