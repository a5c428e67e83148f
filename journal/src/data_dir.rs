//! The data directory: claimed by one writer, open to any reader, its layout numbered.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::clock;

/// The layout this code writes. A step of [`MIGRATIONS`] leads from each number to the next.
pub const LAYOUT: u32 = 1;

type Migration = fn(&Path) -> Result<(), Error>;
/// `MIGRATIONS[n - 1]` leads from layout `n` to `n + 1`.
const MIGRATIONS: &[Migration] = &[];

/// A data directory held by this process until it is dropped. Nobody else writes to it meanwhile.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    lock: File,
}

impl DataDir {
    /// Makes the directory if need be, takes its lock and brings its layout up to date.
    pub fn claim(path: &Path) -> Result<Self, Error> {
        make_private(path)?;
        let lock = lock(path)?;
        migrate(path)?;
        make_private(&segments_dir(path))?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Fails if the directory is no longer the one that was claimed: removed, moved or replaced.
    pub fn check(&self) -> Result<(), Error> {
        let path = self.path.join("lock");
        let same = |ours: &fs::Metadata, there: &fs::Metadata| {
            (ours.dev(), ours.ino()) == (there.dev(), there.ino())
        };
        let ours = self.lock.metadata().map_err(Error::io("ask about", &path))?;
        match fs::metadata(&path) {
            Ok(there) if same(&ours, &there) => Ok(()),
            _ => Err(Error::Gone { dir: self.path.clone() }),
        }
    }

    /// What lets others change the record, in words; nothing where all is well.
    pub fn exposed(&self) -> Vec<String> {
        let own = self.lock.metadata().map_or(0, |meta| meta.uid());
        let exposed = |path: PathBuf| {
            let meta = fs::metadata(&path).ok()?;
            let path = event::show::plain(&path.to_string_lossy()).into_owned();
            if meta.uid() != own {
                Some(format!("`{path}` belongs to user {}, who can change the record", meta.uid()))
            } else if meta.mode() & 0o022 != 0 {
                let mode = meta.mode() & 0o7777;
                Some(format!("`{path}` can be written by others (mode {mode:o})"))
            } else {
                None
            }
        };
        [self.path.clone(), segments_dir(&self.path)].into_iter().filter_map(exposed).collect()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Where the segments of a data directory are.
pub(crate) fn segments_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("journal")
}

/// Layout of the directory for a reader: refuses what a later version wrote.
pub(crate) fn check_layout(path: &Path) -> Result<(), Error> {
    read_layout(path).map(|_| ())
}

fn make_private(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::io("create", path))
}

fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(Error::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Error::Locked { dir: dir.to_owned(), holder: holder(&mut file) });
        }
        Err(TryLockError::Error(source)) => return Err(Error::io("lock", &path)(source)),
    }
    sign(&mut file).map_err(Error::io("write", &path))?;
    Ok(file)
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "pid {}, since {}", std::process::id(), clock::show(clock::now_unix_ns()))
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.take(200).read_to_string(&mut text);
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() { "pid unknown".into() } else { event::show::plain(line).into_owned() }
}

fn migrate(dir: &Path) -> Result<(), Error> {
    let mut layout = match read_layout(dir)? {
        Some(layout) => layout,
        None => return write_layout(dir, LAYOUT),
    };
    while layout < LAYOUT {
        if let Some(migration) = MIGRATIONS.get(layout as usize - 1) {
            migration(dir)?;
        }
        layout += 1;
        write_layout(dir, layout)?;
    }
    Ok(())
}

fn read_layout(dir: &Path) -> Result<Option<u32>, Error> {
    let path = dir.join("VERSION");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    match text.trim().parse() {
        Ok(found) if found > LAYOUT => {
            Err(Error::NewerLayout { dir: dir.to_owned(), found, known: LAYOUT })
        }
        Ok(found) if found > 0 => Ok(Some(found)),
        _ => Err(Error::BadLayout { path, found: event::show::brief(text.trim(), 40) }),
    }
}

fn write_layout(dir: &Path, layout: u32) -> Result<(), Error> {
    let path = dir.join("VERSION");
    replace(&path, format!("{layout}\n").as_bytes()).map_err(Error::io("write", &path))
}

/// Writes a small file so that after a crash it is either the old one or the new one, whole.
pub(crate) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    if let Some(dir) = path.parent() {
        sync_dir(dir)?;
    }
    Ok(())
}

/// Makes names that were created or removed in `dir` survive power loss.
pub(crate) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}
