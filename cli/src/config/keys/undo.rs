//! Keys of `[undo]`.

use super::Fallback::Is;
use super::Section;
use super::table::key;

pub const UNDO: Section = Section {
    name: "undo",
    about: "Folders whose files are shadowed in advance, so that what an agent deletes or overwrites comes back (`chaperone undo`).",
    keys: &[
        key(
            "folders",
            "list of directories",
            Is("[]"),
            "Folders that keep shadows, with all below.",
        ),
        key(
            "workspaces",
            "`true` or `false`",
            Is("false"),
            "Also the folders that sessions of agents begin in, from their first on; never a whole home.",
        ),
        key(
            "except",
            "list of names",
            Is(r#"["node_modules", "target", ".venv", "__pycache__", ".cache"]"#),
            "Folders of these names are left out, wherever they lie.",
        ),
        key(
            "max_mib",
            "MiB",
            Is("2048"),
            "All shadows together stay below this; what stood shortest goes first, what stands now never.",
        ),
        key("max_files", "number", Is("100000"), "Files that are covered at most."),
        key("max_file_mib", "MiB", Is("64"), "Larger files are left out."),
        key("keep_days", "days", Is("14"), "How long what was replaced or deleted can come back."),
    ],
};
