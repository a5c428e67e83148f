//! Process life: forks, execs of every kind, ends.

use event::{Act, Caveats, Event, Exec};
use sensor::Settings;

use crate::stage::{Performance, Stage};

#[test]
fn lineage_and_execs_are_told() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 4, ..Settings::default() }) else {
        return;
    };
    stage.check(
        "nothing",
        &[
            r#"process_exec {"exe": {"path": "$actor"}, "argv": ["$actor", "nothing", "$dir"],
                "env": ["ACTOR_WORD=nothing"], "parent": {"pid": $test},
                "user": {"uid": 0, "euid": 0, "gid": 0}, "anonymous": false, "elevated": false}"#,
            r#"1 process_exit {"code": 0, "signal": 0}"#,
        ],
    );
    stage.check(
        "daemonise",
        &[
            r#"process_clone {"child": {"pid": $middle}}"#,
            r#"process_clone {"@pid": $middle, "child": {"pid": $last}}"#,
            r#"file_create {"@pid": $last, "file": {"path": "$dir/daemon"}}"#,
            r#"process_exit {"@pid": $last}"#,
        ],
    );
    stage.check(
        "vforked",
        &[
            r#"process_clone {"child": {"pid": $child}}"#,
            r#"process_exec {"@pid": $child, "parent": {"pid": $pid}, "argv": ["true", "vforked"]}"#,
        ],
    );
    stage.check(
        "threaded",
        &[
            // The thread that called has become the leader: one process, one more program.
            r#"process_exec {"argv": ["sensor-actor", "create", "$dir"], "exe": {"path": "$actor"}}"#,
            r#"never process_exec {"@pid": $thread}"#,
            r#"file_create {"file": {"path": "$dir/made"}}"#,
            r#"1 process_exit {"code": 0}"#,
        ],
    );
    stage.check(
        "exec_memfd",
        &[
            r#"memfd_create {"path": "/memfd:hidden", "inode": [null, $inode]}"#,
            r#"process_exec {"exe": {"path": "/memfd:hidden", "inode": [null, $inode]},
                "argv": ["kworker", "memory"], "anonymous": true}"#,
        ],
    );
    stage.check(
        "exec_deleted",
        &[
            r#"file_unlink {"path": "$dir/gone", "@caveats": 1}"#,
            r#"process_exec {"exe": {"path": "$dir/gone"}, "argv": ["gone"], "anonymous": true}"#,
        ],
    );
    stage.check(
        "script",
        &[
            r#"process_exec {"exe": {"path": "$interpreter"}, "script": "$dir/./script",
                "cwd": "$dir", "argv": ["/bin/sh", "./script", "word"]}"#,
            r#"1 process_exit {"code": 7}"#,
        ],
    );
    stage.check(
        "contained",
        &[r#"process_exec {"@pid": $child, "place": {"container": "$container"}}"#],
    );
    stage.check(
        "own_spaces",
        &[r#"process_exec {"@pid": $child, "place": {"mnt_ns": $mnt, "pid_ns": $space}}"#],
    );
    stage.check(
        "ends",
        &[
            r#"1 process_exit {"@pid": $coded, "code": 42, "signal": 0}"#,
            r#"1 process_exit {"@pid": $killed, "code": 0, "signal": 15}"#,
        ],
    );
    stage.check(
        "elevated",
        &[r#"process_exec {"exe": {"path": "$dir/suid"}, "elevated": true,
            "user": {"uid": 65534, "gid": 65534, "euid": 0}}"#],
    );
    stage.check("terminal", &[r#"process_exec {"@pid": $child, "tty": $tty}"#]);
    check_arguments(&mut stage);
}

/// Arguments are whole to 32 KiB; what is cut off beyond is said.
fn check_arguments(stage: &mut Stage) {
    for (act, truncated) in [("argv_whole", false), ("argv_beyond", true)] {
        let performance = stage.perform(act);
        let (event, exec) = last_exec(&performance);
        let bytes: usize = exec.argv.iter().map(|argument| argument.len() + 1).sum();
        // What is cut off takes the last zero byte along.
        assert_eq!(bytes - usize::from(truncated), 32 << 10, "{act}");
        assert!(exec.argv[1].bytes().all(|byte| byte == b'a'), "{act}");
        assert_eq!(event.caveats.contains(Caveats::TRUNCATED), truncated, "{act}");
    }
}

fn last_exec(performance: &Performance) -> (&Event, &Exec) {
    let execs = performance.events.iter().rev().find_map(|event| match &event.act {
        Act::ProcessExec(exec) => Some((event, &**exec)),
        _ => None,
    });
    execs.expect("an exec was told")
}
