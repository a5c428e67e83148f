//! A child that inherits nothing but its standard streams.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// First descriptor behind the standard streams.
const FIRST: libc::c_uint = 3;
/// Descriptors that are closed one by one where the kernel cannot close a range (before 5.11).
const ONE_BY_ONE: libc::c_int = 4096;

/// What the command starts gets stdin, stdout and stderr, whatever else this process, or who started it, left
/// open.
pub fn own_only(command: &mut Command) {
    // SAFETY: the closure runs between fork and exec, where only calls are allowed that are safe in a signal
    // handler: it makes system calls and touches no memory. Descriptors are marked, not closed: what the
    // library still needs to report a failed exec stays open until then.
    #[expect(unsafe_code, reason = "there is no safe way to run something between fork and exec")]
    unsafe {
        command.pre_exec(|| {
            mark();
            Ok(())
        })
    };
}

/// Marks every further descriptor to be closed by the exec.
#[expect(unsafe_code, reason = "the calls are not in a safe library")]
fn mark() {
    // SAFETY: the call takes numbers and marks descriptors; no memory is involved.
    let marked = unsafe {
        libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC)
    };
    if marked == 0 {
        return;
    }
    for descriptor in FIRST as libc::c_int..ONE_BY_ONE {
        // SAFETY: as above; of a number that is no descriptor it says so.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}
