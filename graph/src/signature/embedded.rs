//! The signatures that ship with the program: the files of `rules/agents`, compiled in.

/// (file name, text) of each shipped signature file, for [`super::Signatures::parse`].
pub fn embedded() -> &'static [(&'static str, &'static str)] {
    FILES
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../rules/agents/", $name)))),+]
    };
}

const FILES: &[(&str, &str)] =
    files!["coding.yaml", "editors.yaml", "tools.yaml", "frameworks.yaml", "workloads.yaml",];

/// The shipped `model-endpoints.yaml`, for [`crate::attribute::ModelEndpoints::parse`].
pub fn model_endpoints() -> &'static str {
    include_str!("../../../rules/agents/model-endpoints.yaml")
}
