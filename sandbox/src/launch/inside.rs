//! The child's side: gives everything up, says so, and becomes the program.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use event::{FileAccess, Reach, SandboxPlan};
use nix::sys::signal::SigSet;
use rustix::process::set_parent_process_death_signal;
use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior};

use super::asked::{self, Judge};
use super::forbidden::{self, Sockets};
use super::given_up::{self, Ports, Rule};
use super::init::{self, Kin};
use super::places::{Place, Shows};
use super::process::{self, Side};
use super::siblings::Rules;
use super::talk::{self, Said, Talk, Told};
use super::view::View;
use super::{Launch, rooms, tried};

/// What was prepared outside.
pub struct Prepared<'l> {
    pub launch: &'l Launch,
    /// The plan, by places without links.
    pub plan: &'l SandboxPlan,
    pub places: &'l [Place],
    /// Signals that the launcher was told to hold back.
    mask: SigSet,
}

impl<'l> Prepared<'l> {
    pub fn of(launch: &'l Launch, plan: &'l SandboxPlan, places: &'l [Place]) -> Self {
        Self { launch, plan, places, mask: SigSet::empty() }
    }

    pub fn with(self, mask: SigSet) -> Self {
        Self { mask, ..self }
    }
}

/// First version of Landlock that knows of files cut short.
const FILES: i32 = 3;
/// First one that knows ports.
const PORTS: i32 = 4;

/// The first process in namespaces of its own.
pub fn in_namespaces(all: &Prepared<'_>, view: &View<'_>, talk: &Talk) -> ! {
    if let Err(said) = set_up(all, view, talk) {
        let _ = talk.say(&said);
        process::end(1);
    }
    let rules: Vec<(PathBuf, FileAccess)> = all.places.iter().filter_map(rule).collect();
    // What is changed there is no file of the host's.
    let copies = all.places.iter().filter(|place| place.shows == Shows::Copy);
    let copies: Vec<String> = copies.map(|place| place.path.display().to_string()).collect();
    start(all, talk, Kin::EndByThemselves, None, &copies, |_, program| {
        let rules: Vec<Rule<'_>> = rules.iter().map(|(path, access)| (&**path, *access)).collect();
        let landlock = given_up::files(&rules, Ports::Free).map_err(failed("Landlock"))?;
        forbidden::forbid(Sockets::All).map_err(failed("seccomp"))?;
        program(landlock)
    })
}

/// What is held without namespaces.
pub struct Alone<'l> {
    /// What Landlock allows.
    pub rules: &'l Rules,
    /// Where the proxy listens.
    pub proxy: Option<u16>,
    /// By what the rest is decided, if somebody is to be asked.
    pub judge: Option<Judge>,
    /// A folder of the launch's own.
    pub own: &'l Path,
}

/// Without namespaces: what is allowed is all that there is, and what somebody outside does when asked.
pub fn alone(all: &Prepared<'_>, how: &Alone<'_>, talk: &Talk) -> ! {
    let network = all.plan.network;
    let asks = how.judge.as_ref();
    start(all, talk, Kin::MustBeEnded, asks, &how.rules.lacking, |desk, program| {
        let rules: Vec<Rule<'_>> =
            how.rules.rules.iter().map(|(path, access)| (&**path, *access)).collect();
        let ports = Ports::shared(network, how.proxy);
        let landlock = given_up::files(&rules, ports).map_err(failed("Landlock"))?;
        let needed = if network == Reach::Proxy { PORTS } else { FILES };
        if landlock < needed {
            let found = match landlock {
                0 => "this kernel has no Landlock".to_owned(),
                found => format!("Landlock has version {found} here, and {needed} is needed"),
            };
            return Err(Said::Unavailable(found));
        }
        let sockets = match network {
            Reach::Nothing => Sockets::Pairs,
            Reach::Proxy => Sockets::Streams,
            Reach::Everything => Sockets::Network,
        };
        forbidden::forbid(sockets).map_err(failed("seccomp"))?;
        if let Some(judge) = asks {
            ask(judge, desk, how.own).map_err(|error| {
                Said::Unavailable(format!("nobody outside can be asked about calls: {error}"))
            })?;
        }
        program(landlock)
    })
}

/// From now on somebody is asked, who can see what is meant.
fn ask(judge: &Judge, desk: &Talk, own: &Path) -> io::Result<()> {
    desk.say(&Said::Asks(asked::ask(judge)?))?;
    std::fs::set_permissions(own, std::fs::metadata(own)?.permissions())
}

fn set_up(all: &Prepared<'_>, view: &View<'_>, talk: &Talk) -> Result<(), Said> {
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(failed("the end with the launcher"))?;
    match talk.listen() {
        Ok(Told::Mapped) => {}
        _ => process::end(1),
    }
    // Nobody inside reads this process, which is not given up.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("memory of its own"))?;
    view.enter().map_err(|(what, error)| {
        let text = format!("{what}: {error}");
        // A host that gives a namespace and keeps its rights says so first here.
        match (what.as_str(), error.raw_os_error()) {
            ("a view of its own", _) | (_, Some(libc::EPERM | libc::ENOSYS)) => {
                Said::Unavailable(text)
            }
            _ => Said::Failed(text),
        }
    })?;
    let doors = rooms::network(all.plan.network)
        .map_err(|error| Said::Unavailable(format!("a network of its own: {error}")))?;
    if let Some(doors) = doors {
        let mut open = vec![doors.proxy.into()];
        if let Some((packets, streams)) = doors.names {
            open.extend([packets.into(), streams.into()]);
        }
        open.extend(doors.plain.into_iter().map(Into::into));
        talk.say(&Said::Doors(open)).map_err(failed("the doors"))?;
    }
    Ok(())
}

/// What Landlock is told of a place that is seen.
fn rule(place: &Place) -> Option<(PathBuf, FileAccess)> {
    let access = match place.shows {
        Shows::Host(access) => access,
        Shows::Own | Shows::Devices | Shows::Copy => FileAccess::Change,
        Shows::Processes | Shows::Instead => FileAccess::Read,
        // The folders on the way to what is there are listed, and hold nothing else.
        Shows::Nothing if place.path == Path::new("/") => FileAccess::Read,
        Shows::Nothing => return None,
    };
    Some((place.path.clone(), access))
}

/// Makes the program's process, which gives up what `confine` says, and watches over it.
fn start(
    all: &Prepared<'_>,
    talk: &Talk,
    kin: Kin,
    judge: Option<&Judge>,
    lacking: &[String],
    confine: impl FnOnce(&Talk, &dyn Fn(i32) -> Result<(), Said>) -> Result<(), Said>,
) -> ! {
    let ready = (|| {
        if kin == Kin::MustBeEnded {
            set_parent_process_death_signal(Some(Signal::KILL))?;
            rustix::process::set_child_subreaper(rustix::process::Pid::from_raw(1))?;
        }
        let (signals, desk) = (init::signals()?, talk::pair()?);
        Ok((process::fork(0)?, signals, desk))
    })();
    let ready: Result<_, std::io::Error> = ready;
    match ready {
        Ok((Side::Parent(program), signals, (desk, asks))) => {
            drop(asks);
            if let Some(judge) = judge.cloned() {
                let answer = std::thread::Builder::new().name("asked".into());
                // Without it whoever asks is refused.
                let _ = answer.spawn(move || asked::answer(&desk, judge));
            }
            init::serve(program, &signals, talk, kin)
        }
        Ok((Side::Child, signals, (desk, asks))) => {
            drop((signals, desk));
            let held = (|| {
                set_parent_process_death_signal(Some(Signal::KILL)).map_err(failed("its end"))?;
                given_up::rights().map_err(failed("rights"))?;
                confine(&asks, &|landlock| become_program(all, lacking, landlock, talk))
            })();
            if let Err(said) = held {
                let _ = talk.say(&said);
            }
            process::end(1)
        }
        Err(error) => {
            let _ = talk.say(&failed("a process")(error));
            process::end(1)
        }
    }
}

/// Tries what must not work, waits for the word, and becomes the program.
fn become_program(
    all: &Prepared<'_>,
    lacking: &[String],
    landlock: i32,
    talk: &Talk,
) -> Result<(), Said> {
    tried::all(all.plan, all.places, lacking).map_err(Said::NotHeld)?;
    let folder = &all.launch.folder;
    std::env::set_current_dir(folder).map_err(|error| {
        let folder = folder.display().to_string();
        Said::Failed(format!("`{}`: {error}", event::show::brief(&folder, 200)))
    })?;
    talk.say(&Said::Ready(landlock.to_string())).map_err(failed("the word"))?;
    let Ok(Told::Go(variables)) = talk.listen() else { process::end(1) };
    // The launcher's own signals are not the program's.
    all.mask.thread_set_mask().map_err(failed("signals"))?;
    let none = OsString::new();
    let (program, arguments) = all.launch.program.split_first().unwrap_or((&none, &[]));
    let error = Command::new(program).args(arguments).envs(variables).exec();
    Err(Said::NotRun(error.raw_os_error().unwrap_or(libc::EINVAL)))
}

fn failed<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> Said {
    move |error| Said::Failed(format!("{what}: {error}"))
}
