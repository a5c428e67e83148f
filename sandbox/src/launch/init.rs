//! The first process of a launch: starts the program, passes signals on, takes what ends, and ends with it.

use std::io;
use std::os::fd::AsFd;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd, siginfo};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, WaitOptions, kill_process, wait, waitpid};

use super::process;
use super::talk::{Said, Talk};

/// Who else may be there when the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// Nobody who outlives this process: the kernel ends them with it.
    EndByThemselves,
    /// Whom this process has to end.
    MustBeEnded,
}

/// All signals as something to be read, instead of something that happens.
pub fn signals() -> io::Result<SignalFd> {
    let mut all = SigSet::all();
    // Faults of one's own happen.
    for own in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGILL, Signal::SIGFPE, Signal::SIGABRT] {
        all.remove(own);
    }
    all.thread_block()?;
    Ok(SignalFd::with_flags(&all, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

/// Whether somebody sent it. What a terminal sends, all of its foreground has got.
pub fn was_sent(signal: &siginfo) -> bool {
    signal.ssi_code <= 0
}

/// The signal as one sends it; none of a number that is no signal.
pub fn number(signal: &siginfo) -> Option<rustix::process::Signal> {
    rustix::process::Signal::from_named_raw(i32::try_from(signal.ssi_signo).ok()?)
}

/// Waits for the program, and ends as it did.
pub fn serve(program: Pid, signals: &SignalFd, talk: &Talk, kin: Kin) -> ! {
    let code = watch(program, signals, talk).unwrap_or(1);
    if kin == Kin::MustBeEnded {
        end_kin();
    }
    process::end(code)
}

/// The code that the program ended with; 128 and the signal where one ended it.
fn watch(program: Pid, signals: &SignalFd, talk: &Talk) -> io::Result<u8> {
    loop {
        let gone = {
            let mut ready = [
                PollFd::from_borrowed_fd(signals.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(talk.as_fd(), PollFlags::empty()),
            ];
            rustix::io::retry_on_intr(|| poll(&mut ready, None))?;
            let [_, talk] = &ready;
            talk.revents().contains(PollFlags::HUP)
        };
        if gone {
            // The launcher is no more; so is this.
            let _ = kill_process(program, rustix::process::Signal::KILL);
            return Ok(137);
        }
        while let Some(signal) = signals.read_signal()? {
            match number(&signal) {
                Some(rustix::process::Signal::CHILD) => {}
                Some(number) if was_sent(&signal) => {
                    let _ = kill_process(program, number);
                }
                _ => {}
            }
        }
        if let Some(code) = take_ended(program, talk) {
            return Ok(code);
        }
    }
}

/// Takes every process that ended. The code of the program, if it is among them.
fn take_ended(program: Pid, talk: &Talk) -> Option<u8> {
    let how = WaitOptions::NOHANG | WaitOptions::UNTRACED;
    while let Ok(Some((pid, status))) = wait(how) {
        if pid != program {
            continue;
        }
        if status.stopped() {
            let _ = talk.say(&Said::Stopped);
            continue;
        }
        let ended = status.exit_status();
        let killed = status.terminating_signal().map(|signal| 128 + signal);
        return Some(u8::try_from(ended.or(killed).unwrap_or(1)).unwrap_or(1));
    }
    None
}

/// Ends all that is left. A process whose parent ended becomes a child of this one, which is why it is the parent of all
/// that hides, sooner or later.
fn end_kin() {
    /// More rounds than any honest program has generations.
    const ROUNDS: usize = 10_000;
    for _ in 0..ROUNDS {
        let children = children();
        if children.is_empty() {
            return;
        }
        for child in &children {
            let _ = kill_process(*child, rustix::process::Signal::KILL);
        }
        for child in children {
            let _ = waitpid(Some(child), WaitOptions::empty());
        }
    }
}

/// The children of this process.
fn children() -> Vec<Pid> {
    let own = std::process::id();
    let Ok(listed) = std::fs::read_dir("/proc") else { return Vec::new() };
    let child = |entry: std::fs::DirEntry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name in brackets may hold anything.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        (parent.parse() == Ok(own)).then(|| Pid::from_raw(pid)).flatten()
    };
    listed.flatten().filter_map(child).collect()
}
