//! What a provider answers: looked at as it comes, or as a whole, before it goes on.

use content::examine::{Flow, Framing, Holds, is_all_text, turned_back};
use content::llm::{self, Dialect, Operation, Route, Usage};
use event::{Fails, Inspected, Tokens};
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::{Body, Bytes};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use hyper::http::response::Parts;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::asked::rule;
use super::inspection::Inspection;
use super::passing::{Answer, Ending, Inward, Looks, Passing, Ruling};
use super::refusal::Refusal;
use super::turning::Turning;

/// How an answer is looked at.
pub struct Looking<'c> {
    /// With what; nothing: it is not.
    pub inspection: Option<&'c Inspection>,
    /// What was asked for.
    pub route: Option<&'c Route>,
    /// What cannot be looked at.
    pub fails: Fails,
    /// What waits, for it may not go on as it is.
    pub holds: Holds,
    /// What comes back in it; none: nothing.
    pub turning: Option<Turning>,
}

/// In which form an answer comes.
enum Form {
    Stream(Framing),
    Whole,
    /// None in which a model says something.
    Other,
}

/// The answer as it goes on.
pub async fn answer(
    response: Response<Inward>,
    looking: Looking<'_>,
    mut ending: Ending,
) -> Result<Response<Answer>, (Refusal, Ending)> {
    let (head, body) = response.into_parts();
    ending.answered(head.status.as_u16());
    let speaks = |it: &&Route| {
        matches!(it.operation, Operation::Chat | Operation::Fetch | Operation::Complete)
    };
    let (Some(inspection), Some(route)) = (looking.inspection, looking.route.filter(speaks)) else {
        return Ok(Response::from_parts(head, passed(Passing::new(body, ending))));
    };
    match form(&head.headers) {
        Form::Stream(framing) => {
            let (dialect, turning) = (route.dialect, looking.turning);
            let flow = Flow::new(inspection.examiner(), dialect, framing, looking.holds);
            let flow = if turning.is_some() { flow.turning_back() } else { flow };
            let looks = Looks::new(flow, inspection, dialect, looking.fails, turning);
            Ok(streamed(head, Passing::looked(body, ending, looks)))
        }
        Form::Whole => whole(head, body, inspection, route.dialect, looking, ending).await,
        Form::Other if looking.fails == Fails::Closed => Err((Refusal::NotReadAnswer, ending)),
        Form::Other => {
            ending.looked(Inspected::Skipped);
            Ok(Response::from_parts(head, passed(Passing::new(body, ending))))
        }
    }
}

fn form(headers: &HeaderMap) -> Form {
    let plain = |it: &hyper::header::HeaderValue| it.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get(CONTENT_ENCODING).is_some_and(|it| !plain(it)) {
        return Form::Other;
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match &*kind {
        "text/event-stream" => Form::Stream(Framing::Events),
        "application/x-ndjson" | "application/jsonl" => Form::Stream(Framing::Lines),
        "application/vnd.amazon.eventstream" => Form::Stream(Framing::Frames),
        "application/json" | "" => Form::Whole,
        other if other.ends_with("+json") => Form::Whole,
        _ => Form::Other,
    }
}

fn passed(passing: Passing) -> Answer {
    Answer::Passing(Box::new(passing))
}

/// Its length may come out otherwise.
fn streamed(mut head: Parts, passing: Passing) -> Response<Answer> {
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, passed(passing))
}

async fn whole(
    mut head: Parts,
    mut body: Inward,
    inspection: &Inspection,
    dialect: Dialect,
    looking: Looking<'_>,
    mut ending: Ending,
) -> Result<Response<Answer>, (Refusal, Ending)> {
    let Looking { fails, mut turning, .. } = looking;
    let known = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes: Vec<u8> = Vec::with_capacity(known.min(inspection.most_answer));
    loop {
        let Some(frame) = ending.unless_cut(body.frame()).await else {
            return Err((Refusal::Stopped(ending.who()), ending));
        };
        let Some(frame) = frame else { break };
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => bytes.extend_from_slice(&data),
            // Trailers: a whole body has said all.
            Ok(Err(_)) => {}
            Err(_) => {
                // What came goes on, and breaks off there as it did here.
                ending.looked(Inspected::Failed);
                let passing = Passing::broken(bytes.into(), body, ending);
                return Ok(Response::from_parts(head, passed(passing)));
            }
        }
        if bytes.len() > inspection.most_answer {
            if fails == Fails::Closed {
                return Err((Refusal::NotReadAnswer, ending));
            }
            ending.looked(Inspected::Skipped);
            let passing = Passing::begun(bytes.into(), body, ending);
            return Ok(Response::from_parts(head, passed(passing)));
        }
    }
    let made = match in_place(bytes.len(), || examine(&bytes, inspection, dialect, &mut ending)) {
        Ok(made) => made,
        Err(refusal) => return Err((refusal, ending)),
    };
    if fails == Fails::Closed && ending.called.call.inspected == Inspected::Failed {
        return Err((Refusal::NotReadAnswer, ending));
    }
    let bytes = made.unwrap_or(bytes);
    let back = turning.as_mut().and_then(|it| back(&bytes, inspection, dialect, &mut ending, it));
    let bytes: Bytes = back.unwrap_or(bytes).into();
    if head.headers.contains_key(CONTENT_LENGTH) {
        head.headers.insert(CONTENT_LENGTH, bytes.len().into());
    }
    Ok(Response::from_parts(head, passed(Passing::whole(bytes, body, ending))))
}

/// Runs what takes long where it keeps nobody waiting.
pub fn in_place<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    const LONG: usize = 32 << 10;
    let alone = || Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread;
    if bytes <= LONG || alone() { work() } else { tokio::task::block_in_place(work) }
}

fn examine(
    body: &[u8],
    inspection: &Inspection,
    dialect: Dialect,
    ending: &mut Ending,
) -> Result<Option<Vec<u8>>, Refusal> {
    if body.is_empty() {
        ending.looked(Inspected::Scanned);
        return Ok(None);
    }
    let Ok(answer) = llm::response(dialect, body) else {
        ending.looked(Inspected::Failed);
        return Ok(None);
    };
    let text = is_all_text(&answer.parts);
    ending.looked(if text { Inspected::Scanned } else { Inspected::PartlyScanned });
    ending.called.call.answer = brief(&answer.id);
    ending.called.call.tokens = tokens(answer.usage);
    ending.heard(&answer);
    let Some(rulings) = &mut ending.rulings else { return Ok(None) };
    let found = inspection.examiner().parts(&answer.parts, inspection.memory());
    rule(inspection, rulings, body, &answer.parts, &found)
}

/// The body with what its marks stand for.
fn back(
    body: &[u8],
    inspection: &Inspection,
    dialect: Dialect,
    ending: &mut Ending,
    turning: &mut Turning,
) -> Option<Vec<u8>> {
    let answer = llm::response(dialect, body).ok()?;
    let rulings = ending.rulings.as_mut()?;
    let mut ruling = Ruling { inspection, rulings, turning: Some(turning) };
    let back = turned_back(body, &answer, &mut ruling);
    turning.answered(&answer.id);
    back
}

/// A name that a provider gave.
pub fn brief(name: &str) -> event::Text {
    name.chars().take(128).collect::<String>().into()
}

/// Tokens as the record has them.
pub fn tokens(usage: Usage) -> Tokens {
    let Usage { input, output, cached, kept, reasoning } = usage;
    Tokens { input, output, cached, kept, reasoning }
}
