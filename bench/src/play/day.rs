//! Ten busy agents as a stream of events, one JSON value per line, as fast as somebody reads it: each
//! runs tool calls, each a shell with programs that read libraries and sources, write, and connect.

use std::io::{BufWriter, Write, stdout};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use event::{
    Access, Act, Endpoint, Event, Exec, Exit, FileOpen, FilePair, FileRef, FileWrite, Flow, Forked,
    PipeUse, ProcessId, Protocol, Text, User,
};

use crate::measure::Chance;

const AGENTS: usize = 10;
const EVENTS_PER_SECOND: u64 = 2_000;
/// An agent is started anew after so many events of its own: about half an hour.
const SESSION: u64 = 360_000;
const CODEX: &str =
    "/usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex";

/// Writes `seconds` of stream time, so many events of agents for each; the last second is now.
pub fn write(seconds: u64) -> Result<()> {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut day = Day {
        chance: Chance::new(5),
        made: 0,
        start_ns: (now_s - seconds) * 1_000_000_000,
        next_pid: 10_000,
        out: BufWriter::with_capacity(1 << 20, stdout().lock()),
    };
    let mut agents: Vec<Option<(ProcessId, u64)>> = vec![None; AGENTS];
    // The fork that becomes an agent is its shell's act, not its own.
    let mut of_shells = 0;
    while day.made < seconds * EVENTS_PER_SECOND + of_shells {
        let number = day.chance.below(AGENTS);
        let Some(slot) = agents.get_mut(number) else { continue };
        let root = match *slot {
            Some((root, until)) if day.made < until => root,
            old => {
                if let Some((root, _)) = old {
                    day.push(root, Act::ProcessExit(Exit::default()))?;
                }
                let shell = ProcessId { start_ns: 1 + number as u64, pid: 1_000 + number as u32 };
                let home = format!("/home/user{number}/project");
                of_shells += 1;
                let root = day.start(shell, CODEX, &["codex", "exec", "work"], &home)?;
                *slot = Some((root, day.made + SESSION * AGENTS as u64));
                root
            }
        };
        day.tool_call(number, root)?;
    }
    Ok(day.out.flush()?)
}

struct Day<W> {
    chance: Chance,
    made: u64,
    start_ns: u64,
    next_pid: u32,
    out: W,
}

impl<W: Write> Day<W> {
    fn tool_call(&mut self, agent: usize, root: ProcessId) -> Result<()> {
        let home = format!("/home/user{agent}/project");
        let shell = self.start(root, "/usr/bin/bash", &["bash", "-lc", "cargo check"], &home)?;
        let pipe = u64::from(shell.pid);
        self.push(root, Act::PipeUse(PipeUse { pipe, write: false }))?;
        for part in 0..=self.chance.below(4) {
            let exe = format!("/usr/bin/tool{}", self.chance.below(200));
            let child = self.start(shell, &exe, &[&exe, "--part", &part.to_string()], &home)?;
            self.work(child, &home)?;
            self.push(child, Act::PipeUse(PipeUse { pipe, write: true }))?;
            self.push(child, Act::ProcessExit(Exit::default()))?;
        }
        self.push(shell, Act::ProcessExit(Exit::default()))
    }

    fn work(&mut self, child: ProcessId, home: &str) -> Result<()> {
        for library in 0..6 {
            let path = format!("/usr/lib/x86_64-linux-gnu/lib{library}.so.6");
            self.push(child, opened(&path, Access::Read, Act::FileOpen))?;
        }
        for _ in 0..4 + self.chance.below(30) {
            let file = self.chance.below(20_000);
            let path = format!("{home}/src/module{}/source{file}.rs", file % 200);
            self.push(child, opened(&path, Access::Read, Act::FileOpen))?;
        }
        for _ in 0..self.chance.below(8) {
            let path = format!("{home}/target/debug/deps/object-{}.o", self.made);
            self.push(child, opened(&path, Access::Write, Act::FileCreate))?;
            let file = FileRef::named(path.clone());
            self.push(child, Act::FileWrite(FileWrite { file: file.clone(), bytes: 4_096 }))?;
            match self.chance.below(3) {
                0 => {
                    let to = FileRef::named(format!("{path}.done"));
                    self.push(child, Act::FileRename(FilePair { from: file, to }))?;
                }
                1 => self.push(child, Act::FileUnlink(file))?,
                _ => {}
            }
        }
        if self.chance.below(4) == 0 {
            let last = self.chance.below(200) as u8;
            let flow = Flow {
                protocol: Protocol::Tcp,
                remote: Endpoint::Ip([198, 51, 100, last].into(), 443),
                host: Some(format!("host{last}.example").into()),
                cookie: self.made,
                ..Flow::default()
            };
            self.push(child, Act::NetworkConnect(flow.clone()))?;
            self.push(child, Act::NetworkClose(Flow { sent: 900, received: 9_000, ..flow }))?;
        }
        Ok(())
    }

    fn start(
        &mut self,
        parent: ProcessId,
        exe: &str,
        argv: &[&str],
        cwd: &str,
    ) -> Result<ProcessId> {
        // As the kernel does: pids go round, starts do not.
        self.next_pid = if self.next_pid >= 4_000_000 { 10_000 } else { self.next_pid + 1 };
        let child = ProcessId { start_ns: 1_000 + self.made, pid: self.next_pid };
        self.push(parent, Act::ProcessClone(Forked { child }))?;
        let exec = Exec {
            parent,
            exe: FileRef::named(exe),
            argv: argv.iter().map(|word| Text::from(*word)).collect(),
            cwd: cwd.into(),
            user: User { uid: 1000, gid: 1000, euid: 1000, name: None },
            ..Exec::default()
        };
        self.push(child, Act::ProcessExec(Box::new(exec)))?;
        Ok(child)
    }

    fn push(&mut self, process: ProcessId, act: Act) -> Result<()> {
        let time = self.start_ns + self.made * 1_000_000_000 / EVENTS_PER_SECOND;
        self.made += 1;
        serde_json::to_writer(&mut self.out, &Event::new(time, process, act))?;
        Ok(self.out.write_all(b"\n")?)
    }
}

fn opened(path: &str, access: Access, act: fn(FileOpen) -> Act) -> Act {
    act(FileOpen { file: FileRef::named(path), access, error: 0 })
}
