//! The tables that ship with the program: the files of `rules/products`, compiled in.

/// (file name, text) of each shipped table, for [`super::Products::parse`].
pub fn embedded() -> &'static [(&'static str, &'static str)] {
    FILES
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../rules/products/", $name)))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "coding.yaml",
    "editors.yaml",
    "project.yaml",
    "reach.yaml",
    "programs.yaml",
    "browsers.yaml",
    "host.yaml",
    "models.yaml",
    "doors.yaml",
];
