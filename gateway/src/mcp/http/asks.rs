//! The guard as a session over HTTP asks it: what is decided is told, and where a key speaks for somebody, whoever
//! brings it has to be allowed, too.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use event::{Action, Decision, Effect, Guard, Judged, Principal};

use crate::models::tell;

/// Asks and tells.
pub struct Asks {
    /// Who decides.
    pub guard: Arc<dyn Guard>,
    /// Hears of decisions.
    pub told: Sender<Judged>,
    /// Who holds the connection, where that is somebody else.
    pub holder: Option<Principal>,
}

impl Guard for Asks {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let decision = self.one(action);
        let Some(holder) = self.holder.as_ref().filter(|_| decision.effect.goes_on()) else {
            return decision;
        };
        let other = self.one(&Action { principal: holder.clone(), ..action.clone() });
        if other.effect > decision.effect { other } else { decision }
    }
}

impl Asks {
    fn one(&self, action: &Action) -> Arc<Decision> {
        let decision = self.guard.check(action);
        if decision.effect.max(decision.would) >= Effect::Notify {
            tell(&self.told, action, &decision);
        }
        decision
    }
}
