//! Fields of files: names, rights, whether they are in the workspace.

use event::{Access, Act, Attributed};

use super::{Take, Value, script};
use crate::field::Field;

pub fn target(act: &Attributed, take: Take<'_>) {
    if matches!(act.event.act, Act::ProcessExec(_)) {
        return;
    }
    if let Some(file) = act.event.act.file() {
        take(Value::Shared(&file.path));
    }
}

pub fn source(act: &Attributed, take: Take<'_>) {
    if let Act::FileRename(pair) | Act::FileSymlink(pair) | Act::FileLink(pair) = &act.event.act {
        take(Value::Shared(&pair.from.path));
    }
}

pub fn access(act: &Attributed, take: Take<'_>) {
    if let Act::FileOpen(open) | Act::FileCreate(open) = &act.event.act {
        take(Value::Fixed(match open.access {
            Access::Read => "read",
            Access::Write => "write",
            Access::ReadWrite => "read_write",
            Access::Path => "path",
        }));
    }
}

pub fn mode(act: &Attributed, take: Take<'_>) {
    if let Act::FileChmod(chmod) = &act.event.act {
        take(Value::Text(&format!("{:04o}", chmod.mode & 0o7777)));
    }
}

pub fn set_id(act: &Attributed, take: Take<'_>) {
    if let Act::FileChmod(chmod) = &act.event.act {
        take(Value::Flag(chmod.mode & 0o6000 != 0));
    }
}

pub fn bytes(act: &Attributed, take: Take<'_>) {
    if let Act::FileWrite(write) = &act.event.act {
        take(Value::Number(write.bytes as f64));
    }
}

pub fn error(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::FileOpen(open) | Act::FileCreate(open) => take(Value::Number(open.error.into())),
        Act::TlsClientHello(_) => {}
        other => {
            if let Some(flow) = other.flow() {
                take(Value::Number(flow.error.into()));
            }
        }
    }
}

pub fn new_owner(field: Field, act: &Attributed, take: Take<'_>) {
    let (uid, gid) = match &act.event.act {
        Act::FileChown(owner) => (owner.uid, owner.gid),
        Act::CredentialChange(change) => (change.to.uid, change.to.gid),
        _ => return,
    };
    let id = if field == Field::NewUid { uid } else { gid };
    if id != u32::MAX {
        take(Value::Number(id.into()));
    }
}

pub fn in_workspace(act: &Attributed, take: Take<'_>) {
    let Some(actor) = act.actor.as_ref().filter(|actor| !actor.workspace.is_empty()) else {
        return;
    };
    match &act.event.act {
        Act::ProcessExec(exec) => match script::script_of(exec) {
            Some(script) => {
                let path = script::absolute(exec, script);
                take(Value::Flag(is_below(&path, &actor.workspace)));
            }
            None => take(Value::Flag(is_below(&exec.exe.path, &actor.workspace))),
        },
        other => {
            if let Some(file) = other.file() {
                take(Value::Flag(is_below(&file.path, &actor.workspace)));
            }
        }
    }
}

/// `path` is `directory` or below it, `.` and `..` resolved as text.
fn is_below(path: &str, directory: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    if path.contains("/.") {
        return below_plain(&script::plain_path(path), directory);
    }
    below_plain(path, directory)
}

fn below_plain(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_below() {
        assert!(is_below("/home/a/p/x", "/home/a/p"));
        assert!(is_below("/home/a/p", "/home/a/p/"));
        assert!(is_below("/home/a/p/./.git/config", "/home/a/p"));
        assert!(!is_below("/home/a/p/../.ssh/id", "/home/a/p"));
        assert!(!is_below("/home/a/project", "/home/a/p"));
    }
}
