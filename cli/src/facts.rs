//! What signatures ask about a start, answered from the running host: links, packages, imports.

mod patience;
mod process;
mod token;

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use event::{AgentId, FileRef, ProcessId, Stdin, Text, Unhashed, User};
use graph::origin::{Claims, TokenPlace};
use graph::signature::{Facts, Package};
use journal::StateReader;

use crate::ancestry;
use crate::programs::Programs;
use crate::status::Status;

/// Most of a script that is read to see what it imports.
const SCRIPT_BYTES: u64 = 64 << 10;
/// Most of a package's description that is read.
const PACKAGE_BYTES: u64 = 1 << 20;
/// Most of a program that is searched for a text.
const PROGRAM_BYTES: usize = 256 << 20;
/// How long the start of a session waits for what lies in memory or files of its process.
const PATIENCE: Duration = Duration::from_millis(200);
/// Answers kept; a host runs few different agent programs.
const MOST_ANSWERS: usize = 4096;

/// Answers from procfs and the files of the process's own root.
#[derive(Default)]
pub struct HostFacts {
    packages: Mutex<HashMap<PathBuf, Option<Package>>>,
    mentions: Mutex<HashMap<(PathBuf, String), bool>>,
    programs: Option<Programs>,
    data_dir: PathBuf,
    /// The `up` that was here before and ended without a word.
    died: Option<u32>,
}

impl HostFacts {
    /// Answers that also know programs by their content, and what people said of agents.
    pub fn with(programs: Programs, data_dir: &Path) -> Self {
        let died = Status::read(data_dir).ok().flatten().map(|it| it.pid);
        Self { programs: Some(programs), data_dir: data_dir.to_owned(), died, ..Self::default() }
    }

    /// `path` as the host sees what the process means by it.
    fn outside(process: ProcessId, path: &str) -> PathBuf {
        let rooted = PathBuf::from(format!("/proc/{}/root{path}", process.pid));
        if rooted.exists() { rooted } else { PathBuf::from(path) }
    }
}

impl Facts for HostFacts {
    fn real_path(&self, process: ProcessId, path: &str) -> Option<Text> {
        let inside = std::fs::canonicalize(Self::outside(process, path)).ok()?;
        let root = format!("/proc/{}/root", process.pid);
        let inside = inside.to_string_lossy();
        Some(inside.strip_prefix(&root).unwrap_or(&inside).into())
    }

    fn package(&self, process: ProcessId, path: &str) -> Option<Package> {
        let file = std::fs::canonicalize(Self::outside(process, path)).ok()?;
        remember(&self.packages, file.clone(), || npm(&file).or_else(|| python(&file)))
    }

    fn script_text(&self, process: ProcessId, script: &str) -> Option<Text> {
        let path = Self::outside(process, script);
        // Only a plain file: a FIFO of that name would hold us until somebody writes.
        if !path.metadata().ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(SCRIPT_BYTES).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into())
    }

    fn mentions(&self, process: ProcessId, exe: &str, text: &str) -> bool {
        let Ok(file) = std::fs::canonicalize(Self::outside(process, exe)) else { return false };
        if !file.metadata().is_ok_and(|meta| meta.is_file()) {
            return false;
        }
        remember(&self.mentions, (file.clone(), text.to_owned()), || contains(&file, text))
    }

    fn is_chaperone(&self, process: ProcessId) -> bool {
        let own = std::process::id();
        let is_gone = || !Path::new(&format!("/proc/{}", process.pid)).exists();
        process.pid == own
            || self.died == Some(process.pid) && is_gone()
            || ancestry::above(process.pid).nth(1).is_some_and(|(parent, _)| parent == own)
    }

    fn sha256(
        &self,
        process: ProcessId,
        program: &FileRef,
        agent: Option<AgentId>,
    ) -> Option<Result<Text, Unhashed>> {
        Some(self.programs.as_ref()?.sha256(process, program, agent))
    }

    fn stdin(&self, process: ProcessId) -> Option<Stdin> {
        let target = std::fs::read_link(format!("/proc/{}/fd/0", process.pid));
        let target = match target {
            Ok(target) => target.to_string_lossy().into_owned(),
            // Gone already, or started with a closed one.
            Err(_) if Path::new(&format!("/proc/{}/fd", process.pid)).exists() => String::new(),
            Err(_) => return None,
        };
        Some(match target.as_str() {
            "" | "/dev/null" => Stdin::Nothing,
            text if text.starts_with("pipe:") => Stdin::Pipe,
            text if text.starts_with("socket:") => Stdin::Socket,
            text if text.starts_with("/dev/pts/") || text.starts_with("/dev/tty") => {
                Stdin::Terminal
            }
            _ => Stdin::File,
        })
    }

    fn variable(&self, process: ProcessId, name: &str) -> Option<Text> {
        let block = std::fs::read(format!("/proc/{}/environ", process.pid)).ok()?;
        let prefix = format!("{name}=");
        block
            .split(|byte| *byte == 0)
            .find_map(|entry| entry.strip_prefix(prefix.as_bytes()))
            .map(|value| String::from_utf8_lossy(value).into())
    }

    fn variables(&self, process: ProcessId, names: &[&str], set: &[&str]) -> Vec<(Text, Text)> {
        let block = patience::within(PATIENCE, move || environment(process)).flatten();
        block.map(|block| process::variables(&block, names, set)).unwrap_or_default()
    }

    fn login(&self, process: ProcessId) -> Option<User> {
        process::login(process.pid).filter(|_| process::is_there(process))
    }

    fn control_group(&self, process: ProcessId) -> Option<Text> {
        process::control_group(process.pid).filter(|_| process::is_there(process))
    }

    fn ssh_peer(&self, server: ProcessId) -> Option<Text> {
        // A server that gave up root forwards connections of its client, to anywhere.
        let owner = std::fs::metadata(format!("/proc/{}", server.pid)).ok()?;
        if std::os::unix::fs::MetadataExt::uid(&owner) != 0 {
            return None;
        }
        let peer = sensor::first_peer(server.pid).filter(|_| process::is_there(server));
        peer.map(|peer| peer.to_string().into())
    }

    fn is_retired(&self, agent: AgentId) -> bool {
        let dir = self.data_dir.clone();
        let asked = patience::within(PATIENCE, move || {
            let said = StateReader::open(&dir).and_then(|state| state.stewardship(agent));
            said.inspect_err(|error| tracing::warn!(%error, "not known who is retired"))
        });
        matches!(asked, Some(Ok(care)) if care.retired_unix_ns.is_some())
    }

    fn claims(&self, process: ProcessId, user: &User, at: TokenPlace<'_>) -> Result<Claims, Text> {
        let (user, pid) = (user.clone(), process.pid);
        let read: Box<dyn FnOnce() -> Result<Claims, Text> + Send> = match at {
            TokenPlace::Variable(name) => {
                let name = name.to_owned();
                Box::new(move || {
                    let block = environment(process).ok_or("its environment is gone")?;
                    token::of(process::value(&block, &name).ok_or("it is not set")?)
                })
            }
            TokenPlace::File(path) => {
                let path = path.to_owned();
                Box::new(move || token::in_file(pid, &user, &path))
            }
            TokenPlace::Certificate(path) => {
                let path = path.to_owned();
                Box::new(move || token::in_certificate(pid, &user, &path))
            }
            TokenPlace::Account(path) => {
                let path = path.to_owned();
                Box::new(move || token::of_account(pid, &user, &path))
            }
        };
        let found =
            patience::within(PATIENCE, read).unwrap_or_else(|| Err("no answer came".into()));
        if process::is_there(process) { found } else { Err("the process is gone".into()) }
    }
}

fn environment(process: ProcessId) -> Option<Vec<u8>> {
    process::environment(process.pid).filter(|_| process::is_there(process))
}

fn remember<K: Eq + std::hash::Hash, V: Clone>(
    answers: &Mutex<HashMap<K, V>>,
    key: K,
    answer: impl FnOnce() -> V,
) -> V {
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    if answers.len() >= MOST_ANSWERS {
        answers.clear();
    }
    answers.entry(key).or_insert_with(answer).clone()
}

/// The beginning of a plain file. Whoever is watched may have laid anything at the name: a FIFO would
/// hold us until somebody writes, a device would never end.
fn bounded(path: &Path, most: u64) -> Option<Vec<u8>> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The nearest `package.json` with a name above the file.
fn npm(file: &Path) -> Option<Package> {
    file.ancestors().skip(1).take(8).find_map(|directory| {
        let text = bounded(&directory.join("package.json"), PACKAGE_BYTES)?;
        let json: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let word = |key: &str| json.get(key)?.as_str().map(Text::from);
        Some(Package { name: word("name")?, version: word("version") })
    })
}

/// The distribution whose `bin/NAME` entry point this is, by the environment's `entry_points.txt`.
fn python(file: &Path) -> Option<Package> {
    let name = file.file_name()?.to_str()?;
    let library = file.parent()?.parent()?.join("lib");
    let versions = std::fs::read_dir(library).ok()?.flatten();
    versions
        .map(|version| version.path().join("site-packages"))
        .find_map(|packages| distribution(&packages, name))
}

fn distribution(packages: &Path, script: &str) -> Option<Package> {
    std::fs::read_dir(packages).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        let stem = path.file_name()?.to_str()?.strip_suffix(".dist-info")?.to_owned();
        let points = bounded(&path.join("entry_points.txt"), PACKAGE_BYTES)?;
        let points = String::from_utf8_lossy(&points);
        let owns = points
            .lines()
            .any(|line| line.split_once('=').is_some_and(|(name, _)| name.trim() == script));
        let (name, version) = stem.rsplit_once('-')?;
        owns.then(|| Package { name: name.replace('_', "-").into(), version: Some(version.into()) })
    })
}

fn contains(file: &Path, text: &str) -> bool {
    let Ok(mut file) = File::open(file) else { return false };
    let needle = text.as_bytes();
    let mut window = Vec::new();
    let mut block = vec![0; 1 << 20];
    let mut read = 0;
    while read < PROGRAM_BYTES {
        let Ok(count) = file.read(&mut block) else { return false };
        if count == 0 {
            return false;
        }
        read += count;
        window.extend_from_slice(&block[..count]);
        if memchr::memmem::find(&window, needle).is_some() {
            return true;
        }
        let keep = window.len().saturating_sub(needle.len());
        window.drain(..keep);
    }
    false
}
