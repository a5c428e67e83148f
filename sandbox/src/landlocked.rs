//! Landlock: every file may be read, none written or run, no port used, nobody outside signalled.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, Scope,
};

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

pub fn read_only() -> Landlocked {
    let (abi, why) = match restrict() {
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
fn restrict() -> Result<LandlockStatus, RulesetError> {
    let root = PathFd::new("/").ok();
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(SIGNALS))?
        .handle_access(AccessNet::from_all(SIGNALS))?
        .scope(Scope::from_all(SIGNALS))?
        .create()?;
    if let Some(root) = root {
        rules = rules.add_rule(PathBeneath::new(root, read))?;
    }
    Ok(rules.restrict_self()?.landlock)
}
