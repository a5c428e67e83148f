//! What the program's process gives up before it becomes the program: rights, files and ports by Landlock, calls.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use event::{FileAccess, Reach};
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, NetPort,
    PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set,
    remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
};

/// The newest version that is known here. What the kernel has of it is used.
const NEWEST: ABI = ABI::V9;

/// What the superuser's programs cannot do without: files of other accounts, where they may touch files at all.
const STAYS: CapabilitySet =
    CapabilitySet::DAC_OVERRIDE.union(CapabilitySet::FOWNER).union(CapabilitySet::CHOWN);

/// Drops rights, for this process and all it becomes.
pub fn rights() -> rustix::io::Result<()> {
    set_no_new_privs(true)?;
    let stays = if rustix::process::geteuid().is_root() { STAYS } else { CapabilitySet::empty() };
    let _ = clear_ambient_capability_set();
    let now = capabilities(None)?;
    if now.effective.contains(CapabilitySet::SETPCAP) {
        for one in CapabilitySet::all().iter().filter(|one| !stays.contains(*one)) {
            // Newer ones than the kernel knows.
            let _ = remove_capability_from_bounding_set(one);
        }
    }
    let stays = now.permitted & stays;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: stays, permitted: stays, inheritable: none })
}

/// A place and what may be done there and below.
pub type Rule<'p> = (&'p Path, FileAccess);

/// How ports are held by Landlock: where there is no network of the launch's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// By something else, or not at all.
    Free,
    /// None is connected to or bound, but this one may be connected to.
    Only(Option<u16>),
}

impl Ports {
    /// Those of a launch that shares the host's network.
    pub fn shared(reach: Reach, proxy: Option<u16>) -> Self {
        match reach {
            Reach::Everything => Self::Free,
            Reach::Nothing => Self::Only(None),
            Reach::Proxy => Self::Only(proxy),
        }
    }
}

/// Holds this process to the rules, as far as this kernel can. The version that it has; 0: none.
pub fn files(rules: &[Rule<'_>], ports: Ports) -> Result<i32, RulesetError> {
    let mut asked = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?;
    if let Ports::Only(_) = ports {
        asked = asked.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let mut made = asked.create()?;
    if let Ports::Only(Some(port)) = ports {
        made = made.add_rule(NetPort::new(port, AccessNet::ConnectTcp))?;
    }
    for (path, access) in rules {
        let Some(allowed) = allowed(*access) else { continue };
        let Ok(place) = PathFd::new(path) else { continue };
        let folder = super::mounts::is_folder(&place).unwrap_or(true);
        let allowed = if folder { allowed } else { allowed & AccessFs::from_file(NEWEST) };
        made = made.add_rule(PathBeneath::new(place, allowed))?;
    }
    for (descriptor, allowed) in standard() {
        // What is no file in a folder, as a pipe, needs no rule and can have none.
        made = match made.try_clone() {
            Ok(before) => made.add_rule(PathBeneath::new(descriptor, allowed)).unwrap_or(before),
            Err(_) => made,
        };
    }
    Ok(match made.restrict_self()?.landlock {
        LandlockStatus::Available { effective_abi, kernel_abi } => {
            kernel_abi.unwrap_or(effective_abi as i32)
        }
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => 0,
    })
}

/// In the words of the kernel.
fn allowed(access: FileAccess) -> Option<BitFlags<AccessFs>> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    match access {
        FileAccess::Hidden => None,
        FileAccess::Read => Some(read),
        FileAccess::Run => Some(read | AccessFs::Execute),
        FileAccess::Change => {
            let never = AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::ResolveUnix;
            Some(AccessFs::from_all(NEWEST) & !never)
        }
    }
}

/// Files that were opened for the program: it may open them again (`/dev/stdout`), as they are open.
fn standard() -> Vec<(BorrowedFd<'static>, BitFlags<AccessFs>)> {
    let all = [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()];
    let one = |descriptor: BorrowedFd<'static>| {
        let flags = rustix::fs::fcntl_getfl(descriptor).ok()?;
        let kind = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(descriptor).ok()?.st_mode);
        let (file, device) = (kind.is_file(), kind.is_char_device());
        let mode = flags & rustix::fs::OFlags::RWMODE;
        let mut allowed = match mode {
            rustix::fs::OFlags::RDONLY => AccessFs::ReadFile.into(),
            rustix::fs::OFlags::WRONLY => AccessFs::WriteFile | AccessFs::Truncate,
            _ => AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate,
        };
        if device {
            allowed |= AccessFs::IoctlDev;
        }
        (file || device).then_some((descriptor, allowed))
    };
    all.into_iter().filter_map(one).collect()
}

/// As an error of the system.
pub fn error(error: impl std::error::Error) -> io::Error {
    io::Error::other(error.to_string())
}
