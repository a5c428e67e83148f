//! Messages that a client posts: asked about before they go on.

use content::mcp::{self, Headers, Kind, Side};
use event::Text;
use event::show::brief;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_ENCODING;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::answered::answered;
use super::head;
use super::refusal::{Refusal, accepted, json};
use super::sessions::Posting;
use super::turn::Turn;
use super::visit::{Meant, Visit};
use crate::mcp::asked;
use crate::mcp::session::Way;
use crate::models::{self, Answer, in_place, read};

/// Whatever comes of it is an answer.
pub async fn posted(visit: &Visit, request: Request<Incoming>) -> Response<Answer> {
    let (mut parts, body) = request.into_parts();
    let (body, _held) = match read(&visit.front, body).await {
        Ok(read) => read,
        Err(refusal) => return Refusal::Call(refusal).answer(""),
    };
    let (body, _unpacked) = match visit.front.unpacked(&parts.headers, &body) {
        Ok((Some(plain), held)) => (Bytes::from(plain), held),
        Ok((None, _)) if parts.headers.contains_key(CONTENT_ENCODING) => {
            return Refusal::Packed.answer("");
        }
        Ok((None, held)) => (body, held),
        Err(refusal) => return Refusal::Call(refusal).answer(""),
    };
    parts.headers.remove(CONTENT_ENCODING);
    let Ok(messages) = mcp::read(&body, Side::Client) else {
        return Refusal::Unreadable.answer("");
    };
    let id = match messages.messages.as_slice() {
        [one] => one.id.to_string(),
        _ => String::new(),
    };
    let done = carried(visit, parts, body.clone(), &messages).await;
    done.unwrap_or_else(|refusal| refusal.answer(&id))
}

async fn carried(
    visit: &Visit,
    parts: Parts,
    body: Bytes,
    said: &mcp::Body<'_>,
) -> Result<Response<Answer>, Refusal> {
    let begins = said.messages.iter().any(|message| message.method == "initialize");
    let meant = visit.meant(&parts.headers, begins)?;
    let headers = head::said(&parts.headers)?;
    // The older way has none.
    let has = meant.posting.is_none() || headers != Headers::default();
    let mut messages = said.messages.iter().filter(|_| has);
    let differs = messages.find_map(|it| meant.session.mismatch(&headers, it));
    if let Some(mismatch) = differs {
        tracing::warn!(header = mismatch.header, "a header says something else than the body");
        return Err(Refusal::Differ(mismatch));
    }
    drop(headers);
    let mut turn = Turn::new(visit, &meant, tool(said).as_ref())?;
    let passed = in_place(body.len(), || meant.session.from_client(&body));
    let on = match passed.on {
        Way::Whole => body,
        Way::Instead(bytes) => bytes.into(),
        Way::Not => return here(&meant, passed.back),
    };
    match (&meant.posting, passed.back) {
        (Some(posting), Some(back)) => told(posting, &back)?,
        (_, back) => turn.back = back,
    }
    let place = &visit.served.server.place;
    let path = match &meant.posting {
        Some(posting) => posting.path.clone(),
        None => place.with_query(parts.uri.query()),
    };
    let went = match turn.go(parts, on.clone(), &path).await {
        Ok(response) => answered(turn, response).await,
        Err(refusal) => Err(refusal),
    };
    went.inspect_err(|_| meant.session.lost(&on))
}

/// What is counted: the first call in it.
fn tool(said: &mcp::Body<'_>) -> Option<Text> {
    let counts = |it: &&mcp::Message<'_>| it.kind == Kind::Request && asked::counts(&it.method);
    let message = said.messages.iter().find(counts)?;
    let name = if message.name.is_empty() { &message.method } else { &message.name };
    Some(brief(name, 256).into())
}

/// Nothing of it goes on: it is answered here.
fn here(meant: &Meant, back: Option<Vec<u8>>) -> Result<Response<Answer>, Refusal> {
    match (back, &meant.posting) {
        (Some(back), Some(posting)) => told(posting, &back).map(|()| accepted()),
        (Some(back), None) => Ok(json(StatusCode::OK, back)),
        (None, _) => Ok(accepted()),
    }
}

/// Who posts to a place hears answers in his stream alone.
fn told(posting: &Posting, back: &[u8]) -> Result<(), Refusal> {
    let event = content::sse::event("message", &String::from_utf8_lossy(back));
    let sent = posting.stream.try_send(event.into());
    sent.map_err(|_| Refusal::Call(models::Refusal::Busy))
}
