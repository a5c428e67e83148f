//! Acts on files.

use event::{Access, Act, Caveats, FileMode, FileOpen, FileOwner, FilePair, FileRef, FileWrite};

use super::records::Header;
use super::text::{Cursor, device, join, path};
use super::{Decoder, records};

pub use crate::kernel::FoldKey;

/// `enum file_op` in `bpf/file.h`.
mod op {
    pub const OPEN_READ: u32 = 1;
    pub const OPEN_WRITE: u32 = 2;
    pub const OPEN_READ_WRITE: u32 = 3;
    pub const OPEN_PATH: u32 = 4;
    pub const CREATE: u32 = 5;
    pub const WRITE: u32 = 6;
    pub const RENAME: u32 = 7;
    pub const UNLINK: u32 = 8;
    pub const CHMOD: u32 = 9;
    pub const CHOWN: u32 = 10;
    pub const SYMLINK: u32 = 11;
    pub const LINK: u32 = 12;
    pub const TRUNCATE: u32 = 13;
    pub const MKDIR: u32 = 14;
    pub const MKNOD: u32 = 15;
    pub const CLOSE: u32 = 20;
}

impl Decoder {
    pub(super) fn file(
        &mut self,
        cursor: &mut Cursor<'_>,
        header: &Header,
        caveats: &mut Caveats,
    ) -> Option<(Act, FoldKey)> {
        let record = records::File::read(cursor)?;
        let key = match record.routine {
            0 => FoldKey {
                start_ns: header.start_ns,
                dentry: record.dentry,
                name_hash: record.name_hash,
                op: record.op,
            },
            state => {
                let file = record.device << 32 ^ record.inode;
                FoldKey::routine(header.label, file, state, record.op)
            }
        };
        let named = match record.path {
            [] => join(record.base, record.name),
            // Below no mount and without a name: a pipe, opened again by its descriptor.
            [0] => format!("pipe:[{}]", record.inode),
            parts => path(parts),
        };
        let path = self.redacted(named, caveats);
        let file = FileRef { path, inode: (device(record.device), record.inode) };
        let act = self.file_act(&record, file, caveats)?;
        Some((act, key))
    }

    fn file_act(
        &mut self,
        record: &records::File<'_>,
        file: FileRef,
        caveats: &mut Caveats,
    ) -> Option<Act> {
        let error = record.error;
        let open = |file, access| FileOpen { file, access, error };
        Some(match record.op {
            op::OPEN_READ => Act::FileOpen(open(file, Access::Read)),
            op::OPEN_WRITE => Act::FileOpen(open(file, Access::Write)),
            op::OPEN_READ_WRITE => Act::FileOpen(open(file, Access::ReadWrite)),
            op::OPEN_PATH => Act::FileOpen(open(file, Access::Path)),
            op::CREATE => Act::FileCreate(open(file, created_for(record.mode))),
            op::MKDIR | op::MKNOD => Act::FileCreate(open(file, Access::Path)),
            op::WRITE => Act::FileWrite(FileWrite { file, bytes: record.bytes }),
            op::CLOSE => {
                caveats.insert(Caveats::CLOSED);
                Act::FileWrite(FileWrite { file, bytes: 0 })
            }
            op::UNLINK => Act::FileUnlink(file),
            op::TRUNCATE => Act::FileTruncate(file),
            op::CHMOD => Act::FileChmod(FileMode { file, mode: record.mode & 0o7777 }),
            op::CHOWN => Act::FileChown(FileOwner { file, uid: record.uid, gid: record.gid }),
            op::RENAME => Act::FileRename(self.pair(record, file, caveats)),
            op::LINK => Act::FileLink(self.pair(record, file, caveats)),
            op::SYMLINK => {
                // The text of a link is not a path of this process: it is kept as written.
                let text = super::text::lossless(super::text::until_zero(record.name));
                let from = FileRef::named(self.redacted(text, caveats));
                Act::FileSymlink(FilePair { from, ..self.pair(record, file, caveats) })
            }
            _ => return None,
        })
    }

    fn pair(
        &mut self,
        record: &records::File<'_>,
        from: FileRef,
        caveats: &mut Caveats,
    ) -> FilePair {
        let to = self.redacted(join(record.base2, record.name2), caveats);
        FilePair { from, to: FileRef::named(to) }
    }
}

/// `FMODE_READ` is 1, `FMODE_WRITE` 2.
fn created_for(mode: u32) -> Access {
    match mode & 3 {
        1 => Access::Read,
        2 => Access::Write,
        3 => Access::ReadWrite,
        _ => Access::Path,
    }
}
