//! Paths as clients and clouds have them.

use super::*;
use crate::raw::parse;

fn check(request: &str, expect: Option<(Dialect, Operation, &str, Option<bool>)>) {
    let (method, path) = request.split_once(' ').expect("a method");
    let told = Route::of(method, path);
    let expect = expect.map(|(dialect, operation, model, streams)| Route {
        dialect,
        operation,
        model: model.into(),
        streams,
        // What is invoked is refused as Bedrock does.
        refuses: if path.contains("/invoke") { Dialect::Bedrock } else { dialect },
    });
    assert_eq!(told, expect, "{request}");
}

#[test]
fn a_path_says_dialect_and_operation() {
    use Dialect::{Anthropic, Bedrock, Gemini, Ollama, OpenaiChat, OpenaiResponses};
    use Operation::{Chat, Complete, Count, Embed, Fetch, Models, Other};
    for path in [
        "/v1/chat/completions",
        "/openai/deployments/d/chat/completions?api-version=1",
        "/api/v1/chat/completions",
        "/chat/completions/",
    ] {
        check(&format!("POST {path}"), Some((OpenaiChat, Chat, "", None)));
    }
    check("GET /v1/chat/completions", Some((OpenaiChat, Other, "", None)));
    check("POST /v1/completions", Some((OpenaiChat, Complete, "", None)));
    check("POST /v1/embeddings", Some((OpenaiChat, Embed, "", None)));
    check("GET /v1/models", Some((OpenaiChat, Models, "", None)));
    check("POST /v1/responses", Some((OpenaiResponses, Chat, "", None)));
    check("POST /backend-api/codex/responses", Some((OpenaiResponses, Chat, "", None)));
    check("GET /v1/responses/resp_1", Some((OpenaiResponses, Fetch, "", None)));
    check("POST /v1/responses/resp_1/cancel", Some((OpenaiResponses, Other, "", None)));
    check("POST /v1/messages?beta=true", Some((Anthropic, Chat, "", None)));
    check("POST /v1/messages/count_tokens", Some((Anthropic, Count, "", None)));
    check("POST /v1/messages/batches", Some((Anthropic, Other, "", None)));
    check("POST /v1/threads/t/messages", Some((OpenaiChat, Other, "", None)));
    let gemini = "/v1beta/models/gemini-pro";
    check(
        &format!("POST {gemini}:generateContent"),
        Some((Gemini, Chat, "gemini-pro", Some(false))),
    );
    check(
        &format!("POST {gemini}:streamGenerateContent?alt=sse"),
        Some((Gemini, Chat, "gemini-pro", Some(true))),
    );
    check(&format!("POST {gemini}:countTokens"), Some((Gemini, Count, "gemini-pro", Some(false))));
    check("POST /v1internal:streamGenerateContent", Some((Gemini, Chat, "", Some(true))));
    check("GET /v1beta/models", Some((Gemini, Models, "", None)));
    check(
        "POST /v1/projects/p/locations/l/publishers/anthropic/models/claude@1:streamRawPredict",
        Some((Anthropic, Chat, "claude@1", Some(true))),
    );
    check(
        "POST /model/arn%3Aaws%3Abedrock%2Fx/converse-stream",
        Some((Bedrock, Chat, "arn:aws:bedrock/x", Some(true))),
    );
    check("POST /model/m%/converse", Some((Bedrock, Chat, "m%", Some(false))));
    check("POST /model/m/invoke", Some((Bedrock, Other, "m", Some(false))));
    check(
        "POST /model/eu.anthropic.claude-x%3A0/invoke",
        Some((Anthropic, Chat, "eu.anthropic.claude-x:0", Some(false))),
    );
    check(
        "POST /model/anthropic.claude-x/invoke-with-response-stream",
        Some((Anthropic, Chat, "anthropic.claude-x", Some(true))),
    );
    check("POST /api/chat", Some((Ollama, Chat, "", None)));
    check("POST /api/generate", Some((Ollama, Complete, "", None)));
    check("GET /api/tags", Some((Ollama, Models, "", None)));
    check("POST /api/v2/users", None);
    check("GET /", None);
    check("POST /a:b", None);
}

#[test]
fn a_body_says_its_dialect() {
    let check = |body: &str, expect: Option<Dialect>| {
        assert_eq!(Dialect::of_body(&parse(body.as_bytes()).expect("read")), expect, "{body}");
    };
    check(r#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, Some(Dialect::OpenaiChat));
    check(r#"{"model":"m","prompt":"x"}"#, Some(Dialect::OpenaiChat));
    check(r#"{"model":"m","input":"x"}"#, Some(Dialect::OpenaiResponses));
    check(r#"{"model":"m","max_tokens":1,"system":"s","messages":[]}"#, Some(Dialect::Anthropic));
    check(r#"{"messages":[],"tools":[{"name":"t","input_schema":{}}]}"#, Some(Dialect::Anthropic));
    check(r#"{"contents":[]}"#, Some(Dialect::Gemini));
    check(r#"{"model":"m","request":{"contents":[]}}"#, Some(Dialect::Gemini));
    check(r#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#, Some(Dialect::Bedrock));
    check(r#"{"model":"m","messages":[],"options":{}}"#, Some(Dialect::Ollama));
    check(r#"{"jsonrpc":"2.0"}"#, None);
    check("[]", None);
}
