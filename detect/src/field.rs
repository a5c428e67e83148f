//! The one table of the fields that rules may name: which events carry them and what they hold.
//! `README.md` says the same for people; a test compares the two.

pub mod read;

use crate::kind::Kinds;

/// What a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// At most one text.
    Text,
    /// Any number of texts.
    List,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
}

macro_rules! fields {
    ($( $group:ident: $( $name:literal $field:ident $shape:ident $kinds:literal; )* )*) => {
        /// A field of an event, as rules name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $( $( #[doc = $name] $field, )* )*
            /// `a0`, `a1`, … of auditd's `EXECVE`.
            AuditArgument(u8),
            /// What a keyword searches: every text of the event that people would call its content.
            Keywords,
        }

        /// Every field by name.
        const TABLE: &[Row] = &[
            $( $( Row {
                name: $name,
                field: Field::$field,
                shape: Shape::$shape,
                kinds: $kinds,
                group: Group::$group,
            }, )* )*
        ];
    };
}

/// Where a field may be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// In every rule.
    Plain,
    /// In rules for `service: auditd`.
    Audit,
}

struct Row {
    name: &'static str,
    field: Field,
    shape: Shape,
    kinds: &'static str,
    group: Group,
}

fields! {
    Plain:
    "EventType" EventType Text "*";
    "Time" Time Text "*";
    "Image" Image Text "*";
    "CommandLine" CommandLine Text "*";
    "ParentImage" ParentImage Text "*";
    "ParentCommandLine" ParentCommandLine Text "*";
    "CurrentDirectory" CurrentDirectory Text "*";
    "User" User Text "*";
    "Uid" Uid Number "*";
    "Gid" Gid Number "*";
    "Euid" Euid Number "*";
    "ProcessId" ProcessId Number "*";
    "ParentProcessId" ParentProcessId Number "*";
    "Process" Process Text "*";
    "Agent" Agent Text "*";
    "AgentKind" AgentKind Text "*";
    "AgentId" AgentId Text "*";
    "Session" Session Text "*";
    "ToolCall" ToolCall Text "*";
    "Attribution" Attribution Text "*";
    "Workspace" Workspace Text "*";
    "InWorkspace" InWorkspace Flag "process_exec file_* memfd_create module_load";
    "Lineage" Lineage List "*";
    "LineageCommandLine" LineageCommandLine List "*";
    "SecretKind" SecretKind List "*";
    "Count" Count Number "*";
    "Caveats" Caveats List "*";
    "ScriptPath" ScriptPath Text "process_exec";
    "Argument" Argument List "process_exec";
    "Environment" Environment List "process_exec";
    "Hashes" Hashes Text "process_exec";
    "Anonymous" Anonymous Flag "process_exec";
    "Elevated" Elevated Flag "process_exec";
    "Tty" Tty Flag "process_exec";
    "StandardInput" StandardInput Text "process_exec";
    "Container" Container Text "process_exec";
    "FirstTimeProgram" FirstTimeProgram Flag "process_exec";
    "FirstTimeHost" FirstTimeHost Flag "network_connect network_send dns_query tls_client_hello";
    "TargetFilename" TargetFilename Text "file_* memfd_create module_load";
    "SourceFilename" SourceFilename Text "file_rename file_symlink file_link";
    "Access" Access Text "file_open file_create";
    "Mode" Mode Text "file_chmod";
    "SetId" SetId Flag "file_chmod";
    "Bytes" Bytes Number "file_write";
    "Error" Error Number "file_open file_create network_*";
    "NewUid" NewUid Number "file_chown credential_change";
    "NewGid" NewGid Number "file_chown credential_change";
    "OldUid" OldUid Number "credential_change";
    "OldEuid" OldEuid Number "credential_change";
    "NewEuid" NewEuid Number "credential_change";
    "CapabilitiesGained" CapabilitiesGained List "credential_change";
    "Protocol" Protocol Text "network_* tls_client_hello";
    "Initiated" Initiated Flag "network_connect network_send network_accept tls_client_hello";
    "SourceIp" SourceIp Text "network_* tls_client_hello";
    "SourcePort" SourcePort Number "network_* tls_client_hello";
    "SourceScope" SourceScope Text "network_* tls_client_hello";
    "DestinationIp" DestinationIp Text "network_* tls_client_hello";
    "DestinationPort" DestinationPort Number "network_* tls_client_hello";
    "DestinationHostname" DestinationHostname Text "network_* tls_client_hello";
    "DestinationScope" DestinationScope Text "network_* tls_client_hello dns_query";
    "SocketPath" SocketPath Text "network_*";
    "BytesSent" BytesSent Number "network_*";
    "BytesReceived" BytesReceived Number "network_*";
    "PeerProcessId" PeerProcessId Number "network_*";
    "QueryName" QueryName Text "dns_query dns_answer";
    "QueryType" QueryType Text "dns_query dns_answer";
    "QueryResults" QueryResults List "dns_answer";
    "QueryStatus" QueryStatus Number "dns_answer";
    "TargetProcessId" TargetProcessId Number "ptrace signal process_clone";
    "TargetIs" TargetIs Text "ptrace signal";
    "TargetImage" TargetImage Text "ptrace signal";
    "TargetCommandLine" TargetCommandLine Text "ptrace signal";
    "TargetUser" TargetUser Text "ptrace signal";
    "TargetAgent" TargetAgent Text "ptrace signal";
    "TargetSession" TargetSession Text "ptrace signal";
    "Signal" Signal List "signal process_exit";
    "PtraceRequest" PtraceRequest Number "ptrace";
    "ExitCode" ExitCode Number "process_exit";
    "DurationMs" DurationMs Number "process_exit";
    "MountSource" MountSource Text "mount";
    "MountTarget" MountTarget Text "mount";
    "MountFs" MountFs Text "mount";
    "MountFlags" MountFlags Number "mount";
    "ProgramType" ProgramType Number "bpf_prog_load";
    "ProgramName" ProgramName Text "bpf_prog_load";
    "Entries" Entries Number "io_uring_setup";
    "Pipe" Pipe Number "pipe_use";
    "Direction" Direction Text "pipe_use";
    "LossCause" LossCause Text "event_loss";
    "LossCount" LossCount Number "event_loss";
    "LossPlace" LossPlace Text "event_loss";
    Audit:
    "type" AuditType List "*";
    "SYSCALL" AuditSyscall List "*";
    "exe" Exe Text "*";
    "comm" Comm Text "*";
    "uid" AuditUid Number "*";
    "gid" AuditGid Number "*";
    "euid" AuditEuid Number "*";
    "pid" AuditPid Number "*";
    "ppid" AuditPpid Number "*";
    "cwd" AuditCwd Text "*";
    "name" AuditName List "process_exec file_*";
    "nametype" AuditNameType List "process_exec file_*";
    "argc" AuditArgc Number "process_exec";
    "success" AuditSuccess Text "*";
    "tty" AuditTty Text "process_exec";
}

/// Highest `aN` that rules may name.
const MAX_ARGUMENT: u8 = 31;

impl Field {
    /// The field of this name in a plain rule; case matters, as in Sigma.
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.name == name && row.group == Group::Plain).map(|row| row.field)
    }

    /// The field of this name in a rule for auditd.
    pub fn audit(name: &str) -> Option<Self> {
        let number = name.strip_prefix('a').and_then(|rest| rest.parse::<u8>().ok());
        if let Some(number) = number.filter(|number| *number <= MAX_ARGUMENT) {
            return Some(Self::AuditArgument(number));
        }
        let audit = TABLE.iter().find(|row| row.name == name && row.group == Group::Audit);
        audit.map(|row| row.field).or_else(|| Self::named(name))
    }

    /// Its name in rules.
    pub fn name(self) -> String {
        match self {
            Self::AuditArgument(number) => format!("a{number}"),
            Self::Keywords => "keywords".into(),
            _ => self.row().map_or_else(String::new, |row| row.name.into()),
        }
    }

    /// The events that can carry it.
    pub fn kinds(self) -> Kinds {
        match self {
            Self::AuditArgument(_) => Kinds::named("process_exec"),
            Self::Keywords => Kinds::ALL,
            _ => self.row().map_or(Kinds::NONE, |row| Kinds::named(row.kinds)),
        }
    }

    /// What its values are.
    pub fn shape(self) -> Shape {
        match self {
            Self::AuditArgument(_) => Shape::Text,
            Self::Keywords => Shape::List,
            _ => self.row().map_or(Shape::Text, |row| row.shape),
        }
    }

    /// Nearly every event has the same few values: what a rule asks of it says little.
    pub fn is_common(self) -> bool {
        matches!(
            self,
            Self::EventType
                | Self::User
                | Self::Agent
                | Self::AgentKind
                | Self::Attribution
                | Self::Workspace
                | Self::CurrentDirectory
                | Self::Access
                | Self::Protocol
                | Self::SourceScope
                | Self::DestinationScope
                | Self::QueryType
                | Self::Direction
                | Self::Caveats
                | Self::AuditType
                | Self::AuditSyscall
                | Self::AuditNameType
                | Self::AuditSuccess
                | Self::AuditCwd
                | Self::AuditTty
                | Self::StandardInput
                | Self::TargetIs
                | Self::TargetUser
                | Self::TargetAgent
        )
    }

    /// The names of all fields that a plain rule, or one for auditd, may use.
    pub fn names(audit: bool) -> impl Iterator<Item = &'static str> {
        TABLE.iter().filter(move |row| audit || row.group == Group::Plain).map(|row| row.name)
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.field == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name in the first cell of a row of the README's tables of fields.
    fn described() -> Vec<&'static str> {
        let text = include_str!("../README.md");
        let from = text.find("### Fields of every event").unwrap_or(0);
        let until = text.find("Keywords (lists").unwrap_or(text.len());
        let rows = text[from..until].lines().filter(|line| line.starts_with("| `"));
        rows.filter_map(|line| line.split('|').nth(1))
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .collect()
    }

    #[test]
    fn readme_describes_exactly_the_fields() {
        let described = described();
        let known: Vec<_> = Field::names(false).collect();
        for name in &known {
            assert!(described.contains(name), "`{name}` is not in README.md");
        }
        for name in &described {
            assert!(known.contains(name), "README.md describes `{name}`, which is not a field");
        }
    }

    #[test]
    fn finds_by_name() {
        assert_eq!(Field::named("Image"), Some(Field::Image));
        assert_eq!(Field::named("exe"), None);
        assert_eq!(Field::audit("exe"), Some(Field::Exe));
        assert_eq!(Field::audit("a12"), Some(Field::AuditArgument(12)));
        assert_eq!(Field::audit("a99"), None);
        assert_eq!(Field::audit("CommandLine"), Some(Field::CommandLine));
        assert!(Field::named("ScriptPath").is_some_and(|f| !f.kinds().is_empty()));
    }
}
