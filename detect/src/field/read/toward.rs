//! Fields of acts upon other processes and of changed rights.

use event::{Act, Attributed};

use super::{Take, Value, process};
use crate::field::Field;

pub fn target_pid(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::Ptrace(toward) | Act::Signal(toward) => {
            take(Value::Number(toward.target.pid.into()));
        }
        Act::ProcessClone(forked) => take(Value::Number(forked.child.pid.into())),
        _ => {}
    }
}

/// Of the target, as far as attribution knew it.
pub fn whom(field: Field, act: &Attributed, take: Take<'_>) {
    let (Act::Ptrace(toward) | Act::Signal(toward)) = &act.event.act else { return };
    let Some(whom) = &toward.whom else { return };
    let known = !whom.exe.is_empty() || !whom.command_line.is_empty();
    match field {
        Field::TargetIs => take(Value::Fixed(whom.relation.name())),
        Field::TargetImage => process::some(&whom.exe, take),
        Field::TargetCommandLine => process::some(&whom.command_line, take),
        Field::TargetUser if known => process::name_of(&whom.user, take),
        Field::TargetAgent => whom.agent.iter().for_each(|agent| take(Value::Shared(agent))),
        Field::TargetSession => {
            whom.session.iter().for_each(|session| take(Value::Text(&session.to_string())));
        }
        _ => {}
    }
}

pub fn ptrace_request(act: &Attributed, take: Take<'_>) {
    if let Act::Ptrace(toward) = &act.event.act {
        take(Value::Number(toward.what.into()));
    }
}

pub fn signal(act: &Attributed, take: Take<'_>) {
    let number = match &act.event.act {
        Act::Signal(toward) => toward.what,
        Act::ProcessExit(exit) if exit.signal != 0 => exit.signal.into(),
        _ => return,
    };
    take(Value::Text(&number.to_string()));
    let name = usize::try_from(number).ok().and_then(|number| SIGNALS.get(number));
    if let Some(name) = name {
        take(Value::Fixed(name));
    }
}

const SIGNALS: [&str; 32] = [
    "SIG0",
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

pub fn ids_of_change(field: Field, act: &Attributed, take: Take<'_>) {
    let Act::CredentialChange(change) = &act.event.act else { return };
    take(Value::Number(f64::from(match field {
        Field::OldUid => change.from.uid,
        Field::OldEuid => change.from.euid,
        _ => change.to.euid,
    })));
}

pub fn capabilities_gained(act: &Attributed, take: Take<'_>) {
    let Act::CredentialChange(change) = &act.event.act else { return };
    let gained = change.capabilities.1 & !change.capabilities.0;
    for (bit, name) in CAPABILITIES.iter().enumerate() {
        if gained >> bit & 1 == 1 {
            take(Value::Fixed(name));
        }
    }
}

/// `linux/capability.h`, in order of their numbers.
const CAPABILITIES: [&str; 41] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];
