//! The proxy in front of models in `up`: who calls is found by the process that holds the connection, calls go down the
//! hall as acts of it, decisions to the journal.

mod certificate;
pub mod orders;
mod tools;
mod used;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use content::redact::Redactor;
use event::{Act, AgentRef, Circumstances, Event, Guard, Judged, Principal, Record, Teller, Text};
use gateway::control::ledger::Reached;
use gateway::egress::Outside;
use gateway::models::{Bounds, Called, Caller, Callers, Inspection, Models, Settings, Terms, Told};
use sensor::Holders;

use super::calls::{Calls, Speaker};
use super::guardrail::guardrail;
use super::serve::tools::Tools;
use super::serve::tree::{self, Tree};
use crate::config::Config;
use crate::issued::KeyFile;
use crate::{accounts, examiner, host, out, policies, standing};
use orders::Orders;
use tools::servers;
use used::Used;

/// How long calls that run may still take when `up` ends.
const ENDING: Duration = Duration::from_secs(3);
/// How often it is looked whether `up` ends.
const LOOK: Duration = Duration::from_millis(100);
/// What ends within it is told together: thousands of calls a second wake those behind us some hundred times.
const MOMENT: Duration = Duration::from_millis(5);
/// How often it is told how the gateway stands, and looked whether keys of calls that run still hold.
const PACE: Duration = Duration::from_millis(500);

/// Starts it where the configuration wants it; it ends when the stop flag is raised. What cannot be had is told and is no
/// reason not to watch.
pub fn start(
    config: &Config,
    guard: Arc<dyn Guard>,
    redact: Arc<Redactor>,
    known: Known,
    tools: Arc<Tools>,
    orders: &Orders,
    to: Hall,
) -> Option<JoinHandle<()>> {
    config.gateway.listen?;
    match serve(config, guard, redact, known, tools, orders, to) {
        Ok(thread) => Some(thread),
        Err(error) => {
            let warning = out::label("warning: ", out::Colour::Yellow);
            crate::say!("{warning}no proxy in front of models: {error:#}");
            None
        }
    }
}

fn serve(
    config: &Config,
    guard: Arc<dyn Guard>,
    redact: Arc<Redactor>,
    known: Known,
    tools: Arc<Tools>,
    orders: &Orders,
    to: Hall,
) -> Result<JoinHandle<()>> {
    let address = config.gateway.address()?.context("`gateway.listen` is not set")?;
    let listener = TcpListener::bind(address)
        .with_context(|| format!("{address} cannot be had (`gateway.listen`)"))?;
    let address = listener.local_addr()?;
    known.holders.serve(address);
    let callers = OfHost { known, teams: policies::teams(config), server: address };
    let used = Used::open(&config.data_dir())?;
    let ((entries, kept), (nearly, near)) = (channel(), channel());
    let mut terms = terms(config, orders)?;
    (terms.kept, terms.entries, terms.nearly) = (used.kept(), entries, nearly);
    let mut settings = settings(config, callers, redact, terms)?;
    settings.tools = servers(config, &settings, tools, Arc::clone(&to.calls))?;
    let ((calls, ended), (decisions, decided)) = (channel(), channel());
    let models = Models::start(listener, settings, guard, Told { calls, decisions })?;
    let scheme = if config.gateway.tls.is_some() { "https" } else { "http" };
    crate::say!("models are asked by {scheme}://{address}/NAME (`gateway.providers`)");
    if !config.gateway.mcp.is_empty() {
        crate::say!("servers of tools are asked by {scheme}://{address}/mcp/NAME (`gateway.mcp`)");
    }
    let over = Arc::new(AtomicBool::new(false));
    let keeping = used.keep(kept, Arc::clone(&over))?;
    let mut desk = Desk { dir: config.data_dir(), looked: None, near };
    let work = move || {
        while !to.stop.load(Ordering::Relaxed) {
            to.tell(of_a_moment(&ended).0, &decided);
            desk.look(&models);
        }
        models.end();
        to.tell(ended.try_iter(), &decided);
        standing::remove(&desk.dir);
        over.store(true, Ordering::Relaxed);
        // It has said what it could not keep.
        let _ = keeping.join();
    };
    Ok(thread::Builder::new().name("models".into()).spawn(work)?)
}

/// What comes within a moment of the first, and how it ended when nothing did for a while.
fn of_a_moment<T>(from: &Receiver<T>) -> (impl Iterator<Item = T>, Option<RecvTimeoutError>) {
    let (first, quiet) = match from.recv_timeout(LOOK) {
        Ok(first) => (Some(first), None),
        Err(quiet) => (None, Some(quiet)),
    };
    if first.is_some() {
        thread::sleep(MOMENT);
    }
    (first.into_iter().chain(from.try_iter()), quiet)
}

/// Who may call, how much, at what price, as the configuration says.
fn terms(config: &Config, orders: &Orders) -> Result<Terms> {
    let gateway = &config.gateway;
    Ok(Terms {
        rules: gateway.rules()?,
        prices: gateway.prices()?,
        fuse: gateway.breaker.fuse(),
        keys: Arc::new(KeyFile::of(&config.data_dir())),
        issuers: Arc::new(gateway.issuers()?),
        open_to: gateway.callers.into(),
        switch: Arc::clone(&orders.switch),
        ..Terms::default()
    })
}

fn settings(
    config: &Config,
    callers: OfHost,
    redact: Arc<Redactor>,
    terms: Terms,
) -> Result<Settings> {
    let inspection = inspection(config, &redact)?;
    Ok(Settings {
        providers: config.gateway.providers()?,
        callers: Arc::new(callers),
        guardrail: guardrail(config, &inspection)?,
        tools: None,
        inspection: inspection.filter(|_| config.gateway.inspect),
        redact,
        terms,
        tls: config.gateway.tls()?,
        outside: Outside::default(),
        bounds: Bounds { ending: ENDING, ..config.gateway.bounds() },
        threads: usize::from(config.gateway.threads),
    })
}

/// How what is said is looked at. What is taken out of a call has the mark that the record has for it.
fn inspection(config: &Config, redact: &Arc<Redactor>) -> Result<Option<Inspection>> {
    if !config.gateway.inspect && config.gateway.guardrail.key_file.is_none() {
        return Ok(None);
    }
    let marks = Arc::clone(redact);
    let marks = Arc::new(move |kind: &str, text: &str| marks.mark(kind, text));
    Ok(Some(examiner::inspection(&config.gateway, marks)?))
}

/// What is looked after while calls come and go.
struct Desk {
    dir: PathBuf,
    looked: Option<Instant>,
    near: Receiver<Reached>,
}

impl Desk {
    fn look(&mut self, models: &Models) {
        for reached in self.near.try_iter() {
            let account = event::show::brief(&reached.account, 80).to_string();
            tracing::warn!(account, bound = ?reached.bound, "four fifths of a limit are used");
        }
        if self.looked.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        self.looked = Some(Instant::now());
        let idle = models.look_at_sessions();
        if idle > 0 {
            tracing::info!(idle, "sessions of tools that nobody used have ended");
        }
        let ended = models.look_at_keys();
        if ended > 0 {
            tracing::info!(ended, "calls by keys that no longer hold are cut off");
        }
        if let Err(error) = standing::write(&self.dir, &models.report(host::now_unix_ns())) {
            tracing::debug!(%error, "how the gateway stands is not written");
        }
    }
}

/// What says who calls.
pub struct Known {
    /// Which process is at the other end.
    pub holders: Arc<Holders>,
    /// Which session it belongs to.
    pub tree: Arc<RwLock<Tree>>,
}

/// Where what is told goes.
pub struct Hall {
    /// Calls, as acts.
    pub engine: SyncSender<Vec<Event>>,
    /// Who else may tell of a call, and where words go.
    pub calls: Arc<Calls>,
    /// Decisions.
    pub journal: SyncSender<Vec<Record>>,
    /// `up` ends.
    pub stop: Arc<AtomicBool>,
}

impl Hall {
    /// A call as an act of who made it; what was said in it goes its own way.
    fn hear(&self, called: Called) -> Event {
        let Called { by, call, said, answered } = called;
        self.calls.measured(&call);
        if let Some(speaker) = speaker(&by) {
            self.calls.say(&speaker, Teller::Gateway, said, answered);
        }
        let process = by.process.unwrap_or_default();
        Event::new(host::now_unix_ns(), process, Act::ModelCall(Box::new(call)))
    }

    fn tell(&self, calls: impl Iterator<Item = Called>, decided: &Receiver<Judged>) {
        let events: Vec<Event> = calls.map(|called| self.hear(called)).collect();
        // The engine ends after us; without it nobody listens.
        if !events.is_empty() {
            let _ = self.engine.send(events);
        }
        let records: Vec<Record> =
            decided.try_iter().map(|it| Record::Decision(Box::new(it))).collect();
        if !records.is_empty() && self.journal.send(records).is_err() {
            tracing::error!("the journal has stopped, a decision is not kept");
        }
    }
}

/// Whose words a call says: the session's that its process belongs to.
fn speaker(by: &Caller) -> Option<Speaker> {
    let (session, agent) = (by.principal.session()?, by.principal.agent()?);
    Some(Speaker { session, process: by.process?, product: agent.product.clone() })
}

/// Who is at the other end, by the kernel's word.
struct OfHost {
    known: Known,
    teams: std::collections::BTreeMap<String, Text>,
    server: SocketAddr,
}

impl Callers for OfHost {
    fn of(&self, peer: SocketAddr) -> Caller {
        let holder = self.known.holders.of(peer, self.server);
        let tree = self.known.tree.read().unwrap_or_else(PoisonError::into_inner);
        let session = holder.and_then(|holder| tree.whose(holder.process, &self.teams));
        let account = |uid: u32| accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
        let person = || Principal::Human {
            account: holder.map(|holder| account(holder.uid)).unwrap_or_default(),
            groups: Default::default(),
        };
        Caller {
            principal: session.unwrap_or_else(person),
            context: Circumstances::default(),
            process: holder.and_then(|holder| tree.exact(holder.process)),
        }
    }

    /// Programs have certificates, and are held as agents are.
    fn by_certificate(&self, certificate: &[u8]) -> Option<Caller> {
        let product = certificate::name(certificate)?;
        let team = tree::team(&product, "", &self.teams);
        let agent = AgentRef { product, team, ..AgentRef::default() };
        let principal = Principal::Agent(agent);
        Some(Caller { principal, context: Circumstances::default(), process: None })
    }
}
