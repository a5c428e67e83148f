//! Servers of tools that are asked over HTTP: through the gateway, by an agent that is known by its process; and settings
//! that lead there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Instant;

use super::super::demo::can_watch;
use super::super::{stderr, stdout};
use super::{FINE, Ground, LIMIT, PULLED, READ, Up, soon};

/// A server that offers what stands in a file, and answers each call.
fn server(tools: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("address");
    let tools = tools.to_owned();
    thread::spawn(move || listener.incoming().flatten().for_each(|it| answers(it, &tools)));
    address
}

fn answers(stream: TcpStream, tools: &Path) {
    let mut stream = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while stream.read_line(&mut head).is_ok_and(|read| read > 2) {
        let line = head.lines().last().unwrap_or_default().to_lowercase();
        let said = line.strip_prefix("content-length: ").and_then(|it| it.parse().ok());
        length = said.unwrap_or(length);
    }
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).is_err() {
        return;
    }
    let body = String::from_utf8_lossy(&body);
    let tools = std::fs::read_to_string(tools).expect("offered");
    let result = match body.contains("tools/list") {
        true => format!(r#"{{"tools":{tools}}}"#),
        false => r#"{"content":[{"type":"text","text":"done"}]}"#.into(),
    };
    let said = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let answer = format!("{head}Content-Length: {}\r\n\r\n{said}", said.len());
    let _ = stream.get_mut().write_all(answer.as_bytes());
}

/// A port that is free now.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port")
}

/// Posts each line that it reads, says what it hears, and `==`.
const AGENT: &str = r#"
while IFS= read -r body; do
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'POST /mcp/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n' >&3
    printf 'Content-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "${#body}" "$body" >&3
    while IFS= read -r line <&3 || [ -n "$line" ]; do printf '%s\n' "$line"; line=; done
    exec 3>&-
    echo ==
done
exit $?
"#;

/// The agent.
struct Clerk {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Clerk {
    fn start(program: &Path, gateway: SocketAddr) -> Self {
        let port = gateway.port().to_string();
        let mut command = Command::new(program);
        command.args(["-c", AGENT, "clerk", &port]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, said }
    }

    /// What it hears when it asks.
    fn asks(&mut self, body: &str) -> String {
        writeln!(self.child.stdin.as_ref().expect("piped"), "{body}").expect("it reads");
        let mut heard = String::new();
        while !heard.ends_with("==\n") {
            assert!(self.said.read_line(&mut heard).expect("text") > 0, "{heard}");
        }
        heard
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn call(tool: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}"#)
}

#[test]
fn an_agent_is_held_over_http_as_over_pipes() {
    if let Err(reason) = can_watch() {
        println!("skipped: {reason}");
        return;
    }
    let ground = Ground::new();
    ground.offers(&[READ, FINE]);
    let (server, gateway) = (server(&ground.root.join("tools.json")), free());
    let clerk = ground.clerk(&format!(
        "[gateway]\nlisten = \"{gateway}\"\n[gateway.mcp.tickets]\nurl = \"http://{server}/mcp\"\n"
    ));
    let _up = Up::start(&ground);
    let mut clerk = Clerk::start(&clerk, gateway);
    let deadline = Instant::now() + LIMIT;
    // The agent is known a moment after it begins.
    while !clerk.asks(&call("drop_table")).contains("tickets-only") {
        assert!(Instant::now() < deadline, "it is never refused");
    }
    assert!(clerk.asks(&call("read_issue")).contains("done"));
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    assert!(clerk.asks(list).contains("add_note"));
    ground.offers(&[READ, PULLED]);
    let offered = clerk.asks(list);
    assert!(offered.contains("read_issue") && !offered.contains("add_note"), "{offered}");
    let acts = ["events", "--kind", "tool_call", "--json"];
    let acts = soon(&ground, &acts, &["read_issue", "refused", "clerk"]);
    assert!(acts.contains("\"tickets\""), "{acts}");
    soon(&ground, &["decisions"], &["mcp-pins", "tickets-only"]);
    let standing = soon(&ground, &["gateway", "status"], &["mcp/tickets"]);
    assert!(standing.contains("mcp/tickets"), "{standing}");
}

#[test]
fn settings_lead_through_the_gateway_and_back_to_the_byte() {
    let ground = Ground::new();
    ground.write(
        "chaperone.toml",
        "[gateway]\nlisten = \"127.0.0.1:4100\"\n[gateway.mcp.tickets]\nurl = \"https://mcp.example/v1\"\n",
    );
    let before = r#"{"mcpServers": {"t": {"type": "http",  "url": "https://mcp.example/v1"}, "o": {"url": "https://other.example/"}, "s": {"command": "x"}}}"#;
    ground.write("own.json", before);
    let file = ground.root.join("own.json");
    let install = |verb: &str| {
        let words = ["mcp", verb, "--write", file.to_str().expect("text")];
        ground.chaperone(&words).output().expect("it runs")
    };
    let done = install("install");
    let said = stderr(&done);
    assert!(
        said.contains("o at https://other.example/") && said.contains("gateway.mcp.NAME"),
        "{said}"
    );
    assert!(stdout(&done).contains("+ t: http://127.0.0.1:4100/mcp/tickets"), "{done:?}");
    let led = std::fs::read_to_string(&file).expect("it is there");
    assert!(led.contains(r#""url": "http://127.0.0.1:4100/mcp/tickets""#), "{led}");
    assert!(led.contains("https://other.example/") && led.contains("wrap"), "{led}");
    install("uninstall");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), before);
}
