//! Records and keys in, what the person would see out.

use std::sync::Arc;

use event::testing::{exec, open, pid};
use event::{
    Access, Actor, Agent, AgentId, AgentKind, Attributed, Basis, EventId, Finding, FindingId, Loss,
    LossCause, Process, Record, RuleInfo, Session, SessionId, Severity, ToolCallId,
};

use super::{Ask, Key, Mode, Outcome, Pane, State};

const SECOND: u64 = 1_000_000_000;

/// A host on which two agents have worked; `acts` further ones follow.
pub fn example() -> State {
    let mut state = State::new("box", false);
    state.tick(100 * SECOND);
    for (product, name, root) in [("codex-cli", "Codex CLI", 10), ("gemini-cli", "Gemini CLI", 20)]
    {
        state.feed(&Record::Agent(agent(product, name)));
        state.feed(&Record::Session(session(product, root)));
    }
    for record in acts("codex-cli", 10) {
        state.feed(&record);
    }
    state.feed(&Record::Finding(Box::new(finding(3, Severity::High))));
    state.read(None);
    state
}

pub fn agent(product: &str, name: &str) -> Agent {
    Agent {
        id: AgentId::derive("box", product, "alice"),
        product: product.into(),
        name: name.into(),
        version: Some("0.9.1".into()),
        owner: "alice".into(),
        kind: AgentKind::Agent,
    }
}

pub fn session(product: &str, root: u32) -> Session {
    let agent = AgentId::derive("box", product, "alice");
    Session {
        id: SessionId::derive(agent, "boot", pid(root)),
        agent,
        root: pid(root),
        started_unix_ns: 90 * SECOND,
        ended_unix_ns: None,
        cwd: "/home/alice/project".into(),
        parent: None,
        evidence: "a test".into(),
        unseen_before: false,
        delegation: event::Delegation::default(),
        identities: Vec::new(),
    }
}

fn actor(product: &str, root: u32) -> Actor {
    let session = session(product, root);
    Actor {
        agent: session.agent,
        product: product.into(),
        kind: AgentKind::Agent,
        session: session.id,
        workspace: session.cwd.clone(),
        tool_call: Some(ToolCallId::derive(session.id, pid(root + 1))),
        tool_root: Some(pid(root + 1)),
        basis: Basis::Lineage,
    }
}

/// One tool call: a shell, a `cat`, the key it reads, a library, a write in the workspace.
pub fn acts(product: &str, root: u32) -> Vec<Record> {
    let (shell, cat) = (root + 1, root + 2);
    let events = [
        exec(95, root, shell, "/usr/bin/bash", "bash -lc cat\x1b[31m"),
        exec(96, shell, cat, "/usr/bin/cat", "cat .ssh/id_ed25519"),
        open(97, cat, "/home/alice/.ssh/id_ed25519", Access::Read),
        open(97, cat, "/usr/lib/libc.so.6", Access::Read),
        open(98, shell, "/home/alice/project/notes.txt", Access::Write),
    ];
    let actor = Arc::new(actor(product, root));
    let mut programs: Vec<Arc<Process>> = Vec::new();
    let act = |(at, event): (usize, event::Event)| {
        let made = event::testing::unattributed(at as u64 + 1, event);
        if !made.process.exe.is_empty() {
            programs.push(Arc::clone(&made.process));
        }
        let known = programs.iter().find(|one| one.id == made.process.id);
        let process = known.map_or(made.process, Arc::clone);
        let mut act: Attributed = event::testing::unattributed(made.id.0, made.event);
        act.process = process;
        act.actor = Some(Arc::clone(&actor));
        Record::Act(Box::new(act))
    };
    events.into_iter().enumerate().map(act).collect()
}

pub fn finding(event: u64, severity: Severity) -> Finding {
    Finding {
        id: FindingId::derive("rule", "key", EventId(event)),
        time_unix_ns: 97 * SECOND,
        rule: Arc::new(RuleInfo { severity, title: "A key is read".into(), ..RuleInfo::default() }),
        summary: "Codex CLI of alice read ~/.ssh/id_ed25519 with cat\x07".into(),
        matched: Vec::new(),
        events: vec![EventId(event)],
        process: Arc::default(),
        actor: Some(Arc::new(actor("codex-cli", 10))),
        count: 1,
    }
}

fn press(state: &mut State, keys: &str) -> Outcome {
    let key = |letter| match letter {
        '\t' => Key::Tab,
        '\n' => Key::Enter,
        '\x1b' => Key::Escape,
        '\x08' => Key::Erase,
        letter => Key::Letter(letter),
    };
    keys.chars().map(|letter| state.key(key(letter))).last().unwrap_or(Outcome::Stay)
}

fn objects(state: &State) -> Vec<(&str, u64)> {
    state.shown_acts().iter().map(|row| (row.object.as_str(), row.count)).collect()
}

#[test]
fn acts_are_shown_without_noise_and_neutralised() {
    let state = example();
    let expect = [
        ("bash -lc cat\\u{1b}[31m", 1),
        ("cat .ssh/id_ed25519", 1),
        ("/home/alice/.ssh/id_ed25519", 1),
        ("/home/alice/project/notes.txt", 1),
    ];
    assert_eq!(objects(&state), expect);
}

#[test]
fn equal_acts_are_folded() {
    let mut state = example();
    for record in acts("codex-cli", 10) {
        state.feed(&record);
    }
    assert_eq!(objects(&state).len(), 4);
    assert!(objects(&state).iter().all(|(_, count)| *count == 2), "{:?}", objects(&state));
}

#[test]
fn a_loop_of_equal_commands_is_folded() {
    let mut state = example();
    for number in 0..100 {
        let mut act = acts("codex-cli", 10).remove(1);
        if let Record::Act(act) = &mut act {
            act.event.process = pid(500 + number);
        }
        state.feed(&act);
    }
    let counts: Vec<u64> = objects(&state).iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [1, 101, 1, 1]);
}

#[test]
fn everything_is_bounded() {
    let mut state = State::new("box", true);
    let record = acts("codex-cli", 10).remove(2);
    let Record::Act(act) = record else { unreachable!("an open") };
    for number in 0..12_000u32 {
        let path = format!("/tmp/{number}/{}", "x".repeat(1_000));
        let mut next = act.clone();
        next.event = open(99, 12, &path, Access::Read);
        let mut actor = (**next.actor.as_ref().expect("it has one")).clone();
        actor.session = SessionId::derive(actor.agent, "boot", pid(number));
        actor.agent = AgentId::derive("box", &number.to_string(), "alice");
        next.actor = Some(Arc::new(actor));
        next.event.time_unix_ns += u64::from(number);
        state.feed(&Record::Act(next));
        state.feed(&Record::Finding(Box::new(finding(u64::from(number), Severity::Low))));
        state.lost(&loss(1));
    }
    assert_eq!(state.shown_acts().len(), super::acts::MOST_ROWS);
    assert!(state.shown_acts().iter().all(|row| row.object.chars().count() <= 300));
    let most = |most: usize| most + most / 8;
    assert!(state.roster.agents().len() <= most(super::roster::MOST_AGENTS));
    assert!(state.roster.sessions(None).len() <= most(super::roster::MOST_SESSIONS));
    assert_eq!(state.shown_findings().len(), super::findings::MOST_FINDINGS);
    assert!(state.losses.rows.len() <= 100 && state.losses.total == 12_000);
}

pub fn loss(count: u64) -> Loss {
    Loss {
        cause: LossCause::RingFull,
        count,
        from_unix_ns: 98 * SECOND,
        until_unix_ns: 99 * SECOND,
        place: "kernel".into(),
    }
}

#[test]
fn selections_narrow_what_is_shown() {
    let mut state = example();
    press(&mut state, "\t\tj");
    assert_eq!(state.view.focus, Pane::Agents);
    let shown = |state: &State| (state.shown_acts().len(), state.shown_findings().len());
    assert_eq!(shown(&state), (4, 1), "the first agent is the one with acts");
    press(&mut state, "j");
    assert_eq!(shown(&state), (0, 0), "the second has done nothing");
    press(&mut state, "\x1b");
    assert_eq!(shown(&state), (4, 1), "escape shows all again");
}

#[test]
fn the_filter_takes_words_and_leaves_others() {
    let check = |keys: &str, expect: usize| {
        let mut state = example();
        press(&mut state, keys);
        assert_eq!(state.shown_acts().len(), expect, "{keys:?}");
    };
    check("/id_ed25519", 2);
    check("/ID_ed25519 -exec", 1);
    check("/nothing", 0);
    check("/nothing\x1b", 4);
    check("/x\x08notes\n", 1);
    check("/notes\n\x1b", 4);
}

#[test]
fn a_pause_holds_acts_and_no_findings() {
    let mut state = example();
    press(&mut state, "p");
    acts("gemini-cli", 20).iter().for_each(|record| state.feed(record));
    state.feed(&Record::Finding(Box::new(finding(9, Severity::Low))));
    assert_eq!((state.shown_acts().len(), state.acts.held()), (4, 4));
    assert_eq!(state.shown_findings().len(), 2);
    press(&mut state, "p");
    assert_eq!((state.shown_acts().len(), state.acts.held()), (8, 0));
}

#[test]
fn enter_asks_for_what_is_under_the_cursor() {
    let mut state = example();
    let id = finding(3, Severity::High).id;
    assert_eq!(press(&mut state, "\t\n"), Outcome::Ask(Ask::Why(id)));
    state.answer(Ask::Session(session("codex-cli", 10).id), "late".into(), Vec::new());
    assert!(matches!(&state.view.mode, Mode::Overlay(overlay) if overlay.title == "why"));
    state.answer(Ask::Why(id), "answer".into(), Vec::new());
    assert!(matches!(&state.view.mode, Mode::Overlay(overlay) if overlay.title == "answer"));
    press(&mut state, "\x1b\t\tj");
    let first = state.roster.sessions(None)[0].id;
    assert_eq!(press(&mut state, "\n"), Outcome::Ask(Ask::Session(first)));
    assert_eq!(press(&mut state, "qq"), Outcome::Quit);
}

#[test]
fn the_cursor_stays_on_its_act_while_others_come() {
    let mut state = example();
    press(&mut state, "kk");
    let before = state.view.act;
    acts("gemini-cli", 20).iter().for_each(|record| state.feed(record));
    assert!(before.is_some() && state.view.act == before);
    press(&mut state, "G");
    assert_eq!(state.view.act, None, "the newest is followed again");
}

#[test]
fn an_idle_screen_is_not_drawn_again() {
    let mut state = example();
    assert!(state.take_dirty());
    state.tick(101 * SECOND);
    assert!(state.take_dirty(), "rates move");
    state.tick(181 * SECOND);
    state.take_dirty();
    state.tick(182 * SECOND);
    assert!(!state.take_dirty(), "a minute later nothing moves");
    state.tick(245 * SECOND);
    assert!(state.take_dirty(), "once a minute spans of time change");
}

#[test]
fn a_rate_is_the_mean_of_the_last_seconds() {
    let mut meter = super::Meter::default();
    (95..100).for_each(|second| meter.add(second * SECOND, 10));
    meter.advance(100);
    assert_eq!(meter.rate(), 10.0);
    meter.add(30 * SECOND, 1_000);
    assert_eq!(meter.rate(), 10.0, "what is long past does not count");
    meter.advance(1_000_000);
    assert_eq!(meter.rate(), 0.0);
    let texts = [0.0, 3.42, 42.4, 12_345.0].map(super::rate);
    assert_eq!(texts, ["0", "3.4", "42", "12k"]);
}
