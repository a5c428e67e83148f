//! One record as one line for people. All text from outside is neutralised here.

use event::show::{brief, plain};
use event::{
    Access, Act, Agent, AssetChange, Attributed, Became, Effect, Exec, Finding, Flow, Judged, Loss,
    Outcome, Process, Record, Session, Severity,
};

use crate::out::{Colour, paint};

const WHO_WIDTH: usize = 22;
const PATH_WIDTH: usize = 100;
const COMMAND_WIDTH: usize = 140;

/// `02:24:48.123`, UTC.
pub fn clock(unix_ns: u64) -> String {
    let seconds = unix_ns / 1_000_000_000 % 86_400;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", seconds % 60, unix_ns / 1_000_000 % 1000)
}

/// `2026-11-21T02:24:48Z`.
pub fn stamp(unix_ns: u64) -> String {
    let time = jiff::Timestamp::from_second((unix_ns / 1_000_000_000) as i64);
    time.map_or_else(|_| "-".into(), |time| time.to_string())
}

/// A record as a line; `None` for what is not worth one.
pub fn record(record: &Record, colour: bool) -> Option<String> {
    Some(match record {
        Record::Act(act) => self::act(act, colour),
        Record::Session(session) => self::session(session, colour),
        Record::Agent(agent) => self::agent(agent, colour),
        Record::Finding(finding) => self::finding(finding, colour),
        Record::Loss(loss) => self::loss(loss, colour),
        Record::Asset(change) => asset(change, colour)?,
        // What was only told is in the record.
        Record::Decision(judged) if judged.decision.would < Effect::Ask => return None,
        Record::Decision(judged) => self::judged(judged, colour),
        // Programs stand beside each start in `events`, heads are for who verifies: a line for each would be noise.
        Record::Program(_) | Record::Audit(_) => return None,
    })
}

/// What came, changed or went of the inventory; what was there from the beginning is listed elsewhere.
fn asset(change: &AssetChange, colour: bool) -> Option<String> {
    if change.became == Became::Known {
        return None;
    }
    let shade = match change.severity() {
        Severity::High | Severity::Critical => Colour::Red,
        Severity::Medium => Colour::Yellow,
        Severity::Low | Severity::Informational => Colour::Dim,
    };
    let word = paint("inventory", shade, colour);
    Some(format!("{} {word} {}", stamp(change.time_unix_ns), change.summary()))
}

/// What was decided about what was wanted: `time ◆ STOPPED who wanted what; why`.
pub fn judged(judged: &Judged, colour: bool) -> String {
    let would = judged.decision.would;
    let (mark, word, shade) = match judged.outcome {
        Outcome::Prevented => ('◆', "STOPPED", Colour::Red),
        Outcome::StoppedAfter => ('◆', "ENDED", Colour::Red),
        Outcome::Waits => ('◆', "ASKED", Colour::Yellow),
        Outcome::WouldHaveStopped if would == Effect::Ask => ('◇', "would ask", Colour::Dim),
        Outcome::WouldHaveStopped => ('◇', "would stop", Colour::Dim),
        Outcome::WentOn if would >= Effect::Ask => ('◆', "NOT STOPPED", Colour::Red),
        Outcome::WentOn => ('◇', "told", Colour::Dim),
    };
    let word = paint(&format!("{mark} {word}"), shade, colour);
    format!("{} {word} {}", clock(judged.time_unix_ns), judged.summary())
}

/// Who did what: `time product/session pid program  verb  object`.
pub fn act(act: &Attributed, colour: bool) -> String {
    let who = match (&act.actor, &act.event.act) {
        (Some(actor), _) => format!("{}/{}", actor.product, short(actor.session)),
        (None, Act::ModelCall(call)) if !call.caller.is_empty() => {
            brief(&call.caller, WHO_WIDTH).to_string()
        }
        _ => "-".to_owned(),
    };
    let who = paint(&format!("{who:<WHO_WIDTH$}"), Colour::Cyan, colour);
    let tool =
        if act.actor.as_ref().is_some_and(|actor| actor.tool_call.is_some()) { "▸" } else { " " };
    let program = brief(act.process.name(), 16);
    let verb = verb(&act.event.act);
    let times = if act.event.count > 1 { format!(" ×{}", act.event.count) } else { String::new() };
    let caveats: Vec<&str> =
        act.event.caveats.names().filter(|name| *name != "user_memory").collect();
    let caveats =
        if caveats.is_empty() { String::new() } else { format!(" [{}]", caveats.join(" ")) };
    let time = paint(&clock(act.event.time_unix_ns), Colour::Dim, colour);
    let pid = act.event.process.pid;
    let verb = paint(&format!("{verb:<8}"), verb_colour(&act.event.act), colour);
    let object = object(&act.event.act);
    format!("{time} {who} {tool} {pid:>7} {program:<16} {verb} {object}{times}{caveats}")
}

/// Colour of the act.
pub fn verb_colour(act: &Act) -> Colour {
    match act {
        Act::ProcessExec(_) | Act::Utterance(_) | Act::ModelCall(_) | Act::ToolCall(_) => {
            Colour::Bold
        }
        Act::FileUnlink(_) | Act::Ptrace(_) | Act::ModuleLoad(_) | Act::BpfProgLoad(_) => {
            Colour::Red
        }
        Act::FileWrite(_) | Act::FileCreate(_) | Act::FileRename(_) => Colour::Yellow,
        Act::NetworkConnect(_) | Act::NetworkSend(_) | Act::TlsClientHello(_) => Colour::Green,
        _ => Colour::Dim,
    }
}

/// The act in one word.
pub fn verb(act: &Act) -> &'static str {
    match act {
        Act::ProcessExec(_) => "exec",
        Act::ProcessClone(_) => "fork",
        Act::ProcessExit(_) => "exit",
        Act::FileOpen(open) => match open.access {
            Access::Read => "read",
            Access::Write | Access::ReadWrite => "open-rw",
            Access::Path => "look",
        },
        Act::FileCreate(_) => "create",
        Act::FileWrite(_) => "write",
        Act::FileRename(_) => "rename",
        Act::FileUnlink(_) => "delete",
        Act::FileChmod(_) => "chmod",
        Act::FileChown(_) => "chown",
        Act::FileSymlink(_) => "symlink",
        Act::FileLink(_) => "link",
        Act::FileTruncate(_) => "truncate",
        Act::NetworkConnect(_) => "connect",
        Act::NetworkAccept(_) => "accept",
        Act::NetworkBind(_) => "bind",
        Act::NetworkListen(_) => "listen",
        Act::NetworkSend(_) => "send",
        Act::NetworkClose(_) => "close",
        Act::DnsQuery(_) => "resolve",
        Act::DnsAnswer(_) => "resolved",
        Act::TlsClientHello(_) => "tls",
        Act::Ptrace(_) => "ptrace",
        Act::Signal(_) => "signal",
        Act::Mount(_) => "mount",
        Act::CredentialChange(_) => "rights",
        Act::ModuleLoad(_) => "module",
        Act::BpfProgLoad(_) => "bpf",
        Act::MemfdCreate(_) => "memfd",
        Act::IoUringSetup(_) => "io_uring",
        Act::PipeUse(_) => "pipe",
        Act::Stopped(_) => "stopped",
        Act::Utterance(words) => words.speech.name(),
        Act::ModelCall(_) => "model",
        Act::ToolCall(_) => "tool",
        Act::EventLoss(_) => "lost",
    }
}

/// What the act was done to.
pub fn object(act: &Act) -> String {
    match act {
        Act::ProcessExec(exec) => command(exec),
        Act::ProcessClone(forked) => format!("pid {}", forked.child.pid),
        Act::ProcessExit(exit) if exit.signal != 0 => format!("killed by signal {}", exit.signal),
        Act::ProcessExit(exit) => format!(
            "status {} after {} ms, {} ms cpu, {} MiB",
            exit.code,
            exit.duration_ns / 1_000_000,
            exit.cpu_ns / 1_000_000,
            exit.max_rss_kib / 1024
        ),
        Act::FileWrite(write) => format!("{} ({} bytes)", path(&write.file.path), write.bytes),
        Act::FileRename(pair) => format!("{} → {}", path(&pair.from.path), path(&pair.to.path)),
        Act::FileSymlink(pair) | Act::FileLink(pair) => {
            format!("{} → {}", path(&pair.to.path), path(&pair.from.path))
        }
        Act::FileChmod(mode) => format!("{} to {:o}", path(&mode.file.path), mode.mode),
        Act::DnsQuery(dns) => plain(&dns.name).into_owned(),
        Act::DnsAnswer(dns) => {
            let addresses: Vec<String> = dns.addresses.iter().map(ToString::to_string).collect();
            format!("{} = {}", plain(&dns.name), addresses.join(", "))
        }
        Act::TlsClientHello(hello) => {
            format!("{} at {}", plain(&hello.server_name), hello.flow.remote)
        }
        Act::Ptrace(toward) => format!("pid {}", toward.target.pid),
        Act::Signal(toward) => format!("{} to pid {}", toward.what, toward.target.pid),
        Act::Mount(mount) => {
            format!("{} on {} ({})", plain(&mount.source), plain(&mount.target), plain(&mount.fs))
        }
        Act::CredentialChange(change) => {
            format!("uid {} euid {}", change.to.uid, change.to.euid)
        }
        Act::BpfProgLoad(load) => format!("{} (type {})", plain(&load.name), load.kind),
        Act::IoUringSetup(setup) => format!("{} entries", setup.entries),
        Act::PipeUse(pipe) => {
            format!("{} {}", if pipe.write { "write" } else { "read" }, pipe.pipe)
        }
        Act::Stopped(stopped) => stopped.object.named(),
        Act::Utterance(words) => brief(&words.said(), COMMAND_WIDTH),
        Act::ModelCall(call) => brief(&call.said(), COMMAND_WIDTH),
        Act::ToolCall(call) => brief(&call.said(), COMMAND_WIDTH),
        Act::EventLoss(loss) => format!("{} events ({})", loss.count, loss.cause.name()),
        other => match (other.flow(), other.file()) {
            (Some(flow), _) => self::flow(flow),
            (_, Some(file)) => path(&file.path),
            _ => String::new(),
        },
    }
}

fn command(exec: &Exec) -> String {
    let text = exec.command_line();
    let place = exec.place.container.as_ref().map(|id| format!(" in {}", brief(id, 12)));
    format!("{}{}", brief(&text, COMMAND_WIDTH), place.unwrap_or_default())
}

fn path(path: &str) -> String {
    brief(path, PATH_WIDTH)
}

fn flow(flow: &Flow) -> String {
    let end = if flow.remote.is_none() { &flow.local } else { &flow.remote };
    let mut text = plain(&end.to_string()).into_owned();
    if let Some(host) = &flow.host {
        text = format!("{} ({text})", plain(host));
    }
    if flow.sent + flow.received > 0 {
        text.push_str(&format!(", {} bytes out, {} in", flow.sent, flow.received));
    }
    if flow.error != 0 && flow.error != 115 {
        text.push_str(&format!(", refused (errno {})", flow.error));
    }
    text
}

/// Beginning or end of a session.
pub fn session(session: &Session, colour: bool) -> String {
    let (time, word, mark) = match session.ended_unix_ns {
        Some(end) => (end, "session ends", "■"),
        None => (session.started_unix_ns, "session begins", "●"),
    };
    let id = short(session.id);
    let time = paint(&clock(time), Colour::Dim, colour);
    let word = paint(word, Colour::Bold, colour);
    let detail = match session.ended_unix_ns {
        None => format!(
            "pid {} in {}  ({}), behind it {}{}",
            session.root.pid,
            plain(&session.cwd),
            plain(&session.evidence),
            session.delegation.words(),
            session.parent.map(|by| format!(", through session {}", short(by))).unwrap_or_default()
        ),
        Some(end) => {
            format!("after {} s", end.saturating_sub(session.started_unix_ns) / 1_000_000_000)
        }
    };
    format!("{time} {mark} {word} {id} {detail}")
}

/// An agent.
pub fn agent(agent: &Agent, colour: bool) -> String {
    let name = paint(&plain(&agent.name), Colour::Cyan, colour);
    let version = agent.version.as_deref().map(|v| format!(" {}", plain(v))).unwrap_or_default();
    format!("             ● agent {name}{version} of {}", plain(&agent.owner))
}

/// A finding.
pub fn finding(finding: &Finding, colour: bool) -> String {
    let tone = match finding.rule.severity {
        Severity::Critical | Severity::High => Colour::Red,
        Severity::Medium => Colour::Yellow,
        _ => Colour::Dim,
    };
    let level = paint(&finding.rule.severity.name().to_uppercase(), tone, colour);
    let id = short(finding.id);
    let times = if finding.count > 1 { format!(" ×{}", finding.count) } else { String::new() };
    let time = paint(&clock(finding.time_unix_ns), Colour::Dim, colour);
    format!("{time} ▲ {level} {id} {}{times}", plain(&finding.summary))
}

/// A loss: always told, never coloured away.
pub fn loss(loss: &Loss, colour: bool) -> String {
    let word = paint("LOST", Colour::Red, colour);
    let (from, until) = (clock(loss.from_unix_ns), clock(loss.until_unix_ns));
    if loss.count == 0 {
        return format!("{until} ! {word} nothing was watched since {from}: {}", loss.cause.name());
    }
    format!(
        "{until} ! {word} {} events since {from}: {} at {}",
        loss.count,
        loss.cause.name(),
        plain(&loss.place)
    )
}

/// The first eight digits of an id: enough to tell one from another, and to ask for it.
pub fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

/// A process in words, for lists.
pub fn process(process: &Process) -> String {
    format!("{} (pid {})", brief(&process.command_line, COMMAND_WIDTH), process.id.pid)
}

#[cfg(test)]
mod tests {
    use event::testing::{by_agent, pid};
    use event::{Event, ModelCall};

    use super::*;

    #[test]
    fn a_call_of_no_agent_has_its_caller() {
        let call = ModelCall { caller: "human:alice".into(), ..ModelCall::default() };
        let event = Event::new(0, pid(7), Act::ModelCall(Box::new(call)));
        let mut call = by_agent(1, event);
        assert!(!act(&call, false).contains("human:alice"), "its session says who it is");
        call.actor = None;
        assert!(
            act(&call, false).starts_with("00:00:00.000 human:alice "),
            "{}",
            act(&call, false)
        );
    }
}
