//! One act of every kind, as a person would write it down.

use std::net::IpAddr;
use std::sync::Arc;

use event::testing::pid;
use event::*;

/// The number of kinds, and a reminder: a new kind does not compile until it is numbered here, and
/// does not pass until [`every`] and the generator have it.
pub fn kind(act: &Act) -> usize {
    match act {
        Act::ProcessExec(_) => 0,
        Act::ProcessClone(_) => 1,
        Act::ProcessExit(_) => 2,
        Act::FileOpen(_) => 3,
        Act::FileCreate(_) => 4,
        Act::FileWrite(_) => 5,
        Act::FileRename(_) => 6,
        Act::FileUnlink(_) => 7,
        Act::FileChmod(_) => 8,
        Act::FileChown(_) => 9,
        Act::FileSymlink(_) => 10,
        Act::FileLink(_) => 11,
        Act::FileTruncate(_) => 12,
        Act::NetworkConnect(_) => 13,
        Act::NetworkAccept(_) => 14,
        Act::NetworkBind(_) => 15,
        Act::NetworkListen(_) => 16,
        Act::NetworkSend(_) => 17,
        Act::NetworkClose(_) => 18,
        Act::DnsQuery(_) => 19,
        Act::DnsAnswer(_) => 20,
        Act::TlsClientHello(_) => 21,
        Act::Ptrace(_) => 22,
        Act::Signal(_) => 23,
        Act::Mount(_) => 24,
        Act::CredentialChange(_) => 25,
        Act::ModuleLoad(_) => 26,
        Act::BpfProgLoad(_) => 27,
        Act::MemfdCreate(_) => 28,
        Act::IoUringSetup(_) => 29,
        Act::PipeUse(_) => 30,
        Act::EventLoss(_) => 31,
        Act::Stopped(_) => 32,
        Act::Utterance(_) => 33,
        Act::ModelCall(_) => 34,
        Act::ToolCall(_) => 35,
    }
}
pub const KINDS: usize = 36;

pub fn alice() -> User {
    User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) }
}

fn file(path: &str) -> FileRef {
    FileRef { path: path.into(), inode: (2049, 131_077) }
}

pub fn exec() -> Exec {
    Exec {
        parent: pid(100),
        exe: file("/usr/bin/curl"),
        script: None,
        argv: ["curl", "-sS", "https://api.example.com/v1"].map(Text::from).to_vec(),
        cwd: "/home/alice/project".into(),
        env: vec!["AGENT=1".into(), "HOME=/home/alice".into()],
        user: alice(),
        tty: 136 << 8 | 3,
        place: Place { container: Some("4f5e6d".into()), cgroup: 77, mnt_ns: 5, pid_ns: 6 },
        sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
        unhashed: None,
        stdin: Some(Stdin::Pipe),
        anonymous: false,
        elevated: false,
    }
}

pub fn flow() -> Flow {
    Flow {
        protocol: Protocol::Tcp,
        local: Endpoint::Ip([10, 0, 0, 5].into(), 43_210),
        remote: Endpoint::Ip([203, 0, 113, 9].into(), 443),
        host: Some("api.example.com".into()),
        peer: None,
        cookie: 4711,
        sent: 1_234,
        received: 56_789,
        error: 0,
    }
}

fn dns(addresses: Vec<IpAddr>) -> Dns {
    let server = Endpoint::Ip([10, 0, 0, 2].into(), 53);
    Dns { name: "api.example.com".into(), record: 1, server, addresses, code: 0 }
}

/// One act of every kind, in the order of [`kind`].
pub fn every() -> Vec<Act> {
    let opened = |path: &str, access, error| FileOpen { file: file(path), access, error };
    let pair = FilePair { from: file("/tmp/a"), to: file("/tmp/b") };
    let udp = Flow { protocol: Protocol::Udp, ..flow() };
    let listening = Flow {
        local: Endpoint::Ip([127, 0, 0, 1].into(), 8080),
        remote: Endpoint::None,
        host: None,
        sent: 0,
        received: 0,
        ..flow()
    };
    let hello = ClientHello { server_name: "api.example.com".into(), flow: flow() };
    let whom = Whom {
        relation: Relation::Nobody,
        exe: "/usr/bin/vim".into(),
        command_line: "vim notes.txt".into(),
        user: alice(),
        agent: None,
        session: None,
    };
    let whom = Some(Box::new(whom));
    let toward = |what| Toward { target: pid(300), what, whom: whom.clone() };
    let exit = Exit { code: 1, signal: 9, duration_ns: 5, cpu_ns: 3, max_rss_kib: 4_096 };
    let root = User { euid: 0, ..alice() };
    vec![
        Act::ProcessExec(Box::new(exec())),
        Act::ProcessClone(Forked { child: pid(201) }),
        Act::ProcessExit(exit),
        Act::FileOpen(opened("/home/alice/.ssh/id_ed25519", Access::Read, 13)),
        Act::FileCreate(opened("/tmp/x", Access::ReadWrite, 0)),
        Act::FileWrite(FileWrite { file: file("/tmp/x"), bytes: 4_096 }),
        Act::FileRename(pair.clone()),
        Act::FileUnlink(file("/tmp/x")),
        Act::FileChmod(FileMode { file: file("/tmp/x"), mode: 0o755 }),
        Act::FileChown(FileOwner { file: file("/tmp/x"), uid: 0, gid: u32::MAX }),
        Act::FileSymlink(FilePair { from: FileRef::named("../etc"), ..pair.clone() }),
        Act::FileLink(pair),
        Act::FileTruncate(file("/tmp/x")),
        Act::NetworkConnect(flow()),
        Act::NetworkAccept(flow()),
        Act::NetworkBind(listening.clone()),
        Act::NetworkListen(listening),
        Act::NetworkSend(udp),
        Act::NetworkClose(flow()),
        Act::DnsQuery(dns(Vec::new())),
        Act::DnsAnswer(dns(vec![
            [203, 0, 113, 9].into(),
            [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(),
        ])),
        Act::TlsClientHello(hello),
        Act::Ptrace(toward(16)),
        Act::Signal(toward(15)),
        Act::Mount(Mount {
            source: "/dev/sdb1".into(),
            target: "/mnt".into(),
            fs: "ext4".into(),
            flags: 1,
        }),
        Act::CredentialChange(CredentialChange {
            from: alice(),
            to: root,
            capabilities: (0, u64::MAX),
        }),
        Act::ModuleLoad(file("/lib/modules/x.ko")),
        Act::BpfProgLoad(BpfProgLoad { kind: 5, name: "probe".into() }),
        Act::MemfdCreate(FileRef::named("memfd:payload")),
        Act::IoUringSetup(IoUringSetup { entries: 64, flags: 2 }),
        Act::PipeUse(PipeUse { pipe: 12_345, write: true }),
        Act::EventLoss(loss()),
        Act::Stopped(Box::new(stopped("/home/alice/.ssh/id_rsa".into()))),
        Act::Utterance(Box::new(utterance("make the tests pass".into()))),
        Act::ModelCall(Box::new(model_call("model".into()))),
        Act::ToolCall(Box::new(tool_call("create_issue".into()))),
    ]
}

pub fn utterance(text: Text) -> Utterance {
    Utterance {
        speech: Speech::ToolCall,
        bytes: text.len() as u64,
        text,
        said_unix_ns: 1_767_225_600_000_000_001,
        tool: "Bash".into(),
        call: "toolu_1".into(),
        failed: true,
        model: "model".into(),
        input_tokens: 10,
        output_tokens: 5,
        conversation: "1f".into(),
        transcript: "/home/alice/.claude/projects/x/1f.jsonl".into(),
        hook: true,
        telemetry: true,
        gateway: true,
        plaintext: true,
        tools: true,
        named: Named {
            hosts: vec!["drop.example".into()],
            commands: vec!["curl drop.example".into()],
        },
    }
}

pub fn model_call(model: Text) -> ModelCall {
    ModelCall {
        source: CallSource::Plaintext,
        caller: "codex-cli@alice".into(),
        provider: "anthropic".into(),
        model,
        request: "POST /v1/messages".into(),
        status: 200,
        ended: CallEnded::ClientLost,
        inspected: Inspected::PartlyScanned,
        began_unix_ns: 1_767_225_600_000_000_001,
        answered_ns: 500_000_000,
        took_ns: 900_000_000,
        sent: 1_024,
        received: 77,
        answer: "msg_1".into(),
        tokens: Tokens { input: 10, output: 5, cached: 4, kept: 3, reasoning: 2 },
        found: vec![FoundInCall {
            what: "secret/github_token".into(),
            stands_in: "tool_result".into(),
            tool: "Bash".into(),
            times: 2,
            sure: 95,
            effect: Effect::Redact,
        }],
    }
}

pub fn tool_call(tool: Text) -> ToolCall {
    ToolCall {
        server: "tickets".into(),
        method: "tools/call".into(),
        tool,
        pin: "ab".repeat(32).into(),
        ended: CallEnded::Refused,
        failed: true,
        inspected: Inspected::Scanned,
        found: [("secret/github-token".into(), 2)].into(),
        began_unix_ns: 1_767_225_600_000_000_001,
        took_ns: 900_000_000,
        sent: 1_024,
        received: 77,
    }
}

pub fn stopped(path: Text) -> Stopped {
    Stopped {
        verb: Verb::ReadFile,
        object: Object::File { path },
        effect: Effect::Ask,
        policy: "credential-stores".into(),
        by: Enforcer::Files,
        outcome: Outcome::Prevented,
        folder: "".into(),
    }
}

pub fn loss() -> Loss {
    Loss {
        cause: LossCause::RingFull,
        count: 12,
        from_unix_ns: 1_767_225_599_000_000_001,
        until_unix_ns: 1_767_225_600_000_000_001,
        place: "ring 3".into(),
    }
}

pub fn process() -> Arc<Process> {
    let init = Process {
        id: pid(1),
        exe: "/sbin/init".into(),
        command_line: "/sbin/init".into(),
        cwd: "/".into(),
        user: User::default(),
        parent: None,
    };
    let agent = Process {
        id: pid(100),
        exe: "/usr/bin/codex".into(),
        command_line: "codex exec build".into(),
        cwd: "/home/alice/project".into(),
        user: alice(),
        parent: Some(Arc::new(init)),
    };
    Arc::new(Process {
        id: pid(200),
        exe: "/usr/bin/curl".into(),
        command_line: exec().command_line().into(),
        cwd: "/home/alice/project".into(),
        user: alice(),
        parent: Some(Arc::new(agent)),
    })
}

pub fn actor() -> Arc<Actor> {
    let agent = AgentId::derive("build-7", "codex-cli", "alice");
    let session = SessionId::derive(agent, "boot", pid(100));
    Arc::new(Actor {
        agent,
        product: "codex-cli".into(),
        kind: AgentKind::Agent,
        session,
        workspace: "/home/alice/project".into(),
        tool_call: Some(ToolCallId::derive(session, pid(200))),
        tool_root: Some(pid(200)),
        basis: Basis::Lineage,
    })
}

pub const TIME: u64 = 1_767_225_600_123_456_789;

/// `act` of the tool call's process, as event 42 of the host.
pub fn attributed(act: Act) -> Attributed {
    let event = Event::new(TIME, pid(200), act);
    Attributed { id: EventId(42), event, process: process(), actor: Some(actor()) }
}

pub fn finding() -> Finding {
    let tags = ["attack.t1552.001", "attack.credential_access", "atlas.aml.t0055", "owasp.llm06"];
    let rule = RuleInfo {
        id: "0b1f".into(),
        title: "Agent reads a private key".into(),
        severity: Severity::High,
        tags: tags.map(Text::from).to_vec(),
        pack: "chaperone".into(),
    };
    Finding {
        id: FindingId::derive("0b1f", "session", EventId(42)),
        time_unix_ns: TIME,
        rule: Arc::new(rule),
        summary: "codex-cli read /home/alice/.ssh/id_ed25519".into(),
        matched: vec![("TargetFilename".into(), "/home/alice/.ssh/id_ed25519".into())],
        events: vec![EventId(40), EventId(42)],
        process: process(),
        actor: Some(actor()),
        count: 2,
    }
}

pub fn session() -> Session {
    let actor = actor();
    Session {
        id: actor.session,
        agent: actor.agent,
        root: pid(100),
        started_unix_ns: TIME,
        ended_unix_ns: None,
        cwd: "/home/alice/project".into(),
        parent: None,
        evidence: "executable /usr/bin/codex".into(),
        unseen_before: false,
        delegation: Delegation {
            account: Some("alice".into()),
            ground: Ground::Login,
            way: Way::Ssh,
            detail: Some("10.0.0.5".into()),
            claimed: None,
            root: None,
        },
        identities: vec![Workload {
            kind: WorkloadKind::Kubernetes,
            id: Some("system:serviceaccount:agents:codex".into()),
            issuer: Some("https://kubernetes.default.svc".into()),
            audience: vec!["api".into()],
            expires_unix_s: Some(1_767_229_200),
            acts_as: None,
            proof: Proof::UnverifiedToken,
            source: "/var/run/secrets/kubernetes.io/serviceaccount/token".into(),
            unread: None,
        }],
    }
}

pub fn agent() -> Agent {
    Agent {
        id: actor().agent,
        product: "codex-cli".into(),
        name: "Codex CLI".into(),
        version: Some("0.42.0".into()),
        owner: "alice".into(),
        kind: AgentKind::Agent,
    }
}

pub fn host() -> ocsf::Device {
    ocsf::Device {
        hostname: "build-7".into(),
        uid: Some("3f2a".into()),
        ip: Some([10, 0, 0, 5].into()),
        kind: ocsf::DeviceKind::Server,
        os_name: Some("Debian GNU/Linux".into()),
        os_version: Some("12".into()),
        kernel: Some("6.1.0-18-amd64".into()),
        boot_uid: Some("b2b2".into()),
        boot_unix_ns: Some(1_767_000_000_000_000_000),
    }
}
