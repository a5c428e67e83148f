//! Acts upon other processes and the kernel.

use sensor::Settings;

use crate::stage::Stage;

#[test]
fn acts_on_others_and_the_kernel_are_told() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 4, ..Settings::default() }) else {
        return;
    };
    stage.check(
        "traced",
        &[r#"1 ptrace {"target": {"pid": $child, "start_ns": "~$start"}, "what": 16}"#],
    );
    stage.check(
        "signalled",
        &[
            r#"1 signal {"target": {"pid": $child, "start_ns": "~$start"}, "what": 9}"#,
            r#"never signal {"what": 0, "@caveats": null}"#,
        ],
    );
    stage.check(
        "group_signalled",
        &[
            r#"1 signal {"target": {"pid": $first}, "what": 9}"#,
            r#"1 signal {"target": {"pid": $second}, "what": 9}"#,
        ],
    );
    stage.check(
        "signal_refused",
        &[r#"1 signal {"target": {"pid": 1, "start_ns": 0}, "what": 15, "@caveats": 8}"#],
    );
    stage.check(
        "mounted",
        &[
            r#"1 mount {"source": "a source", "target": "$dir/point", "fs": "tmpfs", "flags": 2, "@caveats": 1}"#,
            r#"process_exec {"argv": ["sensor-actor", "create", "$dir"]}"#,
        ],
    );
    stage.check(
        "credentials",
        &[
            r#"2 credential_change {}"#,
            r#"1 credential_change {"from": {"uid": 0, "gid": 0, "euid": 0},
                "to": {"uid": 0, "gid": 65534, "euid": 0}}"#,
            r#"1 credential_change {"from": {"uid": 0, "gid": 65534, "euid": 0},
                "to": {"uid": 65534, "gid": 65534, "euid": 65534}, "capabilities": [$all, 0]}"#,
        ],
    );
    stage.check(
        "bpf_load",
        &[r#"1 bpf_prog_load {"kind": 1, "name": "of_the_actor", "@caveats": 1}"#],
    );
    stage.check(
        "memory_file",
        &[r#"1 memfd_create {"path": "/memfd:scratch", "inode": [$device, $inode]}"#],
    );
    stage.check("uring", &[r#"1 io_uring_setup {"entries": 8, "flags": 16}"#]);
    // Asked for by the kernel's own copy of the names; the peer's address is the caller's.
    stage.check(
        "uring_acts",
        &[
            r#"1 file_open {"file": {"path": "$dir/quiet"}, "access": "write", "@caveats": 16}"#,
            r#"1 file_write {"file": {"path": "$dir/plain"}, "bytes": 5, "@caveats": 16}"#,
            r#"1 file_rename {"from": {"path": "$dir/quiet"}, "to": {"path": "$dir/moved"},
                "@caveats": 16}"#,
            r#"1 file_unlink {"path": "$dir/moved", "@caveats": 16}"#,
            r#"1 network_connect {"protocol": "tcp", "remote": {"ip": ["127.0.0.1", $port]},
                "@caveats": 17}"#,
        ],
    );
    stage.check(
        "uring_polled",
        &[r#"1 file_open {"file": {"path": "$dir/polled"}, "access": "read_write", "@caveats": 16}"#],
    );
}
