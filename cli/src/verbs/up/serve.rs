//! The end of the control socket in `up`: whoever is about to do something asks here, and the guard decides.

mod hooked;
pub mod tools;
pub mod tree;
mod went_by;

use std::collections::BTreeSet;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;

use anyhow::Result;
use event::{
    Action, Decision, Effect, Enforcer, Guard, Judged, Offering, Outcome, Principal, Record, Stand,
    Text, ToolCall, ToolRules, Utterance,
};
use journal::audit::Ordered;
use link::{Answers, Asker, HookCall, Launched, Operation, Refusal, Server, Verdict, Why};
use serde_json::{Value, json};

use super::calls::Calls;
use super::hold::{Meant, Said, Saying};
use super::models::orders::Orders;
use super::runs::Sessions;
use super::transcripts::hooked::Hooked;
use crate::config::Config;
use crate::{accounts, host, out, policies};
use hooked::Heard;
use tree::Tree;

/// Batches of records that may wait to be learnt from.
const WAITING: usize = 64;

/// The serving end at work; it ends when it is dropped.
pub struct Serving {
    /// Where the engine's records go, so that it is known who belongs to which session.
    pub lane: SyncSender<Vec<Record>>,
    /// Who belongs to which session.
    pub tree: Arc<RwLock<Tree>>,
    /// What is kept of servers of tools.
    pub tools: Arc<tools::Tools>,
    _server: Server,
}

/// What answers reach beside the guard.
pub struct Beside {
    /// Where words come from and go.
    pub words: Words,
    /// Those that reach the gateway.
    pub orders: Orders,
    /// Where calls of tools go.
    pub hall: tools::Hall,
}

/// Starts to answer, where the configuration wants it. A socket that cannot be had is told and is no reason not to
/// watch.
pub fn start(
    config: &Config,
    guard: Arc<dyn Guard>,
    journal: SyncSender<Vec<Record>>,
    holding: Saying,
    sessions: Sessions,
    beside: Beside,
) -> Result<Option<Serving>> {
    if !config.guard.listen {
        return Ok(None);
    }
    let listener = match config.socket().listen() {
        Ok(listener) => listener,
        Err(error) => {
            let warning = out::label("warning: ", out::Colour::Yellow);
            crate::say!("{warning}hooks of agents cannot ask: {error}");
            return Ok(None);
        }
    };
    let tree = Arc::new(RwLock::new(Tree::default()));
    let tools = Arc::new(tools::Tools::start(config, Arc::clone(&tree), beside.hall)?);
    let desk = Arc::new(Desk {
        guard,
        journal,
        tree: Arc::clone(&tree),
        host: host::this_host().name,
        teams: policies::teams(config),
        heard: Heard::default(),
        holding,
        sessions,
        words: beside.words,
        orders: config.gateway.listen.is_some().then_some(beside.orders),
        tools: Arc::clone(&tools),
    });
    let answers: Arc<dyn Answers> = desk;
    let server = Server::start(listener, &answers)?;
    let (lane, learnt) = sync_channel::<Vec<Record>>(WAITING);
    let learning = Arc::clone(&tree);
    let learn = move || {
        for batch in learnt {
            learning.write().unwrap_or_else(PoisonError::into_inner).learn(&batch);
        }
    };
    thread::Builder::new().name("link-tree".into()).spawn(learn)?;
    Ok(Some(Serving { lane, tree, tools, _server: server }))
}

/// What sessions say and are told.
pub struct Words {
    /// Where what hooks are told is told on; none: words are not wanted.
    pub hooked: Option<Hooked>,
    /// Where what goes by in calls is told on.
    pub calls: Arc<Calls>,
    /// What sessions were told by whom.
    pub told: Option<Arc<Mutex<graph::labels::Heard>>>,
}

/// Answers.
struct Desk {
    guard: Arc<dyn Guard>,
    journal: SyncSender<Vec<Record>>,
    tree: Arc<RwLock<Tree>>,
    host: Text,
    teams: std::collections::BTreeMap<String, Text>,
    heard: Heard,
    holding: Saying,
    sessions: Sessions,
    words: Words,
    /// Those that reach the gateway; none: there is none.
    orders: Option<Orders>,
    tools: Arc<tools::Tools>,
}

impl Answers for Desk {
    fn who(&self, pid: u32) -> Option<Principal> {
        self.tree.read().unwrap_or_else(PoisonError::into_inner).who(pid, &self.teams)
    }

    fn check(&self, asker: &Asker, action: &Action) -> Result<Arc<Decision>, Refusal> {
        let action = Action { principal: self.settled(asker, action)?, ..action.clone() };
        let decision = self.guard.check(&action);
        if decision.would >= Effect::Notify {
            let outcome = outcome(&decision, Outcome::Prevented);
            self.keep(vec![self.judged(asker, action, &decision, outcome)]);
        }
        Ok(decision)
    }

    fn hook(&self, asker: &Asker, call: &HookCall) -> Result<Verdict, Refusal> {
        hooked::answer(self, asker, call)
    }

    fn tool_rules(&self, _: &Asker) -> ToolRules {
        self.tools.rules()
    }

    fn offered(&self, asker: &Asker, offering: &Offering) -> Result<Vec<Stand>, Refusal> {
        let whose = tools::whose(&self.tree, asker);
        let stands = self.tools.offered(&whose, offering);
        stands.map_err(|why| Refusal::new(Why::Failed, why))
    }

    fn called(&self, asker: &Asker, call: ToolCall) -> Result<(), Refusal> {
        let process = tools::whose(&self.tree, asker).process;
        Ok(self.tools.called(process, call)?)
    }

    fn said(&self, asker: &Asker, words: Vec<Utterance>) -> Result<(), Refusal> {
        went_by::said(self, asker, words)
    }

    fn asked(&self, asker: &Asker, launched: Launched) -> Result<(), Refusal> {
        went_by::asked(self, asker, launched)
    }

    fn status(&self, asker: &Asker) -> Value {
        json!({
            "below": asker.principal.as_ref().and_then(|it| it.agent()).map(|it| &it.product),
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "hooks": self.heard.list(),
        })
    }

    fn operate(&self, asker: &Asker, operation: &Operation) -> Result<Value, Refusal> {
        if asker.principal.is_some() {
            return Err(Refusal::new(Why::NotAllowed, "no agent orders what is done to agents"));
        }
        let (ordered, of) = match operation {
            Operation::Stop { of } => (Ordered::Kill, of),
            Operation::Freeze { of } => (Ordered::Freeze, of),
            Operation::Release { of } => (Ordered::Release, of),
            Operation::Cut { of } => (Ordered::Cut, of),
            Operation::Disarm => {
                if let Some(orders) = &self.orders {
                    orders.lift(&"*".into(), None);
                }
                return self.held(Said::Disarm).map(|()| json!({ "disarmed": true }));
            }
            Operation::Approvals(_) | Operation::Reload => {
                let name = serde_json::to_value(operation).unwrap_or_default();
                let said = format!("this daemon does not carry out {name}");
                return Err(Refusal::new(Why::Unknown, said));
            }
        };
        let uid = asker.peer.uid;
        let all = uid == 0 || uid == rustix::process::geteuid().as_raw();
        let owner = (!all).then(|| account_of(uid));
        // Before its processes end: what they had begun ends with them.
        let gateway = self.at_the_gateway(ordered, of, owner.as_ref());
        let meant = Meant { of: of.clone(), owner };
        let sessions = self.held(|answer| Said::Order(ordered, meant, answer))?;
        Ok(json!({ "sessions": sessions, "gateway": gateway }))
    }
}

impl Desk {
    /// What an order does there; nothing where it has nothing to do.
    fn at_the_gateway(&self, ordered: Ordered, of: &Text, owner: Option<&Text>) -> Value {
        match (&self.orders, ordered) {
            (Some(orders), Ordered::Kill | Ordered::Cut) => {
                json!({ "refuses": of, "ended": orders.stop(of, owner) })
            }
            (Some(orders), Ordered::Release) if orders.lift(of, owner) => json!({ "lifted": of }),
            _ => Value::Null,
        }
    }

    /// Has the holder do something, and waits for it.
    fn held<T>(
        &self,
        say: impl FnOnce(SyncSender<Result<T, String>>) -> Said,
    ) -> Result<T, Refusal> {
        let (answer, done) = sync_channel(1);
        let failed = |why: String| Refusal::new(Why::Failed, why);
        self.holding.send(say(answer)).map_err(|_| failed("`up` is about to end".into()))?;
        done.recv().map_err(|_| failed("`up` is about to end".into()))?.map_err(failed)
    }

    /// Who wants it: the session that the asker belongs to, whatever it says of itself. Who belongs to none speaks for
    /// the agents and people of its own account; root and the daemon's own account for all.
    fn settled(&self, asker: &Asker, action: &Action) -> Result<Principal, Refusal> {
        if let Some(principal) = &asker.principal {
            return Ok(principal.clone());
        }
        let uid = asker.peer.uid;
        let own = rustix::process::geteuid().as_raw();
        let account = match &action.principal {
            Principal::Human { account, .. } | Principal::Workload { account, .. } => account,
            other => other.agent().map_or(&self.host, |agent| &agent.owner),
        };
        if uid == 0 || uid == own || **account == *account_of(uid) {
            return Ok(match &action.principal {
                // Groups are the system's to tell.
                Principal::Human { account, .. } if uid != 0 && uid != own => {
                    Principal::Human { account: account.clone(), groups: BTreeSet::new() }
                }
                principal => principal.clone(),
            });
        }
        Err(Refusal::new(Why::NotAllowed, "who is meant is of another account"))
    }

    fn judged(
        &self,
        asker: &Asker,
        action: Action,
        decision: &Decision,
        outcome: Outcome,
    ) -> Record {
        let tree = self.tree.read().unwrap_or_else(PoisonError::into_inner);
        let session = action.principal.session();
        let process =
            session.and_then(|id| tree.root(id)).or_else(|| tree::process(asker.peer.pid));
        Record::Decision(Box::new(Judged {
            time_unix_ns: host::now_unix_ns(),
            action,
            decision: decision.clone(),
            by: Enforcer::Hook,
            outcome,
            process,
            event: None,
            count: 1,
            sources: Vec::new(),
        }))
    }

    /// To the journal, which is never shed; without it nobody watches any more.
    fn keep(&self, records: Vec<Record>) {
        if self.journal.send(records).is_err() {
            tracing::error!("the journal has stopped, a decision is not kept");
        }
    }
}

/// What becomes of the act of a decision; `stopped` if it does not go on.
fn outcome(decision: &Decision, stopped: Outcome) -> Outcome {
    match decision.effect.goes_on() {
        false => stopped,
        true if decision.would.goes_on() => Outcome::WentOn,
        true => Outcome::WouldHaveStopped,
    }
}

fn account_of(uid: u32) -> Text {
    accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into())
}
