//! mini-swe-agent: `*.traj.json`, one document that is written anew at every step; seen of 2.4.

use event::{Speech, Utterance};
use serde_json::Value;

use super::{Known, Memory, call, name, number, result, said, text, time, words};

pub fn read(document: &Value, memory: &mut Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    let Some(messages) = document.get("messages").and_then(Value::as_array) else {
        return Known::No;
    };
    if messages.len() < memory.messages {
        // Another run in the same place.
        memory.messages = 0;
    }
    let mut known = Known::Yes;
    for one in messages.iter().skip(memory.messages) {
        if message(one, memory, tell) == Known::No {
            known = Known::No;
        }
    }
    memory.messages = messages.len();
    known
}

fn message(message: &Value, memory: &Memory, tell: &mut dyn FnMut(Utterance)) -> Known {
    let extra = message.get("extra").unwrap_or(&Value::Null);
    let at = time::unix_ns(extra.get("timestamp"));
    let content = super::joined(message.get("content").unwrap_or(&Value::Null));
    match text(message, "role") {
        "user" => tell(said(words(Speech::Prompt, memory, at), &content)),
        "assistant" => {
            let response = extra.get("response").unwrap_or(&Value::Null);
            let usage = response.get("usage").unwrap_or(&Value::Null);
            tell(Utterance {
                model: name(text(response, "model")),
                input_tokens: number(usage, "prompt_tokens"),
                output_tokens: number(usage, "completion_tokens"),
                ..said(words(Speech::Answer, memory, at), &content)
            });
            for action in extra.get("actions").and_then(Value::as_array).into_iter().flatten() {
                tell(call(memory, at, text(action, "tool_call_id"), "bash", action));
            }
        }
        "tool" => {
            let failed = extra.get("returncode").and_then(Value::as_i64) != Some(0);
            let output = extra.get("raw_output").and_then(Value::as_str).unwrap_or(&content);
            tell(result(memory, at, text(message, "tool_call_id"), output, failed));
        }
        "system" | "exit" => {}
        _ => return Known::No,
    }
    Known::Yes
}
