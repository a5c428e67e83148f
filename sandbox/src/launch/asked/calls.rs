//! Which calls are asked about, and what they say.

use rustix::fs::OFlags;

/// A path in the memory of the caller, and the folder that it begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// A descriptor, or that of the working directory.
    pub folder: i32,
    /// An address.
    pub path: u64,
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Open { at: At, flags: OFlags, mode: u32 },
    Cut { at: At, length: u64 },
    MakeFolder { at: At, mode: u32 },
    MakeNode { at: At, mode: u32 },
    MakeLink { target: u64, at: At },
    Link { from: At, to: At, flags: i32 },
    Rename { from: At, to: At, flags: u32 },
    Remove { at: At, flags: i32 },
    Attributes { of: Of, change: Change },
    Connect { socket: i32, address: u64, length: u64 },
    Handle { pid: i32, flags: u32 },
}

/// Whose attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of an open file.
    Open(i32),
    /// By its name, with the flags of such calls.
    Named(At, i32),
}

/// What of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Mode(u32),
    Owner {
        user: u32,
        group: u32,
    },
    /// An address; zero is: now.
    Times(u64, Unit),
}

/// How two times stand in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each with its nanoseconds, and with special ones.
    Nanoseconds,
    /// Each with its microseconds.
    #[cfg(target_arch = "x86_64")]
    Microseconds,
    /// Whole seconds.
    #[cfg(target_arch = "x86_64")]
    Seconds,
}

/// Flags of an opening that may change something.
pub const WRITES: [libc::c_int; 4] = [libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC];

/// Calls that open, and which argument their flags are.
#[cfg(target_arch = "x86_64")]
pub const OPENS: &[(libc::c_long, u8); 2] = &[(libc::SYS_openat, 2), (libc::SYS_open, 1)];
#[cfg(not(target_arch = "x86_64"))]
pub const OPENS: &[(libc::c_long, u8); 1] = &[(libc::SYS_openat, 2)];

/// Asked about, whatever their arguments.
pub const ALWAYS: &[libc::c_long] = &[
    libc::SYS_truncate,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_symlinkat,
    libc::SYS_linkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_unlinkat,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_pidfd_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_symlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_link,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rmdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
];

/// Not in the library yet.
const FCHMODAT2: libc::c_long = 452;

impl Call {
    /// None: it is not asked about.
    pub fn of(call: libc::c_long, arguments: &[u64; 6]) -> Option<Self> {
        // What the kernel takes of a register.
        let int = |at: usize| arguments.get(at).map_or(0, |word| *word as i32);
        let uint = |at: usize| arguments.get(at).map_or(0, |word| *word as u32);
        let long = |at: usize| arguments.get(at).copied().unwrap_or(0);
        let at = |first: usize| At { folder: int(first), path: long(first + 1) };
        let named = |first: usize, flags: i32| Of::Named(at(first), flags);
        let owner = |first: usize| Change::Owner { user: uint(first), group: uint(first + 1) };
        let open = |at: At, flags: i32, mode: u32| Self::Open {
            at,
            flags: OFlags::from_bits_retain(flags.cast_unsigned()),
            mode,
        };
        Some(match call {
            libc::SYS_openat => open(at(0), int(2), uint(3)),
            libc::SYS_truncate => Self::Cut { at: here(long(0)), length: long(1) },
            libc::SYS_mkdirat => Self::MakeFolder { at: at(0), mode: uint(2) },
            libc::SYS_mknodat => Self::MakeNode { at: at(0), mode: uint(2) },
            libc::SYS_symlinkat => Self::MakeLink { target: long(0), at: at(1) },
            libc::SYS_linkat => Self::Link { from: at(0), to: at(2), flags: int(4) },
            libc::SYS_renameat => Self::Rename { from: at(0), to: at(2), flags: 0 },
            libc::SYS_renameat2 => Self::Rename { from: at(0), to: at(2), flags: uint(4) },
            libc::SYS_unlinkat => Self::Remove { at: at(0), flags: int(2) },
            libc::SYS_fchmod => attributes(Of::Open(int(0)), Change::Mode(uint(1))),
            libc::SYS_fchmodat => attributes(named(0, 0), Change::Mode(uint(2))),
            FCHMODAT2 => attributes(named(0, int(3)), Change::Mode(uint(2))),
            libc::SYS_fchown => attributes(Of::Open(int(0)), owner(1)),
            libc::SYS_fchownat => attributes(named(0, int(4)), owner(2)),
            libc::SYS_utimensat => {
                let of = if long(1) == 0 { Of::Open(int(0)) } else { named(0, int(3)) };
                attributes(of, Change::Times(long(2), Unit::Nanoseconds))
            }
            libc::SYS_connect => {
                Self::Connect { socket: int(0), address: long(1), length: u64::from(uint(2)) }
            }
            libc::SYS_pidfd_open => Self::Handle { pid: int(0), flags: uint(1) },
            #[cfg(target_arch = "x86_64")]
            older => return Self::older(older, arguments),
            #[cfg(not(target_arch = "x86_64"))]
            _ => return None,
        })
    }

    /// Calls that newer architectures do not have.
    #[cfg(target_arch = "x86_64")]
    fn older(call: libc::c_long, arguments: &[u64; 6]) -> Option<Self> {
        let int = |at: usize| arguments.get(at).map_or(0, |word| *word as i32);
        let uint = |at: usize| arguments.get(at).map_or(0, |word| *word as u32);
        let long = |at: usize| arguments.get(at).copied().unwrap_or(0);
        let (first, second) = (here(long(0)), here(long(1)));
        let owner = Change::Owner { user: uint(1), group: uint(2) };
        let made = libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC;
        let open = |flags: i32, mode: u32| {
            let flags = OFlags::from_bits_retain(flags.cast_unsigned());
            Self::Open { at: first, flags, mode }
        };
        Some(match call {
            libc::SYS_open => open(int(1), uint(2)),
            libc::SYS_creat => open(made, uint(1)),
            libc::SYS_mkdir => Self::MakeFolder { at: first, mode: uint(1) },
            libc::SYS_mknod => Self::MakeNode { at: first, mode: uint(1) },
            libc::SYS_symlink => Self::MakeLink { target: long(0), at: second },
            libc::SYS_link => Self::Link { from: first, to: second, flags: 0 },
            libc::SYS_rename => Self::Rename { from: first, to: second, flags: 0 },
            libc::SYS_unlink => Self::Remove { at: first, flags: 0 },
            libc::SYS_rmdir => Self::Remove { at: first, flags: libc::AT_REMOVEDIR },
            libc::SYS_chmod => attributes(Of::Named(first, 0), Change::Mode(uint(1))),
            libc::SYS_chown => attributes(Of::Named(first, 0), owner),
            libc::SYS_lchown => attributes(Of::Named(first, libc::AT_SYMLINK_NOFOLLOW), owner),
            libc::SYS_utime => times(first, long(1), Unit::Seconds),
            libc::SYS_utimes => times(first, long(1), Unit::Microseconds),
            libc::SYS_futimesat if long(1) == 0 => {
                attributes(Of::Open(int(0)), Change::Times(long(2), Unit::Microseconds))
            }
            libc::SYS_futimesat => {
                times(At { folder: int(0), path: long(1) }, long(2), Unit::Microseconds)
            }
            _ => return None,
        })
    }
}

/// From the working directory.
fn here(path: u64) -> At {
    At { folder: libc::AT_FDCWD, path }
}

fn attributes(of: Of, change: Change) -> Call {
    Call::Attributes { of, change }
}

#[cfg(target_arch = "x86_64")]
fn times(at: At, address: u64, unit: Unit) -> Call {
    attributes(Of::Named(at, 0), Change::Times(address, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_where_each_call_has_them() {
        let check = |call, expect: &str| {
            let said = format!("{:?}", Call::of(call, &[10, 11, 12, 13, 14, 15]).expect("known"));
            assert!(said.starts_with(expect), "{call}: {said}");
        };
        check(libc::SYS_openat, "Open { at: At { folder: 10, path: 11 }, flags: OFlags(");
        check(
            libc::SYS_renameat2,
            "Rename { from: At { folder: 10, path: 11 }, to: At { folder: 12, path: 13 }, flags: 14 }",
        );
        check(libc::SYS_symlinkat, "MakeLink { target: 10, at: At { folder: 11, path: 12 } }");
        check(
            libc::SYS_fchownat,
            "Attributes { of: Named(At { folder: 10, path: 11 }, 14), change: Owner { user: 12, group: 13 } }",
        );
        check(libc::SYS_truncate, "Cut { at: At { folder: -100, path: 10 }, length: 11 }");
        #[cfg(target_arch = "x86_64")]
        check(
            libc::SYS_rename,
            "Rename { from: At { folder: -100, path: 10 }, to: At { folder: -100, path: 11 }, flags: 0 }",
        );
    }
}
