//! Claude Code: `~/.claude/projects/*/*.jsonl`, seen of 2.1.

use event::{Speech, Utterance};
use serde_json::Value;

use super::{
    Known, Memory, call, is_by_program, joined, name, number, result, said, text, time, words,
};

/// Texts that Claude Code says in the person's name.
pub const BY_PROGRAM: [&str; 6] = [
    "command-",
    "local-command",
    "system-reminder",
    "task-notification",
    "bash-stdout",
    "bash-stderr",
];

pub fn read(entry: &Value, memory: &mut Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    let kind = text(entry, "type");
    if !matches!(kind, "user" | "assistant") {
        // What it keeps of itself beside the conversation.
        let beside = [
            "attachment",
            "queue-operation",
            "last-prompt",
            "summary",
            "system",
            "file-history-snapshot",
            "progress",
            "mode",
            "permission-mode",
            "ai-title",
            "custom-title",
            "agent-name",
            "pr-link",
            "tag",
        ];
        return if beside.contains(&kind) { Known::Yes } else { Known::No };
    }
    let Some(message) = entry.get("message") else { return Known::No };
    memory.conversation = name(text(entry, "sessionId"));
    let at = time::unix_ns(entry.get("timestamp"));
    if kind == "assistant" {
        answer(message, memory, at, tell);
    } else {
        // What one agent asks another for is told as the call of the first.
        let flag = |key: &str| entry.get(key) == Some(&Value::Bool(true));
        let by_person = !flag("isMeta") && !flag("isSidechain") && !flag("isCompactSummary");
        asked(message, memory, at, by_person, tell);
    }
    Known::Yes
}

fn asked(
    message: &Value,
    memory: &Memory,
    at: u64,
    by_person: bool,
    tell: &mut dyn FnMut(Utterance),
) {
    let content = message.get("content").unwrap_or(&Value::Null);
    for part in content.as_array().into_iter().flatten() {
        if text(part, "type") == "tool_result" {
            let failed = part.get("is_error") == Some(&Value::Bool(true));
            let output = joined(part.get("content").unwrap_or(&Value::Null));
            tell(result(memory, at, text(part, "tool_use_id"), &output, failed));
        }
    }
    let prompt = joined(content);
    if by_person && !prompt.trim().is_empty() && !is_by_program(&prompt, &BY_PROGRAM) {
        tell(said(words(Speech::Prompt, memory, at), &prompt));
    }
}

/// One message is written as several lines, each with one part and the counts of all.
fn answer(message: &Value, memory: &mut Memory, at: u64, tell: &mut dyn FnMut(Utterance)) {
    let content = message.get("content").unwrap_or(&Value::Null);
    let usage = message.get("usage").unwrap_or(&Value::Null);
    let is_new = memory.is_new(text(message, "id"));
    let answer = joined(content);
    if is_new || !answer.trim().is_empty() {
        let count = |keys: &[&str]| match is_new {
            true => keys.iter().fold(0_u64, |sum, key| sum.saturating_add(number(usage, key))),
            false => 0,
        };
        let cached = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
        tell(Utterance {
            model: name(text(message, "model")),
            input_tokens: count(&cached),
            output_tokens: count(&["output_tokens"]),
            ..said(words(Speech::Answer, memory, at), &answer)
        });
    }
    for part in content.as_array().into_iter().flatten() {
        if matches!(text(part, "type"), "tool_use" | "server_tool_use") {
            let input = part.get("input").unwrap_or(&Value::Null);
            tell(call(memory, at, text(part, "id"), text(part, "name"), input));
        }
    }
}
