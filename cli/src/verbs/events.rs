//! `chaperone events`: what happened, filtered.

use anyhow::{Result, bail};
use clap::Args;
use event::Record;
use journal::StateReader;

use super::{Common, Exit};
use crate::hashes::Hashes;
use crate::record::{self, Filter};
use crate::{lines, out};

#[derive(Debug, Args)]
pub struct Events {
    /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    last: Option<u64>,
    /// Only these kinds (`process_exec`, `file_open`, …); may be given again.
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only of this agent's product (`codex-cli`).
    #[arg(long)]
    agent: Option<String>,
    /// Only of the session whose id begins so.
    #[arg(long)]
    session: Option<String>,
    /// Only of this pid.
    #[arg(long)]
    pid: Option<u32>,
    /// Only where a path, host or command line contains this.
    #[arg(long, value_name = "TEXT")]
    path: Option<String>,
    /// At most this many, the newest.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
}

impl Events {
    pub fn run(self, common: &Common) -> Result<Exit> {
        for kind in &self.kind {
            check_kind(kind)?;
        }
        let config = common.config()?;
        let since = self.last.map(|span| crate::host::now_unix_ns().saturating_sub(span));
        let state = StateReader::open(&config.data_dir())?;
        super::losses::warn(&state, since.unwrap_or(0))?;
        let filter = Filter {
            since_unix_ns: since,
            kinds: self.kind.clone(),
            agent: self.agent.clone(),
            session: self.session.clone(),
            pid: self.pid,
        };
        let mut acts = record::acts(&config, &filter, EVERYTHING)?;
        if let Some(text) = &self.path {
            acts.retain(|act| lines::object(&act.event.act).contains(text));
        }
        let colour = out::coloured();
        let mut hashes = Hashes::of(&state);
        for mut act in acts.drain(acts.len().saturating_sub(self.limit)..) {
            if common.json {
                hashes.complete(&mut act)?;
                out::json(&Record::Act(Box::new(act)))?;
            } else {
                out::line(&lines::act(&act, colour))?;
            }
        }
        Ok(Exit::Done)
    }
}

/// More than any record holds, and still a number that SQL takes.
const EVERYTHING: usize = 1 << 40;

/// Every kind of act, as on the wire.
const KINDS: &[&str] = &[
    "process_exec",
    "process_clone",
    "process_exit",
    "file_open",
    "file_create",
    "file_write",
    "file_rename",
    "file_unlink",
    "file_chmod",
    "file_chown",
    "file_symlink",
    "file_link",
    "file_truncate",
    "network_connect",
    "network_accept",
    "network_bind",
    "network_listen",
    "network_send",
    "network_close",
    "dns_query",
    "dns_answer",
    "tls_client_hello",
    "ptrace",
    "signal",
    "mount",
    "credential_change",
    "module_load",
    "bpf_prog_load",
    "memfd_create",
    "io_uring_setup",
    "pipe_use",
];

fn check_kind(kind: &str) -> Result<()> {
    if !KINDS.contains(&kind) {
        bail!("`{kind}` is not a kind of event\nhint: one of {}", KINDS.join(", "));
    }
    Ok(())
}

/// `90s`, `15m`, `6h`, `2d` in nanoseconds.
pub fn parse_span(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a span of time; write 90s, 15m, 6h or 2d");
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds * 1_000_000_000).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::parse_span;

    #[test]
    fn spans() {
        assert_eq!(parse_span("15m"), Ok(900_000_000_000));
        assert!(parse_span("15").is_err());
        assert!(parse_span("").is_err());
        assert!(parse_span("99999999999999d").is_err());
    }
}
