//! Throws away what a layer holds: some of it, or all.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, RenameFlags, chmodat, mkdirat, renameat_with, unlinkat};

use super::folder::{Open, beside};

/// Forgets the change of a file, or of a folder with all below it.
pub fn discard(upper: &Path, path: &Path) -> io::Result<()> {
    let (above, name) = beside(path);
    let above = Open::folder(upper)?.below(above)?;
    remove(&above, name)
}

/// Removes what stands under a name, whatever its depth and permissions; nothing else, whatever is put in its place.
pub fn remove(above: &Open, name: &OsStr) -> io::Result<()> {
    let Some(stat) = above.stat(name)? else { return Ok(()) };
    if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
        return Ok(unlinkat(above, name, AtFlags::empty())?);
    }
    // Folders in it are moved beside each other and emptied one by one: depth costs nothing then.
    let heap = PathBuf::from(format!(".chaperone-heap-{}", std::process::id()));
    mkdirat(above, &heap, Mode::RWXU)?;
    let folders = above.below(&heap)?;
    let mut count: u64 = 0;
    move_to(above, name, &folders, &mut count)?;
    let mut done: u64 = 0;
    while done < count {
        let number = PathBuf::from(done.to_string());
        let folder = folders.below(&number)?;
        for name in folder.names()? {
            match unlinkat(&folder, &*name, AtFlags::empty()) {
                Ok(()) => {}
                Err(rustix::io::Errno::ISDIR) => move_to(&folder, &name, &folders, &mut count)?,
                Err(error) => return Err(error.into()),
            }
        }
        unlinkat(&folders, &number, AtFlags::REMOVEDIR)?;
        done += 1;
    }
    Ok(unlinkat(above, &heap, AtFlags::REMOVEDIR)?)
}

fn move_to(from: &Open, name: &OsStr, folders: &Open, count: &mut u64) -> io::Result<()> {
    // One that forbids to be opened or moved is its owner's all the same.
    chmodat(from, name, Mode::RWXU, AtFlags::empty())?;
    renameat_with(from, name, folders, count.to_string(), RenameFlags::NOREPLACE)?;
    *count += 1;
    Ok(())
}
