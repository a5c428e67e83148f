//! The `file` object: a path, its last part, and the inode as the storage's own id.

use serde_json::{Map, Value, json};

use crate::FileRef;
use crate::ocsf::error::ImportError;
use crate::ocsf::node::Node;

/// OCSF's kinds of files.
#[derive(Clone, Copy)]
pub(in crate::ocsf) enum FileKind {
    Unknown,
    Folder,
    NamedPipe,
    SymbolicLink,
    Executable,
    Anonymous,
}

impl FileKind {
    fn type_id(self) -> (u8, &'static str) {
        match self {
            Self::Unknown => (0, "Unknown"),
            Self::Folder => (2, "Folder"),
            Self::NamedPipe => (6, "Named Pipe"),
            Self::SymbolicLink => (7, "Symbolic Link"),
            Self::Executable => (8, "Executable File"),
            Self::Anonymous => (99, "Anonymous File"),
        }
    }
}

/// The object of `file`.
pub(in crate::ocsf) fn object(file: &FileRef, kind: FileKind) -> Map<String, Value> {
    let mut object = named(&file.path, kind);
    if file.inode != (0, 0) {
        object.insert("uid".into(), json!(format!("{}:{}", file.inode.0, file.inode.1)));
    }
    object
}

/// The object of a file that is known by path only.
pub(in crate::ocsf) fn named(path: &str, kind: FileKind) -> Map<String, Value> {
    let (type_id, caption) = kind.type_id();
    let mut object = Map::new();
    object.insert("name".into(), json!(last_part(path)));
    object.insert("path".into(), json!(path));
    object.insert("type_id".into(), json!(type_id));
    object.insert("type".into(), json!(caption));
    object
}

/// The last part of a path; the path itself where that is empty (`/`).
pub(in crate::ocsf) fn last_part(path: &str) -> &str {
    path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(path)
}

/// The file of a `file` object, which has to be there.
pub(in crate::ocsf) fn read(node: &Node) -> Result<FileRef, ImportError> {
    let path = match node.at("path").text()? {
        Some(path) => path,
        None => match (node.at("parent_folder").text()?, node.at("name").text()?) {
            (Some(folder), Some(name)) => format!("{}/{name}", folder.trim_end_matches('/')),
            (None, Some(name)) => name,
            _ => {
                return Err(node
                    .at("path")
                    .missing("the path of the file", "fill `path`, or at least `name`"));
            }
        },
    };
    Ok(FileRef { path: path.into(), inode: read_inode(&node.at("uid"))? })
}

fn read_inode(node: &Node) -> Result<(u64, u64), ImportError> {
    let parse = |text: String| {
        let (device, inode) = text.split_once(':')?;
        Some((device.parse().ok()?, inode.parse().ok()?))
    };
    Ok(node.text()?.and_then(parse).unwrap_or_default())
}
