//! What the writer asks of a file system; a seam, so that tests can refuse and lose on command.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Makes segment files.
pub(crate) trait Medium: Debug + Send {
    /// Makes a new file; an error if it is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>>;
}

/// A segment file that is written.
pub(crate) trait Output: Debug + Send {
    /// Appends all bytes, or an unknown part of them before an error.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Forces what was appended to the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file to `len` bytes; what is appended next goes there.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    /// True if no name leads to the file any more.
    fn is_removed(&self) -> bool {
        false
    }
}

/// The real thing.
#[derive(Debug)]
pub(crate) struct Disk;

impl Medium for Disk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)?;
        Ok(Box::new(file))
    }
}

impl Output for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
    fn is_removed(&self) -> bool {
        self.metadata().is_ok_and(|meta| meta.nlink() == 0)
    }
}
