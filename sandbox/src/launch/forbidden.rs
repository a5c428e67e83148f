//! seccomp: the system calls that a launched program is refused, whatever it asks. It may be any program, so all
//! others are allowed; what they reach is for the namespaces and Landlock to say.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter, sock_filter,
};

use super::given_up::error;

/// Which sockets may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// Those of the network and of this host: what they reach is limited otherwise.
    All,
    /// Streams of the network: Landlock knows their ports. No names of this host, which it does not know.
    Streams,
    /// Those of the network alone, for nothing limits names of this host.
    Network,
    /// None but pairs.
    Pairs,
}

/// Refused, whatever their arguments.
const ALWAYS: &[libc::c_long] = &[
    // Work for the kernel that no other rule sees.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Other namespaces, other files.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_acct,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    // The kernel.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_syslog,
    libc::SYS_reboot,
    // Keys, names, the clock.
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_vhangup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
    // Newer than the library that names the others: `open_tree_attr`.
    467,
];

/// New namespaces, one flag each. That for time cannot be asked here.
const NAMESPACES: [libc::c_int; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// What puts words into a terminal as if they were typed, and what a console does more.
const TERMINAL: [libc::c_ulong; 3] = [libc::TIOCSTI, TIOCLINUX, libc::TIOCCONS];
const TIOCLINUX: libc::c_ulong = 0x541c;

/// Attributes of files, where no mount keeps them.
const ATTRIBUTES: &[libc::c_long] = &[
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    // Newer than the library that names the others: `setxattrat`, `removexattrat`, `file_setattr`.
    463,
    466,
    469,
];
/// Flags of files: `FS_IOC_SETFLAGS`, `FS_IOC_FSSETXATTR`.
const FLAGS: [u64; 2] = [0x4008_6602, 0x401c_5820];

/// Forbids them for this process and all it becomes.
pub fn forbid(sockets: Sockets) -> io::Result<()> {
    let entry = other_entries();
    // `clone3` hides its flags behind an address. Who is told that there is none takes `clone`.
    let absent = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let absent = program(absent, libc::ENOSYS).map_err(error)?;
    let refused = rules(sockets).and_then(|rules| program(rules, libc::EPERM)).map_err(error)?;
    for filter in [&entry, &absent, &refused] {
        apply_filter(filter).map_err(error)?;
    }
    Ok(())
}

/// The rules as a program that refuses what they name with this error.
pub fn program(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    refusal: libc::c_int,
) -> Result<BpfProgram, BackendError> {
    let arch = std::env::consts::ARCH.try_into()?;
    let refusal = SeccompAction::Errno(refusal.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, refusal, arch)?.try_into()
}

/// Numbers of the narrow entry (x32) mean other calls than the rules name: none is allowed. Other architectures end
/// the process by the rules themselves.
fn other_entries() -> BpfProgram {
    const X32: u32 = 0x4000_0000;
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    let most = if cfg!(target_arch = "x86_64") { X32 } else { u32::MAX };
    vec![
        step((libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16, 0, 0, 0),
        step((libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16, 0, 1, most),
        step(libc::BPF_RET as u16, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs()),
        step(libc::BPF_RET as u16, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

fn rules(sockets: Sockets) -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALWAYS.iter().map(|call| (*call, Vec::new())).collect();
    let mut refuse = |call: libc::c_long, when: Vec<Condition>| -> Result<(), BackendError> {
        let when = when.into_iter().collect::<Result<Vec<_>, _>>()?;
        rules.entry(call).or_default().push(SeccompRule::new(when)?);
        Ok(())
    };
    for flag in NAMESPACES {
        refuse(libc::SYS_clone, vec![has(0, flag as u32)])?;
    }
    for command in TERMINAL {
        refuse(libc::SYS_ioctl, vec![is(1, command)])?;
    }
    // A program that lends its account to whoever runs it.
    let at = |argument| has(argument, libc::S_ISUID);
    for (call, argument) in [
        (libc::SYS_fchmod, 1),
        (libc::SYS_fchmodat, 2),
        (FCHMODAT2, 2),
        (libc::SYS_mknodat, 2),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_chmod, 1),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_creat, 1),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_mknod, 1),
    ] {
        refuse(call, vec![at(argument)])?;
    }
    refuse(libc::SYS_openat, vec![has(2, libc::O_CREAT as u32), at(3)])?;
    #[cfg(target_arch = "x86_64")]
    refuse(libc::SYS_open, vec![has(1, libc::O_CREAT as u32), at(2)])?;
    let of = |domain: libc::c_int| is(0, domain as u64);
    refuse(libc::SYS_socket, vec![above(0, libc::AF_INET6), isnt(0, libc::AF_NETLINK)])?;
    refuse(libc::SYS_socket, vec![above(0, libc::AF_INET), below(0, libc::AF_INET6)])?;
    // Routes and addresses are looked up there by many; nothing else is theirs.
    refuse(libc::SYS_socket, vec![of(libc::AF_NETLINK), above(2, libc::NETLINK_ROUTE)])?;
    refuse(libc::SYS_socketpair, vec![above(0, libc::AF_UNIX)])?;
    for domain in [libc::AF_INET, libc::AF_INET6] {
        refuse(libc::SYS_socket, vec![of(domain), kind(libc::SOCK_RAW)])?;
        match sockets {
            Sockets::Streams => {
                refuse(libc::SYS_socket, vec![of(domain), kind(libc::SOCK_DGRAM)])?;
                refuse(libc::SYS_socket, vec![of(domain), kind(libc::SOCK_SEQPACKET)])?;
                // Another kind of stream, which Landlock does not look at.
                refuse(libc::SYS_socket, vec![of(domain), above(2, libc::IPPROTO_TCP)])?;
            }
            Sockets::Pairs => refuse(libc::SYS_socket, vec![of(domain)])?,
            Sockets::All | Sockets::Network => {}
        }
    }
    if sockets == Sockets::Streams {
        // Connects past the question and the rule for connecting.
        for (call, flags) in
            [(libc::SYS_sendto, 3), (libc::SYS_sendmsg, 2), (libc::SYS_sendmmsg, 3)]
        {
            refuse(call, vec![has(flags, libc::MSG_FASTOPEN.cast_unsigned())])?;
        }
    }
    if sockets != Sockets::All {
        refuse(libc::SYS_socket, vec![of(libc::AF_UNIX)])?;
        // Packets of a pair go wherever each names.
        for packets in [libc::SOCK_DGRAM, libc::SOCK_RAW] {
            refuse(libc::SYS_socketpair, vec![of(libc::AF_UNIX), kind(packets)])?;
        }
        // Landlock does not know of these. Of permissions, owners and times neither, but programs need them.
        for command in FLAGS {
            refuse(libc::SYS_ioctl, vec![is(1, command)])?;
        }
        rules.extend(ATTRIBUTES.iter().map(|call| (*call, Vec::new())));
    }
    Ok(rules)
}

/// Not in the library yet.
const FCHMODAT2: libc::c_long = 452;

type Condition = Result<SeccompCondition, BackendError>;

fn compare(argument: u8, how: SeccompCmpOp, with: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, with)
}

/// The argument has this bit.
fn has(argument: u8, bit: u32) -> Condition {
    compare(argument, SeccompCmpOp::MaskedEq(bit.into()), bit.into())
}

fn is(argument: u8, number: u64) -> Condition {
    compare(argument, SeccompCmpOp::Eq, number)
}

fn isnt(argument: u8, number: libc::c_int) -> Condition {
    compare(argument, SeccompCmpOp::Ne, number as u64)
}

fn above(argument: u8, number: libc::c_int) -> Condition {
    compare(argument, SeccompCmpOp::Gt, number as u64)
}

fn below(argument: u8, number: libc::c_int) -> Condition {
    compare(argument, SeccompCmpOp::Lt, number as u64)
}

/// The kind of a socket, without its flags.
fn kind(kind: libc::c_int) -> Condition {
    compare(1, SeccompCmpOp::MaskedEq(0xf), kind as u64)
}
