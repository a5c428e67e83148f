//! seccomp: the system calls of a process that reads and computes. Any other is refused, not deadly: a reader
//! that asks for one gets an error and goes on.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

use crate::Files;

/// Bits of `open` that make or change a file.
const WRITES: i32 = libc::O_ACCMODE
    | libc::O_CREAT
    | libc::O_TRUNC
    | libc::O_APPEND
    | (libc::O_TMPFILE & !libc::O_DIRECTORY);

/// Calls that can only read, compute and end, whatever they are asked.
const FREE: &[libc::c_long] = &[
    // Files that are open, and folders.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_ppoll,
    // To be woken when a folder changes.
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
    libc::SYS_inotify_rm_watch,
    // Memory.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Time, chance, waiting.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_restart_syscall,
    // Who one is.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    // Own signals, and the end.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What older programs and the C library still call on this architecture.
#[cfg(target_arch = "x86_64")]
const OLD: &[libc::c_long] = &[
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_poll,
    libc::SYS_time,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[libc::c_long] = &[];

/// What makes files beside opening them. Where it may is for Landlock to say.
const MAKES: &[libc::c_long] = &[
    libc::SYS_openat,
    libc::SYS_mkdirat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_ftruncate,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_symlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    libc::SYS_renameat,
];

pub fn only(files: &Files) -> Result<(), String> {
    let program = program(files).map_err(|error| error.to_string())?;
    // The library turns new privileges off first, as the kernel asks.
    apply_filter(&program).map_err(|error| error.to_string())
}

fn program(files: &Files) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    rules.extend(FREE.iter().chain(OLD).map(|call| (*call, Vec::new())));
    for (call, conditions) in bounded() {
        let conditions = conditions.into_iter().collect::<Result<Vec<_>, _>>()?;
        rules.entry(call).or_default().push(SeccompRule::new(conditions)?);
    }
    if matches!(files, Files::Unpacked { .. }) {
        // A call without conditions may be asked anything.
        rules.extend(MAKES.iter().map(|call| (*call, Vec::new())));
    }
    let refused = SeccompAction::Errno(libc::EPERM as u32);
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, refused, SeccompAction::Allow, arch)?.try_into()
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

/// Calls that are harmless with some arguments only. A call that stands twice may be asked either way.
fn bounded() -> Vec<(libc::c_long, Vec<Condition>)> {
    let own = u64::from(std::process::id());
    let mut calls = vec![
        (libc::SYS_openat, vec![none_of(2, WRITES)]),
        (libc::SYS_mmap, vec![none_of(2, libc::PROT_EXEC)]),
        (libc::SYS_mprotect, vec![none_of(2, libc::PROT_EXEC)]),
        // What a program sends itself when it gives up.
        (libc::SYS_kill, vec![is(0, own)]),
        (libc::SYS_tgkill, vec![is(0, own)]),
        // Limits are asked for, not set.
        (libc::SYS_prlimit64, vec![is(0, 0), no_address(2)]),
    ];
    #[cfg(target_arch = "x86_64")]
    calls.push((libc::SYS_open, vec![none_of(1, WRITES)]));
    let fcntl = [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC];
    calls.extend(fcntl.map(|command| (libc::SYS_fcntl, vec![is(1, command as u64)])));
    // Whether a descriptor is a terminal; the allocator names its memory.
    calls.push((libc::SYS_ioctl, vec![is(1, libc::TCGETS)]));
    calls.push((libc::SYS_prctl, vec![is(0, libc::PR_SET_VMA as u64)]));
    calls
}

/// The argument has none of these bits.
fn none_of(argument: u8, bits: libc::c_int) -> Condition {
    let none = SeccompCmpOp::MaskedEq(bits as u32 as u64);
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, none, 0)
}

/// The argument is this number.
fn is(argument: u8, number: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number)
}

/// The argument points nowhere.
fn no_address(argument: u8) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
}
