//! Makes a process: the one thing that no safe library does.

use std::io;

use rustix::process::Pid;

/// Which of the two one is.
pub enum Side {
    /// The one that asked; of the other.
    Parent(Pid),
    /// The new one.
    Child,
}

/// Threads of this process; more than one where procfs does not say.
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(2, Iterator::count)
}

/// A new process, in the new namespaces that `flags` name.
///
/// INVARIANT: this process has one thread; who calls has looked.
pub fn fork(flags: libc::c_int) -> io::Result<Side> {
    let none: libc::c_long = 0;
    let flags = libc::c_long::from(flags | libc::SIGCHLD);
    // SAFETY: without CLONE_VM and without a stack the call is `fork`: the child goes on here with a copy of all
    // memory. With one thread nobody holds a lock that is copied, so the child may do what any process may.
    #[expect(unsafe_code, reason = "no safe library makes a process that goes on here")]
    let made = unsafe { libc::syscall(libc::SYS_clone, flags, none, none, none, none) };
    match made {
        0 => Ok(Side::Child),
        ..0 => Err(io::Error::last_os_error()),
        pid => match i32::try_from(pid).ok().and_then(Pid::from_raw) {
            Some(pid) => Ok(Side::Parent(pid)),
            None => Err(io::ErrorKind::InvalidData.into()),
        },
    }
}

/// Ends this process at once: what its parent had to do at its end is not its own.
pub fn end(code: u8) -> ! {
    // SAFETY: ends the process; nothing is touched.
    #[expect(unsafe_code, reason = "the standard library would do what is the parent's to do")]
    unsafe {
        libc::_exit(i32::from(code))
    }
}
