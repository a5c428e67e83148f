//! Codex starts a hook only after its person has trusted the very entry. Its own server of the command line says
//! what it takes an entry for, and takes the word; what it is kept as is its affair alone.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::files::{self, Place};

/// How long Codex may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Trusts our entries, where a `codex` is to be found; else its person is told how.
pub fn trust(place: &Place, project: Option<&Path>) {
    let trusted = (|| -> Result<()> {
        let config = config(place);
        if let Some(text) = files::read(&config)?
            && !files::beside(&config).exists()
        {
            files::write(&files::beside(&config), &text, &config)?;
        }
        let mut codex = Codex::start(place)?;
        let ours = codex.ours(project)?;
        let each = ours.iter().filter_map(|hook| {
            let key = hook["key"].as_str()?.to_owned();
            Some((key, json!({ "trusted_hash": hook["currentHash"] })))
        });
        let state = Value::Object(each.collect());
        let edit = json!({ "keyPath": "hooks.state", "mergeStrategy": "upsert", "value": state });
        codex.ask("config/batchWrite", json!({ "edits": [edit] }))?;
        Ok(())
    })();
    if let Err(error) = trusted {
        crate::say!(
            "Codex CLI does not run the hook before it is trusted: {error:#}\nhint: start `codex`, type `/hooks`, and trust the entries of chaperone-hook"
        );
    }
}

/// Whether all of our entries are trusted; none where Codex cannot be asked.
pub fn is_trusted(place: &Place, project: Option<&Path>) -> Option<bool> {
    let ours = Codex::start(place).and_then(|mut codex| codex.ours(project)).ok()?;
    let trusted =
        |hook: &Value| matches!(hook["trustStatus"].as_str(), Some("trusted" | "managed"));
    Some(!ours.is_empty() && ours.iter().all(|hook| trusted(hook) && hook["enabled"] == true))
}

/// Puts back the settings from before the trust was written, if nothing else has changed in them.
pub fn forget(place: &Place) -> Result<()> {
    let config = config(place);
    let kept = files::beside(&config);
    let (Some(before), Some(now)) = (files::read(&kept)?, files::read(&config)?) else {
        return Ok(());
    };
    let hooks = place.file.display().to_string();
    if without(&now, &hooks)? == without(&before, &hooks)? {
        files::write(&config, &before, &config)?;
    }
    Ok(std::fs::remove_file(kept)?)
}

fn config(place: &Place) -> std::path::PathBuf {
    let file = place.folder.join("config.toml");
    file.canonicalize().unwrap_or(file)
}

/// What the settings say beside the trust in the hooks of that file.
fn without(text: &str, hooks: &str) -> Result<toml::Table> {
    let mut table: toml::Table = toml::from_str(text)?;
    let mut emptied = false;
    if let Some(toml::Value::Table(all)) = table.get_mut("hooks") {
        if let Some(toml::Value::Table(state)) = all.get_mut("state") {
            state.retain(|key, _| !key.starts_with(hooks));
            if state.is_empty() {
                all.remove("state");
            }
        }
        emptied = all.is_empty();
    }
    if emptied {
        table.remove("hooks");
    }
    Ok(table)
}

/// A running server of Codex.
struct Codex {
    child: Child,
    said: Receiver<Value>,
    last: u64,
}

impl Codex {
    fn start(place: &Place) -> Result<Self> {
        let mut child = Command::new("codex")
            .arg("app-server")
            .env("CODEX_HOME", &place.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("no `codex` was found")?;
        let out = child.stdout.take().context("it is piped")?;
        let (says, said) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(out).lines().map_while(Result::ok);
            let values = lines.filter_map(|line| serde_json::from_str(&line).ok());
            values.into_iter().try_for_each(|value| says.send(value))
        });
        let mut codex = Self { child, said, last: 0 };
        let own = json!({ "name": "chaperone", "title": "Chaperone", "version": env!("CARGO_PKG_VERSION") });
        codex.ask("initialize", json!({ "clientInfo": own }))?;
        codex.say(&json!({ "method": "initialized" }))?;
        Ok(codex)
    }

    fn say(&mut self, message: &Value) -> Result<()> {
        let to = self.child.stdin.as_mut().context("it is piped")?;
        Ok(writeln!(to, "{message}")?)
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last += 1;
        let id = self.last;
        self.say(&json!({ "id": id, "method": method, "params": params }))?;
        loop {
            let mut message = self.said.recv_timeout(PATIENCE).context("it does not answer")?;
            if message["id"] == id {
                if let Some(error) = message.get("error") {
                    bail!("it refuses `{method}`: {}", event::show::brief(&error.to_string(), 200));
                }
                return Ok(message["result"].take());
            }
        }
    }

    /// Our entries, as Codex sees them.
    fn ours(&mut self, project: Option<&Path>) -> Result<Vec<Value>> {
        let cwds: Vec<&Path> = project.into_iter().collect();
        let mut told = self.ask("hooks/list", json!({ "cwds": cwds }))?;
        let data: Vec<Value> = serde_json::from_value(told["data"].take())?;
        let hooks = data.into_iter().flat_map(|mut entry| {
            serde_json::from_value::<Vec<Value>>(entry["hooks"].take()).unwrap_or_default()
        });
        let ours =
            |hook: &Value| hook["command"].as_str().is_some_and(|it| it.contains("chaperone-hook"));
        Ok(hooks.filter(ours).collect())
    }
}

impl Drop for Codex {
    fn drop(&mut self) {
        // It ends with its input; who does not is ended.
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_in_our_entries_is_all_that_is_left_out() {
        let check = |text: &str, expect: &str| {
            let expect: toml::Table = toml::from_str(expect).expect("TOML");
            assert_eq!(without(text, "/h/hooks.json").expect("TOML"), expect, "{text}");
        };
        let ours = "[hooks.state.\"/h/hooks.json:pre_tool_use:0:0\"]\ntrusted_hash = \"x\"\n";
        let other = "[hooks.state.\"/o/hooks.json:stop:0:0\"]\ntrusted_hash = \"y\"\n";
        check("", "");
        check("a = 1\n", "a = 1\n");
        check(&format!("a = 1\n{ours}"), "a = 1\n");
        check(&format!("{ours}{other}"), other);
    }
}
