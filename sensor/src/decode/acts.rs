//! Acts upon other processes and the kernel.

use event::{
    Act, BpfProgLoad, Caveats, CredentialChange, FileRef, IoUringSetup, Mount, PipeUse, ProcessId,
    Text, Toward, User,
};

use super::text::{Cursor, lossless, path, until_zero};
use super::{Decoder, records};

impl Decoder {
    /// The numbers are `enum act_op` in `bpf/ops.h`.
    pub(super) fn act(&mut self, cursor: &mut Cursor<'_>, caveats: &mut Caveats) -> Option<Act> {
        let record = records::Act::read(cursor)?;
        let toward = || Toward::new(process(record.a as u32), record.b as i32);
        Some(match record.op {
            1 => Act::PipeUse(PipeUse { pipe: record.a, write: record.b != 0 }),
            2 => Act::Ptrace(toward()),
            3 => Act::Signal(toward()),
            4 => Act::Mount(Mount {
                source: self.word(record.one, caveats),
                target: self.word(record.two, caveats),
                fs: self.word(record.three, caveats),
                flags: record.a,
            }),
            5 => Act::CredentialChange(self.credentials(&record)),
            6 => Act::ModuleLoad(FileRef::named(path(record.one))),
            7 => Act::BpfProgLoad(BpfProgLoad {
                kind: record.a as u32,
                name: self.word(record.one, caveats),
            }),
            8 => Act::MemfdCreate(FileRef {
                path: path(record.one).into(),
                inode: (record.b, record.a),
            }),
            9 => {
                Act::IoUringSetup(IoUringSetup { entries: record.a as u32, flags: record.b as u32 })
            }
            _ => return None,
        })
    }

    fn word(&self, bytes: &[u8], caveats: &mut Caveats) -> Text {
        self.redacted(lossless(until_zero(bytes)), caveats)
    }

    /// Who it was before is known to the room that keeps processes, not to the kernel's record.
    fn credentials(&mut self, record: &records::Act<'_>) -> CredentialChange {
        let (uid, gid) = (record.a as u32, (record.a >> 32) as u32);
        let to = User { uid, gid, euid: record.b as u32, name: self.users.name(uid) };
        CredentialChange { from: User::default(), to, capabilities: (0, record.c) }
    }
}

/// A process by pid alone: which of its holders is meant is known to the room that keeps processes.
fn process(pid: u32) -> ProcessId {
    ProcessId { start_ns: 0, pid }
}
