//! What is compiled against what it was compiled from: the kernel's interpreter and the box's plan stop nothing that the
//! policies let go, and where nothing was left out they say the same.

use std::collections::BTreeSet;
use std::net::IpAddr;

use event::{
    Action, AgentRef, Circumstances, Classes, Decision, Effect, FileAccess, Holds, KernelRules,
    Object, Principal, Reach, SandboxPlan, SessionId, Text, Verb,
};
use policy::{Guide, Home, Left, Profile, Selection, Source, case};
use proptest::prelude::*;

use crate::generated::{action, path, policies, profile};
use crate::surroundings;

/// The folder that agents work in.
pub const WORKSPACE: &str = "/home/alice/code/shop";

fn homes() -> [Home; 3] {
    ["/root", "/home/alice", "/home/bob"].map(|path| Home {
        path: path.into(),
        account: path.rsplit('/').next().unwrap_or("").into(),
    })
}

fn guide(own: &str) -> Guide {
    let own = [Source { name: "own.cedar", text: own }];
    let selection = Selection { otherwise: Profile::Guarded, choices: Vec::new() };
    Guide::new(&own, selection, surroundings()).unwrap_or_else(|refused| {
        panic!("{}", refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// What is compiled of own policies beside those that ship.
struct Compiled {
    guide: Guide,
    rules: KernelRules,
    left: Vec<Left>,
}

impl Compiled {
    fn of(own: &str) -> Self {
        let guide = guide(own);
        let (rules, left) = guide.kernel_rules(&homes(), &[WORKSPACE.into()]);
        Self { guide, rules, left }
    }

    /// What the kernel takes the thing for.
    fn seen(&self, action: &Action) -> Classes {
        let with = &action.context;
        match &action.object {
            Object::File { path } => {
                self.rules.of_file(path, WORKSPACE, &with.program, &with.script)
            }
            Object::Program { path, .. } => self.rules.of_path(path, WORKSPACE).0,
            Object::Host { address: Some(address), .. } => self.rules.of_address(*address),
            _ => Classes::NONE,
        }
    }

    /// What the kernel would take it for if it knew every place.
    fn truly(&self, action: &Action) -> Classes {
        let kinds = self.guide.kinds(action);
        // What is built in a workspace was not dropped; the kernel knows both.
        kinds.iter().filter_map(|kind| self.rules.class(kind)).fold(Classes::NONE, Classes::and)
    }

    /// Whether a policy about the verb was left out, as a whole or in part.
    fn left_out(&self, profile: Profile, verb: Verb) -> bool {
        self.left.iter().any(|left| match left {
            Left::Policy { profile: of, verb: about, .. } => *of == profile && *about == verb,
            Left::Place { .. } => false,
        })
    }

    fn check(&self, profile: Profile, action: &Action) -> Result<(), TestCaseError> {
        let book = self.rules.books.iter().position(|book| *book.profile == *profile.name());
        let secret = action.context.holds.contains(&Holds::Secret);
        let seen = self.seen(action);
        let ruling =
            self.rules.ruling(book.expect("the profile enforces"), action.verb, seen, secret);
        let decision = self.guide.decide(profile, action);
        let stops = stopping(&decision);
        prop_assert!(
            ruling.effect <= stops,
            "the kernel stops what is let go: {:?} {:?} because of {:?}, against {:?} of {:?}",
            ruling.effect,
            self.named(seen),
            ruling.policy.and_then(|it| self.rules.policies.get(usize::from(it))),
            decision,
            self.guide.kinds(action)
        );
        let dropped = self.rules.class("dropped").unwrap_or_default();
        let same = seen.0 & !dropped.0 == self.truly(action).0 & !dropped.0;
        if same && !self.left_out(profile, action.verb) {
            prop_assert_eq!(ruling.effect, stops, "{:?} {:?}", self.named(seen), decision);
        }
        Ok(())
    }

    fn named(&self, classes: Classes) -> Vec<&Text> {
        let all = self.rules.classes.iter().enumerate();
        all.filter(|(bit, _)| classes.0 & (1 << bit) != 0).map(|(_, name)| name).collect()
    }
}

/// What of a decision is more than telling.
fn stopping(decision: &Decision) -> Effect {
    if decision.would.goes_on() { Effect::Allow } else { decision.would }
}

thread_local! {
    static SHIPPED: Compiled = Compiled::of("");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_ships_and_the_kernel_agree(action in action(), profile in profile()) {
        SHIPPED.with(|shipped| shipped.check(profile, &action))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, max_shrink_iters: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_policies_and_the_kernel_agree(
        policies in policies(),
        actions in prop::collection::vec((action(), profile()), 150),
    ) {
        let compiled = Compiled::of(&policies);
        for (action, profile) in &actions {
            compiled.check(*profile, action)?;
        }
    }
}

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
    static PLANS: Vec<(Profile, SandboxPlan, Vec<Left>)> = SHIPPED.with(|shipped| {
        let plan = |profile| {
            let (plan, left) = shipped.guide.sandbox_plan(&agent(), profile, &homes()[1]);
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
            let (guide, refused) = (&shipped.guide, |verb| refused(&shipped.guide, *profile, verb, &path));
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

#[test]
fn what_ships_is_compiled_and_the_rest_is_told() {
    let compiled = Compiled::of("");
    let names: BTreeSet<&str> = compiled.rules.policies.iter().map(|it| &**it).collect();
    for policy in [
        "secret-to-undeclared-host",
        "own-rules",
        "chaperone-itself",
        "credential-stores",
        "credential-stores-stay",
        "logs-stay",
        "start-up-files",
        "kernel-code",
        "metadata-service",
        "confined-own-files",
        "confined-named-hosts",
        "locked-own-files",
        "locked-model-only",
    ] {
        assert!(names.contains(policy), "`{policy}` is not compiled");
    }
    let left: BTreeSet<&str> = compiled
        .left
        .iter()
        .filter_map(|left| match left {
            Left::Policy { policy, .. } => Some(&**policy),
            Left::Place { .. } => None,
        })
        .collect();
    let expect = [
        "irreversible-act",
        "mass-deletion",
        // The kernel tells a tool's own key from others, and does not say so yet.
        "own-key-to-unknown-host",
        "own-memory",
        "untrusted-words-to-execution",
    ];
    assert_eq!(left.into_iter().collect::<Vec<_>>(), expect);
}

#[test]
fn programs_are_asked_about_where_a_command_line_decides() {
    let Compiled { rules, left, .. } = Compiled::of("");
    let asked = &rules.asked;
    let check = |name: &str, expect| assert_eq!(asked.mean(name), expect, "{name}");
    check("git", true);
    check("bash", true);
    check("python3.12", true);
    check("terraform", true);
    check("rm", true);
    check("mkfs.ext4", true);
    check("ls", false);
    check("gcc", false);
    check("gitk", false);
    check("", false);
    assert!(asked.folders.contains("/home/alice/.local/bin") && asked.folders.contains("/usr/bin"));
    let by: BTreeSet<(&str, &str)> = left
        .iter()
        .filter_map(|left| match left {
            Left::Policy { verb: Verb::Exec, policy, by, .. } => Some((&**policy, by.name())),
            _ => None,
        })
        .collect();
    let expect = [("irreversible-act", "files"), ("untrusted-words-to-execution", "hook")];
    assert_eq!(by.into_iter().collect::<Vec<_>>(), expect);
}

#[test]
fn an_answered_name_makes_its_addresses_what_it_is() {
    let Compiled { guide, mut rules, .. } = Compiled::of("");
    let address: IpAddr = [203, 0, 113, 9].into();
    let check = |rules: &KernelRules, profile: Profile, secret, expect| {
        let book = rules.books.iter().position(|book| *book.profile == *profile.name());
        let classes = rules.of_address(address);
        let ruling = rules.ruling(book.expect("a book"), Verb::Connect, classes, secret);
        assert_eq!(ruling.effect, expect, "{profile:?} {secret}");
    };
    check(&rules, Profile::Guarded, true, Effect::Deny);
    check(&rules, Profile::Confined, false, Effect::Deny);
    assert!(guide.ends_of_name(&rules, "example.org", &[address]).is_empty());
    assert!(guide.ends_of_name(&rules, "openai.azure.com.evil.example", &[address]).is_empty());
    let ends = guide.ends_of_name(&rules, "Mine.OpenAI.azure.com.", &[address]);
    assert_eq!(ends.len(), 1);
    rules.ends.extend(ends);
    check(&rules, Profile::Guarded, true, Effect::Allow);
    check(&rules, Profile::Confined, false, Effect::Allow);
}

#[test]
fn who_holds_an_act_back_is_told() {
    let guide = guide("");
    let check = |case: &str, profile: Profile, expect: &[&str]| {
        let case =
            &case::parse(&format!("cases: [{{that: x, expect: deny, {case}}}]")).expect(case)[0];
        let action = case.action();
        let decision = guide.decide(profile, &action);
        let told: Vec<String> = guide
            .enforcers(profile, &action, &decision, &homes())
            .into_iter()
            .map(|(policy, by)| {
                let by: Vec<&str> = by.into_iter().map(event::Enforcer::name).collect();
                format!("{policy}: {}", by.join(" "))
            })
            .collect();
        assert_eq!(told, expect, "{case:?}");
    };
    let guarded = Profile::Guarded;
    check("do: read_file, file: /etc/hosts", guarded, &[]);
    let key = "do: read_file, file: /home/alice/.ssh/id_rsa";
    check(key, guarded, &["credential-stores: hook kernel files sandbox"]);
    check(key, Profile::Observe, &["credential-stores: record"]);
    check("do: read_file, file: /proc/7/environ", guarded, &["credential-stores: hook"]);
    check("do: write_file, file: /srv/x", Profile::Locked, &["not-permitted: hook kernel sandbox"]);
    check(
        "do: write_file, file: /home/alice/code/shop/sub/.git/hooks/pre-push",
        guarded,
        &["start-up-files: hook"],
    );
    check(
        "do: exec, program: terraform destroy -auto-approve",
        guarded,
        &["irreversible-act: hook files"],
    );
    check(
        "do: exec, program: ./deploy --now, with: {irreversible: [deploy]}",
        guarded,
        &["irreversible-act: hook"],
    );
    let paste = "do: connect, host: \"paste.example:443\"";
    check(
        &format!("{paste}, with: {{holds: [secret]}}"),
        guarded,
        &["secret-to-undeclared-host: kernel proxy"],
    );
    check(paste, Profile::Confined, &["not-permitted: kernel proxy"]);
    check("do: load_code, file: /tmp/x.ko", guarded, &["kernel-code: kernel"]);
    check(
        "do: http_request, host: \"169.254.169.254:80 GET /\"",
        guarded,
        &["metadata-service: proxy"],
    );
    check("do: listen, host: \"0.0.0.0:80\"", Profile::Confined, &["not-permitted: kernel"]);
}

#[test]
fn an_exact_approval_is_compiled_and_an_unknown_one_takes_the_policy_out() {
    let check = |lift: &str, file: &str, expect| {
        let compiled = Compiled::of(&format!(
            "@lifts(\"logs-stay\") permit (principal, action == Action::\"delete_file\", resource){lift};"
        ));
        let classes = compiled.rules.of_path(file, WORKSPACE).0;
        let ruling = compiled.rules.ruling(0, Verb::DeleteFile, classes, false);
        assert_eq!(ruling.effect, expect, "{lift} {file}");
    };
    check(" when { resource.kinds.contains(\"workspace\") }", "/var/log/x", Effect::Deny);
    check(" when { principal is Human }", "/var/log/x", Effect::Deny);
    check(" when { principal in Group::\"x\" }", "/var/log/x", Effect::Deny);
    check(" when { context.hour > 6 }", "/var/log/x", Effect::Allow);
    check("", "/var/log/x", Effect::Allow);
}

#[test]
fn an_approval_of_one_thing_lifts_nothing_else() {
    let lift = |policy: &str, action: &str, resource: &str| {
        format!(
            "@lifts(\"{policy}\") permit (principal in Agent::\"codex-cli@alice\", action == Action::\"{action}\", resource == {resource}) when {{ context.irreversible.isEmpty() }};"
        )
    };
    let key = |name: &str| format!("/home/alice/.ssh/{name}");
    let file =
        |name: &str| lift("credential-stores", "read_file", &format!("File::\"{}\"", key(name)));
    let read = |rules: &KernelRules, name: &str| {
        let classes = rules.of_path(&key(name), WORKSPACE).0;
        rules.ruling(0, Verb::ReadFile, classes, false).effect
    };
    let one = Compiled::of(&file("id_rsa")).rules;
    assert_eq!([read(&one, "id_rsa"), read(&one, "id_ed25519")], [Effect::Allow, Effect::Ask]);

    // More than there are classes: what is over stays stopped, and kinds are known as before.
    let names: Vec<String> = (0..100).map(|number| format!("id_{number}")).collect();
    let texts = names.iter().map(|name| format!("@id({name:?}) {}\n", file(name)));
    let many = Compiled::of(&texts.collect::<String>()).rules;
    let lifted = names.iter().filter(|name| read(&many, name) == Effect::Allow).count();
    assert!((1..100).contains(&lifted), "{lifted}");
    assert_eq!(read(&many, "id_rsa"), Effect::Ask);

    let host = lift("secret-to-undeclared-host", "connect", "Host::\"paste.example\"");
    let Compiled { guide, rules, .. } = Compiled::of(&host);
    let connect = |name: &str| {
        let ends = guide.ends_of_name(&rules, name, &["203.0.113.9".parse().expect("an address")]);
        let classes = ends.iter().fold(Classes::NONE, |all, end| all.and(end.classes));
        rules.ruling(0, Verb::Connect, classes, true).effect
    };
    let stopped = connect("other.example");
    assert_eq!(connect("paste.example"), Effect::Allow);
    assert!(!stopped.goes_on(), "{stopped:?}");
}
