//! What properties of compiled policies are tried with: paths, actions and policies that somebody could have thought of.

use std::net::IpAddr;

use event::{
    Action, AgentId, AgentRef, Circumstances, Holds, Object, Principal, ProcessId, SessionId, Text,
    Verb,
};
use proptest::prelude::*;

/// The folder that most agents work in.
pub const WORKSPACE: &str = "/home/alice/code/shop";

/// Paths that the table of kinds means, nearly means, and does not mean.
pub fn path() -> impl Strategy<Value = String> {
    let patterns: Vec<String> = policy::shipped_kinds()
        .lines()
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|text| text.contains('/'))
        .map(ToOwned::to_owned)
        .collect();
    let home = prop::sample::select(vec![
        "/root",
        "/home/alice",
        "/home/bob",
        WORKSPACE,
        "/srv",
        "",
        "/home/alice/x",
    ]);
    let wild = "[a-z._]{0,4}";
    let deep = prop::sample::select(vec!["", "/x", "/x/y", "/.git", "/a.pub", "/chaperone"]);
    let end = prop::sample::select(vec!["", "", "", "", "/x", "x", ".pub", ".sample", "/memory/x"]);
    (prop::sample::select(patterns), home, wild, deep, end, any::<prop::sample::Index>()).prop_map(
        |(pattern, home, wild, deep, end, which)| {
            let pattern = pattern.replace("~/", &format!("{home}/"));
            let pattern = match pattern.strip_prefix("**/") {
                Some(rest) => format!("{home}{deep}/{rest}"),
                None => pattern,
            };
            let pattern = pattern.replace("/**/", &format!("{deep}/")).replace("/**", deep);
            let pattern = chosen(&pattern, &which).replace('*', &wild);
            let path = format!("{pattern}{end}");
            // The kernel gives paths without these.
            let parts = path.split('/').filter(|part| !["", ".", ".."].contains(part));
            parts.map(|part| format!("/{part}")).collect()
        },
    )
}

/// One of the alternatives of each brace.
fn chosen(pattern: &str, which: &prop::sample::Index) -> String {
    let mut text = pattern.to_owned();
    while let (Some(from), Some(to)) = (text.find('{'), text.find('}')) {
        let parts: Vec<&str> = text[from + 1..to].split(',').collect();
        let part = parts[which.index(parts.len())].to_owned();
        text.replace_range(from..=to, &part);
    }
    text
}

fn address() -> impl Strategy<Value = IpAddr> {
    let known = [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "10.1.2.3",
        "192.168.0.1",
        "172.31.0.1",
        "172.32.0.1",
        "169.254.169.254",
        "169.254.0.1",
        "fd00:ec2::254",
        "fe80::1",
        "fc00::1",
        "100.100.100.200",
        "203.0.113.7",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "0.0.0.0",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(|text| text.parse().expect("an address")),
        any::<u32>().prop_map(|bits| IpAddr::from(bits.to_be_bytes())),
    ]
}

fn program() -> impl Strategy<Value = (Text, Text)> {
    let paths = [
        "",
        "/usr/bin/cat",
        "/usr/bin/ssh",
        "/tmp/ssh",
        "/usr/bin/git",
        "/usr/bin/aws",
        "/usr/bin/node",
        "/usr/lib/node_modules/npm/bin/npm-cli.js",
        "/tmp/npm-cli.js",
        "/usr/bin/gpg",
        "/home/alice/bin/kubectl",
        "/opt/x/terraform",
        "/usr/bin/curl",
    ];
    let one = || prop::sample::select(paths.to_vec()).prop_map(Text::from);
    (one(), one())
}

/// The session of one process.
fn id(pid: u32) -> SessionId {
    let agent = AgentId::derive("host", "any", "any");
    SessionId::derive(agent, "boot", ProcessId { pid, start_ns: 1 })
}

/// A run of an agent that anybody could have started.
pub fn session(agent: &str, team: &str, workspace: &str, pid: u32) -> Principal {
    let (product, owner) = agent.split_once('@').expect("an agent and its owner");
    let agent = AgentRef {
        product: product.into(),
        owner: owner.into(),
        team: team.into(),
        workspace: workspace.into(),
        ..AgentRef::default()
    };
    Principal::Session { id: id(pid), agent }
}

fn started(by: u32, run: Principal) -> Principal {
    match run {
        Principal::Session { id: own, agent } => Principal::SubAgent { of: id(by), id: own, agent },
        other => other,
    }
}

/// Those who act.
pub fn principals() -> Vec<Principal> {
    let workload = Principal::Workload { product: "ollama".into(), account: "ollama".into() };
    vec![
        session("codex-cli@alice", "", WORKSPACE, 1),
        session("codex-cli@alice", "payments", WORKSPACE, 2),
        started(1, session("codex-cli@bob", "payments", "/srv/shop", 3)),
        session("gemini-cli@bob", "vault", "/srv/shop", 4),
        session("gemini-cli@alice", "readers", WORKSPACE, 5),
        workload,
        session("gemini-cli@bob", "", WORKSPACE, 6),
        session("codex-cli@alice", "vault", "/srv/shop", 7),
        started(2, session("gemini-cli@bob", "readers", WORKSPACE, 8)),
    ]
}

fn circumstances() -> impl Strategy<Value = Circumstances> {
    let holds = prop::collection::btree_set(
        prop::sample::select(vec![Holds::Project, Holds::Personal, Holds::Secret]),
        0..3,
    );
    let words = prop::collection::btree_set(
        prop::sample::select(vec![event::Origin::User, event::Origin::Untrusted]),
        0..2,
    );
    (holds, words, program(), 0..300_u32, 0..24_u8, any::<bool>()).prop_map(
        |(holds, influenced_by, (program, script), deletes, hour, attended)| Circumstances {
            program,
            script,
            holds,
            influenced_by,
            deletes_per_minute: deletes,
            deleted_percent: 90,
            hour,
            attended,
            ..Circumstances::default()
        },
    )
}

/// Something that somebody wants.
pub fn action() -> impl Strategy<Value = Action> {
    let file = (
        prop::sample::select(vec![Verb::ReadFile, Verb::WriteFile, Verb::DeleteFile]),
        path().prop_map(|path| Object::File { path: path.into() }),
    );
    let exec = (
        Just(Verb::Exec),
        path().prop_map(|path| Object::Program { path: path.into(), command_line: "x".into() }),
    );
    let net = (prop::sample::select(vec![Verb::Connect, Verb::Listen]), address()).prop_map(
        |(verb, address)| {
            let object = Object::Host {
                name: Text::default(),
                address: Some(address),
                port: 443,
                request: Text::default(),
            };
            (verb, object)
        },
    );
    let load = (Just(Verb::LoadCode), path().prop_map(|path| Object::File { path: path.into() }));
    let what = prop_oneof![4 => file, 2 => exec, 2 => net, 1 => load];
    let principal = prop::sample::select(principals());
    (principal, what, circumstances()).prop_map(|(principal, (verb, object), context)| Action {
        principal,
        verb,
        object,
        context,
    })
}

/// A condition as somebody could write it.
fn condition() -> impl Strategy<Value = String> {
    let kinds = ["credential", "workspace", "temporary", "agent-own", "own-tool", "log", "system"];
    let kind = || prop::sample::select(kinds.to_vec()).prop_map(|kind| format!("\"{kind}\""));
    let some = || prop::collection::vec(kind(), 1..4).prop_map(|kinds| kinds.join(", "));
    let leaf = prop_oneof![
        4 => kind().prop_map(|kind| format!("resource.kinds.contains({kind})")),
        2 => some().prop_map(|kinds| format!("resource.kinds.containsAny([{kinds}])")),
        2 => some().prop_map(|kinds| format!("resource.kinds.containsAll([{kinds}])")),
        3 => Just("context.holds.contains(\"secret\")".to_owned()),
        1 => Just("context.holds.containsAny([\"secret\", \"project\"])".to_owned()),
        1 => Just("principal is Human".to_owned()),
        1 => Just("principal is SubAgent".to_owned()),
        1 => Just("principal is Session".to_owned()),
        1 => Just("principal in Product::\"codex-cli\"".to_owned()),
        1 => Just("principal in [Team::\"payments\", Team::\"vault\"]".to_owned()),
        1 => Just("principal == Agent::\"codex-cli@alice\"".to_owned()),
        1 => Just(format!("principal in Session::\"{}\"", id(1))),
        1 => Just(of_agents("principal.workspace like \"/srv/*\"")),
        1 => Just(of_agents("principal.owner == \"bob\" || principal.team == \"\"")),
        1 => Just("context.hour < 12".to_owned()),
        1 => Just("context.attended".to_owned()),
        1 => Just("context.influenced_by.contains(\"untrusted\")".to_owned()),
        1 => Just("resource.path like \"/home/*\"".to_owned()),
        1 => Just("true".to_owned()),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
        ]
    })
}

/// What only agents have to be asked for.
fn of_agents(condition: &str) -> String {
    format!("((principal is Session || principal is SubAgent) && ({condition}))")
}

/// Whom a policy is about.
fn scope() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "principal",
        "principal",
        "principal is Session",
        "principal in Agent::\"codex-cli@alice\"",
        "principal in Team::\"vault\"",
        "principal is SubAgent in Product::\"codex-cli\"",
    ])
}

/// Some policies.
pub fn policies() -> impl Strategy<Value = String> {
    let effect = prop::sample::select(vec!["deny", "ask", "kill", "notify"]);
    let verb = prop::sample::select(vec!["read_file", "write_file", "delete_file"]);
    let one = (effect, verb, scope(), condition(), any::<bool>()).prop_map(
        |(effect, verb, who, text, when)| {
            let when = if when { "when" } else { "unless" };
            format!("@effect(\"{effect}\")\nforbid ({who}, action == Action::\"{verb}\", resource)\n{when} {{ {text} }};\n")
        },
    );
    let permit = (scope(), condition()).prop_map(|(who, text)| {
        format!("permit ({who}, action == Action::\"write_file\", resource) when {{ {text} }};\n")
    });
    let lift = (scope(), condition()).prop_map(|(who, text)| {
        format!("@lifts(\"credential-stores\")\npermit ({who}, action == Action::\"read_file\", resource) when {{ {text} }};\n")
    });
    prop::collection::vec(prop_oneof![4 => one, 2 => permit, 1 => lift], 1..8)
        .prop_map(|policies| policies.concat())
}
