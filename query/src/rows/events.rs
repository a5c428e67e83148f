//! The table `events`: one row per act.

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "events",
    about: "What was done: one row per act.",
    columns: COLUMNS,
    schema,
    order: &["agent", "time"],
    time: Some("time"),
    ids: &[
        ("agent_id", 64),
        ("session", 1_024),
        ("tool_call", 8_192),
        ("pid", 16_384),
        ("process_start", 16_384),
    ],
};

table! {
    both ways;
    /// Place in this host's record, gapless.
    id: U64 = required,
    /// When, UTC.
    time: Time = required,
    /// What was done: `process_exec`, `file_open`, `network_connect`, …
    act: Text = required,
    /// How many equal acts the row stands for.
    count: U32 = required,
    /// Process that acted.
    pid: U32 = required,
    /// Start of that process, ns since boot; with `pid` it names one process of one boot.
    process_start: U64 = required,
    /// Parent at the time (on `process_exec`).
    parent_pid: U32,
    /// Start of the parent (on `process_exec`).
    parent_start: U64,
    /// Program of the process.
    exe: Text,
    /// Arguments joined by a space (on `process_exec`; others join `processes`).
    command_line: Text,
    /// Working directory.
    cwd: Text,
    /// Real user id.
    uid: U32,
    /// Real group id.
    gid: U32,
    /// Effective user id.
    euid: U32,
    /// Account name.
    user: Text,
    /// Product id of the agent (`claude-code`); null for people and system work.
    agent: Text,
    /// Kind of the agent: `agent`, `editor`, `tool_server`, `workload`, `undeclared`.
    agent_kind: Text,
    /// The agent.
    agent_id: Text,
    /// The run.
    session: Text,
    /// Directory in which the run began.
    workspace: Text,
    /// The tool call, where the act is part of one.
    tool_call: Text,
    /// Root process of the tool call, `pid@start`.
    tool_root: Text,
    /// Why the act belongs to the session: `lineage`, `adopted`, `handed_over`, `behaviour`, `provisional`.
    basis: Text,
    /// The kernel's session label.
    label: U64,
    /// File of the act: opened, written, removed, executed, mounted on; the old name of a rename, the text of a symbolic link; path of a Unix socket.
    path: Text,
    /// New name of a rename, name of a link.
    path_to: Text,
    /// Device of the file.
    device: U64,
    /// Inode of the file, or of the pipe.
    inode: U64,
    /// How it was opened or used: `read`, `write`, `read_write`, `path`.
    access: Text,
    /// `tcp`, `udp`, `unix`, `other`.
    protocol: Text,
    /// Own address.
    local_ip: Text,
    /// Own port.
    local_port: U32,
    /// Address of the other side; of the DNS server.
    remote_ip: Text,
    /// Port of the other side.
    remote_port: U32,
    /// Name of the other side; the name asked for in DNS and TLS.
    host: Text,
    /// Socket cookie, joins the acts of one flow.
    flow: U64,
    /// Process at the other end, where it is on this host.
    peer_pid: U32,
    /// Bytes written or sent.
    bytes: U64,
    /// Bytes received.
    received: U64,
    /// The other process: the child of a clone, the target of a signal or ptrace.
    target_pid: U32,
    /// Start of the other process.
    target_start: U64,
    /// Exit status (on `process_exit`).
    exit_code: I32,
    /// Signal that was sent, or that ended the process.
    signal: I32,
    /// Life time of the process, ns (on `process_exit`).
    duration_ns: U64,
    /// Error number of a refused act.
    error: I32,
    /// What to know about how it was seen, joined by commas: `truncated`, `redacted`, `polled`, …
    caveats: Text,
    /// Container id.
    container: Text,
    /// sha256 of the program file, where it is known.
    sha256: Text,
    /// The rest, as JSON: read it with `json_text(detail, 'name')`.
    detail: Text,
}
