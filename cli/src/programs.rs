//! What agents run, known by its content: each program file is hashed once, on a thread of its own
//! that waits for everybody else, after the start that asked for it. The hall only looks up.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use event::{AgentId, FileRef, ProcessId, Program, Record, Text, Unhashed};
use sha2::{Digest, Sha256};

/// Largest file that is read.
const MOST_BYTES: u64 = 1 << 30;
/// Bytes read in one second: a few thousandths of one processor, so that nobody feels it.
const BYTES_PER_SECOND: u64 = 2 << 20;
/// Shorter rests are not worth waking up from.
const REST: Duration = Duration::from_millis(100);
/// Starts that may wait to be looked at; each holds an open file.
const WAITING: usize = 128;
/// Files remembered.
const MOST_KNOWN: usize = 16_384;
/// Read at once: what is hashed is still in the processor's cache.
const BLOCK: usize = 1 << 17;

/// One content of one file: another `mtime` is another content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Version {
    device: u64,
    inode: u64,
    modified_unix_ns: u64,
    size: u64,
}

impl Version {
    fn of(file: &File) -> Option<Self> {
        let meta = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let seconds = u64::try_from(meta.mtime()).unwrap_or(0);
        let modified_unix_ns = seconds * 1_000_000_000 + meta.mtime_nsec().unsigned_abs();
        Some(Self { device: meta.dev(), inode: meta.ino(), modified_unix_ns, size: meta.size() })
    }
}

/// A start whose program is to be looked at.
struct Asked {
    time_unix_ns: u64,
    program: FileRef,
    agent: Option<AgentId>,
    /// The very file that runs, where the process could still be asked for it.
    file: Option<File>,
}

/// What is known; asked by the hall, filled by the thread.
pub struct Programs {
    known: Arc<Mutex<HashMap<Version, Result<Text, Unhashed>>>>,
    asked: SyncSender<Asked>,
}

impl Programs {
    /// Starts the thread. It ends when this is dropped, or `stop` is raised.
    pub fn start(
        known: Vec<Program>,
        to_journal: SyncSender<Vec<Record>>,
        stop: Arc<AtomicBool>,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (asked, questions) = sync_channel(WAITING);
        let known = Arc::new(Mutex::new(remembered(known)));
        let reader = Reader { known: Arc::clone(&known), to_journal, stop };
        let thread =
            thread::Builder::new().name("programs".into()).spawn(move || reader.run(&questions))?;
        Ok((Self { known, asked }, thread))
    }

    /// The hash of what `process` runs, or why it is not known (yet). Opens and looks up; never
    /// reads and never waits.
    pub fn sha256(
        &self,
        process: ProcessId,
        program: &FileRef,
        agent: Option<AgentId>,
    ) -> Result<Text, Unhashed> {
        let file = running(process, program);
        if let Some(version) = file.as_ref().and_then(Version::of) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(hash) = known.get(&version) {
                return hash.clone();
            }
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            // Asked once, however often it starts until it is answered.
            known.insert(version, Err(Unhashed::NotYet));
            drop(known);
            self.ask(Asked {
                time_unix_ns: crate::host::now_unix_ns(),
                program: program.clone(),
                agent,
                file,
            })
            .inspect_err(|_| self.forget(version))?;
        } else {
            self.ask(Asked {
                time_unix_ns: crate::host::now_unix_ns(),
                program: program.clone(),
                agent,
                file: None,
            })?;
        }
        Err(Unhashed::NotYet)
    }

    fn ask(&self, asked: Asked) -> Result<(), Unhashed> {
        self.asked.try_send(asked).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Unhashed::Shed,
        })
    }

    /// It was not taken: the next start asks again.
    fn forget(&self, version: Version) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&version);
    }
}

/// What the state knew when it was last open.
fn remembered(programs: Vec<Program>) -> HashMap<Version, Result<Text, Unhashed>> {
    let known = programs.into_iter().take(MOST_KNOWN).filter_map(|program| {
        let sha256 = program.hash.ok()?;
        let meta = std::fs::metadata(&*program.file.path).ok()?;
        // The state names files as the kernel does; the device as `stat` says it is looked up now.
        let version = Version {
            device: meta.dev(),
            inode: program.file.inode.1,
            modified_unix_ns: program.modified_unix_ns,
            size: program.size,
        };
        Some((version, Ok(sha256)))
    });
    known.collect()
}

/// The file behind `/proc/PID/exe`: also of a deleted program, and not of the one that took its
/// name. None if the process has gone or runs something else by now.
fn running(process: ProcessId, program: &FileRef) -> Option<File> {
    let file = File::open(format!("/proc/{}/exe", process.pid)).ok()?;
    let inode = program.inode.1;
    (inode == 0 || Version::of(&file)?.inode == inode).then_some(file)
}

struct Reader {
    known: Arc<Mutex<HashMap<Version, Result<Text, Unhashed>>>>,
    to_journal: SyncSender<Vec<Record>>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    fn run(self, asked: &Receiver<Asked>) {
        // Only ever better for others if it works.
        let _ = rustix::process::setpriority_process(None, 19);
        for asked in asked {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if let Some(program) = self.look(asked)
                && self.to_journal.send(vec![Record::Program(Box::new(program))]).is_err()
            {
                return;
            }
        }
    }

    /// None where it is known already.
    fn look(&self, asked: Asked) -> Option<Program> {
        let Asked { time_unix_ns, program: file, agent, file: opened } = asked;
        let told = |version: Option<Version>, hash| Program {
            time_unix_ns,
            file: file.clone(),
            size: version.map_or(0, |version| version.size),
            modified_unix_ns: version.map_or(0, |version| version.modified_unix_ns),
            hash,
            agent,
        };
        let by_name = opened.is_none();
        let opened = match opened.map_or_else(|| by_path(&file), Ok) {
            Ok(opened) => opened,
            Err(why) => return Some(told(None, Err(why))),
        };
        let version = Version::of(&opened)?;
        if by_name {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.get(&version).is_some_and(|hash| *hash != Err(Unhashed::NotYet)) {
                return None;
            }
        }
        let hash = self.hash(opened, version);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(version, hash.clone());
        Some(told(Some(version), hash))
    }

    fn hash(&self, mut file: File, version: Version) -> Result<Text, Unhashed> {
        if version.size > MOST_BYTES {
            return Err(Unhashed::TooLarge);
        }
        let mut hasher = Sha256::new();
        let mut block = vec![0; BLOCK];
        let (began, mut read) = (Instant::now(), 0u64);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Unhashed::NotYet);
            }
            let count = file.read(&mut block).map_err(|_| Unhashed::Unreadable)?;
            let Some(bytes) = block.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
            hasher.update(bytes);
            read += count as u64;
            let due = Duration::from_nanos(read.saturating_mul(1_000_000_000) / BYTES_PER_SECOND);
            let ahead = due.saturating_sub(began.elapsed());
            if ahead >= REST {
                thread::sleep(ahead);
            }
        }
        if read != version.size || Version::of(&file) != Some(version) {
            return Err(Unhashed::Changed);
        }
        let digest = hasher.finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
    }
}

/// The file that has the name now, if it is the one that ran.
fn by_path(program: &FileRef) -> Result<File, Unhashed> {
    // A FIFO that took the name must not hold us.
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    let file =
        File::options().read(true).custom_flags(flags.bits() as i32).open(&*program.path).map_err(
            |error| match error.kind() {
                std::io::ErrorKind::NotFound => Unhashed::Gone,
                _ => Unhashed::Unreadable,
            },
        )?;
    let inode = program.inode.1;
    match Version::of(&file) {
        Some(version) if inode == 0 || version.inode == inode => Ok(file),
        _ => Err(Unhashed::Changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// sha256 of "one", as `sha256sum` prints it.
    const ONE: &str = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    const NOBODY: ProcessId = ProcessId { start_ns: 0, pid: u32::MAX };

    struct Given {
        programs: Programs,
        told: Receiver<Vec<Record>>,
        dir: tempfile::TempDir,
    }

    fn given() -> Given {
        let (to_journal, told) = sync_channel(8);
        let stop = Arc::new(AtomicBool::new(false));
        let (programs, _thread) = Programs::start(Vec::new(), to_journal, stop).expect("a thread");
        Given { programs, told, dir: tempfile::tempdir().expect("a directory") }
    }

    impl Given {
        fn file(&self, name: &str, text: &str) -> FileRef {
            let path = self.dir.path().join(name);
            std::fs::write(&path, text).expect("written");
            let inode = std::fs::metadata(&path).expect("there").ino();
            FileRef { path: path.to_string_lossy().into(), inode: (1, inode) }
        }
        /// What is told of a program whose process has gone.
        fn ask(&self, file: &FileRef) -> Result<Text, Unhashed> {
            assert_eq!(self.programs.sha256(NOBODY, file, None), Err(Unhashed::NotYet));
            match self.told.recv().expect("told").pop() {
                Some(Record::Program(program)) => program.hash,
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_file_is_hashed_after_the_start() {
        let given = given();
        let file = given.file("one", "one");
        assert_eq!(given.ask(&file).as_deref(), Ok(ONE));
    }

    #[test]
    fn what_changed_or_went_is_told() {
        let given = given();
        let file = given.file("one", "one");
        std::fs::rename(given.dir.path().join("one"), given.dir.path().join("two")).expect("moved");
        assert_eq!(given.ask(&file), Err(Unhashed::Gone));
        given.file("one", "another");
        assert_eq!(given.ask(&file), Err(Unhashed::Changed));
    }

    #[test]
    fn the_running_program_is_hashed_also_when_its_name_is_gone() {
        let given = given();
        let path = given.dir.path().join("sleeper");
        std::fs::copy("/bin/sleep", &path).expect("copied");
        let mut child = std::process::Command::new(&path).arg("1000").spawn().expect("started");
        let inode = std::fs::metadata(&path).expect("there").ino();
        let file = FileRef { path: path.to_string_lossy().into(), inode: (1, inode) };
        std::fs::remove_file(&path).expect("removed");
        let process = ProcessId { start_ns: 0, pid: child.id() };
        let first = given.programs.sha256(process, &file, None);
        let told = given.told.recv().expect("told");
        let again = given.programs.sha256(process, &file, None);
        child.kill().expect("killed");
        child.wait().expect("waited");
        assert_eq!(first, Err(Unhashed::NotYet));
        assert!(matches!(told.as_slice(), [Record::Program(program)] if program.hash == again));
        assert!(again.is_ok_and(|hash| hash.len() == 64), "known at the next start");
    }
}
