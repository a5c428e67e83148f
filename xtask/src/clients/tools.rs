//! Official SDKs of MCP: their clients call a server of one of them, once directly and once through us, over pipes and
//! over HTTP, of both eras and in the older way. What they say it came to must be the same, and all calls be recorded.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::compare::tool_calls;
use super::{Gateway, Kit, LANGUAGES, skipped};

const KIT: Kit = Kit { name: "tools", list: "tools.txt" };
/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(60);
/// Calls that each client makes: three of tools, a resource, a prompt.
const CALLS: usize = 5;

/// Runs what is installed; true if nothing differs.
pub fn run(root: &Path, cache: &Path, chaperone: &Path) -> Result<bool> {
    let Some(place) = KIT.place(root, cache) else {
        skipped(&KIT);
        return Ok(true);
    };
    let node = LANGUAGES.iter().find(|it| it.kit.name == "node");
    let node = node.and_then(|language| language.kit.place(root, cache));
    let ground = Ground { clients: root.join("xtask/clients"), place, node };
    let told = tried(&ground, chaperone);
    match &told {
        Ok(told) => println!("{:<16} ok: {told}", KIT.name),
        Err(error) => println!("{:<16} FAILED: {error:#}", KIT.name),
    }
    Ok(told.is_ok())
}

fn tried(ground: &Ground, chaperone: &Path) -> Result<String> {
    let (http, sse) = (ground.server("streamable-http")?, ground.server("sse")?);
    let more = format!(
        "[gateway.mcp.http]\nurl = \"http://127.0.0.1:{}/mcp\"\n[gateway.mcp.sse]\nurl = \"http://127.0.0.1:{}/sse\"\n",
        http.port, sse.port
    );
    let gateway = Gateway::start(chaperone, KIT.name, &[], &more)?;
    let direct = |way: &str| match way {
        "sse" => format!("http://127.0.0.1:{}/sse", sse.port),
        _ => format!("http://127.0.0.1:{}/mcp", http.port),
    };
    let through = |name: &str| format!("http://127.0.0.1:{}/mcp/{name}", gateway.port);
    let mut ways = 0;
    for (way, name) in [("auto", "http"), ("legacy", "http"), ("sse", "sse")] {
        same(
            way,
            || ground.python(way, &[&direct(way)]),
            || ground.python(way, &[&through(name)]),
        )?;
        ways += 1;
    }
    for way in ["http", "sse"].into_iter().filter(|_| ground.node.is_some()) {
        same(way, || ground.node(way, &direct(way)), || ground.node(way, &through(way)))?;
        ways += 1;
    }
    let recorded = gateway.end()?;
    let calls = tool_calls(&recorded, "http") + tool_calls(&recorded, "sse");
    ensure!(calls == ways * CALLS, "{calls} calls are in the record of {}", ways * CALLS);
    wrapped(ground, chaperone)?;
    Ok(format!("{} ways say the same, {calls} calls over HTTP are told", ways + 1))
}

fn same(
    way: &str,
    direct: impl Fn() -> Result<String>,
    through: impl Fn() -> Result<String>,
) -> Result<()> {
    let (direct, through) = (direct()?, through()?);
    ensure!(direct == through, "{way}: {direct} directly, {through} through us");
    Ok(())
}

/// The same over pipes.
fn wrapped(ground: &Ground, chaperone: &Path) -> Result<()> {
    let folder =
        std::env::temp_dir().join(format!("chaperone-clients-{}-wrap", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let config = folder.join("chaperone.toml");
    std::fs::write(&config, format!("data_dir = {:?}\n", folder.join("data")))?;
    let program = ground.program();
    let server = ground.clients.join("tools_server.py");
    let texts =
        [chaperone, &config, &program, &server].map(|path| path.to_string_lossy().into_owned());
    let [chaperone, config, program, server] = &texts;
    let own = [program.as_str(), server, "stdio"];
    let ours = [chaperone.as_str(), "--config", config, "mcp", "wrap", "--name", "pipes", "--"];
    let through = [ours.as_slice(), &own].concat();
    let done = same("stdio", || ground.python("stdio", &own), || ground.python("stdio", &through));
    std::fs::remove_dir_all(&folder)?;
    done
}

/// What is there.
struct Ground {
    clients: PathBuf,
    place: PathBuf,
    node: Option<PathBuf>,
}

impl Ground {
    fn program(&self) -> PathBuf {
        self.place.join("venv/bin/python")
    }

    fn python(&self, way: &str, words: &[&str]) -> Result<String> {
        let mut command = Command::new("timeout");
        command.args(["-k", "5", "120"]).arg(self.program());
        said(command.arg(self.clients.join("tools_client.py")).arg(way).args(words))
    }

    fn node(&self, way: &str, url: &str) -> Result<String> {
        let place = self.node.as_ref().context("node's clients are not installed")?;
        // Node finds its packages beside the program.
        let copy = place.join("tools.mjs");
        std::fs::copy(self.clients.join("tools.mjs"), &copy)?;
        said(Command::new("timeout").args(["-k", "5", "120", "node"]).arg(copy).args([way, url]))
    }

    /// A server that listens.
    fn server(&self, transport: &str) -> Result<Server> {
        // Free until now.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(self.program());
        command.arg(self.clients.join("tools_server.py")).arg(transport).arg(port.to_string());
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Server { port, child: quiet.spawn()? };
        let late = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(Instant::now() < late, "the server of tools does not listen");
            std::thread::yield_now();
        }
        Ok(server)
    }
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = stderr.lines().rev().take(5).collect();
    ensure!(output.status.success(), "a client: {}: {last:?}", output.status);
    String::from_utf8(output.stdout).context("it says no text")
}

/// A server over HTTP.
struct Server {
    port: u16,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
