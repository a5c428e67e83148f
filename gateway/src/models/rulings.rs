//! What becomes of what was found in a call: each kind at each place is asked about once, and counted.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use content::examine::{Echo, Holds};
use content::inspect::{Family, Position, Spot};
use event::{Action, Effect, FoundInCall, Guard, Judged, Text};

use super::judge;

/// What is less sure is not told.
const LEAST_SURE: u8 = 50;
/// Kinds at places that are told of one call.
const MOST: usize = 64;

/// The rulings of one call.
pub struct Rulings {
    guard: Arc<dyn Guard>,
    told: Sender<Judged>,
    /// The call, as it was asked about.
    action: Action,
    known: HashMap<(Text, Position), Effect>,
    found: Vec<FoundInCall>,
    /// Why the strongest of them does not go on.
    refused: Option<String>,
}

impl Rulings {
    /// Of a call that may happen.
    pub fn new(guard: Arc<dyn Guard>, told: Sender<Judged>, action: Action) -> Self {
        Self { guard, told, action, known: HashMap::new(), found: Vec::new(), refused: None }
    }

    /// What is done about a find; one that is said again is not counted again.
    pub fn of(&mut self, spot: &Spot, position: Position, tool: &str, again: bool) -> Effect {
        if spot.sure < LEAST_SURE {
            return Effect::Allow;
        }
        let what: Text = format!("{}/{}", spot.family.name(), spot.kind).into();
        let key = (what.clone(), position);
        let effect = match self.known.get(&key) {
            Some(effect) => *effect,
            None => self.ask(spot.family, &what, position),
        };
        if !again {
            self.count(what, position, tool, spot.sure, effect);
        }
        self.known.insert(key, effect);
        effect
    }

    /// Whether something may stand where a mark does; counted as found there.
    pub fn lets(&mut self, family: Family, kind: &str, echo: &Echo<'_>) -> bool {
        let spot = Spot { family, kind: kind.to_owned().into(), span: 0..0, sure: 100 };
        self.of(&spot, echo.position, echo.tool, echo.again) < Effect::Redact
    }

    /// What was found, and what was done.
    pub fn found(&mut self) -> Vec<FoundInCall> {
        std::mem::take(&mut self.found)
    }

    /// Why something was not let go on.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    fn ask(&mut self, family: Family, what: &Text, position: Position) -> Effect {
        let found = BTreeSet::from([family.name().into(), what.clone()]);
        let action = about(&self.action, found, position);
        let decision = self.guard.check(&action);
        if decision.effect.max(decision.would) >= Effect::Notify {
            judge::tell(&self.told, &action, &decision);
        }
        if !decision.effect.goes_on() && self.refused.is_none() {
            self.refused = Some(format!("{} ({what})", judge::words(&decision)));
        }
        decision.effect
    }

    fn count(&mut self, what: Text, position: Position, tool: &str, sure: u8, effect: Effect) {
        let stands_in: Text = position.name().into();
        let same = |it: &&mut FoundInCall| {
            it.what == what && it.stands_in == stands_in && *it.tool == *tool
        };
        if let Some(known) = self.found.iter_mut().find(same) {
            known.times = known.times.saturating_add(1);
            known.sure = known.sure.max(sure);
        } else if self.found.len() < MOST {
            let tool = event::show::brief(tool, 80).to_string().into();
            self.found.push(FoundInCall { what, stands_in, tool, times: 1, sure, effect });
        }
    }
}

/// The call with something found in it.
fn about(call: &Action, found: BTreeSet<Text>, position: Position) -> Action {
    let mut action = call.clone();
    action.context.found = found;
    action.context.stands_in = position.name().into();
    action
}

/// What of an answer has to wait: words, where a policy would not let some kind of data in them go on as it is; links and
/// tags always until they are closed, for a policy may name any kind of sign, and they are short.
pub fn holds(guard: &dyn Guard, call: &Action, kinds: &[(Family, BTreeSet<Text>)]) -> Holds {
    let mut holds = Holds { data: false, signs: true };
    for (family, kinds) in kinds {
        let stops =
            |at: &Position| guard.check(&about(call, kinds.clone(), *at)).effect >= Effect::Redact;
        if [Position::Answer, Position::ToolCall].iter().any(stops) {
            holds.add(*family);
        }
    }
    holds
}
