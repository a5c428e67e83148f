//! A name for the company's gateway without touching this host: a name server on a loopback address of
//! its own, which only processes in a mount namespace of ours are told to ask.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};

use crate::undo::Place;

/// The gateway's name.
pub const MODEL: &str = "llm.bench.example";
const SERVER: &str = "127.77.0.53";

/// A running name server.
pub struct Names {
    resolver: PathBuf,
}

impl Names {
    /// Serves until the program ends: the gateway is on loopback, nobody else is anywhere.
    pub fn serve(place: &Place) -> Result<Self> {
        let socket = UdpSocket::bind((SERVER, 53)).context("no name server can be run here")?;
        let resolver = place.join("resolv.conf");
        std::fs::write(&resolver, format!("nameserver {SERVER}\noptions timeout:2\n"))?;
        thread::spawn(move || {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question) {
                if let Some(answer) = question.get(..length).and_then(answer) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Ok(Self { resolver })
    }

    /// The command, in a mount namespace where names are asked here.
    pub fn behind(&self, command: &Command) -> Result<Command> {
        let mut behind = Command::new("unshare");
        let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
        behind.args(["--mount", "sh", "-c", script]).arg(&self.resolver);
        behind.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => behind.env(name, value),
                None => behind.env_remove(name),
            };
        }
        behind.env("MODEL_HOST", MODEL);
        Ok(behind)
    }
}

/// The address for the gateway's name, nothing for another kind of question, no such name for the rest.
fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let (head, asked) = question.split_at_checked(12)?;
    let (mut name, mut at) = (Vec::new(), 0);
    while let Some(length) = asked.get(at).copied().filter(|length| *length > 0) {
        name.push(String::from_utf8_lossy(asked.get(at + 1..at + 1 + usize::from(length))?));
        at += 1 + usize::from(length);
    }
    let asked = asked.get(..at + 5)?;
    let ours = name.join(".").eq_ignore_ascii_case(MODEL);
    let address = ours && asked.get(at + 1..at + 3)? == [0, 1];
    let mut answer = head.get(..2)?.to_vec();
    answer.extend([0x85, if ours { 0x80 } else { 0x83 }, 0, 1, 0, u8::from(address), 0, 0, 0, 0]);
    answer.extend(asked);
    if address {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_gateway_has_an_address() {
        let ask = |name: &str, kind: u8| {
            let mut question = vec![7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            for part in name.split('.') {
                question.push(part.len() as u8);
                question.extend(part.bytes());
            }
            question.extend([0, 0, kind, 0, 1]);
            answer(&question).unwrap_or_default()
        };
        assert!(ask("LLM.bench.example", 1).ends_with(&[127, 0, 0, 1]));
        assert_eq!(ask(MODEL, 28).get(3..8), Some(&[0x80, 0, 1, 0, 0][..]));
        assert_eq!(ask("other.example", 1).get(3), Some(&0x83));
        assert_eq!(answer(&[0; 5]), None);
    }
}
