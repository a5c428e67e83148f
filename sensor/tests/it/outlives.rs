//! What holds when nobody is there any more: the programs of a source that is gone refuse on, learn on, hand over to
//! the next one, and let go when none comes.

use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{Label, Order, OrderError, ProcessId, Regime};
use sensor::{Outlive, Source, pins};

use crate::egress::{listener, rules, stage};
use crate::stage::{LIMIT, Playing, Stage};

/// Pins of one test; gone with it.
struct Place(PathBuf);

impl Place {
    fn of(test: &str) -> Self {
        Self(pins::place(&format!("test-{}-{test}", std::process::id())))
    }

    /// False where nothing can be pinned; says why.
    fn keep(&self, stage: &mut Stage, longest: Duration, earlier: usize) -> bool {
        let outlive = Outlive { place: self.0.clone(), longest: Some(longest) };
        match stage.source.outlive(outlive) {
            Ok(sessions) => {
                assert_eq!(sessions, earlier);
                true
            }
            Err(error) => {
                println!("skipped: {error}");
                false
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = pins::let_go(&self.0);
    }
}

/// Has a shell dial; the error, 0 for none.
fn dial(shell: &mut Playing, last: u8, port: u16) -> i32 {
    shell.order(&format!("echo answer=$($A dial $D 127.0.0.{last} {port})"))
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "never came: {what}");
    }
}

#[test]
fn sessions_stay_refused_what_they_were_until_the_next_source_holds_them() {
    let Some(mut first) = stage() else { return };
    let place = Place::of("handed-over");
    if !place.keep(&mut first, Duration::from_secs(600), 0) {
        return;
    }
    let (_listener, port) = listener();
    let rules = Arc::new(rules(&first));
    let secret = first.place().join("secrets/id_canary");
    let mut shell = first.begin("shell");
    let label = first.label_of(shell.pid(), &mut Vec::new());
    // The source's own thread answers what the rules need, as `up` has it.
    put(&mut first, &rules);
    first.order(&Order::Govern(Regime { label, book: Some(0), ..Regime::default() }));
    assert_eq!((dial(&mut shell, 3, port), dial(&mut shell, 2, port)), (1, 0));
    let mut cut_off = first.begin("shell");
    let its_label = first.label_of(cut_off.pid(), &mut Vec::new());
    first.order(&Order::Cut(its_label));

    assert_eq!(pins::runs(&place.0).expect("read").len(), 1);
    let first = first.die();
    assert_eq!(dial(&mut shell, 3, port), 1, "what was refused stays refused");
    TcpStream::connect((Ipv4Addr::new(127, 0, 0, 3), port)).expect("nobody stops a person");
    let read = format!("read word < {}; echo answer=0", secret.display());
    assert_eq!((dial(&mut shell, 2, port), shell.order(&read)), (0, 0));
    assert_eq!(dial(&mut shell, 2, port), 1, "what it reads now counts as well");

    let mut second = stage().expect("as the first");
    assert!(place.keep(&mut second, Duration::from_secs(600), 2));
    put(&mut second, &rules);
    assert_eq!(pins::runs(&place.0).expect("read").len(), 2, "both hold it");
    let (root, label) = (ProcessId { start_ns: 0, pid: shell.pid() }, Label(1 << 62));
    second.order(&Order::Adopt { root, label });
    assert_eq!(dial(&mut shell, 2, port), 1, "in between, too");
    second.order(&Order::Govern(Regime { label, book: Some(0), ..Regime::default() }));
    let (root, label) = (ProcessId { start_ns: 0, pid: cut_off.pid() }, Label(1 << 61));
    second.order(&Order::Adopt { root, label });
    second.order(&Order::Govern(Regime { label, book: Some(0), ..Regime::default() }));
    until("the end of the first's programs", || {
        second.source.poll(Duration::from_millis(10), &mut Vec::new()).expect("it is read");
        pins::runs(&place.0).expect("read").len() == 1
    });
    assert_eq!((dial(&mut shell, 1, port), dial(&mut shell, 3, port)), (0, 1));
    assert_eq!(dial(&mut shell, 2, port), 1, "what it holds was handed over");
    assert_eq!(dial(&mut cut_off, 1, port), 1, "and what people ordered");

    second.order(&Order::Disarm);
    assert!(pins::runs(&place.0).expect("read").is_empty(), "disarmed is unpinned");
    assert_eq!(dial(&mut shell, 3, port), 0);

    // What lives is not over.
    let over = |label| second.source.orders().carry_out(&Order::Over(label));
    assert!(matches!(over(label), Err(OrderError::Refused(_))));
    cut_off.finish();
    until("the end of the session", || over(label).is_ok());
    assert!(matches!(over(label), Err(OrderError::Gone)), "and is forgotten");
    shell.finish();
    drop(first);
}

#[test]
fn when_nobody_comes_back_they_let_go() {
    let Some(mut stage) = stage() else { return };
    let place = Place::of("let-go");
    if !place.keep(&mut stage, Duration::from_secs(5), 0) {
        return;
    }
    let (_listener, port) = listener();
    let rules = Arc::new(rules(&stage));
    let mut shell = stage.begin("shell");
    let label = stage.label_of(shell.pid(), &mut Vec::new());
    put(&mut stage, &rules);
    stage.order(&Order::Govern(Regime { label, book: Some(0), ..Regime::default() }));
    let stage = stage.die();
    assert_eq!(dial(&mut shell, 3, port), 1, "at first it holds");
    until("the end of its patience", || dial(&mut shell, 3, port) == 0);
    assert!(pins::let_go(&place.0).expect("removed"), "its programs are there, and hold nothing");
    shell.finish();
    drop(stage);
}

/// Gives rules while the source's own thread, which pins, goes on.
fn put(stage: &mut Stage, rules: &Arc<event::KernelRules>) {
    let orders = stage.source.orders();
    let order = Order::Rules(Arc::clone(rules));
    std::thread::scope(|scope| {
        let given = scope.spawn(move || orders.carry_out(&order));
        until("the rules", || {
            stage.source.poll(Duration::from_millis(1), &mut Vec::new()).expect("it is read");
            given.is_finished()
        });
        given.join().expect("no panic").unwrap_or_else(|error| panic!("{error}"));
    });
}
