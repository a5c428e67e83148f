//! A request to a server of tools, by its method.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Method, Request, Response};

use super::Tools;
use super::listened::{ended, listened};
use super::posted::posted;
use super::refusal::Refusal;
use super::visit::Visit;
use crate::models::{Answer, Caller, Front};

/// Does it; whatever comes of it is an answer.
pub(crate) async fn call(
    front: &Arc<Front>,
    tools: &Arc<Tools>,
    caller: &Arc<Caller>,
    mut request: Request<Incoming>,
) -> Response<Answer> {
    let visit = match Visit::new(front, tools, caller, &mut request) {
        Ok(visit) => visit,
        Err(refusal) => return refusal.answer(""),
    };
    match *request.method() {
        Method::POST => posted(&visit, request).await,
        Method::GET => listened(&visit, request).await.unwrap_or_else(|it| it.answer("")),
        Method::DELETE => ended(&visit, request).await.unwrap_or_else(|it| it.answer("")),
        _ => Refusal::Method.answer(""),
    }
}
