//! LiteLLM's proxy between the same client and the same provider, where `xtask/setup.sh clients` has installed it. It takes
//! the provider by the model that is asked for, and answers as the provider of that dialect does.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Way;
use super::free_port;
use crate::undo::{self, Place, Started};

/// Its own key for callers: without one it does not start.
const KEY: &str = "sk-0123456789abcdef0123456789abcdef";
/// As many as there are processors, as its documentation advises.
const WORKERS: &str = "2";
/// How long it may take to start: it compiles itself the first time.
const STARTS: Duration = Duration::from_secs(180);

/// A running proxy.
pub struct LiteLlm {
    port: u16,
    _started: Started,
}

impl LiteLlm {
    /// Starts it, where it is installed.
    pub fn start(place: &Place, cache: &Path, provider: u16) -> Result<Option<Self>> {
        let program = cache.join("clients/litellm/venv/bin/litellm");
        if !program.exists() {
            return Ok(None);
        }
        let (port, home) = (free_port()?, place.dir("litellm")?);
        let model = |name: &str| {
            let base = format!("http://127.0.0.1:{provider}/{name}");
            json!({"model_name": name, "litellm_params": {"model": "anthropic/m", "api_base": base, "api_key": "nobody"}})
        };
        let config = json!({"model_list": [model("fast"), model("slow"), model("stream")]});
        // JSON is YAML.
        fs::write(home.join("config.yaml"), config.to_string())?;
        let mut command = Command::new(program);
        command.args(["--config", "config.yaml", "--host", "127.0.0.1", "--num_workers", WORKERS]);
        command.args(["--port", &port.to_string()]).current_dir(&home).envs([
            ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
            ("LITELLM_TELEMETRY", "False"),
            ("LITELLM_LOG", "ERROR"),
            ("LITELLM_MASTER_KEY", KEY),
            ("HOME", "/nonexistent"),
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = undo::start(&mut command)?;
        let until = Instant::now() + STARTS;
        while !is_alive(port) {
            ensure!(Instant::now() < until, "LiteLLM does not answer");
            thread::sleep(Duration::from_millis(100));
        }
        Ok(Some(Self { port, _started: started }))
    }

    /// The way through it.
    pub fn way(&self) -> Way {
        Way::new("litellm", self.port, "").by_model(KEY)
    }
}

/// It listens before it answers.
fn is_alive(port: u16) -> bool {
    let ask = || -> Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /health/liveliness HTTP/1.1\r\nHost: bench\r\n\r\n")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line.contains(" 200 "))
    };
    ask().unwrap_or(false)
}
