//! Questions and answers: what is one question, how long an answer holds and for whom, and what the log says of it.

use event::{
    Action, AgentRef, Because, Circumstances, Decision, Effect, Enforcer, Judged, Object, Outcome,
    Principal, ProcessId, SessionId, Text, Verb,
};
use journal::audit::{AuditSettings, What, entries};
use journal::{
    Answer, Approvals, Ask, DataDir, Inquiries, Lift, Otherwise, Reply, Scope, State, StateReader,
    Ticket,
};

const MINUTE: u64 = 60_000_000_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn session(number: u32) -> SessionId {
    SessionId::derive(event::AgentId::default(), "b", ProcessId { start_ns: 1, pid: number })
}

/// Alice's Codex in session 1 wants to read a file because of one policy.
#[derive(Clone, Debug)]
struct Wants {
    owner: &'static str,
    session: u32,
    file: String,
    policies: Vec<&'static str>,
    at: u64,
}

fn wants(file: &str) -> Wants {
    Wants { owner: "alice", session: 1, file: file.into(), policies: vec!["stores"], at: DAY }
}

impl Wants {
    fn action(&self) -> Action {
        let agent = AgentRef {
            product: "codex-cli".into(),
            owner: self.owner.into(),
            ..Default::default()
        };
        Action {
            principal: Principal::Session { id: session(self.session), agent },
            verb: Verb::ReadFile,
            object: Object::File { path: self.file.as_str().into() },
            context: Circumstances { acts_per_minute: self.at as u32, ..Circumstances::default() },
        }
    }

    fn judged(&self) -> Judged {
        let because = |policy: &&str| Because {
            policy: (*policy).into(),
            effect: Effect::Ask,
            ..Because::default()
        };
        Judged {
            time_unix_ns: self.at,
            action: self.action(),
            decision: Decision {
                because: self.policies.iter().map(because).collect(),
                ..Decision::default()
            },
            by: Enforcer::Hook,
            outcome: Outcome::Waits,
            process: None,
            event: None,
            count: 1,
            sources: Vec::new(),
        }
    }

    fn ask(&self, book: &mut Approvals) -> Ticket {
        book.ask(&Ask {
            judged: &self.judged(),
            blast: Vec::new(),
            deadline_unix_ns: self.at + MINUTE,
            otherwise: Otherwise::Deny,
        })
        .unwrap()
    }

    fn granted(&self, book: &mut Approvals, at: u64) -> Option<Reply> {
        let policies: Vec<Text> = self.policies.iter().map(|it| Text::from(*it)).collect();
        let policies: Vec<&Text> = policies.iter().collect();
        book.granted(&self.action(), &policies, at).unwrap().map(|answer| answer.reply)
    }
}

fn answer(reply: Reply, scope: Scope) -> Answer {
    let policies = match (reply, scope) {
        (Reply::Allow, Scope::Until(_) | Scope::Session(_)) => {
            vec![Lift { id: "a".into(), lifts: "stores".into(), text: "permit".into() }]
        }
        _ => Vec::new(),
    };
    let (by, time_unix_ns) = ("alice".into(), DAY);
    Answer { reply, scope, by, time_unix_ns, note: None, policies, used_unix_ns: None }
}

fn id(ticket: Ticket) -> Text {
    match ticket {
        Ticket::New(id) | Ticket::Joined(id) => id,
        other => panic!("{other:?}"),
    }
}

#[test]
fn equal_questions_are_one_and_others_are_not() {
    let home = tempfile::tempdir().unwrap();
    let mut book = Approvals::open(home.path()).unwrap();
    let first = id(wants("/a").ask(&mut book));
    let mut check = |wants: Wants, expect: bool| {
        let ticket = wants.ask(&mut book);
        assert_eq!(ticket == Ticket::Joined(first.clone()), expect, "{wants:?}");
    };
    check(wants("/a"), true);
    check(Wants { session: 2, at: DAY + 1, ..wants("/a") }, true);
    check(wants("/b"), false);
    check(Wants { owner: "bob", ..wants("/a") }, false);
    check(Wants { policies: vec!["stores", "more"], ..wants("/a") }, false);
    check(Wants { policies: vec![], ..wants("/a") }, false);
    let question = book.question(&first).unwrap().unwrap();
    assert_eq!(question.times, 3);
    assert_eq!((question.first_asked_unix_ns, question.last_asked_unix_ns), (DAY, DAY + 1));
    assert_eq!(question.action.principal.session(), Some(session(2)), "as it was asked last");
    assert_eq!(StateReader::open(home.path()).unwrap().questions().unwrap().len(), 5);
}

#[test]
fn an_answer_holds_as_far_as_it_was_given() {
    let check = |reply: Reply, scope: Scope, expect: &[(u32, u64, bool)]| {
        let home = tempfile::tempdir().unwrap();
        let mut book = Approvals::open(home.path()).unwrap();
        let id = id(wants("/a").ask(&mut book));
        book.answer(&id, &answer(reply, scope)).unwrap().unwrap();
        for (session, later, holds) in expect {
            let asks = Wants { session: *session, ..wants("/a") };
            let granted = asks.granted(&mut book, DAY + later);
            assert_eq!(granted, holds.then_some(reply), "{scope:?} {session} {later}");
            assert_eq!(wants("/b").granted(&mut book, DAY + later), None);
        }
    };
    let (allow, deny) = (Reply::Allow, Reply::Deny);
    check(allow, Scope::Once, &[(1, 0, true), (1, 1, false)]);
    check(allow, Scope::Once, &[(2, MINUTE, true)]);
    check(allow, Scope::Once, &[(1, 11 * MINUTE, false)]);
    // Whoever was refused and asks again at once is refused again.
    check(deny, Scope::Once, &[(1, 0, true), (1, 1, true), (1, 11 * MINUTE, false)]);
    check(allow, Scope::Session(session(1)), &[(1, 300 * DAY, true), (2, 0, false), (1, 1, true)]);
    check(deny, Scope::Session(session(1)), &[(1, 1, true), (2, 1, false)]);
    let until = Scope::Until(DAY + 7 * DAY);
    check(allow, until, &[(1, 0, true), (2, 6 * DAY, true), (1, 7 * DAY, false)]);
    check(deny, until, &[(1, 0, true), (2, 6 * DAY, true), (1, 7 * DAY, false)]);
}

#[test]
fn what_an_answer_became_is_in_force_until_it_is_over() {
    let home = tempfile::tempdir().unwrap();
    let mut book = Approvals::open(home.path()).unwrap();
    let mut give = |file: &str, reply, scope| {
        let id = id(wants(file).ask(&mut book));
        book.answer(&id, &answer(reply, scope)).unwrap();
        id
    };
    give("/once", Reply::Allow, Scope::Once);
    give("/no", Reply::Deny, Scope::Until(9 * DAY));
    give("/session", Reply::Allow, Scope::Session(session(1)));
    let days = give("/days", Reply::Allow, Scope::Until(9 * DAY));
    let count = |book: &Approvals, at| book.in_force(at).unwrap().len();
    assert_eq!(count(&book, DAY), 2);
    assert_eq!(count(&book, 9 * DAY), 1);
    let other = Approvals::open(home.path()).unwrap();
    let before = other.version().unwrap();
    book.revoke(&days).unwrap();
    assert_ne!(other.version().unwrap(), before, "somebody else wrote");
    assert_eq!(count(&other, DAY), 1);
    assert_eq!(wants("/days").granted(&mut book, DAY), None);
    assert!(matches!(wants("/days").ask(&mut book), Ticket::New(_)));
    // What was for a session ends with it.
    let ended = event::Session {
        id: session(1),
        agent: event::AgentId::default(),
        root: ProcessId { start_ns: 1, pid: 1 },
        started_unix_ns: 1,
        ended_unix_ns: Some(2),
        cwd: "/".into(),
        parent: None,
        evidence: "".into(),
        unseen_before: false,
        delegation: event::Delegation::default(),
        identities: Vec::new(),
    };
    let dir = DataDir::claim(home.path()).unwrap();
    let ended = [event::Record::Session(ended)];
    State::open(&dir).unwrap().apply(&ended, journal::Position(1)).unwrap();
    assert_eq!(count(&book, DAY), 0);
    assert!(book.answer("nobody", &answer(Reply::Deny, Scope::Once)).unwrap().is_none());
}

#[test]
fn one_account_cannot_drown_the_others_in_questions() {
    let home = tempfile::tempdir().unwrap();
    let mut book = Approvals::open(home.path()).unwrap();
    for number in 0..100 {
        assert!(matches!(wants(&format!("/{number}")).ask(&mut book), Ticket::New(_)));
    }
    assert_eq!(wants("/more").ask(&mut book), Ticket::TooMany);
    assert!(matches!(wants("/7").ask(&mut book), Ticket::Joined(_)));
    let bob = Wants { owner: "bob", ..wants("/more") };
    assert!(matches!(bob.ask(&mut book), Ticket::New(_)));
    assert_eq!(book.expire(DAY + MINUTE).unwrap().len(), 101);
    assert!(matches!(wants("/more").ask(&mut book), Ticket::New(_)));
}

#[test]
fn the_log_tells_of_each_question_once_and_of_silence() {
    let home = tempfile::tempdir().unwrap();
    let mut inquiries = Inquiries::open(home.path(), &AuditSettings::default()).unwrap();
    let judged = wants("/a").judged();
    let deadline_unix_ns = DAY + MINUTE;
    let otherwise = Otherwise::Allow;
    let ask = Ask { judged: &judged, blast: Vec::new(), deadline_unix_ns, otherwise };
    let Ticket::New(asked) = inquiries.ask(&ask).unwrap() else { panic!("it is new") };
    assert_eq!(inquiries.ask(&ask).unwrap(), Ticket::Joined(asked.clone()));
    assert!(inquiries.expire(DAY).unwrap().is_empty());
    assert_eq!(inquiries.expire(deadline_unix_ns).unwrap().len(), 1);
    assert!(inquiries.expire(deadline_unix_ns).unwrap().is_empty());
    let told: Vec<What> = entries(home.path()).unwrap().map(|it| it.unwrap().what).collect();
    let wanted = "wanted to read /a".into();
    let policies = vec!["stores".into()];
    let expect = [
        What::ApprovalAsked { id: asked.clone(), wanted, policies },
        What::ApprovalExpired { id: asked, went_on: true },
    ];
    assert_eq!(told[1..], expect);
}
