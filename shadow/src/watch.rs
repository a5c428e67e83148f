//! Waits until something changes below the folders that are covered (inotify).

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

/// Bytes of one read.
const BUFFER: usize = 64 * 1024;

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its content may be another one.
    Written(PathBuf),
    /// Something else of it changed, it is new, or it is gone.
    Touched(PathBuf),
    /// A folder came: all in it is new.
    Came(PathBuf),
    /// A folder went with all in it.
    Went(PathBuf),
    /// Too much happened at once.
    Everything,
}

/// Watches folders.
#[derive(Debug)]
pub struct Watch {
    inotify: OwnedFd,
    folders: HashMap<i32, PathBuf>,
    watched: BTreeMap<PathBuf, i32>,
    /// Folders that could not be watched, because the kernel's limit is reached.
    pub unwatched: usize,
}

impl Watch {
    /// Of nothing yet.
    pub fn open() -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        Ok(Self { inotify, folders: HashMap::new(), watched: BTreeMap::new(), unwatched: 0 })
    }

    /// Watches an open folder, which is at this path.
    pub fn add(&mut self, folder: impl AsFd, path: &Path) {
        let told = WatchFlags::CREATE
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ATTRIB
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE
            | WatchFlags::ONLYDIR
            | WatchFlags::EXCL_UNLINK;
        // By the descriptor: nobody puts another folder under the name meanwhile.
        let open = format!("/proc/self/fd/{}", folder.as_fd().as_raw_fd());
        match inotify::add_watch(&self.inotify, open, told) {
            Ok(watch) => {
                if let Some(old) = self.watched.insert(path.to_owned(), watch)
                    && old != watch
                {
                    self.folders.remove(&old);
                }
                self.folders.insert(watch, path.to_owned());
            }
            Err(_) => self.unwatched += 1,
        }
    }

    /// Watches a folder and all below it no more.
    pub fn drop_below(&mut self, path: &Path) {
        let below: Vec<PathBuf> = self
            .watched
            .range::<Path, _>((std::ops::Bound::Included(path), std::ops::Bound::Unbounded))
            .map(|(known, _)| known)
            .take_while(|known| known.starts_with(path))
            .cloned()
            .collect();
        for path in below {
            if let Some(watch) = self.watched.remove(&path)
                && self.folders.get(&watch) == Some(&path)
            {
                self.folders.remove(&watch);
                // It goes by itself with its folder.
                let _ = inotify::remove_watch(&self.inotify, watch);
            }
        }
    }

    /// Waits until something is told, `most` long.
    pub fn wait(&self, most: Duration) -> io::Result<()> {
        let timeout = Timespec {
            tv_sec: i64::try_from(most.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(most.subsec_nanos()),
        };
        match poll(&mut [PollFd::new(&self.inotify, PollFlags::IN)], Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What was told since.
    pub fn read(&self) -> Vec<Told> {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut told = Vec::new();
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::INTR) => continue,
                Err(_) => return told,
            };
            let flags = event.events();
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                told.push(Told::Everything);
                continue;
            }
            let Some(folder) = self.folders.get(&event.wd()) else { continue };
            // Of a folder itself the folder above tells, or nothing is to be told.
            let Some(name) = event.file_name() else { continue };
            let path = folder.join(OsStr::from_bytes(name.to_bytes()));
            let is_folder = flags.contains(ReadFlags::ISDIR);
            told.push(if is_folder && flags.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
                Told::Came(path)
            } else if is_folder && flags.intersects(ReadFlags::DELETE | ReadFlags::MOVED_FROM) {
                Told::Went(path)
            } else if flags.intersects(ReadFlags::CLOSE_WRITE | ReadFlags::MOVED_TO) {
                Told::Written(path)
            } else {
                Told::Touched(path)
            });
        }
    }
}
