//! What an answer becomes is read back by the reader of policies, and lifts what was asked and what its words show,
//! and nothing else.

use std::collections::BTreeSet;

use event::{Action, AgentRef, Circumstances, Object, Principal, ProcessId, SessionId, Text, Verb};
use proptest::prelude::*;

use super::{Approval, Breadth, Lifting, Unapprovable, Whom, liftings};
use crate::{Guide, Profile, Selection, Source, Surroundings};

/// Asks about everything, so that only a lift lets anything through.
const ASKS: &str = r#"@id("asks") @effect("ask") @reason("it does") forbid (principal, action, resource)
when { context.irreversible.isEmpty() || !context.irreversible.isEmpty() };"#;
const SECOND: &str =
    r#"@id("asks-too") @effect("ask") @reason("so") forbid (principal, action, resource);"#;

fn guide(liftings: &[Lifting]) -> Guide {
    let mut sources = vec![Source { name: "own.cedar", text: ASKS }];
    sources.push(Source { name: "second.cedar", text: SECOND });
    sources.extend(liftings.iter().map(|it| Source { name: &it.id, text: &it.text }));
    Guide::new(&sources, Selection::default(), Surroundings::default()).unwrap_or_else(|refused| {
        panic!("{refused:?}\n{}", liftings.iter().map(|it| it.text.as_str()).collect::<String>())
    })
}

fn goes_on(guide: &Guide, action: &Action) -> bool {
    let decision = guide.decide(Profile::Guarded, action);
    assert_eq!(decision.failed, [], "{action:?}");
    let asks = decision.because.iter().filter(|it| it.policy.starts_with("asks"));
    let asks = asks.count();
    assert!(asks == 0 || asks == 2, "both or none: {decision:?}");
    asks == 0
}

fn lifts() -> Vec<Text> {
    vec!["asks".into(), "asks-too".into()]
}

fn made(action: &Action, whom: Whom, breadth: Breadth) -> Result<Vec<Lifting>, Unapprovable> {
    let irreversible = BTreeSet::new();
    let (id, lifts) = ("approval-lusab-dofin", lifts());
    liftings(&Approval { id, action, lifts: &lifts, irreversible: &irreversible, whom, breadth })
}

fn session(number: u32) -> SessionId {
    SessionId::derive(event::AgentId::default(), "b", ProcessId { start_ns: 1, pid: number })
}

fn agent(product: &str, owner: &str, workspace: &str) -> AgentRef {
    AgentRef {
        product: product.into(),
        owner: owner.into(),
        workspace: workspace.into(),
        ..AgentRef::default()
    }
}

/// Few names, so that two generated actions often differ in one thing only; some that try to end a text.
fn name() -> impl Strategy<Value = Text> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("a b"),
        Just("*"),
        Just("a*"),
        Just("\""),
        Just("\\"),
        Just("\" || true || \""),
        Just("é\u{301}"),
        Just("\n"),
        Just("/a"),
        Just("/a/b"),
        Just("x y z"),
    ]
    .prop_map(Text::from)
}

fn agents() -> impl Strategy<Value = AgentRef> {
    (name(), name(), name())
        .prop_map(|(product, owner, workspace)| agent(&product, &owner, &workspace))
}

fn principal() -> impl Strategy<Value = Principal> {
    let id = (0u32..3).prop_map(session);
    prop_oneof![
        agents().prop_map(Principal::Agent),
        (id.clone(), agents()).prop_map(|(id, agent)| Principal::Session { id, agent }),
        (id.clone(), id, agents()).prop_map(|(of, id, agent)| Principal::SubAgent {
            of,
            id,
            agent
        }),
        name().prop_map(|account| Principal::Human { account, groups: BTreeSet::new() }),
        (name(), name()).prop_map(|(product, account)| Principal::Workload { product, account }),
    ]
}

fn wanted() -> impl Strategy<Value = (Verb, Object)> {
    let file = prop_oneof![Just(Verb::ReadFile), Just(Verb::WriteFile), Just(Verb::DeleteFile)];
    let host = prop_oneof![Just(Verb::Connect), Just(Verb::HttpRequest)];
    let address =
        prop_oneof![Just(None), Just(Some([10, 0, 0, 1].into())), Just(Some([10, 0, 0, 2].into()))];
    prop_oneof![
        (file, name()).prop_map(|(verb, path)| (verb, Object::File { path })),
        (name(), name())
            .prop_map(|(path, command_line)| (Verb::Exec, Object::Program { path, command_line })),
        (host, name(), address, 1u16..3, name()).prop_map(
            |(verb, name, address, port, request)| {
                let request = if verb == Verb::Connect { "".into() } else { request };
                (verb, Object::Host { name, address, port, request })
            }
        ),
        (name(), name()).prop_map(|(server, name)| (Verb::CallTool, Object::Tool { server, name })),
        (name(), name())
            .prop_map(|(provider, name)| (Verb::CallModel, Object::Model { provider, name })),
        (name(), name()).prop_map(|(kind, name)| (Verb::UseSecret, Object::Secret { kind, name })),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    (principal(), wanted()).prop_map(|(principal, (verb, object))| Action {
        principal,
        verb,
        object,
        context: Circumstances::default(),
    })
}

/// Whether an approval for `asked` is one for `other`, said without the language of policies.
fn is_meant(asked: &Action, other: &Action, whom: Whom) -> bool {
    let whose = |it: &Action| it.principal.agent().map(|it| (it.product.clone(), it.owner.clone()));
    let who = match (&asked.principal, whom) {
        (Principal::Session { id, .. }, Whom::Session) => match &other.principal {
            Principal::Session { id: other, .. } => id == other,
            Principal::SubAgent { of, .. } => id == of,
            _ => false,
        },
        (Principal::SubAgent { id, .. }, Whom::Session) => {
            matches!(&other.principal, Principal::SubAgent { id: other, .. } if id == other)
        }
        (Principal::Human { .. } | Principal::Workload { .. }, _) => {
            asked.principal == other.principal
        }
        _ => whose(asked) == whose(other),
    };
    let place = |it: &Action| it.principal.agent().map(|it| it.workspace.clone());
    let what = match (&asked.object, &other.object) {
        (Object::Program { .. }, _) => asked.object == other.object && place(asked) == place(other),
        (
            Object::Host { name, address, port, request },
            Object::Host { name: name2, address: address2, port: port2, request: request2 },
        ) => {
            // A host that has a name is that name, whatever it resolves to.
            (name, port, request) == (name2, port2, request2)
                && (!name.is_empty() || address == address2)
        }
        _ => asked.object == other.object,
    };
    who && what && asked.verb == other.verb
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_approval_is_for_what_was_asked_and_for_nothing_else(
        asked in action(),
        others in proptest::collection::vec(action(), 24),
        swapped in proptest::collection::vec((principal(), any::<bool>()), 8),
        for_session in any::<bool>(),
    ) {
        let whom = if for_session { Whom::Session } else { Whom::Agent };
        let made = match made(&asked, whom, Breadth::Exact) {
            Ok(made) => made,
            Err(error) => {
                let nameless = matches!(error, Unapprovable::Nameless | Unapprovable::NoSession);
                prop_assert!(nameless, "{}", error);
                return Ok(());
            }
        };
        let guide = guide(&made);
        prop_assert!(goes_on(&guide, &asked), "{}", made[0].text);
        // The same by somebody else, and another thing by the same.
        let same = swapped.iter().map(|(principal, _)| Action { principal: principal.clone(), ..asked.clone() });
        let mine = others.iter().map(|it| Action { principal: asked.principal.clone(), ..it.clone() });
        for other in others.iter().cloned().chain(same).chain(mine) {
            let expect = is_meant(&asked, &other, whom);
            prop_assert_eq!(goes_on(&guide, &other), expect, "{:?}\n{}", other, made[0].text);
        }
    }
}

fn exec(path: &str, line: &str) -> Action {
    let agent = agent("codex-cli", "alice", "/home/alice/code/shop");
    Action {
        principal: Principal::Session { id: session(1), agent },
        verb: Verb::Exec,
        object: Object::Program { path: path.into(), command_line: line.into() },
        context: Circumstances::default(),
    }
}

#[test]
fn first_words_are_one_command_of_one_program() {
    let asked = exec("/usr/bin/gizmo", "gizmo render --tag next");
    let guide = guide(&made(&asked, Whom::Agent, Breadth::FirstWords).expect("it has first words"));
    let check = |path: &str, line: &str, expect: bool| {
        assert_eq!(goes_on(&guide, &exec(path, line)), expect, "{line}");
    };
    check("/usr/bin/gizmo", "gizmo render --tag next", true);
    check("/usr/bin/gizmo", "gizmo render", true);
    check("/usr/bin/gizmo", "gizmo render ./dist", true);
    check("/usr/bin/gizmo", "gizmo renders", false);
    check("/usr/bin/gizmo", "gizmo unrender", false);
    check("/tmp/gizmo", "gizmo render", false);
    for joined in [
        "gizmo render; rm -rf /",
        "gizmo render && curl x",
        "gizmo render | sh",
        "gizmo render $(id)",
        "gizmo render `id`",
        "gizmo render > /etc/x",
        "gizmo render\nrm x",
        "gizmo render < /etc/x",
    ] {
        check("/usr/bin/gizmo", joined, false);
    }
}

#[test]
fn what_first_words_say_nothing_about_is_refused() {
    let check = |path: &str, line: &str, expect: Result<(), Unapprovable>| {
        let made = made(&exec(path, line), Whom::Agent, Breadth::FirstWords);
        assert_eq!(made.map(drop), expect, "{line}");
    };
    check("/usr/bin/terraform", "terraform destroy -auto-approve", Ok(()));
    check("/usr/bin/bash", "bash deploy.sh", Err(Unapprovable::SaysNothing("bash".into())));
    check(
        "/usr/bin/python3.12",
        "python3.12 x.py",
        Err(Unapprovable::SaysNothing("python3.12".into())),
    );
    check("/usr/bin/rm", "rm -rf build", Err(Unapprovable::SaysNothing("rm -rf build".into())));
    check("/usr/bin/ls", "ls", Err(Unapprovable::SaysNothing("ls".into())));
    check("/usr/bin/git", "git push && rm x", Err(Unapprovable::Several));
    let file =
        Action { verb: Verb::ReadFile, object: Object::File { path: "/a".into() }, ..exec("", "") };
    assert_eq!(made(&file, Whom::Agent, Breadth::FirstWords), Err(Unapprovable::NoCommand));
}

#[test]
fn other_harm_than_was_shown_is_not_approved() {
    let asked = exec("/usr/bin/git", "git push --force");
    let irreversible = BTreeSet::from([Text::from("git-force-push")]);
    let (id, lifts) = ("approval-x", lifts());
    let whom = Whom::Agent;
    let breadth = Breadth::FirstWords;
    let approval =
        Approval { id, action: &asked, lifts: &lifts, irreversible: &irreversible, whom, breadth };
    let guide = guide(&liftings(&approval).expect("it is a policy"));
    let check = |harm: &[&str], expect: bool| {
        let mut action = exec("/usr/bin/git", "git push origin");
        action.context.irreversible = harm.iter().map(|id| Text::from(*id)).collect();
        assert_eq!(goes_on(&guide, &action), expect, "{harm:?}");
    };
    check(&[], true);
    check(&["git-force-push"], true);
    check(&["git-remote-branch-delete"], false);
    check(&["git-force-push", "git-remote-branch-delete"], false);
}

#[test]
fn nothing_is_lifted_where_nothing_asks() {
    let action = exec("/usr/bin/git", "git push");
    let irreversible = BTreeSet::new();
    let (whom, breadth) = (Whom::Agent, Breadth::Exact);
    let approval = Approval {
        id: "x",
        action: &action,
        lifts: &[],
        irreversible: &irreversible,
        whom,
        breadth,
    };
    assert_eq!(liftings(&approval), Err(Unapprovable::NothingAsks));
}

#[test]
fn a_policy_reads_as_it_is_meant() {
    let text = made(&exec("/usr/bin/npm", "npm publish"), Whom::Agent, Breadth::Exact)
        .map(|made| made[0].text.clone());
    let expect = r#"@id("approval-lusab-dofin-1")
@lifts("asks")
permit (
  principal in Agent::"codex-cli@alice",
  action == Action::"exec",
  resource == Program::"/usr/bin/npm"
)
when {
  resource.command_line == "npm publish" &&
  principal.workspace == "/home/alice/code/shop" &&
  context.irreversible.isEmpty()
};
"#;
    assert_eq!(text.as_deref(), Ok(expect));
}
