//! What is said to models and by them is looked at, and goes on as policies say.

use std::io::{Read, Write};
use std::sync::LazyLock;
use std::sync::mpsc::channel;

use content::examine::Examiner;
use content::llm::eventstream;
use event::{Action, CallEnded, Effect, Fails, FoundInCall, Inspected, Object, Verb};
use flate2::Compression;
use flate2::write::GzEncoder;
use gateway::models::Inspection;

use super::{Plan, Scene, error, post, reply};
use crate::stage::Host;

/// A key of a form that is known, made here.
pub const KEY: &str = concat!("AKIA", "QX7VLM2RT5WZ3KHD");

pub fn inspection() -> Inspection {
    static SHARED: LazyLock<Inspection> = LazyLock::new(|| {
        let examiner = Examiner::new(Default::default()).expect("what ships");
        Inspection::new(
            examiner,
            std::sync::Arc::new(|kind, text| format!("‹{kind}:{}›", text.len())),
        )
    });
    SHARED.clone()
}

/// A plan that looks, where secrets at this place have this effect.
fn plan(host: &Host, place: &'static str, effect: Effect) -> Plan {
    let mut plan = Plan::to(host);
    plan.inspection = Some(inspection());
    plan.decide = Box::new(move |action: &Action| {
        assert_eq!(action.verb, Verb::CallModel);
        assert!(matches!(action.object, Object::Model { .. }));
        let found = &action.context.found;
        match found.contains("secret") && &*action.context.stands_in == place {
            true => effect,
            false => Effect::Allow,
        }
    });
    plan
}

pub fn asking(text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(
        r#"{{"model":"m",  "messages":[{{"role":"user","content":"hello"}},{{"role":"assistant","tool_calls":[{{"id":"c1","type":"function","function":{{"name":"Read","arguments":"{{}}"}}}}]}},{{"role":"tool","tool_call_id":"c1","content":{text}}}]}}"#
    )
}

pub fn answering(text: &str) -> String {
    let text = serde_json::Value::from(text);
    format!(
        r#"{{"id":"c9", "choices":[{{"index":0,"message":{{"role":"assistant","content":{text}}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":11,"completion_tokens":22}}}}"#
    )
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").expect(request).1
}

fn found(scene: &Scene, expect: Inspected) -> Vec<FoundInCall> {
    let called = scene.called();
    assert_eq!(called.inspected, expect);
    called.found
}

#[test]
fn what_is_harmless_passes_byte_for_byte_and_is_scanned() {
    let said = answering("all is well");
    let answer = said.clone();
    let host = Host::plain(move |_| reply(&said));
    let scene = plan(&host, "", Effect::Allow).start();
    let asked = asking("fn main() {}\n\u{f6}");
    let heard = scene.say(post("/openai/v1/chat/completions", &asked));
    assert_eq!(body(&heard), answer);
    assert_eq!(body(&host.seen().concat()), asked);
    let called = scene.called();
    assert_eq!((called.inspected, called.found), (Inspected::Scanned, Vec::new()));
    assert_eq!((called.tokens.input, called.tokens.output), (11, 22));
    assert_eq!((&*called.answer, called.ended), ("c9", CallEnded::Whole));
}

#[test]
fn what_is_found_goes_on_without_it_or_not_at_all() {
    let check = |effect: Effect, status: &str| {
        let host = Host::plain(|_| reply(&answering("fine")));
        let scene = plan(&host, "tool_result", effect).start();
        let asked = asking(&format!("key = \"{KEY}\""));
        let heard = scene.say(post("/openai/v1/chat/completions", &asked));
        assert!(heard.starts_with(&format!("HTTP/1.1 {status}")), "{effect:?}: {heard}");
        let found = found(&scene, Inspected::Scanned);
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&*one.stands_in, &*one.tool, one.times), ("tool_result", "Read", 1));
        assert_eq!(one.effect, effect);
        assert!(one.what.starts_with("secret/"), "{one:?}");
        (asked, host.seen().concat(), heard)
    };
    let (asked, seen, _) = check(Effect::Notify, "200");
    assert_eq!(body(&seen), asked);
    let (asked, seen, _) = check(Effect::Redact, "200");
    let mark = body(&seen);
    assert!(!mark.contains(KEY) && mark.contains(":20›"), "{seen}");
    assert_eq!(mark.replace("‹aws_access_key:20›", KEY), asked);
    for effect in [Effect::Deny, Effect::Ask] {
        let (_, seen, heard) = check(effect, "403");
        assert!(seen.is_empty(), "{seen}");
        let (_, body) = error(&heard);
        let said = body["error"]["message"].as_str().unwrap_or_default();
        assert!(said.contains("secret/") && said.contains("test.policy"), "{said}");
    }
}

#[test]
fn an_answer_goes_on_without_it_or_not_at_all() {
    let check = |effect: Effect, expect: &str| {
        let host = Host::plain(|_| reply(&answering(&format!("use {KEY} now"))));
        let scene = plan(&host, "answer", effect).start();
        let heard = scene.say(post("/openai/v1/chat/completions", &asking("x")));
        assert!(!heard.contains(KEY), "{heard}");
        assert!(heard.contains(expect), "{heard}");
        let called = scene.called();
        assert_eq!(called.found.len(), 1);
        (called.ended, heard)
    };
    let (ended, heard) = check(Effect::Redact, "use ‹");
    assert_eq!(ended, CallEnded::Whole);
    let length = format!("content-length: {}", body(&heard).len());
    assert!(heard.to_lowercase().contains(&length), "{heard}");
    let (ended, _) = check(Effect::Deny, "permission_error");
    assert_eq!(ended, CallEnded::Refused);
}

fn event(text: &str) -> String {
    let text = serde_json::Value::from(text);
    let data =
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{text}}}}}]}}\n\n");
    format!("{:x}\r\n{data}\r\n", data.len())
}

const EVENTS: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn streaming(pieces: &[&str]) -> Host {
    let pieces: String = pieces.iter().map(|piece| event(piece)).collect();
    let whole = format!("{EVENTS}{pieces}0\r\n\r\n");
    Host::plain(move |_| whole.clone().into_bytes())
}

#[test]
fn a_stream_goes_on_without_it_or_is_cut() {
    let (first, rest) = KEY.split_at(6);
    let check = |effect: Effect, holds: &str, misses: &str, expect: CallEnded| {
        let host = streaming(&["use ", first, rest, " now", " and then"]);
        let scene = plan(&host, "answer", effect).start();
        let heard = scene.say(post("/openai/v1/chat/completions", &asking("x")));
        assert!(heard.contains(holds) && !heard.contains(misses), "{effect:?}: {heard}");
        let called = scene.called();
        assert_eq!((called.ended, called.inspected), (expect, Inspected::Scanned), "{effect:?}");
        assert_eq!(called.found.len(), 1);
    };
    check(Effect::Notify, rest, "‹", CallEnded::Whole);
    check(Effect::Redact, ":20›", first, CallEnded::Whole);
    check(Effect::Deny, "chaperone: stopped", rest, CallEnded::Refused);
}

#[test]
fn what_comes_is_looked_at_and_goes_on_before_the_rest_is_there() {
    let (step, waits) = channel();
    let first: &'static str = Box::leak(format!("{EVENTS}{}", event("one ")).into_boxed_str());
    let rest: &'static str = Box::leak(format!("{}0\r\n\r\n", event("two ")).into_boxed_str());
    let host = Host::stepwise(first, waits, rest);
    let scene = plan(&host, "answer", Effect::Redact).start();
    let mut stream = scene.connection();
    let asked = post("/openai/v1/chat/completions", &asking("x"));
    stream.write_all(asked.as_bytes()).expect("written");
    let (mut heard, mut space) = (String::new(), [0; 512]);
    while !heard.contains("one ") {
        let length = stream.read(&mut space).expect("a part");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    step.send(()).expect("the host waits");
    stream.read_to_string(&mut heard).expect("the rest");
    assert!(heard.contains("two "), "{heard}");
}

#[test]
fn what_cannot_be_looked_at_is_told_and_goes_on_or_does_not() {
    let check =
        |fails: Fails, path: &str, asked: &str, answer: &'static [u8], status: &str, expect| {
            let host = Host::plain(move |_| answer.to_vec());
            let mut plan = plan(&host, "", Effect::Allow);
            plan.providers[0].fails = fails;
            let scene = plan.start();
            let heard = scene.say(post(path, asked));
            assert!(heard.starts_with(&format!("HTTP/1.1 {status}")), "{asked}: {heard}");
            assert_eq!(scene.called().inspected, expect, "{asked} {fails:?}");
        };
    let chat = "/openai/v1/chat/completions";
    let fine = &*reply(&answering("x")).leak();
    let odd = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n{no";
    let sound =
        b"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-length: 3\r\n\r\n\x01\x02\x03";
    let packed = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: br\r\ncontent-length: 3\r\n\r\n\x01\x02\x03";
    let asked = &asking("x");
    for (fails, good, bad) in [(Fails::Open, "200", "200"), (Fails::Closed, "200", "422")] {
        check(fails, chat, asked, fine, good, Inspected::Scanned);
        check(fails, chat, "{no JSON", fine, bad, Inspected::Failed);
    }
    for (fails, bad) in [(Fails::Open, "200"), (Fails::Closed, "502")] {
        check(fails, chat, asked, odd, bad, Inspected::Failed);
    }
    check(Fails::Open, chat, asked, sound, "200", Inspected::PartlyScanned);
    check(Fails::Open, chat, asked, packed, "200", Inspected::PartlyScanned);
    check(Fails::Closed, chat, asked, packed, "502", Inspected::Scanned);
    let picture = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#;
    check(Fails::Open, chat, picture, fine, "200", Inspected::PartlyScanned);
    check(
        Fails::Open,
        "/openai/v9/other",
        r#"{"text": "x y"}"#,
        fine,
        "200",
        Inspected::PartlyScanned,
    );
}

#[test]
fn a_form_that_nobody_knows_is_looked_through_all_the_same() {
    let host = Host::plain(|_| reply("{}"));
    let scene = plan(&host, "user", Effect::Redact).start();
    scene.say(post("/openai/v9/other", &format!(r#"{{"deep":[{{"text":"k {KEY} k"}}]}}"#)));
    let seen = host.seen().concat();
    assert!(!seen.contains(KEY) && body(&seen).starts_with(r#"{"deep":[{"text":"k ‹"#), "{seen}");
}

#[test]
fn what_comes_packed_is_looked_into() {
    let check = |text: &str, expect: Inspected| {
        let host = Host::plain(|_| reply(&answering("x")));
        let scene = plan(&host, "tool_result", Effect::Redact).start();
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).expect("packed");
        let packed = packed.finish().expect("packed");
        let head = format!(
            "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            packed.len()
        );
        let heard = scene.say([head.as_bytes(), &packed].concat());
        let called = scene.called();
        assert_eq!((called.inspected, called.sent), (expect, packed.len() as u64), "{heard}");
        (host.seen().concat(), heard)
    };
    let (seen, _) = check(&asking(&format!("key = {KEY}")), Inspected::Scanned);
    assert!(body(&seen).contains(":20›") && !seen.contains("gzip"), "{seen}");
    let (seen, _) = check(&asking("harmless"), Inspected::Scanned);
    assert!(seen.to_lowercase().contains("content-encoding: gzip") && !seen.contains("harmless"));
    // So much out of so little is refused.
    let (seen, heard) = check(&asking(&"x".repeat(8 << 20)), Inspected::Skipped);
    assert!(seen.is_empty() && heard.starts_with("HTTP/1.1 413"), "{heard}");
}

#[test]
fn nothing_packed_is_asked_for() {
    let host = Host::plain(|_| reply(&answering("x")));
    let scene = plan(&host, "", Effect::Allow).start();
    let asked = post("/openai/v1/chat/completions", &asking("x"));
    scene.say(asked.replace("X-Odd: Yes", "Accept-Encoding: gzip, br"));
    let seen = host.seen().concat().to_lowercase();
    assert!(seen.contains("accept-encoding: identity\r\n") && !seen.contains("gzip"), "{seen}");
}

#[test]
fn the_same_call_again_and_again_is_too_much() {
    let host = Host::plain(|_| reply(&answering("fine")));
    let mut plan = plan(&host, "", Effect::Allow);
    plan.decide = Box::new(|action: &Action| {
        let same = action.context.found.contains("excess/same_call_repeated");
        if same { Effect::Deny } else { Effect::Allow }
    });
    let scene = plan.start();
    let said: Vec<bool> = (0..16)
        .map(|_| {
            scene.say(post("/openai/v1/chat/completions", &looping())).contains("HTTP/1.1 200")
        })
        .collect();
    assert!(said[..8].iter().all(|went| *went), "{said:?}");
    assert!(said.contains(&false), "{said:?}");
}

#[test]
fn a_task_with_many_calls_is_not_too_much() {
    let host = Host::plain(|_| reply(&answering("fine")));
    let scene = plan(&host, "", Effect::Allow).start();
    for turn in 0..40 {
        let asked = looping().replace("cargo test", &format!("cat src/part{turn}/mod{turn}.rs"));
        scene.say(post("/openai/v1/chat/completions", &asked));
        assert_eq!(scene.called().found, [], "{turn}");
    }
}

/// An agent that called a tool and goes on with what it answered.
fn looping() -> String {
    r#"{"model":"m","messages":[{"role":"user","content":"Make the tests pass, please."},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"Bash","arguments":"{\"command\":\"cargo test\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"done"}]}"#.to_owned()
}

#[test]
fn a_stream_that_says_its_length_passes_to_its_last_byte() {
    let event = |text: &str| {
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
    };
    let said = [event("all "), event("is well"), "data: [DONE]\n\n".to_owned()].concat();
    let body = said.clone();
    let host = Host::plain(move |_| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    });
    let scene = plan(&host, "", Effect::Allow).start();
    let heard = scene.say(post("/openai/v1/chat/completions", &asking("fine")));
    assert_eq!(body_of_chunks(&heard), said);
    assert_eq!(scene.called().ended, CallEnded::Whole);
}

/// A body as it is, or in chunks.
fn body_of_chunks(answer: &str) -> String {
    let (head, rest) = answer.split_once("\r\n\r\n").expect(answer);
    if !head.to_lowercase().contains("transfer-encoding") {
        return rest.to_owned();
    }
    let (mut all, mut rest) = (String::new(), rest);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        all.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    all
}

/// A stream of Gemini that nobody asked events of.
fn listed(texts: &[&str]) -> String {
    let item = |text: &&str| {
        let text = serde_json::Value::from(*text);
        format!(
            r#"{{"candidates": [{{"content": {{"parts": [{{"text": {text}}}], "role": "model"}}}}], "responseId": "g1"}}"#
        )
    };
    let items: Vec<String> = texts.iter().map(item).collect();
    format!("[{}\n]\n", items.join("\n,\r\n"))
}

#[test]
fn a_list_that_grows_goes_on_without_it_or_is_cut() {
    let (first, rest) = KEY.split_at(6);
    let check = |effect: Effect, texts: &[&str], expect: &str| {
        let said = listed(texts);
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked";
        let pieces: String = said
            .as_bytes()
            .chunks(7)
            .map(|it| format!("{:x}\r\n{}\r\n", it.len(), String::from_utf8_lossy(it)))
            .collect();
        let whole = format!("{head}\r\n\r\n{pieces}0\r\n\r\n");
        let host = Host::plain(move |_| whole.clone().into_bytes());
        let scene = plan(&host, "answer", effect).start();
        let path = "/openai/v1beta/models/gemini-9:streamGenerateContent";
        let heard = scene.say(post(path, r#"{"contents": [{"parts": [{"text": "x"}]}]}"#));
        let heard = body_of_chunks(&heard);
        let items: serde_json::Value = serde_json::from_str(&heard).expect(&heard);
        let items = items.as_array().expect("a list");
        let text = |it: &serde_json::Value| {
            let text = &it["candidates"][0]["content"]["parts"][0]["text"];
            text.as_str().or(it["error"]["status"].as_str()).unwrap_or_default().to_owned()
        };
        assert_eq!(items.iter().map(text).collect::<String>(), expect, "{effect:?}: {heard}");
        (heard, said, scene.called())
    };
    let (heard, said, called) = check(Effect::Deny, &["all ", "is well "], "all is well ");
    assert_eq!((heard, called.inspected, &*called.answer), (said, Inspected::Scanned, "g1"));
    let (.., called) =
        check(Effect::Redact, &["use ", first, rest, " now"], "use ‹aws_access_key:20› now");
    assert_eq!((called.found.len(), called.ended), (1, CallEnded::Whole));
    let (.., called) = check(Effect::Deny, &["use it ", KEY, " now"], "use it PERMISSION_DENIED");
    assert_eq!(called.ended, CallEnded::Refused);
    check(Effect::Deny, &[KEY, " "], "PERMISSION_DENIED");
}

/// A stream of a model of Anthropic that is invoked: its events are packed in frames.
fn invoked(pieces: &[&str]) -> Vec<u8> {
    use base64::Engine;
    let event = |text: &&str| {
        let text = serde_json::Value::from(*text);
        let event = format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":{text}}}}}"#
        );
        let bytes = base64::prelude::BASE64_STANDARD.encode(event);
        let body = format!(r#"{{"bytes":"{bytes}","p":"abc"}}"#);
        eventstream::frame(&[(":event-type", "chunk"), (":message-type", "event")], body.as_bytes())
    };
    pieces.iter().flat_map(event).collect()
}

/// What the frames say, and the names of those that are no chunks.
fn said_by(frames: &[u8]) -> String {
    use base64::Engine;
    let mut said = String::new();
    let read = eventstream::Reader::default().take(frames, &mut |frame| {
        let body: serde_json::Value = serde_json::from_slice(frame.body).expect("JSON");
        let Some(bytes) = body["bytes"].as_str() else { return said.push_str(frame.name()) };
        assert_eq!(body["p"], "abc");
        let event = base64::prelude::BASE64_STANDARD.decode(bytes).expect("base64");
        let event: serde_json::Value = serde_json::from_slice(&event).expect("JSON");
        said.push_str(event["delta"]["text"].as_str().unwrap_or_default());
    });
    read.expect("frames");
    said
}

#[test]
fn what_is_packed_in_frames_goes_on_without_it_or_is_cut() {
    let (first, rest) = KEY.split_at(6);
    let check = |effect: Effect, expect: &str| {
        let frames = invoked(&["use ", first, rest, " now", " and then"]);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ncontent-length: {}\r\n\r\n",
            frames.len()
        );
        let whole = [head.into_bytes(), frames].concat();
        let host = Host::plain(move |_| whole.clone());
        let scene = plan(&host, "answer", effect).start();
        let path = "/openai/model/anthropic.claude-x/invoke-with-response-stream";
        let asked = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"x"}]}"#;
        let mut stream = scene.connection();
        stream.write_all(post(path, asked).as_bytes()).expect("written");
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).expect("heard");
        let body = heard.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
        let said = said_by(&unchunked(&heard[..body], &heard[body..]));
        // What came at once with it is cut, too.
        assert!(said.ends_with(expect) && !said.contains(rest) | expect.contains(rest), "{said}");
        let called = scene.called();
        assert_eq!((&*called.model, called.found.len()), ("anthropic.claude-x", 1), "{effect:?}");
    };
    check(Effect::Notify, &format!("use {KEY} now and then"));
    check(Effect::Redact, "use ‹aws_access_key:20› now and then");
    check(Effect::Deny, "validationException");
}

/// The same of bytes.
fn unchunked(head: &[u8], body: &[u8]) -> Vec<u8> {
    if !String::from_utf8_lossy(head).to_lowercase().contains("transfer-encoding") {
        return body.to_vec();
    }
    let (mut all, mut rest) = (Vec::new(), body);
    while let Some(end) = rest.windows(2).position(|it| it == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16);
        let size = size.expect("a size");
        all.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    all
}
