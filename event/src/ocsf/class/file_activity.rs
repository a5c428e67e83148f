//! File System Activity 1001: files, names, mounts, pipes.

use serde_json::{Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::Reading;
use crate::ocsf::object::file::{self, FileKind};
use crate::{
    Access, Act, FileMode, FileOpen, FileOwner, FilePair, FileRef, FileWrite, Mount, PipeUse,
};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 1001, caption: "File System Activity" };

const CREATE: Activity = Activity(1, "Create");
const READ: Activity = Activity(2, "Read");
const UPDATE: Activity = Activity(3, "Update");
const DELETE: Activity = Activity(4, "Delete");
const RENAME: Activity = Activity(5, "Rename");
const SET_ATTRIBUTES: Activity = Activity(6, "Set Attributes");
const MOUNT: Activity = Activity(12, "Mount");
const OPEN: Activity = Activity(14, "Open");

pub(in crate::ocsf) fn open(draft: &mut Draft, open: &FileOpen) -> Activity {
    put(draft, &open.file, FileKind::Unknown);
    draft.keep("access", json!(open.access));
    OPEN
}

pub(in crate::ocsf) fn create(draft: &mut Draft, created: &FileOpen) -> Activity {
    put(draft, &created.file, FileKind::Unknown);
    draft.keep("access", json!(created.access));
    CREATE
}

pub(in crate::ocsf) fn write(draft: &mut Draft, write: &FileWrite) -> Activity {
    put(draft, &write.file, FileKind::Unknown);
    draft.keep("bytes", write.bytes);
    UPDATE
}

pub(in crate::ocsf) fn rename(draft: &mut Draft, pair: &FilePair) -> Activity {
    put(draft, &pair.from, FileKind::Unknown);
    draft.set("file_result", Value::Object(file::object(&pair.to, FileKind::Unknown)));
    RENAME
}

pub(in crate::ocsf) fn unlink(draft: &mut Draft, file: &FileRef) -> Activity {
    put(draft, file, FileKind::Unknown);
    DELETE
}

pub(in crate::ocsf) fn truncate(draft: &mut Draft, file: &FileRef) -> Activity {
    put(draft, file, FileKind::Unknown);
    UPDATE
}

pub(in crate::ocsf) fn memfd(draft: &mut Draft, file: &FileRef) -> Activity {
    put(draft, file, FileKind::Anonymous);
    CREATE
}

pub(in crate::ocsf) fn chmod(draft: &mut Draft, mode: &FileMode) -> Activity {
    put(draft, &mode.file, FileKind::Unknown);
    draft.keep("mode", mode.mode);
    SET_ATTRIBUTES
}

/// `file.owner` would be the owner before; OCSF has no word for the one after.
pub(in crate::ocsf) fn chown(draft: &mut Draft, owner: &FileOwner) -> Activity {
    put(draft, &owner.file, FileKind::Unknown);
    draft.keep("uid", owner.uid);
    draft.keep("gid", owner.gid);
    SET_ATTRIBUTES
}

/// A link is a new file; what it leads to has no attribute.
pub(in crate::ocsf) fn symlink(draft: &mut Draft, pair: &FilePair) -> Activity {
    put(draft, &pair.to, FileKind::SymbolicLink);
    draft.keep("target", json!(pair.from));
    CREATE
}

pub(in crate::ocsf) fn link(draft: &mut Draft, pair: &FilePair) -> Activity {
    put(draft, &pair.to, FileKind::Unknown);
    draft.keep("target", json!(pair.from));
    CREATE
}

pub(in crate::ocsf) fn mount(draft: &mut Draft, mount: &Mount) -> Activity {
    let mut folder = file::named(&mount.target, FileKind::Folder);
    folder.insert("volume".into(), json!(&*mount.source));
    draft.set("file", Value::Object(folder));
    draft.keep("fs", &*mount.fs);
    draft.keep("flags", mount.flags);
    MOUNT
}

pub(in crate::ocsf) fn pipe(draft: &mut Draft, used: &PipeUse) -> Activity {
    let mut pipe = file::named(&format!("pipe:[{}]", used.pipe), FileKind::NamedPipe);
    pipe.insert("uid".into(), json!(used.pipe.to_string()));
    draft.set("file", Value::Object(pipe));
    if used.write { UPDATE } else { READ }
}

fn put(draft: &mut Draft, file: &FileRef, kind: FileKind) {
    draft.set("file", Value::Object(file::object(file, kind)));
}

/// Acts another product's activity stands for.
pub(in crate::ocsf) fn acts(activity_id: u64) -> Result<&'static str, &'static str> {
    Ok(match activity_id {
        1 => "file_create",
        2 | 14 => "file_open",
        3 | 10 | 11 => "file_write",
        4 => "file_unlink",
        5 => "file_rename",
        12 => "mount",
        6 | 7 => return Err("the event does not say which attribute got which value"),
        8 | 9 => return Err("reading attributes of a file is not recorded"),
        _ => return Err("the activity is not one of Create, Read, Update, Delete, Rename, Open"),
    })
}

pub(in crate::ocsf) fn read_open(reading: &Reading) -> Result<FileOpen, ImportError> {
    let activity = reading.event.at("activity_id").number::<u32>()?;
    let usual = if activity == Some(CREATE.0) { Access::Write } else { Access::Read };
    let access = reading.own.at("access").decode("read, write, read_write or path")?;
    Ok(FileOpen {
        file: read_file(reading)?,
        access: access.unwrap_or(usual),
        error: reading.error()?,
    })
}

pub(in crate::ocsf) fn read_write(reading: &Reading) -> Result<Act, ImportError> {
    let bytes = reading.own.at("bytes").number_or_zero()?;
    Ok(Act::FileWrite(FileWrite { file: read_file(reading)?, bytes }))
}

pub(in crate::ocsf) fn read_rename(reading: &Reading) -> Result<Act, ImportError> {
    let to = file::read(&reading.event.at("file_result"))?;
    Ok(Act::FileRename(FilePair { from: read_file(reading)?, to }))
}

pub(in crate::ocsf) fn read_link(reading: &Reading) -> Result<FilePair, ImportError> {
    let target = reading.own.at("target");
    let from = target.decode("a path and an inode")?;
    let from = from.ok_or_else(|| target.missing("what the link leads to", "export it again"))?;
    Ok(FilePair { from, to: read_file(reading)? })
}

pub(in crate::ocsf) fn read_chmod(reading: &Reading) -> Result<Act, ImportError> {
    let mode = reading.own.at("mode").number_or_zero()?;
    Ok(Act::FileChmod(FileMode { file: read_file(reading)?, mode }))
}

pub(in crate::ocsf) fn read_chown(reading: &Reading) -> Result<Act, ImportError> {
    Ok(Act::FileChown(FileOwner {
        file: read_file(reading)?,
        uid: reading.own.at("uid").number()?.unwrap_or(u32::MAX),
        gid: reading.own.at("gid").number()?.unwrap_or(u32::MAX),
    }))
}

pub(in crate::ocsf) fn read_mount(reading: &Reading) -> Result<Act, ImportError> {
    Ok(Act::Mount(Mount {
        source: reading.event.down("file.volume").text_or_empty()?.into(),
        target: read_file(reading)?.path,
        fs: reading.own.at("fs").text_or_empty()?.into(),
        flags: reading.own.at("flags").number_or_zero()?,
    }))
}

pub(in crate::ocsf) fn read_pipe(reading: &Reading) -> Result<Act, ImportError> {
    let write = reading.event.at("activity_id").number::<u32>()? == Some(UPDATE.0);
    Ok(Act::PipeUse(PipeUse { pipe: reading.event.down("file.uid").number_or_zero()?, write }))
}

pub(in crate::ocsf) fn read_file(reading: &Reading) -> Result<FileRef, ImportError> {
    file::read(&reading.event.at("file"))
}
