//! A place in an OCSF value that is read: knows its path, so that an error can say where.

use serde::Deserialize;
use serde_json::Value;

use super::ImportError;

static ABSENT: Value = Value::Null;

/// A value, or its absence, at a path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// The event itself.
    pub fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// An attribute of this object; absent if this is none.
    pub fn at(&self, key: &str) -> Node<'a> {
        let path =
            if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Node { value: self.value.get(key).unwrap_or(&ABSENT), path }
    }

    /// Attributes of attributes, separated by dots.
    pub fn down(&self, path: &str) -> Node<'a> {
        path.split('.').fold(self.clone(), |node, key| node.at(key))
    }

    /// Not there, or null.
    pub fn is_absent(&self) -> bool {
        self.value.is_null()
    }

    /// This node, unless it is absent.
    pub fn present(self) -> Option<Self> {
        (!self.is_absent()).then_some(self)
    }

    /// The elements of a list; none if it is absent.
    pub fn items(&self) -> Result<Vec<Node<'a>>, ImportError> {
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, value)| Node { value, path: format!("{}[{index}]", self.path) })
                .collect()),
            _ => Err(self.wrong("a list")),
        }
    }

    /// The text, if there is one. Numbers are text to products that are careless with ids.
    pub fn text(&self) -> Result<Option<String>, ImportError> {
        match self.value {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            Value::Number(number) => Ok(Some(number.to_string())),
            _ => Err(self.wrong("a string")),
        }
    }

    /// The text, empty if there is none.
    pub fn text_or_empty(&self) -> Result<String, ImportError> {
        Ok(self.text()?.unwrap_or_default())
    }

    /// The number, also where it is written as text or as a whole float.
    pub fn integer(&self) -> Result<Option<i128>, ImportError> {
        let number = match self.value {
            Value::Null => return Ok(None),
            Value::Number(number) => number
                .as_u64()
                .map(i128::from)
                .or_else(|| number.as_i64().map(i128::from))
                .or_else(|| number.as_f64().filter(|f| f.fract() == 0.0).map(|f| f as i128)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.map(Some).ok_or_else(|| self.wrong("a whole number"))
    }

    /// The number as `T`.
    pub fn number<T: TryFrom<i128>>(&self) -> Result<Option<T>, ImportError> {
        match self.integer()? {
            None => Ok(None),
            Some(number) => {
                T::try_from(number).map(Some).map_err(|_| self.wrong("a number in its range"))
            }
        }
    }

    /// The number as `T`, zero if there is none.
    pub fn number_or_zero<T: TryFrom<i128> + Default>(&self) -> Result<T, ImportError> {
        Ok(self.number()?.unwrap_or_default())
    }

    /// True or false; absent is false.
    pub fn flag(&self) -> Result<bool, ImportError> {
        match self.value {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// What serde makes of it; absent is none.
    pub fn decode<T: Deserialize<'a>>(
        &self,
        expected: &'static str,
    ) -> Result<Option<T>, ImportError> {
        if self.is_absent() {
            return Ok(None);
        }
        T::deserialize(self.value).map(Some).map_err(|_| self.wrong(expected))
    }

    /// An error: it has to be there.
    pub fn missing(&self, expected: &'static str, hint: &'static str) -> ImportError {
        ImportError::Missing { path: self.path.clone(), expected, hint }
    }

    /// An error: it is something else.
    pub fn wrong(&self, expected: &'static str) -> ImportError {
        let found = crate::show::brief(&self.value.to_string(), 60);
        let path = if self.path.is_empty() { "the event".to_owned() } else { self.path.clone() };
        ImportError::Wrong { path, expected, found }
    }

    /// It is an object.
    pub fn is_object(&self) -> bool {
        self.value.is_object()
    }
}
