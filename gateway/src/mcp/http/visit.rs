//! Who comes, to which server, in which session.

use std::sync::Arc;

use event::{AgentRef, Principal};
use hyper::{HeaderMap, Request};

use super::asks::Asks;
use super::refusal::Refusal;
use super::sessions::{Key, Owner, Posting};
use super::{Served, Tools, head};
use crate::mcp::session::{Over, Session, Who};
use crate::models::{Caller, Front, Known};

/// The product of a client that no session is known of: a program that calls tools is an agent.
pub const CLIENT: &str = "mcp-client";
/// What stands between a server's name and the place that we named to post to.
pub const MESSAGES: &str = "messages";

/// One request of a client.
pub struct Visit {
    pub front: Arc<Front>,
    pub tools: Arc<Tools>,
    pub served: Arc<Served>,
    pub known: Known,
    pub owner: Owner,
    caller: Caller,
    door: Door,
}

/// Where at the server it comes in.
enum Door {
    /// At its address.
    Own,
    /// At a place to post to.
    Posted(String),
}

/// The session that is meant.
pub struct Meant {
    pub session: Arc<Session>,
    /// What it is known by; none: it begins, or is one exchange of many.
    pub key: Option<Key>,
    /// Where what is posted goes.
    pub posting: Option<Posting>,
}

impl Visit {
    /// Of a request whose body was not read yet. What proves who comes is taken out of its headers.
    pub fn new<B>(
        front: &Arc<Front>,
        tools: &Arc<Tools>,
        holder: &Arc<Caller>,
        request: &mut Request<B>,
    ) -> Result<Self, Refusal> {
        head::comes_from_here(request.headers(), front.tls().is_some())?;
        let query = request.uri().query().unwrap_or_default().to_owned();
        let (served, door) = way(tools, request.uri().path())?;
        let known = front.desk.identify(holder, request.headers_mut(), &query)?;
        let caller = Caller::clone(&known.caller);
        let by_itself = Arc::ptr_eq(&known.caller, holder);
        let principal = if by_itself { agent(caller.principal) } else { caller.principal };
        let caller = Caller { principal, ..caller };
        let others = known.holder.iter().map(|holder| holder.principal.clone());
        let owner = std::iter::once(caller.principal.clone()).chain(others).collect();
        let (front, tools) = (Arc::clone(front), Arc::clone(tools));
        Ok(Self { front, tools, served, known, owner, caller, door })
    }

    /// The session that the head means. `begins`: the request begins one.
    pub fn meant(&self, headers: &HeaderMap, begins: bool) -> Result<Meant, Refusal> {
        let key = match (&self.door, head::session(headers)?) {
            (Door::Posted(token), _) => Key::Posted(token.as_str().into()),
            (Door::Own, Some(id)) => self.named(id),
            (Door::Own, None) if begins => {
                return Ok(Meant { session: self.begin(), key: None, posting: None });
            }
            (Door::Own, None) => {
                return Ok(Meant { session: self.exchange()?, key: None, posting: None });
            }
        };
        let found = self.tools.sessions.find(&key, &self.owner).ok_or(Refusal::NoSession)?;
        let (session, posting) = found;
        Ok(Meant { session, key: Some(key), posting })
    }

    /// As a session of this server is known.
    pub fn named(&self, id: &str) -> Key {
        Key::Named { server: self.served.server.name.clone(), id: id.into() }
    }

    /// The path of the address that this is.
    pub fn is_posted(&self) -> bool {
        matches!(self.door, Door::Posted(_))
    }

    fn begin(&self) -> Arc<Session> {
        let tools = &self.tools;
        let who = Who {
            server: self.served.server.name.clone(),
            principal: self.caller.principal.clone(),
            over: Over::Http,
        };
        let (guard, told) = (Arc::clone(&tools.guard), tools.told.decisions.clone());
        let asks = Asks { guard, told, holder: self.owner.get(1).cloned() };
        let desk = tools.desks.of(&self.caller);
        Arc::new(Session::begin(who, Arc::new(asks), desk, &tools.detectors))
    }

    /// One exchange with a server that keeps no sessions.
    fn exchange(&self) -> Result<Arc<Session>, Refusal> {
        let server = self.served.server.name.clone();
        let key = Key::Without { server, owner: self.owner.clone() };
        let known = self.tools.sessions.find(&key, &self.owner);
        let all = match known {
            Some((all, _)) => all,
            None => {
                let all = self.begin();
                let put = self.tools.sessions.put(key, &self.owner, &all, None);
                put.map_err(|_| Refusal::TooMany)?;
                all
            }
        };
        Ok(Arc::new(all.exchange(self.tools.desks.of(&self.caller))))
    }
}

/// The server that a path leads to, and where.
fn way(tools: &Tools, path: &str) -> Result<(Arc<Served>, Door), Refusal> {
    let mut parts = path.split('/').skip(2);
    let name = parts.next().unwrap_or_default();
    let served = tools.served.iter().find(|served| *served.server.name == *name);
    let Some(served) = served else {
        let known: Vec<&str> = tools.served.iter().map(|served| &*served.server.name).collect();
        let name = event::show::brief(name, 80).to_string();
        return Err(Refusal::NoServer(name, known.join(", ")));
    };
    let door = match (parts.next(), parts.next(), parts.next()) {
        (None | Some(""), None, None) => Door::Own,
        (Some(MESSAGES), Some(token), None) => Door::Posted(token.to_owned()),
        _ => return Err(Refusal::NoPath),
    };
    Ok((Arc::clone(served), door))
}

fn agent(principal: Principal) -> Principal {
    match principal {
        Principal::Human { account, .. } => Principal::Agent(AgentRef {
            product: CLIENT.into(),
            owner: account,
            ..AgentRef::default()
        }),
        other => other,
    }
}
