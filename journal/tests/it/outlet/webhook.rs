//! Webhook: signed, over TLS, repeated under the same id, with a server that is down or says no.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use event::{LossCause, Record};
use journal::RetentionSettings;
use journal::outlet::{Selection, TlsSettings, WebhookSettings};
use ring::hmac;
use serde_json::Value;

use super::server::{Request, answer, listener, secure, serve, tls};
use super::{Host, PATIENCE, id, secret_file, status, to_webhook, until};

fn settings(host: &Host, url: String) -> WebhookSettings {
    let (records, tls) = (Selection::Findings, TlsSettings::default());
    WebhookSettings { url, records, secret_file: secret_file(host.home.path()), tls }
}

/// The body, if its signature is right and the same finding has the same id.
fn verified(request: &Request) -> Value {
    assert!(request.head.starts_with("POST /hook HTTP/1.1\r\n"), "{}", request.head);
    let (id, time) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    let signature = request.header("webhook-signature").strip_prefix("v1,").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"0123456789abcdef0123456789abcdef");
    let signed = format!("{id}.{time}.{}", request.body);
    hmac::verify(&key, signed.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
    assert_eq!(request.header("idempotency-key"), id);
    let body: Value = serde_json::from_str(&request.body).unwrap();
    if !body.is_array() {
        assert_eq!(self::id(&body), id);
    }
    body
}

#[test]
fn findings_arrive_signed_over_tls() {
    let mut host = Host::new();
    let ca_file = host.path("ca.pem");
    let (listener, address) = listener();
    let config = tls(&ca_file);
    let requests = serve(listener, move |stream, requests| {
        requests.send(answer(&mut secure(&config, stream), 204)).unwrap();
    });
    let mut settings = settings(&host, format!("https://localhost:{}/hook", address.port()));
    settings.tls.ca_file = Some(ca_file);
    let outlets = host.start(&to_webhook(settings), 0);
    for finding in host.write(0, 3) {
        outlets.wake();
        assert_eq!(verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap()), finding);
    }
    assert_eq!(until(&outlets, |status| status.delivered == 3).trouble, None);
}

#[test]
fn a_server_that_is_down_gets_it_after_a_restart_of_both() {
    let mut host = Host::new();
    let (listener, address) = listener();
    drop(listener);
    let settings = to_webhook(settings(&host, format!("http://{address}/hook")));
    let expect = host.write(0, 4);
    let outlets = host.start(&settings, 0);
    let status = until(&outlets, |status| status.trouble.is_some());
    assert_eq!((status.delivered, status.position.0), (0, 0));
    outlets.stop();

    let listener = std::net::TcpListener::bind(address).unwrap();
    let requests = serve(listener, |mut stream, requests| {
        requests.send(answer(&mut stream, 200)).unwrap();
    });
    let outlets = host.start(&settings, host.writer.end().0);
    for finding in expect {
        assert_eq!(verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap()), finding);
    }
    until(&outlets, |status| status.delivered == 4);
    outlets.stop();

    let outlets = host.start(&settings, host.writer.end().0);
    let more = host.write(4, 5);
    let next = verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap());
    assert_eq!(next, more[0], "what was delivered is not delivered again");
    outlets.stop();
}

#[test]
fn a_server_in_trouble_is_asked_again_and_a_refusal_is_counted() {
    let mut host = Host::new();
    let (listener, address) = listener();
    let mut answers = [503, 200, 422, 200].into_iter();
    let requests = serve(listener, move |mut stream, requests| {
        requests.send(answer(&mut stream, answers.next().unwrap())).unwrap();
    });
    let expect = host.write(0, 3);
    let settings = to_webhook(settings(&host, format!("http://{address}/hook")));
    let outlets = host.start(&settings, 0);
    let got: Vec<_> =
        (0..4).map(|_| verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap())).collect();
    let [first, second, third] = &expect[..] else { panic!("three findings") };
    assert_eq!(got.iter().collect::<Vec<_>>(), [first, first, second, third]);
    let status = until(&outlets, |status| status.delivered == 2 && status.refused == 1);
    assert_eq!(status.name, "webhook so/c");
    let losses = outlets.take_losses();
    assert_eq!(losses.len(), 1);
    assert_eq!((losses[0].cause, losses[0].count), (LossCause::ChannelFull, 1));
    assert_eq!(&*losses[0].place, "outlet webhook so/c: refused");
    assert!(outlets.take_losses().is_empty());
}

#[test]
fn everything_comes_in_arrays() {
    let mut host = Host::new();
    let (listener, address) = listener();
    let requests = serve(listener, |mut stream, requests| {
        requests.send(answer(&mut stream, 200)).unwrap();
    });
    let mut settings = settings(&host, format!("http://{address}/hook"));
    settings.records = Selection::Everything;
    host.write(0, 2);
    let outlets = host.start(&to_webhook(settings), 0);
    let mut records = 0;
    while records < 102 {
        let body = verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap());
        records += body.as_array().unwrap().len();
    }
    assert_eq!(records, 102);
    until(&outlets, |status| status.delivered == 102);
}

#[test]
fn what_retention_takes_before_it_was_delivered_is_a_loss() {
    let mut host = Host::new();
    let (listener, address) = listener();
    let requests = serve(listener, |mut stream, requests| {
        requests.send(answer(&mut stream, 200)).unwrap();
    });
    host.write(0, 2);
    let mut host = host.restart();
    let expect = host.write(2, 3);
    host.writer.sync().unwrap();
    let all = RetentionSettings { acts_days: 0, ..RetentionSettings::default() };
    let removed = host.writer.retain(&all, u64::MAX, journal::Position(0)).unwrap();
    assert_eq!(removed.segments, 1);
    let settings = to_webhook(settings(&host, format!("http://{address}/hook")));
    std::fs::create_dir_all(host.path("outlets")).unwrap();
    std::fs::write(host.path("outlets/webhook-so%2fc.cursor"), "0\n").unwrap();
    let outlets = host.start(&settings, host.writer.end().0);
    let loss = requests.recv_timeout(PATIENCE).unwrap().unwrap();
    let Record::Loss(loss) = serde_json::from_str(&loss.body).unwrap() else { panic!() };
    assert_eq!((loss.cause, loss.count), (LossCause::Retention, 102));
    assert_eq!(verified(&requests.recv_timeout(PATIENCE).unwrap().unwrap()), expect[0]);
    until(&outlets, |status| status.delivered == 2);
    let losses = outlets.take_losses();
    assert_eq!((losses.len(), losses[0].cause, losses[0].count), (1, LossCause::Retention, 102));
    assert_eq!(status(&outlets).position, host.writer.end());
}
