//! Files: every act by name, by descriptor, by the 32-bit table; floods.

use sensor::Settings;

use crate::stage::Stage;

#[test]
fn acts_on_files_are_told() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 4, ..Settings::default() }) else {
        return;
    };
    stage.check(
        "create",
        &[r#"1 file_create {"file": {"path": "$dir/made", "inode": [null, $inode]},
                "access": "read_write"}"#],
    );
    stage.check(
        "opened",
        &[
            r#"1 file_open {"file": {"path": "$dir/there", "inode": [null, $inode]}, "access": "read"}"#,
            r#"1 file_open {"file": {"path": "$dir/there"}, "access": "write"}"#,
            r#"1 file_open {"file": {"path": "$dir/there"}, "access": "path"}"#,
            // What is not there was not touched.
            r#"never file_open {"file": {"path": "$dir/absent"}, "@caveats": null}"#,
        ],
    );
    stage.check(
        "relative",
        &[
            r#"file_create {"file": {"path": "$dir/below"}, "@caveats": 1}"#,
            r#"file_create {"file": {"path": "$dir/beside"}}"#,
            r#"file_rename {"from": {"path": "$dir/beside"}, "to": {"path": "$dir/below/deeper"},
                "@caveats": 1}"#,
            r#"file_unlink {"path": "$dir/below/deeper", "@caveats": 1}"#,
        ],
    );
    stage.check(
        "names",
        &[
            r#"1 file_rename {"from": {"path": "$dir/old"}, "to": {"path": "$dir/new"}, "@caveats": 1}"#,
            r#"1 file_link {"from": {"path": "$dir/new"}, "to": {"path": "$dir/hard"}, "@caveats": 1}"#,
            r#"1 file_symlink {"from": {"path": "../text of a link"}, "to": {"path": "$dir/soft"},
                "@caveats": 1}"#,
            r#"1 file_unlink {"path": "$dir/hard", "@caveats": 1}"#,
            r#"1 file_create {"file": {"path": "$dir/folder"}, "access": "path", "@caveats": 1}"#,
            r#"1 file_unlink {"path": "$dir/folder", "@caveats": 1}"#,
            r#"1 file_create {"file": {"path": "$dir/fifo"}, "@caveats": 1}"#,
        ],
    );
    stage.check(
        "rights",
        &[
            r#"1 file_chmod {"file": {"path": "$dir/file"}, "mode": 489, "@caveats": 1}"#,
            r#"1 file_chmod {"file": {"path": "$dir/file", "inode": [null, $inode]}, "mode": 416}"#,
            r#"1 file_chown {"file": {"path": "$dir/file"}, "uid": 12, "gid": 34, "@caveats": 1}"#,
            r#"1 file_chown {"file": {"path": "$dir/file"}, "uid": 4294967295, "gid": 56}"#,
            r#"1 file_truncate {"path": "$dir/file", "@caveats": 1}"#,
            r#"1 file_truncate {"path": "$dir/file", "inode": [null, $inode]}"#,
        ],
    );
    stage.check(
        "refused",
        &[
            r#"1 file_open {"file": {"path": "$dir/closed"}, "error": 13, "@caveats": 9}"#,
            r#"1 file_unlink {"path": "$dir/closed", "@caveats": 9}"#,
        ],
    );
    stage.check(
        "compat",
        &[
            r#"1 file_create {"file": {"path": "$dir/old32", "inode": [null, $inode]}, "@caveats": 32}"#,
            r#"1 file_rename {"to": {"path": "$dir/new32"}, "@caveats": 33}"#,
            r#"1 file_unlink {"path": "$dir/new32", "@caveats": 33}"#,
        ],
    );
    stage.check(
        "program32",
        &[
            r#"process_exec {"@pid": $child, "exe": {"path": "$program"}, "argv": ["program32"]}"#,
            r#"1 file_create {"@pid": $child, "file": {"path": "$dir/made32"}, "@caveats": 32}"#,
            r#"1 file_write {"@pid": $child, "file": {"path": "$dir/made32"}, "bytes": 2, "@caveats": 32}"#,
            r#"1 file_write {"@pid": $child, "file": {"path": "$dir/made32"}, "bytes": 0, "@caveats": 160}"#,
            r#"1 process_exit {"@pid": $child, "code": 32}"#,
        ],
    );
    check_floods(&mut stage);
    check_runs(&mut stage);
}

/// What each run of a program reads of the system is told once and counted, what it reads of ours is told
/// each time.
fn check_runs(stage: &mut Stage) {
    let performance = stage.perform("runs");
    let actor = performance.facts.get("pid").and_then(|pid| pid.parse().ok());
    let opens = |of: &str| -> Vec<(u32, bool)> {
        let opens = performance.events.iter().filter_map(|event| match &event.act {
            event::Act::FileOpen(open)
                if open.file.path.ends_with(of) && Some(event.process.pid) != actor =>
            {
                Some((event.count, event.caveats.contains(event::Caveats::RUNS)))
            }
            _ => None,
        });
        opens.collect()
    };
    assert_eq!(opens("/mine"), [(1, false); 5]);
    for of_system in ["/libc.so.6", "/ld.so.cache"] {
        let told = opens(of_system);
        assert_eq!(told.first(), Some(&(1, false)), "{of_system}: the first is told as it is");
        assert_eq!(told.iter().map(|(count, _)| count).sum::<u32>(), 5, "{of_system}: {told:?}");
        assert!(told.iter().skip(1).all(|(_, runs)| *runs), "{of_system}: {told:?}");
    }
    let last =
        performance.events.iter().rfind(|event| event.caveats.contains(event::Caveats::RUNS));
    let exits =
        performance.events.iter().filter(|event| matches!(event.act, event::Act::ProcessExit(_)));
    let pids: Vec<u32> = exits.map(|event| event.process.pid).collect();
    assert!(last.is_some_and(|event| pids.contains(&event.process.pid)), "told by one of the runs");
}

/// What is folded is counted, first acts come at once.
fn check_floods(stage: &mut Stage) {
    stage.check("flood", &[r#"1000 file_open {"file": {"path": "$dir/again"}, "access": "read"}"#]);
    stage.check(
        "written",
        &[
            r#"101 file_write {"file": {"path": "$dir/text"}}"#,
            r#"1 file_write {"file": {"path": "$dir/text"}, "bytes": 0, "@caveats": 128}"#,
            r#"never file_write {"file": {"path": "$dir/empty"}, "@caveats": null}"#,
            r#"1 file_write {"file": {"path": "$dir/twice"}, "bytes": 0, "@caveats": 128}"#,
            r#"1 file_write {"file": {"path": "$dir/unlinked"}, "bytes": 1}"#,
        ],
    );
    stage.check(
        "rewritten",
        &[
            r#"50 file_write {"file": {"path": "$dir/again"}}"#,
            r#"50 file_write {"file": {"path": "$dir/again"}, "@caveats": 128}"#,
        ],
    );
    let performance = stage.perform("written");
    let bytes: u64 = performance
        .events
        .iter()
        .filter_map(|event| match &event.act {
            event::Act::FileWrite(write) => Some(write.bytes),
            _ => None,
        })
        .sum();
    assert_eq!(bytes, 1003);
    assert!(performance.events.len() < 50, "a flood came through: {}", performance.events.len());
}
