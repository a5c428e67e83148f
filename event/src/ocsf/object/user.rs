//! The account of a process: OCSF's `user`, with the ids only Linux has in profile `linux_users`.

use serde_json::{Map, Value, json};

use crate::User;
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::node::Node;

/// Puts `user` into a `process` object.
pub(in crate::ocsf) fn put(process: &mut Map<String, Value>, user: &User, draft: &mut Draft) {
    draft.profile("linux/linux_users");
    process.insert("user".into(), object(user));
    process.insert("euid".into(), json!(user.euid));
    process.insert("group".into(), json!({ "uid": user.gid.to_string() }));
}

/// The `user` object.
pub(in crate::ocsf) fn object(user: &User) -> Value {
    let type_id = match user.uid {
        0 => 2,
        1..=999 => 3,
        _ => 1,
    };
    let mut object = Map::new();
    object.insert("uid".into(), json!(user.uid.to_string()));
    object.insert("type_id".into(), json!(type_id));
    if let Some(name) = &user.name {
        object.insert("name".into(), json!(&**name));
    }
    Value::Object(object)
}

/// The account of a `process` object. Ids that are no numbers (Windows) are left at zero.
pub(in crate::ocsf) fn read(process: &Node) -> Result<User, ImportError> {
    let user = process.at("user");
    let id = |node: Node| Ok(node.text()?.and_then(|text| text.parse().ok()));
    let uid: u32 = id(user.at("uid"))?.unwrap_or_default();
    Ok(User {
        uid,
        gid: id(process.down("group.uid"))?.unwrap_or_default(),
        euid: process.at("euid").number()?.unwrap_or(uid),
        name: user.at("name").text()?.map(Into::into),
    })
}
