//! A bill of materials: the document as it was read, and a view of what stands in it. Nothing is taken over into
//! types of ours, so nothing is lost.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::read::{self, Unread};
use super::shape::{Problem, Shapes, Wrong};

/// The formats that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CycloneDX 1.5.
    CycloneDx15,
    /// CycloneDX 1.6.
    CycloneDx16,
    /// CycloneDX 1.7.
    CycloneDx17,
    /// SPDX 3.0 in its JSON form.
    Spdx30,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::CycloneDx15, Self::CycloneDx16, Self::CycloneDx17, Self::Spdx30];

    /// As it is said to people and on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::CycloneDx15 => "cyclonedx-1.5",
            Self::CycloneDx16 => "cyclonedx-1.6",
            Self::CycloneDx17 => "cyclonedx-1.7",
            Self::Spdx30 => "spdx-3.0",
        }
    }

    /// The version as the document itself says it.
    pub fn version(self) -> &'static str {
        match self {
            Self::CycloneDx15 => "1.5",
            Self::CycloneDx16 => "1.6",
            Self::CycloneDx17 => "1.7",
            Self::Spdx30 => "3.0.1",
        }
    }

    /// What a document of this format looks like.
    pub fn shapes(self) -> Result<&'static Shapes, Wrong> {
        static SHAPES: [LazyLock<Result<Shapes, Wrong>>; 4] = [
            LazyLock::new(|| Format::CycloneDx15.compiled()),
            LazyLock::new(|| Format::CycloneDx16.compiled()),
            LazyLock::new(|| Format::CycloneDx17.compiled()),
            LazyLock::new(|| Format::Spdx30.compiled()),
        ];
        let [old, middle, new, spdx] = &SHAPES;
        let shapes = match self {
            Self::CycloneDx15 => old,
            Self::CycloneDx16 => middle,
            Self::CycloneDx17 => new,
            Self::Spdx30 => spdx,
        };
        LazyLock::force(shapes).as_ref().map_err(Clone::clone)
    }

    fn compiled(self) -> Result<Shapes, Wrong> {
        macro_rules! files {
            ($($name:literal),+) => {
                &[$(($name, include_str!(concat!("../../../rules/aibom/", $name)))),+]
            };
        }
        match self {
            Self::Spdx30 => Shapes::parse(files!["spdx.yaml"], self.version()),
            _ => Shapes::parse(files!["cyclonedx.yaml", "cyclonedx-names.yaml"], self.version()),
        }
    }

    /// What a document says that it is.
    fn of(document: &Map<String, Value>) -> Result<Self, String> {
        let text = |key: &str| document.get(key).and_then(Value::as_str);
        if let Some(context) = text("@context") {
            return match context.contains("/rdf/3.0.") {
                true => Ok(Self::Spdx30),
                false => Err(format!("`@context` is `{}`", event::show::brief(context, 80))),
            };
        }
        if let Some(version) = text("spdxVersion") {
            return Err(format!("it is {}", event::show::brief(version, 20)));
        }
        if !document.contains_key("bomFormat") && !document.contains_key("specVersion") {
            return Err("it has neither `specVersion` nor `@context`".to_owned());
        }
        match text("specVersion") {
            Some("1.5") => Ok(Self::CycloneDx15),
            Some("1.6") => Ok(Self::CycloneDx16),
            Some("1.7") => Ok(Self::CycloneDx17),
            Some(other) => Err(format!("`specVersion` is `{}`", event::show::brief(other, 20))),
            None => Err("`specVersion` is not there, or no text".to_owned()),
        }
    }
}

/// Whether SPDX lists a licence by this id.
pub fn is_licence(id: &str) -> bool {
    Format::CycloneDx17.shapes().is_ok_and(|shapes| shapes.knows("spdxLicense", id))
}

/// Why a file is no bill of materials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABom {
    /// No JSON that is read.
    #[error(transparent)]
    Unread(#[from] Unread),
    /// JSON of another kind.
    #[error(
        "it is no bill of materials that is understood: {0}\nhint: understood are CycloneDX 1.5, 1.6 and 1.7, and SPDX 3.0, as JSON"
    )]
    Format(String),
    /// A table that ships is wrong.
    #[error(transparent)]
    Table(#[from] Wrong),
}

/// A bill of materials.
#[derive(Clone, Debug, PartialEq)]
pub struct Bom {
    format: Format,
    document: Map<String, Value>,
}

impl Bom {
    /// Reads one; it may still be invalid.
    pub fn read(bytes: &[u8]) -> Result<Self, NotABom> {
        match read::value(bytes)? {
            Value::Object(document) => Self::of(document),
            _ => Err(NotABom::Format("it is no object".to_owned())),
        }
    }

    /// The view of a document.
    pub fn of(document: Map<String, Value>) -> Result<Self, NotABom> {
        Ok(Self { format: Format::of(&document).map_err(NotABom::Format)?, document })
    }

    /// Which format it says that it is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Everything that is not as its format wants it.
    pub fn check(&self) -> Result<Vec<Problem>, NotABom> {
        let value = Value::Object(self.document.clone());
        let mut problems = self.format.shapes()?.check(&value);
        if self.format == Format::Spdx30 && problems.is_empty() {
            problems = super::spdx::conformance(self);
        }
        Ok(problems)
    }

    /// The whole document.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// As text, indented, what the document is first.
    pub fn write(&self) -> String {
        serde_json::to_string_pretty(&InOrder(&self.document)).unwrap_or_default()
    }

    /// All components, those inside others too.
    pub fn components(&self) -> Vec<&Value> {
        let mut all = Vec::new();
        let metadata = self.document.get("metadata").and_then(|metadata| metadata.get("component"));
        gather(metadata, "components", &mut all);
        gather(self.document.get("components"), "components", &mut all);
        all
    }

    /// All services, those inside others too.
    pub fn services(&self) -> Vec<&Value> {
        let mut all = Vec::new();
        gather(self.document.get("services"), "services", &mut all);
        all
    }

    /// The elements of an SPDX document.
    pub fn elements(&self) -> &[Value] {
        self.document.get("@graph").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

fn gather<'a>(node: Option<&'a Value>, below: &str, all: &mut Vec<&'a Value>) {
    let items = match node {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    for item in items {
        all.push(item);
        gather(item.get(below), below, all);
    }
}

/// The keys that say what a document is come first: people read from above.
struct InOrder<'a>(&'a Map<String, Value>);

const FIRST: [&str; 7] =
    ["@context", "$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata"];

impl serde::Serialize for InOrder<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let first = FIRST.iter().filter_map(|key| self.0.get_key_value(*key));
        let rest = self.0.iter().filter(|(key, _)| !FIRST.contains(&key.as_str()));
        serializer.collect_map(first.chain(rest))
    }
}
