//! The launcher's side: chooses the way, waits for the program, passes signals on.

use std::ffi::OsString;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use event::Reach;
use nix::sys::signal::SigSet;
use nix::sys::signalfd::SignalFd;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, waitpid};

use super::alone::OwnFolder;
use super::inside::{self, Prepared};
use super::places::{self, Place, Shows};
use super::process::{self, Side};
use super::settled::{Held, Settled, settle};
use super::talk::{self, Said, Talk, Told};
use super::view::View;
use super::{Doors, Error, Launch, Report, Way, init, rooms, sockets};

/// All is given up, and the program waits for the word.
#[derive(Debug)]
pub struct Ready {
    /// How it is held.
    pub report: Report,
    /// What the proxy serves, if it is to reach the network through one.
    pub doors: Option<Doors>,
    /// Variables that the way asks for.
    pub(super) variables: Vec<(OsString, OsString)>,
    pub(super) running: Running,
}

/// The program runs.
#[derive(Debug)]
pub struct Running {
    init: Pid,
    talk: Talk,
    signals: SignalFd,
    mask: SigSet,
    held: Held,
    pub(super) own: Option<OwnFolder>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The code; 128 and the signal where one ended it.
    pub code: u8,
    /// It was never started, for this number of an error.
    pub not_run: Option<i32>,
    /// Names that are there now, which the plan would have kept from being changed had they been there before.
    pub appeared: Vec<PathBuf>,
}

/// What came of one way.
pub enum Came {
    Ready(Box<Ready>),
    Unavailable(String),
}

impl Launch {
    /// Prepares everything up to the program's first instruction. This process has to have one thread.
    pub fn prepare(&self) -> Result<Ready, Error> {
        match process::threads() {
            1 => {}
            more => return Err(Error::Threads(more)),
        }
        let mut settled = settle(&self.plan)?;
        let ways = self.way.map_or(Way::ALL.to_vec(), |way| vec![way]);
        let mut instead_of = Vec::new();
        for way in ways {
            let came = match way {
                Way::Namespaces => self.in_namespaces(&mut settled)?,
                Way::Landlock => self.alone(&mut settled)?,
            };
            match came {
                Came::Ready(mut ready) => {
                    ready.report.instead_of = instead_of;
                    return Ok(*ready);
                }
                Came::Unavailable(why) => instead_of.push(format!("{}: {why}", way.name())),
            }
        }
        Err(Error::Unavailable(instead_of.join("; ")))
    }

    fn in_namespaces(&self, settled: &mut Settled) -> Result<Came, Error> {
        let plan = places::plan_with(&settled.plan, &self.instead);
        let places = places::with_copies(places::of(&plan), &self.copied);
        let places = places::with_instead(places, &self.instead);
        let sockets = sockets::seen(&places);
        let folders = own_folders(&places);
        let view = View {
            places: &places,
            instead: &self.instead,
            sockets: &sockets,
            resolver: resolver(settled.plan.network, &places),
            folders: &folders,
            layer: self.layer.as_ref().map(|layer| (Path::new(&*settled.plan.workspace), layer)),
        };
        let flags = rooms::flags(settled.plan.network);
        let shared = settled.plan.network == Reach::Everything;
        let prepared = Prepared::of(self, &plan, &places);
        let began =
            begin(flags, |talk, mask| inside::in_namespaces(&prepared.with(mask), &view, talk))?;
        let child = match began {
            Ok(child) => child,
            Err(why) => return Ok(Came::Unavailable(why)),
        };
        if let Err(error) = rooms::map(child.init) {
            child.give_up();
            return Ok(Came::Unavailable(format!("accounts in a namespace: {error}")));
        }
        child.talk.tell(&Told::Mapped)?;
        child.until_ready(Way::Namespaces, &mut settled.held, |report| {
            if report.landlock == 0 {
                report.lacking.push("Landlock: this kernel has none".into());
            }
            if report.landlock < 6 {
                report.lacking.push("signals to the launcher's own process group".into());
                if shared {
                    report.lacking.push("abstract sockets of this host".into());
                }
            }
        })
    }
}

/// A child that is not ready yet.
pub struct Child {
    init: Pid,
    talk: Talk,
    signals: SignalFd,
    mask: SigSet,
}

/// Makes the first process, which does as it is told.
pub fn begin(
    flags: libc::c_int,
    inside: impl FnOnce(&Talk, SigSet),
) -> io::Result<Result<Child, String>> {
    let mask = SigSet::thread_get_mask()?;
    let signals = init::signals()?;
    let (talk, theirs) = talk::pair()?;
    match process::fork(flags) {
        Ok(Side::Child) => {
            drop((talk, signals));
            inside(&theirs, mask);
            process::end(1)
        }
        Ok(Side::Parent(init)) => Ok(Ok(Child { init, talk, signals, mask })),
        Err(error) => {
            mask.thread_set_mask()?;
            Ok(Err(error.to_string()))
        }
    }
}

impl Child {
    /// Ends it.
    fn give_up(self) {
        let _ = kill_process(self.init, Signal::KILL);
        let _ = waitpid(Some(self.init), WaitOptions::empty());
        let _ = self.mask.thread_set_mask();
    }

    /// Waits until all is given up; what the way lacks is added.
    pub fn until_ready(
        self,
        way: Way,
        held: &mut Held,
        complete: impl FnOnce(&mut Report),
    ) -> Result<Came, Error> {
        let mut doors = None;
        let error = loop {
            match self.talk.hear()? {
                Some(Said::Doors(open)) => doors = self::doors(open),
                Some(Said::Ready(landlock)) => {
                    let landlock = landlock.parse().unwrap_or(0);
                    let (lacking, instead_of) = Default::default();
                    let mut report = Report { way, landlock, lacking, instead_of };
                    complete(&mut report);
                    let Self { init, talk, signals, mask } = self;
                    let held = std::mem::take(held);
                    let running = Running { init, talk, signals, mask, held, own: None };
                    let variables = Vec::new();
                    return Ok(Came::Ready(Box::new(Ready { report, doors, variables, running })));
                }
                Some(Said::Unavailable(why)) => {
                    self.give_up();
                    return Ok(Came::Unavailable(why));
                }
                Some(Said::NotHeld(what)) => break Error::NotHeld(what),
                Some(Said::Failed(why)) => break Error::Failed(why),
                Some(Said::NotRun(_) | Said::Stopped | Said::Asks(_)) => {}
                None => break Error::Failed("the first process ended".into()),
            }
        };
        self.give_up();
        Err(error)
    }
}

impl Ready {
    /// Starts the program, with these variables changed.
    pub fn go(mut self, mut variables: Vec<(OsString, OsString)>) -> Result<Running, Error> {
        variables.append(&mut self.variables);
        self.running.talk.tell(&Told::Go(variables))?;
        Ok(self.running)
    }
}

impl Running {
    /// Waits for its end. Signals that somebody sends to this process are the program's; when it stops, this stops.
    pub fn wait(self) -> io::Result<Ended> {
        let mut not_run = None;
        let mut talks = true;
        let ended = loop {
            let mut ready = [
                PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(self.talk.as_fd(), PollFlags::IN),
            ];
            let ready = if talks { &mut ready[..] } else { &mut ready[..1] };
            rustix::io::retry_on_intr(|| poll(ready, None))?;
            let spoke = ready.get(1).is_some_and(|talk| !talk.revents().is_empty());
            if spoke {
                match self.talk.hear()? {
                    Some(Said::NotRun(error)) => not_run = Some(error),
                    Some(Said::Stopped) => kill_process(getpid(), Signal::STOP)?,
                    Some(_) => {}
                    None => talks = false,
                }
            }
            self.pass_on()?;
            if let Some((_, status)) = waitpid(Some(self.init), WaitOptions::NOHANG)? {
                break status;
            }
        };
        // What was said last.
        while let (true, Ok(Some(said))) = (talks, self.talk.hear()) {
            if let Said::NotRun(error) = said {
                not_run = Some(error);
            }
        }
        self.mask.thread_set_mask()?;
        let (code, appeared) = (code(status_of(ended)), self.held.appeared());
        Ok(Ended { code, not_run, appeared })
    }

    fn pass_on(&self) -> io::Result<()> {
        while let Some(signal) = self.signals.read_signal()? {
            match init::number(&signal) {
                Some(Signal::CHILD) | None => {}
                Some(number) if init::was_sent(&signal) => {
                    let _ = kill_process(self.init, number);
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn status_of(status: WaitStatus) -> (Option<i32>, Option<i32>) {
    (status.exit_status(), status.terminating_signal())
}

fn code((exited, killed): (Option<i32>, Option<i32>)) -> u8 {
    let code = exited.or(killed.map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

fn doors(open: Vec<OwnedFd>) -> Option<Doors> {
    let mut open = open.into_iter();
    let proxy = TcpListener::from(open.next()?);
    let names = open.next().zip(open.next());
    let names = names.map(|(udp, tcp)| (UdpSocket::from(udp), tcp.into()));
    Some(Doors { proxy, names, plain: open.map(TcpListener::from).collect() })
}

/// Folders that programs look for in those of a launch's own.
fn own_folders(places: &[Place]) -> Vec<PathBuf> {
    let run =
        places.iter().any(|place| place.path == Path::new("/run") && place.shows == Shows::Own);
    let user = rustix::process::geteuid().as_raw();
    if run { vec!["/run/lock".into(), format!("/run/user/{user}").into()] } else { Vec::new() }
}

/// Where the resolver's file is, and what it is to say: who answers inside, or what it says outside where its folder is
/// not the host's.
fn resolver(reach: Reach, places: &[Place]) -> Option<(PathBuf, String)> {
    let file = std::fs::canonicalize("/etc/resolv.conf").ok()?;
    if reach == Reach::Proxy {
        return Some((file, "nameserver 127.0.0.1\n".into()));
    }
    let around = places.iter().rev().find(|place| file.starts_with(&place.path))?;
    let text = std::fs::read_to_string(&file).ok()?;
    (around.shows == Shows::Own).then_some((file, text))
}
