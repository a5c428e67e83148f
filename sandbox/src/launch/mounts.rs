//! Mounts as descriptors: copied, restricted, put somewhere. No name is resolved twice, and none through a link.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, move_mount, open_tree,
};

/// What may not be done on a mount.
pub const RDONLY: u64 = 0x1;
pub const NOSUID: u64 = 0x2;
pub const NODEV: u64 = 0x4;
pub const NOEXEC: u64 = 0x8;

/// A copy of what is mounted at an open place, with everything below.
pub fn copy(of: impl AsFd) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_EMPTY_PATH
        | OpenTreeFlags::AT_RECURSIVE;
    Ok(open_tree(of, c"", flags)?)
}

/// A new file system without a device.
pub fn fresh(kind: &CStr, options: &[(&str, &str)]) -> io::Result<OwnedFd> {
    let context = fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC)?;
    for (key, value) in options {
        match *value {
            "" => fsconfig_set_flag(context.as_fd(), *key)?,
            value => fsconfig_set_string(context.as_fd(), *key, value)?,
        }
    }
    fsconfig_create(context.as_fd())?;
    let made = fsmount(context.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, MountAttrFlags::empty())?;
    restrict(&made, NOSUID | if kind == c"devpts" { 0 } else { NODEV })?;
    Ok(made)
}

/// Takes rights away on a mount and all below it.
pub fn restrict(mount: impl AsFd, what: u64) -> io::Result<()> {
    set(mount, what, libc::AT_RECURSIVE)
}

/// Takes rights away on a mount alone.
pub fn restrict_one(mount: impl AsFd, what: u64) -> io::Result<()> {
    set(mount, what, 0)
}

/// As the kernel has it.
#[repr(C)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

fn set(mount: impl AsFd, what: u64, how: libc::c_int) -> io::Result<()> {
    let attributes = Attributes { set: what, clear: 0, propagation: 0, user_namespace: 0 };
    // SAFETY: both pointers are of values that live until the call ends, and the length is that of the structure.
    #[expect(unsafe_code, reason = "the call is not in a safe library")]
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_fd().as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | how,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Puts a mount that is nowhere on an open place.
pub fn put(mount: impl AsFd, on: impl AsFd) -> io::Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    Ok(move_mount(mount, c"", on, c"", flags)?)
}

/// The place of an absolute name, below `root`, without following any link.
pub fn place(root: impl AsFd, path: &Path) -> io::Result<OwnedFd> {
    let name = path.strip_prefix("/").unwrap_or(path);
    let name = if name.as_os_str().is_empty() { Path::new(".") } else { name };
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    Ok(rustix::fs::openat2(root, name, flags, Mode::empty(), resolve)?)
}

/// The root of the files that this process sees.
pub fn root() -> io::Result<OwnedFd> {
    Ok(rustix::fs::openat(
        CWD,
        "/",
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?)
}

/// Whether an open place is a folder.
pub fn is_folder(place: impl AsFd) -> io::Result<bool> {
    let stat = rustix::fs::statat(place, c"", AtFlags::EMPTY_PATH)?;
    Ok(FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
}
