//! Landlock: files may be read, none written but where it is said, none run, no port used, nobody outside signalled.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, Scope,
};

use crate::Files;

/// What holds of it.
pub struct Landlocked {
    pub files: Result<(), String>,
    pub network: Result<(), String>,
    pub signals: Result<(), String>,
}

/// First versions that have all of a part: opening to write and cutting short, TCP, signals.
const FILES: ABI = ABI::V3;
const NETWORK: ABI = ABI::V4;
const SIGNALS: ABI = ABI::V6;

pub fn only(files: &Files) -> Landlocked {
    let (abi, why) = match restrict(files) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => {
            (effective_abi, format!("this kernel has only version {}", effective_abi as i32))
        }
        Ok(LandlockStatus::NotEnabled) => (ABI::Unsupported, "switched off".into()),
        Ok(LandlockStatus::NotImplemented) => (ABI::Unsupported, "not in this kernel".into()),
        Err(error) => (ABI::Unsupported, error.to_string()),
    };
    let since = |first| if abi >= first { Ok(()) } else { Err(why.clone()) };
    Landlocked { files: since(FILES), network: since(NETWORK), signals: since(SIGNALS) }
}

/// As much as this kernel has.
fn restrict(files: &Files) -> Result<LandlockStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // Files and folders are made and moved there; no devices, no sockets.
    let make = read
        | AccessFs::WriteFile
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSym
        | AccessFs::RemoveFile
        | AccessFs::Refer
        | AccessFs::Truncate;
    let allowed = match files {
        Files::All => vec![("/".as_ref(), read)],
        Files::Below(folder) => vec![(folder.as_path(), read)],
        Files::Unpacked { into, .. } => vec![("/".as_ref(), read), (into.as_path(), make)],
    };
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(SIGNALS))?
        .handle_access(AccessNet::from_all(SIGNALS))?
        .scope(Scope::from_all(SIGNALS))?
        .create()?;
    for (place, access) in allowed {
        if let Ok(place) = PathFd::new(place) {
            rules = rules.add_rule(PathBeneath::new(place, access))?;
        }
    }
    Ok(rules.restrict_self()?.landlock)
}
