//! The tables of the configuration file and their keys, in the order of the reference.

use super::Fallback::{self, Is, Required, Unset, Words};
use super::{Key, Section, gateway, mcp, undo};

pub const fn key(
    name: &'static str,
    value: &'static str,
    default: Fallback,
    meaning: &'static str,
) -> Key {
    Key { name, value, default, meaning }
}

const SELECTION: Key = key(
    "records",
    "`\"findings\"` or `\"everything\"`",
    Is("\"findings\""),
    "What leaves: findings and losses, or acts, agents and sessions too.",
);

const TLS: &[Key] = &[
    key(
        "ca_file",
        "path of a PEM file",
        Unset("\"/etc/ssl/soc-ca.pem\""),
        "The authorities to trust; without it those of the system.",
    ),
    key(
        "server_name",
        "text",
        Unset("\"siem.corp.example\""),
        "Name that the server's certificate must have; without it the host of the address. A webhook's is the host of its URL, always.",
    ),
    key(
        "certificate_file",
        "path of a PEM file",
        Unset("\"/etc/chaperone/client.pem\""),
        "Our certificate chain, where the server asks for one.",
    ),
    key("key_file", "path of a PEM file", Unset("\"/etc/chaperone/client.key\""), "Its key."),
];

/// All of them, in the order of the reference.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "",
        about: "",
        keys: &[key(
            "data_dir",
            "path of a directory",
            Words("`/var/lib/chaperone` as root, else `$XDG_DATA_HOME/chaperone`"),
            "Where the record is kept. `--data-dir` and `CHAPERONE_DATA_DIR` stand above it.",
        )],
    },
    Section {
        name: "sensor",
        about: "How acts are watched.",
        keys: &[
            key(
                "ring_mib",
                "MiB, a power of two",
                Is("32"),
                "Size of the kernel's ring. At the default a burst of 200,000 acts fits; what does not fit is counted as lost.",
            ),
            key(
                "watch_everybody",
                "`true` or `false`",
                Is("false"),
                "Also record file and network acts of those who are no agent. Costly; for tests.",
            ),
            key(
                "on_demand",
                "`true` or `false`",
                Is("false"),
                "Where system calls can only be seen behind every call of the host, see them only while an agent runs. Nobody else pays then, but the first milliseconds of the first agent may go unseen; that is counted as loss.",
            ),
            key(
                "poll_ms",
                "milliseconds",
                Is("25"),
                "How long records may wait in the ring at most, while more come all the time: a finding is that much later, the processor is woken that much less. What comes after a pause is read at once.",
            ),
            key(
                "plaintext",
                "`true`, `false`, or a list of `\"openssl\"`, `\"gnutls\"`, `\"node\"`",
                Is("false"),
                "What agents say to models over TLS that they open themselves, heard in their own process by programs at the functions of its library: calls with their tokens, words, finds. For telling, never for refusing. Only agents pay (26 µs for each read or write of TLS); 64 processes at most, HTTP/1.1 only, the first words after a connection may be missed.",
            ),
        ],
    },
    Section {
        name: "agents",
        about: "How agents are recognised and looked after.",
        keys: &[
            key(
                "signatures",
                "list of directories",
                Is("[]"),
                "Signatures of your own (YAML), beside the built-in ones.",
            ),
            key(
                "gateways",
                "list of hosts, addresses or `address:port`",
                Is("[]"),
                "Your own model gateways (`llm.corp.example`, `*.corp.example`, `10.0.0.7:8080`): a process that talks to one and runs programs is an agent.",
            ),
            key(
                "review_days",
                "days",
                Is("90"),
                "How often somebody looks at an agent that has an owner (`chaperone agents own`), where nothing else was said; 0 is never.",
            ),
            key(
                "dormant_days",
                "days",
                Is("30"),
                "An installed agent that was not used for so long is dormant.",
            ),
        ],
    },
    Section {
        name: "rules",
        about: "What is looked for.",
        keys: &[key(
            "own_pack",
            "`true` or `false`",
            Is("true"),
            "The rules that ship with Chaperone.",
        )],
    },
    Section {
        name: "rules.packs.NAME",
        about: "Further Sigma rules; findings carry the name.",
        keys: &[
            key(
                "path",
                "path of a file or directory",
                Required("\"/etc/chaperone/rules.d\""),
                "A rule file, or a directory with rules at any depth.",
            ),
            key(
                "everybody",
                "`true` or `false`",
                Is("false"),
                "Match acts of everybody, not only of agents, where the rules do not say.",
            ),
        ],
    },
    Section {
        name: "detect",
        about: "What is looked for besides rules.",
        keys: &[
            key(
                "declared",
                "`true` or `false`",
                Is("false"),
                "Whether what agents say they do (transcripts, hooks) is held against what they do; findings `declared-…` quote both. Off: since what was false with real agents was mended, too few of their calls were counted.",
            ),
            key(
                "known",
                "list of texts",
                Is("[]"),
                "Texts in command lines that agents run by their settings (hooks, formatters), which no call declares: `prettier --write`.",
            ),
        ],
    },
    Section {
        name: "journal.segments",
        about: "How the record is written.",
        keys: &[
            key("max_mib", "MiB", Is("64"), "A segment is closed when it is this large."),
            key(
                "max_age_hours",
                "hours",
                Is("24"),
                "A segment is closed when it is this old, so that retention can remove by age.",
            ),
            key(
                "fsync",
                "`\"always\"`, `\"interval\"` or `\"never\"`",
                Is("\"interval\""),
                "When records are forced to the disk.",
            ),
            key(
                "fsync_interval_ms",
                "milliseconds",
                Is("1000"),
                "With `fsync = \"interval\"`: how often. Power loss costs at most this much.",
            ),
            key(
                "collect_ms",
                "milliseconds",
                Is("250"),
                "How long records are collected into one frame. A killed daemon loses at most this much; readers see acts this late.",
            ),
            key(
                "compression",
                "`\"zstd\"` or `\"none\"`",
                Is("\"zstd\""),
                "How frames are compressed.",
            ),
        ],
    },
    Section {
        name: "journal.retention",
        about: "How long the record stays.",
        keys: &[
            key("acts_days", "days", Is("30"), "Acts older than this go, a segment at a time."),
            key(
                "findings_days",
                "days",
                Is("400"),
                "Agents, sessions and findings not touched for this long go.",
            ),
            key(
                "max_mib",
                "MiB",
                Is("20480"),
                "All segments together stay below this, and so do all Parquet files; acts that go early for it are counted as lost.",
            ),
        ],
    },
    Section {
        name: "journal.audit",
        about: "How the audit log is kept (`chaperone audit`).",
        keys: &[
            key(
                "fsync",
                "`\"always\"`, `\"interval\"` or `\"never\"`",
                Is("\"always\""),
                "When entries are forced to the disk: with each signed group, every second, or when the system likes.",
            ),
            key(
                "collect_ms",
                "milliseconds",
                Is("250"),
                "How long entries are collected before they are signed and written together. A killed daemon loses at most these.",
            ),
            key("max_mib", "MiB", Is("16"), "A segment is closed when it is this large."),
            key(
                "keep_days",
                "days",
                Is("0"),
                "Segments older than this go, each with an entry that says so; 0 keeps all.",
            ),
            key(
                "anchor_minutes",
                "minutes",
                Is("15"),
                "How often the signed head leaves by the outlets, if the log has grown; 0 is never.",
            ),
        ],
    },
    Section {
        name: "journal.outlets.file.NAME",
        about: "Findings leave for a file, as OCSF JSON lines.",
        keys: &[
            key(
                "path",
                "path of a file",
                Required("\"/var/log/chaperone/findings.jsonl\""),
                "Where to; made if it is not there, with rights `rw-r-----`.",
            ),
            SELECTION,
            key(
                "max_mib",
                "MiB",
                Is("100"),
                "The file is moved to `path.1` when it is this large.",
            ),
            key("keep", "number of files", Is("5"), "How many moved files are kept."),
        ],
    },
    Section {
        name: "journal.outlets.syslog.NAME",
        about: "Findings leave for a syslog server (RFC 5424).",
        keys: &[
            key(
                "address",
                "`host:port`",
                Required("\"siem.corp.example:6514\""),
                "The server; usual ports are 6514 (tls), 601 (tcp) and 514 (udp).",
            ),
            SELECTION,
            key(
                "transport",
                "`\"tls\"`, `\"tcp\"` or `\"udp\"`",
                Is("\"tls\""),
                "How messages travel. Only `tls` cannot be read or forged on the way; `udp` may lose them unnoticed.",
            ),
            key(
                "facility",
                "number, 0 to 23",
                Is("13"),
                "Facility of the messages; 13 is log audit.",
            ),
        ],
    },
    Section {
        name: "journal.outlets.syslog.NAME.tls",
        about: "Whom to trust, and who we are, with `transport = \"tls\"`.",
        keys: TLS,
    },
    Section {
        name: "journal.outlets.webhook.NAME",
        about: "Findings leave for a webhook: one POST each, signed as in the Standard Webhooks specification. With `records = \"everything\"` the body is an array of up to 500.",
        keys: &[
            key(
                "url",
                "URL",
                Required("\"https://hooks.corp.example/chaperone\""),
                "Where to; `http:` only on this host.",
            ),
            SELECTION,
            key(
                "secret_file",
                "path of a file",
                Required("\"/etc/chaperone/webhook.secret\""),
                "Secret of the signature: `whsec_` and base64, or any text.",
            ),
        ],
    },
    Section {
        name: "journal.outlets.webhook.NAME.tls",
        about: "Whom to trust, and who we are.",
        keys: TLS,
    },
    Section {
        name: "journal.outlets.otlp.NAME",
        about: "What agents did leaves as spans for a collector of telemetry (OTLP by HTTP): sessions (`invoke_agent`), calls of models (`chat`) and of tools (`execute_tool`), and what the tools' processes did.",
        keys: &[
            key(
                "url",
                "URL",
                Required("\"http://127.0.0.1:4318\""),
                "Where to, without `/v1/traces`; `http:` only on this host.",
            ),
            key(
                "protocol",
                "`\"protobuf\"` or `\"json\"`",
                Is("\"protobuf\""),
                "How requests are written.",
            ),
            key(
                "headers_file",
                "path of a file",
                Unset("\"/etc/chaperone/otlp.headers\""),
                "Headers of each request, a line each (`api-key: …`).",
            ),
            key(
                "content",
                "`\"off\"`, `\"hashed\"` or `\"redacted\"`",
                Is("\"off\""),
                "What calls were given, what came of them, answers and command lines: not, as a number that is the same for the same text of a session (short texts can be guessed), or as the record has them, without secrets.",
            ),
        ],
    },
    Section {
        name: "journal.outlets.otlp.NAME.tls",
        about: "Whom to trust, and who we are.",
        keys: TLS,
    },
    Section {
        name: "budget",
        about: "What Chaperone may use of this host before it says so, in its log and in `chaperone status`.",
        keys: &[
            key(
                "cpu_percent",
                "percent of one processor",
                Is("50"),
                "Processor time over a minute; 0 is no limit.",
            ),
            key("memory_mib", "MiB", Is("300"), "Resident memory; 0 is no limit."),
        ],
    },
    Section {
        name: "policy",
        about: "Who may do what: Cedar policies, and how strictly they are held.",
        keys: &[
            key(
                "profile",
                "`\"observe\"`, `\"guarded\"`, `\"confined\"` or `\"locked\"`",
                Is("\"observe\""),
                "How strictly agents are held that nothing in `profiles` names. `observe` stops nothing.",
            ),
            key(
                "path",
                "path of a file or directory",
                Unset("\"/etc/chaperone/policies\""),
                "Policies of your own: a `*.cedar` file, or a directory of them.",
            ),
            key(
                "source",
                "address or path",
                Unset("\"https://policies.corp.example/chaperone.json\""),
                "Where a signed bundle of policies lies that `chaperone policy pull` takes.",
            ),
            key(
                "signer",
                "public key in base64",
                Unset("\"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\""),
                "The Ed25519 key that bundles must be signed with. Without it none is taken. `chaperone policy bundle` prints it.",
            ),
            key(
                "hosts",
                "list of names, patterns, addresses",
                Is("[]"),
                "Hosts that data may go to, secrets too (`git.corp.example`, `*.corp.example`). They are of the kind `declared`.",
            ),
            key(
                "teams",
                "table of lists",
                Is("{}"),
                "Teams and their agents: `payments = [\"codex-cli\", \"claude-code@alice\"]`.",
            ),
            key(
                "profiles",
                "list of tables",
                Is("[]"),
                "Other profiles for some: `{ workspace = \"/srv/prod/**\", profile = \"locked\" }`, by `agent`, `team`, `workspace`. The one with most conditions wins, of equals the strictest.",
            ),
        ],
    },
    Section {
        name: "approvals",
        about: "How people are asked what agents may not do by themselves (`chaperone approvals`).",
        keys: &[
            key("wait_s", "seconds", Is("120"), "How long an answer is waited for."),
            key(
                "otherwise",
                "`\"deny\"` or `\"allow\"`",
                Is("\"deny\""),
                "What is done with the act if no answer comes.",
            ),
            key(
                "remember_days",
                "days",
                Is("30"),
                "The longest that an answer may hold (`chaperone approvals answer --days`).",
            ),
            key(
                "group",
                "name of a group",
                Unset("\"security\""),
                "Its members answer for everybody's agents; others only for their own, root for all.",
            ),
            key(
                "notify",
                "list of `\"desktop\"` and `\"terminal\"`",
                Is(r#"["desktop"]"#),
                "Where the agent's owner is told of a new question: by a notification, or in a line on the terminal that the agent was started at, if `mesg` allows it.",
            ),
            key(
                "webhook",
                "name of an outlet",
                Unset("\"soc\""),
                "The webhook of `[journal.outlets.webhook.NAME]` that is told, too.",
            ),
            key("notify_per_minute", "number", Is("6"), "More are counted and told with the next."),
        ],
    },
    undo::UNDO,
    Section {
        name: "guard",
        about: "How agents' hooks ask before a tool call (`chaperone hook install`), and what held programs are told.",
        keys: &[
            key("listen", "`true` or `false`", Is("true"), "Whether `up` answers at its socket."),
            key(
                "socket",
                "path of a file",
                Unset("\"/run/chaperone/link.sock\""),
                "The socket. Else it is the one of the example for the record of the system, `$XDG_RUNTIME_DIR/chaperone/link.sock` for one's own, and `link.sock` beside any other.",
            ),
            key(
                "absent",
                "`\"open\"` or `\"closed\"`",
                Is("\"open\""),
                "What a hook does while nobody answers: the tool call goes on, or it does not. It is written into the hook's own line when it is installed. So it is with a run that waits for an answer that does not come in time.",
            ),
            key(
                "tell",
                "`true` or `false`",
                Is("true"),
                "Whether a held program that is refused a run or a file reads why: one line on its standard error, where that is a pipe, a terminal or a socket.",
            ),
            key(
                "outlives",
                "`true` or `false`",
                Is("true"),
                "Whether the kernel goes on to refuse sessions what it refused them when `up` has died or was killed, until it is there again. Who stops `up` in order, or calls `chaperone disarm`, ends that.",
            ),
            key(
                "outlives_minutes",
                "minutes",
                Is("10"),
                "How long it does when nobody comes back, or `up` hangs; 0: not at all.",
            ),
        ],
    },
    Section {
        name: "run",
        about: "How `chaperone run` starts agents.",
        keys: &[key(
            "known_secrets",
            "`true` or `false`",
            Is("true"),
            "Whether variables that are known to carry secrets (`rules/secrets`) are held in custody: the program finds a placeholder, which the proxy of the run exchanges in what is sent to the secret's own hosts.",
        )],
    },
    Section {
        name: "run.secrets.NAME",
        about: "A further secret in custody, by the variable that it stands in; it counts more than what is known of that variable.",
        keys: &[
            key(
                "hosts",
                "list of names, patterns, addresses",
                Required("[\"deploy.corp.example\"]"),
                "Hosts that it is for; `*` alone is refused.",
            ),
            key(
                "file",
                "path of a file",
                Unset("\"/etc/chaperone/deploy.token\""),
                "Where it is read, instead of the variable; the file is hidden from the program.",
            ),
        ],
    },
    Section {
        name: "transcripts",
        about: "Words of sessions: what agents write of their conversations, read as it grows, and what they tell their hooks, without secrets.",
        keys: &[
            key(
                "read",
                "`true` or `false`",
                Is("true"),
                "Whether `up` reads the transcripts of agents that it sees write them (Claude Code, Codex CLI, Gemini CLI, opencode, mini-swe-agent).",
            ),
            key(
                "hooks",
                "`true` or `false`",
                Is("true"),
                "Whether what agents tell their hooks (`chaperone hook install`) is kept: prompts, and tools with what they are given, in the agent's session. What the transcript says, too, is told once.",
            ),
            key(
                "calls",
                "`true` or `false`",
                Is("true"),
                "Whether what an agent says to models and tools is kept where it goes by: the gateway, a box of `chaperone run`, `chaperone mcp wrap`, `sensor.plaintext`. What transcript or hook says, too, is told once.",
            ),
            key(
                "words",
                "`\"full\"` or `\"calls\"`",
                Is("\"full\""),
                "What is kept: prompts, answers, calls of tools and the beginning of their results; or calls of tools alone, and of the rest that it was there.",
            ),
        ],
    },
    gateway::GATEWAY,
    gateway::OTLP,
    gateway::CLASSIFIERS,
    gateway::TURN_BACK,
    gateway::PROVIDERS,
    gateway::SERVERS,
    gateway::LIMITS,
    gateway::PRICES,
    gateway::BREAKER,
    gateway::TLS,
    gateway::ISSUERS,
    gateway::GUARDRAIL,
    mcp::MCP,
    Section {
        name: "inventory",
        about: "What exists here of agents, and what of it may be loaded.",
        keys: &[
            key(
                "watch",
                "`true` or `false`",
                Is("true"),
                "Whether `up` watches what agents load: servers of tools, skills, hooks, rules, memory.",
            ),
            key(
                "ask",
                "list of kinds",
                Is(r#"["helper", "hook", "plugin", "skill", "sub_agent", "tool_server"]"#),
                "Kinds of which somebody has to trust what is new or changed (`chaperone trust`). `rules`, `memory` and `command` are possible, too.",
            ),
            key(
                "untrusted",
                "`\"report\"` or `\"hold\"`",
                Is("\"report\""),
                "What nobody trusts yet is reported, or moved aside until somebody does. The packaged unit may not write in homes: for `hold` give it `ProtectHome=no` and `CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE`.",
            ),
            key(
                "projects",
                "list of directories",
                Is("[]"),
                "Folders with projects outside of homes.",
            ),
        ],
    },
    Section {
        name: "query",
        about: "How the record is asked by SQL. Builds without SQL take these keys and do nothing with them.",
        keys: &[
            key(
                "memory_mib",
                "MiB",
                Is("1024"),
                "Memory that one process's queries may hold together.",
            ),
            key(
                "live_mib",
                "MiB",
                Is("128"),
                "Memory for records that are not in files yet; what is more is read again by each query.",
            ),
            key(
                "max_rows",
                "rows",
                Is("100000"),
                "Most rows of an answer; one that is cut says so.",
            ),
            key("timeout_s", "seconds", Is("60"), "A query is stopped after this time."),
            key(
                "threads",
                "number",
                Is("0"),
                "Threads that work on queries; 0 is one per processor.",
            ),
        ],
    },
];
