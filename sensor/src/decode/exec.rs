//! A program that starts: who, what, with which words, where.

use event::{Act, Caveats, Exec, FileRef, Place, ProcessId, Text, User};

use super::text::{Cursor, device, lossless, path, until_zero, words};
use super::{Decoder, records};

impl Decoder {
    pub(super) fn exec(&mut self, cursor: &mut Cursor<'_>, caveats: &mut Caveats) -> Option<Act> {
        let record = records::Exec::read(cursor)?;
        let exe = self.redacted(path(record.exe), caveats);
        let cwd = self.redacted(path(record.cwd), caveats);
        let script = script(&record, &cwd).map(|script| self.redacted(script, caveats));
        let mut argv: Vec<Text> = words(record.argv).map(|part| lossless(part).into()).collect();
        if self.redact.argv(&mut argv) {
            caveats.insert(Caveats::REDACTED);
        }
        let argv = argv.into_iter().map(|word| self.recent.same(word)).collect();
        let exec = Exec {
            parent: ProcessId { start_ns: record.parent_start_ns, pid: record.parent_pid },
            exe: FileRef { path: exe, inode: (device(record.device), record.inode) },
            script,
            argv,
            cwd,
            env: self.environment(record.env, caveats),
            user: User {
                uid: record.uid,
                gid: record.gid,
                euid: record.euid,
                name: self.users.name(record.uid),
            },
            tty: device(record.tty.into()) as u32,
            place: self.place(&record),
            sha256: None,
            unhashed: None,
            stdin: None,
            anonymous: record.links == 0,
            elevated: record.euid != record.uid || record.egid != record.gid,
        };
        Some(Act::ProcessExec(Box::new(exec)))
    }

    /// Only what signatures ask for leaves this function; the rest of an environment is dropped here.
    fn environment(&mut self, block: &[u8], caveats: &mut Caveats) -> Vec<Text> {
        let mut kept = Vec::new();
        for entry in words(block) {
            let name = entry.split(|byte| *byte == b'=').next();
            if self.variables.iter().any(|variable| Some(variable.as_bytes()) == name) {
                kept.push(self.redacted(lossless(entry), caveats));
            }
        }
        kept
    }

    fn place(&self, record: &records::Exec<'_>) -> Place {
        let container = crate::container::named_by(&path(record.group));
        self.host.place(container, record.cgroup, record.mnt_ns, record.pid_ns)
    }
}

/// The script, where the kernel chose an interpreter for it.
fn script(record: &records::Exec<'_>, cwd: &str) -> Option<String> {
    let (file, interpreter) = (until_zero(record.filename), until_zero(record.interp));
    if file == interpreter || file.is_empty() {
        return None;
    }
    let name = lossless(file);
    Some(if name.starts_with('/') { name } else { format!("{}/{name}", cwd.trim_end_matches('/')) })
}
