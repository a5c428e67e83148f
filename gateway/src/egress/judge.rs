//! Every question of the proxy to the guard, and everything it refuses by itself: decided here, told here.

use std::net::IpAddr;
use std::sync::Arc;

use event::show::brief;
use event::{
    Action, Circumstances, Decision, Effect, Guard, Judged, Object, Outcome, Principal, Text, Verb,
};

use tokio::sync::OnceCell;

use super::host::Target;
use super::refusal::Refusal;
use super::telling::Telling;

/// Asks and tells.
pub struct Judge {
    pub(super) principal: Principal,
    pub(super) context: Circumstances,
    pub(super) guard: Arc<dyn Guard>,
    pub(super) telling: Telling,
    /// Whether the guard has prepared itself.
    pub(super) prepared: OnceCell<()>,
}

/// What does not go on, and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What was decided: at least [`Effect::Ask`].
    pub effect: Effect,
    /// By which policy.
    pub policy: Text,
    /// Why.
    pub reason: Text,
    wanted: String,
}

/// Which decisions of a question are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// All that anybody wants to know.
    All,
    /// Only what stops: the same is asked again with more known.
    Stops,
}

impl Judge {
    /// Asks about a connection, with the address where it is known.
    pub fn connect(
        &self,
        target: &Target,
        address: Option<IpAddr>,
        tell: Tell,
    ) -> Result<Arc<Decision>, Stop> {
        self.ask(Verb::Connect, target.object(address), tell)
    }

    /// Asks the guard.
    pub fn ask(&self, verb: Verb, object: Object, tell: Tell) -> Result<Arc<Decision>, Stop> {
        let action = self.action(verb, object);
        let decision = self.guard.check(&action);
        let stops = !decision.effect.goes_on();
        let is_news = decision.effect.max(decision.would) >= Effect::Notify;
        if stops || (is_news && tell == Tell::All) {
            self.tell(&action, &decision);
        }
        if stops { Err(Stop::new(&action, &decision)) } else { Ok(decision) }
    }

    /// Refuses a connection.
    pub fn refuse(&self, target: &Target, refusal: &Refusal) -> Stop {
        self.refuse_act(Verb::Connect, target.object(None), refusal)
    }

    /// Refuses what cannot be asked about.
    pub fn refuse_act(&self, verb: Verb, object: Object, refusal: &Refusal) -> Stop {
        let (action, decision) = (self.action(verb, object), refusal.decision());
        self.tell(&action, &decision);
        Stop::new(&action, &decision)
    }

    /// Refuses what names no host that one could speak of.
    pub fn refuse_name(&self, name: &str, port: u16, refusal: &Refusal) -> Stop {
        // What stands before an `@` may be a password.
        let name = brief(name.rsplit('@').next().unwrap_or_default(), 253).into();
        let object = Object::Host { name, address: None, port, request: "".into() };
        self.refuse_act(Verb::Connect, object, refusal)
    }

    /// Waits until the guard has prepared itself: beside this thread, when the first client is there.
    pub async fn ready(&self) {
        let prepared = || async {
            let guard = Arc::clone(&self.guard);
            // One that cannot prepare itself says so by what it decides.
            let _ = tokio::task::spawn_blocking(move || guard.prepare()).await;
        };
        self.prepared.get_or_init(prepared).await;
    }

    /// Waits while more is refused than can be told.
    pub async fn room(&self) {
        self.telling.room().await;
    }

    fn action(&self, verb: Verb, object: Object) -> Action {
        Action { principal: self.principal.clone(), verb, object, context: self.context.clone() }
    }

    fn tell(&self, action: &Action, decision: &Decision) {
        let outcome = match decision.effect {
            Effect::Ask => Outcome::Waits,
            Effect::Deny | Effect::Kill => Outcome::Prevented,
            _ if !decision.would.goes_on() => Outcome::WouldHaveStopped,
            _ => Outcome::WentOn,
        };
        self.telling.tell(action, decision, outcome);
    }
}

impl Stop {
    fn new(action: &Action, decision: &Decision) -> Self {
        let strongest = decision.because.first();
        let (policy, reason) = strongest.map_or(("", ""), |it| (&it.policy, &it.reason));
        let reason: Text = match (decision.effect, reason.is_empty()) {
            (Effect::Ask, true) => "waits for a person".into(),
            (Effect::Ask, false) => format!("waits for a person: {reason}").into(),
            (_, true) => "nothing permits it".into(),
            (_, false) => reason.into(),
        };
        Self { effect: decision.effect, policy: policy.into(), reason, wanted: action.wanted() }
    }

    /// What is answered: what was wanted, why not, by which policy, and what to do.
    pub fn text(&self) -> String {
        let hint = match self.effect {
            Effect::Ask => "go on with something else, and try again when a person has answered",
            _ => "do without it, or ask the person you work for",
        };
        let policy = match self.policy.is_empty() {
            true => String::new(),
            false => format!(" (policy `{}`)", brief(&self.policy, 80)),
        };
        format!(
            "chaperone: stopped; the agent {}, but {}{policy}\nhint: {hint}\n",
            self.wanted,
            brief(&self.reason, 300)
        )
    }

    /// The same on the line with the status, for clients that show nothing else.
    pub fn line(&self) -> String {
        let line = format!(
            "Stopped by chaperone: {} ({})",
            brief(&self.reason, 160),
            brief(&self.policy, 60)
        );
        line.chars().filter(|it| (' '..='~').contains(it)).collect()
    }
}

/// A decision about a refusal is one of the record like any other.
impl Telling {
    fn tell(&self, action: &Action, decision: &Decision, outcome: Outcome) {
        self.take(Judged {
            time_unix_ns: super::telling::now_unix_ns(),
            action: action.clone(),
            decision: decision.clone(),
            by: event::Enforcer::Proxy,
            outcome,
            process: None,
            event: None,
            count: 1,
            sources: Vec::new(),
        });
    }
}
