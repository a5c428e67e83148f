//! What real agents wrote, said again as words; growth, cuts and secrets.

use event::Redact as _;
use proptest::strategy::Strategy as _;

use super::*;
use crate::redact::Redactor;

const CODEX: &str = include_str!("fixtures/codex-cli.jsonl");
const CLAUDE: &str = include_str!("fixtures/claude-code.jsonl");
const GEMINI: &str = include_str!("fixtures/gemini-cli.jsonl");
const MINI: &str = include_str!("fixtures/mini-swe-agent.json");

/// One line for each thing that was said.
pub fn shown(words: &Utterance) -> String {
    let Utterance { speech, tool, call, model, .. } = words;
    let text = words.text.lines().next().unwrap_or_default();
    let failed = if words.failed { " failed" } else { "" };
    let tokens = match (words.input_tokens, words.output_tokens) {
        (0, 0) => String::new(),
        (input, output) => format!(" {input}+{output}"),
    };
    let names = [&**tool, &**call, &**model].into_iter().filter(|name| !name.is_empty());
    let names: Vec<&str> = names.collect();
    format!("{}{failed}{tokens} [{}] {text}", speech.name(), names.join(" ")).trim_end().to_owned()
}

fn read(product: &str, pieces: &[&[u8]]) -> (Vec<String>, Unread) {
    let mut reader = Reader::of(product, 0).expect("a product that is known");
    let mut told = Vec::new();
    for piece in pieces {
        reader.take(piece, &mut |words| told.push(shown(&words)));
    }
    (told, reader.unread())
}

fn check(product: &str, text: &str, expect: &[&str]) {
    let (told, unread) = read(product, &[text.as_bytes()]);
    assert_eq!(told, expect, "{product}");
    assert_eq!(unread, Unread::default(), "{product}");
}

/// What real agents wrote of the same three commands.
#[test]
fn each_product_says_the_same_in_its_own_form() {
    check(
        "codex-cli",
        CODEX,
        &[
            "prompt [] Do the next step. Mind the tests.",
            "call [exec_command call_0] cat /etc/hostname && echo made > made.txt",
            "result [call_0] vm",
            "answer 10+5 [stub]",
            "call [exec_command call_1] ls no-such-file",
            "result failed [call_1] ls: cannot access 'no-such-file': No such file or directory",
            "answer 10+5 [stub]",
            "call [exec_command call_2] echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "result [call_2] COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "answer 10+5 [stub]",
            "answer [stub] Done.",
            "answer 10+5 [stub]",
        ],
    );
    check(
        "claude-code",
        CLAUDE,
        &[
            "prompt [] Do the next step. Mind the tests.",
            "answer 10+5 [stub]",
            "call [Bash toolu_0] cat /etc/hostname && echo made > made.txt",
            "result [toolu_0] vm",
            "answer 10+5 [stub]",
            "call [Bash toolu_1] ls no-such-file",
            "result failed [toolu_1] Exit code 2",
            "answer 10+5 [stub]",
            "call [Bash toolu_2] echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "result [toolu_2] COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "answer 10+5 [stub] Done.",
        ],
    );
    check(
        "gemini-cli",
        GEMINI,
        &[
            "prompt [] Do the next step. Mind the tests.",
            "answer 10+5 [gemini-2.5-flash]",
            "call [run_shell_command run_shell_command__run_shell_command_1795319578432_0] cat /etc/hostname && echo made > made.txt",
            "result [run_shell_command__run_shell_command_1795319578432_0] vm",
            "answer 10+5 [gemini-2.5-flash]",
            "call [run_shell_command run_shell_command__run_shell_command_1795319578995_0] ls no-such-file",
            "result failed [run_shell_command__run_shell_command_1795319578995_0] ls: cannot access 'no-such-file': No such file or directory",
            "answer 10+5 [gemini-2.5-flash]",
            "call [run_shell_command run_shell_command__run_shell_command_1795319579233_0] echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "result [run_shell_command__run_shell_command_1795319579233_0] COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "answer 10+5 [gemini-2.5-flash] Done.",
        ],
    );
    check(
        "mini-swe-agent",
        MINI,
        &[
            "prompt [] Please solve this issue: Do the next step. Mind the tests.",
            "answer 10+5 [gpt-4o] Next step.",
            "call [bash call_0] cat /etc/hostname && echo made > made.txt",
            "result [call_0] vm",
            "answer 10+5 [gpt-4o] Next step.",
            "call [bash call_1] ls no-such-file",
            "result failed [call_1] ls: cannot access 'no-such-file': No such file or directory",
            "answer 10+5 [gpt-4o] Next step.",
            "call [bash call_2] echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
            "result failed [call_2]",
        ],
    );
    assert!(Reader::of("opencode", 0).is_none() && is_database("opencode"));
    assert!(is_understood("gemini-cli", "/h/.gemini/tmp/x/chats/session-1.jsonl"));
    assert!(!is_understood("gemini-cli", "/h/.gemini/tmp/x/logs.json"));
    assert!(!is_understood("opencode", "/h/x.jsonl"));
    assert!(is_understood("opencode", "/h/.local/share/opencode/opencode.db"));
}

#[test]
fn times_and_names_are_those_that_stand_there() {
    let mut reader = Reader::of("codex-cli", 0).expect("known");
    let mut told = Vec::new();
    reader.take(CODEX.as_bytes(), &mut |words| told.push(words));
    assert_eq!(told[0].said_unix_ns, 1_795_319_573_242_000_000);
    assert_eq!(&*told[0].conversation, "01a20162-aabc-7523-a620-64d54ecba0b2");
}

#[test]
fn growth_at_every_byte_says_the_same() {
    for (product, text) in [("codex-cli", CODEX), ("claude-code", CLAUDE), ("gemini-cli", GEMINI)] {
        let whole = read(product, &[text.as_bytes()]);
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(read(product, &bytes), whole, "{product}");
        for at in (0..text.len()).step_by(97) {
            let (one, other) = text.as_bytes().split_at(at);
            assert_eq!(read(product, &[one, other]), whole, "{product} at {at}");
        }
    }
}

/// Another reader goes on where one ended: nothing is told twice, nothing is left out.
#[test]
fn reading_goes_on_where_it_ended() {
    for (product, text) in [("codex-cli", CODEX), ("claude-code", CLAUDE)] {
        let (whole, _) = read(product, &[text.as_bytes()]);
        for share in [3, 5, 8] {
            let mut told = Vec::new();
            let mut first = Reader::of(product, 0).expect("known");
            let until = text.len() * share / 10;
            first.take(&text.as_bytes()[..until], &mut |words| told.push(words.speech));
            let at = usize::try_from(first.at()).expect("short");
            assert!(at <= until && (at == 0 || text.as_bytes()[at - 1] == b'\n'));
            let mut second = Reader::of(product, first.at()).expect("known");
            second.take(&text.as_bytes()[at..], &mut |words| told.push(words.speech));
            assert_eq!(told.len(), whole.len(), "{product} at {at}");
            assert_eq!(second.at(), text.len() as u64);
        }
    }
    let mut first = Reader::of("mini-swe-agent", 0).expect("known");
    first.take(MINI.as_bytes(), &mut |_| {});
    let mut second = Reader::of("mini-swe-agent", first.at()).expect("known");
    second.take(MINI.as_bytes(), &mut |words| panic!("told twice: {words:?}"));
}

#[test]
fn a_document_that_is_written_anew_says_what_is_new() {
    let whole: Value = serde_json::from_str(MINI).expect("JSON");
    let mut part = whole.clone();
    part["messages"].as_array_mut().expect("a list").truncate(4);
    let part = part.to_string();
    let (grown, _) = read("mini-swe-agent", &[part.as_bytes(), MINI.as_bytes()]);
    assert_eq!(grown, read("mini-swe-agent", &[MINI.as_bytes()]).0);
    let (again, _) = read("mini-swe-agent", &[MINI.as_bytes(), part.as_bytes()]);
    assert_eq!(again.len(), grown.len() + 4, "a shorter one is another run");
}

#[test]
fn what_is_broken_is_counted_and_what_follows_is_read() {
    let line = r#"{"type":"user","message":{"content":"hello"},"sessionId":"s"}"#;
    let long = format!("{{\"x\":\"{}\"}}", "y".repeat(10 << 20));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let check = |entry: &[u8], broken: u64, unknown: u64| {
        let text = [entry, b"\n", line.as_bytes(), b"\n"].concat();
        for size in [text.len(), 4_096, 65_537] {
            let pieces: Vec<&[u8]> = text.chunks(size).collect();
            let (told, unread) = read("claude-code", &pieces);
            assert_eq!(told.last().map(String::as_str), Some("prompt [] hello"));
            assert_eq!(unread, Unread { broken, unknown });
        }
    };
    check(long.as_bytes(), 1, 0);
    check(deep.as_bytes(), 1, 0);
    check(b"\xff\xfe\x00 no text", 1, 0);
    check(b"{\"type\":\"user\",\"message\":{\"content\":\"\xff\"}}", 0, 0);
    check(br#"{"type":"something new"}"#, 0, 1);
    check(b"3", 0, 1);
    check(b"", 0, 0);
    check(
        b"{\"type\":\"assistant\",\"message\":{\"content\":[1,null,{\"type\":\"tool_use\"}]}}",
        0,
        0,
    );
}

#[test]
fn a_long_text_is_cut_and_its_length_is_told() {
    let said = Utterance { text: "ü".repeat(40_000).into(), ..Utterance::default() };
    let said = super::said(said.clone(), &said.text);
    assert_eq!((said.bytes, said.text.len()), (80_000, MOST_TEXT));
    let redactor = Redactor::new(b"key").expect("a redactor");
    let kept = keep(said, Words::Full, &redactor);
    assert!(kept.truncated && !kept.redacted);
    assert_eq!((kept.words.bytes, kept.words.text.len()), (80_000, 4_096));
}

#[test]
fn secrets_do_not_get_through() {
    let redactor = Redactor::new(b"key").expect("a redactor");
    let secret = "ghp_0123456789abcdefABCDEF0123456789abcd";
    assert!(redactor.text(secret).is_some(), "the canary is one");
    let check = |speech: Speech, text: String, wanted: Words| {
        let words = super::said(Utterance { speech, ..Utterance::default() }, &text);
        let kept = keep(words, wanted, &redactor);
        let told = format!("{kept:?}");
        for length in [secret.len(), 16] {
            assert!(!told.contains(&secret[..length]), "{speech:?}");
        }
        kept
    };
    for speech in [Speech::Prompt, Speech::Answer, Speech::ToolCall, Speech::ToolResult] {
        assert!(check(speech, format!("use {secret} here"), Words::Full).redacted);
        // Wherever a text is cut, no half of a secret is left.
        for before in [1_000, 4_080, 32_740, 32_760] {
            let many = format!("{secret} ").repeat(before / 41);
            check(speech, format!("{many}{secret}"), Words::Full);
            check(speech, format!("{}{secret} and more", "x ".repeat(before / 2)), Words::Full);
        }
    }
    let kept = check(Speech::Prompt, format!("use {secret}"), Words::Calls);
    assert_eq!((&*kept.words.text, kept.words.bytes), ("", 44));
    let kept = check(Speech::ToolCall, "curl https://x".into(), Words::Calls);
    assert_eq!(&*kept.words.text, "curl https://x");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]
    /// Whatever stands in a transcript, in whatever pieces: it is read to its end.
    #[test]
    fn takes_any_text(
        parts in proptest::collection::vec(proptest::prop_oneof![
            "\\PC{0,12}",
            proptest::sample::select(vec!["{", "}", "[", "]", "\n", ":", ",", "\"", "\"type\"", "\"message\"", "\"content\"", "\"messages\"", "\"user\"", "\"payload\"", "\"$set\"", "null", "1e9"]).prop_map(str::to_owned),
        ], 0..40),
        at in 0_usize..200,
    ) {
        let text = parts.concat();
        let (one, other) = text.as_bytes().split_at(at.min(text.len()));
        for product in ["codex-cli", "claude-code", "gemini-cli", "mini-swe-agent"] {
            read(product, &[one, other]);
        }
    }
}
