//! Gemini CLI: `~/.gemini/tmp/*/chats/session-*.jsonl`, seen of 0.61. A message is written again, whole, when more of
//! it is known: by its id it is told once, and each of its calls when it is over.

use event::{Speech, Utterance};
use serde_json::Value;

use super::{
    Known, Memory, call, is_by_program, joined, name, number, result, said, text, time, words,
};

/// Texts that Gemini CLI says in the person's name.
const BY_PROGRAM: [&str; 3] = ["session_context", "state_snapshot", "system-reminder"];

pub fn read(entry: &Value, memory: &mut Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    if let Some(set) = entry.get("$set") {
        for message in set.get("messages").and_then(Value::as_array).into_iter().flatten() {
            self::message(message, memory, tell);
        }
        return Known::Yes;
    }
    if entry.get("sessionId").is_some() {
        memory.conversation = name(text(entry, "sessionId"));
        return Known::Yes;
    }
    if entry.get("$rewindTo").is_some() {
        return Known::Yes;
    }
    message(entry, memory, tell)
}

fn message(message: &Value, memory: &mut Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    let at = time::unix_ns(message.get("timestamp"));
    let content = message.get("content").unwrap_or(&Value::Null);
    match text(message, "type") {
        "user" => {
            let prompt = joined(content);
            let by_person = !prompt.trim().is_empty() && !is_by_program(&prompt, &BY_PROGRAM);
            if by_person && memory.is_new(text(message, "id")) {
                tell(said(words(Speech::Prompt, memory, at), &prompt));
            }
        }
        "gemini" => answer(message, content, memory, at, tell),
        "info" | "error" | "warning" => {}
        _ => return Known::No,
    }
    Known::Yes
}

fn answer(
    message: &Value,
    content: &Value,
    memory: &mut Memory,
    at: u64,
    tell: &mut dyn FnMut(Utterance),
) {
    if memory.is_new(text(message, "id")) {
        let tokens = message.get("tokens").unwrap_or(&Value::Null);
        tell(Utterance {
            model: name(text(message, "model")),
            input_tokens: number(tokens, "input"),
            output_tokens: number(tokens, "output"),
            ..said(words(Speech::Answer, memory, at), &joined(content))
        });
    }
    for one in message.get("toolCalls").and_then(Value::as_array).into_iter().flatten() {
        let id = text(one, "id");
        if memory.is_new(&format!("call {id}")) {
            let input = one.get("args").unwrap_or(&Value::Null);
            // The message is older than its calls; the call's own time is that of its end.
            tell(call(memory, at, id, text(one, "name"), input));
        }
        let status = text(one, "status");
        if matches!(status, "success" | "error" | "cancelled")
            && memory.is_new(&format!("result {id}"))
        {
            let shown = one.get("resultDisplay").and_then(Value::as_str);
            let output = shown.map_or_else(|| response(one), str::to_owned);
            let over = time::unix_ns(one.get("timestamp"));
            tell(result(memory, over, id, &output, status != "success" || exit(one) != 0));
        }
    }
}

/// What the model was told of a call.
fn response(call: &Value) -> String {
    let parts = call.get("result").and_then(Value::as_array).into_iter().flatten();
    let each =
        parts.filter_map(|part| part.get("functionResponse")?.get("response")?.get("output"));
    each.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// The status of the program, which stands in a line of its own.
fn exit(call: &Value) -> i64 {
    let said = response(call);
    let line = said.lines().rev().take(6).find_map(|line| line.strip_prefix("Exit Code: "));
    line.and_then(|code| code.trim().parse().ok()).unwrap_or(0)
}
