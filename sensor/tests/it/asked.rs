//! Programs whose command line decides: a held session's wait in their call until somebody has answered, people's go
//! on; and nobody waits long for an answer that does not come.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use event::{
    Act, AskedPrograms, Effect, Event, KernelRules, LossCause, Object, Order, Orders, Outcome,
    Regime, RuleBook, Run, RunRefusal, Runs, Text,
};
use rustix::process::{Pid, Signal, kill_process};
use sensor::{FileGuard, Manners, Settings, Source};

use crate::guarded::launch;
use crate::stage::{LIMIT, Playing, Stage};

/// Says no to what is forced, and nothing to `hang` before it may.
struct Answers {
    asked: Mutex<Sender<Run>>,
    goes_on: Mutex<Receiver<()>>,
}

impl Runs for Answers {
    fn refuses(&self, run: &Run) -> Option<RunRefusal> {
        let words: Vec<&str> = run.arguments.iter().map(|word| &**word).collect();
        let _ = self.asked.lock().expect("nobody panics").send(run.clone());
        if words.contains(&"hang") {
            let _ = self.goes_on.lock().expect("nobody panics").recv();
        }
        words.contains(&"--force").then(|| RunRefusal {
            effect: Effect::Ask,
            policy: "forced".into(),
            reason: "it is forced".into(),
            command_line: words.join(" ").into(),
        })
    }
}

/// A session that is held, and a folder with programs that are asked about.
struct Scene {
    stage: Stage,
    actor: Playing,
    guard: FileGuard,
    asked: Receiver<Run>,
    goes_on: Sender<()>,
    events: Vec<Event>,
}

impl Scene {
    /// `None` where there can be none.
    fn open(manners: Manners) -> Option<Self> {
        let mut stage = Stage::open(&Settings { ring_mib: 4, ..Settings::default() })?;
        let actor = stage.begin("shell");
        let place = actor.place();
        fs::create_dir(place.join("bin")).expect("a folder");
        fs::copy("/bin/true", place.join("bin/git")).expect("a program");
        fs::copy("/bin/true", place.join("copied")).expect("a program");
        fs::copy("/bin/dash", place.join("bin/dash")).expect("a shell");
        symlink("dash", place.join("bin/sh")).expect("a link");
        let (asks, asked) = channel();
        let (goes_on, may) = channel();
        let answers = Answers { asked: Mutex::new(asks), goes_on: Mutex::new(may) };
        let guard = stage.source.guard_files(launch).asking(Arc::new(answers), manners);
        let mut events = Vec::new();
        let label = stage.label_of(actor.pid(), &mut events);
        let folder = place.join("bin").to_string_lossy().as_ref().into();
        let names = ["git", "sh", "dash"].map(Text::from);
        let rules = KernelRules {
            books: vec![RuleBook { profile: "guarded".into(), ..RuleBook::default() }],
            asked: AskedPrograms { names: names.into(), folders: [folder].into() },
            ..KernelRules::default()
        };
        guard.carry_out(&Order::Rules(Arc::new(rules))).expect("the rules are in force");
        let regime = Regime { label, book: Some(0), workspace: "".into() };
        guard.carry_out(&Order::Govern(regime)).expect("the session is held");
        Some(Self { stage, actor, guard, asked, goes_on, events })
    }

    fn place(&self) -> PathBuf {
        self.actor.place()
    }

    /// The next question with such a word.
    fn question(&self, word: &str) -> Run {
        let deadline = Instant::now() + LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let run = self.asked.recv_timeout(left).expect("it is asked about");
            if run.arguments.iter().any(|argument| &**argument == word) {
                return run;
            }
        }
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
}

/// A person's run.
fn by_hand(program: &Path) {
    let mut person = Command::new(program);
    let status = person.args(["push", "--force"]).stdin(Stdio::null()).status();
    assert!(status.expect("it runs").success());
}

#[test]
fn a_run_is_held_for_its_command_line_however_it_comes() {
    let Some(mut scene) = Scene::open(Manners { tell: true, closed: false }) else { return };
    let place = scene.place();
    let script = format!("#!{}/bin/sh\n$D/bin/git push --force\n", place.display());
    fs::write(place.join("script"), script).expect("a script");
    let actor = scene.stage.actor().to_owned();
    let _ = Command::new("chmod").arg("755").arg(place.join("script")).status();
    // 126: it is there and may not be run.
    let checks = [
        ("plain", "$D/bin/git push", "0"),
        ("forced", "$D/bin/git push --force", "126"),
        ("shell", "$D/bin/sh -c '$D/bin/git push --force'", "126"),
        ("shell-itself", "$D/bin/sh -c true --force", "126"),
        ("env", "env $D/bin/git push --force", "126"),
        ("relative", "cd $D/bin && ./git push --force", "126"),
        ("script", "$D/script", "126"),
        ("at", "$A runs_at $D", "1"),
        ("narrow", "$A runs_narrow $D", "1"),
        // Where somebody reads what it says, it says why and ends.
        ("piped", "($D/bin/git push --force; echo $? >&2) 2>&1 | cat >$D/piped", "0"),
        // Nobody asks about it here: what was begun is ended by who sees it.
        ("copy", "$D/copied push --force", "0"),
        (
            "later",
            "cp $D/copied $D/bin/git-new; mv $D/bin/git-new $D/bin/git; sleep 0.2; $D/bin/git push --force",
            "126",
        ),
    ];
    let mut text = String::from("export A D; exec 3>&2 2>$D/said\n");
    for (name, line, _) in checks {
        text.push_str(&format!("( {line} ); echo {name}=$?\n"));
    }
    by_hand(&place.join("bin/git"));
    scene.actor.tell(&text);
    let Scene { mut stage, actor: playing, guard, mut events, asked, .. } = scene;
    let facts = playing.finish();
    let said = fs::read_to_string(place.join("said")).unwrap_or_default();
    for (name, line, expect) in checks {
        if name == "narrow" && cfg!(not(target_arch = "x86_64")) {
            continue;
        }
        assert_eq!(facts.get(name).map(String::as_str), Some(expect), "{line}\n{said}");
    }
    let piped = fs::read_to_string(place.join("piped")).unwrap_or_default();
    assert!(piped.starts_with("chaperone: stopped: it is forced\n"), "{piped}");
    assert!(piped.contains("137"), "{piped}");
    // Nothing is written to what is somebody's file.
    assert!(!said.contains("chaperone"), "{said}");
    by_hand(&place.join("bin/git"));
    stage.told_until_now(&mut events);
    let runs: Vec<Run> = asked.try_iter().collect();
    let of = |line: &str| {
        let is =
            |run: &&Run| run.arguments.iter().map(|it| &**it).collect::<Vec<_>>().join(" ") == line;
        runs.iter().filter(is).collect::<Vec<_>>()
    };
    let git = place.join("bin/git");
    let plain = of(&format!("{} push", git.display()));
    assert_eq!(plain.len(), 1, "{runs:#?}");
    assert_eq!(&*plain[0].program, git.to_string_lossy());
    assert_eq!(plain[0].script, None);
    let relative = of("./git push --force");
    assert_eq!(&*relative[0].folder, place.join("bin").to_string_lossy());
    let scripts = runs.iter().filter_map(|run| run.script.as_deref());
    assert_eq!(scripts.collect::<Vec<_>>(), [place.join("script").to_string_lossy()]);
    assert!(runs.iter().all(|run| !run.cut), "{runs:#?}");
    let told = |event: &Event| match &event.act {
        Act::Stopped(it) => {
            matches!(&it.object, Object::Program { command_line, .. } if &**command_line == "./git push --force")
                && it.outcome == Outcome::Prevented
                && it.effect == Effect::Ask
                && &*it.policy == "forced"
                && *it.folder == *place.join("bin").to_string_lossy()
        }
        _ => false,
    };
    assert!(events.iter().any(told), "{events:#?}");
    drop(guard);
    assert!(actor.exists());
}

#[test]
fn nobody_waits_long_and_nobody_else_waits_at_all() {
    for closed in [false, true] {
        let Some(mut scene) = Scene::open(Manners { tell: false, closed }) else { return };
        let place = scene.place();
        scene.actor.tell("$D/bin/git hang; echo hung=$?\n");
        scene.question("hang");
        by_hand(&place.join("bin/git"));
        scene.told("that nobody answered", |event| match &event.act {
            Act::EventLoss(loss) => loss.cause == LossCause::NotRunning && &*loss.place == "files",
            _ => false,
        });
        let Scene { actor, goes_on, guard, .. } = scene;
        let facts = actor.finish();
        let expect = if closed { "126" } else { "0" };
        assert_eq!(facts.get("hung").map(String::as_str), Some(expect));
        drop(goes_on);
        drop(guard);
    }
}

#[test]
fn a_run_that_waits_goes_on_without_the_responder() {
    let Some(mut scene) = Scene::open(Manners { tell: false, closed: true }) else { return };
    scene.actor.tell("$D/bin/git hang --force; echo hung=$?\n");
    scene.question("hang");
    let responder = scene.guard.responder().expect("it runs");
    let pid = Pid::from_raw(responder as i32).expect("a process");
    kill_process(pid, Signal::KILL).expect("it is ours");
    let Scene { actor, goes_on, guard, .. } = scene;
    assert_eq!(actor.finish().get("hung").map(String::as_str), Some("0"));
    drop(goes_on);
    drop(guard);
}

#[test]
fn only_who_is_meant_is_ended() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 4, ..Settings::default() }) else {
        return;
    };
    let playing = stage.begin("shell");
    let mut events = Vec::new();
    stage.label_of(playing.pid(), &mut events);
    let began = events.iter().find(|event| event.process.pid == playing.pid());
    let process = began.expect("its start was told").process;
    let orders = stage.source.orders();
    let mut other = process;
    other.start_ns += 1_000_000_000;
    orders.carry_out(&Order::End(other)).expect_err("it is another one");
    let own = event::ProcessId { pid: std::process::id(), ..process };
    orders.carry_out(&Order::End(own)).expect_err("it is of no session");
    orders.carry_out(&Order::End(process)).expect("it is there");
    playing.killed();
}
