//! Keys of `[gateway]`.

use super::Fallback::{Is, Required, Unset, Words};
use super::Section;
use super::table::key;

pub const GATEWAY: Section = Section {
    name: "gateway",
    about: "The proxy in front of models: clients take it for the provider, by a base URL (`http://127.0.0.1:4100/anthropic`). Their keys go on as they come, unless one is in our custody.",
    keys: &[
        key(
            "listen",
            "`address:port` of this machine",
            Unset("\"127.0.0.1:4100\""),
            "Where `up` serves it. Unset: it is not there.",
        ),
        key("threads", "number", Is("2"), "Threads that carry calls."),
        key(
            "most_request_mib",
            "MiB",
            Is("64"),
            "Longest request; what is longer is refused (413).",
        ),
        key(
            "inspect",
            "`true` or `false`",
            Is("true"),
            "Whether requests and answers are looked at: secrets, personal data, own classes, orders in data, hidden text, ways of data out. What becomes of a find is policy's word (`context.found`).",
        ),
        key(
            "fails",
            "`open` or `closed`",
            Is("\"open\""),
            "What becomes of what cannot be looked at: it goes on and is told so (`skipped`, `failed`), or it does not.",
        ),
        key(
            "classes",
            "file",
            Unset("\"/etc/chaperone/classes.yaml\""),
            "Classes of data of your own, found besides (`rules/classes/README.md`).",
        ),
        key(
            "allowed_hosts",
            "list of hosts",
            Is("[]"),
            "Hosts that links in answers may lead to with anything.",
        ),
        key(
            "canaries",
            "table of name and word",
            Is("{}"),
            "Words of at least six letters that you planted where nobody should read (`{ vault = \"heron-quartz-41\" }`): found when a model says one (`canary`).",
        ),
        key(
            "prompts",
            "table of name and file",
            Is("{}"),
            "Prompts that no model should say again: found when much of one comes out (`canary`).",
        ),
        key(
            "callers",
            "`\"any\"`, `\"known\"` or `\"keys\"`",
            Is("\"known\""),
            "Who may come without a key of the gateway (`chaperone gateway keys`): anybody who reaches it, those whose process the kernel knows, or nobody.",
        ),
    ],
};

pub const CLASSIFIERS: Section = Section {
    name: "gateway.classifiers.NAME",
    about: "A classifier of your own: a model in ONNX for whole texts, and its `tokenizer.json` (WordPiece or Unigram). What it is sure of is a find `classifier/NAME` (`context.found`). Loaded beside the start; one that cannot be used, or takes more than two seconds for a window, is told and left out. Asked about whole texts, not about streams.",
    keys: &[
        key(
            "model",
            "file",
            Required("\"/etc/chaperone/guard.onnx\""),
            "The model: inputs `input_ids`, `attention_mask`, `token_type_ids`; out come the weights of its classes.",
        ),
        key(
            "tokenizer",
            "file",
            Required("\"/etc/chaperone/tokenizer.json\""),
            "The tokenizer that it was trained with.",
        ),
        key("threshold", "0 to less than 1", Is("0.5"), "How sure it has to be."),
        key(
            "positions",
            "list of places",
            Words("`user`, `tool_result`, `document`, `memory`, `tool_description`"),
            "Where texts stand that it is asked about; `system`, `answer` and `tool_call` are others.",
        ),
        key(
            "label",
            "number",
            Unset("1"),
            "Which of its classes is meant, counted from 0. Unset: the last one.",
        ),
        key(
            "window",
            "tokens",
            Is("256"),
            "Tokens that it is given at once, where the model leaves that open; longer texts are looked at in up to 16 windows.",
        ),
    ],
};

pub const TURN_BACK: Section = Section {
    name: "gateway.turn_back",
    about: "What a policy takes out of requests (`@effect(\"redact\")`) leaves a mark there. Here is said what of it comes back where a model says the mark in its answer, so that the agent goes on with the real thing and the model never has it. Never inside a link, nor where the policy would not let such a thing stand in an answer. Nothing is written down: marks hold for the call, and for those that follow its answer by its id.",
    keys: &[
        key(
            "kinds",
            "list of families and kinds",
            Is("[]"),
            "What comes back: `personal`, `class`, or one kind (`personal/email`, `class/NAME`); secrets one by one (`secret/github_token`). Empty: nothing.",
        ),
        key(
            "tools",
            "list of tools",
            Is("[]"),
            "Tools that may be given it, as the agent names them; `*` stands for anything, as in `[\"Write\", \"Edit\", \"mcp__crm__*\"]`. Empty: it comes back in words alone.",
        ),
        key(
            "hosts",
            "list of hosts",
            Is("[]"),
            "Hosts that a link, a command or a call may name beside it.",
        ),
    ],
};

pub const OTLP: Section = Section {
    name: "gateway.otlp",
    about: "The receiver of telemetry: what agents and frameworks say of their calls by OTLP (`gen_ai.*`, `mcp.*`) is part of their session's words. A claim, as transcripts are.",
    keys: &[key(
        "listen",
        "list of `address:port` of this machine",
        Is("[]"),
        "Where `up` serves it, HTTP and gRPC at each, as in `[\"127.0.0.1:4317\", \"127.0.0.1:4318\"]`. Empty: it is not there.",
    )],
};

pub const PROVIDERS: Section = Section {
    name: "gateway.providers.NAME",
    about: "Who stands behind `/NAME/`. `anthropic`, `gemini`, `ollama` and `openai` need not be named.",
    keys: &[
        key(
            "base",
            "URL",
            Required("\"https://models.corp.example/v1\""),
            "What paths behind `/NAME` are put behind; without login, query and fragment.",
        ),
        key(
            "fails",
            "`open` or `closed`",
            Words("`gateway.fails`"),
            "What becomes of what cannot be looked at.",
        ),
        key(
            "key",
            "`{ env = NAME }`, `{ file = PATH }` or `{ command = [WORDS] }`",
            Unset("{ file = \"/etc/chaperone/openai.key\" }"),
            "The provider's key, read when `up` starts and used instead of what clients bring. A file must not be readable by others; a command runs without a shell.",
        ),
        key(
            "header",
            "name of a header",
            Unset("\"x-api-key\""),
            "Where the key stands. Unset: where the provider's own clients put it (`authorization: Bearer`, `x-api-key`, `x-goog-api-key`, `api-key`).",
        ),
    ],
};

pub const SERVERS: Section = Section {
    name: "gateway.mcp.NAME",
    about: "A server of tools (MCP) that is asked over HTTP, served at `/mcp/NAME` beside the models: streamable HTTP of all versions, and the older way of a stream and a place to post to. Calls, offers and results are held as those of `chaperone mcp wrap` are (`[mcp]`); limits and keys know it as `mcp/NAME`. `chaperone mcp install` leads clients to it.",
    keys: &[
        key(
            "url",
            "URL",
            Required("\"https://mcp.corp.example/mcp\""),
            "The server's address as its users write it; without login and fragment.",
        ),
        key(
            "key",
            "`{ env = NAME }`, `{ file = PATH }` or `{ command = [WORDS] }`",
            Unset("{ file = \"/etc/chaperone/tickets.key\" }"),
            "Its key or token, read when `up` starts and used instead of what clients bring.",
        ),
        key(
            "header",
            "name of a header",
            Unset("\"x-api-key\""),
            "Where the key stands. Unset: `authorization: Bearer`.",
        ),
    ],
};

pub const LIMITS: Section = Section {
    name: "gateway.limits.NAME",
    about: "How much there may be of what goes through the gateway. What a call may take is reserved before it (its length, and `max_tokens`) and settled when it is over; what is over a limit is refused (429). Minutes and hours fill up steadily, a day is the last 24 hours and is kept across restarts. Of several limits each holds.",
    keys: &[
        key(
            "on",
            "`\"all\"`, `\"provider\"`, `\"model\"`, `\"team\"`, `\"agent\"`, `\"person\"` or `\"key\"`",
            Required("\"agent\""),
            "Whose use is counted: each one's own; of models all that `name` names together.",
        ),
        key(
            "name",
            "text with `*`",
            Is("\"*\""),
            "Which of them: `codex-cli@alice`, `payments`, `gpt-5*`, `openai/*`.",
        ),
        key("requests", "`60/min`, several with commas", Unset("\"60/min, 2000/day\""), "Calls."),
        key("tokens", "`1M/day`", Unset("\"1M/day\""), "Tokens, read and written."),
        key(
            "money",
            "`5usd/day`",
            Unset("\"5usd/day\""),
            "By the prices of `rules/prices` and `[gateway.prices]`. A model without a known price is refused where it counts.",
        ),
        key("at_once", "number", Unset("8"), "Calls at one time."),
    ],
};

pub const PRICES: Section = Section {
    name: "gateway.prices.NAME",
    about: "What models cost where `rules/prices` does not know it, or not what you pay, in dollars for a million tokens.",
    keys: &[
        key("provider", "text with `*`", Required("\"vllm\""), "Name of the provider."),
        key("model", "text with `*`", Required("\"*\""), "The model."),
        key("input", "dollars", Required("0.5"), "Tokens that are read."),
        key("output", "dollars", Required("1.5"), "Tokens that are written."),
        key("cached", "dollars", Unset("0.05"), "Tokens out of a cache; unset: as others."),
    ],
};

pub const BREAKER: Section = Section {
    name: "gateway.breaker",
    about: "A provider that fails again and again is let alone (503), then tried with one call.",
    keys: &[
        key(
            "failures",
            "number",
            Is("10"),
            "So many failures (not reached, 5xx, broken off) open it; 0: it never opens.",
        ),
        key("window_s", "seconds", Is("30"), "Within which time."),
        key("open_s", "seconds", Is("10"), "How long nobody is let through."),
    ],
};

pub const TLS: Section = Section {
    name: "gateway.tls",
    about: "TLS in front of the gateway. Without it, it listens for this machine alone; with it for others too, if they prove who they are: by a certificate, a token (`[gateway.issuers]`) or a key.",
    keys: &[
        key(
            "certificate_file",
            "path of a PEM file",
            Required("\"/etc/chaperone/gateway.pem\""),
            "Our certificate chain.",
        ),
        key(
            "key_file",
            "path of a PEM file",
            Required("\"/etc/chaperone/gateway.key\""),
            "Its key.",
        ),
        key(
            "client_ca_file",
            "path of a PEM file",
            Unset("\"/etc/chaperone/clients.pem\""),
            "Authorities of clients: nobody comes in without a certificate of theirs. Its name (URI, DNS, else common name) is the product that policies, limits and orders mean.",
        ),
    ],
};

pub const ISSUERS: Section = Section {
    name: "gateway.issuers.NAME",
    about: "Whose tokens (OIDC, JWT) say who calls: RS256, ES256 or EdDSA, in `Authorization: Bearer`. A token of anybody else goes on to the provider, as it came.",
    keys: &[
        key("issuer", "text", Required("\"https://id.corp.example\""), "`iss`, to the letter."),
        key("audience", "text", Required("\"chaperone\""), "What `aud` has to name."),
        key(
            "jwks_file",
            "path of a file",
            Unset("\"/etc/chaperone/jwks.json\""),
            "Its public keys (JWKS); read again when the file changes.",
        ),
        key(
            "jwks_url",
            "URL",
            Unset("\"https://id.corp.example/keys\""),
            "Where it publishes them, instead of a file: fetched each hour, and when a token names a key that is not known, at most twice a minute. The last good ones count for a day. Neither this nor a file: where the issuer says itself (`/.well-known/openid-configuration`).",
        ),
        key("account", "name of a claim", Is("\"sub\""), "Where the account stands."),
        key(
            "groups",
            "name of a claim",
            Is("\"groups\""),
            "Where the groups stand: `principal in Group::\"ops\"`.",
        ),
        key(
            "agent",
            "name of a claim",
            Unset("\"azp\""),
            "Where the agent's product stands; set, who comes is an agent of that account, else a person.",
        ),
    ],
};

pub const GUARDRAIL: Section = Section {
    name: "gateway.guardrail",
    about: "Other gateways (LiteLLM, Kong, Envoy) ask about model calls of theirs, at the same address: see `docs/guardrail.md`.",
    keys: &[key(
        "key_file",
        "path of a file",
        Unset("\"/etc/chaperone/guardrail.key\""),
        "Holds the key that whoever asks has to bring, 16 characters or more. Unset: nobody may ask.",
    )],
};
