//! The record as spans: a session is `invoke_agent`; in it stand `chat`, `execute_tool`, and what tools' processes
//! really did. A span is made when what it tells of is over.
//!
//! All that waits is bounded: the oldest goes first, with what is known of it.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::counted::Counted;
use super::span::{CLIENT, INTERNAL, Span, id};
use super::tree::Tree;
use super::{name, of_session};
use crate::{
    Act, Actor, Agent, AgentId, Attributed, CallEnded, ModelCall, Record, Session, SessionId,
    Speech, ToolCallId, Utterance,
};

/// Most sessions, agents, and calls and trees of a session that wait.
const MOST_SESSIONS: usize = 1_024;
const MOST_WAITING: usize = 256;
/// Words come later than acts: so long a tree waits for the call that it belongs to.
const WORDS_NS: u64 = 10_000_000_000;

/// How much of what was said goes along. More than the record has there is not: it has no secrets, and long texts cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Nothing.
    #[default]
    Off,
    /// A number that is the same for the same text of a session; short texts can be guessed by it.
    Hashed,
    /// As the record has it.
    Redacted,
}

/// What is needed of the record so far.
#[derive(Debug, Default)]
pub struct Spans {
    content: Content,
    agents: HashMap<AgentId, Agent>,
    sessions: HashMap<SessionId, Open>,
}

/// A session that is not over.
#[derive(Debug, Default)]
struct Open {
    counted: Counted,
    calls: VecDeque<Call>,
    trees: VecDeque<(ToolCallId, Tree)>,
}

/// A call of a tool that was told.
#[derive(Debug)]
struct Call {
    words: Utterance,
    span: String,
    /// Its span was made; it is remembered for the tree that belongs to it.
    told: bool,
}

impl Spans {
    /// Of a record of which that much may be said.
    pub fn new(content: Content) -> Self {
        Self { content, ..Self::default() }
    }

    /// Takes in a record; gives the spans that are over by it.
    pub fn take(&mut self, record: &Record) -> Vec<Span> {
        match record {
            Record::Agent(agent) => {
                if self.agents.len() < MOST_SESSIONS {
                    self.agents.insert(agent.id, agent.clone());
                }
                Vec::new()
            }
            Record::Session(session) => self.session(session),
            Record::Act(act) => self.act(act),
            _ => Vec::new(),
        }
    }

    fn session(&mut self, session: &Session) -> Vec<Span> {
        let Some(over_unix_ns) = session.ended_unix_ns else {
            self.open(session.id);
            return Vec::new();
        };
        let open = self.sessions.remove(&session.id).unwrap_or_default();
        let mut spans = open.end(session.id, self.content);
        let agent = self.agents.get(&session.agent);
        let attributes = match agent {
            Some(agent) => {
                let named = of_session(session, agent).into_iter();
                named.map(|(name, value)| (name, value.into())).collect()
            }
            None => about(session.id, "invoke_agent"),
        };
        let name = agent.map_or("", |agent| &*agent.name);
        spans.push(Span {
            id: id(session.id, SESSION),
            parent: String::new(),
            name: format!("invoke_agent {name}").trim_end().to_owned(),
            began_unix_ns: session.started_unix_ns,
            over_unix_ns,
            ..span(session.id, attributes)
        });
        spans
    }

    fn open(&mut self, session: SessionId) -> &mut Open {
        if self.sessions.len() >= MOST_SESSIONS && !self.sessions.contains_key(&session) {
            // Whoever began without being seen to end.
            self.sessions.retain(|_, open| !open.calls.is_empty() || !open.trees.is_empty());
        }
        self.sessions.entry(session).or_default()
    }

    fn act(&mut self, act: &Attributed) -> Vec<Span> {
        let (content, Some(actor)) = (self.content, &act.actor) else { return Vec::new() };
        let (session, now_ns) = (actor.session, act.event.time_unix_ns);
        let open = self.open(session);
        let mut spans = open.due(session, now_ns, content);
        match &act.event.act {
            Act::Utterance(words) => spans.extend(open.hear(session, words, now_ns, content)),
            Act::ModelCall(call) if open.counted.hears(call) => spans.push(measured(session, call)),
            Act::ModelCall(_) => {}
            _ => open.note(actor, act),
        }
        spans
    }
}

/// The span around all others.
const SESSION: &str = "session";

fn span(session: SessionId, attributes: Vec<(&'static str, Value)>) -> Span {
    Span {
        session,
        id: String::new(),
        parent: id(session, SESSION),
        name: String::new(),
        kind: INTERNAL,
        began_unix_ns: 0,
        over_unix_ns: 0,
        attributes,
        events: Vec::new(),
        failed: false,
    }
}

fn about(session: SessionId, operation: &str) -> Vec<(&'static str, Value)> {
    vec![(name::OPERATION, operation.into()), (name::CONVERSATION_ID, session.to_string().into())]
}

/// A call of a model, as it was measured.
fn measured(session: SessionId, call: &ModelCall) -> Span {
    let mut attributes = about(session, "chat");
    attributes.push((name::PROVIDER, call.provider.to_string().into()));
    if !call.model.is_empty() {
        attributes.push((name::REQUEST_MODEL, call.model.to_string().into()));
    }
    if !call.answer.is_empty() {
        attributes.push((name::RESPONSE_ID, call.answer.to_string().into()));
    }
    if !call.tokens.is_none() {
        attributes.push((name::INPUT_TOKENS, call.tokens.input.into()));
        attributes.push((name::OUTPUT_TOKENS, call.tokens.output.into()));
    }
    attributes.push((name::HTTP_STATUS, call.status.into()));
    attributes.push((name::TELLER, call.source.name().into()));
    let failed = call.ended != CallEnded::Whole || call.status >= 400;
    if failed {
        let why =
            if call.status >= 400 { call.status.to_string() } else { call.ended.name().into() };
        attributes.push((name::ERROR_TYPE, why.into()));
    }
    Span {
        id: id(session, &format!("asked {} {}", call.began_unix_ns, call.request)),
        name: format!("chat {}", call.model).trim_end().to_owned(),
        kind: CLIENT,
        began_unix_ns: call.began_unix_ns,
        over_unix_ns: call.began_unix_ns.saturating_add(call.took_ns),
        failed,
        ..span(session, attributes)
    }
}

/// Text, as far as it may be said.
fn said(session: SessionId, text: &str, content: Content) -> Option<Value> {
    match content {
        _ if text.is_empty() => None,
        Content::Off => None,
        Content::Hashed => {
            let space = Uuid::parse_str(&session.to_string()).unwrap_or_default();
            Some(format!("hash:{}", Uuid::new_v5(&space, text.as_bytes()).simple()).into())
        }
        Content::Redacted => Some(text.into()),
    }
}

fn tellers(words: &Utterance) -> Value {
    words.tellers().each().map(crate::Teller::name).collect::<Vec<_>>().join(",").into()
}

impl Open {
    fn hear(
        &mut self,
        session: SessionId,
        words: &Utterance,
        now_ns: u64,
        content: Content,
    ) -> Vec<Span> {
        let said_unix_ns = if words.said_unix_ns == 0 { now_ns } else { words.said_unix_ns };
        let words = Utterance { said_unix_ns, ..words.clone() };
        match words.speech {
            Speech::Prompt => Vec::new(),
            Speech::Answer if self.counted.claims(&words) => {
                vec![claimed(session, &words, content)]
            }
            Speech::Answer => Vec::new(),
            Speech::ToolCall => self.called(session, words, content),
            Speech::ToolResult => {
                let is_it = |call: &&mut Call| !call.told && call.words.call == words.call;
                let Some(call) = self.calls.iter_mut().find(is_it) else { return Vec::new() };
                vec![call.tell(session, Some(&words), content)]
            }
        }
    }

    fn called(&mut self, session: SessionId, words: Utterance, content: Content) -> Vec<Span> {
        let what = format!("called {} {} {}", words.said_unix_ns, words.call, words.tool);
        self.calls.push_back(Call { words, span: id(session, &what), told: false });
        let many = self.calls.len().saturating_sub(MOST_WAITING);
        let left = self.calls.drain(..many).filter(|call| !call.told);
        left.map(|mut call| call.tell(session, None, content)).collect()
    }

    /// What a tool's process did.
    fn note(&mut self, actor: &Actor, act: &Attributed) {
        let (Some(call), Some(root)) = (actor.tool_call, actor.tool_root) else { return };
        match self.trees.iter_mut().find(|(known, _)| *known == call) {
            Some((_, tree)) => tree.note(act),
            None => {
                let mut tree = Tree::new(root, act.event.time_unix_ns);
                tree.note(act);
                self.trees.push_back((call, tree));
            }
        }
    }

    /// Trees that ended a while ago, and those that are too many.
    fn due(&mut self, session: SessionId, now_ns: u64, content: Content) -> Vec<Span> {
        let many = self.trees.len().saturating_sub(MOST_WAITING);
        let is_due = |at: usize, tree: &Tree| {
            at < many || tree.over_ns().is_some_and(|over| over.saturating_add(WORDS_NS) < now_ns)
        };
        let waiting = std::mem::take(&mut self.trees).into_iter().enumerate();
        let (due, rest): (Vec<_>, Vec<_>) = waiting.partition(|(at, (_, tree))| is_due(*at, tree));
        self.trees = rest.into_iter().map(|(_, waiting)| waiting).collect();
        due.into_iter().map(|(_, (call, tree))| self.done(session, call, &tree, content)).collect()
    }

    /// The span of a tree, in that of its call, where one fits.
    fn done(&self, session: SessionId, call: ToolCallId, tree: &Tree, content: Content) -> Span {
        let of = self.calls.iter().rev().find(|known| tree.is_of(&known.words));
        let parent = of.map_or_else(|| id(session, SESSION), |known| known.span.clone());
        let mut attributes = vec![
            (name::CONVERSATION_ID, Value::from(session.to_string())),
            (name::TOOL_CALL, call.to_string().into()),
            (name::TELLER, "kernel".into()),
        ];
        attributes.extend(tree.attributes());
        let line = said(session, tree.command(), content);
        attributes.extend(line.map(|line| (name::COMMAND_LINE, line)));
        Span {
            id: id(session, &format!("tree {call}")),
            parent,
            name: format!("process {}", tree.program()),
            began_unix_ns: tree.began_ns(),
            over_unix_ns: tree.over_ns().unwrap_or_else(|| tree.last_ns()),
            events: tree.events(),
            ..span(session, attributes)
        }
    }

    /// All that waits, for the session is over.
    fn end(mut self, session: SessionId, content: Content) -> Vec<Span> {
        let trees = std::mem::take(&mut self.trees).into_iter();
        let mut spans: Vec<Span> =
            trees.map(|(call, tree)| self.done(session, call, &tree, content)).collect();
        let left = self.calls.iter_mut().filter(|call| !call.told);
        spans.extend(left.map(|call| call.tell(session, None, content)));
        spans
    }
}

/// A call of a model as its words claim it: when it was over is known, not when it began.
fn claimed(session: SessionId, words: &Utterance, content: Content) -> Span {
    let mut attributes = about(session, "chat");
    if !words.model.is_empty() {
        attributes.push((name::RESPONSE_MODEL, words.model.to_string().into()));
    }
    if words.input_tokens + words.output_tokens > 0 {
        attributes.push((name::INPUT_TOKENS, words.input_tokens.into()));
        attributes.push((name::OUTPUT_TOKENS, words.output_tokens.into()));
    }
    attributes.push((name::TELLER, tellers(words)));
    attributes.extend(said(session, &words.text, content).map(|text| (name::ANSWER, text)));
    let what = format!("answered {} {}", words.said_unix_ns, words.text);
    Span {
        id: id(session, &what),
        name: format!("chat {}", words.model).trim_end().to_owned(),
        kind: CLIENT,
        began_unix_ns: words.said_unix_ns,
        over_unix_ns: words.said_unix_ns,
        ..span(session, attributes)
    }
}

impl Call {
    fn tell(&mut self, session: SessionId, result: Option<&Utterance>, content: Content) -> Span {
        self.told = true;
        let words = &self.words;
        let mut attributes = about(session, "execute_tool");
        attributes.push((name::TOOL_NAME, words.tool.to_string().into()));
        if !words.call.is_empty() {
            attributes.push((name::TOOL_CALL_ID, words.call.to_string().into()));
        }
        attributes.push((name::TELLER, tellers(words)));
        let given = said(session, &words.text, content);
        attributes.extend(given.map(|given| (name::TOOL_ARGUMENTS, given)));
        let brought = result.and_then(|result| said(session, &result.text, content));
        attributes.extend(brought.map(|brought| (name::TOOL_RESULT, brought)));
        let failed = result.is_some_and(|result| result.failed);
        if failed {
            attributes.push((name::ERROR_TYPE, "tool_error".into()));
        }
        Span {
            id: self.span.clone(),
            name: format!("execute_tool {}", words.tool),
            began_unix_ns: words.said_unix_ns,
            over_unix_ns: result.map_or(words.said_unix_ns, |result| result.said_unix_ns),
            failed,
            ..span(session, attributes)
        }
    }
}
