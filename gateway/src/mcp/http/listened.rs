//! Streams that a client listens to, and the end of a session.

use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};

use super::answered::answered;
use super::head;
use super::refusal::Refusal;
use super::turn::Turn;
use super::visit::Visit;
use crate::models::Answer;

/// Opens a stream of a session, or that of the older way, which is a session itself.
pub async fn listened(
    visit: &Visit,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Refusal> {
    let (parts, _) = request.into_parts();
    if visit.is_posted() {
        return Err(Refusal::Method);
    }
    let meant = visit.meant(&parts.headers, true)?;
    let path = visit.served.server.place.with_query(parts.uri.query());
    let mut turn = Turn::new(visit, &meant, None)?;
    turn.opens = meant.key.is_none();
    let response = turn.go(parts, Bytes::new(), &path).await?;
    answered(turn, response).await
}

/// The client is done with a session.
pub async fn ended(visit: &Visit, request: Request<Incoming>) -> Result<Response<Answer>, Refusal> {
    let (parts, _) = request.into_parts();
    if head::session(&parts.headers)?.is_none() {
        return Err(Refusal::NoSession);
    }
    let meant = visit.meant(&parts.headers, false)?;
    let path = visit.served.server.place.with_query(parts.uri.query());
    let mut turn = Turn::new(visit, &meant, None)?;
    let response = turn.go(parts, Bytes::new(), &path).await?;
    let is_over = response.status().is_success() || response.status() == StatusCode::NOT_FOUND;
    if let Some(key) = meant.key.filter(|_| is_over) {
        visit.tools.sessions.remove(&key);
    }
    answered(turn, response).await
}
