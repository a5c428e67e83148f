//! The agent of keys of a launch: `ssh-agent` outside, with the account's keys bound to the hosts that they may be used for
//! (OpenSSH 8.9), and in front of it a door that passes only what logging in needs.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use event::{Action, Circumstances, Guard, Object, Verb};

use super::plan::Held;

/// Longest message of `ssh-agent`.
const LONGEST: usize = 256 * 1024;
/// Most who ask at a time; others wait.
const MOST: usize = 8;
/// "No".
const FAILURE: [u8; 5] = [0, 0, 0, 1, 5];
/// The only extension that is passed: which host the next signature is for.
const BINDS: &[u8] = b"session-bind@openssh.com";

/// Keys that are loaded when somebody asks first.
pub struct Keys {
    held: Arc<Held>,
    /// The account's folder of SSH.
    folder: PathBuf,
    agent: Mutex<State>,
}

enum State {
    NotAsked,
    /// There are no keys that could be used, or no program that holds them.
    None,
    Runs(Agent),
    Over,
}

struct Agent {
    child: Child,
    /// A folder for its socket alone.
    room: PathBuf,
}

impl Drop for Agent {
    fn drop(&mut self) {
        // Gone already, or gone now.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.room);
    }
}

/// What somebody asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Passes,
    /// It is asked about first.
    Signs,
    Refused,
}

impl Keys {
    pub fn new(held: Arc<Held>, folder: &Path) -> Arc<Self> {
        Arc::new(Self { held, folder: folder.to_owned(), agent: Mutex::new(State::NotAsked) })
    }

    /// Serves the door until this process ends.
    pub fn serve(self: &Arc<Self>, door: UnixListener) -> io::Result<()> {
        for _ in 0..MOST {
            let (keys, door) = (Arc::clone(self), door.try_clone()?);
            let serve = move || {
                for client in door.incoming().flatten() {
                    // Whoever breaks off is done.
                    let _ = keys.talk(client);
                }
            };
            std::thread::Builder::new().name("keys".into()).spawn(serve)?;
        }
        Ok(())
    }

    /// Ends the agent, for good.
    pub fn end(&self) {
        *self.agent.lock().unwrap_or_else(PoisonError::into_inner) = State::Over;
    }

    fn talk(&self, mut client: UnixStream) -> io::Result<()> {
        let mut agent = self.socket().map(UnixStream::connect).transpose()?;
        loop {
            let message = message(&mut client)?;
            let allowed = match asked(&message) {
                Asked::Passes => true,
                Asked::Signs => self.may_sign(),
                Asked::Refused => false,
            };
            match &mut agent {
                Some(agent) if allowed => {
                    send(agent, &message)?;
                    send(&mut client, &self::message(agent)?)?;
                }
                _ => client.write_all(&FAILURE)?,
            }
        }
    }

    fn may_sign(&self) -> bool {
        let object = Object::Secret { kind: "ssh-key".into(), name: "SSH".into() };
        let action = Action {
            principal: self.held.principal(),
            verb: Verb::UseSecret,
            object,
            context: Circumstances::default(),
        };
        self.held.check(&action).effect.goes_on()
    }

    /// Where the agent answers; starts it for the first who asks.
    fn socket(&self) -> Option<PathBuf> {
        let mut agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*agent, State::NotAsked) {
            *agent = self.start().map_or(State::None, State::Runs);
        }
        match &*agent {
            State::Runs(agent) => Some(agent.room.join("agent")),
            State::NotAsked | State::None | State::Over => None,
        }
    }

    fn start(&self) -> Option<Agent> {
        use std::os::unix::fs::DirBuilderExt;
        let known = self.folder.join("known_hosts");
        let hosts = self.hosts(&known);
        let keys = private(&self.folder);
        if hosts.is_empty() || keys.is_empty() {
            return None;
        }
        let room = std::env::temp_dir().join(format!("chaperone-keys-{}", std::process::id()));
        std::fs::DirBuilder::new().mode(0o700).create(&room).ok()?;
        let socket = room.join("agent");
        let mut command = quiet("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).stdout(Stdio::piped());
        let mut agent = Agent { child: command.spawn().ok()?, room };
        // It says where it listens when it does.
        let mut line = String::new();
        BufReader::new(agent.child.stdout.take()?).read_line(&mut line).ok()?;
        let mut add = quiet("ssh-add");
        add.arg("-q").arg("-H").arg(&known);
        for host in &hosts {
            add.arg("-h").arg(host);
        }
        // Nobody is asked for a passphrase in the middle of an agent's work.
        add.env("SSH_AUTH_SOCK", &socket).env("SSH_ASKPASS", "false");
        add.env("SSH_ASKPASS_REQUIRE", "force");
        // A key that cannot be had is none.
        add.args(keys).status().ok()?;
        Some(agent)
    }

    /// Hosts that keys may be used for: declared ones and forges, whose keys are known.
    fn hosts(&self, known: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(known).unwrap_or_default();
        let (mut hosts, guide) = (self.held.declared(), self.held.guide());
        let forge = |name: &&str| guide.is_some_and(|it| it.of_host(name).contains("forge"));
        let named = text.lines().filter_map(|line| line.split_whitespace().next());
        let named = named.flat_map(|names| names.split(',')).filter(forge);
        hosts.extend(named.map(str::to_owned));
        hosts.sort();
        hosts.dedup();
        let word = |host: &String| !host.starts_with('-') && !host.contains(['*', '@', '>', ' ']);
        hosts.retain(|host| word(host) && is_known(host, known));
        hosts
    }
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Whether the file has a key of the host, be its name written or hashed.
fn is_known(host: &str, known: &Path) -> bool {
    let found = quiet("ssh-keygen").arg("-F").arg(host).arg("-f").arg(known).status();
    found.is_ok_and(|status| status.success())
}

/// Files with private keys.
fn private(folder: &Path) -> Vec<PathBuf> {
    let begins = |path: &PathBuf| {
        let mut first = Vec::new();
        let file = std::fs::File::open(path);
        let read = file.and_then(|file| file.take(64).read_to_end(&mut first));
        let line = String::from_utf8_lossy(&first);
        read.is_ok() && line.starts_with("-----BEGIN ") && line.contains("PRIVATE KEY-----")
    };
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut keys: Vec<PathBuf> =
        listed.map(|entry| entry.path()).filter(|it| it.is_file()).filter(begins).collect();
    keys.sort();
    keys
}

/// What a message asks for: only names of keys, signatures, and what binds those to a host are passed.
fn asked(message: &[u8]) -> Asked {
    match message.split_first() {
        Some((11, [])) => Asked::Passes,
        Some((13, _)) => Asked::Signs,
        Some((27, rest)) if rest.get(4..).is_some_and(|name| name.starts_with(BINDS)) => {
            Asked::Passes
        }
        _ => Asked::Refused,
    }
}

fn message(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message)?;
    Ok(message)
}

fn send(stream: &mut UnixStream, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), message].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_logging_in_needs_is_passed() {
        let check = |message: &[u8], expect: Asked| assert_eq!(asked(message), expect);
        let extension = |name: &[u8]| [&[27, 0, 0, 0, name.len() as u8], name, b"rest"].concat();
        check(&[11], Asked::Passes);
        check(&[13, 0, 0], Asked::Signs);
        check(&extension(BINDS), Asked::Passes);
        check(&extension(b"restrict-destination-v00@openssh.com"), Asked::Refused);
        // Keys put in and out, locks, libraries of smart cards.
        for number in [0, 1, 9, 17, 18, 19, 20, 21, 22, 23, 25, 26] {
            check(&[number, 0, 0, 0, 0], Asked::Refused);
        }
        check(&[], Asked::Refused);
    }

    #[test]
    fn private_keys_are_known_by_what_they_say() {
        let folder = tempfile::tempdir().expect("a folder");
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect(name);
        let begin = |kind: &str| format!("-----BEGIN {kind}-----\nx\n");
        write("id_a", &begin("OPENSSH PRIVATE KEY"));
        write("work", &begin("RSA PRIVATE KEY"));
        write("id_a.pub", "ssh-ed25519 AAAA");
        write("cert", &begin("CERTIFICATE"));
        write("id_old", "canary");
        let expect = ["id_a", "work"].map(|name| folder.path().join(name));
        assert_eq!(private(folder.path()), expect);
    }
}
