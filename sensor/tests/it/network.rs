//! Sockets, the names that packets carry, and pipes: what flows between processes.

use sensor::Settings;

use crate::stage::Stage;

#[test]
fn connections_are_told_from_both_ends() {
    let Some(mut stage) = Stage::open(&Settings { ring_mib: 4, ..Settings::default() }) else {
        return;
    };
    for (act, address) in [("stream4", "127.0.0.1"), ("stream6", "::1")] {
        let line = |line: &str| line.replace("ADDRESS", address);
        let lines = [
            r#"1 network_listen {"protocol": "tcp", "local": {"ip": ["ADDRESS", $port]}}"#,
            r#"1 network_connect {"@pid": $client, "protocol": "tcp",
                "local": {"ip": ["ADDRESS", $from]}, "remote": {"ip": ["ADDRESS", $port]}}"#,
            r#"1 network_accept {"protocol": "tcp", "local": {"ip": ["ADDRESS", $port]},
                "remote": {"ip": ["ADDRESS", $from]}}"#,
            r#"1 network_close {"@pid": $client, "local": {"ip": ["ADDRESS", $from]},
                "remote": {"ip": ["ADDRESS", $port]}, "sent": 1000, "received": 30000}"#,
            r#"1 network_close {"local": {"ip": ["ADDRESS", $port]},
                "remote": {"ip": ["ADDRESS", $from]}, "sent": 30000, "received": 1000}"#,
        ]
        .map(line);
        stage.check(act, &lines.each_ref().map(String::as_str));
    }
    stage.check(
        "refused_connect",
        &[r#"1 network_connect {"remote": {"ip": ["127.0.0.1", $port]}, "error": 111, "@caveats": null}"#],
    );
    for (act, name) in [("unix_path", "$dir/socket"), ("unix_abstract", "@$name")] {
        let line = |line: &str| line.replace("NAME", name);
        let lines = [
            r#"1 network_bind {"protocol": "unix", "local": {"unix": "NAME"}}"#,
            r#"1 network_listen {"protocol": "unix", "local": {"unix": "NAME"}}"#,
            r#"1 network_connect {"@pid": $client, "protocol": "unix", "remote": {"unix": "NAME"},
                "peer": $pid}"#,
            r#"1 network_accept {"protocol": "unix", "local": {"unix": "NAME"}, "peer": $client}"#,
        ]
        .map(line);
        stage.check(act, &lines.each_ref().map(String::as_str));
    }
    // Of each destination the first.
    stage.check(
        "datagram",
        &[
            r#"1 network_send {"protocol": "udp", "remote": {"ip": ["127.0.0.1", $port4]}}"#,
            r#"1 network_send {"protocol": "udp", "remote": {"ip": ["::1", $port6]}}"#,
        ],
    );
    check_names(&mut stage);
    check_pipes(&mut stage);
}

/// Names that packets carry, in a network of the actor's own.
fn check_names(stage: &mut Stage) {
    stage.check(
        "dns",
        &[
            r#"1 dns_query {"name": "api.model.test", "record": 1, "server": {"ip": ["127.0.0.1", 53]}}"#,
            r#"1 dns_answer {"name": "api.model.test", "record": 1, "addresses": ["192.0.2.7"],
                "server": {"ip": ["127.0.0.1", 53]}, "code": 0}"#,
        ],
    );
    stage.check(
        "hello",
        &[r#"1 tls_client_hello {"server_name": "model.example.test",
            "flow": {"remote": {"ip": ["127.0.0.1", $port]}}}"#],
    );
}

/// Pipes and pairs have one number at both ends.
fn check_pipes(stage: &mut Stage) {
    for act in ["pipes", "pairs"] {
        stage.check(
            act,
            &[
                r#"1 pipe_use {"pipe": $inode, "write": true}"#,
                r#"1 pipe_use {"@pid": $reader, "pipe": $inode, "write": false}"#,
            ],
        );
    }
}
