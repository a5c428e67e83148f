//! A session as a story: what was asked, said and called, and below each call what its processes did; in the order of time,
//! folded, so that hundreds of openings are one line.

mod deeds;
mod told;

use std::collections::{BTreeMap, HashMap};

use event::{Act, Attributed, Finding, Judged, ModelCall, Speech, ToolCallId, Utterance};
use serde::Serialize;

use crate::conversation::Conversation;
pub use deeds::Deeds;
pub use told::paragraph;

const SECOND_NS: u64 = 1_000_000_000;

/// A session as it is read back, act by act.
#[derive(Debug, Default)]
pub struct Story {
    conversation: Conversation,
    calls: Vec<ModelCall>,
    trees: HashMap<ToolCallId, Deeds>,
    /// What the agent's own processes did, by the second.
    own: BTreeMap<u64, Deeds>,
    judged: Vec<Moment>,
}

/// Something that happened, as the story tells it.
#[derive(Debug, PartialEq, Serialize)]
pub struct Moment {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Words of a person, the model or a tool.
    Said(Box<Utterance>),
    /// A call that the model wanted, and what came of it.
    Called(Box<Called>),
    /// A model was asked, as it was measured.
    Asked(Box<ModelCall>),
    /// What a tool did of whose call nobody told.
    Tool(Box<Deeds>),
    /// What the agent's own processes did.
    Own(Box<Deeds>),
    /// Something was found.
    Finding(Box<Finding>),
    /// Something was decided that did not just go on.
    Decision(Box<Judged>),
}

/// A call with its effects.
#[derive(Debug, PartialEq, Serialize)]
pub struct Called {
    /// The call as it was told.
    pub call: Utterance,
    /// What its processes did; none: none is known to be its.
    pub led_to: Option<Deeds>,
}

impl Story {
    /// Takes in an act of the session.
    pub fn learn(&mut self, act: &Attributed) {
        self.conversation.learn(act);
        let at = act.event.time_unix_ns;
        match (&act.event.act, act.actor.as_ref().and_then(|actor| actor.tool_call)) {
            (Act::Utterance(_), _) => {}
            (Act::ModelCall(call), _) => self.asked(call),
            (_, Some(call)) => self.trees.entry(call).or_default().note(act),
            (_, None) => self.own.entry(at / SECOND_NS).or_default().note(act),
        }
    }

    /// A call that two heard is one.
    fn asked(&mut self, call: &ModelCall) {
        let known = self.calls.iter().rposition(|it| it.is_of(call));
        match known.map(|at| self.calls.remove(at)) {
            Some(known) => self.calls.push(known.and(call.clone())),
            None => self.calls.push(call.clone()),
        }
    }

    /// Takes in something that was found.
    pub fn found(&mut self, finding: Finding) {
        let time_unix_ns = finding.time_unix_ns;
        self.judged.push(Moment { time_unix_ns, what: What::Finding(Box::new(finding)) });
    }

    /// Takes in something that was decided.
    pub fn decided(&mut self, judged: Judged) {
        let time_unix_ns = judged.time_unix_ns;
        self.judged.push(Moment { time_unix_ns, what: What::Decision(Box::new(judged)) });
    }

    /// All of it, in order.
    pub fn moments(self) -> Vec<Moment> {
        let Self { conversation, calls, trees, own, judged } = self;
        let mut led_to: HashMap<usize, Deeds> = HashMap::new();
        let mut moments = Vec::new();
        for (call, deeds) in trees {
            match conversation.call_of(call) {
                // A call that was made again has several trees.
                Some(at) => led_to.entry(at).or_default().add(deeds),
                None => moments.push(Moment {
                    time_unix_ns: deeds.began_unix_ns,
                    what: What::Tool(Box::new(deeds)),
                }),
            }
        }
        let said = conversation.words().iter().enumerate();
        moments.extend(said.filter_map(|(at, words)| self::said(words, led_to.remove(&at))));
        let asked = |call: ModelCall| Moment {
            time_unix_ns: call.began_unix_ns,
            what: What::Asked(Box::new(call)),
        };
        moments.extend(calls.into_iter().map(asked));
        // What is found of an act comes behind it.
        moments.extend(judged);
        moments.sort_by_key(|moment| moment.time_unix_ns);
        between(own, moments)
    }
}

fn said(words: &Utterance, led_to: Option<Deeds>) -> Option<Moment> {
    let time_unix_ns = words.said_unix_ns;
    let what = match words.speech {
        Speech::ToolCall => What::Called(Box::new(Called { call: words.clone(), led_to })),
        // The model only called tools, and nobody counted.
        Speech::Answer if words.text.is_empty() && words.output_tokens == 0 => return None,
        _ => What::Said(Box::new(words.clone())),
    };
    Some(Moment { time_unix_ns, what })
}

/// Puts what the agent's own processes did between what was said: all of it between two moments is one.
fn between(own: BTreeMap<u64, Deeds>, moments: Vec<Moment>) -> Vec<Moment> {
    let mut own = own.into_iter().peekable();
    let mut story = Vec::with_capacity(moments.len());
    let mut until = |end_ns: u64, story: &mut Vec<Moment>| {
        let mut deeds = Deeds::default();
        while let Some((_, more)) = own.next_if(|(second, _)| second * SECOND_NS < end_ns) {
            deeds.add(more);
        }
        if !deeds.is_nothing() {
            let time_unix_ns = deeds.began_unix_ns;
            story.push(Moment { time_unix_ns, what: What::Own(Box::new(deeds)) });
        }
    };
    for moment in moments {
        // What is found of an act stands behind it.
        let is_about = matches!(moment.what, What::Finding(_) | What::Decision(_));
        until(moment.time_unix_ns.saturating_add(u64::from(is_about)), &mut story);
        story.push(moment);
    }
    until(u64::MAX, &mut story);
    story.sort_by_key(|moment| moment.time_unix_ns);
    story
}

#[cfg(test)]
mod tests;
