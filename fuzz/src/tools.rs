//! What servers of tools and their clients may say to what stands between them.

use std::sync::{Arc, LazyLock};

use content::mcp::{self, Side};
use content::raw::parse;
use event::{
    Action, Decision, Effect, Guard, Object, Offered, Offering, OnFound, Principal, Stand,
    Standing, ToolCall, ToolRules, Utterance,
};
use gateway::mcp::{Desk, Detectors, Over, Session, Way, Who};

/// Lets through what is not called `no…`, holds what is called `bad…`.
struct Scripted;

impl Guard for Scripted {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let no = matches!(&action.object, Object::Tool { name, .. } if name.starts_with("no"));
        let effect = if no { Effect::Deny } else { Effect::Allow };
        Arc::new(Decision { effect, would: effect, ..Decision::default() })
    }
}

impl Desk for Scripted {
    fn rules(&self) -> ToolRules {
        ToolRules { secrets: OnFound::Redact, personal: OnFound::Redact, ..ToolRules::default() }
    }
    fn offered(&self, offering: &Offering) -> Vec<Stand> {
        let stand = |offer: &Offered| {
            let bad = offer.name.starts_with("bad");
            let standing = if bad { Standing::Held } else { Standing::Trusted };
            Stand { standing, why: Vec::new() }
        };
        offering.offers.iter().map(stand).collect()
    }
    fn called(&self, _: ToolCall) {}
    fn said(&self, _: Vec<Utterance>) {}
}

static SESSION: LazyLock<Option<Session>> = LazyLock::new(|| {
    let principal = Principal::Agent(event::AgentRef::default());
    let who = Who { server: "s".into(), principal, over: Over::Pipes };
    let detectors = Detectors::begin().ok()?;
    Some(Session::begin(who, Arc::new(Scripted), Arc::new(Scripted), &detectors))
});

/// The first byte says who speaks; the rest is what is said.
pub fn said(data: &[u8]) {
    let [first, body @ ..] = data else { return };
    let session = SESSION.as_ref().expect("the tables can be read");
    let side = if first & 1 == 0 { Side::Client } else { Side::Server };
    let passed = match side {
        Side::Client => session.from_client(body),
        Side::Server => session.from_server(body),
    };
    let on = match &passed.on {
        Way::Whole => Some(body),
        Way::Instead(bytes) => Some(bytes.as_slice()),
        Way::Not => None,
    };
    if let Some(back) = &passed.back {
        assert!(parse(back).is_ok(), "an answer is a message");
    }
    let Some(on) = on else { return };
    assert_eq!(parse(on).is_ok(), parse(body).is_ok(), "what was JSON is JSON");
    let Ok(read) = mcp::read(on, side) else { return };
    for message in read.messages.iter().filter(|_| side == Side::Client) {
        let refused = message.method == "tools/call" && message.name.starts_with("no");
        assert!(!refused && !message.repeats, "what is refused does not go on");
    }
    let offers = read.messages.iter().flat_map(|message| &message.offers);
    let held = offers.filter(|offer| side == Side::Server && offer.name.starts_with("bad"));
    assert_eq!(held.count(), 0, "what is held is not offered");
}
