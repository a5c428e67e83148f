//! Acts upon other processes and the kernel.

use event::{
    Act, BpfProgLoad, Caveats, CredentialChange, FileRef, IoUringSetup, Mount, PipeUse, ProcessId,
    Text, Toward, User,
};

use super::records::Header;
use super::text::{Cursor, device, lossless, path, until_zero};
use super::{COMPARED, Decoder, records};

impl Decoder {
    /// The numbers are `enum act_op` in `bpf/ops.h`.
    pub(super) fn act(
        &mut self,
        cursor: &mut Cursor<'_>,
        header: &Header,
        caveats: &mut Caveats,
    ) -> Option<Act> {
        let record = records::Act::read(cursor)?;
        // The start is not known (0) where the act was refused or went by pid alone.
        let target = ProcessId { start_ns: record.c, pid: record.a as u32 };
        let toward = || Toward::new(target, record.b as i32);
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
            5 => Act::CredentialChange(self.credentials(&record, header)),
            6 => Act::ModuleLoad(FileRef::named(path(record.one))),
            7 => Act::BpfProgLoad(BpfProgLoad {
                kind: record.a as u32,
                name: self.word(record.one, caveats),
            }),
            8 => Act::MemfdCreate(FileRef {
                path: path(record.one).into(),
                inode: (device(record.b), record.a),
            }),
            9 => {
                Act::IoUringSetup(IoUringSetup { entries: record.a as u32, flags: record.b as u32 })
            }
            _ => return None,
        })
    }

    fn word(&mut self, bytes: &[u8], caveats: &mut Caveats) -> Text {
        self.redacted(lossless(until_zero(bytes)), caveats)
    }

    /// Before and after. Without a before (a task that the kernel side keeps no label of) both are
    /// what it is now.
    fn credentials(&mut self, record: &records::Act<'_>, header: &Header) -> CredentialChange {
        let to = self.user(record.a, record.b);
        let (from, capabilities) = match header.caveats & COMPARED {
            0 => (to.clone(), record.c),
            _ => (self.user(record.e, record.f), record.d),
        };
        CredentialChange { from, to, capabilities: (capabilities, record.c) }
    }

    /// Groups in the upper halves, users in the lower.
    fn user(&mut self, real: u64, effective: u64) -> User {
        let (uid, gid) = (real as u32, (real >> 32) as u32);
        User { uid, gid, euid: effective as u32, name: self.users.name(uid) }
    }
}
