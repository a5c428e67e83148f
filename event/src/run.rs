//! A program that an agent is about to run: what is known of it while its caller waits, and who says whether it may.

use serde::{Deserialize, Serialize};

use crate::{Effect, Label, ProcessId, Text};

/// A run that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Who is about to become the program; its start as procfs has it, to a hundredth of a second.
    pub process: ProcessId,
    /// The session it belongs to.
    pub label: Label,
    /// The program that it was until now, by its path; empty where it has its own view of the files.
    pub by: Text,
    /// The program, by its path as the caller's mounts have it.
    pub program: Text,
    /// The script that it is to interpret, as the caller named it.
    pub script: Option<Text>,
    /// The arguments of the call, a name first. May hold secrets.
    pub arguments: Vec<Text>,
    /// The working directory.
    pub folder: Text,
    /// Not all arguments could be read, or there were too many.
    pub cut: bool,
}

/// Why a run does not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRefusal {
    /// What is done about it.
    pub effect: Effect,
    /// Because of which policy.
    pub policy: Text,
    /// One sentence for who wanted it.
    pub reason: Text,
    /// The arguments as one would write them in a shell, without secrets.
    pub command_line: Text,
}

/// Who is asked about runs; from one thread, and quickly: somebody waits.
pub trait Runs: Send + Sync {
    /// Why it may not happen; none: it goes on.
    fn refuses(&self, run: &Run) -> Option<RunRefusal>;
}

/// Everything may run: where nobody decides.
#[derive(Clone, Copy, Debug, Default)]
pub struct EveryRun;

impl Runs for EveryRun {
    fn refuses(&self, _: &Run) -> Option<RunRefusal> {
        None
    }
}
