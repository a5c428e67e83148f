//! The `process` object: who acted, or upon whom.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::file::{self, FileKind};
use super::user;
use crate::ocsf::draft::Draft;
use crate::{Attributed, Place, Process, ProcessId};

/// Most ancestors an export names.
const ANCESTRY: usize = 16;

/// A process of which only the id is known.
pub(in crate::ocsf) fn named(id: ProcessId, draft: &Draft) -> Map<String, Value> {
    let mut process = Map::new();
    process.insert("pid".into(), json!(id.pid));
    process.insert("uid".into(), json!(id.to_string()));
    if let Some(created) = draft.host.created_ms(id) {
        process.insert("created_time".into(), json!(created));
    }
    process
}

/// The acting process of `act`, with its ancestors.
pub(in crate::ocsf) fn acting(act: &Attributed, draft: &mut Draft) -> Map<String, Value> {
    if act.process.id == act.event.process {
        whole(&act.process, draft)
    } else {
        named(act.event.process, draft)
    }
}

/// A process with its parent and ancestors.
pub(in crate::ocsf) fn whole(process: &Arc<Process>, draft: &mut Draft) -> Map<String, Value> {
    let mut object = described(process, draft);
    if let Some(parent) = &process.parent {
        object.insert("parent_process".into(), Value::Object(described(parent, draft)));
        let ancestors = process.lineage().skip(1).take(ANCESTRY).map(|p| entity(p)).collect();
        object.insert("ancestry".into(), Value::Array(ancestors));
    }
    object
}

/// A process without its ancestors.
pub(in crate::ocsf) fn described(process: &Process, draft: &mut Draft) -> Map<String, Value> {
    let mut object = named(process.id, draft);
    // Never seen to start: its zeros are no account.
    if process.exe.is_empty() && process.command_line.is_empty() {
        return object;
    }
    object.insert("name".into(), json!(process.name()));
    object.insert("cmd_line".into(), json!(&*process.command_line));
    object.insert("working_directory".into(), json!(&*process.cwd));
    object.insert("file".into(), Value::Object(file::named(&process.exe, FileKind::Executable)));
    user::put(&mut object, &process.user, draft);
    object
}

/// One line of `ancestry`.
fn entity(process: &Process) -> Value {
    json!({
        "pid": process.id.pid,
        "uid": process.id.to_string(),
        "name": process.name(),
        "path": &*process.exe,
    })
}

/// Puts container and namespaces into a `process` object.
pub(in crate::ocsf) fn put_place(
    process: &mut Map<String, Value>,
    place: &Place,
    draft: &mut Draft,
) {
    if let Some(container) = &place.container {
        draft.profile("container");
        process.insert("container".into(), json!({ "uid": &**container }));
    }
    if *place != (Place { container: place.container.clone(), ..Place::default() }) {
        let namespaces =
            json!({ "cgroup": place.cgroup, "mnt_ns": place.mnt_ns, "pid_ns": place.pid_ns });
        process.insert("xattributes".into(), namespaces);
    }
}
