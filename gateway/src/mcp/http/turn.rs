//! One request at a server, from where it goes out until its answer is over: settled once, however it ends.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use event::{CallEnded, ModelCall, Text};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Uri};
use tokio::time::timeout;

use super::head;
use super::refusal::Refusal;
use super::sessions::{Key, Owner};
use super::visit::{Meant, Visit};
use super::{Served, Tools};
use crate::mcp::session::Session;
use crate::models::{self, Cut, Front, Inward, Running, Takes, Ticket, addressed};

/// How long a server may take to hear what it is answered.
const REPLY: Duration = Duration::from_secs(30);

/// A request that may go out.
pub struct Turn {
    pub front: Arc<Front>,
    pub tools: Arc<Tools>,
    pub served: Arc<Served>,
    pub session: Arc<Session>,
    pub owner: Owner,
    /// What the session is known by.
    pub key: Option<Key>,
    /// Answers of ours that stand for a part of it.
    pub back: Option<Vec<u8>>,
    /// It may open a session of the older way.
    pub opens: bool,
    cut: Cut,
    ticket: Option<Ticket>,
    _running: Option<Running>,
    call: ModelCall,
    /// How the server is answered.
    reply: (Uri, HeaderMap),
}

impl Turn {
    /// Lets it in: of a call of a tool by its limits, of all else by who asks.
    pub fn new(visit: &Visit, meant: &Meant, tool: Option<&Text>) -> Result<Self, Refusal> {
        let (desk, provider) = (&visit.front.desk, &visit.served.as_provider);
        let (ticket, running, cut) = match tool {
            Some(tool) => {
                let (ticket, cut) = desk.admit(&visit.known, provider, tool, Takes::default())?;
                (Some(ticket), None, cut)
            }
            None => {
                let (running, cut) = desk.enter(&visit.known, provider, "")?;
                (None, Some(running), cut)
            }
        };
        Ok(Self {
            front: Arc::clone(&visit.front),
            tools: Arc::clone(&visit.tools),
            served: Arc::clone(&visit.served),
            session: Arc::clone(&meant.session),
            owner: visit.owner.clone(),
            key: meant.key.clone(),
            back: None,
            opens: false,
            cut,
            ticket,
            _running: running,
            call: ModelCall { ended: CallEnded::ClientLost, ..ModelCall::default() },
            reply: Default::default(),
        })
    }

    /// Sends it to this path of the server; gives the head of what is answered.
    pub async fn go(
        &mut self,
        parts: Parts,
        body: Bytes,
        path: &str,
    ) -> Result<Response<Inward>, Refusal> {
        let request = addressed(parts, body, &self.served.as_provider, path, true)?;
        let mut headers = request.headers().clone();
        head::take_own(&mut headers);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(ACCEPT, both);
        self.reply = (request.uri().clone(), headers);
        self.ticket.iter_mut().for_each(Ticket::goes);
        let front = Arc::clone(&self.front);
        let answered = self.unless_cut(front.send(request)).await?;
        let mut response = answered.map_err(|why| self.not_reached(&why))?;
        crate::egress::take_hop_by_hop(response.headers_mut());
        *response.version_mut() = hyper::Version::HTTP_11;
        self.call.status = response.status().as_u16();
        Ok(response.map(|body| body.map_err(Into::into).boxed_unsync()))
    }

    /// The server answers that this is the session: it is for who began it.
    pub fn is_named(&mut self, headers: &mut HeaderMap, status: StatusCode) -> Result<(), Refusal> {
        let said = head::session(headers)?.map(str::to_owned);
        if let Some(Key::Named { id, .. }) = &self.key
            && said.as_deref() == Some(&**id)
        {
            return Ok(());
        }
        let Some(id) = said.filter(|_| status.is_success() && self.key.is_none()) else {
            // One that is known keeps its name.
            headers.remove(head::SESSION);
            return Ok(());
        };
        let key = Key::Named { server: self.served.server.name.clone(), id: id.as_str().into() };
        let put = self.tools.sessions.put(key.clone(), &self.owner, &self.session, None);
        put.map_err(|_| Refusal::TooMany)?;
        self.key = Some(key);
        if let Ok(value) = HeaderValue::from_str(&id) {
            self.reply.1.insert(head::SESSION, value);
        }
        Ok(())
    }

    /// The server is answered at this path from now on.
    pub fn answers_at(&mut self, path: &str) {
        let whole = format!("{}{path}", self.served.server.place.base);
        if let Ok(uri) = whole.parse() {
            self.reply.0 = uri;
        }
    }

    /// Answers the server what it wanted of the client; beside what goes on.
    pub fn reply(&self, body: Vec<u8>) {
        let Ok(permit) = Arc::clone(&self.tools.replies).try_acquire_owned() else {
            return tracing::warn!("a server of tools wants more than is answered at one time");
        };
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        (*request.uri_mut(), *request.headers_mut()) = self.reply.clone();
        let front = Arc::clone(&self.front);
        tokio::spawn(async move {
            if !matches!(timeout(REPLY, front.send(request)).await, Ok(Ok(_))) {
                tracing::debug!("a server of tools did not hear what it was answered");
            }
            drop(permit);
        });
    }

    /// Does the work, unless a person stops who asks before it is done.
    pub async fn unless_cut<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Refusal> {
        tokio::select! {
            done = work => Ok(done),
            _ = &mut self.cut => {
                self.call.ended = CallEnded::Refused;
                let who = self.owner.first().and_then(|it| it.agent()).map(|it| &*it.product);
                let who = event::show::brief(who.unwrap_or("*"), 60).to_string();
                Err(models::Refusal::Stopped(who).into())
            }
        }
    }

    /// Whether a person has stopped it; else whoever asks is told when one does.
    pub fn is_cut(&mut self, context: &mut Context<'_>) -> bool {
        Pin::new(&mut self.cut).poll(context).is_ready()
    }

    /// How it went.
    pub fn went(&mut self, ended: CallEnded) {
        self.call.ended = ended;
    }

    /// The server is not there, or not any more.
    pub fn not_reached(&mut self, why: &str) -> Refusal {
        self.call.ended = CallEnded::ProviderLost;
        let why = event::show::brief(why, 160).to_string();
        models::Refusal::NotReached(self.served.server.name.to_string(), why).into()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.settle(&self.call);
        }
    }
}
