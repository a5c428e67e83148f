//! Syslog: TLS with a certificate that is checked, TCP that breaks off, UDP.

use std::net::UdpSocket;

use journal::outlet::{Selection, SyslogSettings, TlsSettings, Transport};
use serde_json::Value;

use super::server::{frame, listener, secure, serve, tls};
use super::{Host, PATIENCE, to_syslog, until};

fn settings(address: String, transport: Transport) -> SyslogSettings {
    let records = Selection::Findings;
    SyslogSettings { address, records, transport, facility: 13, tls: TlsSettings::default() }
}

/// The parts of `<107>1 TIME HOST chaperone PID finding - JSON`.
fn parse(line: &str) -> Value {
    let parts: Vec<_> = line.splitn(8, ' ').collect();
    assert_eq!((parts[0], parts[3], parts[5], parts[6]), ("<107>1", "chaperone", "finding", "-"));
    assert!(parts[1].starts_with("2026-") && parts[1].ends_with('Z'), "{line}");
    assert_eq!(parts[4], std::process::id().to_string());
    serde_json::from_str(parts[7]).unwrap()
}

#[test]
fn findings_arrive_over_tls_in_order_and_once() {
    let mut host = Host::new();
    let ca_file = host.path("ca.pem");
    let (listener, address) = listener();
    let config = tls(&ca_file);
    let lines = serve(listener, move |stream, lines| {
        let mut stream = secure(&config, stream);
        while let Some(line) = frame(&mut stream) {
            lines.send(line).unwrap();
        }
    });
    let mut settings = settings(format!("localhost:{}", address.port()), Transport::Tls);
    settings.tls.ca_file = Some(ca_file);
    let outlets = host.start(&to_syslog(settings), 0);
    let expect = host.write(0, 12);
    outlets.wake();
    let got: Vec<_> = (0..12).map(|_| parse(&lines.recv_timeout(PATIENCE).unwrap())).collect();
    assert_eq!(got, expect);
    let status = until(&outlets, |status| status.position == host.writer.end());
    assert_eq!((status.delivered, status.refused, status.trouble), (12, 0, None));
    assert_eq!(outlets.delivered(), Some(host.writer.end()));
    assert!(lines.try_recv().is_err(), "nothing else came");
}

#[test]
fn a_server_with_a_foreign_certificate_gets_nothing() {
    let mut host = Host::new();
    let (trusted, server) = (host.path("trusted.pem"), host.path("server.pem"));
    let (listener, address) = listener();
    let config = tls(&server);
    tls(&trusted);
    let lines = serve(listener, move |stream, lines| {
        if let Some(line) = frame(&mut secure(&config, stream)) {
            lines.send(line).unwrap();
        }
    });
    let mut settings = settings(format!("localhost:{}", address.port()), Transport::Tls);
    settings.tls.ca_file = Some(trusted);
    host.write(0, 1);
    let outlets = host.start(&to_syslog(settings), 0);
    let status = until(&outlets, |status| status.trouble.is_some());
    let trouble = status.trouble.unwrap();
    assert!(trouble.contains("invalid peer certificate"), "{trouble}");
    assert_eq!((status.delivered, status.position.0), (0, 0));
    outlets.stop();
    assert!(lines.try_recv().is_err());
}

#[test]
fn after_a_break_the_last_part_comes_again_and_nothing_is_missing() {
    let mut host = Host::new();
    let (listener, address) = listener();
    let lines = serve(listener, |mut stream, lines| {
        // Takes one message and goes away.
        if let Some(line) = frame(&mut stream) {
            lines.send(line).unwrap();
        }
    });
    let outlets = host.start(&to_syslog(settings(address.to_string(), Transport::Tcp)), 0);
    let mut expect = host.write(0, 1);
    assert_eq!(parse(&lines.recv_timeout(PATIENCE).unwrap()), expect[0]);
    expect.extend(host.write(1, 2));
    assert_eq!(parse(&lines.recv_timeout(PATIENCE).unwrap()), expect[0], "once more");
    outlets.stop();
}

#[test]
fn findings_arrive_by_udp() {
    let mut host = Host::new();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let expect = host.write(0, 3);
    let _outlets = host.start(&to_syslog(settings(address, Transport::Udp)), 0);
    for finding in expect {
        let mut bytes = vec![0; 65_536];
        let len = socket.recv(&mut bytes).unwrap();
        assert_eq!(parse(std::str::from_utf8(&bytes[..len]).unwrap()), finding);
    }
}
