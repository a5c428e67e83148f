//! Which system calls are watched, and as what: tables made from `bpf/calls.def` (at their end) and `bpf/flows.def`
//! (at their beginning), by the numbers of this architecture and of the 32-bit table beside it, and by the kernel's functions.

/// One system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// By which programs ask for it.
    pub number: i64,
    /// `enum call`: the family in the high digit.
    pub code: u8,
    /// The kernel's function.
    pub function: &'static str,
    /// Name of the BPF program for the end of that function.
    pub program: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/calls.rs"));
include!(concat!(env!("OUT_DIR"), "/flows.rs"));

/// Entries a table has; higher numbers are not system calls.
pub const TABLE: usize = 512;

fn table(calls: &[Watched]) -> [u8; TABLE] {
    let mut table = [0; TABLE];
    for call in calls {
        let slot = usize::try_from(call.number).ok().and_then(|index| table.get_mut(index));
        if let Some(slot) = slot {
            *slot = call.code;
        }
    }
    table
}

/// The table of this architecture.
pub fn native() -> [u8; TABLE] {
    table(NATIVE)
}

/// The 32-bit table beside it; empty where there is none.
pub fn compat() -> [u8; TABLE] {
    table(COMPAT)
}

/// The same of what is followed at its beginning.
pub fn native_flows() -> [u8; TABLE] {
    table(NATIVE_FLOWS)
}

/// Of the 32-bit table.
pub fn compat_flows() -> [u8; TABLE] {
    table(COMPAT_FLOWS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_call_has_its_own_place() {
        for calls in [NATIVE, COMPAT, NATIVE_FLOWS, COMPAT_FLOWS] {
            let filled = table(calls).iter().filter(|code| **code != 0).count();
            assert_eq!(filled, calls.len(), "two calls of one number, or one beyond the table");
        }
        let programs: BTreeSet<_> = NATIVE.iter().chain(COMPAT).map(|call| call.program).collect();
        assert_eq!(programs.len(), NATIVE.len() + COMPAT.len());
    }
}
