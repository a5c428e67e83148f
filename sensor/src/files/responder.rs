//! The process that answers. Three threads: one answers and does nothing else, one keeps the marks ([`Clerk`]), one
//! says that the first is well.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use event::{Effect, Ruling, Verb};
use nix::errno::Errno;
use nix::sys::fanotify::{
    EventFFlags, Fanotify, FanotifyEvent, FanotifyResponse, InitFlags, MaskFlags, Response,
};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_setfl, fstat, readlink};
use rustix::process::{Pid, Signal, kill_process, setpriority_process};

use super::answer::{Law, Open};
use super::clerk::Clerk;
use super::opening;
use super::who::{self, Labels, Member};
use super::wire::{BEAT, MOST_PATH, Refused, SLOWEST, Said, Told, say};

/// Who waits may be anybody, so nobody is more urgent.
const MOST_URGENT: i32 = -20;
/// Errors one after the other after which the kernel's queue is given up.
const MOST_ERRORS: u32 = 1000;

/// Answers on behalf of the daemon that started this process and talks over its stdin and stdout, until that ends.
pub fn respond() -> io::Result<()> {
    let mut told = BufReader::new(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    // A daemon that does not listen makes nobody wait.
    fcntl_setfl(&out, OFlags::NONBLOCK)?;
    let mut line = String::new();
    told.read_line(&mut line)?;
    let Told::Hello { daemon, process_labels, labels } = serde_json::from_str(&line)? else {
        return Err(io::Error::other("the daemon did not say hello"));
    };
    let labels = Labels::open(process_labels, labels, daemon).map_err(io::Error::other)?;
    // Refused where we may not: then it is as slow as the others.
    let _ = setpriority_process(None, MOST_URGENT);
    let group = group()?;
    let law = Mutex::new(Arc::new(Law::default()));
    let begun = Instant::now();
    let (busy_ms, untold) = (AtomicU64::new(0), AtomicU64::new(0));
    let responder = Responder { group: &group, law: &law, labels, out, begun, busy_ms, untold };
    std::thread::scope(|scope| {
        // Whoever is done first ends the process: without one of them the others are no use.
        scope.spawn(|| {
            end(&responder.answer());
        });
        scope.spawn(|| {
            end(&responder.beat());
        });
        let said = |said: &Said| responder.say(said);
        end(&Clerk::new(&group, &law, &said).and_then(|mut clerk| clerk.work(told)))
    })
}

fn group() -> io::Result<Fanotify> {
    let flags = InitFlags::FAN_CLASS_CONTENT
        | InitFlags::FAN_CLOEXEC
        | InitFlags::FAN_NONBLOCK
        | InitFlags::FAN_UNLIMITED_QUEUE
        | InitFlags::FAN_UNLIMITED_MARKS
        | InitFlags::FAN_REPORT_TID;
    let how = EventFFlags::O_RDONLY
        | EventFFlags::O_LARGEFILE
        | EventFFlags::O_CLOEXEC
        | EventFFlags::O_NONBLOCK;
    Ok(Fanotify::init(flags, how)?)
}

fn end(done: &io::Result<()>) -> ! {
    if let Err(error) = done {
        eprintln!("the responder for files ends: {error}");
    }
    std::process::exit(i32::from(done.is_err()));
}

struct Responder<'a> {
    group: &'a Fanotify,
    law: &'a Mutex<Arc<Law>>,
    labels: Labels,
    out: File,
    begun: Instant,
    /// Since when an answer is worked on, in milliseconds after the beginning; 0: none is.
    busy_ms: AtomicU64,
    untold: AtomicU64,
}

impl Responder<'_> {
    fn answer(&self) -> io::Result<()> {
        let mut errors = 0;
        while errors < MOST_ERRORS {
            self.busy_ms.store(self.now_ms(), Ordering::Relaxed);
            match self.group.read_events() {
                Ok(events) => {
                    errors = 0;
                    events.iter().for_each(|event| self.answer_one(event));
                }
                Err(Errno::EAGAIN) => {
                    self.busy_ms.store(0, Ordering::Relaxed);
                    // Interrupted is nothing to read.
                    let _ = poll(&mut [PollFd::new(self.group, PollFlags::IN)], None);
                }
                // The file could not be opened for us; its opener has been refused by the kernel.
                Err(_) => errors += 1,
            }
        }
        Err(io::Error::other("the kernel's queue cannot be read"))
    }

    fn answer_one(&self, event: &FanotifyEvent) {
        self.busy_ms.store(self.now_ms(), Ordering::Relaxed);
        let Some(file) = event.fd() else { return };
        let response = match self.refused(event, file) {
            Some(()) => Response::FAN_DENY,
            None => Response::FAN_ALLOW,
        };
        // Who does not wait any more was killed.
        let _ = self.group.write_response(FanotifyResponse::new(file, response));
    }

    /// Tells of the open, if it is refused.
    fn refused(&self, event: &FanotifyEvent, file: BorrowedFd<'_>) -> Option<()> {
        let tid = u32::try_from(event.pid()).ok()?;
        let member = self.labels.of(tid)?;
        let law = Arc::clone(&self.law.lock().unwrap_or_else(PoisonError::into_inner));
        let regime = law.regime(member.label)?;
        let path = readlink(format!("/proc/self/fd/{}", file.as_raw_fd()), Vec::new()).ok()?;
        let path = path.to_string_lossy();
        let meta = fstat(file).ok()?;
        let open = Open {
            path: path.strip_suffix(" (deleted)").unwrap_or(&path),
            identity: (meta.st_dev, meta.st_ino),
            runs: event.mask().contains(MaskFlags::FAN_OPEN_EXEC_PERM),
        };
        let wanted = || opening::of(tid);
        let programs = || who::programs(member.pid);
        let (verb, ruling) = law.refusal(regime, &open, wanted, programs)?;
        if !self.labels.in_force(member.label) {
            return None;
        }
        self.tell(&law, member, open.path, verb, ruling);
        if ruling.effect == Effect::Kill {
            let pid = i32::try_from(member.pid).ok().and_then(Pid::from_raw);
            // It waits for us, so it is still the same.
            let _ = pid.map(|pid| kill_process(pid, Signal::KILL));
        }
        Some(())
    }

    fn tell(&self, law: &Law, member: Member, path: &str, verb: Verb, ruling: Ruling) {
        let policy = ruling.policy.and_then(|it| law.rules.policies.get(usize::from(it)));
        let refused = Refused {
            process: who::id(member.pid),
            label: member.label,
            verb,
            path: path.chars().take(MOST_PATH).collect::<String>().into(),
            effect: ruling.effect,
            policy: policy.cloned().unwrap_or_default(),
        };
        if say(&self.out, &Said::Refused(refused)).is_err() {
            self.untold.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Says that nobody waits too long, as long as that is so.
    fn beat(&self) -> io::Result<()> {
        loop {
            let since = self.busy_ms.load(Ordering::Relaxed);
            let slow = u64::try_from(SLOWEST.as_millis()).unwrap_or(u64::MAX);
            if since == 0 || self.now_ms() < since + slow {
                self.say(&Said::Beat);
            }
            match self.untold.swap(0, Ordering::Relaxed) {
                0 => {}
                count => self.say(&Said::Untold(count)),
            }
            std::thread::sleep(BEAT);
        }
    }

    /// Says it as soon as there is room; a daemon that is gone ends us.
    fn say(&self, said: &Said) {
        loop {
            match say(&self.out, said) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) if error.kind() == ErrorKind::FileTooLarge => return,
                Err(error) => end(&Err(error)),
                Ok(()) => return,
            }
        }
    }

    fn now_ms(&self) -> u64 {
        // 0 is idle.
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX) + 1
    }
}
