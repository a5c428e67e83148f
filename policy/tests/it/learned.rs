//! What is learned from what an agent did: it goes on then, and nothing that a policy forbids is among it.

use event::{Action, Effect};
use policy::learn::{Lesson, Programs, Proposal};
use policy::{Guide, Home, Profile, Source, case};

use crate::guide;

fn action(what: &str) -> Action {
    let (verb, rest) = what.split_once(' ').expect("a verb");
    let (kind, thing) = rest.split_once(' ').expect("a kind");
    let text = format!("cases: [{{that: x, do: {verb}, {kind}: {thing:?}, expect: allow}}]");
    case::parse(&text).expect("a case")[0].action()
}

fn learn(done: &[&str], programs: Programs) -> Proposal {
    let known = guide(&[]).expect("what ships is right");
    let mut lesson = Lesson::new(&known, Profile::Confined, "codex-cli");
    done.iter().for_each(|what| lesson.take(&action(what), 1));
    lesson.propose(&[Home { path: "/home/alice".into(), account: "alice".into() }], programs)
}

fn with(proposal: &Proposal) -> Guide {
    guide(&[Source { name: "learned.cedar", text: &proposal.policies }]).expect("it can be read")
}

#[test]
fn what_was_done_goes_on_and_little_else() {
    let done = [
        "write_file file /home/alice/other/a.txt",
        "write_file file /home/alice/other/b.txt",
        "write_file file /home/alice/other/c*.txt",
        "write_file file /srv/data/x/1",
        "write_file file /srv/data/y/1",
        "write_file file /srv/data/z/1",
        "delete_file file /srv/data/x/1",
        "write_file file /home/alice/notes",
        "write_file file /home/alice/todo",
        "write_file file /home/alice/list",
        "write_file file /home/alice/code/shop/in-the-workspace",
        "connect host docs.example:443",
        "connect host 203.0.113.7:8443",
        "connect host [2001:db8::7]:443",
        "exec program /usr/bin/make",
    ];
    let proposal = learn(&done, Programs::Any);
    let learned = with(&proposal);
    for what in done {
        let decision = learned.decide(Profile::Confined, &action(what));
        assert_eq!(decision.would, Effect::Allow, "{what}\n{}", proposal.policies);
    }
    for case in case::parse(&proposal.cases).expect("cases") {
        case.run(&learned).unwrap_or_else(|wrong| panic!("{case:?}: {}", wrong.why));
    }
    for what in [
        "write_file file /home/alice/other/deep/a.txt",
        "write_file file /home/alice/another",
        "write_file file /srv/data/../other",
        "delete_file file /srv/data/y/1",
        "connect host docs.example.evil:443",
        "connect host 203.0.113.8:443",
    ] {
        let decision = learned.decide(Profile::Confined, &action(what));
        assert_eq!(decision.would, Effect::Deny, "{what}\n{}", proposal.policies);
    }
    for what in ["write_file file /srv/data/new/deep", "write_file file /home/alice/other/d.txt"] {
        assert_eq!(learned.decide(Profile::Confined, &action(what)).would, Effect::Allow, "{what}");
    }
    assert_eq!(proposal.permits, 3);
    assert_eq!(proposal.aside, []);
}

#[test]
fn what_is_forbidden_is_for_a_person() {
    let done = [
        "read_file file /home/alice/.aws/credentials",
        "write_file file /home/alice/.claude/settings.json",
        "call_tool tool mail/delete_all",
        "connect host 169.254.169.254:80",
        "listen host 0.0.0.0:80",
    ];
    let proposal = learn(&done, Programs::Any);
    assert!(!proposal.policies.contains("credentials") && !proposal.policies.contains("169.254"));
    let aside: Vec<&str> = proposal.aside.iter().map(|(policy, ..)| &**policy).collect();
    assert_eq!(aside, ["credential-stores", "irreversible-act", "metadata-service", "own-rules"]);
}

#[test]
fn a_folder_with_keys_or_a_home_does_not_stand_for_all_that_is_in_it() {
    for folder in
        ["/home/bob", "/home/alice", "/home/alice/.config", "/etc", "/home/alice/.aws/sso"]
    {
        let done = ["a/1", "b/1", "c/1"].map(|name| format!("write_file file {folder}/{name}"));
        let proposal = learn(&done.each_ref().map(|it| &**it), Programs::Any);
        assert!(!proposal.policies.contains(&format!("{folder}/*")), "{}", proposal.policies);
    }
}

#[test]
fn names_cannot_become_policies() {
    let done = [
        "write_file file /srv/a\"] };permit(principal,action,resource);//",
        "connect host x\"];\n//.example:443",
    ];
    let proposal = learn(&done, Programs::Any);
    let learned = with(&proposal);
    assert_eq!(
        learned.decide(Profile::Confined, &action("write_file file /x")).would,
        Effect::Deny
    );
    assert_eq!(proposal.permits, 2);
}

#[test]
fn programs_are_named_where_somebody_wants_it() {
    let proposal = learn(&["exec program /usr/bin/make"], Programs::OnlyThose);
    let learned = with(&proposal);
    let would = |what| learned.decide(Profile::Confined, &action(what)).would;
    assert_eq!(would("exec program /usr/bin/make"), Effect::Allow);
    assert_eq!(would("exec program /usr/bin/cc"), Effect::Ask);
}
