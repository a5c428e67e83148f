//! A box's plan against the policies that it was made from: it grants nothing that they refuse.

use event::{
    Action, AgentRef, Circumstances, FileAccess, Object, Principal, Reach, SandboxPlan, SessionId,
    Text, Verb,
};
use policy::{Guide, Left, Profile};
use proptest::prelude::*;

use crate::generated::{WORKSPACE, path};
use crate::rules::{guide, homes};

fn agent() -> AgentRef {
    AgentRef {
        product: "codex-cli".into(),
        owner: "alice".into(),
        workspace: WORKSPACE.into(),
        ..AgentRef::default()
    }
}

/// What a policy refuses with no circumstances.
fn refused(guide: &Guide, profile: Profile, verb: Verb, path: &str) -> bool {
    let object = match verb {
        Verb::Exec => Object::Program { path: path.into(), command_line: Text::default() },
        _ => Object::File { path: path.into() },
    };
    let principal = Principal::Session { id: SessionId::default(), agent: agent() };
    let action = Action { principal, verb, object, context: Circumstances::default() };
    !guide.decide(profile, &action).would.goes_on()
}

thread_local! {
    static SHIPPED: Guide = guide("");
    static PLANS: Vec<(Profile, SandboxPlan, Vec<Left>)> = SHIPPED.with(|shipped| {
        let plan = |profile| {
            let (plan, left) = shipped.sandbox_plan(&agent(), profile, &homes()[1]);
            (profile, plan, left)
        };
        [Profile::Guarded, Profile::Confined, Profile::Locked].map(plan).into()
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_box_grants_nothing_that_is_refused(path in path(), which in 0..3_usize) {
        PLANS.with(|plans| SHIPPED.with(|shipped| {
            let (profile, plan, left) = &plans[which];
            let (access, because) = plan.access(&path);
            let (guide, refused) = (shipped, |verb| refused(shipped, *profile, verb, &path));
            let file = Action {
                principal: Principal::Session { id: SessionId::default(), agent: agent() },
                verb: Verb::ReadFile,
                object: Object::File { path: path.as_str().into() },
                context: Circumstances::default(),
            };
            let kinds = guide.kinds(&file);
            let told = left.iter().any(|left| {
                matches!(left, Left::Place { kind, .. } if kinds.contains(kind))
            });
            // Other homes are not in the plan: the account cannot read them.
            if told || ["/home/bob", "/root"].iter().any(|home| path.starts_with(home)) {
                return Ok(());
            }
            let too_much = access >= FileAccess::Read && refused(Verb::ReadFile)
                || access >= FileAccess::Run && refused(Verb::Exec)
                || access >= FileAccess::Change
                    && (refused(Verb::WriteFile) || refused(Verb::DeleteFile));
            prop_assert!(!too_much, "{path}: {access:?} because of `{because}`, {kinds:?}");
            Ok(())
        }))?;
    }
}

#[test]
fn a_plan_is_what_its_profile_says() {
    PLANS.with(|plans| {
        let check = |which: usize, path: &str, expect: FileAccess, why: &str| {
            let (profile, plan, _) = &plans[which];
            let (access, because) = plan.access(path);
            assert_eq!(access, expect, "{path} in {profile:?}");
            assert!(because.starts_with(why), "{path} in {profile:?}: {because}");
        };
        let (guarded, confined, locked) = (0, 1, 2);
        for which in [guarded, confined, locked] {
            check(which, "/home/alice/.ssh/id_rsa", FileAccess::Hidden, "credential-stores");
            check(which, "/home/alice/.aws/credentials", FileAccess::Hidden, "credential-stores");
            check(
                which,
                "/home/alice/.aws/config",
                if which == 0 { FileAccess::Change } else { FileAccess::Run },
                "",
            );
            check(which, "/home/alice/.ssh/config", FileAccess::Run, "");
            check(which, "/etc/shadow", FileAccess::Hidden, "credential-stores");
            check(which, "/home/alice/.claude/settings.json", FileAccess::Run, "");
            check(which, "/home/alice/code/shop/.git/hooks/pre-commit", FileAccess::Run, "");
            check(which, "/var/lib/chaperone/state", FileAccess::Run, "");
            check(which, "/tmp/x", FileAccess::Change, "");
            check(which, "/home/alice/.cache/x", FileAccess::Change, "");
            check(which, "/dev/null", FileAccess::Change, "");
            check(
                which,
                "/home/alice/.cargo/bin/cargo",
                if which == 0 { FileAccess::Change } else { FileAccess::Run },
                "",
            );
        }
        check(guarded, "/home/alice/notes", FileAccess::Change, "");
        check(confined, "/home/alice/notes", FileAccess::Run, "not-permitted");
        check(guarded, "/home/alice/code/shop/a", FileAccess::Change, "");
        check(confined, "/home/alice/code/shop/a", FileAccess::Change, "");
        check(locked, "/home/alice/code/shop/a", FileAccess::Run, "not-permitted");
        for (profile, plan, _) in plans {
            assert_eq!(plan.network, Reach::Proxy, "{profile:?}");
            assert!(plan.grants.len() < 256, "{} grants in {profile:?}", plan.grants.len());
        }
    });
    let (plan, left) = guide("").sandbox_plan(&agent(), Profile::Observe, &homes()[1]);
    assert_eq!(
        (plan.access("/etc/shadow").0, plan.network),
        (FileAccess::Change, Reach::Everything)
    );
    assert!(left.is_empty());
}

#[test]
fn a_policy_that_asks_for_a_path_is_told_as_not_held() {
    let guide = guide(
        "@id(\"mine\") forbid (principal, action == Action::\"read_file\", resource) when { resource.path like \"/srv/*\" };",
    );
    let (_, left) = guide.sandbox_plan(&agent(), Profile::Guarded, &homes()[1]);
    let told = left.iter().find_map(|left| match left {
        Left::Policy { policy, asks, .. } if &**policy == "mine" => Some(asks.join(", ")),
        _ => None,
    });
    assert_eq!(told.as_deref(), Some("`resource.path`"));
}

#[test]
fn a_policy_that_names_who_acts_is_held_by_his_box_and_told_of_nobody() {
    let guide = guide(
        "@id(\"mine\") forbid (principal in Agent::\"codex-cli@alice\", action == Action::\"read_file\", resource) when { resource.kinds.contains(\"log\") };",
    );
    let check = |owner: &str, expect: FileAccess| {
        let agent = AgentRef { owner: owner.into(), ..agent() };
        let (plan, left) = guide.sandbox_plan(&agent, Profile::Guarded, &homes()[1]);
        let told = |it: &Left| matches!(it, Left::Policy { policy, .. } if &**policy == "mine");
        assert_eq!(plan.access("/var/log/x").0, expect, "{owner}");
        assert!(!left.iter().any(told), "{left:?}");
    };
    check("alice", FileAccess::Hidden);
    check("bob", FileAccess::Run);
}

#[test]
fn a_launch_that_may_read_keys_is_known() {
    let lifts = |kinds: &str| {
        format!(
            "@id(\"mine\") @lifts(\"credential-stores\") permit (principal, action == Action::\"read_file\", resource) when {{ {kinds} }};"
        )
    };
    let check = |own: &str, profile: Profile, expect: bool| {
        let leaves = guide(own).leaves_secrets(&agent(), profile, &homes()[1]);
        assert_eq!(leaves, expect, "{own} {profile:?}");
    };
    for profile in [Profile::Observe, Profile::Guarded, Profile::Confined, Profile::Locked] {
        check("", profile, false);
    }
    check(&lifts("resource.kinds.contains(\"credential\")"), Profile::Guarded, true);
    check(&lifts("resource.kinds.contains(\"vcs-settings\")"), Profile::Guarded, false);
}
