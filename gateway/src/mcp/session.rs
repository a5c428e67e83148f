//! One client and one server of tools: what of their messages goes on, and in which form.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use content::inspect::Family;
use content::mcp::{self, Era, Headers, Kind, Message, Mismatch, Side, Thing, code};
use content::raw::{Edit, apply, parse};
use content::transcript::{of_tool_call, of_tool_result};
use event::{CallEnded, Decision, Guard, Inspected, OnFound, Principal, Text, ToolCall, ToolRules};

use serde_json::Value;

use super::asked::{self, About, CALL};
use super::calls::{Began, Calls, Waiting, now_unix_ns};
use super::desk::Desk;
use super::look::{Detectors, Found};
use super::offers::{self, Offers};

/// A session; asked by both directions at once.
pub struct Session {
    server: Text,
    over: Over,
    /// Who calls, as policies name it.
    principal: Mutex<Principal>,
    guard: Arc<dyn Guard>,
    desk: Arc<dyn Desk>,
    rules: ToolRules,
    look: Detectors,
    calls: Mutex<Calls>,
    /// Shared by all exchanges of a client whose server keeps no sessions.
    learnt: Arc<Mutex<Learnt>>,
    unread: AtomicU64,
}

/// Who speaks to whom.
#[derive(Clone, Debug)]
pub struct Who {
    /// The server, as the configuration names it.
    pub server: Text,
    /// Who calls, as policies name it.
    pub principal: Principal,
    /// What carries what they say.
    pub over: Over,
}

/// What carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Pipes: a server that writes its logs there is let do so.
    Pipes,
    /// HTTP: what is no message has nothing to do there.
    Http,
}

/// What is known of a server.
#[derive(Debug, Default)]
struct Learnt {
    offers: Offers,
    /// The server said something that reads like orders.
    influenced: bool,
}

/// What becomes of what one side said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// What the other side gets.
    pub on: Way,
    /// What the same side is answered.
    pub back: Option<Vec<u8>>,
}

/// Why a message stops that is not the same for everybody.
const TWICE: &str = "a key stands twice in it, or nearly so, and readers disagree which one holds";

/// How something goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// As it came.
    #[default]
    Whole,
    /// This in its place.
    Instead(Vec<u8>),
    /// Not at all.
    Not,
}

/// What becomes of one message.
enum Fate {
    Goes,
    /// With these edits of the body.
    Edited(Vec<Edit>),
    /// This in its place.
    Instead(String),
    /// It does not go on; who said it is answered, if it wants an answer.
    Stops(Option<String>),
}

impl Session {
    /// Begins; the detectors may still be made meanwhile.
    pub fn begin(
        who: Who,
        guard: Arc<dyn Guard>,
        desk: Arc<dyn Desk>,
        detectors: &Detectors,
    ) -> Self {
        let Who { server, principal, over } = who;
        Self {
            server,
            over,
            principal: Mutex::new(principal),
            guard,
            rules: desk.rules(),
            desk,
            look: detectors.clone(),
            calls: Mutex::default(),
            learnt: Arc::default(),
            unread: AtomicU64::default(),
        }
    }

    /// It is known now who calls.
    pub fn is_of(&self, principal: Principal) {
        *self.principal.lock().unwrap_or_else(PoisonError::into_inner) = principal;
    }

    /// One exchange of a client whose server keeps no sessions: what was learnt is known, ids are its own, and it is told
    /// at this desk.
    pub fn exchange(&self, desk: Arc<dyn Desk>) -> Self {
        Self {
            server: self.server.clone(),
            over: self.over,
            principal: Mutex::new(self.principal()),
            guard: Arc::clone(&self.guard),
            desk,
            rules: self.rules,
            look: self.look.clone(),
            calls: Mutex::default(),
            learnt: Arc::clone(&self.learnt),
            unread: AtomicU64::default(),
        }
    }

    /// The client says something.
    pub fn from_client(&self, body: &[u8]) -> Passed {
        self.pass(body, Side::Client, |message| self.of_client(body, message))
    }

    /// The server says something.
    pub fn from_server(&self, body: &[u8]) -> Passed {
        self.pass(body, Side::Server, |message| self.of_server(body, message))
    }

    /// The session is over: what was not answered will not be.
    pub fn end(&self) {
        let rest = self.calls().rest();
        rest.into_iter().for_each(|call| self.desk.called(call));
    }

    /// What the client said did not reach the server.
    pub fn lost(&self, body: &[u8]) {
        let Ok(read) = mcp::read(body, Side::Client) else { return };
        for message in &read.messages {
            let waiting = self.calls().answered(Side::Client, &message.id);
            if let Some(began) = waiting.and_then(|waiting| waiting.call) {
                self.desk.called(began.ended(CallEnded::ProviderLost, Inspected::Skipped));
            }
        }
    }

    /// The first header that says something else than a message of the client.
    pub fn mismatch(&self, headers: &Headers<'_>, message: &Message<'_>) -> Option<Mismatch> {
        let learnt = self.learnt();
        let known = learnt.offers.of(Thing::Tool, &message.name).filter(|_| message.method == CALL);
        mcp::mismatch(headers, message, known.and_then(|known| known.headed.as_deref()))
    }

    /// How much of what was said is no message.
    pub fn unread(&self) -> u64 {
        self.unread.load(Ordering::Relaxed)
    }

    fn principal(&self) -> Principal {
        self.principal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What cannot be read is let through from a server on pipes, for many write their logs there; from a client it is
    /// answered here: a server that reads it more kindly would be called without anybody being asked.
    fn pass(&self, body: &[u8], side: Side, mut fate: impl FnMut(&Message<'_>) -> Fate) -> Passed {
        if body.trim_ascii().is_empty() {
            return Passed::default();
        }
        let Ok(read) = mcp::read(body, side) else {
            self.unread.fetch_add(1, Ordering::Relaxed);
            if side == Side::Server {
                let on = if self.over == Over::Pipes { Way::Whole } else { Way::Not };
                return Passed { on, back: None };
            }
            let reason = "this is no JSON that Chaperone can read";
            let back = mcp::refused("", code::UNREADABLE, reason).into_bytes();
            return Passed { on: Way::Not, back: Some(back) };
        };
        let fates: Vec<Fate> = read.messages.iter().map(&mut fate).collect();
        compose(body, &read, fates).unwrap_or(Passed { on: Way::Not, back: None })
    }

    fn of_client(&self, body: &[u8], message: &Message<'_>) -> Fate {
        match message.kind {
            _ if message.repeats => self.stops(message, TWICE),
            Kind::Other => {
                let reason = "this is no message of JSON-RPC";
                Fate::Stops(Some(mcp::refused(&message.id, code::NO_REQUEST, reason)))
            }
            Kind::Result | Kind::Error => {
                self.answered(Side::Server, message, &Found::default(), CallEnded::Whole);
                Fate::Goes
            }
            Kind::Request | Kind::Notification if asked::counts(&message.method) => {
                self.hear_call(body, message);
                self.asks(Side::Client, message)
            }
            Kind::Request if message.method.ends_with("/list") => {
                let cursor = parse(body.get(message.span.clone()).unwrap_or_default());
                let continues =
                    cursor.is_ok_and(|root| !root.get("params").get("cursor").is_null());
                let waiting = Waiting { call: None, continues };
                self.calls().asks(Side::Client, &message.id, waiting);
                Fate::Goes
            }
            Kind::Request | Kind::Notification => Fate::Goes,
        }
    }

    fn of_server(&self, body: &[u8], message: &Message<'_>) -> Fate {
        match message.kind {
            Kind::Result | Kind::Error if message.repeats => {
                self.answered(Side::Client, message, &Found::default(), CallEnded::Refused);
                Fate::Instead(mcp::refused(&message.id, code::REFUSED, TWICE))
            }
            _ if message.repeats => self.stops(message, TWICE),
            Kind::Request if asked::counts_of_server(&message.method) => {
                self.asks(Side::Server, message)
            }
            Kind::Result | Kind::Error => self.comes_back(body, message),
            Kind::Request | Kind::Notification | Kind::Other => Fate::Goes,
        }
    }

    /// Hears what the client calls, and what it gives.
    fn hear_call(&self, body: &[u8], message: &Message<'_>) {
        let said: Value =
            serde_json::from_slice(body.get(message.span.clone()).unwrap_or_default())
                .unwrap_or_default();
        let given = match &*message.method {
            CALL => said.pointer("/params/arguments").cloned().unwrap_or_default(),
            _ => Value::from(&*message.name),
        };
        let tool = if message.method == CALL { &message.name } else { &message.method };
        self.desk.said(vec![of_tool_call(tool, &given, now_unix_ns())]);
    }

    /// A call, before its effect.
    fn asks(&self, side: Side, message: &Message<'_>) -> Fate {
        let look = self.look.get();
        let found = look.map(|look| look.at(&message.parts, &self.rules, |_| true));
        let found = found.unwrap_or(Found { inspected: Inspected::Failed, ..Found::default() });
        let thing = thing(&message.method);
        let (known, influenced) = {
            let learnt = self.learnt();
            (learnt.offers.of(thing, &message.name).cloned(), learnt.influenced)
        };
        let call = ToolCall {
            server: self.server.clone(),
            method: (&*message.method).into(),
            tool: event::show::brief(&message.name, 256).into(),
            pin: known.as_ref().map(|known| known.pin.clone()).unwrap_or_default(),
            sent: message.span.len() as u64,
            ..ToolCall::default()
        };
        let began = Began::now(call, &found);
        if let Some(why) = known.as_ref().and_then(|known| known.held.as_ref()) {
            self.desk.called(began.ended(CallEnded::Refused, found.inspected));
            return self.stops(message, &held(why, &self.server, &message.name));
        }
        let about = About {
            principal: &self.principal(),
            server: &self.server,
            found: &found,
            known: known.as_ref(),
            tools: look.map(|look| &look.tools),
            influenced,
        };
        let action = asked::action(message, &message.method, &about);
        let decision = self.guard.check(&action);
        if !decision.effect.goes_on() {
            self.desk.called(began.ended(CallEnded::Refused, found.inspected));
            return self.stops(message, &asked::words(&action, &decision));
        }
        if message.kind == Kind::Request {
            let waiting = Waiting { call: Some(began), continues: false };
            self.calls().asks(side, &message.id, waiting);
        } else {
            self.desk.called(began.ended(CallEnded::Whole, Inspected::Skipped));
        }
        Fate::Goes
    }

    /// An answer of the server.
    fn comes_back(&self, body: &[u8], message: &Message<'_>) -> Fate {
        if let Some(decision) = self.wants(message) {
            self.answered(Side::Client, message, &Found::default(), CallEnded::Refused);
            return Fate::Instead(mcp::refused(&message.id, code::REFUSED, &decision));
        }
        let look = self.look.get();
        let data = |position| position != content::inspect::Position::ToolDescription;
        let found = look.map(|look| look.at(&message.parts, &self.rules, data));
        let found = found.unwrap_or(Found { inspected: Inspected::Failed, ..Found::default() });
        let orders = |family: &Family| matches!(family, Family::Injection | Family::Hidden);
        if found.families.iter().any(orders) {
            self.learnt().influenced = true;
        }
        let ended = if found.act == OnFound::Block { CallEnded::Refused } else { CallEnded::Whole };
        let continues = self.answered(Side::Client, message, &found, ended);
        if found.act == OnFound::Block {
            let kinds: Vec<&str> = found.kinds.keys().map(|kind| &**kind).collect();
            let reason = format!(
                "Chaperone does not pass on what the tool gave back: {} in it",
                kinds.join(", ")
            );
            return Fate::Instead(mcp::told(&message.id, &reason, era(message)));
        }
        let mut edits = redactions(body, message, &found);
        edits.extend(self.held(body, message, continues));
        if edits.is_empty() { Fate::Goes } else { Fate::Edited(edits) }
    }

    /// The edits that take away what is held of what a message offers.
    fn held(&self, body: &[u8], message: &Message<'_>, continues: bool) -> Vec<Edit> {
        if message.offers.is_empty() {
            return Vec::new();
        }
        let server = &self.server;
        let stands = offers::stands(message, server, continues, &*self.desk, self.look.get());
        let gone = self.learnt().offers.take(&message.offers, &stands);
        if gone.is_empty() {
            return Vec::new();
        }
        mcp::without(body, &gone).unwrap_or_default()
    }

    /// What the server wants of the client inside of a result; why not, if something of it may not be.
    fn wants(&self, message: &Message<'_>) -> Option<String> {
        let influenced = self.learnt().influenced;
        message.wants.iter().find_map(|(_, method)| {
            let about = About {
                principal: &self.principal(),
                server: &self.server,
                found: &Found::default(),
                known: None,
                tools: None,
                influenced,
            };
            let action = asked::action(message, method, &about);
            let decision: Arc<Decision> = self.guard.check(&action);
            (!decision.effect.goes_on()).then(|| asked::words(&action, &decision))
        })
    }

    /// Tells of the call that is answered. Whether it asked for what follows in a list.
    fn answered(
        &self,
        asker: Side,
        message: &Message<'_>,
        found: &Found,
        ended: CallEnded,
    ) -> bool {
        let Some(waiting) = self.calls().answered(asker, &message.id) else { return false };
        if let Some(began) = waiting.call {
            if asker == Side::Client {
                let now_unix_ns = now_unix_ns();
                let told = of_tool_result(&message.parts, message.failed, now_unix_ns);
                self.desk.said(told.into_iter().collect());
            }
            let received = message.span.len() as u64;
            self.desk.called(began.answered(ended, message.failed, received, found));
        }
        waiting.continues
    }

    /// Why a call does not go on; a tool's result, which models read, where it is a call of one.
    fn stops(&self, message: &Message<'_>, reason: &str) -> Fate {
        let answer = || match &*message.method {
            CALL => mcp::told(&message.id, reason, era(message)),
            _ => mcp::refused(&message.id, code::REFUSED, reason),
        };
        Fate::Stops((message.kind == Kind::Request).then(answer))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

fn thing(method: &str) -> Thing {
    match method {
        "prompts/get" => Thing::Prompt,
        "resources/read" | "resources/subscribe" => Thing::Resource,
        _ => Thing::Tool,
    }
}

fn era(message: &Message<'_>) -> Era {
    message.meta.era().unwrap_or(Era::Sessions)
}

fn held(why: &str, server: &str, name: &str) -> String {
    let name = event::show::brief(name, 80);
    format!(
        "Chaperone holds `{name}` of {server}: {why}. A person has to look at it first (`chaperone trust list`)."
    )
}

/// The edits that take out what rules want out; what meets or overlaps goes as one.
fn redactions(body: &[u8], message: &Message<'_>, found: &Found) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let edit = |(part, spot): &(usize, content::inspect::Spot)| {
        let text = &message.parts.get(*part)?.text;
        text.edit(body, spot.span.clone(), &format!("‹{}›", spot.kind))
    };
    let mut all: Vec<Edit> = found.out.iter().filter_map(edit).collect();
    all.sort_by_key(|edit| (edit.span.start, edit.span.end));
    for edit in all {
        match edits.last_mut() {
            Some(last) if edit.span.start < last.span.end => {
                last.span.end = last.span.end.max(edit.span.end);
            }
            _ => edits.push(edit),
        }
    }
    edits
}

/// The body as it goes on, and the answer, out of what becomes of each message. None: the edits do not fit.
fn compose(body: &[u8], read: &mcp::Body<'_>, fates: Vec<Fate>) -> Option<Passed> {
    if fates.iter().all(|fate| matches!(fate, Fate::Goes)) {
        return Some(Passed::default());
    }
    let (mut on, mut back): (Vec<Vec<u8>>, Vec<String>) = (Vec::new(), Vec::new());
    for (message, fate) in read.messages.iter().zip(fates) {
        let whole = body.get(message.span.clone())?;
        match fate {
            Fate::Goes => on.push(whole.to_vec()),
            Fate::Edited(edits) => on.push(edited(whole, message.span.start, edits)?),
            Fate::Instead(text) => on.push(text.into_bytes()),
            Fate::Stops(answer) => back.extend(answer),
        }
    }
    let listed = |all: &[Vec<u8>]| [b"[".as_slice(), &all.join(&b","[..]), b"]"].concat();
    let on = match (on.as_slice(), read.batch) {
        ([], _) => Way::Not,
        ([one], false) => Way::Instead(one.clone()),
        (all, _) => Way::Instead(listed(all)),
    };
    let back: Vec<Vec<u8>> = back.into_iter().map(String::into_bytes).collect();
    let back = match (back.as_slice(), read.batch) {
        ([], _) => None,
        ([one], false) => Some(one.clone()),
        (all, _) => Some(listed(all)),
    };
    Some(Passed { on, back })
}

/// A message of the body with its edits made.
fn edited(whole: &[u8], from: usize, edits: Vec<Edit>) -> Option<Vec<u8>> {
    let mut moved = Vec::with_capacity(edits.len());
    for edit in edits {
        let span = edit.span.start.checked_sub(from)?..edit.span.end.checked_sub(from)?;
        moved.push(Edit { span, ..edit });
    }
    apply(whole, &mut moved)
}
