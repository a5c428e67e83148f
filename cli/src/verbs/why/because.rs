//! What matched, in words: a rule names fields, a person reads sentences.

use event::show::{brief, plain};

/// Longest value that is shown.
const WIDTH: usize = 120;

/// Why a rule matched. `tool` is the command of the tool call, where it is known.
pub fn because(field: &str, value: &str, tool: Option<&str>) -> String {
    if field == "ToolCall" {
        return match tool.filter(|command| !command.is_empty()) {
            Some(command) => format!("a tool call of the agent did it: `{}`", brief(command, 100)),
            None => "a tool call of the agent did it".into(),
        };
    }
    if let Some((_, _, words)) =
        SAID.iter().find(|(name, said, _)| (*name, *said) == (field, value))
    {
        return (*words).into();
    }
    let value = match field {
        // A process is `pid@start`, of which a person knows the pid.
        "Process" => value.split('@').next().unwrap_or(value).to_owned(),
        "Protocol" => value.to_uppercase(),
        "SecretKind" | "Caveats" | "LossCause" => value.replace('_', " "),
        "Container" => value.chars().take(12).collect(),
        _ => value.to_owned(),
    };
    let value = brief(&value, WIDTH);
    match SENTENCES.iter().find(|(name, _)| *name == field) {
        Some((_, words)) => words.replace("{}", &value),
        None => match field.strip_prefix('a').filter(|rest| rest.parse::<u8>().is_ok()) {
            Some(number) => format!("argument {number} is `{value}`"),
            // A field of a later version, or of nobody.
            None => format!("{} is {value}", plain(field)),
        },
    }
}

/// Values that have a sentence of their own: field, value, words.
const SAID: &[(&str, &str, &str)] = &[
    ("Uid", "0", "it runs as root"),
    ("Euid", "0", "it acts as root"),
    ("AgentKind", "agent", "an AI agent did it"),
    ("AgentKind", "editor", "an agent inside an editor did it"),
    ("AgentKind", "tool_server", "a tool server of an agent did it"),
    ("AgentKind", "workload", "a workload that asks a model did it"),
    (
        "AgentKind",
        "undeclared",
        "a program that behaves like an agent, and is not known as one, did it",
    ),
    ("Attribution", "lineage", "the agent started it, or what started it"),
    ("Attribution", "adopted", "it ran under the agent when the agent was recognised"),
    ("Attribution", "handed_over", "the agent had a service start it"),
    ("Attribution", "behaviour", "it behaves like an agent"),
    ("Attribution", "provisional", "it looks like an agent, which is not yet confirmed"),
    ("InWorkspace", "true", "it is in the directory that the agent works in"),
    ("InWorkspace", "false", "it is outside the directory that the agent works in"),
    ("Anonymous", "true", "the program is only in memory, not in a file"),
    ("Anonymous", "false", "the program is a file"),
    ("Elevated", "true", "the program runs with more rights than who started it"),
    ("Elevated", "false", "the program runs with the rights of who started it"),
    ("Tty", "true", "it has a terminal"),
    ("Tty", "false", "it has no terminal"),
    ("StandardInput", "nothing", "it reads no input"),
    ("StandardInput", "pipe", "its input comes through a pipe"),
    ("StandardInput", "socket", "its input comes from the network or a socket"),
    ("StandardInput", "terminal", "its input is a terminal"),
    ("StandardInput", "file", "its input is a file"),
    ("FirstTimeProgram", "true", "this agent had not run the program before"),
    ("FirstTimeProgram", "false", "this agent had run the program before"),
    ("FirstTimeHost", "true", "this agent had not talked to the host before"),
    ("FirstTimeHost", "false", "this agent had talked to the host before"),
    ("Access", "read", "it was opened to be read"),
    ("Access", "write", "it was opened to be written"),
    ("Access", "read_write", "it was opened to be read and written"),
    ("Access", "path", "it was only looked up"),
    ("SetId", "true", "whoever runs the file gets its owner's rights"),
    ("SetId", "false", "whoever runs the file keeps their own rights"),
    ("Error", "0", "it was allowed"),
    ("Initiated", "true", "it opened the connection"),
    ("Initiated", "false", "the other side opened the connection"),
    ("SourceScope", "any", "it listens on every address of this host"),
    ("DestinationScope", "loopback", "the other side is on this host"),
    ("DestinationScope", "private", "the other side is in a private network"),
    ("DestinationScope", "link_local", "the other side is on the same link"),
    ("DestinationScope", "metadata", "the other side is a cloud's metadata service"),
    ("DestinationScope", "multicast", "it goes to a group of hosts"),
    ("DestinationScope", "public", "the other side is on the internet"),
    ("DestinationScope", "unix", "it is a local socket"),
    ("DestinationScope", "any", "the other side is any address of this host"),
    ("TargetIs", "own", "the other process is its own"),
    ("TargetIs", "session", "the other process is of the same session"),
    ("TargetIs", "other_session", "the other process is of another session"),
    ("TargetIs", "other_agent", "the other process is the agent of another session"),
    ("TargetIs", "nobody", "the other process is a person's or the system's"),
    ("TargetIs", "chaperone", "the other process is Chaperone"),
    ("TargetIs", "everybody", "it goes to every process"),
    ("Signal", "1", "the signal is SIGHUP (1)"),
    ("Signal", "2", "the signal is SIGINT (2)"),
    ("Signal", "9", "the signal is SIGKILL (9)"),
    ("Signal", "15", "the signal is SIGTERM (15)"),
    ("Signal", "19", "the signal is SIGSTOP (19)"),
    ("Direction", "read", "it read from a pipe"),
    ("Direction", "write", "it wrote into a pipe"),
    ("success", "yes", "it succeeded"),
    ("success", "no", "it was refused"),
    ("EventType", "process_exec", "a program was started"),
    ("EventType", "process_clone", "a process was forked"),
    ("EventType", "process_exit", "a process ended"),
    ("EventType", "file_open", "a file was opened"),
    ("EventType", "file_create", "a file was made"),
    ("EventType", "file_write", "a file was written"),
    ("EventType", "file_rename", "a file was renamed"),
    ("EventType", "file_unlink", "a file was removed"),
    ("EventType", "file_chmod", "a file's mode was changed"),
    ("EventType", "file_chown", "a file's owner was changed"),
    ("EventType", "file_symlink", "a symbolic link was made"),
    ("EventType", "file_link", "a file was given a second name"),
    ("EventType", "file_truncate", "a file was cut"),
    ("EventType", "network_connect", "a connection was opened"),
    ("EventType", "network_accept", "a connection was taken"),
    ("EventType", "network_bind", "a port was taken"),
    ("EventType", "network_listen", "a port was listened on"),
    ("EventType", "network_send", "something was sent"),
    ("EventType", "network_close", "a connection ended"),
    ("EventType", "dns_query", "a name was asked for"),
    ("EventType", "dns_answer", "a name was answered"),
    ("EventType", "tls_client_hello", "an encrypted connection was begun"),
    ("EventType", "ptrace", "another process was taken hold of"),
    ("EventType", "signal", "a signal was sent"),
    ("EventType", "mount", "a file system was mounted"),
    ("EventType", "credential_change", "a process changed its rights"),
    ("EventType", "module_load", "a kernel module was loaded"),
    ("EventType", "bpf_prog_load", "a BPF program was loaded"),
    ("EventType", "memfd_create", "a file in memory was made"),
    ("EventType", "io_uring_setup", "an io_uring was set up"),
    ("EventType", "pipe_use", "a pipe was used"),
    ("EventType", "event_loss", "events were lost"),
];

/// The sentence of each field, with its value in it.
const SENTENCES: &[(&str, &str)] = &[
    ("EventType", "it is `{}`"),
    ("Time", "it happened at {}"),
    ("Image", "the program is {}"),
    ("CommandLine", "the command is `{}`"),
    ("ParentImage", "it was started by {}"),
    ("ParentCommandLine", "it was started by `{}`"),
    ("CurrentDirectory", "it works in {}"),
    ("User", "it runs as {}"),
    ("Uid", "its user number is {}"),
    ("Gid", "its group number is {}"),
    ("Euid", "it acts with user number {}"),
    ("ProcessId", "its pid is {}"),
    ("ParentProcessId", "its parent's pid is {}"),
    ("Process", "its pid is {}"),
    ("Agent", "the agent is {}"),
    ("AgentKind", "the agent is of the kind {}"),
    ("AgentId", "an agent did it"),
    ("Session", "a session of the agent did it"),
    ("ToolCall", "a tool call of the agent did it"),
    ("Attribution", "it is known to be the agent's by {}"),
    ("Workspace", "the agent works in {}"),
    ("InWorkspace", "whether it is in the directory that the agent works in: {}"),
    ("Lineage", "{} is among what led to it"),
    ("LineageCommandLine", "`{}` is among what led to it"),
    ("SecretKind", "there is a secret in it: {}"),
    ("Count", "it happened {} times"),
    ("Caveats", "of how it was seen: {}"),
    ("ScriptPath", "the script is {}"),
    ("Argument", "an argument is `{}`"),
    ("Environment", "its environment has {}"),
    ("Hashes", "the program's content is known: {}"),
    ("Anonymous", "whether the program is only in memory: {}"),
    ("Elevated", "whether the program runs with more rights than who started it: {}"),
    ("Tty", "whether it has a terminal: {}"),
    ("StandardInput", "its input is {}"),
    ("Container", "it runs in the container {}"),
    ("FirstTimeProgram", "whether this agent ran the program for the first time: {}"),
    ("FirstTimeHost", "whether this agent talked to the host for the first time: {}"),
    ("TargetFilename", "the file is {}"),
    ("SourceFilename", "the other name is {}"),
    ("Access", "it was opened for {}"),
    ("Mode", "the mode is now {}"),
    ("SetId", "whether the file gives its owner's rights: {}"),
    ("Bytes", "{} bytes were written"),
    ("Error", "it was refused (error {})"),
    ("NewUid", "the new user number is {}"),
    ("NewGid", "the new group number is {}"),
    ("OldUid", "the user number was {}"),
    ("OldEuid", "it acted with user number {}"),
    ("NewEuid", "it acts with user number {} now"),
    ("CapabilitiesGained", "it gained {}"),
    ("Protocol", "it goes over {}"),
    ("Initiated", "whether it opened the connection: {}"),
    ("SourceIp", "its own address is {}"),
    ("SourcePort", "its own port is {}"),
    ("SourceScope", "its own address is of the kind {}"),
    ("DestinationIp", "the other side's address is {}"),
    ("DestinationPort", "the other side's port is {}"),
    ("DestinationHostname", "the other side is {}"),
    ("DestinationScope", "the other side is of the kind {}"),
    ("SocketPath", "the socket is {}"),
    ("BytesSent", "{} bytes were sent"),
    ("BytesReceived", "{} bytes were received"),
    ("PeerProcessId", "the other side is the process with pid {}"),
    ("QueryName", "the name is {}"),
    ("QueryType", "records of type {} were asked for"),
    ("QueryResults", "the answer has {}"),
    ("QueryStatus", "the answer's status is {}"),
    ("TargetProcessId", "the other process has pid {}"),
    ("TargetIs", "the other process is {}"),
    ("TargetImage", "the other process's program is {}"),
    ("TargetCommandLine", "the other process's command is `{}`"),
    ("TargetUser", "the other process runs as {}"),
    ("TargetAgent", "the other process is of the agent {}"),
    ("TargetSession", "the other process is of an agent's session"),
    ("Signal", "the signal is {}"),
    ("PtraceRequest", "the ptrace request is number {}"),
    ("ExitCode", "it ended with status {}"),
    ("DurationMs", "it ran {} ms"),
    ("MountSource", "what was mounted is {}"),
    ("MountTarget", "it was mounted on {}"),
    ("MountFs", "the file system is {}"),
    ("MountFlags", "the mount flags are {}"),
    ("ProgramType", "the BPF program is of type {}"),
    ("ProgramName", "the BPF program is named {}"),
    ("Entries", "the ring has {} entries"),
    ("Pipe", "the pipe is number {}"),
    ("Direction", "the pipe was used to {}"),
    ("LossCause", "the cause is: {}"),
    ("LossCount", "{} events were lost"),
    ("LossPlace", "they were lost at {}"),
    ("keywords", "it has `{}` in it"),
    ("type", "auditd would write {}"),
    ("SYSCALL", "the system call is {}"),
    ("exe", "the program is {}"),
    ("comm", "the program's short name is {}"),
    ("uid", "its user number is {}"),
    ("gid", "its group number is {}"),
    ("euid", "it acts with user number {}"),
    ("pid", "its pid is {}"),
    ("ppid", "its parent's pid is {}"),
    ("cwd", "it works in {}"),
    ("name", "the file is {}"),
    ("nametype", "the file's part in it is {}"),
    ("argc", "the command has {} words"),
    ("success", "whether it succeeded: {}"),
    ("tty", "its terminal is {}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: &str, value: &str, expect: &str) {
        assert_eq!(because(field, value, Some("make test")), expect, "{field}");
    }

    #[test]
    fn ids_and_names_of_fields_become_words() {
        let id = "0190b3a4-77f1-7cc3-98c4-dc0c0c07398f";
        check("ToolCall", id, "a tool call of the agent did it: `make test`");
        assert_eq!(because("ToolCall", id, None), "a tool call of the agent did it");
        check("Session", id, "a session of the agent did it");
        check("AgentKind", "agent", "an AI agent did it");
        check("InWorkspace", "false", "it is outside the directory that the agent works in");
        check("Process", "12@3456", "its pid is 12");
        check("a3", "-rf", "argument 3 is `-rf`");
        check("Later", "thing", "Later is thing");
        check("CommandLine", "x\u{1b}[2J", "the command is `x\\u{1b}[2J`");
    }

    #[test]
    fn every_field_that_a_rule_may_name_has_a_sentence() {
        for name in detect::field::Field::names(true).chain(["keywords"]) {
            assert!(SENTENCES.iter().any(|(known, _)| *known == name), "{name}");
        }
        let fields = SAID.iter().map(|(field, ..)| field);
        let known = |name: &&str| SENTENCES.iter().any(|(known, _)| known == name);
        assert!(fields.clone().all(known), "{:?}", fields.collect::<Vec<_>>());
    }
}
