//! HTTP on one connection of a client, be it the proxy's own port or the inside of a tunnel.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError};

use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};

use super::accept::Permit;
use super::body::Answer;
use super::forward::forward;
use super::gate::{Fail, Gate};
use super::host::Target;
use super::judge::Stop;
use super::line::Line;
use super::message::connect_target;
use super::settings::MOST_HEAD;
use super::stream::Stream;
use super::tunnel;
use super::upstream::Upstream;

/// Where the requests of a connection may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Wherever they say: it is the proxy that is spoken to.
    Front,
    /// To one target only: it is the target that is spoken to.
    Inside {
        /// The target.
        target: Target,
        /// Its TLS was opened, and it will have TLS.
        secure: bool,
    },
}

/// One connection of a client.
pub struct Visit {
    pub(super) gate: Arc<Gate>,
    pub(super) place: Place,
    /// The connection that the last request went over; requests of one connection come one after the other.
    pub(super) upstream: tokio::sync::Mutex<Option<Upstream>>,
    /// A connection to the target of the place that nothing went over yet.
    pub(super) ready: std::sync::Mutex<Option<Line>>,
    pub(super) permit: Permit,
}

impl Visit {
    /// The connection that is ready, once.
    pub fn take_ready(&self) -> Option<Line> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Serves the proxy's own port.
pub async fn serve<S: Stream>(gate: Arc<Gate>, stream: S, place: Place, permit: Permit) {
    serve_over(gate, stream, place, None, permit).await;
}

/// Serves the inside of a tunnel, with the connection that stands behind it.
pub async fn serve_over<S: Stream>(
    gate: Arc<Gate>,
    stream: S,
    place: Place,
    ready: Option<Line>,
    permit: Permit,
) {
    let opening = gate.bounds.opening;
    let visit = Arc::new(Visit { gate, place, upstream: None.into(), ready: ready.into(), permit });
    let service = service_fn(move |request| {
        let visit = Arc::clone(&visit);
        async move { Ok::<_, Infallible>(answer(visit, request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(opening)
        .max_buf_size(MOST_HEAD)
        .preserve_header_case(true)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a client's connection ended early");
    }
}

async fn answer(visit: Arc<Visit>, request: Request<Incoming>) -> Response<Answer> {
    let done = match (request.method(), &visit.place) {
        (&Method::CONNECT, Place::Front) => connect(visit, request).await,
        _ => forward(&visit, request).await,
    };
    done.unwrap_or_else(|fail| failed(&fail))
}

/// `CONNECT`: a tunnel to where it says.
async fn connect(visit: Arc<Visit>, request: Request<Incoming>) -> Result<Response<Answer>, Fail> {
    let target = connect_target(&request).map_err(|refusal| {
        let name = request.uri().authority().map_or("", |it| it.as_str());
        visit.gate.judge.refuse_name(name, 0, &refusal)
    })?;
    let target = visit.gate.admit(target).await?;
    let upstream = visit.gate.dial(&target).await?;
    tokio::spawn(async move {
        if let Ok(client) = hyper::upgrade::on(request).await {
            let (gate, permit) = (Arc::clone(&visit.gate), Arc::clone(&visit.permit));
            tunnel::run(gate, target, TokioIo::new(client), upstream, permit).await;
        }
    });
    Ok(Response::new(Answer::text(String::new())))
}

/// What is said where nothing goes on.
pub fn failed(fail: &Fail) -> Response<Answer> {
    let status = match fail {
        Fail::Stopped(_) => StatusCode::FORBIDDEN,
        Fail::Unreachable(_) => StatusCode::BAD_GATEWAY,
    };
    let mut response = Response::new(Answer::text(fail.text()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // What else was said on this connection is not read.
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if let Fail::Stopped(stop) = fail {
        name_policy(stop, &mut response);
    }
    response
}

fn name_policy(stop: &Stop, response: &mut Response<Answer>) {
    if let Ok(policy) = HeaderValue::from_str(&stop.policy) {
        response.headers_mut().insert("x-chaperone-policy", policy);
    }
    if let Ok(phrase) = ReasonPhrase::try_from(stop.line().as_bytes()) {
        response.extensions_mut().insert(phrase);
    }
}
