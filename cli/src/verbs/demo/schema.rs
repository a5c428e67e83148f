//! What agents send to their models and read as answers: OpenAI Responses and Chat Completions, Anthropic Messages,
//! Gemini. Of a request only the results of tools count; an answer is one call of a shell, or a text.

use serde_json::{Value, json};

/// What the model says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Run this.
    Call(String),
    /// This is the answer.
    Text(String),
}

/// A way to talk to a model, by the path that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Responses,
    Chat,
    Messages,
    Gemini,
    GeminiStream,
}

/// Kinds of bodies.
pub const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

impl Schema {
    /// By the path of a request; none: it asks for something else.
    pub fn of(path: &str) -> Option<Self> {
        let path = path.split('?').next().unwrap_or(path);
        let endings = [
            ("/responses", Self::Responses),
            ("/chat/completions", Self::Chat),
            ("/messages", Self::Messages),
            (":streamGenerateContent", Self::GeminiStream),
            (":generateContent", Self::Gemini),
        ];
        endings.into_iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, schema)| schema)
    }

    /// The results of the tools that were called so far, in order.
    pub fn results(self, body: &Value) -> Vec<String> {
        let mut found = Vec::new();
        let (within, is_result): (&str, fn(&Value) -> Option<&Value>) = match self {
            Self::Responses => ("input", |item| typed(item, "function_call_output", "output")),
            Self::Chat => {
                ("messages", |item| (item["role"] == "tool").then(|| item.get("content")).flatten())
            }
            Self::Messages => ("messages", |item| typed(item, "tool_result", "content")),
            Self::Gemini | Self::GeminiStream => {
                ("contents", |item| item.get("functionResponse")?.get("response"))
            }
        };
        collect(&body[within], is_result, &mut found);
        found
    }

    /// The answer as the agent reads it, and its kind. `done` calls were made before.
    pub fn answer(self, body: &Value, said: &Said, done: usize) -> (&'static str, String) {
        match self {
            Self::Responses => (EVENTS, responses(body, said, done)),
            Self::Chat => (JSON, chat(said, done).to_string()),
            Self::Messages => (EVENTS, messages(said, done)),
            Self::Gemini => (JSON, gemini(said).to_string()),
            Self::GeminiStream => (EVENTS, format!("data: {}\n\n", gemini(said))),
        }
    }
}

fn typed<'v>(item: &'v Value, kind: &str, field: &str) -> Option<&'v Value> {
    (item["type"] == kind).then(|| item.get(field)).flatten()
}

fn collect(value: &Value, is_result: fn(&Value) -> Option<&Value>, found: &mut Vec<String>) {
    if let Some(result) = is_result(value) {
        let mut text = String::new();
        gather(result, &mut text);
        found.push(text);
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|it| collect(it, is_result, found)),
        Value::Object(fields) => fields.values().for_each(|it| collect(it, is_result, found)),
        _ => {}
    }
}

/// All text in a result; what only says of which kind it is does not count.
fn gather(value: &Value, text: &mut String) {
    match value {
        Value::String(piece) => {
            text.push_str(piece);
            text.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|it| gather(it, text)),
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "type").for_each(|(_, it)| gather(it, text));
        }
        _ => {}
    }
}

fn responses(body: &Value, said: &Said, done: usize) -> String {
    let item = match said {
        Said::Call(command) => {
            let tool = offered(body, &["exec_command", "shell_command", "shell"]);
            let arguments = match tool {
                "shell" => json!({"command": ["bash", "-lc", command]}),
                "shell_command" => json!({"command": command}),
                _ => json!({"cmd": command}),
            };
            json!({"type": "function_call", "id": format!("fc_{done}"), "call_id": format!("call_{done}"),
                "name": tool, "arguments": arguments.to_string()})
        }
        Said::Text(text) => {
            json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": text, "annotations": []}]})
        }
    };
    let usage = json!({"input_tokens": 10, "output_tokens": 5, "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}});
    let id = format!("resp_{done}");
    let whole = json!({"id": id, "object": "response", "status": "completed", "model": "scripted",
        "output": [item], "usage": usage});
    events(&[
        json!({"type": "response.created", "response": {"id": id, "status": "in_progress"}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
        json!({"type": "response.completed", "response": whole}),
    ])
}

/// The first of `names` that the request offers as a tool.
fn offered<'n>(body: &Value, names: &[&'n str]) -> &'n str {
    let tools = body["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_offered = |name: &&&str| tools.iter().any(|tool| tool["name"] == **name);
    names.iter().find(is_offered).or(names.first()).copied().unwrap_or("shell")
}

fn chat(said: &Said, done: usize) -> Value {
    let (message, reason) = match said {
        Said::Call(command) => {
            let function =
                json!({"name": "bash", "arguments": json!({"command": command}).to_string()});
            let call =
                json!({"id": format!("call_{done}"), "type": "function", "function": function});
            (json!({"role": "assistant", "content": null, "tool_calls": [call]}), "tool_calls")
        }
        Said::Text(text) => (json!({"role": "assistant", "content": text}), "stop"),
    };
    json!({"id": "chat_1", "object": "chat.completion", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}})
}

fn messages(said: &Said, done: usize) -> String {
    let (start, delta, reason) = match said {
        Said::Call(command) => {
            let input = json!({"command": command, "description": "next step"}).to_string();
            (
                json!({"type": "tool_use", "id": format!("toolu_{done}"), "name": "Bash", "input": {}}),
                json!({"type": "input_json_delta", "partial_json": input}),
                "tool_use",
            )
        }
        Said::Text(text) => (
            json!({"type": "text", "text": ""}),
            json!({"type": "text_delta", "text": text}),
            "end_turn",
        ),
    };
    let usage = json!({"input_tokens": 10, "output_tokens": 5});
    events(&[
        json!({"type": "message_start", "message": {"id": format!("msg_{done}"), "type": "message",
            "role": "assistant", "model": "scripted", "content": [], "stop_reason": null, "usage": usage}}),
        json!({"type": "content_block_start", "index": 0, "content_block": start}),
        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}),
        json!({"type": "message_stop"}),
    ])
}

fn gemini(said: &Said) -> Value {
    let part = match said {
        Said::Call(command) => json!({"functionCall": {"name": "run_shell_command",
            "args": {"command": command, "description": "next step"}}}),
        Said::Text(text) => json!({"text": text}),
    };
    let content = json!({"role": "model", "parts": [part]});
    json!({"candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15},
        "modelVersion": "scripted"})
}

fn events(all: &[Value]) -> String {
    let one = |event: &Value| {
        format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default())
    };
    all.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_found_in_every_schema() {
        let check = |path: &str, body: Value| {
            let schema = Schema::of(path).expect("known");
            assert_eq!(schema.results(&body), ["a\n", "b\nc\n"], "{path}");
        };
        check(
            "/v1/responses",
            json!({"input": [{"type": "function_call_output", "output": "a"},
                {"type": "function_call", "arguments": "x"},
                {"type": "function_call_output", "output": [{"type": "input_text", "text": "b"}, "c"]}]}),
        );
        check(
            "/v1/chat/completions",
            json!({"messages": [{"role": "user", "content": "x"}, {"role": "tool", "content": "a"},
                {"role": "tool", "content": ["b", "c"]}]}),
        );
        check(
            "/v1/messages?beta=true",
            json!({"messages": [{"content": [{"type": "tool_result", "content": "a"}]},
                {"content": [{"type": "tool_result", "content": [{"type": "text", "text": "b"}, {"text": "c"}]}]}]}),
        );
        check(
            "/v1beta/models/x:streamGenerateContent",
            json!({"contents": [{"parts": [{"functionResponse": {"response": {"output": "a"}}}]},
                {"parts": [{"functionResponse": {"response": {"error": "b", "output": "c"}}}]}]}),
        );
        assert_eq!(Schema::of("/v1/models"), None);
    }

    #[test]
    fn answers_hold_what_was_said() {
        for schema in [Schema::Responses, Schema::Chat, Schema::Messages, Schema::GeminiStream] {
            for said in [Said::Call("true 7".into()), Said::Text("true 7".into())] {
                let (_, answer) = schema.answer(&json!({}), &said, 1);
                assert!(answer.contains("true 7"), "{schema:?} {answer}");
            }
        }
    }
}
