//! Reading what is asked, each form by its own fields.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::inspect::Position;
use crate::llm::openai_chat::{calls, messages};
use crate::llm::part::{Parts, Seat};
use crate::llm::{self, Dialect, Form as What, Part};
use crate::raw::{Kind, Text, Value, parse};

use super::{AskError, Asked, Form};

/// Reads what is asked.
pub fn read(form: Form, body: &[u8]) -> Result<Asked<'_>, AskError> {
    match form {
        Form::Litellm => litellm(body),
        Form::Plain => plain(body),
        Form::Request(dialect) => request(dialect, body),
    }
}

fn litellm(body: &[u8]) -> Result<Asked<'_>, AskError> {
    let root = parse(body)?;
    let answers = match root.get("input_type").str() {
        "request" => false,
        "response" => true,
        _ => return Err(AskError::Field("input_type", "neither `request` nor `response`")),
    };
    let mut beside = Parts::new(body);
    messages(root.get("structured_messages"), &mut beside);
    calls(root.get("tool_calls"), &mut beside);
    for tool in root.get("tools").items() {
        let about = tool.any(&["function", "custom"]);
        let about = if about.is_map() { about } else { tool };
        beside.tool(about.get("name"), about.get("description"), about.get("parameters"), about);
    }
    let usual = if answers { Position::Answer } else { Position::User };
    let texts = texts(root.get("texts"), |value| known(value, usual, &beside.list, answers))?;
    let media = !root.get("images").items().is_empty();
    let mut asked = gathered(&root, texts, beside.list);
    (asked.call, asked.media) = (word(root.get("litellm_call_id")), asked.media || media);
    Ok(asked)
}

fn plain(body: &[u8]) -> Result<Asked<'_>, AskError> {
    let root = parse(body)?;
    let usual = match root.get("input_type").str() {
        "" | "request" => Position::User,
        "response" => Position::Answer,
        _ => return Err(AskError::Field("input_type", "neither `request` nor `response`")),
    };
    let texts = texts(root.get("texts"), |value| {
        let Some(text) = value.get("text").text() else {
            return value.text().map(|text| part(usual, text.clone()));
        };
        let position = match value.get("position").str() {
            "" => usual,
            name => *Position::ALL.iter().find(|it| it.name() == name)?,
        };
        Some(Part { tool: word(value.get("tool")), ..part(position, text.clone()) })
    })?;
    let mut asked = gathered(&root, texts, Vec::new());
    asked.call = word(root.get("id"));
    Ok(asked)
}

fn request(dialect: Dialect, body: &[u8]) -> Result<Asked<'_>, AskError> {
    if body.is_empty() {
        return Ok(Asked::default());
    }
    let read = llm::request(dialect, body)?;
    let media = read.parts.iter().any(|part| matches!(part.form, What::Media { .. }));
    let (model, parts, repeats) = (read.model, read.parts, read.repeats);
    Ok(Asked { call: "".into(), model, parts, texts: 0, media, repeats })
}

/// All of a list that has to be one of texts.
fn texts<'b>(
    list: &Value<'b>,
    one: impl Fn(&Value<'b>) -> Option<Part<'b>>,
) -> Result<Vec<Part<'b>>, AskError> {
    let wrong = || AskError::Field("texts", "no list of texts");
    if !matches!(list.kind, Kind::Null | Kind::List(_)) {
        return Err(wrong());
    }
    list.items().iter().map(|value| one(value).ok_or_else(wrong)).collect()
}

/// A text is what the conversation says that it is; what is data anywhere is data.
fn known<'b>(
    value: &Value<'b>,
    usual: Position,
    said: &[Part<'b>],
    answers: bool,
) -> Option<Part<'b>> {
    let text = value.text()?;
    let same = |part: &&Part<'b>| !answers && part.text.text == text.text;
    let found = said.iter().filter(same).max_by_key(|part| part.position.is_data());
    let of = |found: &Part<'b>| Part { text: text.clone(), ..found.clone() };
    Some(found.map_or_else(|| part(usual, text.clone()), of))
}

fn part<'b>(position: Position, text: Text<'b>) -> Part<'b> {
    let Seat { position, call, tool } = Seat::of(position);
    Part { position, form: What::Words, text, call, tool }
}

/// The texts first, then what is said beside them and nowhere in them.
fn gathered<'b>(root: &Value<'b>, texts: Vec<Part<'b>>, beside: Vec<Part<'b>>) -> Asked<'b> {
    let media = beside.iter().any(|part| matches!(part.form, What::Media { .. }));
    let mut parts = texts;
    let texts = parts.len();
    let mut known: HashMap<Cow<'b, str>, Position> =
        parts.iter().map(|part| (part.text.text.clone(), part.position)).collect();
    for part in beside {
        if known.insert(part.text.text.clone(), part.position) != Some(part.position) {
            parts.push(part);
        }
    }
    let (model, repeats) = (word(root.get("model")), root.repeats());
    Asked { call: "".into(), model, parts, texts, media, repeats }
}

fn word<'b>(value: &Value<'b>) -> Cow<'b, str> {
    value.text().map(|text| text.text.clone()).unwrap_or_default()
}
