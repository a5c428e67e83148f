//! A small record with something of everything, and the directory it lies in.

use std::sync::Arc;

use event::*;
use journal::{DataDir, Position, SegmentSettings, Writer};
use query::{Query, Settings, Store};
use tempfile::TempDir;

/// A data directory with a journal that is written to.
pub struct Host {
    pub dir: TempDir,
    pub held: DataDir,
    writer: Writer,
}

impl Host {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let held = DataDir::claim(dir.path()).unwrap();
        let writer = Writer::open(&held, &SegmentSettings::default()).unwrap();
        Self { dir, held, writer }
    }

    /// Appends and makes durable. The end of the journal.
    pub fn append(&mut self, records: &[Record]) -> Position {
        self.writer.append(records).unwrap();
        self.writer.sync().unwrap()
    }

    pub fn store(&self) -> Store {
        Store::open(&self.held).unwrap()
    }

    pub fn query(&self) -> Query {
        self.query_with(Settings::default())
    }

    pub fn query_with(&self, settings: Settings) -> Query {
        Query::open(self.dir.path(), settings).unwrap()
    }
}

/// The answer to `text` as CSV.
pub fn csv(query: &Query, text: &str) -> String {
    let mut out = Vec::new();
    let answer = query.sql(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    answer.write_lines(query::Lines::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Records of `minutes`: each minute one session runs a program that opens a key and connects.
pub fn records(minutes: std::ops::Range<u32>) -> Vec<Record> {
    minutes.flat_map(minute).collect()
}

fn minute(minute: u32) -> Vec<Record> {
    let product = ["codex-cli", "gemini-cli"][minute as usize % 2];
    let actor = actor(product);
    let second = u64::from(minute) * 60;
    let pid = 100 + minute;
    let id = u64::from(minute) * 10;
    let agent = Agent {
        id: actor.agent,
        product: product.into(),
        name: product.to_uppercase().into(),
        version: Some(format!("1.{minute}").into()),
        owner: "alice".into(),
        kind: AgentKind::Agent,
    };
    let session = Session {
        id: actor.session,
        agent: actor.agent,
        root: testing::pid(2),
        started_unix_ns: 1,
        ended_unix_ns: (minute > 2).then_some(second * 1_000_000_000),
        cwd: "/src".into(),
        parent: None,
        evidence: "executable".into(),
        unseen_before: false,
        delegation: event::Delegation::default(),
        identities: Vec::new(),
    };
    let exec = testing::exec(second, 99 + minute, pid, "/usr/bin/cat", "cat /home/alice/.ssh/id");
    let open = testing::open(second + 1, pid, "/home/alice/.ssh/id", Access::Read);
    let connect = Event::new((second + 2) * 1_000_000_000, testing::pid(pid), connect(minute));
    let mut records = vec![Record::Agent(agent), Record::Session(session)];
    for (index, event) in [exec, open, connect].into_iter().enumerate() {
        records.push(act(id + index as u64, event, Some(&actor)));
    }
    let people = testing::open(second + 3, 5, "/etc/hosts", Access::Read);
    records.push(act(id + 3, people, None));
    records.push(finding(minute, &actor, id));
    records.push(Record::Loss(Loss {
        cause: LossCause::RingFull,
        count: u64::from(minute),
        from_unix_ns: second,
        until_unix_ns: second + 1,
        place: "ring".into(),
    }));
    records
}

fn connect(minute: u32) -> Act {
    let remote = Endpoint::Ip([10, 0, 0, minute as u8].into(), 443);
    Act::NetworkConnect(Flow { remote, host: Some("api.example".into()), ..Flow::default() })
}

pub fn actor(product: &str) -> Arc<Actor> {
    let agent = AgentId::derive("host", product, "alice");
    Arc::new(Actor {
        agent,
        product: product.into(),
        kind: AgentKind::Agent,
        session: SessionId::derive(agent, "boot", testing::pid(2)),
        workspace: "/src".into(),
        tool_call: None,
        tool_root: None,
        basis: Basis::Lineage,
    })
}

pub fn act(id: u64, event: Event, actor: Option<&Arc<Actor>>) -> Record {
    let mut act = testing::unattributed(id, event);
    act.actor = actor.cloned();
    Record::Act(Box::new(act))
}

fn finding(minute: u32, actor: &Arc<Actor>, event: u64) -> Record {
    // The same finding again each second time, with a higher count.
    let id = FindingId::derive("key-read", &actor.product, EventId(u64::from(minute) / 4));
    Record::Finding(Box::new(Finding {
        id,
        time_unix_ns: u64::from(minute) * 60_000_000_000,
        rule: Arc::new(RuleInfo {
            id: "key-read".into(),
            title: "Reads a key".into(),
            severity: Severity::High,
            tags: vec!["attack.t1552".into()],
            pack: "chaperone".into(),
        }),
        summary: "cat reads a key".into(),
        matched: vec![("path".into(), "/home/alice/.ssh/id".into())],
        events: vec![EventId(event), EventId(event + 1)],
        process: Arc::new(Process::default()),
        actor: Some(actor.clone()),
        count: minute + 1,
    }))
}
