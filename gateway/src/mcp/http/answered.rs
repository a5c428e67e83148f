//! What a server answers: as a whole, or as events, each through the session before it goes on.

use std::sync::Arc;

use event::CallEnded;
use http_body_util::BodyExt;
use hyper::body::{Bytes, Frame};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::response::Parts;
use hyper::{Response, StatusCode};
use tokio::sync::SemaphorePermit;

use super::events::Events;
use super::refusal::Refusal;
use super::turn::Turn;
use crate::mcp::MOST_LINE;
use crate::mcp::session::Way;
use crate::models::{self, Answer, Front, Inward, in_place};
use crate::packed::Coding;

/// Up to this an answer takes no room.
const SMALL: usize = 64 << 10;
/// Room is taken in steps of this, in KiB.
const STEP_KIB: u32 = 1 << 10;

/// The answer as it goes on.
pub async fn answered(
    mut turn: Turn,
    response: Response<Inward>,
) -> Result<Response<Answer>, Refusal> {
    let (mut head, body) = response.into_parts();
    if head.status.is_redirection() {
        // Who followed it would go past us.
        return Err(Refusal::Redirect(turn.served.server.name.to_string()));
    }
    if head.status == StatusCode::NOT_FOUND
        && let Some(key) = &turn.key
    {
        turn.tools.sessions.remove(key);
    }
    turn.is_named(&mut head.headers, head.status)?;
    head.headers.remove(CONTENT_LENGTH);
    if !(is_stream(&head.headers) && head.status.is_success()) {
        return whole(turn, head, body).await;
    }
    if Coding::of(&head.headers).is_some() {
        return Err(Refusal::NotMcp("its events are packed"));
    }
    let events = Events::new(turn, body);
    Ok(Response::from_parts(head, Answer::Judged(events.boxed_unsync())))
}

fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/event-stream")
}

async fn whole(mut turn: Turn, mut head: Parts, body: Inward) -> Result<Response<Answer>, Refusal> {
    let front = Arc::clone(&turn.front);
    let (came, _held) = gathered(&front, &mut turn, body).await?;
    let came = match Coding::of(&head.headers) {
        None => came,
        Some(coding) => {
            let unpacked = in_place(came.len(), || coding.unpack(&came, SMALL + came.len() * 64));
            unpacked.map_err(|_| Refusal::NotMcp("it is packed, and cannot be unpacked"))?
        }
    };
    head.headers.remove(CONTENT_ENCODING);
    let passed = in_place(came.len(), || turn.session.from_server(&came));
    if let Some(back) = passed.back {
        turn.reply(back);
    }
    let on = match passed.on {
        Way::Whole => came,
        Way::Instead(bytes) => bytes,
        // What is said in other words than the protocol's with an error is not passed on; that it is one, is.
        Way::Not if head.status == StatusCode::ACCEPTED || !head.status.is_success() => Vec::new(),
        Way::Not => return Err(Refusal::NotMcp("it is no message")),
    };
    turn.went(CallEnded::Whole);
    let back = turn.back.take().filter(|_| head.status.is_success());
    let on = back.map_or(on.clone(), |back| {
        head.status = StatusCode::OK;
        joined(&on, &back)
    });
    if !on.is_empty() {
        let kind = HeaderValue::from_static("application/json");
        head.headers.insert(CONTENT_TYPE, kind);
    }
    Ok(Response::from_parts(head, Answer::Text(on.into())))
}

/// All of it, while there is room.
async fn gathered<'f>(
    front: &'f Front,
    turn: &mut Turn,
    mut body: Inward,
) -> Result<(Vec<u8>, Vec<SemaphorePermit<'f>>), Refusal> {
    let (mut came, mut held) = (Vec::new(), Vec::new());
    while let Some(frame) = turn.unless_cut(body.frame()).await? {
        let data =
            frame.map(Frame::into_data).map_err(|error| turn.not_reached(&error.to_string()));
        // Trailers: a whole body has said all.
        let Ok(data) = data? else { continue };
        came.extend_from_slice(&data);
        if came.len() > MOST_LINE {
            return Err(Refusal::NotMcp("it is too long"));
        }
        while SMALL + held.len() * ((STEP_KIB as usize) << 10) < came.len() {
            let room = front.room(STEP_KIB).ok_or(models::Refusal::Busy)?;
            held.push(room);
        }
    }
    Ok((came, held))
}

/// Answers of the server and of ours to one batch.
fn joined(on: &[u8], back: &[u8]) -> Vec<u8> {
    let inside = |bytes: &[u8]| -> Vec<u8> {
        let text = bytes.trim_ascii();
        let list = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
        list.unwrap_or(text).to_vec()
    };
    let all = [inside(on), inside(back)];
    let said: Vec<Vec<u8>> = all.into_iter().filter(|text| !text.trim_ascii().is_empty()).collect();
    [b"[".as_slice(), &said.join(&b","[..]), b"]"].concat()
}

/// Events of ours in front of the server's.
pub fn in_front(back: Option<Vec<u8>>) -> Bytes {
    let event = |back: Vec<u8>| content::sse::event("message", &String::from_utf8_lossy(&back));
    back.map(event).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_to_one_batch_are_one_list() {
        let check = |on: &str, back: &str, expect: &str| {
            let made = joined(on.as_bytes(), back.as_bytes());
            assert_eq!(String::from_utf8_lossy(&made), expect);
        };
        check("[1,2]", "[3]", "[1,2,3]");
        check(" [1] \n", "[3]", "[1,3]");
        check("{}", "[3]", "[{},3]");
        check("", "[3]", "[3]");
        check("[ ]", "[3]", "[3]");
    }
}
