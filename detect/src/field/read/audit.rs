//! An event in auditd's words: the records that auditd would have written for the same act, as far
//! as our events carry them. Several records of one act are one event here, so `type` is a list.

use event::{Act, Attributed};

use super::{Take, Value, file, process};

pub fn record_types(act: &Attributed, take: Take<'_>) {
    types_of(act.event.act.name()).iter().for_each(|name| take(Value::Fixed(name)));
}

pub fn syscall(act: &Attributed, take: Take<'_>) {
    syscalls_of(act.event.act.name()).iter().for_each(|name| take(Value::Fixed(name)));
}

/// The types of the records that auditd would write for an event of this name.
pub fn types_of(event: &str) -> &'static [&'static str] {
    match event {
        "event_loss" | "act_stopped" | "dns_query" | "dns_answer" | "tls_client_hello" => &[],
        "process_exec" => &["SYSCALL", "EXECVE", "PATH", "CWD", "PROCTITLE"],
        "network_connect" | "network_bind" | "network_send" => &["SYSCALL", "SOCKADDR"],
        "ptrace" | "signal" => &["SYSCALL", "OBJ_PID"],
        "module_load" => &["SYSCALL", "KERN_MODULE"],
        "bpf_prog_load" => &["SYSCALL", "BPF"],
        file if file.starts_with("file_") => &["SYSCALL", "PATH", "CWD", "PROCTITLE"],
        _ => &["SYSCALL"],
    }
}

/// The system calls that an event of this name stands for.
pub fn syscalls_of(event: &str) -> &'static [&'static str] {
    match event {
        "process_exec" => &["execve"],
        "process_clone" => &["clone"],
        "process_exit" => &["exit_group"],
        "file_open" | "file_create" => &["openat", "open"],
        "file_write" => &["write"],
        "file_rename" => &["rename", "renameat", "renameat2"],
        "file_unlink" => &["unlink", "unlinkat"],
        "file_chmod" => &["chmod", "fchmodat"],
        "file_chown" => &["chown", "fchownat"],
        "file_symlink" => &["symlink", "symlinkat"],
        "file_link" => &["link", "linkat"],
        "file_truncate" => &["truncate", "ftruncate"],
        "network_connect" => &["connect"],
        "network_accept" => &["accept", "accept4"],
        "network_bind" => &["bind"],
        "network_listen" => &["listen"],
        "network_send" => &["sendto", "sendmsg"],
        "ptrace" => &["ptrace"],
        "signal" => &["kill"],
        "mount" => &["mount"],
        "credential_change" => &["setuid"],
        "module_load" => &["init_module", "finit_module"],
        "bpf_prog_load" => &["bpf"],
        "memfd_create" => &["memfd_create"],
        "io_uring_setup" => &["io_uring_setup"],
        _ => &[],
    }
}

/// The kernel's short name of the task: 15 bytes of the program's (or script's) last part.
pub fn comm(act: &Attributed, take: Take<'_>) {
    let path = match &act.event.act {
        Act::ProcessExec(exec) => exec.script.as_ref().unwrap_or(&exec.exe.path),
        _ => &act.process.exe,
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut end = name.len().min(15);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    take(Value::Text(name.get(..end).unwrap_or(name)));
}

pub fn names(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::ProcessExec(exec) => take(Value::Shared(&exec.exe.path)),
        _ => {
            file::target(act, take);
            file::source(act, take);
        }
    }
}

pub fn name_types(act: &Attributed, take: Take<'_>) {
    let names: &[&str] = match &act.event.act {
        Act::FileCreate(_) | Act::FileSymlink(_) | Act::FileLink(_) => &["CREATE", "PARENT"],
        Act::FileUnlink(_) => &["DELETE", "PARENT"],
        Act::FileRename(_) => &["CREATE", "DELETE", "PARENT"],
        other if other.file().is_some() => &["NORMAL"],
        _ => &[],
    };
    names.iter().for_each(|name| take(Value::Fixed(name)));
}

pub fn success(act: &Attributed, take: Take<'_>) {
    let failed = act.event.caveats.contains(event::Caveats::FAILED);
    take(Value::Fixed(if failed { "no" } else { "yes" }));
}

pub fn tty(act: &Attributed, take: Take<'_>) {
    process::exec(act, |exec| take(Value::Fixed(if exec.tty == 0 { "(none)" } else { "tty" })));
}

pub fn argument(index: u8, act: &Attributed, take: Take<'_>) {
    process::exec(act, |exec| {
        if let Some(argument) = exec.argv.get(usize::from(index)) {
            take(process::of_argument(argument));
        }
    });
}
