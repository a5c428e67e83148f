//! Calls that are decided outside, where no rule of Landlock says what the plan says: the kernel holds the caller, and a
//! process that gave up nothing looks at what was meant.
//!
//! ```text
//! program: call ─▶ kernel ─▶ Listener ─▶ Caller (memory, folders) ─▶ Spot (folder, name) ─▶ Judge (plan)
//!    ▲                                                                                        │ may
//!    └── its result, or the open file ◀── done here, in the very folder that was judged ◀─────┘
//!                                     ◀── the kernel goes on, and Landlock refuses ◀── may not, or is not asked about
//! ```
//!
//! INVARIANT: nothing is judged that is not used as it was judged. What stands in the caller's memory is read once. A file
//! or a name is reached from an open folder whose place was looked at, so whoever changes the path meanwhile changes nothing.
//! Where the kernel goes on with a call, Landlock allows no more than without the question.

mod attributes;
mod caller;
mod calls;
mod files;
mod filter;
mod judge;
mod listener;
mod proxied;
mod relatives;
mod spot;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, available_parallelism};

use rustix::fs::Mode;
use rustix::io::Errno;

use super::given_up;
use super::talk::{Said, Talk};
use caller::Caller;
use calls::Call;
pub use filter::ask;
pub use judge::Judge;
use listener::Listener;
pub use proxied::can as can_connect;

/// Most that answer at once.
const MOST: usize = 4;
/// Most that wait for the other end of a pipe.
const MOST_WAITING: usize = 64;

/// What comes of a call.
pub enum Answer {
    /// The kernel does it, as far as Landlock lets it.
    GoOn,
    /// It is done.
    Done,
    /// A descriptor, which an exec closes or not.
    Given(OwnedFd, Inherited),
    /// It is done by another thread, for it may take long.
    Later(Box<dyn FnOnce() -> Answer + Send>),
    /// It is not done.
    Refused(Errno),
}

/// Whether the next program has a descriptor, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inherited {
    Yes,
    No,
}

/// Who answers.
struct Desk {
    listener: Listener,
    judge: Judge,
    waiting: AtomicUsize,
}

/// Answers what comes at the listener that is handed over, until nobody is left to ask. Whoever answers has no more rights
/// than those who ask.
pub fn answer(desk: &Talk, judge: Judge) -> io::Result<()> {
    let Some(Said::Asks(listener)) = desk.hear()? else { return Ok(()) };
    given_up::rights()?;
    // The caller's own mask is looked up where something is made.
    rustix::process::umask(Mode::empty());
    let desk = Arc::new(Desk { listener: listener.into(), judge, waiting: AtomicUsize::new(0) });
    let count = available_parallelism().map_or(1, |count| count.get().min(MOST));
    for _ in 1..count {
        let desk = Arc::clone(&desk);
        Builder::new().name("asked".into()).spawn(move || desk.serve())?;
    }
    desk.serve();
    Ok(())
}

impl Desk {
    fn serve(self: &Arc<Self>) {
        while let Some(asked) = self.listener.next() {
            let call = Call::of(asked.call, &asked.arguments);
            let answer =
                call.map_or(Answer::GoOn, |call| self.decide(&asked.caller(&self.listener), &call));
            match answer {
                Answer::Later(work) => self.later(asked.id, work),
                answer => self.listener.answer(asked.id, answer),
            }
        }
    }

    fn decide(&self, caller: &Caller<'_>, call: &Call) -> Answer {
        match call {
            Call::Attributes { of, change } => attributes::change(caller, &self.judge, of, change),
            Call::Connect { socket, address, length } => {
                proxied::connect(caller, self.judge.proxy, *socket, *address, *length)
            }
            Call::Handle { pid, flags } => relatives::handle(*pid, *flags),
            Call::Open { at, flags, mode } => files::open(caller, &self.judge, at, *flags, *mode),
            other => files::change(caller, &self.judge, other).unwrap_or(Answer::GoOn),
        }
    }

    /// Lets another thread do it.
    fn later(self: &Arc<Self>, id: u64, work: Box<dyn FnOnce() -> Answer + Send>) {
        let desk = Arc::clone(self);
        let run = move || {
            desk.listener.answer(id, work());
            desk.waiting.fetch_sub(1, Ordering::Relaxed);
        };
        let few = self.waiting.fetch_add(1, Ordering::Relaxed) < MOST_WAITING;
        if !few || Builder::new().name("asked, later".into()).spawn(run).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.listener.answer(id, Answer::Refused(Errno::AGAIN));
        }
    }
}
