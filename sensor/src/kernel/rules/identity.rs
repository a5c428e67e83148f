//! What the kernel itself calls a file: device and inode as its programs see them. `stat` may say something else
//! (overlays, subvolumes), so the files are held open while the kernel lists what this process holds open.

use std::collections::HashMap;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use libbpf_rs::{Iter, Link};
use rustix::fs::{Mode, OFlags, open};

/// Held open at a time.
const AT_ONCE: usize = 128;

/// A file or folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    pub device: u32,
    pub inode: u64,
}

/// Who can say what files are.
pub trait Known {
    /// Of those that are there.
    fn identities(&self, paths: &[String]) -> HashMap<String, Identity>;
}

/// By the iterator `list_files`.
pub struct Files {
    listing: Mutex<Option<Link>>,
}

impl Files {
    pub fn new(listing: Option<Link>) -> Self {
        Self { listing: Mutex::new(listing) }
    }

    /// All descriptors of this process.
    fn list(&self) -> HashMap<i32, Identity> {
        let link = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        let read =
            link.as_ref().and_then(|link| Iter::new(link).ok()?.read_to_end(&mut bytes).ok());
        if read.is_none() {
            return HashMap::new();
        }
        bytes.chunks_exact(16).filter_map(entry).collect()
    }
}

impl Known for Files {
    fn identities(&self, paths: &[String]) -> HashMap<String, Identity> {
        let mut all = HashMap::new();
        for some in paths.chunks(AT_ONCE) {
            let held = some.iter().filter_map(|path| Some((path, hold(path)?)));
            let held: Vec<(&String, OwnedFd)> = held.collect();
            if held.is_empty() {
                continue;
            }
            let listed = self.list();
            let identity = |file: &OwnedFd| listed.get(&file.as_raw_fd()).copied();
            all.extend(held.iter().filter_map(|(path, it)| Some(((*path).clone(), identity(it)?))));
        }
        all
    }
}

fn hold(path: &str) -> Option<OwnedFd> {
    open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// `struct open_file` in `bpf/process.h`.
fn entry(chunk: &[u8]) -> Option<(i32, Identity)> {
    let (fd, rest) = chunk.split_at_checked(4)?;
    let (device, inode) = rest.split_at_checked(4)?;
    let device = u32::from_ne_bytes(device.try_into().ok()?);
    let inode = u64::from_ne_bytes(inode.try_into().ok()?);
    Some((i32::from_ne_bytes(fd.try_into().ok()?), Identity { device, inode }))
}
