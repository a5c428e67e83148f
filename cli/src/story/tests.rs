//! Stories of small sessions, as they are told.

use event::testing::{by_agent, exec, open, pid};
use event::{Access, Actor, Endpoint, Event, FileRef, FileWrite, Flow, RuleInfo, Severity};

use super::*;

fn said(at_s: u64, speech: Speech, tool: &str, text: &str) -> Attributed {
    let said_unix_ns = at_s * SECOND_NS;
    let words = Utterance {
        speech,
        tool: tool.into(),
        text: text.into(),
        bytes: text.len() as u64,
        said_unix_ns,
        telemetry: speech == Speech::ToolCall,
        ..Utterance::default()
    };
    by_agent(1, Event::new(said_unix_ns, pid(7), Act::Utterance(Box::new(words))))
}

/// An act below the tool whose first process is 100.
fn tool(event: Event) -> Attributed {
    let mut act = by_agent(1, event);
    let actor = act.actor.as_deref().cloned().expect("an agent's");
    let call = ToolCallId::derive(actor.session, pid(100));
    let actor = Actor { tool_call: Some(call), tool_root: Some(pid(100)), ..actor };
    act.actor = Some(std::sync::Arc::new(actor));
    act
}

fn connection(at_s: u64, host: Option<&str>, sent: u64) -> [Event; 2] {
    let end = "203.0.113.7:443".parse::<std::net::SocketAddr>().expect("an address");
    let host = host.map(Into::into);
    let flow = Flow { remote: Endpoint::Ip(end.ip(), end.port()), host, sent, ..Flow::default() };
    let at = at_s * SECOND_NS;
    [
        Event::new(at, pid(100), Act::NetworkConnect(Flow { sent: 0, ..flow.clone() })),
        Event::new(at, pid(100), Act::NetworkClose(flow)),
    ]
}

/// How it is told, without colours.
fn check(acts: Vec<Attributed>, findings: Vec<Finding>, expect: &str) {
    let mut story = Story::default();
    acts.iter().for_each(|act| story.learn(act));
    findings.into_iter().for_each(|finding| story.found(finding));
    let moments = story.moments();
    let told: Vec<String> = moments.iter().flat_map(|moment| paragraph(moment, false)).collect();
    assert_eq!(told.join("\n"), expect);
    assert!(moments.is_sorted_by_key(|moment| moment.time_unix_ns));
}

#[test]
fn a_call_that_two_heard_is_told_once() {
    use event::{CallSource, Tokens};
    let heard = |source: CallSource| {
        let call = ModelCall {
            source,
            provider: "anthropic".into(),
            model: "m".into(),
            status: 200,
            began_unix_ns: 10 * SECOND_NS,
            answer: "msg_1".into(),
            tokens: Tokens { input: 7, output: 5, ..Tokens::default() },
            ..ModelCall::default()
        };
        by_agent(1, Event::new(11 * SECOND_NS, pid(7), Act::ModelCall(Box::new(call))))
    };
    let told = "00:00:10.000 model    m of anthropic: 200, 0 bytes out, 0 back, 7 + 5 tokens, 0 ms, skipped";
    let (gateway, plaintext) = (heard(CallSource::Gateway), heard(CallSource::Plaintext));
    check(vec![gateway.clone(), plaintext.clone()], Vec::new(), told);
    check(vec![plaintext.clone(), gateway], Vec::new(), told);
    check(vec![plaintext], Vec::new(), &format!("{told}, as plain text"));
}

#[test]
fn what_a_call_led_to_stands_below_it() {
    let write = |path: &str| {
        let file = FileRef::named(path);
        Event::new(14 * SECOND_NS, pid(100), Act::FileWrite(FileWrite { file, bytes: 1 }))
    };
    let mut acts = vec![
        said(10, Speech::Prompt, "", "tidy up"),
        said(11, Speech::ToolCall, "Bash", "make clean"),
        tool(exec(12, 7, 100, "/bin/bash", "bash -c 'make clean'")),
        said(20, Speech::ToolResult, "", "done"),
        said(21, Speech::Answer, "", "I tidied \u{1b}[2Jup"),
    ];
    for at in 0..300 {
        acts.push(tool(open(13, 100, &format!("/w/src/{at}.c"), Access::Read)));
        acts.push(tool(open(13, 100, "/usr/lib/libc.so", Access::Read)));
    }
    acts.extend(["/w/a.o", "/w/b.o", "/w/a.o"].map(write).map(tool));
    acts.extend(connection(15, Some("evil.example"), 12).map(tool));
    acts.push(by_agent(1, open(16, 7, "/home/ida/.codex/auth.json", Access::Read)));
    acts.push(by_agent(1, open(17, 7, "/usr/share/x", Access::Read)));
    check(
        acts,
        Vec::new(),
        r"00:00:10.000 asked    tidy up
00:00:11.000 called   Bash: make clean  (told by telemetry)
               ran      bash -c 'make clean'
               read     301: /w/src/0.c, /w/src/1.c, /w/src/2.c, /w/src/3.c, /w/src/4.c, /w/src/5.c, …
               changed  /w/a.o, /w/b.o
               reached  evil.example (203.0.113.7:443), 12 bytes out, 0 in
00:00:16.000 itself   the agent's own processes
               read     2: /home/ida/.codex/auth.json, …
00:00:20.000 result   4 bytes: done
00:00:21.000 answered I tidied \u{1b}[2Jup",
    );
}

#[test]
fn what_nobody_told_of_is_told_as_that_and_findings_stand_where_they_were_made() {
    let act = tool(exec(12, 7, 100, "/bin/sh", "sh -c id"));
    let finding = Finding {
        id: event::FindingId::derive("r", "k", act.id),
        time_unix_ns: 12 * SECOND_NS,
        rule: RuleInfo { severity: Severity::High, ..RuleInfo::default() }.into(),
        summary: "it ran id".into(),
        matched: Vec::new(),
        events: Vec::new(),
        process: act.process.clone(),
        actor: act.actor.clone(),
        count: 1,
    };
    let told = paragraph(
        &Moment { time_unix_ns: 12 * SECOND_NS, what: What::Finding(Box::new(finding.clone())) },
        false,
    );
    let expect = format!(
        "00:00:10.000 asked    who am I\n00:00:12.000 tool     a tool ran, of which nobody told\n               ran      sh -c id\n{}",
        told.join("")
    );
    check(vec![said(10, Speech::Prompt, "", "who am I"), act], vec![finding], &expect);
}
