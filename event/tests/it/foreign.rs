//! Activity of other products: read as well as it can be, and refused with a reason.

use event::ocsf::{Importer, import};
use event::*;
use serde_json::{Value, json};

/// `2026-01-01T00:00:00Z`.
const TIME_MS: u64 = 1_767_225_600_000;
const TIME: u64 = TIME_MS * 1_000_000;

fn pid(pid: u32) -> ProcessId {
    ProcessId { start_ns: 0, pid }
}

/// An event of another product about process 7, with `more` put over it.
fn foreign(class_uid: u32, activity_id: u32, more: Value) -> Value {
    let mut event = json!({
        "class_uid": class_uid,
        "activity_id": activity_id,
        "time": TIME_MS,
        "metadata": { "version": "1.3.0", "product": { "name": "Falcon" } },
        "actor": { "process": { "pid": 7 } },
    });
    let event_map = event.as_object_mut().expect("an object");
    event_map.extend(more.as_object().cloned().expect("an object"));
    event
}

fn check(event: Value, expect: &[(ProcessId, Act)]) {
    let events = import(&event).unwrap_or_else(|error| panic!("{error}\n{event:#}"));
    let found: Vec<_> = events.iter().map(|e| (e.process, e.act.clone())).collect();
    assert_eq!(found, expect, "{event:#}");
    assert!(events.iter().all(|e| e.time_unix_ns == TIME && e.count == 1), "{events:?}");
}

fn refused(event: Value, expect: &[&str]) {
    let error = import(&event).expect_err("it should be refused").to_string();
    for part in expect.iter().chain(&["\nhint: "]) {
        assert!(error.contains(part), "`{part}` in: {error}");
    }
}

#[test]
fn launches() {
    let started = ProcessId { start_ns: TIME, pid: 9 };
    let exec = Exec {
        parent: pid(7),
        exe: FileRef::named("/bin/sh"),
        argv: vec!["sh".into(), "-c".into(), "echo hi".into()],
        ..Exec::default()
    };
    let process = json!({ "pid": 9, "cmd_line": "sh -c 'echo hi'", "file": { "path": "/bin/sh" } });
    let expect = Act::ProcessExec(Box::new(exec.clone()));
    check(foreign(1007, 1, json!({ "process": process })), &[(started, expect.clone())]);
    // Without parent, without file, with a text for a number.
    let orphan = json!({ "actor": { "user": { "name": "root" } },
        "process": { "pid": "9", "cmd_line": "/bin/sh -c x" } });
    let exec = Exec {
        parent: ProcessId::default(),
        argv: vec!["/bin/sh".into(), "-c".into(), "x".into()],
        ..exec
    };
    let expect = Act::ProcessExec(Box::new(exec));
    check(foreign(1007, 1, orphan), &[(started, expect)]);
    // The fork step alone.
    let fork = json!({ "launch_type_id": 2, "process": { "pid": 9 } });
    check(foreign(1007, 1, fork), &[(pid(7), Act::ProcessClone(Forked { child: pid(9) }))]);
}

#[test]
fn created_times_name_processes() {
    let process = json!({ "pid": 9, "created_time": TIME_MS - 5, "name": "ls" });
    let of_time = |start_ns| ProcessId { start_ns, pid: 9 };
    let event = foreign(1007, 2, json!({ "process": process }));
    let exit = Act::ProcessExit(Exit::default());
    check(event.clone(), &[(of_time(TIME - 5_000_000), exit.clone())]);
    let mut since_boot = event;
    since_boot["device"] = json!({ "type_id": 1, "boot_time": TIME_MS - 1_000 });
    check(since_boot, &[(of_time(995_000_000), exit)]);
}

#[test]
fn a_stream_names_a_process_alike() {
    let mut importer = Importer::default();
    let mut read = |event: Value| importer.import(&event).expect("good").remove(0).process;
    let launch = |time: u64| {
        let mut event = foreign(1007, 1, json!({ "process": { "pid": 9, "name": "sh" } }));
        event["time"] = json!(time);
        event
    };
    let open = foreign(
        1001,
        14,
        json!({ "actor": { "process": { "pid": 9 } }, "file": { "name": "a", "path": "/a" } }),
    );
    let first = read(launch(TIME_MS));
    assert_eq!(read(open.clone()), first);
    let mut exec = launch(TIME_MS + 1);
    exec["launch_type_id"] = json!(3);
    assert_eq!(read(exec.clone()), first, "the exec step is the same process");
    assert_eq!(read(foreign(1007, 2, json!({ "process": { "pid": 9 } }))), first);
    assert_ne!(read(exec), first, "the process had ended");
    let second = read(launch(TIME_MS + 2));
    assert_ne!(second, first, "the number is used again");
    assert_eq!(read(open), second);
}

#[test]
fn files() {
    let file = json!({ "name": "passwd", "path": "/etc/passwd", "type_id": 1 });
    let path = FileRef::named("/etc/passwd");
    let act = |access, error| FileOpen { file: path.clone(), access, error };
    let of = |activity| foreign(1001, activity, json!({ "file": file }));
    check(of(14), &[(pid(7), Act::FileOpen(act(Access::Read, 0)))]);
    check(of(2), &[(pid(7), Act::FileOpen(act(Access::Read, 0)))]);
    check(of(1), &[(pid(7), Act::FileCreate(act(Access::Write, 0)))]);
    check(of(4), &[(pid(7), Act::FileUnlink(path.clone()))]);
    check(of(3), &[(pid(7), Act::FileWrite(FileWrite { file: path.clone(), bytes: 0 }))]);
    let mut failed = of(14);
    failed["status_id"] = json!(2);
    check(failed, &[(pid(7), Act::FileOpen(act(Access::Read, 1)))]);
    let mut renamed = of(5);
    renamed["file_result"] = json!({ "parent_folder": "/tmp/", "name": "p" });
    let pair = FilePair { from: path, to: FileRef::named("/tmp/p") };
    check(renamed, &[(pid(7), Act::FileRename(pair))]);
    refused(of(5), &["`file_result.path` is missing"]);
    refused(of(6), &["skipped class 1001, activity 6", "which attribute"]);
    refused(foreign(1001, 14, json!({})), &["`file.path` is missing", "the path of the file"]);
}

#[test]
fn connections() {
    let ends = |source: Value, destination: Value, more: Value| {
        let mut map = more.as_object().cloned().expect("an object");
        map.insert("src_endpoint".into(), source);
        map.insert("dst_endpoint".into(), destination);
        Value::Object(map)
    };
    let own = json!({ "ip": "10.0.0.5", "port": 4_000 });
    let far = json!({ "ip": "2001:db8::1", "port": "443", "hostname": "api.example.com" });
    let flow = Flow {
        local: Endpoint::Ip([10, 0, 0, 5].into(), 4_000),
        remote: Endpoint::Ip([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(), 443),
        host: Some("api.example.com".into()),
        ..Flow::default()
    };
    let out = ends(own.clone(), far.clone(), json!({}));
    check(foreign(4001, 1, out.clone()), &[(pid(7), Act::NetworkConnect(flow.clone()))]);
    let refused_flow = Flow { error: 111, ..flow.clone() };
    check(foreign(4001, 5, out.clone()), &[(pid(7), Act::NetworkConnect(refused_flow))]);
    let traffic = json!({ "traffic": { "bytes_in": 5, "bytes_out": 6 } });
    let closed = Flow { sent: 6, received: 5, ..flow.clone() };
    let event = foreign(4001, 2, ends(own.clone(), far.clone(), traffic));
    check(event, &[(pid(7), Act::NetworkClose(closed))]);
    let inbound = json!({ "connection_info": { "direction_id": 1, "protocol_name": "UDP" } });
    let accepted = Flow { protocol: Protocol::Udp, ..flow.clone() };
    let event = foreign(4001, 1, ends(far.clone(), own.clone(), inbound));
    check(event, &[(pid(7), Act::NetworkAccept(accepted))]);
    let hello = json!({ "tls": { "version": "1.3", "sni": "API.example.com" } });
    let named = ClientHello { server_name: "api.example.com".into(), flow: flow.clone() };
    let event = foreign(4001, 1, ends(own, far, hello));
    let both = [Act::NetworkConnect(flow), Act::TlsClientHello(named)].map(|act| (pid(7), act));
    check(event, &both);
    let mut lost = foreign(4001, 1, out);
    lost["actor"] = json!({});
    refused(lost, &["`actor.process.pid` is missing"]);
    let bad = json!({ "dst_endpoint": { "ip": "example.com" } });
    refused(foreign(4001, 1, bad), &["`dst_endpoint.ip` is \"example.com\"", "an IP address"]);
}

#[test]
fn names() {
    let event = json!({
        "query": { "hostname": "API.Example.com.", "type": "AAAA" },
        "dst_endpoint": { "ip": "10.0.0.2", "port": 53 },
        "answers": [{ "type": "CNAME", "rdata": "x.example.com" }, { "rdata": "2001:db8::1" }],
        "rcode_id": 0,
    });
    let asked = Dns {
        name: "api.example.com".into(),
        record: 28,
        server: Endpoint::Ip([10, 0, 0, 2].into(), 53),
        addresses: Vec::new(),
        code: 0,
    };
    let address = [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1];
    let answered = Dns { addresses: vec![address.into()], ..asked.clone() };
    let both = [Act::DnsQuery(asked), Act::DnsAnswer(answered)].map(|act| (pid(7), act));
    check(foreign(4003, 1, event.clone()), &both[..1]);
    check(foreign(4003, 2, event.clone()), &both[1..]);
    check(foreign(4003, 6, event), &both);
    refused(foreign(4003, 1, json!({})), &["`query.hostname` is missing"]);
}

#[test]
fn processes_upon_processes() {
    let target = json!({ "process": { "pid": 9 } });
    let toward = |what| Act::Ptrace(Toward::new(pid(9), what));
    check(foreign(1007, 3, target.clone()), &[(pid(7), toward(16))]);
    check(foreign(1007, 4, target), &[(pid(7), toward(4))]);
    let users = json!({
        "actor": { "process": { "pid": 7, "user": { "uid": "1000", "name": "alice" } } },
        "process": { "pid": 7, "user": { "uid": 0, "name": "root" }, "group": { "uid": "0" } },
    });
    let change = CredentialChange {
        from: User { uid: 1000, gid: 0, euid: 1000, name: Some("alice".into()) },
        to: User { uid: 0, gid: 0, euid: 0, name: Some("root".into()) },
        capabilities: (0, 0),
    };
    check(foreign(1007, 5, users), &[(pid(7), Act::CredentialChange(change))]);
    let module = json!({ "driver": { "file": { "name": "x.ko", "path": "/lib/x.ko" } } });
    let expect = Act::ModuleLoad(FileRef::named("/lib/x.ko"));
    check(foreign(1002, 1, module), &[(pid(7), expect)]);
}

#[test]
fn errors_say_where_and_what() {
    refused(json!([]), &["`the event` is []", "one OCSF event"]);
    refused(json!({}), &["`class_uid` is missing"]);
    refused(foreign(3002, 1, json!({})), &["skipped class 3002, activity 1"]);
    let file = json!({ "name": "a", "path": "/a" });
    refused(foreign(1001, 14, json!({ "file": file, "time": null })), &["`time` is missing"]);
    let soon = json!({ "file": file, "time": "soon" });
    refused(foreign(1001, 14, soon), &["`time` is \"soon\"", "expected milliseconds since 1970"]);
    let unnumbered = json!({ "file": file, "actor": { "process": { "pid": "seven" } } });
    refused(foreign(1001, 14, unnumbered), &["`actor.process.pid` is \"seven\"", "whole number"]);
    let negative = json!({ "file": file, "actor": { "process": { "pid": -1 } } });
    refused(foreign(1001, 14, negative), &["`actor.process.pid` is -1", "in its range"]);
    let listed = json!({ "file": { "path": ["/a"] } });
    refused(foreign(1001, 14, listed), &["`file.path` is [\"/a\"]", "expected a string"]);
}

#[test]
fn floods_and_cuts_are_kept() {
    let file = json!({ "name": "a", "path": "/a" });
    let more = json!({ "file": file, "count": 12, "metadata": { "is_truncated": true } });
    let event = import(&foreign(1001, 14, more)).expect("good").remove(0);
    assert_eq!(event.count, 12);
    assert_eq!(event.caveats, Caveats::TRUNCATED);
}
