//! The desk in front of providers: who calls, whether there is room for it, and what it took in the end.
//!
//! ```text
//! headers ──identify──▶ Known ──admit──▶ Ticket … the call … ──settle──▶ ledger, breaker, tally
//! ```

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use event::{AgentRef, CallEnded, ModelCall, Principal, Text};
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use tokio::time::timeout;

use super::identity::{self, Brought};
use super::refusal::Refusal;
use super::settings::{Caller, Provider};
use super::switch::{Cut, Running};
use super::takes::{self, Takes};
use super::tally::Tally;
use super::terms::{OpenTo, Terms};
use crate::control::amount::Amount;
use crate::control::breaker::{Breaker, Pass};
use crate::control::jwt;
use crate::control::keys::{Issued, Unknown};
use crate::control::ledger::{self, Ledger};
use crate::control::prices::Tokens;
use crate::control::rule::{Rule, Who};

/// How long a call waits for keys of an issuer.
const PATIENCE: Duration = Duration::from_secs(5);

/// At work.
pub struct Desk {
    terms: Terms,
    ledger: Mutex<Ledger>,
    breakers: Mutex<HashMap<Text, Breaker>>,
    tallies: Mutex<HashMap<Text, Tally>>,
    clock: Clock,
}

/// Somebody who may ask.
pub struct Known {
    /// As policies and the record name it.
    pub caller: Arc<Caller>,
    /// Who holds the connection, where a key speaks for somebody else.
    pub holder: Option<Arc<Caller>>,
    key: Option<Issued>,
}

/// A call that was let in; settled when it is over.
pub struct Ticket {
    desk: Arc<Desk>,
    provider: Text,
    model: Text,
    taken: Option<ledger::Ticket>,
    pass: Pass,
    reserved: Tokens,
    /// Whether tokens are the answer's to count.
    asks: bool,
    /// The provider was asked.
    went: bool,
    _running: Running,
}

/// The time at the start and how much has passed since: whoever sets the clock changes nothing.
struct Clock {
    started_unix_ns: u64,
    began: Instant,
}

impl Clock {
    fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_unix_ns = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
        Self { started_unix_ns, began: Instant::now() }
    }

    fn now_ns(&self) -> u64 {
        let passed = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.started_unix_ns.saturating_add(passed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("open_to", &self.terms.open_to).finish_non_exhaustive()
    }
}

impl Desk {
    /// Opens it.
    pub fn new(mut terms: Terms) -> Self {
        let kept = std::mem::take(&mut terms.kept);
        let ledger = Mutex::new(Ledger::new(std::mem::take(&mut terms.rules), kept));
        let (breakers, tallies) = Default::default();
        Self { terms, ledger, breakers, tallies, clock: Clock::start() }
    }

    /// Who calls. What proves it is taken out of the headers.
    pub fn identify(
        &self,
        holder: &Arc<Caller>,
        headers: &mut HeaderMap,
        query: &str,
    ) -> Result<Known, Refusal> {
        let by_token = match identity::key(headers, query)? {
            Brought::Key(key) => return self.by_key(holder, &key),
            Brought::Token(token) => self.by_token(holder, &token)?,
            Brought::Nothing => None,
        };
        if let Some((known, token)) = by_token {
            identity::take(headers, &AUTHORIZATION, &token);
            return Ok(known);
        }
        let known = match self.terms.open_to {
            OpenTo::Any => true,
            OpenTo::Known => holder.is_known(),
            OpenTo::Keys => false,
        };
        if !known {
            return Err(Refusal::NotKnown("no key of the gateway came with it".into()));
        }
        Ok(Known { caller: Arc::clone(holder), holder: None, key: None })
    }

    fn by_key(&self, holder: &Arc<Caller>, presented: &str) -> Result<Known, Refusal> {
        let ring = self.terms.keys.ring();
        let wrong = |error: Unknown| {
            tracing::warn!(%error, "a key of the gateway was refused");
            Refusal::NotKnown(error.to_string())
        };
        let key = ring.find(presented, self.clock.now_ns()).map_err(wrong)?;
        let (product, owner) = key.speaks_for();
        let agent = AgentRef { product, owner, team: key.team.clone(), ..AgentRef::default() };
        let caller = Caller { principal: Principal::Agent(agent), ..Caller::clone(holder) };
        let is_agent = holder.principal.agent().is_some();
        Ok(Known {
            caller: Arc::new(caller),
            holder: is_agent.then(|| Arc::clone(holder)),
            key: Some(key.clone()),
        })
    }

    /// Where a token names a key that is not known, its issuer is asked for its keys before anything is decided.
    pub async fn renew_for(&self, headers: &HeaderMap) {
        let issuers = self.terms.issuers.all();
        let Some(token) = identity::token(headers).filter(|_| !issuers.is_empty()) else { return };
        let Some(named) = jwt::issuer(&token) else { return };
        let unknown = issuers.iter().find(|it| it.issuer == named && !it.knows(&token));
        let Some(renewed) = unknown.and_then(|it| self.terms.issuers.renew(&it.issuer)) else {
            return;
        };
        // Late or not at all: what is known counts.
        let _ = timeout(PATIENCE, renewed).await;
    }

    /// By a token of an issuer that is trusted; one of anybody else is the provider's business.
    fn by_token(
        &self,
        holder: &Arc<Caller>,
        token: &Text,
    ) -> Result<Option<(Known, Text)>, Refusal> {
        let issuers = self.terms.issuers.all();
        if issuers.is_empty() {
            return Ok(None);
        }
        let Some(named) = jwt::issuer(token) else { return Ok(None) };
        let Some(issuer) = issuers.iter().find(|it| it.issuer == named) else { return Ok(None) };
        let principal = issuer.verify(token, self.clock.now_ns() / 1_000_000_000);
        let principal = principal.map_err(|error| {
            tracing::warn!(%error, issuer = named, "a token was refused");
            Refusal::NotKnown(format!("the token of `{}`: {error}", issuer.issuer))
        })?;
        let caller = Arc::new(Caller { principal, ..Caller::clone(holder) });
        let is_agent = holder.principal.agent().is_some();
        let holder = is_agent.then(|| Arc::clone(holder));
        Ok(Some((Known { caller, holder, key: None }, token.clone())))
    }

    /// Lets a call in, if nobody is against it: orders, the provider's state, limits.
    pub fn admit(
        self: &Arc<Self>,
        known: &Known,
        provider: &Provider,
        model: &Text,
        takes: Takes,
    ) -> Result<(Ticket, Cut), Refusal> {
        let (running, cut) = self.enter(known, provider, model)?;
        let taken = self.reserve(known, provider, model, takes)?;
        let pass = match self.breaker(&provider.name, |it, now| it.admit(now)) {
            Ok(pass) => pass,
            Err(wait_ns) => {
                self.settle(taken, Amount::default());
                return Err(Refusal::Resting(provider.name.to_string(), wait_ns));
            }
        };
        let ticket = Ticket {
            desk: Arc::clone(self),
            provider: provider.name.clone(),
            model: model.clone(),
            taken: Some(taken),
            pass,
            reserved: takes.tokens,
            asks: takes.asks,
            went: false,
            _running: running,
        };
        Ok((ticket, cut))
    }

    /// Unless the key is for other models, or a person has stopped who calls.
    pub fn enter(
        &self,
        known: &Known,
        provider: &Provider,
        model: &str,
    ) -> Result<(Running, Cut), Refusal> {
        if let Some(key) = &known.key
            && !key.may_ask(&provider.name, model)
        {
            return Err(Refusal::NotForKey(event::show::brief(&key.name, 60)));
        }
        let callers = known.all().map(|it| it.principal.clone()).collect();
        let id = known.key.as_ref().map(|key| key.id.clone());
        let entered = self.terms.switch.enter(callers, id);
        entered.map_err(|meant| Refusal::Stopped(event::show::brief(&meant.of, 60)))
    }

    fn reserve(
        &self,
        known: &Known,
        provider: &Provider,
        model: &Text,
        takes: Takes,
    ) -> Result<ledger::Ticket, Refusal> {
        let who = known.who(&provider.name, model)?;
        let mut ledger = lock(&self.ledger);
        let cost = self.terms.prices.cost_nusd(&provider.name, model, takes.tokens);
        if cost.is_none() && takes.asks && ledger.counts_money(&who) {
            let model = event::show::brief(model, 80);
            return Err(Refusal::NoPrice(format!("{}/{model}", provider.name)));
        }
        let amount = Amount {
            requests: 1,
            tokens: takes.tokens.input.saturating_add(takes.tokens.output),
            money_nusd: cost.unwrap_or(0),
        };
        let admitted = ledger.admit(&who, amount, self.clock.now_ns()).map_err(Refusal::Limit)?;
        // In the ledger's order, so under its lock. Nobody listens: the gateway ends.
        let _ = self.terms.entries.send(admitted.entry);
        drop(ledger);
        for reached in admitted.nearly {
            let _ = self.terms.nearly.send(reached);
        }
        Ok(admitted.ticket)
    }

    fn settle(&self, ticket: ledger::Ticket, amount: Amount) {
        let mut ledger = lock(&self.ledger);
        if let Some(entry) = ledger.settle(ticket, amount) {
            let _ = self.terms.entries.send(entry);
        }
    }

    fn breaker<T>(&self, provider: &Text, of: impl FnOnce(&mut Breaker, u64) -> T) -> T {
        let mut all = lock(&self.breakers);
        let one = all.entry(provider.clone()).or_insert_with(|| Breaker::new(self.terms.fuse));
        of(one, self.clock.now_ns())
    }

    /// Ends what runs by keys that no longer hold.
    pub fn look_at_keys(&self) -> usize {
        let (ring, now_ns) = (self.terms.keys.ring(), self.clock.now_ns());
        self.terms.switch.keep_keys(|id| ring.holds(id, now_ns))
    }

    pub(super) fn standings(&self) -> (Vec<ledger::Standing>, Vec<Rule>) {
        let mut ledger = lock(&self.ledger);
        (ledger.standings(self.clock.now_ns()), ledger.rules().to_vec())
    }

    pub(super) fn how_stands(&self, provider: &Text) -> (crate::control::breaker::State, u64) {
        self.breaker(provider, |it, now| (it.state(), now))
    }

    pub(super) fn tally(&self, provider: &Text) -> Tally {
        lock(&self.tallies).get(provider).cloned().unwrap_or_default()
    }

    pub(super) fn stops(&self) -> crate::control::stops::Stops {
        self.terms.switch.stops()
    }
}

impl Known {
    /// Whose use it is.
    fn who(&self, provider: &Text, model: &Text) -> Result<Who, Refusal> {
        let mut who = Who::of(&self.caller.principal, provider, model);
        if let Some(key) = &self.key {
            let limits = key.limits.read();
            let limits = limits.map_err(|error| Refusal::NotForKey(error.to_string()))?;
            who.key = Some((key.name.clone(), limits));
        }
        Ok(who)
    }

    /// All who would have to be allowed: a key does not help a session to what is not for it.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Caller>> {
        std::iter::once(&self.caller).chain(&self.holder)
    }
}

impl Ticket {
    /// The call goes on its way: from here on it may cost.
    pub fn goes(&mut self) {
        self.went = true;
    }

    /// The call is over: what it took, what it says of its provider.
    pub fn settle(mut self, call: &ModelCall) {
        let tokens = self.tokens(call);
        let cost = self.desk.terms.prices.cost_nusd(&self.provider, &self.model, tokens);
        let amount = Amount {
            requests: 1,
            tokens: tokens.input.saturating_add(tokens.output),
            money_nusd: cost.unwrap_or(0),
        };
        if let Some(taken) = self.taken.take() {
            self.desk.settle(taken, amount);
        }
        let went = Tally::went(call);
        self.desk.breaker(&self.provider, |it, now| it.ended(self.pass, went, now));
        let unpriced = cost.is_none() && self.asks && self.went;
        let mut tallies = lock(&self.desk.tallies);
        tallies.entry(self.provider.clone()).or_default().add(call, went, unpriced);
    }

    /// Where the provider did not say, an estimate: as much as was sent, as much as came back. A stream that broke off
    /// says too little of itself, and who goes away before an answer pays what it might have been: the provider has worked.
    fn tokens(&self, call: &ModelCall) -> Tokens {
        let answered = (200..400).contains(&call.status);
        let said = call.tokens;
        match call.ended {
            _ if !(self.asks && self.went) => Tokens::default(),
            CallEnded::Whole if !said.is_none() => {
                Tokens { input: said.input, output: said.output, cached: said.cached }
            }
            CallEnded::ClientLost | CallEnded::Refused if !answered => self.reserved,
            _ if !answered => Tokens::default(),
            _ => {
                let came = call.received.div_ceil(takes::BYTES);
                let most = if self.reserved.output > 0 { self.reserved.output } else { came };
                let input = if said.input > 0 { said.input } else { self.reserved.input };
                Tokens { input, output: came.min(most).max(said.output), cached: said.cached }
            }
        }
    }
}
