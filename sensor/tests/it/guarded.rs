//! Opens of guarded files by the responder: held for agents, let through for people; and what holds when the responder
//! dies, hangs, or loses its daemon.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{
    Act, Classes, Clause, Effect, Event, GuardedPlace, KernelRules, Label, LossCause, Names, Order,
    Orders, Outcome, Regime, RuleBook, Stopped, Verb, VerbRules,
};
use rustix::process::{Pid, Signal, kill_process};
use sensor::{FileGuard, Settings, Source};

use crate::stage::{LIMIT, Playing, Stage};

const EPERM: i32 = 1;
/// Says that this program was started to answer.
const ROLE: &str = "CHAPERONE_TEST_RESPONDER";

const KEY: Classes = Classes(1);
const SETTINGS: Classes = Classes(2);
const DROPPED: Classes = Classes(4);

/// The responder: this program once more, with nothing but this test.
#[test]
fn it_answers_where_it_was_started_to() {
    if std::env::var_os(ROLE).is_some() {
        sensor::respond().expect("it ends with its daemon");
    }
}

pub fn launch() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "guarded::it_answers_where_it_was_started_to", "--nocapture"]);
    command.env(ROLE, "yes").stderr(Stdio::inherit());
    command
}

/// Reading keys asks, writing settings and running what was dropped is denied.
fn rules(place: &Path) -> Arc<KernelRules> {
    let folder = place.to_str().expect("text");
    let names = |prefix: &str| Names::In { prefix: prefix.into(), suffix: "".into() };
    let place = |names, classes| GuardedPlace { folder: folder.into(), names, classes, groups: 0 };
    let forbid = |all, effect, policy| {
        let forbids = vec![Clause { all, effect, policy, ..Clause::default() }];
        VerbRules { forbids, permits: None }
    };
    let verbs = [
        (Verb::ReadFile, forbid(KEY, Effect::Ask, 0)),
        (Verb::WriteFile, forbid(SETTINGS, Effect::Deny, 1)),
        (Verb::Exec, forbid(DROPPED, Effect::Deny, 1)),
    ];
    let below = GuardedPlace {
        folder: format!("{folder}/tree").into(),
        names: Names::Below,
        classes: KEY,
        groups: 0,
    };
    Arc::new(KernelRules {
        places: vec![
            place(names("key"), KEY),
            place(names("settings"), SETTINGS),
            place(names("dropped"), DROPPED),
            below,
        ],
        policies: vec!["keys".into(), "rules".into()],
        books: vec![RuleBook { profile: "guarded".into(), verbs: verbs.into() }],
        ..KernelRules::default()
    })
}

/// A guarded actor.
struct Scene {
    stage: Stage,
    actor: Playing,
    guard: FileGuard,
    label: Label,
    events: Vec<Event>,
}

impl Scene {
    /// `None` where there can be none.
    fn open() -> Option<Self> {
        let mut stage = Stage::open(&Settings { ring_mib: 4, ..Settings::default() })?;
        let actor = stage.begin("obeys");
        let place = actor.place();
        for file in ["key", "settings", "other"] {
            fs::write(place.join(file), "x").expect("a file");
        }
        fs::create_dir(place.join("tree")).expect("a folder");
        fs::copy("/bin/true", place.join("dropped")).expect("a program");
        let label = stage.label_of(actor.pid(), &mut Vec::new());
        let guard = stage.source.guard_files(launch);
        guard.carry_out(&Order::Rules(rules(&place))).expect("the rules are in force");
        let regime = Regime { label, book: Some(0), workspace: "".into() };
        guard.carry_out(&Order::Govern(regime)).expect("the session is held");
        Some(Self { stage, actor, guard, label, events: Vec::new() })
    }

    fn check(&mut self, what: &str, expect: i32) {
        assert_eq!(self.actor.order(what), expect, "{what}");
    }

    /// Polls until something of the sort was told.
    fn told(&mut self, what: &str, is: impl Fn(&Event) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !self.events.iter().any(&is) {
            assert!(Instant::now() < deadline, "never told: {what}\n{:#?}", self.events);
            let poll = self.stage.source.poll(Duration::from_millis(10), &mut self.events);
            poll.expect("the ring is read");
        }
    }

    fn told_stopped(&mut self, verb: Verb, file: &str, policy: &str) {
        let path = self.actor.place().join(file);
        let pid = self.actor.pid();
        self.told(&format!("{verb:?} of {file}"), |event| {
            let Act::Stopped(stopped) = &event.act else { return false };
            let Stopped { verb: told, object, policy: because, by, outcome, .. } = &**stopped;
            *told == verb
                && object.named() == path.to_str().unwrap_or_default()
                && **because == *policy
                && *by == event::Enforcer::Files
                && *outcome == Outcome::Prevented
                && (event.process.pid == pid || verb == Verb::Exec)
        });
    }

    /// A responder that is another one than before.
    fn another(&mut self, than: u32) -> u32 {
        let deadline = Instant::now() + LIMIT;
        loop {
            assert!(Instant::now() < deadline, "no other responder was started");
            match self.guard.responder() {
                Some(pid) if pid != than => return pid,
                _ => std::thread::yield_now(),
            }
        }
    }

    /// Acts on the responder; opens go on, it is told, and another one holds again.
    fn without_responder(&mut self, signal: Signal) {
        let before = self.guard.responder().expect("it runs");
        let pid = Pid::from_raw(before as i32).expect("a process");
        kill_process(pid, signal).expect("it is ours");
        // Whether it was dead already or not: an open ends.
        let answer = self.actor.order("read key");
        assert!([0, EPERM].contains(&answer), "{answer}");
        self.another(before);
        self.told("the gap", |event| match &event.act {
            Act::EventLoss(loss) => loss.cause == LossCause::NotRunning && &*loss.place == "files",
            _ => false,
        });
        // Every order is answered when everything is in force.
        let rules = rules(&self.actor.place());
        self.guard.carry_out(&Order::Rules(rules)).expect("the rules are in force");
        self.check("read key", EPERM);
    }
}

#[test]
fn guarded_files_are_held_for_agents_and_not_for_people() {
    let Some(mut scene) = Scene::open() else { return };
    scene.check("read key", EPERM);
    scene.check("write key", 0);
    scene.check("thread key", EPERM);
    // What cannot be known is as if it were all.
    scene.check("openat2 key", EPERM);
    scene.check("read settings", 0);
    scene.check("write settings", EPERM);
    scene.check("run dropped", EPERM);
    scene.check("read other", 0);
    // By another name, and by names that come to be.
    scene.check("link key hard", 0);
    scene.check("read hard", EPERM);
    scene.check("make key-made", EPERM);
    scene.check("read key-made", EPERM);
    scene.check("make tree/new", EPERM);
    let place = scene.actor.place();
    for file in ["key", "settings", "tree/new"] {
        fs::read(place.join(file)).expect("a person reads");
    }
    scene.told_stopped(Verb::ReadFile, "key", "keys");
    scene.told_stopped(Verb::WriteFile, "settings", "rules");
    scene.told_stopped(Verb::Exec, "dropped", "rules");
    scene.told_stopped(Verb::ReadFile, "hard", "keys");
    assert!(scene.guard.left_out().is_empty(), "{:?}", scene.guard.left_out());

    scene.guard.carry_out(&Order::Disarm).expect("disarmed");
    scene.check("read key", 0);
    scene.check("run dropped", 0);
}

#[test]
fn a_label_that_is_cleared_is_held_no_more() {
    let Some(mut scene) = Scene::open() else { return };
    scene.check("read key", EPERM);
    scene.stage.source.orders().carry_out(&Order::Clear(scene.label)).expect("it was in force");
    scene.check("read key", 0);
}

#[test]
fn opens_go_on_without_the_responder_and_are_held_by_the_next_one() {
    let Some(mut scene) = Scene::open() else { return };
    scene.check("read key", EPERM);
    scene.without_responder(Signal::KILL);
    scene.events.clear();
    scene.without_responder(Signal::STOP);
}

#[test]
fn without_its_daemon_the_responder_ends() {
    let Some(mut scene) = Scene::open() else { return };
    scene.check("read key", EPERM);
    let responder = scene.guard.responder().expect("it runs");
    let Scene { stage, mut actor, guard, .. } = scene;
    drop(guard);
    assert!(!Path::new(&format!("/proc/{responder}")).exists());
    assert_eq!(actor.order("read key"), 0);
    drop(stage);
}
