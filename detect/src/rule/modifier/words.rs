//! The words after a field's name: which modifiers a line has.

use content::matcher::Place;
use content::pattern::Flags;

use crate::diagnostic::{Refusal, nearest};
use crate::rule::{Order, TimePart};

const NAMES: [&str; 30] = [
    "contains",
    "startswith",
    "endswith",
    "all",
    "cased",
    "windash",
    "exists",
    "re",
    "i",
    "m",
    "s",
    "cidr",
    "base64",
    "base64offset",
    "utf16",
    "utf16le",
    "utf16be",
    "wide",
    "gt",
    "gte",
    "lt",
    "lte",
    "neq",
    "fieldref",
    "expand",
    "minute",
    "hour",
    "day",
    "week",
    "month",
];

/// The modifiers of one line.
#[derive(Debug)]
pub struct Modifiers {
    pub place: Place,
    pub all: bool,
    pub cased: bool,
    pub not: bool,
    pub exists: bool,
    pub windash: bool,
    pub expand: bool,
    pub cidr: bool,
    pub field_reference: bool,
    pub pattern: Option<Flags>,
    pub order: Option<Order>,
    pub time: Option<TimePart>,
    pub encode: Vec<Encode>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Encode {
    Utf16Le,
    Utf16Be,
    Utf16,
    Base64,
    Base64Offset,
}

/// Reads the words.
pub fn modifiers<'a>(
    words: impl Iterator<Item = &'a str>,
    at: (u32, u32),
) -> Result<Modifiers, Refusal> {
    let mut all = Modifiers {
        place: Place::WHOLE,
        all: false,
        cased: false,
        not: false,
        exists: false,
        windash: false,
        expand: false,
        cidr: false,
        field_reference: false,
        pattern: None,
        order: None,
        time: None,
        encode: Vec::new(),
    };
    for word in words {
        apply(&mut all, word, at)?;
    }
    Ok(all)
}

fn apply(all: &mut Modifiers, word: &str, at: (u32, u32)) -> Result<(), Refusal> {
    let flags = |all: &mut Modifiers, set: fn(&mut Flags)| match &mut all.pattern {
        Some(flags) => {
            set(flags);
            Ok(())
        }
        None => {
            Err(Refusal::new(at, format!("modifier `{word}` needs `re` before it"), "write `re|i`"))
        }
    };
    match word {
        "contains" => all.place = Place::ANYWHERE,
        "startswith" => all.place = Place::START,
        "endswith" => all.place = Place::END,
        "all" => all.all = true,
        "cased" => all.cased = true,
        "neq" => all.not = true,
        "exists" => all.exists = true,
        "windash" => all.windash = true,
        "expand" => all.expand = true,
        "cidr" => all.cidr = true,
        "fieldref" => all.field_reference = true,
        "re" => all.pattern = Some(Flags::default()),
        "i" => flags(all, |flags| flags.ignore_case = true)?,
        "m" => flags(all, |flags| flags.multi_line = true)?,
        "s" => flags(all, |flags| flags.dot_all = true)?,
        "gt" | "gte" | "lt" | "lte" => all.order = Order::named(word),
        "minute" | "hour" | "day" | "week" | "month" | "year" => all.time = TimePart::named(word),
        "utf16le" | "wide" => all.encode.push(Encode::Utf16Le),
        "utf16be" => all.encode.push(Encode::Utf16Be),
        "utf16" => all.encode.push(Encode::Utf16),
        "base64" => all.encode.push(Encode::Base64),
        "base64offset" => all.encode.push(Encode::Base64Offset),
        other => {
            let hint = match nearest(other, NAMES.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "detect/README.md lists the modifiers".into(),
            };
            return Err(Refusal::new(at, format!("modifier `{other}` is not known"), hint));
        }
    }
    Ok(())
}
