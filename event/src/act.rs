//! What happened: an [`Event`] is one act of one process, as a source saw it.

use serde::{Deserialize, Serialize};

use crate::{Label, Loss, ProcessId, Text};

/// One act of one process, or one loss, as a source saw it. Immutable from here on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// Who acted.
    pub process: ProcessId,
    /// Kernel session label of the acting task at the time of the act.
    #[serde(default)]
    pub label: Label,
    /// How many equal acts this event stands for (floods are folded in the kernel); at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// What the reader has to know about how this was seen.
    #[serde(default, skip_serializing_if = "Caveats::is_empty")]
    pub caveats: Caveats,
    /// What was done.
    pub act: Act,
}

fn one() -> u32 {
    1
}
fn is_one(count: &u32) -> bool {
    *count == 1
}

impl Event {
    /// An act seen once, without caveats.
    pub fn new(time_unix_ns: u64, process: ProcessId, act: Act) -> Self {
        Self {
            time_unix_ns,
            process,
            label: Label::NONE,
            count: 1,
            caveats: Caveats::default(),
            act,
        }
    }
}

/// What the reader has to know about how an event was seen: a set of flags, on the wire a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Caveats(pub u16);

impl Caveats {
    /// A name was read from user memory, which the process could change meanwhile.
    pub const USER_MEMORY: Self = Self(1);
    /// Text was longer than the sensor keeps.
    pub const TRUNCATED: Self = Self(2);
    /// Found by looking (at start, by polling), not by being told; the time is when we looked.
    pub const POLLED: Self = Self(4);
    /// The act was asked for and refused by the kernel; see the act's `error`.
    pub const FAILED: Self = Self(8);
    /// Came in through io_uring.
    pub const IO_URING: Self = Self(16);
    /// Came in through the 32-bit system call table.
    pub const COMPAT: Self = Self(32);
    /// Part of the text was a secret and has been replaced (`‹kind:keyed hash›`).
    pub const REDACTED: Self = Self(64);

    /// No flag is set.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }
    /// Every flag of `other` is set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Sets the flags of `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }
    /// Names of the flags that are set, for people and exports.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (Self::USER_MEMORY, "user_memory"),
            (Self::TRUNCATED, "truncated"),
            (Self::POLLED, "polled"),
            (Self::FAILED, "failed"),
            (Self::IO_URING, "io_uring"),
            (Self::COMPAT, "compat"),
            (Self::REDACTED, "redacted"),
        ]
        .into_iter()
        .filter_map(move |(flag, name)| self.contains(flag).then_some(name))
    }
}

/// What was done. Closed: every stage matches all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A program replaced the process image.
    ProcessExec(Box<Exec>),
    /// A new process.
    ProcessClone(Forked),
    /// The last thread of a process ended.
    ProcessExit(Exit),
    /// A file was opened (not created).
    FileOpen(FileOpen),
    /// A file, directory or device was created.
    FileCreate(FileOpen),
    /// Bytes were written to a file: the first write, then totals.
    FileWrite(FileWrite),
    /// A file was renamed.
    FileRename(FilePair),
    /// A name was removed.
    FileUnlink(FileRef),
    /// Permission bits were changed.
    FileChmod(FileMode),
    /// Owner was changed.
    FileChown(FileOwner),
    /// A symbolic link was made: `from` is the text of the link, `to` the link.
    FileSymlink(FilePair),
    /// A hard link was made.
    FileLink(FilePair),
    /// A file was cut to a length.
    FileTruncate(FileRef),
    /// A connection was opened to a peer (TCP handshake begun, UDP or Unix peer set).
    NetworkConnect(Flow),
    /// A connection from a peer was taken.
    NetworkAccept(Flow),
    /// A local address was taken.
    NetworkBind(Flow),
    /// A socket began to take connections.
    NetworkListen(Flow),
    /// A datagram was sent to a peer that was not connected to: first of its destination.
    NetworkSend(Flow),
    /// A connection ended; the flow holds its bytes.
    NetworkClose(Flow),
    /// A name was asked for.
    DnsQuery(Dns),
    /// A name was answered.
    DnsAnswer(Dns),
    /// A TLS client said which server it wants.
    TlsClientHello(ClientHello),
    /// A process took hold of another.
    Ptrace(Toward),
    /// A signal was sent to another process.
    Signal(Toward),
    /// Something was mounted.
    Mount(Mount),
    /// User, group or capabilities of the process changed.
    CredentialChange(CredentialChange),
    /// A kernel module was loaded.
    ModuleLoad(FileRef),
    /// A BPF program was loaded.
    BpfProgLoad(BpfProgLoad),
    /// An anonymous file was made.
    MemfdCreate(FileRef),
    /// An io_uring was set up.
    IoUringSetup(IoUringSetup),
    /// Data moved through a pipe or socket pair: first read or write of this process on it.
    PipeUse(PipeUse),
    /// Events were lost, and how many.
    EventLoss(Loss),
}

/// A new process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forked {
    /// The new process. The acting process is its parent, also where the child is reparented later.
    pub child: ProcessId,
}

/// A file as the kernel knew it at the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// Absolute path in the acting process's mount namespace.
    pub path: Text,
    /// Device and inode, where known. `(0, 0)` is unknown.
    #[serde(default, skip_serializing_if = "unknown")]
    pub inode: (u64, u64),
}

fn unknown(inode: &(u64, u64)) -> bool {
    *inode == (0, 0)
}

impl FileRef {
    /// A file known by name only.
    pub fn named(path: impl Into<Text>) -> Self {
        Self { path: path.into(), inode: (0, 0) }
    }
}

/// A program starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exec {
    /// The parent at the time.
    pub parent: ProcessId,
    /// The program that runs: for a script, its interpreter.
    pub exe: FileRef,
    /// The script, where an interpreter was chosen by its first line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Text>,
    /// Arguments, the program's name first. Secrets are replaced.
    pub argv: Vec<Text>,
    /// Working directory.
    pub cwd: Text,
    /// The few variables that signatures ask for, `NAME=value`. Secrets are replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<Text>,
    /// Real and effective ids.
    pub user: User,
    /// Controlling terminal as device number; 0 is none.
    #[serde(default)]
    pub tty: u32,
    /// Where it runs, if not on the host itself.
    #[serde(default)]
    pub place: Place,
    /// sha256 of the program file, where it is known at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Text>,
    /// The program file has no name any more, or never had one (memfd, deleted).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// The program runs with more rights than its caller (set-user-id, file capabilities).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elevated: bool,
}

impl Exec {
    /// Arguments joined by a space: what rules call `CommandLine`.
    pub fn command_line(&self) -> String {
        let mut line = String::with_capacity(self.argv.iter().map(|a| a.len() + 1).sum());
        for (index, argument) in self.argv.iter().enumerate() {
            if index > 0 {
                line.push(' ');
            }
            line.push_str(argument);
        }
        line
    }
}

/// Account of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct User {
    /// Real user id.
    pub uid: u32,
    /// Real group id.
    pub gid: u32,
    /// Effective user id.
    pub euid: u32,
    /// Account name of `uid`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

/// Container and namespaces of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Container id, where the control group names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<Text>,
    /// Control group (v2) id.
    #[serde(default)]
    pub cgroup: u64,
    /// Mount namespace.
    #[serde(default)]
    pub mnt_ns: u32,
    /// Pid namespace.
    #[serde(default)]
    pub pid_ns: u32,
}

/// A process ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit status, if it ended by itself.
    pub code: i32,
    /// Signal that ended it; 0 is none.
    pub signal: u8,
    /// Life time.
    pub duration_ns: u64,
    /// User and system time of all threads.
    pub cpu_ns: u64,
    /// Most memory it ever held.
    pub max_rss_kib: u64,
}

/// A file is opened or created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOpen {
    /// The file.
    pub file: FileRef,
    /// How it was opened.
    pub access: Access,
    /// Error number of a refused open; 0 is success.
    #[serde(default, skip_serializing_if = "zero")]
    pub error: i32,
}

fn zero(error: &i32) -> bool {
    *error == 0
}

/// How a file was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading only.
    Read,
    /// Writing only.
    Write,
    /// Both.
    ReadWrite,
    /// Neither: a place holder (`O_PATH`), a directory, a node.
    Path,
}

/// Bytes written to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileWrite {
    /// The file.
    pub file: FileRef,
    /// Bytes since the last such event of this process and file.
    pub bytes: u64,
}

/// Two names of one act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePair {
    /// Old name, or the target of a link.
    pub from: FileRef,
    /// New name.
    pub to: FileRef,
}

/// Permission bits of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMode {
    /// The file.
    pub file: FileRef,
    /// New bits (`0o755`).
    pub mode: u32,
}

/// Owner of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOwner {
    /// The file.
    pub file: FileRef,
    /// New user id; `u32::MAX` is unchanged.
    pub uid: u32,
    /// New group id; `u32::MAX` is unchanged.
    pub gid: u32,
}

/// One end-to-end flow of a socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Kind of socket.
    pub protocol: Protocol,
    /// Own address (`127.0.0.1:4242`, `[::1]:80`, a Unix path, `@abstract`).
    #[serde(default, skip_serializing_if = "Endpoint::is_none")]
    pub local: Endpoint,
    /// The other side's address.
    #[serde(default, skip_serializing_if = "Endpoint::is_none")]
    pub remote: Endpoint,
    /// Name of the other side, where a DNS answer or client hello told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text>,
    /// The process at the other end, where it is on this host and known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<u32>,
    /// Socket cookie: joins the events of one flow.
    #[serde(default)]
    pub cookie: u64,
    /// Bytes sent so far.
    #[serde(default)]
    pub sent: u64,
    /// Bytes received so far.
    #[serde(default)]
    pub received: u64,
    /// Error number of a refused connect; 0 is success, `EINPROGRESS` (115) is under way.
    #[serde(default, skip_serializing_if = "zero")]
    pub error: i32,
}

/// Kind of socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// TCP over IPv4 or IPv6.
    #[default]
    Tcp,
    /// UDP over IPv4 or IPv6.
    Udp,
    /// Unix domain socket.
    Unix,
    /// Anything else (raw, netlink, packet, vsock).
    Other,
}

/// One side of a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// Not known or not bound.
    #[default]
    None,
    /// Address and port.
    Ip(std::net::IpAddr, u16),
    /// Path of a Unix socket; abstract names begin with `@`.
    Unix(Text),
}

impl Endpoint {
    /// Not known or not bound.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
    /// The address, if it is one.
    pub fn ip(&self) -> Option<std::net::IpAddr> {
        if let Self::Ip(ip, _) = self { Some(*ip) } else { None }
    }
    /// The port, if there is one.
    pub fn port(&self) -> Option<u16> {
        if let Self::Ip(_, port) = self { Some(*port) } else { None }
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("-"),
            Self::Ip(std::net::IpAddr::V6(ip), port) => write!(f, "[{ip}]:{port}"),
            Self::Ip(ip, port) => write!(f, "{ip}:{port}"),
            Self::Unix(path) => f.write_str(path),
        }
    }
}

/// A DNS question or its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dns {
    /// Name asked for, lower case, without the last dot.
    pub name: Text,
    /// Record type as number (1 A, 28 AAAA, 5 CNAME, 16 TXT, 65 HTTPS).
    pub record: u16,
    /// Server asked.
    pub server: Endpoint,
    /// Addresses in the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<std::net::IpAddr>,
    /// Response code of an answer (0 no error, 3 no such name).
    #[serde(default)]
    pub code: u8,
}

/// The first words of a TLS client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientHello {
    /// Server name it asks for, lower case.
    pub server_name: Text,
    /// The flow.
    pub flow: Flow,
}

/// An act upon another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toward {
    /// The other process.
    pub target: ProcessId,
    /// Signal number, or ptrace request.
    pub what: i32,
}

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Device or source.
    pub source: Text,
    /// Where.
    pub target: Text,
    /// File system type.
    pub fs: Text,
    /// `MS_*` flags.
    pub flags: u64,
}

/// Rights of a process changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialChange {
    /// Before.
    pub from: User,
    /// After.
    pub to: User,
    /// Effective capabilities before and after, as bit sets.
    #[serde(default)]
    pub capabilities: (u64, u64),
}

/// A BPF program is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BpfProgLoad {
    /// `BPF_PROG_TYPE_*` number.
    pub kind: u32,
    /// Name given to it.
    pub name: Text,
}

/// An io_uring is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoUringSetup {
    /// Submission entries.
    pub entries: u32,
    /// `IORING_SETUP_*` flags.
    pub flags: u32,
}

/// Data moved through a pipe or socket pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeUse {
    /// Inode of the pipe, or the socket: the same for both ends.
    pub pipe: u64,
    /// True for a write into it.
    pub write: bool,
}

impl Act {
    /// The event's name in the field's words (`process_exec`), as on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ProcessExec(_) => "process_exec",
            Self::ProcessClone(_) => "process_clone",
            Self::ProcessExit(_) => "process_exit",
            Self::FileOpen(_) => "file_open",
            Self::FileCreate(_) => "file_create",
            Self::FileWrite(_) => "file_write",
            Self::FileRename(_) => "file_rename",
            Self::FileUnlink(_) => "file_unlink",
            Self::FileChmod(_) => "file_chmod",
            Self::FileChown(_) => "file_chown",
            Self::FileSymlink(_) => "file_symlink",
            Self::FileLink(_) => "file_link",
            Self::FileTruncate(_) => "file_truncate",
            Self::NetworkConnect(_) => "network_connect",
            Self::NetworkAccept(_) => "network_accept",
            Self::NetworkBind(_) => "network_bind",
            Self::NetworkListen(_) => "network_listen",
            Self::NetworkSend(_) => "network_send",
            Self::NetworkClose(_) => "network_close",
            Self::DnsQuery(_) => "dns_query",
            Self::DnsAnswer(_) => "dns_answer",
            Self::TlsClientHello(_) => "tls_client_hello",
            Self::Ptrace(_) => "ptrace",
            Self::Signal(_) => "signal",
            Self::Mount(_) => "mount",
            Self::CredentialChange(_) => "credential_change",
            Self::ModuleLoad(_) => "module_load",
            Self::BpfProgLoad(_) => "bpf_prog_load",
            Self::MemfdCreate(_) => "memfd_create",
            Self::IoUringSetup(_) => "io_uring_setup",
            Self::PipeUse(_) => "pipe_use",
            Self::EventLoss(_) => "event_loss",
        }
    }

    /// The file the act is about, the new name where there are two.
    pub fn file(&self) -> Option<&FileRef> {
        match self {
            Self::ProcessExec(exec) => Some(&exec.exe),
            Self::FileOpen(open) | Self::FileCreate(open) => Some(&open.file),
            Self::FileWrite(write) => Some(&write.file),
            Self::FileRename(pair) | Self::FileSymlink(pair) | Self::FileLink(pair) => {
                Some(&pair.to)
            }
            Self::FileUnlink(file)
            | Self::FileTruncate(file)
            | Self::ModuleLoad(file)
            | Self::MemfdCreate(file) => Some(file),
            Self::FileChmod(mode) => Some(&mode.file),
            Self::FileChown(owner) => Some(&owner.file),
            _ => None,
        }
    }

    /// The flow the act is about.
    pub fn flow(&self) -> Option<&Flow> {
        match self {
            Self::NetworkConnect(flow)
            | Self::NetworkAccept(flow)
            | Self::NetworkBind(flow)
            | Self::NetworkListen(flow)
            | Self::NetworkSend(flow)
            | Self::NetworkClose(flow) => Some(flow),
            Self::TlsClientHello(hello) => Some(&hello.flow),
            _ => None,
        }
    }
}
