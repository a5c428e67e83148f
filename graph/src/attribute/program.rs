//! What sort of program a process runs, as far as behaviour and hand-over need it: told once at exec.

use crate::signature::{Family, Launch};

/// Sort of program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// Its exec was not seen.
    Unknown,
    /// A shell at a person's prompt.
    Prompt,
    /// A shell that runs one command string.
    OneLiner,
    /// A shell that runs a script, from a file or its input.
    ShellScript,
    /// An interpreter at a person's prompt.
    Console,
    /// Any other.
    Other,
}

impl Program {
    /// The sort of what `launch` starts, on a terminal or not.
    pub fn of(launch: &Launch<'_>, on_terminal: bool) -> Self {
        match launch.family {
            Some(Family::Shell) if launch.code.is_some() => Self::OneLiner,
            Some(Family::Shell) if launch.script.is_some() || !on_terminal => Self::ShellScript,
            Some(Family::Shell) => Self::Prompt,
            Some(Family::Java) | None => Self::Other,
            Some(_) if on_terminal && nothing_given(launch) => Self::Console,
            Some(_) => Self::Other,
        }
    }
}

fn nothing_given(launch: &Launch<'_>) -> bool {
    launch.script.is_none() && launch.module.is_none() && launch.code.is_none()
}
