//! Codex CLI: `~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl`, seen of 0.169.

use event::{Speech, Utterance};
use serde_json::Value;

use super::{
    Known, Memory, call, is_by_program, joined, name, number, result, said, text, time, words,
};

/// Texts that Codex puts before the person's.
pub const BY_PROGRAM: [&str; 6] = [
    "environment_context",
    "user_instructions",
    "permissions",
    "skills_instructions",
    "turn_aborted",
    "user_shell_command",
];

pub fn read(entry: &Value, memory: &mut Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    let Some(payload) = entry.get("payload") else { return Known::No };
    let at = time::unix_ns(entry.get("timestamp"));
    match text(entry, "type") {
        "response_item" => return item(payload, memory, at, tell),
        "session_meta" => memory.conversation = name(text(payload, "id")),
        "turn_context" => memory.model = name(text(payload, "model")),
        "event_msg" if text(payload, "type") == "token_count" => tokens(payload, memory, at, tell),
        "event_msg" | "world_state" | "token_usage_record" | "compacted" => {}
        _ => return Known::No,
    }
    Known::Yes
}

fn item(item: &Value, memory: &mut Memory, at: u64, tell: &mut dyn FnMut(Utterance)) -> Known {
    let id = text(item, "call_id");
    match text(item, "type") {
        "message" => message(item, memory, at, tell),
        "function_call" => {
            let written = text(item, "arguments");
            // What is no JSON is told as it stands there.
            let input = serde_json::from_str(written).unwrap_or_else(|_| written.into());
            tell(call(memory, at, id, text(item, "name"), &input));
        }
        "custom_tool_call" => {
            let input = item.get("input").unwrap_or(&Value::Null);
            tell(call(memory, at, id, text(item, "name"), input));
        }
        "local_shell_call" => {
            let input = item.get("action").unwrap_or(&Value::Null);
            tell(call(memory, at, id, "local_shell", input));
        }
        "function_call_output" | "custom_tool_call_output" => {
            let output = item.get("output").unwrap_or(&Value::Null);
            let content = output.get("content").unwrap_or(output);
            let said = joined(content);
            let failed = output.get("success") == Some(&Value::Bool(false)) || exit(&said) != 0;
            tell(result(memory, at, id, behind_head(&said), failed));
        }
        "reasoning" | "web_search_call" | "ghost_snapshot" | "compaction" => {}
        _ => return Known::No,
    }
    Known::Yes
}

fn message(item: &Value, memory: &Memory, at: u64, tell: &mut dyn FnMut(Utterance)) {
    let content = joined(item.get("content").unwrap_or(&Value::Null));
    let speech = match text(item, "role") {
        "user" if !is_by_program(&content, &BY_PROGRAM) => Speech::Prompt,
        "assistant" => Speech::Answer,
        _ => return,
    };
    let model = if speech == Speech::Answer { memory.model.clone() } else { "".into() };
    tell(Utterance { model, ..said(words(speech, memory, at), &content) });
}

/// How much the model was asked; it stands behind what it answered.
fn tokens(payload: &Value, memory: &Memory, at: u64, tell: &mut dyn FnMut(Utterance)) {
    let Some(last) = payload.get("info").and_then(|info| info.get("last_token_usage")) else {
        return;
    };
    tell(Utterance {
        model: memory.model.clone(),
        input_tokens: number(last, "input_tokens"),
        output_tokens: number(last, "output_tokens"),
        ..words(Speech::Answer, memory, at)
    });
}

/// The status of the program, which Codex writes before its output.
fn exit(output: &str) -> i64 {
    let line =
        output.lines().take(6).find_map(|line| line.strip_prefix("Process exited with code "));
    line.and_then(|code| code.trim().parse().ok()).unwrap_or(0)
}

/// What the program said, without the head that Codex writes before it.
fn behind_head(output: &str) -> &str {
    match output.split_once("\nOutput:\n") {
        Some((head, rest)) if head.starts_with("Chunk ID:") => rest,
        _ => output,
    }
}
