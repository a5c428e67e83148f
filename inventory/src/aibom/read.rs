//! From bytes to a value, as strictly as a bill of materials deserves: bounded in size, depth and number of
//! values, UTF-8 only, and no key twice, for of two equal keys one would be lost.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Longest document, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Most values in a document.
const MAX_VALUES: usize = 4_000_000;

/// A document that was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// Longer than is read.
    #[error(
        "it has {0} bytes, more than {MAX_BYTES}\nhint: split it, and link the parts by BOM-Link"
    )]
    TooLong(usize),
    /// Not text.
    #[error("it is not UTF-8 (byte {0})\nhint: JSON is UTF-8; convert it")]
    NotText(usize),
    /// XML instead of JSON.
    #[error("it is XML\nhint: convert it to JSON, for example with `cyclonedx convert`")]
    Xml,
    /// Nothing.
    #[error("it is empty\nhint: is it the right file?")]
    Empty,
    /// Wrong JSON.
    #[error("line {line}, column {column}: {message}\nhint: {hint}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: &'static str,
    },
}

/// Reads a JSON value.
pub fn value(bytes: &[u8]) -> Result<Value, Unread> {
    if bytes.len() > MAX_BYTES {
        return Err(Unread::TooLong(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Unread::NotText(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        None => return Err(Unread::Empty),
        Some('<') => return Err(Unread::Xml),
        Some(_) => {}
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let left = Cell::new(MAX_VALUES);
    let value = Strict { left: &left }.deserialize(&mut reader).map_err(Unread::json)?;
    reader.end().map_err(Unread::json)?;
    Ok(value)
}

impl Unread {
    fn json(error: serde_json::Error) -> Self {
        let told = error.to_string();
        let message = told.rsplit_once(" at line ").map_or(told.as_str(), |(message, _)| message);
        let hint = if error.is_eof() {
            "the file ends too early; copy it again"
        } else if message.contains("recursion") {
            "it nests deeper than 128 levels, which no bill of materials does"
        } else if message.contains("twice") {
            "each key may stand once in an object; join the two"
        } else if message.contains("values") {
            "split it, and link the parts by BOM-Link"
        } else {
            "is it JSON?"
        };
        let message = event::show::brief(message, 200);
        Self::Json { line: error.line(), column: error.column(), message, hint }
    }
}

/// A value in which no key stands twice.
#[derive(Clone, Copy)]
struct Strict<'a> {
    left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(D::Error::custom(format!("it has more than {MAX_VALUES} values"))),
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("`{key}` stands twice in an object")));
            }
            let value = entries.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_of_ours_is_refused_with_its_place() {
        let check = |bytes: &[u8], expect: &str| {
            let told = value(bytes).expect_err("refused").to_string();
            assert_eq!(told.lines().next().unwrap_or_default(), expect);
            assert!(told.contains("\nhint: "), "{told}");
        };
        check(b"", "it is empty");
        check(b" \n<?xml version=\"1.0\"?><bom/>", "it is XML");
        check(b"{\"a\": \xff}", "it is not UTF-8 (byte 6)");
        check(b"{\"a\": [1, 2", "line 1, column 11: EOF while parsing a list");
        check(b"{\"a\": 1,\n \"a\": 2}", "line 2, column 4: `a` stands twice in an object");
        check(b"{} {}", "line 1, column 4: trailing characters");
        check("[".repeat(200_000).as_bytes(), "line 1, column 128: recursion limit exceeded");
        check(&vec![b' '; MAX_BYTES + 1], "it has 67108865 bytes, more than 67108864");
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        check(many.as_bytes(), "line 1, column 7999999: it has more than 4000000 values");
    }

    #[test]
    fn what_is_read_is_what_stood_there() {
        let text = r#"{"a":[1,-2,0.1,1e300,12345678901234567890,"é\n",null,true,{}],"b":0.30000000000000004}"#;
        assert_eq!(
            value(text.as_bytes()).expect("read").to_string(),
            text.replace("1e300", "1e+300")
        );
    }
}
