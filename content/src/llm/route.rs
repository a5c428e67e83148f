//! Which dialect and which operation a request is, by its method and path, or by its body where paths are shared.

use crate::raw::Value;

use super::Dialect;

/// What is wanted of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// An answer to a conversation.
    Chat,
    /// An answer that was kept, read again.
    Fetch,
    /// The rest of a text.
    Complete,
    /// Numbers for texts.
    Embed,
    /// How many tokens a conversation has.
    Count,
    /// Which models there are.
    Models,
    /// Anything else; its body is not read.
    Other,
}

/// How a request is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// How its body is written.
    pub dialect: Dialect,
    /// What is wanted.
    pub operation: Operation,
    /// The model, where the path names it.
    pub model: String,
    /// Whether the answer comes in pieces, where the path says.
    pub streams: Option<bool>,
    /// How what does not happen is said.
    pub refuses: Dialect,
}

impl Route {
    /// Of a method and a path, whatever stands before the path; nothing: it is of no provider that is known.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let mut route = Self::by_parts(method, &parts)?;
        let asks = matches!(route.operation, Operation::Models | Operation::Fetch);
        if !asks && !method.eq_ignore_ascii_case("POST") {
            route.operation = Operation::Other;
        }
        Some(route)
    }

    fn new(dialect: Dialect, operation: Operation) -> Self {
        Self { dialect, operation, model: String::new(), streams: None, refuses: dialect }
    }

    fn by_parts(method: &str, parts: &[&str]) -> Option<Self> {
        use Dialect::{Anthropic, OpenaiChat, OpenaiResponses};
        let gets = method.eq_ignore_ascii_case("GET");
        Some(match *parts {
            [.., "model", model, action] => Self::bedrock(model, action),
            [.., "threads", _, "messages"] => Self::new(OpenaiChat, Operation::Other),
            [.., "api", action] if let Some(operation) = ollama(action) => {
                Self::new(Dialect::Ollama, operation)
            }
            [.., "chat", "completions"] => Self::new(OpenaiChat, Operation::Chat),
            [.., "completions"] => Self::new(OpenaiChat, Operation::Complete),
            [.., "embeddings"] => Self::new(OpenaiChat, Operation::Embed),
            [.., "responses"] | [.., "responses", "compact"] => {
                Self::new(OpenaiResponses, Operation::Chat)
            }
            [.., "responses", "input_tokens"] => Self::new(OpenaiResponses, Operation::Count),
            [.., "responses", _] if gets => Self::new(OpenaiResponses, Operation::Fetch),
            [.., "responses", _] | [.., "responses", _, _] => {
                Self::new(OpenaiResponses, Operation::Other)
            }
            [.., "messages"] => Self::new(Anthropic, Operation::Chat),
            [.., "messages", "count_tokens"] => Self::new(Anthropic, Operation::Count),
            [.., "messages", "batches"]
            | [.., "messages", "batches", _]
            | [.., "messages", "batches", _, _] => Self::new(Anthropic, Operation::Other),
            [.., last] if last.contains(':') => return Self::gemini(last),
            [.., "v1beta", "models"] | [.., "v1beta", "models", _] if gets => {
                Self::new(Dialect::Gemini, Operation::Models)
            }
            [.., "models"] | [.., "models", _] if gets => Self::new(OpenaiChat, Operation::Models),
            _ => return None,
        })
    }

    /// `…/models/MODEL:verb`, as in Gemini and Vertex AI, whose models of Anthropic speak as theirs do.
    fn gemini(last: &str) -> Option<Self> {
        let (model, verb) = last.rsplit_once(':')?;
        let (dialect, operation, streams) = match verb {
            "generateContent" => (Dialect::Gemini, Operation::Chat, false),
            "streamGenerateContent" => (Dialect::Gemini, Operation::Chat, true),
            "countTokens" => (Dialect::Gemini, Operation::Count, false),
            "embedContent" | "batchEmbedContents" => (Dialect::Gemini, Operation::Embed, false),
            "rawPredict" => (Dialect::Anthropic, Operation::Chat, false),
            "streamRawPredict" => (Dialect::Anthropic, Operation::Chat, true),
            "batchGenerateContent" | "predict" | "predictLongRunning" => {
                (Dialect::Gemini, Operation::Other, false)
            }
            _ => return None,
        };
        // Code Assist has its version there: the body names the model.
        let model = if model.starts_with("v1") { String::new() } else { decoded(model) };
        Some(Self { dialect, operation, model, streams: Some(streams), refuses: dialect })
    }

    /// What is invoked is spoken to as its maker wants: models of Anthropic as theirs are, of others it is not read.
    fn bedrock(model: &str, action: &str) -> Self {
        use Dialect::{Anthropic, Bedrock};
        let model = decoded(model);
        let invoked = match model.contains("anthropic.") {
            true => (Anthropic, Operation::Chat),
            false => (Bedrock, Operation::Other),
        };
        let ((dialect, operation), streams) = match action {
            "converse" => ((Bedrock, Operation::Chat), false),
            "converse-stream" => ((Bedrock, Operation::Chat), true),
            "count-tokens" => ((Bedrock, Operation::Count), false),
            "invoke" => (invoked, false),
            "invoke-with-response-stream" => (invoked, true),
            _ => ((Bedrock, Operation::Other), false),
        };
        Self { dialect, operation, model, streams: Some(streams), refuses: Bedrock }
    }
}

fn ollama(action: &str) -> Option<Operation> {
    Some(match action {
        "chat" => Operation::Chat,
        "generate" => Operation::Complete,
        "embed" | "embeddings" => Operation::Embed,
        "tags" | "show" | "ps" | "version" => Operation::Models,
        "pull" | "push" | "create" | "copy" | "delete" => Operation::Other,
        _ => return None,
    })
}

/// `%XX` as the bytes that they are.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(digits.unwrap_or(b'%'));
        rest = if digits.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Dialect {
    /// How a request is written, by what stands in it; nothing: it is none that is known.
    pub fn of_body(root: &Value<'_>) -> Option<Self> {
        let has = |key: &str| !root.get(key).is_null();
        let wrapped = root.get("request");
        if has("contents") || !wrapped.get("contents").is_null() {
            return Some(Self::Gemini);
        }
        if has("input") && !has("messages") {
            return Some(Self::OpenaiResponses);
        }
        if !has("messages") {
            return has("prompt").then_some(Self::OpenaiChat);
        }
        if !has("model") && (has("inferenceConfig") || has("toolConfig") || blocks_untyped(root)) {
            return Some(Self::Bedrock);
        }
        let old = root.get("anthropic_version");
        let schemas =
            root.get("tools").items().iter().any(|tool| !tool.get("input_schema").is_null());
        if has("system") || !old.is_null() || schemas || has("stop_sequences") {
            return Some(Self::Anthropic);
        }
        if has("options") || has("keep_alive") || has("think") {
            return Some(Self::Ollama);
        }
        Some(Self::OpenaiChat)
    }
}

/// Bedrock's parts have a name in place of a type.
fn blocks_untyped(root: &Value<'_>) -> bool {
    let blocks =
        root.get("messages").items().iter().flat_map(|message| message.get("content").items());
    blocks.into_iter().any(|block| block.is_map() && block.get("type").is_null())
}
