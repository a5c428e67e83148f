//! The notation of a story: one act per line, behind `=>` whose it must be. See `tests/stories`.

use std::net::SocketAddr;

use event::testing::pid;
use event::{
    Access, Act, Caveats, ClientHello, Dns, Endpoint, Event, Exec, Exit, FileOpen, FileRef,
    FileWrite, Flow, Forked, Label, Place, ProcessId, Text, Toward, User,
};

/// One story: acts and what must come of them.
pub struct Story {
    pub name: String,
    pub steps: Vec<Step>,
    /// `expect …` lines, checked at the end.
    pub expect: Vec<(usize, Vec<String>)>,
    /// `fact …` lines: what user space answers.
    pub facts: Vec<Vec<String>>,
    /// `gateway …` lines: the company's own endpoints.
    pub gateways: Vec<Text>,
}

/// One act.
pub struct Step {
    pub line: usize,
    pub event: Event,
    /// Whose it must be: `-`, or product, `own` or `tool`, root pid, basis.
    pub whose: Option<Vec<String>>,
}

const SECOND: u64 = 1_000_000_000;

impl Story {
    pub fn parse(text: &str) -> Vec<Story> {
        let mut stories: Vec<Story> = Vec::new();
        let mut now = 0;
        for (at, line) in text.lines().enumerate() {
            let line_number = at + 1;
            let words = words(line);
            let Some(first) = words.first() else { continue };
            if first == "story" {
                now = 1_000 * SECOND;
                let name = words[1..].join(" ");
                let none = Vec::new();
                let (expect, facts, gateways) = (Vec::new(), Vec::new(), Vec::new());
                stories.push(Story { name, steps: none, expect, facts, gateways });
                continue;
            }
            let story =
                stories.last_mut().unwrap_or_else(|| panic!("line {line_number}: no story"));
            match first.as_str() {
                "wait" => now += words[1].parse::<u64>().expect("seconds") * SECOND,
                "expect" => story.expect.push((line_number, words[1..].to_vec())),
                "fact" => story.facts.push(words[1..].to_vec()),
                "gateway" => story.gateways.push(words[1].as_str().into()),
                _ => {
                    now += SECOND / 100;
                    story.steps.push(step(line_number, now, &words));
                }
            }
        }
        stories
    }
}

fn step(line: usize, now: u64, words: &[String]) -> Step {
    let split = words.iter().position(|word| word == "=>");
    let whose = split.map(|at| words[at + 1..].to_vec());
    let words = &words[..split.unwrap_or(words.len())];
    let process: u32 = words[0].parse().unwrap_or_else(|_| panic!("line {line}: {words:?}"));
    let options = Options::of(words);
    let act = act(line, words, &options);
    let mut event = Event::new(now, pid(process), act);
    event.label = Label(options.get("label").map_or(0, |label| label.parse().expect("label")));
    if words.iter().any(|word| word == "polled") {
        event.caveats.insert(Caveats::POLLED);
    }
    Step { line, event, whose }
}

struct Options<'a>(&'a [String]);

impl<'a> Options<'a> {
    fn of(words: &'a [String]) -> Self {
        Self(words.split(|word| word == "--").next().unwrap_or_default())
    }
    fn get(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }
    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |word| word.strip_prefix(name)?.strip_prefix('='))
    }
    fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|word| word == flag)
    }
}

fn act(line: usize, words: &[String], options: &Options<'_>) -> Act {
    let word = |at: usize| words.get(at).unwrap_or_else(|| panic!("line {line}: too short"));
    let file = || FileRef::named(word(2).as_str());
    let open = |access| FileOpen { file: file(), access, error: 0 };
    match word(1).as_str() {
        "exec" => Act::ProcessExec(Box::new(exec(words, options))),
        "fork" => Act::ProcessClone(Forked { child: pid(word(2).parse().expect("pid")) }),
        "exit" => Act::ProcessExit(Exit::default()),
        "open" => Act::FileOpen(open(Access::Read)),
        "modify" => Act::FileOpen(open(Access::ReadWrite)),
        "create" => Act::FileCreate(open(Access::Write)),
        "write" => Act::FileWrite(FileWrite { file: file(), bytes: 1 }),
        "connect" => Act::NetworkConnect(flow(word(2), options)),
        "accept" => Act::NetworkAccept(flow(word(2), options)),
        "listen" => Act::NetworkListen(Flow { local: endpoint(word(2)), ..Flow::default() }),
        "hello" => Act::TlsClientHello(ClientHello {
            server_name: word(2).as_str().into(),
            flow: options.get("at").map_or_else(Flow::default, |at| flow(at, options)),
        }),
        "kill" => Act::Signal(toward(word(2), word(3))),
        "trace" => Act::Ptrace(toward(word(2), "16")),
        "dns" => Act::DnsQuery(dns(word(2), &[])),
        "answer" => Act::DnsAnswer(dns(word(2), &words[3..])),
        other => panic!("line {line}: no act `{other}`"),
    }
}

fn exec(words: &[String], options: &Options<'_>) -> Exec {
    let argv = words.iter().skip_while(|word| *word != "--").skip(1);
    let uid = options.get("uid").map_or(1000, |uid| uid.parse().expect("uid"));
    Exec {
        parent: pid(words[2].parse().expect("parent")),
        exe: FileRef::named(words[3].as_str()),
        argv: argv.map(|word| word.as_str().into()).collect(),
        cwd: options.get("cwd").unwrap_or("/home/alice/project").into(),
        env: options.all("env").map(Text::from).collect(),
        user: User { uid, gid: uid, euid: uid, name: account(uid) },
        tty: if options.has("tty") { 34_816 } else { 0 },
        place: Place {
            container: options.get("container").map(Text::from),
            pid_ns: options.get("pid_ns").map_or(0, |number| number.parse().expect("number")),
            ..Place::default()
        },
        ..Exec::default()
    }
}

fn account(uid: u32) -> Option<Text> {
    match uid {
        0 => Some("root".into()),
        1000 => Some("alice".into()),
        _ => None,
    }
}

/// By pid alone, as the kernel's records have it; negative is a process group.
fn toward(target: &str, what: &str) -> Toward {
    let pid = target.parse::<i32>().expect("pid") as u32;
    Toward::new(ProcessId { start_ns: 0, pid }, what.parse().expect("number"))
}

fn flow(remote: &str, options: &Options<'_>) -> Flow {
    Flow {
        remote: endpoint(remote),
        local: options.get("local").map_or(Endpoint::None, endpoint),
        host: options.get("host").map(Text::from),
        ..Flow::default()
    }
}

fn endpoint(text: &str) -> Endpoint {
    let address: SocketAddr = text.parse().unwrap_or_else(|_| panic!("address {text}"));
    Endpoint::Ip(address.ip(), address.port())
}

fn dns(name: &str, addresses: &[String]) -> Dns {
    let addresses = addresses.iter().map(|it| it.parse().expect("address")).collect();
    Dns { name: name.into(), record: 1, server: Endpoint::None, addresses, code: 0 }
}

/// Words of a line: split at blanks, kept together by single quotes; `#` begins a remark, `¶` stands
/// for a line end.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    for character in line.chars() {
        match character {
            '\'' => (quoted, begun) = (!quoted, true),
            '#' if !quoted && !begun => break,
            ' ' if !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => {
                begun = true;
                word.push(if other == '¶' { '\n' } else { other });
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
