//! Records as the lines people see, by the program's own files: nothing depends on a binary.

#[path = "../../cli/src/lines.rs"]
#[allow(dead_code)]
pub mod line;
