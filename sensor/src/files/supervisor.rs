//! In the daemon: a thread that keeps a responder alive, ends one that hangs, and hands on what it says.

use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use event::show::plain;
use event::{Act, Event, Loss, LossCause, ProcessId, Run, Runs};
use rustix::net::sockopt::{set_socket_send_buffer_size, set_socket_send_buffer_size_force};
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, socketpair};
use rustix::process::setpriority_process;

use super::guard::{Launch, Shared};
use super::refusals::Refusals;
use super::wire::{Answered, Manners, ROOM, Said, hear, room, say};
use crate::clock::BootClock;
use crate::kernel::KernelOrders;

/// How long a responder may say nothing: with what ending it takes, opens go on within a second.
const SILENCE: Duration = Duration::from_millis(700);
/// The same for its first word: programs start slowly on a busy machine, and nobody waits for it yet.
const START: Duration = Duration::from_secs(10);
/// Refusals that are only counted are told after this.
const REST: Duration = Duration::from_secs(1);
/// How long a killed one may take to be gone. One that waits for a file system may never be.
const FAREWELL: Duration = Duration::from_secs(1);
/// How urgent it is that somebody is answered.
const URGENT: i32 = -15;
/// Between the starts of two, if one does not live.
const PAUSE: Duration = Duration::from_secs(1);

/// Keeps responders alive until the guard is gone.
pub fn supervise(
    shared: &Shared,
    orders: &Arc<KernelOrders>,
    launch: &Launch,
    runs: &Arc<dyn Runs>,
    manners: Manners,
) {
    let clock = BootClock::new();
    let mut supervisor = Supervisor { shared, orders, runs, manners, clock };
    while shared.wanted() {
        let begun = Instant::now();
        let from = supervisor.now();
        let why = match supervisor.start(launch) {
            Ok((child, said)) => supervisor.listen(child, &said),
            Err(error) => Some(format!("it cannot be started: {error}")),
        };
        shared.gone();
        let Some(why) = why else { continue };
        tracing::warn!(why = %plain(&why), "the responder for files ended; opens go on until the next one");
        supervisor.lost(1, from.max(supervisor.now().saturating_sub(nanoseconds(SILENCE))));
        if begun.elapsed() < PAUSE {
            shared.pause(PAUSE);
        }
    }
}

struct Supervisor<'a> {
    shared: &'a Shared,
    orders: &'a Arc<KernelOrders>,
    runs: &'a Arc<dyn Runs>,
    manners: Manners,
    clock: BootClock,
}

impl Supervisor<'_> {
    fn start(&self, launch: &Launch) -> std::io::Result<(Child, Receiver<Said>)> {
        let (ours, its) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        for end in [&ours, &its] {
            let forced = set_socket_send_buffer_size_force(end, ROOM);
            forced.or_else(|_| set_socket_send_buffer_size(end, ROOM))?;
        }
        let mut command = launch();
        command.stdin(Stdio::piped()).stdout(Stdio::from(its));
        let mut child = command.spawn()?;
        // It holds the other end of the socket.
        drop(command);
        let Some(to) = child.stdin.take() else {
            return Err(std::io::Error::other("it has no pipe"));
        };
        let (sender, said) = channel();
        let (asks, asked) = channel();
        let (answers, runs) = (ours.try_clone()?, Arc::clone(self.runs));
        let thread = |name: &str| std::thread::Builder::new().name(name.into());
        thread("files-said").spawn(move || hand_on(&ours, &sender, &asks))?;
        thread("files-asked").spawn(move || answer(&answers, &asked, &*runs))?;
        self.orders.protect(child.id());
        self.shared.here(to, self.orders.maps_of_processes()?, child.id(), self.manners);
        Ok((child, said))
    }

    /// Listens to the end; says why it was one, if it was not wanted.
    fn listen(&mut self, mut child: Child, said: &Receiver<Said>) -> Option<String> {
        let mut refusals = Refusals::default();
        let (mut heard, mut patience) = (Instant::now(), START);
        let mut rested = Instant::now();
        let why = loop {
            let silent = patience.saturating_sub(heard.elapsed());
            let wait = if refusals.is_empty() { silent } else { silent.min(REST) };
            match said.recv_timeout(wait) {
                Ok(first) => {
                    let mut refused = Vec::new();
                    for said in std::iter::once(first).chain(said.try_iter()) {
                        match said {
                            Said::Beat => (heard, patience) = (Instant::now(), SILENCE),
                            Said::Upto(number) => self.shared.done(number),
                            Said::Refused { unix_ns, refused: one } => {
                                refused.push((unix_ns, one));
                            }
                            Said::Untold(count) | Said::Unanswered(count) => {
                                self.lost(count, self.now());
                            }
                            // Goes to who answers.
                            Said::Asks { .. } => {}
                            Said::LeftOut { place, why } => self.shared.left_out(place, why),
                        }
                    }
                    if !refused.is_empty() {
                        let exact = || self.orders.running();
                        self.orders.tell(refusals.take(refused, exact));
                    }
                }
                Err(RecvTimeoutError::Timeout) if heard.elapsed() < patience => {}
                // Both may have been stopped, or the machine slept: then it speaks now.
                Err(RecvTimeoutError::Timeout) => match said.recv_timeout(SILENCE / 7) {
                    Ok(_) => heard = Instant::now(),
                    Err(_) => break Some("it hangs".to_owned()),
                },
                Err(RecvTimeoutError::Disconnected) if self.shared.wanted_now() => {
                    break Some("it died".to_owned());
                }
                Err(RecvTimeoutError::Disconnected) => break None,
            }
            if rested.elapsed() >= REST {
                rested = Instant::now();
                self.orders.tell(refusals.rest());
            }
        };
        self.orders.tell(refusals.rest());
        farewell(&mut child);
        self.orders.unprotect(child.id());
        why
    }

    /// So many refusals or unanswered runs, or a time in which none was to be had, are not in the record.
    fn lost(&self, count: u64, from_unix_ns: u64) {
        let until_unix_ns = self.now();
        let place = "files".into();
        let cause = LossCause::NotRunning;
        let loss = Loss { cause, count, from_unix_ns, until_unix_ns, place };
        let event = Event::new(until_unix_ns, ProcessId::default(), Act::EventLoss(loss));
        self.orders.tell(vec![event]);
    }

    fn now(&self) -> u64 {
        self.clock.now_unix_ns()
    }
}

/// Ends it, if it has not ended.
fn farewell(child: &mut Child) {
    let _ = child.kill();
    let begun = Instant::now();
    while begun.elapsed() < FAREWELL && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Until the responder is gone, or nobody listens.
fn hand_on(from: &OwnedFd, to: &Sender<Said>, asks: &Sender<(u64, Run)>) {
    hurry();
    let mut room = room();
    while let Ok(Some(said)) = hear::<Said>(from, &mut room, RecvFlags::empty()) {
        let heard = match said {
            Ok(Said::Asks { number, run }) => asks.send((number, run)).is_ok(),
            Ok(said) => to.send(said).is_ok(),
            Err(error) => {
                tracing::debug!(%error, "the responder for files said something else");
                true
            }
        };
        if !heard {
            return;
        }
    }
}

/// This thread goes before others: somebody waits for what it does.
fn hurry() {
    // Refused where we may not: then it is as slow as the others.
    let _ = setpriority_process(None, URGENT);
}

/// Answers what is asked, one after the other: somebody waits for each.
fn answer(to: &OwnedFd, asked: &Receiver<(u64, Run)>, runs: &dyn Runs) {
    hurry();
    for (number, run) in asked {
        let refusal = runs.refuses(&run);
        // Who is gone has let everybody go.
        if let Err(error) = say(to, &Answered { number, refusal }) {
            tracing::debug!(%error, "the responder for files does not hear an answer");
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
