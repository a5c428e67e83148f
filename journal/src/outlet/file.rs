//! A JSON lines file that is moved aside when it is large.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{FileSettings, Message, Sink, Undelivered, Why};
use crate::Error;

#[derive(Debug)]
pub(super) struct File {
    settings: FileSettings,
    file: Option<fs::File>,
    bytes: u64,
}

impl File {
    pub(super) fn open(name: &str, settings: &FileSettings) -> Result<Self, Error> {
        let setting = |why: String| Error::Setting { outlet: format!("file {name}"), why };
        if !settings.path.is_absolute() {
            let path = settings.path.display();
            return Err(setting(format!("`path` `{path}` is not absolute")));
        }
        let mut outlet = Self { settings: settings.clone(), file: None, bytes: 0 };
        outlet.reopen().map_err(Error::io("open", &settings.path))?;
        Ok(outlet)
    }

    fn reopen(&mut self) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o640)
            .open(&self.settings.path)?;
        self.bytes = cut_torn_line(&mut file)?;
        self.file = Some(file);
        Ok(())
    }

    fn write(&mut self, messages: &[Message]) -> io::Result<()> {
        let mut lines = String::new();
        for message in messages {
            lines.push_str(&message.json);
            lines.push('\n');
        }
        if self.file.is_none() || self.moved_away() {
            self.reopen()?;
        }
        let limit = self.settings.max_mib.max(1) << 20;
        if self.bytes > 0 && self.bytes + lines.len() as u64 > limit {
            self.file = None;
            rotate(&self.settings.path, self.settings.keep)?;
            self.reopen()?;
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(lines.as_bytes())?;
        file.sync_data()?;
        self.bytes += lines.len() as u64;
        Ok(())
    }

    /// Somebody else (logrotate) renamed or removed the file.
    fn moved_away(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let inode = |meta: fs::Metadata| (meta.dev(), meta.ino());
        let here = self.file.as_ref().and_then(|file| file.metadata().ok()).map(inode);
        here != fs::metadata(&self.settings.path).ok().map(inode)
    }
}

impl Sink for File {
    fn deliver(&mut self, messages: &[Message]) -> Result<(), Undelivered> {
        self.write(messages).map_err(|error| {
            // Whatever part of it was written is cut when the file is opened again.
            self.file = None;
            let path = self.settings.path.display();
            let why = Why::Retry(format!("could not write `{path}`: {error}"));
            Undelivered { delivered: 0, why }
        })
    }
    fn batch(&self) -> usize {
        4_096
    }
}

/// Cuts what stands behind the last line end, from a crash in the middle of a write; says how many
/// bytes are left.
fn cut_torn_line(file: &mut fs::File) -> io::Result<u64> {
    const STEP: u64 = 64 << 10;
    let len = file.metadata()?.len();
    let mut end = len;
    let mut bytes = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        file.take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = memchr::memrchr(b'\n', &bytes) {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < len {
        file.set_len(end)?;
    }
    Ok(end)
}

/// `path` becomes `path.1`, `path.1` becomes `path.2`; the oldest goes.
fn rotate(path: &Path, keep: u32) -> io::Result<()> {
    let old = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    if keep == 0 {
        return fs::remove_file(path);
    }
    for number in (1..keep).rev() {
        if old(number).exists() {
            fs::rename(old(number), old(number + 1))?;
        }
    }
    fs::rename(path, old(1))
}
