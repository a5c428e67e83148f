//! Waits until something may have changed where things of agents lie. What it is, a look tells; nothing here
//! reads a file.

use std::collections::{HashMap, HashSet};
use std::ffi::CStr;
use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

use crate::discover::Folder;
use crate::product::{Holds, Products};

/// Changes that come together are looked at together.
const SETTLE: Duration = Duration::from_millis(150);
/// How often folders are looked at that the kernel has no watch for.
const UNWATCHED: Duration = Duration::from_secs(2);
/// Bytes of one read.
const BUFFER: usize = 64 * 1024;

/// Watches folders.
#[derive(Debug)]
pub struct Watch {
    inotify: OwnedFd,
    folders: HashMap<i32, Folder>,
    watched: HashMap<PathBuf, i32>,
    /// Folders of which every file matters.
    whole: HashSet<PathBuf>,
    /// Folders that could not be watched, because the kernel's limit is reached.
    unwatched: usize,
}

/// What woke a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something may have changed.
    Changed,
    /// Nothing for so long as was asked.
    Nothing,
}

impl Watch {
    /// Of nothing yet.
    pub fn open() -> std::io::Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let (folders, watched, whole) = (HashMap::new(), HashMap::new(), HashSet::new());
        Ok(Self { inotify, folders, watched, whole, unwatched: 0 })
    }

    /// Folders that the kernel does not watch for us any more: its limit
    /// (`fs.inotify.max_user_watches`) is reached, and they are looked at now and then.
    pub fn unwatched(&self) -> usize {
        self.unwatched
    }

    /// Watches what the last look walked, and only that. In and below `whole` every file matters, whatever its name.
    pub fn follow(&mut self, walked: &[Folder], whole: HashSet<PathBuf>) {
        self.whole = whole;
        let wanted: HashSet<&Path> = walked.iter().map(|folder| folder.path.as_path()).collect();
        let gone: Vec<PathBuf> =
            self.watched.keys().filter(|path| !wanted.contains(path.as_path())).cloned().collect();
        for path in gone {
            if let Some(watch) = self.watched.remove(&path) {
                self.folders.remove(&watch);
                // It goes by itself with its folder.
                let _ = inotify::remove_watch(&self.inotify, watch);
            }
        }
        self.unwatched = 0;
        for folder in walked {
            match self.add(folder) {
                Ok(()) | Err(Errno::NOENT | Errno::NOTDIR | Errno::ACCESS) => {}
                Err(_) => self.unwatched += 1,
            }
        }
    }

    fn add(&mut self, folder: &Folder) -> Result<(), Errno> {
        let told = WatchFlags::CREATE
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ATTRIB
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE
            | WatchFlags::ONLYDIR
            | WatchFlags::EXCL_UNLINK;
        // The same folder gives the same number again, also when another one took its name.
        let watch = inotify::add_watch(&self.inotify, &folder.path, told)?;
        if let Some(old) = self.watched.insert(folder.path.clone(), watch)
            && old != watch
        {
            self.folders.remove(&old);
        }
        self.folders.insert(watch, folder.clone());
        Ok(())
    }

    /// Waits until something happens that a look could see, `most` long, and lets it settle.
    pub fn wait(&mut self, products: &Products, most: Duration) -> std::io::Result<Woken> {
        let most = if self.unwatched > 0 { most.min(UNWATCHED) } else { most };
        let timeout = Timespec {
            tv_sec: i64::try_from(most.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(most.subsec_nanos()),
        };
        let mut ready = [PollFd::new(&self.inotify, PollFlags::IN)];
        match poll(&mut ready, Some(&timeout)) {
            Ok(0) if self.unwatched > 0 => return Ok(Woken::Changed),
            Ok(0) | Err(Errno::INTR) => return Ok(Woken::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        // A build that writes next to a place must not wake us for each of its files.
        std::thread::sleep(SETTLE);
        Ok(if self.told(products) { Woken::Changed } else { Woken::Nothing })
    }

    /// Whether anything that was told matters.
    fn told(&self, products: &Products) -> bool {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let (mut matters, mut next) = (false, Vec::new());
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::INTR) => continue,
                Err(_) => return matters,
            };
            if matters {
                continue;
            }
            let flags = event.events();
            matters = flags.contains(ReadFlags::QUEUE_OVERFLOW)
                || self.folders.get(&event.wd()).is_some_and(|folder| {
                    let is_folder = flags.contains(ReadFlags::ISDIR);
                    is_folder
                        || folder.path.ancestors().any(|above| self.whole.contains(above))
                        || leads(products, folder, event.file_name(), &mut next)
                });
        }
    }
}

/// Whether a file of that name may be one of ours.
fn leads(
    products: &Products,
    folder: &Folder,
    name: Option<&CStr>,
    next: &mut Vec<crate::product::Active>,
) -> bool {
    let Some(name) = name else { return true };
    let places = products.places();
    // A link to a folder is told as a file.
    for is_folder in [false, true] {
        places.next(&folder.active, &name.to_string_lossy(), is_folder, next);
        let counts = |holds: &Holds| !matches!(holds, Holds::Transcript);
        let told = |one: &crate::product::Active| {
            let mut targets = places.targets(*one).iter();
            let file = targets.any(|target| counts(&target.holds));
            file || is_folder && is_link(folder, name) && places.leads_on(*one)
        };
        if next.iter().any(told) {
            return true;
        }
    }
    false
}

fn is_link(folder: &Folder, name: &CStr) -> bool {
    let path = folder.path.join(&*name.to_string_lossy());
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink())
}
