//! What this kernel would deny for us: a program is loaded, attached, and a harmless act of our own must
//! fail. That a program loads, or that a list names its hook, proves nothing.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;

use super::load;
use super::needs::LoadReport;
use crate::settings::Settings;

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
pub fn lsm_denied(settings: &Settings) -> Denial {
    let tried = load::with_alone(settings, "deny_socket", |program| {
        let _link = program.attach()?;
        Ok(UnixDatagram::unbound().map(drop))
    });
    verdict(tried)
}

/// Whether a program at the root control group denies: by the connection of a datagram socket to
/// ourselves, which sends nothing.
pub fn connections_denied(settings: &Settings) -> Denial {
    let Some(group) = load::root_cgroup() else {
        return Denial::Refused("no cgroup2 file system is mounted".into());
    };
    let directory = match std::fs::File::open(group) {
        Ok(directory) => directory,
        Err(error) => return Denial::Refused(error.to_string()),
    };
    let tried = load::with_alone(settings, "deny_connect", |program| {
        let _link = program.attach_cgroup(directory.as_raw_fd())?;
        Ok(UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.connect("127.0.0.1:9")))
    });
    verdict(tried)
}

fn verdict(tried: libbpf_rs::Result<Result<(), Error>>) -> Denial {
    match tried {
        Ok(Err(error)) if error.kind() == ErrorKind::PermissionDenied => Denial::Works,
        Ok(Ok(())) => Denial::NeverCalled,
        Ok(Err(error)) => Denial::Refused(format!("the known act failed otherwise: {error}")),
        Err(error) => Denial::Refused(error.to_string()),
    }
}
