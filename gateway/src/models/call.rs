//! One call: where it goes, whether it may, and what comes back.

use std::net::SocketAddr;
use std::sync::Arc;

use content::llm::Route;
use event::Guard;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderValue,
    UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, Uri, Version};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_rustls::TlsAcceptor;

use super::Told;
use super::answered::{Looking, answer, in_place};
use super::asked::Asked;
use super::asking::asked;
use super::desk::{Desk, Known, Ticket};
use super::identity::KEY_HEADERS;
use super::passing::{Answer, Ending};
use super::providers::Providers;
use super::refusal::Refusal;
use super::route::route;
use super::settings::{Bounds, Caller, Provider, Settings};
use super::watch::Watch;
use crate::egress::take_hop_by_hop;
use crate::guardrail::Place;
use crate::mcp::http::{self, Tools};
use crate::packed::{Coding, NotUnpacked};

/// What serves all calls.
pub struct Front {
    settings: Settings,
    pub desk: Arc<Desk>,
    providers: Providers,
    pub watch: Watch,
    /// Servers of tools that are served beside; none: there are none.
    pub tools: Option<Arc<Tools>>,
    /// Kibibytes of requests that may be held still.
    room: Semaphore,
}

impl Front {
    pub fn new(
        mut settings: Settings,
        desk: Arc<Desk>,
        providers: Providers,
        guard: Arc<dyn Guard>,
        told: Told,
    ) -> Self {
        let tools = settings.tools.take();
        let tools = tools.map(|it| Arc::new(Tools::new(it, Arc::clone(&guard), told.clone())));
        let room = Semaphore::new((settings.bounds.most_held / KIB).max(1));
        let (inspection, redact) = (settings.inspection.clone(), Arc::clone(&settings.redact));
        let watch = Watch::new(inspection, redact, guard, told);
        Self { settings, desk, providers, watch, tools, room }
    }

    pub fn bounds(&self) -> &Bounds {
        &self.settings.bounds
    }

    /// TLS in front.
    pub fn tls(&self) -> Option<TlsAcceptor> {
        self.settings.tls.clone().map(TlsAcceptor::from)
    }

    /// Whose certificate this is.
    pub fn by_certificate(&self, certificate: &[u8]) -> Option<Arc<Caller>> {
        self.settings.callers.by_certificate(certificate).map(Arc::new)
    }

    /// Who comes from there; beside the threads that carry calls, for it may take a moment.
    pub async fn caller(&self, peer: SocketAddr) -> Arc<Caller> {
        let callers = Arc::clone(&self.settings.callers);
        match tokio::task::spawn_blocking(move || callers.of(peer)).await {
            Ok(caller) => Arc::new(caller),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// A body that came packed, unpacked to be looked at, while there is room for it. What cannot be unpacked is looked
    /// at as it is: nobody can read it.
    pub fn unpacked(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<(Option<Vec<u8>>, Option<SemaphorePermit<'_>>), Refusal> {
        let Some(coding) = Coding::of(headers) else { return Ok((None, None)) };
        // More than that from so little is meant to do harm.
        let most = (body.len() * 64 + (1 << 20)).min(self.bounds().most_request);
        let room = u32::try_from(most / KIB).unwrap_or(u32::MAX);
        let held = self.room.try_acquire_many(room).map_err(|_| Refusal::Busy)?;
        match in_place(body.len(), || coding.unpack(body, most)) {
            Ok(plain) => Ok((Some(plain), Some(held))),
            Err(NotUnpacked::Long) => Err(Refusal::TooLong(most)),
            Err(NotUnpacked::Broken) => Ok((None, None)),
        }
    }

    /// Sends a request whose URI is whole; else why it did not get there.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, String> {
        let sent = self.providers.send(request).await;
        sent.map_err(|error| {
            std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string)
        })
    }

    /// Room for so many kibibytes, where there is some.
    pub fn room(&self, kib: u32) -> Option<SemaphorePermit<'_>> {
        self.room.try_acquire_many(kib).ok()
    }

    fn provider(&self, uri: &Uri) -> Result<(&Provider, String), Refusal> {
        let found = route(&self.settings.providers, uri);
        let provider = found.as_ref().and_then(|it| self.settings.providers.get(it.provider));
        match (found, provider) {
            (Some(route), Some(provider)) => Ok((provider, route.path.to_owned())),
            _ => {
                let known: Vec<&str> = self.settings.providers.iter().map(|it| &*it.name).collect();
                let path = event::show::brief(uri.path(), 80).to_string();
                Err(Refusal::NoProvider(path, known.join(", ")))
            }
        }
    }
}

const KIB: usize = 1024;

/// Where a call goes.
struct Way<'f> {
    provider: &'f Provider,
    /// Path and query as the provider sees them.
    path: String,
}

/// Does a call; whatever comes of it is an answer.
pub async fn call(
    front: &Arc<Front>,
    caller: &Arc<Caller>,
    mut request: Request<Incoming>,
) -> Response<Answer> {
    if let Some(tools) = &front.tools
        && Tools::leads_here(request.uri().path())
    {
        return http::call(front, tools, caller, request).await;
    }
    if let Some(guardrail) = &front.settings.guardrail
        && let Some(place) = Place::of(request.method().as_str(), request.uri().path())
    {
        return asked(front, guardrail, caller, place, request).await;
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    front.desk.renew_for(request.headers()).await;
    let known = front.desk.identify(caller, request.headers_mut(), &query);
    let by = known.as_ref().map_or(caller, |known| &known.caller);
    let ending = front.watch.begins(by, &request);
    let way = front.provider(request.uri()).map(|(provider, path)| Way { provider, path });
    let path = way.as_ref().map_or(request.uri().path(), |way| &way.path);
    let route = Route::of(request.method().as_str(), path);
    match carry(front, known, request, way, route.as_ref(), ending).await {
        Ok(response) => response,
        Err((refusal, ending)) => ending.refused(refusal).answer(route.map(|route| route.dialect)),
    }
}

async fn carry(
    front: &Front,
    known: Result<Known, Refusal>,
    request: Request<Incoming>,
    way: Result<Way<'_>, Refusal>,
    route: Option<&Route>,
    mut ending: Ending,
) -> Result<Response<Answer>, (Refusal, Ending)> {
    let sent = match (known, way) {
        (Ok(known), Ok(way)) => ask(front, &known, request, &way, route, &mut ending).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    };
    match sent {
        Ok((response, looking)) => {
            let response = response.map(|body| body.map_err(Into::into).boxed_unsync());
            answer(response, looking, ending).await
        }
        Err(refusal) => Err((refusal, ending)),
    }
}

/// Everything up to the head of the answer.
async fn ask<'f>(
    front: &'f Front,
    known: &Known,
    request: Request<Incoming>,
    way: &Way<'_>,
    route: Option<&'f Route>,
    ending: &mut Ending,
) -> Result<(Response<Incoming>, Looking<'f>), Refusal> {
    let (provider, path) = (way.provider, &*way.path);
    ending.called.call.provider = provider.name.clone();
    let plain = path.split('?').next().unwrap_or_default();
    ending.called.call.request = format!("{} {plain}", request.method()).into();
    if request.method() == Method::CONNECT || request.headers().contains_key(UPGRADE) {
        return Err(Refusal::NotSpoken("an upgrade to another protocol"));
    }
    let (mut parts, body) = request.into_parts();
    let (body, _held) = read(front, body).await?;
    ending.called.call.sent = body.len() as u64;
    let (plain, _unpacked) = front.unpacked(&parts.headers, &body)?;
    let asked = Asked::of(route, plain.as_deref().unwrap_or(&body))?;
    ending.called.call.model = asked.model.clone();
    front.watch.hear(&asked, ending);
    let action = front.watch.judge(&known.caller, &provider.name, &asked.model)?;
    if let Some(holder) = &known.holder {
        front.watch.judge(holder, &provider.name, &asked.model)?;
    }
    let (ticket, cut) = front.desk.admit(known, provider, &asked.model, asked.takes)?;
    (ending.ticket, ending.cut) = (Some(ticket), Some(cut));
    let examined = front.watch.examine(&asked, action, provider.fails, ending)?;
    let body = match examined.instead {
        Some(instead) => {
            // It goes on as it was looked at.
            parts.headers.remove(CONTENT_ENCODING);
            Bytes::from(instead)
        }
        None => body.clone(),
    };
    let request = addressed(parts, body, provider, path, front.settings.inspection.is_some())?;
    ending.ticket.iter_mut().for_each(Ticket::goes);
    let answered = ending.unless_cut(front.send(request)).await;
    let answered = answered.ok_or_else(|| Refusal::Stopped(ending.who()))?;
    let mut response = answered.map_err(|why| {
        Refusal::NotReached(provider.name.to_string(), event::show::brief(&why, 160).to_string())
    })?;
    take_hop_by_hop(response.headers_mut());
    *response.version_mut() = Version::HTTP_11;
    let inspection = front.watch.inspection.as_ref();
    let looking = Looking {
        inspection,
        route,
        fails: provider.fails,
        holds: examined.holds,
        turning: examined.turning,
    };
    Ok((response, looking))
}

/// The whole body, while there is room for it.
pub async fn read(
    front: &Front,
    body: Incoming,
) -> Result<(Bytes, Option<SemaphorePermit<'_>>), Refusal> {
    let most = front.bounds().most_request;
    let said = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if said > most {
        return Err(Refusal::TooLong(most));
    }
    // What says no length takes as much as it may have; small ones take nothing.
    let held = if body.size_hint().exact().is_some() { said } else { most } / KIB;
    let held = u32::try_from(held).unwrap_or(u32::MAX);
    let permit = match held {
        0..=64 => None,
        held => Some(front.room.try_acquire_many(held).map_err(|_| Refusal::Busy)?),
    };
    let whole = Limited::new(body, most).collect().await.map_err(|error| match error
        .is::<LengthLimitError>(
    ) {
        true => Refusal::TooLong(most),
        false => Refusal::BrokeOff(event::show::brief(&error.to_string(), 120).to_string()),
    })?;
    Ok((whole.to_bytes(), permit))
}

/// The request as the provider gets it.
pub fn addressed(
    mut parts: Parts,
    body: Bytes,
    provider: &Provider,
    path: &str,
    looks: bool,
) -> Result<Request<Full<Bytes>>, Refusal> {
    let base = &provider.base;
    take_hop_by_hop(&mut parts.headers);
    // Answered here already.
    parts.headers.remove(EXPECT);
    parts.headers.remove(CONTENT_LENGTH);
    if looks {
        // What is packed could not be looked at.
        parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    let whole = format!("{base}{path}").parse();
    parts.uri = whole.map_err(|_| Refusal::NotSpoken("this path"))?;
    parts.version = Version::HTTP_11;
    if let Ok(host) = HeaderValue::from_str(&base.target.authority(base.usual_port())) {
        parts.headers.insert(HOST, host);
    }
    if let Some(key) = &provider.key
        && let Ok(mut value) = HeaderValue::from_str(&key.value)
    {
        value.set_sensitive(true);
        // Whatever the client brought stays here.
        for name in KEY_HEADERS {
            parts.headers.remove(name);
        }
        parts.headers.insert(key.header.clone(), value);
    }
    Ok(Request::from_parts(parts, Full::new(body)))
}
