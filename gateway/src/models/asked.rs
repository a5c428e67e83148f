//! A request: which model it asks for, what stands in it, and the body without what a policy takes out.

use std::collections::BTreeMap;

use content::examine::{Found, is_all_text, wherever, without};
use content::inspect::{Position, Spot};
use content::llm::{self, Dialect, Operation, Part, Route};
use content::raw::Unread;
use content::transcript::{self, Turn};
use event::{Effect, Inspected, Teller, Text};

use super::inspection::Inspection;
use super::refusal::Refusal;
use super::rulings::Rulings;
use super::takes::Takes;
use super::turning::Turning;

/// A request as the provider reads it.
pub struct Asked<'b> {
    body: &'b [u8],
    read: Result<llm::Request<'b>, Unread>,
    /// What is said has a form that is known, not only a model.
    known: bool,
    /// It is a conversation.
    talks: bool,
    /// The model; empty: none is named.
    pub model: Text,
    /// What it may take.
    pub takes: Takes,
}

impl<'b> Asked<'b> {
    /// Where a path names the model, the body has no say in it.
    pub fn of(route: Option<&Route>, body: &'b [u8]) -> Result<Self, Refusal> {
        let dialect = route.map_or(Dialect::OpenaiChat, |route| route.dialect);
        let known = route.is_some_and(|route| route.operation != Operation::Other);
        let talks = |it: &Route| matches!(it.operation, Operation::Chat | Operation::Complete);
        let talks = route.is_some_and(talks);
        let read = llm::request(dialect, body);
        let in_body = match &read {
            Ok(request) if request.repeats => return Err(Refusal::Ambiguous),
            Ok(request) => &*request.model,
            Err(_) => "",
        };
        let in_path = route.map_or("", |route| &*route.model);
        let model = if in_path.is_empty() { in_body } else { in_path };
        let model = model.chars().take(256).collect::<String>().into();
        let takes = Takes::of(route, body.len(), read.as_ref().ok());
        Ok(Self { body, read, known, talks, model, takes })
    }

    /// What is said for the first time, as words.
    pub fn turn(&self, at_unix_ns: u64) -> Turn {
        match &self.read {
            Ok(request) if self.talks => {
                transcript::of_request(&request.parts, Teller::Gateway, at_unix_ns)
            }
            _ => Turn::default(),
        }
    }

    /// What is said for the first time, as far as an excess of it matters: a person's words, or the calls that the model
    /// made before this one. An agent says again all that was said before.
    pub fn news(&self) -> News {
        let Ok(request) = &self.read else { return News::default() };
        let mut news = News::default();
        let mut last = request.parts.iter().rev().peekable();
        while let Some(part) =
            last.next_if(|it| !matches!(it.position, Position::Answer | Position::ToolCall))
        {
            match part.position {
                Position::User => news.prompt.insert_str(0, &part.text.text),
                Position::ToolResult => news.answers = true,
                _ => {}
            }
        }
        while let Some(part) =
            last.next_if(|it| matches!(it.position, Position::Answer | Position::ToolCall))
        {
            if part.position == Position::ToolCall {
                let (call, tool) = (part.call.to_string(), part.tool.to_string());
                news.calls.entry((call, tool)).or_default().insert_str(0, &part.text.text);
            }
        }
        news
    }

    /// How much of it can be read.
    pub fn readable(&self) -> Inspected {
        match &self.read {
            _ if self.body.is_empty() => Inspected::Scanned,
            Ok(request) if self.known && is_all_text(&request.parts) => Inspected::Scanned,
            Ok(_) => Inspected::PartlyScanned,
            Err(_) => Inspected::Failed,
        }
    }

    /// Looks at all that it says. Gives the body that goes on instead, where something is to be taken out.
    pub fn examine(
        &self,
        inspection: &Inspection,
        rulings: &mut Rulings,
        turning: Option<&mut Turning>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let Ok(request) = &self.read else { return Ok(None) };
        let texts;
        let parts: &[Part<'_>] = if self.known {
            &request.parts
        } else {
            texts = llm::texts(self.body).unwrap_or_default();
            &texts
        };
        let found = inspection.examiner().parts(parts, inspection.memory());
        let out = taken_out(rulings, parts, &found)?;
        match turning {
            Some(turning) => {
                let instead = marked(inspection, turning, self.body, parts, &out)?;
                turning.distrust(parts);
                Ok(instead)
            }
            None => replaced(inspection, self.body, parts, &out),
        }
    }

    /// The answer, or the conversation, that it goes on with; empty: none that is kept elsewhere.
    pub fn follows(&self) -> &str {
        self.read.as_ref().map_or("", |request| &request.follows)
    }
}

/// What a request says for the first time.
#[derive(Debug, Default)]
pub struct News {
    /// A person's words.
    pub prompt: String,
    /// It goes on with what tools answered.
    pub answers: bool,
    /// Calls that the model made: id and tool, and what it gave them.
    pub calls: BTreeMap<(String, String), String>,
}

/// What becomes of what was found in a body: another one, or no call.
pub fn rule(
    inspection: &Inspection,
    rulings: &mut Rulings,
    body: &[u8],
    parts: &[Part<'_>],
    found: &[Found],
) -> Result<Option<Vec<u8>>, Refusal> {
    let out = taken_out(rulings, parts, found)?;
    replaced(inspection, body, parts, &out)
}

/// What of what was found is to be taken out.
fn taken_out<'f>(
    rulings: &mut Rulings,
    parts: &[Part<'_>],
    found: &'f [Found],
) -> Result<Vec<&'f Found>, Refusal> {
    let mut out: Vec<&Found> = Vec::new();
    for it in found {
        let Some(part) = parts.get(it.part) else { continue };
        match rulings.of(&it.spot, part.position, &part.tool, false) {
            Effect::Redact => out.push(it),
            effect if effect.goes_on() => {}
            _ => return Err(Refusal::Policy(rulings.refused().unwrap_or_default().to_owned())),
        }
    }
    Ok(out)
}

/// The body with the record's marks in the place of `out`.
fn replaced(
    inspection: &Inspection,
    body: &[u8],
    parts: &[Part<'_>],
    out: &[&Found],
) -> Result<Option<Vec<u8>>, Refusal> {
    if out.is_empty() {
        return Ok(None);
    }
    let mark = |spot: &Spot, text: &str| inspection.mark(spot, text);
    without(body, parts, out, &mark).map(Some).ok_or(Refusal::NotTakenOut)
}

/// The same with marks that come back. What came back in an earlier answer the agent says again, at other places.
fn marked(
    inspection: &Inspection,
    turning: &mut Turning,
    body: &[u8],
    parts: &[Part<'_>],
    out: &[&Found],
) -> Result<Option<Vec<u8>>, Refusal> {
    for it in out {
        let text = parts.get(it.part).and_then(|part| part.text.text.get(it.spot.span.clone()));
        let text = text.ok_or(Refusal::NotTakenOut)?;
        turning.take_out(&it.spot, text, &inspection.mark(&it.spot, text));
    }
    if out.is_empty() {
        return Ok(None);
    }
    let out = wherever(parts, out);
    let out: Vec<&Found> = out.iter().collect();
    let mark = |spot: &Spot, text: &str| turning.mark(spot, text, inspection.mark(spot, text));
    without(body, parts, &out, &mark).map(Some).ok_or(Refusal::NotTakenOut)
}
