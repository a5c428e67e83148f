//! One act in the short form of the test streams. `README.md` lists the keys.

mod act;
mod who;

use event::{Attributed, Basis};
use serde::Deserialize;

use crate::diagnostic::nearest;

macro_rules! line {
    ($( $(#[$doc:meta])* $name:ident: $type:ty, )*) => {
        /// One line of a test stream; what a key means stands in the crate's documentation.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Line {
            $( $(#[$doc])* pub $name: $type, )*
        }

        const KEYS: &[&str] = &[ $( stringify!($name), )* ];
    };
}

line! {
    // The case and its time.
    case: Option<String>,
    warm: bool,
    note: String,
    t: Option<f64>,
    // Who.
    agent: Option<String>,
    kind: event::AgentKind,
    session: Option<String>,
    tool: Tool,
    basis: Option<Basis>,
    workspace: String,
    exe: Option<String>,
    cmd: Option<String>,
    argv: Option<Vec<String>>,
    parents: Vec<String>,
    cwd: Option<String>,
    user: Option<String>,
    uid: Option<u32>,
    gid: Option<u32>,
    euid: Option<u32>,
    pid: Option<u32>,
    count: Option<u32>,
    caveats: Vec<String>,
    // What: one of these, or an exec.
    exec: Option<bool>,
    clone: Option<u32>,
    exit: Option<i32>,
    open: Option<String>,
    create: Option<String>,
    write: Option<String>,
    rename: Option<(String, String)>,
    symlink: Option<(String, String)>,
    link: Option<(String, String)>,
    unlink: Option<String>,
    truncate: Option<String>,
    chmod: Option<String>,
    chown: Option<String>,
    connect: Option<String>,
    accept: Option<String>,
    send: Option<String>,
    close: Option<String>,
    bind: Option<String>,
    listen: Option<String>,
    dns: Option<String>,
    dns_answer: Option<String>,
    hello: Option<String>,
    ptrace: Option<u32>,
    signal: Option<u32>,
    mount: Option<String>,
    credential: Option<(u32, u32)>,
    module: Option<String>,
    memfd: Option<String>,
    bpf: Option<String>,
    io_uring: Option<u32>,
    pipe: Option<u64>,
    loss: Option<u64>,
    // More about it.
    script: Option<String>,
    env: Vec<String>,
    tty: bool,
    container: Option<String>,
    sha256: Option<String>,
    anonymous: bool,
    elevated: bool,
    stdin: Option<event::Stdin>,
    signal_by: u8,
    duration_ms: u64,
    access: Option<event::Access>,
    error: i32,
    bytes: u64,
    mode: Option<String>,
    new_uid: Option<u32>,
    new_gid: Option<u32>,
    host: Option<String>,
    protocol: Option<event::Protocol>,
    local: Option<String>,
    remote: Option<String>,
    peer: Option<u32>,
    sent: u64,
    received: u64,
    record: Option<u16>,
    server: Option<String>,
    addresses: Vec<std::net::IpAddr>,
    code: u8,
    what: Option<i32>,
    target_is: Option<event::Relation>,
    target_exe: String,
    target_cmd: String,
    target_user: Option<String>,
    target_agent: Option<String>,
    source: String,
    fs: String,
    flags: u64,
    capabilities: (u64, u64),
    direction: Option<String>,
}

/// The tool call of a line: a name, or `false` for none.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Tool {
    /// `false`.
    Flag(bool),
    /// Its name.
    Name(String),
}

impl Default for Tool {
    fn default() -> Self {
        Self::Name("t1".into())
    }
}

/// Reads one line; the error is a message and a hint.
pub fn parse_line(text: &str) -> Result<Line, (String, String)> {
    let line: Line = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let unknown =
            message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        match unknown {
            Some(key) => {
                let hint = match nearest(key, KEYS.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "detect/README.md lists the keys".into(),
                };
                (format!("there is no key `{key}`"), hint)
            }
            None => (message, "one act per line, as JSON; detect/README.md lists the keys".into()),
        }
    })?;
    // Reading the act finds what is wrong with its values.
    line.act().map_err(|message| (message, "detect/README.md lists the acts and keys".into()))?;
    line.caveats().map_err(|message| {
        let names = event::Caveats(u16::MAX).names().collect::<Vec<_>>().join(", ");
        (message, format!("they are {names}"))
    })?;
    Ok(line)
}

impl Line {
    /// The line as an event, without time and id.
    pub fn attributed(&self) -> Attributed {
        let process = self.process();
        let mut event =
            event::Event::new(0, process.id, self.act().unwrap_or_else(|_| self.exec_act()));
        event.count = self.count.unwrap_or(1);
        event.caveats = self.caveats().unwrap_or_default();
        Attributed { id: event::EventId(0), event, actor: self.actor(), process }
    }

    fn caveats(&self) -> Result<event::Caveats, String> {
        let mut caveats = event::Caveats::default();
        for name in &self.caveats {
            let bit = (0..16).map(|bit| event::Caveats(1 << bit));
            let known = bit.into_iter().find(|flag| flag.names().any(|known| known == name));
            caveats.insert(known.ok_or_else(|| format!("there is no caveat `{name}`"))?);
        }
        if self.error != 0 && self.error != 115 {
            caveats.insert(event::Caveats::FAILED);
        }
        Ok(caveats)
    }
}
