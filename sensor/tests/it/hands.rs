//! What no hook refuses where the kernel asks none about it: hands on processes of others, and packets that name their
//! own ends. Who lays hands on somebody is ended before it has anything.

use std::process::{Child, Command};
use std::sync::Arc;

use event::{Clause, Effect, KernelRules, Order, Verb, VerbRules};

use crate::egress::{rules, stage};
use crate::stage::Stage;

/// Nobody lays hands on a stranger.
fn rules_of_hands(stage: &Stage) -> KernelRules {
    let mut rules = rules(stage);
    let deny = Clause { effect: Effect::Deny, policy: 1, ..Clause::default() };
    let never = VerbRules { forbids: vec![deny], permits: None };
    rules.books[0].verbs.insert(Verb::LoadCode, never);
    rules
}

/// A process of nobody's session.
struct Stranger(Child);

impl Stranger {
    fn begin() -> Self {
        Self(Command::new("sleep").arg("1000").spawn().expect("sleep is here"))
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn who_lays_hands_on_a_stranger_is_ended_before_it_has_anything() {
    let Some(mut stage) = stage() else { return };
    if stage.source.holds_files() {
        println!("skipped: this kernel's hooks refuse it");
        return;
    }
    let stranger = Stranger::begin();
    stage.order(&Order::Rules(Arc::new(rules_of_hands(&stage))));
    let pid = stranger.0.id();
    for (act, at_own) in [("peek", "14"), ("poke", "14"), ("descriptor", "0"), ("memory", "0")] {
        let script = format!(
            "echo stranger=$($A {act} $D {pid})\nsleep 100 & echo own=$($A {act} $D $!); kill $!\n"
        );
        let performance = stage.governed("shell", 0, &script);
        assert_eq!(performance.facts["stranger"], "", "{act}");
        assert_eq!(performance.facts["own"], at_own, "{act}");
        let told = format!(
            r#"1 act_stopped {{"@pid": null, "verb": "load_code", "effect": "kill",
                "policy": "forbidden-end", "object": {{"file": {{"path": "/proc/{pid}"}}}}, "outcome": "prevented"}}"#
        );
        performance.check(act, &[&told, r#"1 act_stopped {"@pid": null}"#]);
    }
    // Under no book nobody minds.
    let script = format!("echo stranger=$($A peek $D {pid})\n");
    assert_eq!(stage.governed("shell", 7, &script).facts["stranger"], "14");
}

#[test]
fn packets_that_name_their_end_are_judged_one_by_one() {
    let Some(mut stage) = stage() else { return };
    stage.order(&Order::Rules(Arc::new(rules(&stage))));
    let script = "
        echo other=$($A raw_to $D 127.0.0.2)
        echo forbidden=$($A raw_to $D 127.0.0.3)
        echo packets=$($A packets $D)
    ";
    let performance = stage.governed("shell", 0, script);
    let facts = ["other", "forbidden", "packets"].map(|name| performance.facts[name].as_str());
    assert_eq!(facts, ["0", "1", ""]);
    performance.check(
        "packets",
        &[
            r#"1 act_stopped {"@pid": null, "policy": "forbidden-end", "object": {"host": {"address": "127.0.0.3"}}}"#,
            r#"1 act_stopped {"@pid": null, "effect": "kill", "policy": "secret-out"}"#,
            r#"2 act_stopped {"@pid": null}"#,
        ],
    );
    // Nobody's business.
    let free = stage.governed("shell", 7, script);
    assert_eq!([&*free.facts["forbidden"], &*free.facts["packets"]], ["0", "0"]);
}
