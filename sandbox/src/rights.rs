//! The superuser's rights. One stays, for homes of all accounts are read: passing over the permissions of what is
//! read.

use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set,
    remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
};

/// What stays, of those that are there.
const STAYS: CapabilitySet = CapabilitySet::DAC_READ_SEARCH;

pub fn drop_all_but_reading() -> Result<(), String> {
    drop_all().map_err(|error| error.to_string())
}

fn drop_all() -> rustix::io::Result<()> {
    set_no_new_privs(true)?;
    let now = capabilities(None)?;
    // Kernels before 4.3 have none.
    let _ = clear_ambient_capability_set();
    if now.effective.contains(CapabilitySet::SETPCAP) {
        for one in CapabilitySet::all().iter().filter(|one| *one != STAYS) {
            // Newer ones than the kernel knows.
            let _ = remove_capability_from_bounding_set(one);
        }
    }
    let stays = now.permitted & STAYS;
    let empty = CapabilitySet::empty();
    set_capabilities(
        None,
        CapabilitySets { effective: stays, permitted: stays, inheritable: empty },
    )
}
