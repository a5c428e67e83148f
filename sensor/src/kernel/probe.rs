//! What this kernel would deny for us: a program is loaded, attached, and a harmless act of our own must
//! fail. That a program loads, or that a list names its hook, proves nothing.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::mem::MaybeUninit;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;

use libbpf_rs::ProgramMut;
use libbpf_rs::skel::{OpenSkel, Skel, SkelBuilder};

use super::needs::LoadReport;
use super::skeleton::ProbeSkelBuilder;
use super::{load, syscalls};

/// What came of a try to deny.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "why")]
pub enum Denial {
    /// Our act was denied.
    Works,
    /// Loaded and attached, and our act went through: the hook is never asked.
    NeverCalled,
    /// The kernel refused the program.
    Refused(String),
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Works => write!(f, "denies: a known act was refused"),
            Self::NeverCalled => write!(f, "attached but never called"),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// What a host allows, in one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Tier {
    /// All acts are seen, and the kernel would deny any.
    A,
    /// All acts are seen; some could be denied before their effect.
    B,
    /// Processes are polled.
    C,
}

impl Tier {
    /// By what was tried: the sensor's load, if it came to one, and a denial.
    pub fn of(sensor: Option<&LoadReport>, lsm: &Denial) -> Self {
        match (sensor, lsm) {
            (None, _) => Self::C,
            (Some(_), Denial::Works) => Self::A,
            (Some(_), Denial::NeverCalled | Denial::Refused(_)) => Self::B,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Whether an LSM program denies: by the creation of a Unix socket.
pub fn lsm_denied() -> Denial {
    let tried = with_loaded("deny_socket", |program| {
        let _link = program.attach()?;
        Ok(UnixDatagram::unbound().map(drop))
    });
    verdict(tried)
}

/// Whether a program at the root control group denies: by the connection of a datagram socket to
/// ourselves, which sends nothing.
pub fn connections_denied() -> Denial {
    let Some(group) = load::root_cgroup() else {
        return Denial::Refused("no cgroup2 file system is mounted".into());
    };
    let directory = match std::fs::File::open(group) {
        Ok(directory) => directory,
        Err(error) => return Denial::Refused(error.to_string()),
    };
    let tried = with_loaded("deny_connect", |program| {
        let _link = program.attach_cgroup(directory.as_raw_fd())?;
        Ok(UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.connect("127.0.0.1:9")))
    });
    verdict(tried)
}

/// Whether the kernel takes programs at functions at all.
pub fn try_functions() -> Result<(), String> {
    with_loaded("at_function", |_| Ok(())).map_err(|error| error.to_string())
}

/// Loads one program of `bpf/probe.bpf.c` alone, for this thread, and does something with it.
fn with_loaded<T>(
    name: &str,
    act: impl FnOnce(&ProgramMut<'_>) -> libbpf_rs::Result<T>,
) -> libbpf_rs::Result<T> {
    load::log_libbpf();
    let mut place = MaybeUninit::uninit();
    let mut open = ProbeSkelBuilder::default().open(&mut place)?;
    if let Some(rodata) = open.maps.rodata_data.as_mut() {
        rodata.prober = u64::from(std::process::id()) << 32
            | u64::from(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs());
    }
    let function = syscalls::NATIVE.first().map(|call| call.function.to_owned());
    open.progs.at_function.set_attach_target(0, function)?;
    for mut program in open.open_object_mut().progs_mut() {
        let wanted = program.name() == name;
        program.set_autoload(wanted);
    }
    let mut skel = open.load()?;
    let program = skel.object_mut().progs_mut().find(|program| program.name() == name);
    act(&program.ok_or_else(|| Error::other("not in the object"))?)
}

fn verdict(tried: libbpf_rs::Result<Result<(), Error>>) -> Denial {
    match tried {
        Ok(Err(error)) if error.kind() == ErrorKind::PermissionDenied => Denial::Works,
        Ok(Ok(())) => Denial::NeverCalled,
        Ok(Err(error)) => Denial::Refused(format!("the known act failed otherwise: {error}")),
        Err(error) => Denial::Refused(error.to_string()),
    }
}
