//! The smallest agent: asks a model over plain HTTP what to do, runs it in a shell, tells the result.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Goes on until the model has nothing more to do.
pub fn run(port: u16) -> Result<()> {
    let mut messages = vec![json!({"role": "user", "content": "Do the next step."})];
    loop {
        let answer = ask(port, &json!({"model": "any", "messages": messages}))?;
        let call = &answer["choices"][0]["message"]["tool_calls"][0];
        let Some(arguments) = call["function"]["arguments"].as_str() else { return Ok(()) };
        let arguments: Value = serde_json::from_str(arguments)?;
        let command = arguments["command"].as_str().context("a call without a command")?;
        let output = Command::new("sh").args(["-c", command]).output()?;
        messages.push(answer["choices"][0]["message"].clone());
        messages.push(json!({"role": "tool", "tool_call_id": call["id"],
            "content": String::from_utf8_lossy(&output.stdout)}));
    }
}

fn ask(port: u16, body: &Value) -> Result<Value> {
    let body = body.to_string();
    let host = std::env::var("MODEL_HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let mut stream = TcpStream::connect((host.as_str(), port))?;
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    Ok(serde_json::from_str(body)?)
}
