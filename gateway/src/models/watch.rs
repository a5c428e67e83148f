//! Calls that are watched: asked about, looked at, told of. The same for calls by the base URL and for those of a box
//! whose TLS is opened.

use std::sync::{Arc, Mutex, PoisonError};

use content::examine::Holds;
use content::inspect::{Family, Position, Spot};
use content::signs::session::{Excess, Sessions, Turn};
use event::{
    Action, CallEnded, Effect, Fails, Guard, Inspected, ModelCall, Object, Redact, Text, Verb,
};
use hyper::Request;

use super::Told;
use super::answered::in_place;
use super::asked::Asked;
use super::called::Called;
use super::holding::Holding;
use super::inspection::Inspection;
use super::judge;
use super::passing::Ending;
use super::refusal::Refusal;
use super::rulings::Rulings;
use super::settings::Caller;
use super::takes;
use super::turning::Turning;

/// Watches calls.
pub struct Watch {
    /// How what is said is looked at; none: it is not.
    pub inspection: Option<Inspection>,
    holding: Holding,
    guard: Arc<dyn Guard>,
    told: Told,
    redact: Arc<dyn Redact>,
    /// What each caller did lately, for what is too much of it.
    sessions: Mutex<Sessions>,
}

/// What came of looking at a request.
pub struct Examined {
    /// The body that goes on instead.
    pub instead: Option<Vec<u8>>,
    /// What of the answer waits, for it may not go on as it is.
    pub holds: Holds,
    /// What comes back in the answer; none: nothing.
    pub turning: Option<Turning>,
}

impl Watch {
    /// By this guard.
    pub fn new(
        inspection: Option<Inspection>,
        redact: Arc<dyn Redact>,
        guard: Arc<dyn Guard>,
        told: Told,
    ) -> Self {
        let holding = Holding::new(inspection.as_ref());
        Self { inspection, holding, guard, told, redact, sessions: Mutex::default() }
    }

    /// A call begins; it is told when what this gives is dropped.
    pub fn begins<B>(&self, by: &Arc<Caller>, request: &Request<B>) -> Ending {
        let call = ModelCall {
            caller: by.principal.named(),
            request: format!("{} {}", request.method(), request.uri().path()).into(),
            // Unless it is known otherwise.
            ended: CallEnded::ClientLost,
            began_unix_ns: judge::now_unix_ns(),
            ..ModelCall::default()
        };
        let called = Called::new(Arc::clone(by), call);
        Ending::new(called, self.told.calls.clone(), Arc::clone(&self.redact))
    }

    /// Hears what is said for the first time.
    pub fn hear(&self, asked: &Asked<'_>, ending: &mut Ending) {
        if ending.called.is_heard() {
            ending.called.said = asked.turn(ending.called.call.began_unix_ns);
        }
    }

    /// Whether the caller may ask the model; gives the call as it was asked about.
    pub fn judge(&self, caller: &Caller, provider: &Text, model: &Text) -> Result<Action, Refusal> {
        let object = Object::Model { provider: provider.clone(), name: model.clone() };
        let action = Action {
            principal: caller.principal.clone(),
            verb: Verb::CallModel,
            object,
            context: caller.context.clone(),
        };
        let decision = self.guard.check(&action);
        if decision.effect.max(decision.would) >= Effect::Notify {
            judge::tell(&self.told.decisions, &action, &decision);
        }
        match decision.effect.goes_on() {
            true => Ok(action),
            false => Err(Refusal::Policy(judge::words(&decision))),
        }
    }

    /// What becomes of what is found in a call that may happen.
    pub fn rulings(&self, action: Action) -> Rulings {
        Rulings::new(Arc::clone(&self.guard), self.told.decisions.clone(), action)
    }

    /// Looks at what a request says.
    pub fn examine(
        &self,
        asked: &Asked<'_>,
        action: Action,
        fails: Fails,
        ending: &mut Ending,
    ) -> Result<Examined, Refusal> {
        let Some(inspection) = &self.inspection else {
            return Ok(Examined { instead: None, holds: Holds::default(), turning: None });
        };
        ending.called.call.inspected = asked.readable();
        if fails == Fails::Closed && asked.readable() == Inspected::Failed {
            return Err(Refusal::NotRead);
        }
        let excess = self.excess(asked, &action, ending.called.call.sent);
        let holds = self.holding.for_call(&*self.guard, &action);
        let caller = format!("{:?}", action.principal);
        let turn_back = inspection.turn_back();
        let mut turning = turn_back.map(|it| it.call(&caller, asked.follows()));
        let rulings = ending.rulings.insert(self.rulings(action));
        for (spot, position) in excess {
            if !rulings.of(&spot, position, "", false).goes_on() {
                return Err(Refusal::Policy(rulings.refused().unwrap_or_default().to_owned()));
            }
        }
        let length = usize::try_from(ending.called.call.sent).unwrap_or(usize::MAX);
        let instead = in_place(length, || asked.examine(inspection, rulings, turning.as_mut()))?;
        let turning = turning.filter(|it| !it.is_empty());
        Ok(Examined { instead, holds, turning })
    }

    /// What is too much by now: prompts that are nearly equal, the same call again and again, a context that grows.
    fn excess(&self, asked: &Asked<'_>, action: &Action, bytes: u64) -> Vec<(Spot, Position)> {
        let (news, key) = (asked.news(), format!("{:?}", action.principal));
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        if !news.answers && !news.prompt.is_empty() {
            let turn = Turn::Prompt(&news.prompt, bytes / takes::BYTES);
            found.extend(sessions.feed(&key, turn).into_iter().map(|it| (it, Position::User)));
        }
        for ((_, tool), given) in news.calls.iter().filter(|_| news.answers) {
            let turn = Turn::Call(tool, given);
            found.extend(sessions.feed(&key, turn).into_iter().map(|it| (it, Position::ToolCall)));
        }
        let spot = |it: Excess| Spot {
            family: Family::Excess,
            kind: it.kind.into(),
            span: 0..0,
            sure: 90,
        };
        found.into_iter().map(|(it, position)| (spot(it), position)).collect()
    }
}
