//! Hooks as Claude Code has them: commands in its settings that are told of each event on their standard input, and
//! may say no to a tool call.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The hooks of an account, for a session.
pub struct Hooks {
    settings: Value,
    folder: PathBuf,
}

impl Hooks {
    /// Those in the settings of `home`; none where there are none.
    pub fn read(home: &Path, folder: &Path) -> Result<Self> {
        let file = home.join(".claude/settings.json");
        let settings = match std::fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).with_context(|| file.display().to_string())?,
            Err(_) => Value::Null,
        };
        Ok(Self { settings, folder: folder.to_owned() })
    }

    /// Why a command may not run; none: it may.
    pub fn refusal(&self, command: &str, call: &Value) -> Result<Option<String>> {
        let about = json!({
            "tool_name": "Bash",
            "tool_input": { "command": command },
            "tool_use_id": call,
        });
        let answers = self.call("PreToolUse", about)?;
        // Nobody sits here: what a person would be asked is not done.
        let refused = answers.iter().map(|answer| &answer["hookSpecificOutput"]).find(|said| {
            said["permissionDecision"] == "deny" || said["permissionDecision"] == "ask"
        });
        let reason = refused.map(|said| said["permissionDecisionReason"].as_str());
        Ok(reason.map(|reason| reason.unwrap_or("a hook says no").to_owned()))
    }

    /// Tells all hooks of an event; what they answered.
    pub fn call(&self, event: &str, about: Value) -> Result<Vec<Value>> {
        let groups = self.settings["hooks"][event].as_array().map(Vec::as_slice);
        let hooks = groups.unwrap_or_default().iter().filter_map(|group| group["hooks"].as_array());
        let commands = hooks.flatten().filter_map(|hook| hook["command"].as_str());
        let told = self.told(event, about).to_string();
        commands.map(|command| ask(command, &told)).collect()
    }

    fn told(&self, event: &str, about: Value) -> Value {
        let mut told = json!({
            "session_id": std::process::id().to_string(),
            "cwd": self.folder,
            "permission_mode": "bypassPermissions",
            "hook_event_name": event,
        });
        if let (Some(told), Value::Object(about)) = (told.as_object_mut(), about) {
            told.extend(about);
        }
        told
    }
}

fn ask(command: &str, told: &str) -> Result<Value> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start a hook")?;
    if let Some(mut input) = child.stdin.take() {
        // Who does not listen has its reason.
        let _ = input.write_all(told.as_bytes());
    }
    let output = child.wait_with_output()?;
    Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}
