//! The bundled assistant: all that an agent is, in one page. It asks a model, runs what the model wants in a shell, and
//! says what came of it. Before each call it asks its hooks, as agents do.

mod hooks;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::Args;
use event::show::plain;
use serde_json::{Value, json};

use super::http;
use crate::out;
use crate::verbs::Exit;
use hooks::Hooks;

/// Most calls of one session.
const MOST: usize = 20;

#[derive(Debug, Args)]
pub struct Assistant {
    /// Where its model answers.
    #[arg(long, value_name = "HOST:PORT")]
    model: String,
    /// What it is asked to do.
    prompt: String,
}

impl Assistant {
    pub fn run(self) -> Result<Exit> {
        let home = PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?);
        let hooks = Hooks::read(&home, &std::env::current_dir()?)?;
        hooks.call("SessionStart", json!({ "source": "startup" }))?;
        hooks.call("UserPromptSubmit", json!({ "prompt": self.prompt }))?;
        let mut messages = vec![json!({ "role": "user", "content": self.prompt })];
        for _ in 0..MOST {
            let reply = self.ask(&messages)?;
            let calls = reply["tool_calls"].as_array().cloned().unwrap_or_default();
            messages.push(reply.clone());
            if calls.is_empty() {
                out::line(&plain(reply["content"].as_str().unwrap_or_default()))?;
                break;
            }
            for call in calls {
                let result = act(&hooks, &call)?;
                messages
                    .push(json!({ "role": "tool", "tool_call_id": call["id"], "content": result }));
            }
        }
        hooks.call("SessionEnd", json!({ "reason": "other" }))?;
        Ok(Exit::Done)
    }

    fn ask(&self, messages: &[Value]) -> Result<Value> {
        let tool = json!({ "type": "function", "function": {
            "name": "bash",
            "description": "Runs a command in a shell.",
            "parameters": { "type": "object", "properties": { "command": { "type": "string" } } },
        }});
        let body = json!({ "model": "scripted", "messages": messages, "tools": [tool] });
        let answer = http::post(&self.model, "/v1/chat/completions", &body.to_string())?;
        let answer: Value =
            serde_json::from_slice(&answer).context("the model does not speak JSON")?;
        answer.pointer("/choices/0/message").cloned().context("the model says nothing")
    }
}

/// Carries out a call, unless a hook says no. What came of it, for the model.
fn act(hooks: &Hooks, call: &Value) -> Result<String> {
    let arguments = call.pointer("/function/arguments").and_then(Value::as_str).unwrap_or("{}");
    let arguments: Value = serde_json::from_str(arguments).context("a call without arguments")?;
    let command = arguments["command"].as_str().context("a call without a command")?;
    out::line(&format!("$ {}", plain(command)))?;
    let result = match hooks.refusal(command, &call["id"])? {
        Some(reason) => reason,
        None => shell(command)?,
    };
    result.lines().try_for_each(|line| out::line(&format!("  {}", plain(line))))?;
    Ok(result)
}

fn shell(command: &str) -> Result<String> {
    let ran = Command::new("sh").args(["-c", command]).stdin(Stdio::null()).output()?;
    let said = [ran.stdout, ran.stderr].concat();
    let mut text = String::from_utf8_lossy(&said).into_owned();
    if let Some(code) = ran.status.code().filter(|code| *code != 0) {
        text.push_str(&format!("(exit code {code})\n"));
    }
    Ok(text)
}
