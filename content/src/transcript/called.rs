//! What went by between an agent and its model, or a server of tools, as words of its conversation. An agent says its
//! whole conversation with each request: new is what stands behind the model's last words.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use event::{Speech, Teller, Utterance};
use serde_json::Value;

use super::{Memory, call, claude, codex, is_by_program, name, result, said, words};
use crate::inspect::Position;
use crate::llm::{Answer, Form, Part};

/// What a request says for the first time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The same for a request that is made again.
    pub number: u64,
    /// The words.
    pub words: Vec<Utterance>,
}

/// The new words of a request with these parts, at a time, as `by` heard them.
pub fn of_request(parts: &[Part<'_>], by: Teller, at_unix_ns: u64) -> Turn {
    let talk: Vec<&Part<'_>> = parts.iter().filter(|part| is_talk(part)).collect();
    let answered =
        |part: &&&Part<'_>| !matches!(part.position, Position::Answer | Position::ToolCall);
    let new = talk.iter().rev().take_while(answered).count();
    let (before, new) = talk.split_at(talk.len() - new);
    // A call without arguments has no words; what stands before its result is old.
    let first = new.iter().position(|part| part.position == Position::ToolResult);
    let new = new.get(first.unwrap_or(0)..).unwrap_or_default();
    let mut number = DefaultHasher::new();
    before.len().hash(&mut number);
    let (memory, mut told) = (Memory::default(), Vec::new());
    for part in new {
        (part.position.name(), &*part.call, &*part.text.text).hash(&mut number);
        if part.position == Position::User && !by_program(&part.text.text) {
            told.push(said(words(Speech::Prompt, &memory, at_unix_ns), &part.text.text));
        }
    }
    let of_call = |one: &&Part<'_>, next: &&Part<'_>| {
        (one.position, &one.call, &one.tool) == (next.position, &next.call, &next.tool)
    };
    let results = new.chunk_by(of_call).filter_map(|parts| {
        let first = parts.first().filter(|first| first.position == Position::ToolResult)?;
        let texts: Vec<&str> = parts.iter().map(|part| &*part.text.text).collect();
        Some(result(&memory, at_unix_ns, &first.call, &texts.join("\n"), false))
    });
    let all = results.chain(told).filter(|it| !it.text.is_empty());
    Turn { number: number.finish(), words: all.map(|it| it.told_by(by)).collect() }
}

/// The words of an answer, as `by` heard it: what the model said, and what it wants called.
pub fn of_answer(answer: &Answer<'_>, by: Teller, at_unix_ns: u64) -> Vec<Utterance> {
    let memory = Memory::default();
    let is_said = |part: &&Part<'_>| {
        part.position == Position::Answer
            && part.form == Form::Words
            && !part.text.text.trim().is_empty()
    };
    let texts = answer.parts.iter().filter(is_said).map(|part| Utterance {
        model: name(&answer.model),
        ..said(words(Speech::Answer, &memory, at_unix_ns), &part.text.text)
    });
    let calls = answer.calls.iter().map(|it| {
        // What is no JSON is told as it stands there.
        let given = serde_json::from_str(&it.arguments);
        let given = given.unwrap_or_else(|_| Value::from(&*it.arguments));
        call(&memory, at_unix_ns, &it.id, &it.name, &given)
    });
    texts.chain(calls).map(|it| it.told_by(by)).collect()
}

/// A call of a tool of a server, which knows no name of the model's for it.
pub fn of_tool_call(tool: &str, given: &Value, at_unix_ns: u64) -> Utterance {
    call(&Memory::default(), at_unix_ns, "", tool, given).told_by(Teller::Tools)
}

/// What a server gave back.
pub fn of_tool_result(parts: &[Part<'_>], failed: bool, at_unix_ns: u64) -> Option<Utterance> {
    let is_said = |part: &&Part<'_>| part.form == Form::Words && part.position.is_data();
    let texts: Vec<&str> = parts.iter().filter(is_said).map(|part| &*part.text.text).collect();
    let told = result(&Memory::default(), at_unix_ns, "", &texts.join("\n"), failed);
    (!told.text.is_empty()).then(|| told.told_by(Teller::Tools))
}

/// Part of the conversation, not of what stands around it.
fn is_talk(part: &Part<'_>) -> bool {
    let talks = matches!(
        part.position,
        Position::User | Position::Answer | Position::ToolCall | Position::ToolResult
    );
    talks && part.form == Form::Words
}

/// What the program around the model says in the person's place.
fn by_program(text: &str) -> bool {
    is_by_program(text, &claude::BY_PROGRAM) || is_by_program(text, &codex::BY_PROGRAM)
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;
    use crate::llm::{Dialect, request, response};

    fn asked(dialect: Dialect, body: &str) -> Turn {
        let read = request(dialect, body.as_bytes()).expect("a request");
        of_request(&read.parts, Teller::Gateway, 7)
    }

    fn check(dialect: Dialect, body: &str, expect: &[&str]) {
        let turn = asked(dialect, body);
        assert!(turn.words.iter().all(|it| it.gateway && it.said_unix_ns == 7), "{turn:?}");
        let told: Vec<String> = turn.words.iter().map(shown).collect();
        assert_eq!(told, expect, "{body}");
    }

    #[test]
    fn new_is_what_stands_behind_the_models_last_words() {
        check(
            Dialect::Anthropic,
            r#"{"system": "be good", "tools": [{"name": "Bash", "description": "runs"}],
                "messages": [{"role": "user", "content": [{"type": "text", "text": "<system-reminder>x"},
                    {"type": "text", "text": "tidy up"}]}]}"#,
            &["prompt [] tidy up"],
        );
        check(
            Dialect::Anthropic,
            r#"{"messages": [{"role": "user", "content": "tidy up"},
                {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1",
                    "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]}]}"#,
            &["result [toolu_1] a"],
        );
        check(
            Dialect::OpenaiChat,
            r#"{"messages": [{"role": "user", "content": "one"}, {"role": "assistant", "content": "well"},
                {"role": "tool", "tool_call_id": "c1", "content": "x"}, {"role": "tool", "tool_call_id": "c2", "content": "y"},
                {"role": "user", "content": "two"}]}"#,
            &["result [c1] x", "result [c2] y", "prompt [] two"],
        );
        check(
            Dialect::OpenaiResponses,
            r#"{"input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "<environment_context>"}]},
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "tidy"}]}]}"#,
            &["prompt [] tidy"],
        );
        check(
            Dialect::Gemini,
            r#"{"contents": [{"role": "user", "parts": [{"text": "tidy"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "ls", "args": {}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "ls", "response": {"output": "a"}}}]}]}"#,
            &["result [] a"],
        );
    }

    #[test]
    fn a_request_that_is_made_again_is_known() {
        let first = r#"{"messages": [{"role": "user", "content": "go on"}]}"#;
        let later = r#"{"messages": [{"role": "user", "content": "go on"},
            {"role": "assistant", "content": "well"}, {"role": "user", "content": "go on"}]}"#;
        let number = |body: &str| asked(Dialect::OpenaiChat, body).number;
        let again = first.to_owned();
        assert_eq!(number(first), number(&again));
        assert_ne!(number(first), number(later));
    }

    #[test]
    fn an_answer_is_words_and_calls() {
        let body = r#"{"id": "msg_1", "model": "m", "content": [{"type": "thinking", "thinking": "hm"},
            {"type": "text", "text": "well"},
            {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "ls"}}]}"#;
        let read = response(Dialect::Anthropic, body.as_bytes()).expect("an answer");
        let words = of_answer(&read, Teller::Plaintext, 7);
        assert!(words.iter().all(|it| it.plaintext));
        let told: Vec<String> = words.iter().map(shown).collect();
        assert_eq!(told, ["answer [m] well", "call [Bash toolu_1] ls"]);
    }
}
