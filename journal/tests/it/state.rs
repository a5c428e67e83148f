//! The state follows the record, answers beside its writer, and can be made again.

use event::{FileRef, Loss, LossCause, Program, Record, Severity, Unhashed};
use journal::{
    Care, CareStep, Clerk, DataDir, DecisionFilter, FindingFilter, Position, RetentionSettings,
    Seen, SegmentSettings, SessionFilter, State, StateReader, Stewards, Writer,
};

use super::stream::Stream;

fn findings(records: &[Record]) -> Vec<event::Finding> {
    let mut findings: Vec<event::Finding> = Vec::new();
    for record in records {
        if let Record::Finding(finding) = record {
            findings.retain(|known| known.id != finding.id);
            findings.push((**finding).clone());
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.time_unix_ns));
    findings
}

/// As they come back: the state keeps no lineage.
fn plain(findings: Vec<event::Finding>) -> Vec<String> {
    findings.iter().map(|finding| serde_json::to_string(finding).unwrap()).collect()
}

#[test]
fn lists_what_the_record_says() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(5).take(20_000).collect();
    let mut state = State::open(&dir).unwrap();
    state.apply(&records, Position(20_000)).unwrap();
    state.apply(&records[..5_000], Position(20_000)).unwrap();

    let reader = StateReader::open(home.path()).unwrap();
    assert_eq!(reader.agents().unwrap().len(), 3);
    assert_eq!(reader.sessions(&SessionFilter::default()).unwrap().len(), 10);
    let expect = findings(&records);
    assert!(expect.len() > 2);
    let all = reader.findings(&FindingFilter::default()).unwrap();
    assert_eq!(plain(all), plain(expect.clone()));

    let check = |filter: FindingFilter, keep: &dyn Fn(&event::Finding) -> bool| {
        let kept = expect.iter().filter(|finding| keep(finding)).cloned().collect();
        assert_eq!(plain(reader.findings(&filter).unwrap()), plain(kept), "{filter:?}");
    };
    let actor = expect[0].actor.clone().unwrap();
    let since = expect[1].time_unix_ns;
    let any = FindingFilter::default;
    check(FindingFilter { severity: Severity::Critical, ..any() }, &|_| false);
    check(FindingFilter { severity: Severity::High, ..any() }, &|_| true);
    check(FindingFilter { rule: Some("x' OR 1=1 --".into()), ..any() }, &|_| false);
    check(FindingFilter { since_unix_ns: since, ..any() }, &|f| f.time_unix_ns >= since);
    check(FindingFilter { session: Some(actor.session), ..any() }, &|f| {
        f.actor.as_ref().unwrap().session == actor.session
    });
    check(FindingFilter { agent: Some(actor.agent), ..any() }, &|f| {
        f.actor.as_ref().unwrap().agent == actor.agent
    });
    check(FindingFilter { limit: Some(1), ..any() }, &|f| f.id == expect[0].id);

    let id = expect[0].id.to_string();
    for prefix in [id.as_str(), &id[..8], &id[..8].to_uppercase()] {
        assert_eq!(reader.finding(prefix).unwrap().first().map(|f| f.id), Some(expect[0].id));
    }
    assert!(reader.finding("%").unwrap().is_empty());
    assert!(reader.finding("").unwrap().is_empty());
}

#[test]
fn sessions_end_and_are_filtered() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let mut state = State::open(&dir).unwrap();
    let records: Vec<_> = Stream::new(5).take(100).collect();
    state.apply(&records, Position(100)).unwrap();
    let mut first = state.read().sessions(&SessionFilter::default()).unwrap().remove(0);
    first.ended_unix_ns = Some(first.started_unix_ns + 5);
    let after = first.started_unix_ns + 6;
    state.apply(&[Record::Session(first.clone())], Position(101)).unwrap();
    let count = |filter| state.read().sessions(&filter).unwrap().len();
    assert_eq!(count(SessionFilter::default()), 10);
    assert_eq!(count(SessionFilter { running: true, ..SessionFilter::default() }), 9);
    assert_eq!(count(SessionFilter { since_unix_ns: after, ..SessionFilter::default() }), 9);
    assert_eq!(count(SessionFilter { limit: Some(2), ..SessionFilter::default() }), 2);
    let of_agent = SessionFilter { agent: Some(first.agent), ..SessionFilter::default() };
    assert!((3..=4).contains(&count(of_agent)));
}

#[test]
fn catches_up_with_the_record_and_repeats_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let mut records: Vec<_> = Stream::new(9).take(10_000).collect();
    let loss = Loss {
        cause: LossCause::RingFull,
        count: 12,
        from_unix_ns: 5,
        until_unix_ns: 9,
        place: "cpu 0".into(),
    };
    records.push(Record::Loss(loss.clone()));
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
    let end = writer.append(&records).unwrap();
    writer.sync().unwrap();
    let mut state = State::open(&dir).unwrap();
    let others = records.iter().filter(|record| !matches!(record, Record::Act(_))).count();
    assert_eq!(state.catch_up(home.path()).unwrap(), others as u64);
    assert_eq!(state.applied().unwrap(), end);
    assert_eq!(state.catch_up(home.path()).unwrap(), 0);
    state.apply(&records, end).unwrap();
    assert_eq!(state.read().losses(0).unwrap(), [loss]);
    assert!(state.read().losses(10).unwrap().is_empty());
    assert_eq!(
        plain(state.read().findings(&FindingFilter::default()).unwrap()),
        plain(findings(&records))
    );
}

#[test]
fn a_state_ahead_of_the_record_goes_back_to_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(5).take(200).collect();
    let mut state = State::open(&dir).unwrap();
    state.apply(&records, Position(5_000)).unwrap();
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
    writer.append(&records).unwrap();
    writer.sync().unwrap();
    assert_eq!(state.catch_up(home.path()).unwrap(), 0);
    assert_eq!(state.applied().unwrap(), Position(200), "power loss took the rest");
}

#[test]
fn forgets_findings_after_their_time() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(5).take(20_000).collect();
    let mut state = State::open(&dir).unwrap();
    state.apply(&records, Position(20_000)).unwrap();
    let settings = RetentionSettings { findings_days: 1, ..RetentionSettings::default() };
    let times: Vec<_> = findings(&records).iter().map(|finding| finding.time_unix_ns).collect();
    let day = 24 * 3_600 * 1_000_000_000;
    state.retain(&settings, times[0] + day).unwrap();
    let left = state.read().findings(&FindingFilter::default()).unwrap();
    assert_eq!(left.len(), times.iter().filter(|time| **time == times[0]).count());
}

fn seen(product: &str, what: &str) -> Seen {
    let (product, kind, what) = (product.into(), "program".into(), what.into());
    Seen { time_unix_ns: 1, product, kind, what }
}

#[test]
fn a_clerk_keeps_it_behind_the_writer() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(5).take(20_000).collect();
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
    let state = State::open(&dir).unwrap();
    let clerk = Clerk::start(state, dir.path(), RetentionSettings::default()).unwrap();
    for part in records.chunks(500) {
        writer.append(part).unwrap();
        clerk.wake();
    }
    clerk.remember(vec![seen("codex-cli", "/bin/ls"), seen("codex-cli", "/bin/ls")]);
    writer.sync().unwrap();
    clerk.finish();

    let state = State::open(&dir).unwrap();
    assert_eq!(state.applied().unwrap(), writer.end());
    let reader = StateReader::open(home.path()).unwrap();
    assert_eq!(
        plain(reader.findings(&FindingFilter::default()).unwrap()),
        plain(findings(&records))
    );
    assert_eq!(reader.seen().unwrap(), [seen("codex-cli", "/bin/ls")]);
}

#[test]
fn a_clerk_that_was_killed_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let records: Vec<_> = Stream::new(6).take(6_000).collect();
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).unwrap();
    writer.append(&records).unwrap();
    writer.sync().unwrap();
    // A state that was killed at any point stands at a position before the end.
    for reached in [0, 1, 2_999] {
        let mut state = State::open(&dir).unwrap();
        state.apply(&records[..reached], Position(reached as u64)).unwrap();
        let clerk = Clerk::start(state, dir.path(), RetentionSettings::default()).unwrap();
        clerk.finish();
        let reader = StateReader::open(home.path()).unwrap();
        let known = reader.findings(&FindingFilter::default()).unwrap();
        assert_eq!(plain(known), plain(findings(&records)), "from {reached}");
    }
}

#[test]
fn programs_are_known_by_file_and_content() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let program = |time, modified, hash: Result<&str, Unhashed>| {
        let file = FileRef { path: "/opt/agent".into(), inode: (1, u64::MAX) };
        let hash = hash.map(Into::into);
        Program { time_unix_ns: time, file, size: 3, modified_unix_ns: modified, hash, agent: None }
    };
    let told = [
        program(5, 1, Err(Unhashed::NotYet)),
        program(6, 1, Ok("aa")),
        program(7, 2, Err(Unhashed::Changed)),
    ];
    let records: Vec<_> = told.iter().cloned().map(Box::new).map(Record::Program).collect();
    let mut state = State::open(&dir).unwrap();
    state.apply(&records, Position(3)).unwrap();
    let reader = StateReader::open(home.path()).unwrap();
    let known = [told[2].clone(), told[1].clone()];
    assert_eq!(reader.programs_at("/opt/agent").unwrap(), known);
    assert!(reader.programs_at("/opt/other").unwrap().is_empty());
}

fn step(time_unix_ns: u64, care: Care) -> CareStep {
    CareStep { time_unix_ns, by: "root".into(), care, note: None }
}

#[test]
fn what_people_say_of_agents_is_kept_beside_the_daemon_and_longer_than_the_record() {
    let home = tempfile::tempdir().unwrap();
    let agent = event::AgentId::derive("h", "codex-cli", "alice");
    let mut book = Stewards::open(home.path()).unwrap();
    let own = |owner: &str, owner_uid| Care::Own {
        owner: owner.into(),
        owner_uid,
        reviewer: Some("sec".into()),
        review_every_days: Some(90),
    };
    let dir = DataDir::claim(home.path()).unwrap();
    let mut state = State::open(&dir).unwrap();
    for said in [
        step(5, own("bob", Some(1001))),
        step(9, Care::Review),
        step(9, Care::Retire),
        step(3, Care::Retire),
    ] {
        book.add(agent, "codex-cli@alice", &said).unwrap();
    }
    state.retain(&RetentionSettings { findings_days: 0, ..Default::default() }, u64::MAX).unwrap();
    let reader = StateReader::open(home.path()).unwrap();
    let now = reader.stewardship(agent).unwrap();
    let times: Vec<u64> = now.history.iter().map(|step| step.time_unix_ns).collect();
    assert_eq!(times, [5, 9, 10, 11], "in the order in which it was said");
    assert_eq!((now.owner.as_deref(), now.owner_uid), (Some("bob"), Some(1001)));
    assert_eq!((now.reviewed_unix_ns, now.retired_unix_ns), (Some(9), Some(10)));
    book.add(agent, "codex-cli@alice", &step(12, Care::Keep)).unwrap();
    book.add(agent, "codex-cli@alice", &step(13, own("team", None))).unwrap();
    let now = reader.stewardship(agent).unwrap();
    assert_eq!((now.reviewed_unix_ns, now.retired_unix_ns), (Some(13), None));
    assert_eq!((now.owner.as_deref(), now.owner_uid), (Some("team"), None));
    let other = event::AgentId::derive("h", "codex-cli", "bob");
    assert!(reader.stewardship(other).unwrap().history.is_empty());
}

#[test]
fn a_session_of_an_older_record_is_read() {
    let old = r#"{"id":"1af24ebb-93d7-5034-a143-3a74665dc2dd","agent":"4d375804-5ac4-5265-9248-a9c8311c2795",
        "root":{"start_ns":1,"pid":2},"started_unix_ns":3,"cwd":"/","evidence":"x","unseen_before":false}"#;
    let session: event::Session = serde_json::from_str(old).unwrap();
    assert!(session.delegation.is_empty() && session.identities.is_empty());
    assert!(!serde_json::to_string(&session).unwrap().contains("delegation"));
}

#[test]
fn decisions_are_listed_by_what_became_of_them() {
    use event::{Action, Decision, Effect, Enforcer, Judged, Object, Outcome, Principal, Verb};
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(home.path()).unwrap();
    let judged = |time_unix_ns: u64, would: Effect, outcome: Outcome| Judged {
        time_unix_ns,
        action: Action {
            principal: Principal::Human { account: "alice".into(), groups: Default::default() },
            verb: Verb::ReadFile,
            object: Object::File { path: "/keys/a".into() },
            context: Default::default(),
        },
        decision: Decision { would, ..Decision::default() },
        by: Enforcer::Record,
        outcome,
        process: None,
        event: None,
        count: 1,
    };
    let all = [
        judged(1, Effect::Notify, Outcome::WentOn),
        judged(2, Effect::Ask, Outcome::WouldHaveStopped),
        judged(3, Effect::Deny, Outcome::Prevented),
    ];
    let records: Vec<_> = all.iter().cloned().map(|it| Record::Decision(Box::new(it))).collect();
    let mut state = State::open(&dir).unwrap();
    state.apply(&records, Position(3)).unwrap();
    state.apply(&records, Position(3)).unwrap();
    let check = |filter: DecisionFilter, expect: &[u64]| {
        let found = state.read().decisions(&filter).unwrap();
        let times: Vec<u64> = found.iter().map(|it| it.time_unix_ns).collect();
        assert_eq!(times, expect, "{filter:?}");
    };
    let any = DecisionFilter::default;
    check(any(), &[3, 2, 1]);
    check(DecisionFilter { least: Effect::Ask, ..any() }, &[3, 2]);
    check(DecisionFilter { outcome: Some(Outcome::Prevented), ..any() }, &[3]);
    check(DecisionFilter { since_unix_ns: 2, limit: Some(1), ..any() }, &[3]);
    check(DecisionFilter { product: Some("codex-cli".into()), ..any() }, &[]);
}
