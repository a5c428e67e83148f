//! What sort of program a process runs, as far as behaviour and hand-over need it: told once at exec.

use crate::signature::{Family, Launch};

use super::endpoints::ModelEndpoints;

/// Sort of program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// Its exec was not seen.
    Unknown,
    /// A shell at a person's prompt.
    Prompt,
    /// A shell that runs one command string.
    OneLiner,
    /// A one-liner that calls a transport.
    Carrier,
    /// A shell that runs a script, from a file or its input.
    ShellScript,
    /// An interpreter at a person's prompt.
    Console,
    /// Carries a request for the program that started it (`curl`).
    Transport,
    /// Starts another program in its place (`timeout`).
    Wrapper,
    /// Only moves, shows or asks (`jq`).
    Plumbing,
    /// Talks to many hosts for a person, or is a build tool: never an agent by behaviour.
    Exempt,
    /// Any other.
    Other,
}

impl Program {
    /// The sort of what `launch` starts from `exe`, on a terminal or not.
    pub fn of(exe: &str, launch: &Launch<'_>, on_terminal: bool, known: &ModelEndpoints) -> Self {
        match launch.family {
            Some(Family::Shell) if launch.code.is_some_and(|code| known.carries(code)) => {
                Self::Carrier
            }
            Some(Family::Shell) if launch.code.is_some() => Self::OneLiner,
            Some(Family::Shell) if launch.script.is_some() || !on_terminal => Self::ShellScript,
            Some(Family::Shell) => Self::Prompt,
            _ if known.is_exempt(exe, launch) => Self::Exempt,
            _ if known.is_transport(exe) => Self::Transport,
            _ if known.is_wrapper(exe) => Self::Wrapper,
            _ if known.is_plumbing(exe) => Self::Plumbing,
            Some(Family::Java) | None => Self::Other,
            Some(_) if on_terminal && nothing_given(launch) => Self::Console,
            Some(_) => Self::Other,
        }
    }
}

impl Program {
    /// Brings a request to a model and the answer back.
    pub fn carries_requests(self) -> bool {
        matches!(self, Self::Transport | Self::Carrier)
    }
}

fn nothing_given(launch: &Launch<'_>) -> bool {
    launch.script.is_none() && launch.module.is_none() && launch.code.is_none()
}
