//! Who is held by which book: what policies say of one agent, team, workspace or session holds for those and no others.

use std::collections::BTreeSet;
use std::net::IpAddr;

use event::{Classes, Effect, Principal, Verb};
use policy::HeldBy;

use crate::generated::{WORKSPACE, principals, session};
use crate::rules::Compiled;

const ADDRESS: [u8; 4] = [203, 0, 113, 9];

fn connects(compiled: &Compiled, who: &Principal) -> Effect {
    let classes = compiled.compiled.rules.of_address(IpAddr::from(ADDRESS));
    compiled.ruling(who, Verb::Connect, classes, false).effect
}

#[test]
fn what_is_said_of_some_holds_for_those_alone() {
    let forbid = "@id(\"closed\") forbid (principal, action == Action::\"connect\", resource) when { !(principal is Human) };\n";
    let lift = |who: &str| {
        format!(
            "{forbid}@lifts(\"closed\") permit ({who}, action == Action::\"connect\", resource);"
        )
    };
    let check = |own: &str, expect: [bool; 4]| {
        let who = [
            session("codex-cli@alice", "", WORKSPACE, 1),
            session("codex-cli@alice", "payments", "/srv/shop", 2),
            session("gemini-cli@alice", "payments", WORKSPACE, 3),
            principals()[2].clone(),
        ];
        let compiled = Compiled::among(own, &who);
        let goes_on = who.each_ref().map(|who| connects(&compiled, who).goes_on());
        assert_eq!(goes_on, expect, "{own}");
    };
    check(forbid, [false; 4]);
    check(&lift("principal in Agent::\"codex-cli@alice\""), [true, true, false, false]);
    check(&lift("principal in Team::\"payments\""), [false, true, true, true]);
    check(&lift("principal is Session in Team::\"payments\""), [false, true, true, false]);
    let Principal::Session { id, .. } = session("codex-cli@alice", "", WORKSPACE, 1) else {
        panic!("a session")
    };
    // What the session started is lifted with it.
    check(&lift(&format!("principal in Session::\"{id}\"")), [true, false, false, true]);
    check(&lift(&format!("principal == Session::\"{id}\"")), [true, false, false, false]);
    let inside = forbid.replace(
        "!(principal is Human)",
        "principal is Session && principal.workspace like \"/srv/*\"",
    );
    check(&inside, [true, false, true, true]);
}

#[test]
fn who_is_held_alike_shares_a_book() {
    let books = |own: &str, who: &[Principal]| {
        let compiled = Compiled::among(own, who);
        let held: BTreeSet<Option<u16>> =
            who.iter().map(|who| compiled.held_by(who).book()).collect();
        (held.len(), compiled.compiled.rules.books.len())
    };
    let many: Vec<Principal> = (0..100)
        .map(|number| session(&format!("codex-cli@{}", number % 10), "", WORKSPACE, number))
        .collect();
    // Nobody is named: what agents are held by in general is right for all.
    assert_eq!(books("", &many), (1, 3));
    let own =
        "forbid (principal in Agent::\"codex-cli@3\", action == Action::\"connect\", resource);";
    assert_eq!(books(own, &many), (2, 5));
}

#[test]
fn who_is_not_known_is_held_by_the_general_book_until_he_is() {
    let own = "forbid (principal in Agent::\"codex-cli@alice\", action == Action::\"connect\", resource);";
    let one = session("codex-cli@alice", "", WORKSPACE, 1);
    let check = |known: &[Principal], expect: HeldBy, effect: Effect| {
        let compiled = Compiled::among(own, known);
        assert_eq!(compiled.held_by(&one), expect);
        assert_eq!(connects(&compiled, &one), effect);
    };
    check(&[], HeldBy::General(Some(0)), Effect::Allow);
    check(std::slice::from_ref(&one), HeldBy::Own(3), Effect::Deny);
    let person = Principal::Human { account: "alice".into(), groups: BTreeSet::new() };
    assert_eq!(Compiled::among(own, &[]).held_by(&person), HeldBy::Nothing);
    // Servers of models are no agents: what those are held by in general is not for them.
    let workload = principals()[5].clone();
    assert_eq!(Compiled::among(own, &[]).held_by(&workload), HeldBy::General(None));
    let compiled = Compiled::among(own, std::slice::from_ref(&workload));
    assert_eq!(connects(&compiled, &workload), Effect::Allow);
}

#[test]
fn beyond_the_books_the_strictest_holds_and_is_told() {
    let owner = |number: u32| format!("codex-cli@{number}");
    let who: Vec<Principal> =
        (0..80).map(|number| session(&owner(number), "", WORKSPACE, number)).collect();
    let forbid = |number: u32| {
        format!(
            "@id(\"closed-{number}\") forbid (principal, action == Action::\"delete_file\", resource) when {{ principal in Agent::\"{}\" && resource.kinds.contains(\"log\") }};\n\
             @id(\"open-{number}\") @lifts(\"closed\") permit (principal in Agent::\"{}\", action == Action::\"connect\", resource);\n",
            owner(number),
            owner(number)
        )
    };
    let closed = "@id(\"closed\") forbid (principal, action == Action::\"connect\", resource);\n";
    let own: String = [closed.to_owned()].into_iter().chain((0..75).map(forbid)).collect();
    let compiled = Compiled::among(&own, &who);
    // 75 are named; the other five are held alike.
    assert_eq!(compiled.compiled.crowded(), 76 - 64);
    assert_eq!(compiled.compiled.rules.books.len(), 3 + 64 + 1);
    for (number, who) in who.iter().enumerate() {
        let deletes = compiled.ruling(who, Verb::DeleteFile, Classes(u64::MAX), false).effect;
        let expect = match number {
            0..64 => [true, true],
            // Among them are some who may not connect.
            _ => [false, true],
        };
        assert_eq!([connects(&compiled, who).goes_on(), !deletes.goes_on()], expect, "{number}");
    }
}
