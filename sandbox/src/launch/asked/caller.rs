//! Who waits: what stands in its memory, its folders and descriptors, its mask. All of it counts only if the call waits
//! still when it was read, for then it is the caller's and nobody else's.

use std::io::IoSliceMut;
use std::os::fd::OwnedFd;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;
use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;

use super::listener::Listener;

/// Longest path, with its end.
const PATH: usize = 4096;
/// Smallest page. A text may end where the next one is not there.
const PAGE: usize = 4096;

/// A thread in the middle of a call.
pub struct Caller<'l> {
    listener: &'l Listener,
    id: u64,
    thread: i32,
}

impl<'l> Caller<'l> {
    pub fn new(listener: &'l Listener, id: u64, thread: i32) -> Self {
        Self { listener, id, thread }
    }

    /// Its number.
    pub fn thread(&self) -> i32 {
        self.thread
    }

    /// A path.
    pub fn text(&self, address: u64) -> Result<Vec<u8>, Errno> {
        let mut text = vec![0; PATH];
        let read = self.read(address, &mut text)?;
        let text = text.get(..read).unwrap_or_default();
        match text.iter().position(|byte| *byte == 0) {
            Some(end) => Ok(text.get(..end).unwrap_or_default().to_vec()),
            None if read < PATH => Err(Errno::FAULT),
            None => Err(Errno::NAMETOOLONG),
        }
    }

    /// So many bytes.
    pub fn bytes<const COUNT: usize>(&self, address: u64) -> Result<[u8; COUNT], Errno> {
        let mut bytes = [0; COUNT];
        let read = self.read(address, &mut bytes)?;
        if read == COUNT { Ok(bytes) } else { Err(Errno::FAULT) }
    }

    fn read(&self, address: u64, into: &mut [u8]) -> Result<usize, Errno> {
        let base = usize::try_from(address).map_err(|_| Errno::FAULT)?;
        let first = (PAGE - base % PAGE).min(into.len());
        let next = base.checked_add(first).ok_or(Errno::FAULT)?;
        let parts =
            [RemoteIoVec { base, len: first }, RemoteIoVec { base: next, len: into.len() - first }];
        let into = &mut [IoSliceMut::new(into)];
        let read = process_vm_readv(Pid::from_raw(self.thread), into, &parts)
            .map_err(|error| Errno::from_raw_os_error(error as i32))?;
        self.still()?;
        Ok(read)
    }

    /// What one of its descriptors is open on, or its working directory.
    pub fn open(&self, descriptor: i32) -> Result<OwnedFd, Errno> {
        let path = match descriptor {
            libc::AT_FDCWD => format!("/proc/{}/cwd", self.thread),
            0.. => format!("/proc/{}/fd/{descriptor}", self.thread),
            _ => return Err(Errno::BADF),
        };
        let open = openat(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
        let open = open.map_err(|error| if error == Errno::NOENT { Errno::BADF } else { error });
        self.still()?;
        open
    }

    /// A mode as its own mask leaves it.
    pub fn masked(&self, mode: u32) -> Result<Mode, Errno> {
        let mask = u32::from_str_radix(&self.status("Umask:")?, 8).map_err(|_| Errno::IO)?;
        Ok(Mode::from_raw_mode(mode & 0o7777 & !mask))
    }

    /// The process that the thread is one of.
    pub fn process(&self) -> Result<i32, Errno> {
        self.status("Tgid:")?.parse().map_err(|_| Errno::IO)
    }

    fn status(&self, name: &str) -> Result<String, Errno> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.thread));
        let status = status.map_err(|_| Errno::SRCH)?;
        self.still()?;
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        value.map(|value| value.trim().to_owned()).ok_or(Errno::IO)
    }

    fn still(&self) -> Result<(), Errno> {
        if self.listener.stands(self.id) { Ok(()) } else { Err(Errno::SRCH) }
    }
}
