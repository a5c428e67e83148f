//! `chaperone mcp wrap`: a server on its standard input and output, started by us in the place of the client.

use std::ffi::OsString;
use std::fs::{DirBuilder, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use event::{AgentRef, Principal, Text};
use gateway::mcp::{Detectors, Ends, Over, Session, Sink, Who, carry};
use link::{Absent, Place, RemoteGuard};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use super::super::{Common, Exit};
use super::desk::Remembers;
use crate::accounts;
use crate::config::Config;

/// How long an answer of the daemon may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The product of a client that no session is known of.
const CLIENT: &str = "mcp-client";

#[derive(Debug, Args)]
pub struct Wrap {
    /// What policies and the record call the server [default: the name of its program].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where the daemon answers [default: the configured socket, else the system's].
    #[arg(long, value_name = "FILE")]
    socket: Option<PathBuf>,
    /// What holds for calls while no daemon answers: `open` or `closed` [default: `guard.absent`].
    #[arg(long, value_name = "WORD")]
    absent: Option<Absent>,
    /// The server and its arguments.
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<OsString>,
}

/// What a session writes to.
type Pipes = (Arc<Sink<ChildStdin>>, Arc<Sink<File>>);

impl Wrap {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        // The pins of an account without a daemon; that it cannot be made is told when it is needed.
        let _ = DirBuilder::new().recursive(true).mode(0o700).create(config.data_dir());
        let socket = self.socket.clone().unwrap_or_else(|| socket(&config));
        let (desk, telling) = Remembers::at(socket.clone(), PATIENCE, &config)?;
        let absent = self.absent.unwrap_or(config.guard.absent);
        let guard = Arc::new(RemoteGuard { socket, patience: PATIENCE, absent });
        let who = Who { server: self.server(), principal: client(), over: Over::Pipes };
        let detectors = Detectors::begin()?;
        let session = Arc::new(Session::begin(who, guard, Arc::clone(&desk) as _, &detectors));
        let status = between(&session, self.start()?)?;
        session.end();
        desk.end();
        let _ = telling.join();
        tracing::info!(lost = desk.lost(), unread = session.unread(), "the server has ended");
        std::process::exit(code(status))
    }

    fn server(&self) -> Text {
        let program = self.command.first().map(Path::new).and_then(Path::file_name);
        let program = program.map(|name| name.to_string_lossy().into_owned());
        self.name.clone().or(program).unwrap_or_default().into()
    }

    fn start(&self) -> Result<Child> {
        let (program, arguments) = self.command.split_first().context("no server is named")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().with_context(|| format!("cannot start `{}`", program.display()))
    }
}

/// The configured socket, or the system's where that one is not there.
pub fn socket(config: &Config) -> PathBuf {
    let own = config.socket().path;
    let of_system = Place::of_system().path;
    if !own.exists() && of_system.exists() { of_system } else { own }
}

/// Who calls, where the daemon knows no session: a program that calls tools is an agent.
fn client() -> Principal {
    let uid = rustix::process::geteuid().as_raw();
    let owner = accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
    Principal::Agent(AgentRef { product: CLIENT.into(), owner, ..AgentRef::default() })
}

/// Stands between the client and the server until the server has ended.
fn between(session: &Arc<Session>, mut child: Child) -> Result<ExitStatus> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.context("the server has no pid")?;
    let stdin = child.stdin.take().context("the server has no input")?;
    let mut said = child.stdout.take().context("the server has no output")?;
    let to_client = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let pipes: Pipes = (Arc::new(Sink::new(stdin)), Arc::new(Sink::new(to_client)));
    let signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT])?;
    thread::Builder::new().name("signals".into()).spawn(move || pass_on(signals, pid))?;
    let (listening, there) = (Arc::clone(session), pipes.clone());
    let from_client = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    thread::Builder::new()
        .name("client".into())
        .spawn(move || listen(&listening, from_client, &there, pid))?;
    let (to_server, to_client) = &pipes;
    let ended = carry(&mut said, |body| session.from_server(body), to_client, to_server);
    say(&ended, "the server", pid);
    // Whoever still writes learns that nobody reads.
    drop(said);
    Ok(child.wait()?)
}

/// Carries what the client says; when it has said all, the server hears that.
fn listen(session: &Session, mut client: impl Read, pipes: &Pipes, server: Pid) {
    let (to_server, to_client) = pipes;
    let ended = carry(&mut client, |body| session.from_client(body), to_server, to_client);
    say(&ended, "the client", server);
    to_server.close();
}

/// A broken pipe says that the other side has ended; what nobody can look at whole ends the server.
fn say(ended: &Result<(), Ends>, who: &str, server: Pid) {
    if let Err(Ends::TooLong(error)) = ended {
        crate::say!("chaperone: a message of {who} is {error}; the server is ended");
        // It may have ended by itself.
        let _ = kill_process(server, Signal::KILL);
    }
}

fn pass_on(mut signals: Signals, server: Pid) {
    for signal in signals.forever() {
        if let Some(signal) = Signal::from_named_raw(signal) {
            // It may have ended by itself.
            let _ = kill_process(server, signal);
        }
    }
}

/// The code of the server; of one that a signal ended what shells say.
fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}
