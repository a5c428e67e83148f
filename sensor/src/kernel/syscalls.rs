//! Which system call is what to us, by the numbers of this architecture and of the 32-bit table
//! beside it. The codes are those of `enum call` in `bpf/syscalls.h`.

/// `enum call`.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Call {
    Open = 0x10,
    OpenAt,
    Creat,
    OpenHandle,
    Unlink = 0x20,
    UnlinkAt,
    Rmdir,
    Mkdir,
    MkdirAt,
    Mknod,
    MknodAt,
    Truncate,
    Chmod,
    FchmodAt,
    Chown,
    FchownAt,
    Rename = 0x30,
    RenameAt,
    Link,
    LinkAt,
    Symlink,
    SymlinkAt,
    Fchmod = 0x40,
    Fchown,
    Ftruncate,
    Write = 0x50,
    Splice,
    Read,
    Send,
    Receive,
    Connect = 0x60,
    Accept,
    Bind,
    Listen,
    Ptrace = 0x70,
    Kill,
    Tkill,
    Tgkill,
    Mount,
    Credentials,
    InitModule,
    FinitModule,
    Bpf,
    Memfd,
    IoUring,
    VmWrite,
    Socketcall = 0xf0,
}

use Call::*;

/// Entries a table has; higher numbers are not system calls.
pub const TABLE: usize = 512;

/// Calls every architecture has.
const COMMON: &[(i64, Call)] = &[
    (libc::SYS_openat, OpenAt),
    (libc::SYS_openat2, OpenAt),
    (libc::SYS_open_by_handle_at, OpenHandle),
    (libc::SYS_unlinkat, UnlinkAt),
    (libc::SYS_mkdirat, MkdirAt),
    (libc::SYS_mknodat, MknodAt),
    (libc::SYS_truncate, Truncate),
    (libc::SYS_fchmodat, FchmodAt),
    (452, FchmodAt), // fchmodat2
    (libc::SYS_fchownat, FchownAt),
    (libc::SYS_renameat2, RenameAt),
    (libc::SYS_linkat, LinkAt),
    (libc::SYS_symlinkat, SymlinkAt),
    (libc::SYS_fchmod, Fchmod),
    (libc::SYS_fchown, Fchown),
    (libc::SYS_ftruncate, Ftruncate),
    (libc::SYS_write, Write),
    (libc::SYS_writev, Write),
    (libc::SYS_pwrite64, Write),
    (libc::SYS_pwritev, Write),
    (libc::SYS_pwritev2, Write),
    (libc::SYS_sendfile, Write),
    (libc::SYS_splice, Splice),
    (libc::SYS_copy_file_range, Splice),
    (libc::SYS_read, Read),
    (libc::SYS_readv, Read),
    (libc::SYS_sendto, Send),
    (libc::SYS_sendmsg, Send),
    (libc::SYS_recvfrom, Receive),
    (libc::SYS_recvmsg, Receive),
    (libc::SYS_connect, Connect),
    (libc::SYS_accept, Accept),
    (libc::SYS_accept4, Accept),
    (libc::SYS_bind, Bind),
    (libc::SYS_listen, Listen),
    (libc::SYS_ptrace, Ptrace),
    (libc::SYS_process_vm_writev, VmWrite),
    (libc::SYS_kill, Kill),
    (libc::SYS_tkill, Tkill),
    (libc::SYS_tgkill, Tgkill),
    (libc::SYS_mount, Mount),
    (libc::SYS_setuid, Credentials),
    (libc::SYS_setgid, Credentials),
    (libc::SYS_setreuid, Credentials),
    (libc::SYS_setregid, Credentials),
    (libc::SYS_setresuid, Credentials),
    (libc::SYS_setresgid, Credentials),
    (libc::SYS_capset, Credentials),
    (libc::SYS_init_module, InitModule),
    (libc::SYS_finit_module, FinitModule),
    (libc::SYS_bpf, Bpf),
    (libc::SYS_memfd_create, Memfd),
    (libc::SYS_io_uring_setup, IoUring),
];

#[cfg(target_arch = "x86_64")]
const OWN: &[(i64, Call)] = &[
    (libc::SYS_open, Open),
    (libc::SYS_creat, Creat),
    (libc::SYS_unlink, Unlink),
    (libc::SYS_rmdir, Rmdir),
    (libc::SYS_mkdir, Mkdir),
    (libc::SYS_mknod, Mknod),
    (libc::SYS_chmod, Chmod),
    (libc::SYS_chown, Chown),
    (libc::SYS_lchown, Chown),
    (libc::SYS_rename, Rename),
    (libc::SYS_renameat, RenameAt),
    (libc::SYS_link, Link),
    (libc::SYS_symlink, Symlink),
];
#[cfg(not(target_arch = "x86_64"))]
const OWN: &[(i64, Call)] = &[];

/// The i386 table, which 64-bit programs can reach too (`int 0x80`).
#[cfg(target_arch = "x86_64")]
const COMPAT: &[(i64, Call)] = &[
    (3, Read),
    (4, Write),
    (5, Open),
    (8, Creat),
    (9, Link),
    (10, Unlink),
    (14, Mknod),
    (15, Chmod),
    (16, Chown),
    (21, Mount),
    (23, Credentials),
    (26, Ptrace),
    (37, Kill),
    (38, Rename),
    (39, Mkdir),
    (40, Rmdir),
    (46, Credentials),
    (70, Credentials),
    (71, Credentials),
    (83, Symlink),
    (92, Truncate),
    (93, Ftruncate),
    (94, Fchmod),
    (95, Fchown),
    (102, Socketcall),
    (128, InitModule),
    (145, Read),
    (146, Write),
    (164, Credentials),
    (170, Credentials),
    (181, Write),
    (182, Chown),
    (185, Credentials),
    (187, Write),
    (193, Truncate),
    (194, Ftruncate),
    (198, Chown),
    (203, Credentials),
    (204, Credentials),
    (207, Fchown),
    (208, Credentials),
    (210, Credentials),
    (212, Chown),
    (213, Credentials),
    (214, Credentials),
    (238, Tkill),
    (239, Write),
    (270, Tgkill),
    (295, OpenAt),
    (296, MkdirAt),
    (297, MknodAt),
    (298, FchownAt),
    (301, UnlinkAt),
    (302, RenameAt),
    (303, LinkAt),
    (304, SymlinkAt),
    (306, FchmodAt),
    (313, Splice),
    (334, Write),
    (342, OpenHandle),
    (348, VmWrite),
    (350, FinitModule),
    (353, RenameAt),
    (356, Memfd),
    (357, Bpf),
    (361, Bind),
    (362, Connect),
    (363, Listen),
    (364, Accept),
    (369, Send),
    (370, Send),
    (371, Receive),
    (372, Receive),
    (377, Splice),
    (425, IoUring),
    (437, OpenAt),
    (452, FchmodAt),
];
#[cfg(not(target_arch = "x86_64"))]
const COMPAT: &[(i64, Call)] = &[];

fn table(parts: &[&[(i64, Call)]]) -> [u8; TABLE] {
    let mut table = [0; TABLE];
    for (number, call) in parts.iter().copied().flatten() {
        if let Some(slot) = usize::try_from(*number).ok().and_then(|index| table.get_mut(index)) {
            *slot = *call as u8;
        }
    }
    table
}

/// The table of this architecture.
pub fn native() -> [u8; TABLE] {
    table(&[COMMON, OWN])
}

/// The 32-bit table beside it; empty where there is none.
pub fn compat() -> [u8; TABLE] {
    table(&[COMPAT])
}
