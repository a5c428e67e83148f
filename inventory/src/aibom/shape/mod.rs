//! What a document must look like, and whether one does: tables of types (`rules/aibom`), compiled for one version
//! of a format, and a check that tells every place that does not fit, what is wrong there and what to do.

mod check;
mod forms;
mod table;

use std::collections::{HashMap, HashSet};
use std::fmt;

use content::pattern::Pattern;
use serde::Serialize;

pub use check::MAX_PROBLEMS;
pub(super) use forms::{escaped, linked};
pub use table::Wrong;

/// Something in a document that is not as its format wants it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where: a JSON pointer; empty is the whole.
    pub pointer: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.what)
    }
}

/// The types of one version of a format.
#[derive(Debug)]
pub struct Shapes {
    version: String,
    types: Vec<Shape>,
    names: HashMap<String, usize>,
    root: usize,
}

impl Shapes {
    /// Whether `word` is one of the words of the type called `name`.
    pub fn knows(&self, name: &str, word: &str) -> bool {
        let shape = self.names.get(name).and_then(|index| self.types.get(*index));
        matches!(shape, Some(Shape::Words(words)) if words.known.contains(word))
    }
}

/// What a value must be.
#[derive(Debug)]
enum Shape {
    Any,
    Bool,
    Number(Number),
    Text(Text),
    /// One of these words.
    Words(Words),
    List(List),
    Object(Object),
    /// Fits exactly one.
    One(Vec<Shape>),
    /// Fits at least one.
    Some(Vec<Shape>),
    /// An object whose field says which of the types it is.
    Choose(Choose),
    /// Another type.
    Named(usize),
}

/// Least and most, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bounds {
    least: Option<f64>,
    most: Option<f64>,
}

impl Bounds {
    fn hold(self, value: f64) -> bool {
        self.least.is_none_or(|least| value >= least) && self.most.is_none_or(|most| value <= most)
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => write!(f, "{least}"),
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
            (Some(least), None) => write!(f, "at least {least}"),
            (None, Some(most)) => write!(f, "at most {most}"),
            (None, None) => f.write_str("any"),
        }
    }
}

#[derive(Debug)]
struct Number {
    kind: NumberKind,
    bounds: Bounds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberKind {
    Whole,
    Any,
}

#[derive(Debug)]
struct Text {
    form: Form,
    /// Of its length in characters.
    length: Bounds,
    pattern: Option<Box<Pattern>>,
}

/// Forms of texts that an expression does not describe well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Any,
    /// An IRI, or a reference to one.
    Link,
    /// An IRI with its scheme.
    Absolute,
    /// RFC 3339, date and time.
    Time,
    /// RFC 3339, the date alone.
    Date,
    Email,
}

/// Names, and those of other versions with the first that has them.
#[derive(Debug, Default)]
struct Words {
    known: HashSet<String>,
    elsewhere: HashMap<String, String>,
}

#[derive(Debug)]
struct List {
    item: Box<Shape>,
    size: Bounds,
    equals: Equals,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Equals {
    Allowed,
    Forbidden,
}

#[derive(Debug, Default)]
struct Object {
    fields: HashMap<String, Field>,
    /// Fields of other versions, with the first that has them.
    elsewhere: HashMap<String, String>,
    rest: Rest,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Field {
    shape: Shape,
    need: Need,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Required,
    Free,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    /// Fields that are not known are wrong.
    #[default]
    Closed,
    Open,
}

/// What must hold between the fields of an object.
#[derive(Debug)]
enum Rule {
    /// All fields of exactly one of these are there.
    OneOf(Vec<Vec<String>>),
    /// All fields of at least one of these are there.
    SomeOf(Vec<Vec<String>>),
    /// Not all of these are there.
    NotTogether(Vec<String>),
    /// The first is there only if the second is there and not `false`.
    OnlyIf(String, String),
}

#[derive(Debug)]
struct Choose {
    by: String,
    of: HashMap<String, Shape>,
    rest: Rest,
}
