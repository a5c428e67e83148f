//! What holds for every record, message and name, whoever made it: what was written is read, and what
//! was never written is refused, not guessed. Failures are kept in `proptest-regressions`.

use std::net::IpAddr;
use std::sync::Arc;

use event::{Act, Caveats, Event, ProcessId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::records::{self, Header};
use super::text::{Cursor, join, lossless, path};
use super::{Decoder, dns, hello};

fn decoder() -> Decoder {
    Decoder::new(Arc::new(event::Verbatim), &["WANTED".into()])
}

fn header(kind: u16, length: usize) -> Header {
    Header {
        kind,
        caveats: 0,
        length: length as u32,
        time_ns: 2_000,
        label: 7,
        start_ns: 1_000,
        sequence: 0,
        pid: 42,
        cpu: 0,
    }
}

/// A record as the kernel side sends it.
fn sent(kind: u16, write: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut body = Vec::new();
    write(&mut body);
    let mut bytes = Vec::new();
    let size = {
        header(kind, 0).write(&mut bytes);
        bytes.len()
    } + body.len();
    bytes.clear();
    header(kind, size).write(&mut bytes);
    bytes.extend(body);
    bytes
}

fn decode(record: &[u8]) -> Option<Event> {
    decoder().decode(record)?.event
}

/// Parts as the kernel side writes them: leaf first, each ended by a zero byte.
fn parts(path: &[String]) -> Vec<u8> {
    path.iter().rev().flat_map(|part| [part.as_bytes(), b"\0"].concat()).collect()
}

/// Arguments or variables: each ended by a zero byte.
fn block(words: &[String]) -> Vec<u8> {
    words.iter().flat_map(|word| [word.as_bytes(), b"\0"].concat()).collect()
}

fn exec_record(group: &[u8], argv: &[u8], env: &[u8], exe: &[u8], cwd: &[u8]) -> Vec<u8> {
    let record = records::Exec {
        parent_start_ns: 500,
        device: 1,
        inode: 2,
        cgroup: 3,
        parent_pid: 41,
        uid: 1000,
        gid: 1000,
        euid: 1000,
        egid: 1000,
        tty: 0,
        mnt_ns: 0,
        pid_ns: 0,
        links: 1,
        old_tid: 42,
        tail: 0,
        exe,
        cwd,
        filename: b"",
        interp: b"",
        group,
        argv,
        env,
    };
    sent(records::Exec::KIND, |to| record.write(to))
}

/// A part of a path: not empty, no slash, no zero byte, neither `.` nor `..`.
fn part() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 ._\\-é\\\\]{1,12}".prop_filter("a name", |name| name != "." && name != "..")
}

fn word() -> impl Strategy<Value = String> {
    "[^\\x00]{0,20}"
}

/// Labels of a host name.
fn labels() -> impl Strategy<Value = Vec<String>> {
    vec("[a-zA-Z0-9_\\-]{1,20}", 1..6)
}

fn dns_name(labels: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in labels {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// An answer to `labels`; each address behind a pointer to the question or behind the name again.
fn dns_answer(labels: &[String], record: u16, code: u8, answers: &[(IpAddr, bool)]) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34, 0x81, code, 0, 1];
    bytes.extend((answers.len() as u16).to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(dns_name(labels));
    bytes.extend(record.to_be_bytes());
    bytes.extend([0, 1]);
    for (address, pointer) in answers {
        if *pointer {
            bytes.extend([0xc0, 12])
        } else {
            bytes.extend(dns_name(labels))
        }
        let (kind, data) = match address {
            IpAddr::V4(ip) => (1u8, ip.octets().to_vec()),
            IpAddr::V6(ip) => (28, ip.octets().to_vec()),
        };
        bytes.extend([0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
        bytes.extend(data);
    }
    bytes
}

/// A client hello; other extensions before and behind the name.
fn client_hello(
    name: &str,
    session: &[u8],
    ciphers: &[u16],
    before: &[u8],
    behind: &[u8],
) -> Vec<u8> {
    let unknown = |data: &[u8]| {
        let mut bytes = vec![0xfe, 0x0d];
        bytes.extend((data.len() as u16).to_be_bytes());
        bytes.extend(data);
        bytes
    };
    let mut names = vec![0];
    names.extend((name.len() as u16).to_be_bytes());
    names.extend(name.as_bytes());
    let mut extensions = unknown(before);
    extensions.extend([0, 0]);
    extensions.extend((names.len() as u16 + 2).to_be_bytes());
    extensions.extend((names.len() as u16).to_be_bytes());
    extensions.extend(names);
    extensions.extend(unknown(behind));
    let mut bytes = vec![22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3];
    bytes.extend([0; 32]);
    bytes.push(session.len() as u8);
    bytes.extend(session);
    bytes.extend((ciphers.len() as u16 * 2).to_be_bytes());
    bytes.extend(ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()));
    bytes.extend([1, 0]);
    bytes.extend((extensions.len() as u16).to_be_bytes());
    bytes.extend(extensions);
    bytes
}

/// Bytes of which most are zero, so that lengths among them are often short enough.
fn mostly_zero() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![20 => Just(0u8), 1 => any::<u8>()], 0..300)
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(body in mostly_zero()) {
        macro_rules! again {
            ($($record:ident)*) => {$({
                let mut cursor = Cursor::new(&body);
                if let Some(read) = records::$record::read(&mut cursor) {
                    let mut written = Vec::new();
                    read.write(&mut written);
                    prop_assert_eq!(&body[..body.len() - cursor.rest().len()], written);
                }
            })*};
        }
        again!(Exec Clone Exit File Net Packet Act Stopped);
    }

    #[test]
    fn execs_are_read_as_they_were_sent(
        exe in vec(part(), 1..8),
        cwd in vec(part(), 0..8),
        argv in vec(word(), 1..12),
        wanted in word(),
        other in word(),
    ) {
        let env = block(&[format!("OTHER={other}"), format!("WANTED={wanted}"), "WANTEDNOT=1".into()]);
        let record = exec_record(b"", &block(&argv), &env, &parts(&exe), &parts(&cwd));
        let event = decode(&record).expect("a record");
        prop_assert_eq!(event.process, ProcessId { start_ns: 1_000, pid: 42 });
        let Act::ProcessExec(exec) = event.act else { panic!("not an exec") };
        prop_assert_eq!(&*exec.exe.path, format!("/{}", exe.join("/")));
        prop_assert_eq!(&*exec.cwd, format!("/{}", cwd.join("/")));
        let read: Vec<&str> = exec.argv.iter().map(|word| &**word).collect();
        prop_assert_eq!(read, argv);
        // The environment is dropped but for what signatures ask for.
        let kept: Vec<&str> = exec.env.iter().map(|entry| &**entry).collect();
        prop_assert_eq!(kept, [format!("WANTED={wanted}")]);
    }

    #[test]
    fn a_container_is_named_from_any_depth(
        id in "[0-9a-f]{64}",
        above in vec("[a-z]{1,8}\\.slice", 0..4),
        below in vec("[a-z]{1,8}\\.service", 0..3),
    ) {
        let groups = [above, vec![format!("docker-{id}.scope")], below].concat();
        let record = exec_record(&parts(&groups), b"x\0", b"", b"x\0", b"");
        let Some(Act::ProcessExec(exec)) = decode(&record).map(|event| event.act) else {
            panic!("not an exec")
        };
        prop_assert_eq!(exec.place.container.as_deref(), Some(id.as_str()));
    }

    #[test]
    fn names_are_joined_like_the_standard_library_joins_them(
        base in vec(part(), 0..6),
        name in vec(prop_oneof![part(), Just(".".to_owned()), Just("..".to_owned()), Just(String::new())], 0..8),
        absolute in any::<bool>(),
    ) {
        let name = format!("{}{}", if absolute { "/" } else { "" }, name.join("/"));
        let mut expect = std::path::PathBuf::from("/");
        if !name.starts_with('/') {
            expect.extend(&base);
        }
        for part in std::path::Path::new(&name).components() {
            match part {
                std::path::Component::ParentDir => { expect.pop(); }
                std::path::Component::Normal(part) => expect.push(part),
                _ => {}
            }
        }
        let zero = [name.as_bytes(), b"\0"].concat();
        prop_assert_eq!(join(&parts(&base), &zero), expect.to_str().expect("text"));
    }

    #[test]
    fn any_bytes_make_a_clean_path(bytes in vec(any::<u8>(), 0..200)) {
        let path = path(&bytes);
        prop_assert!(path.starts_with('/') && !path.contains('\0'));
        prop_assert!(join(b"", &bytes).starts_with('/'));
    }

    #[test]
    fn text_is_kept_and_other_bytes_are_shown(bytes in vec(any::<u8>(), 0..100)) {
        let shown = lossless(&bytes);
        match std::str::from_utf8(&bytes) {
            Ok(text) => prop_assert_eq!(shown, text),
            Err(_) => {
                let shown_bytes = shown.matches("\\x").count();
                let invalid: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
                prop_assert!(shown_bytes >= invalid);
            }
        }
    }

    #[test]
    fn every_cut_of_a_record_is_refused(argv in vec(word(), 1..6), cut in any::<prop::sample::Index>()) {
        let whole = exec_record(b"", &block(&argv), b"", b"x\0", b"");
        let end = cut.index(whole.len());
        prop_assert!(decode(&whole[..end]).is_none());
    }

    #[test]
    fn no_record_is_too_strange(kind in 0u16..10, flags in any::<u16>(), body in vec(any::<u8>(), 0..400)) {
        let mut bytes = Vec::new();
        Header { caveats: flags, ..header(kind, 48 + body.len()) }.write(&mut bytes);
        bytes.extend(body);
        if let Some(event) = decode(&bytes) {
            // What only kernel and sensor speak of stays between them.
            prop_assert_eq!(event.caveats.0 & !flags & !(Caveats::CLOSED.0), 0);
            prop_assert_eq!(event.caveats.0 >> 13, 0);
            serde_json::to_string(&event).expect("every event has a form");
        }
    }

    #[test]
    fn dns_messages_are_read_as_they_were_sent(
        labels in labels(),
        record in any::<u16>(),
        code in 0u8..16,
        answers in vec((any::<IpAddr>(), any::<bool>()), 0..20),
    ) {
        let message = dns::parse(&dns_answer(&labels, record, code, &answers)).expect("an answer");
        prop_assert_eq!(message.name, labels.join(".").to_lowercase());
        prop_assert_eq!((message.record, message.code), (record, code));
        let addresses: Vec<IpAddr> = answers.into_iter().map(|(address, _)| address).collect();
        prop_assert_eq!(message.addresses, addresses);
    }

    #[test]
    fn a_cut_answer_tells_no_address_that_was_not_there(
        labels in labels(),
        answers in vec((any::<IpAddr>(), any::<bool>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = dns_answer(&labels, 1, 0, &answers);
        if let Some(message) = dns::parse(&whole[..cut.index(whole.len())]) {
            prop_assert_eq!(message.name, labels.join(".").to_lowercase());
            let told = answers.iter().map(|(address, _)| *address).take(message.addresses.len());
            prop_assert_eq!(message.addresses.clone(), told.collect::<Vec<_>>());
            prop_assert!(message.addresses.len() < answers.len());
        }
    }

    #[test]
    fn no_message_is_too_strange(bytes in vec(any::<u8>(), 0..600), counts in any::<[u8; 2]>()) {
        let mut bytes = bytes;
        if let Some(head) = bytes.get_mut(4..8) {
            head.copy_from_slice(&[0, 1, counts[0], counts[1]]);
        }
        if let Some(message) = dns::parse(&bytes) {
            prop_assert!(message.name.len() <= 4 * 255 + 4 * 64 && message.addresses.len() <= 64);
        }
        let _ = hello::server_name(&bytes);
    }

    #[test]
    fn hellos_are_read_as_they_were_sent(
        name in "[a-zA-Z0-9.\\-]{1,60}",
        session in vec(any::<u8>(), 0..33),
        ciphers in vec(any::<u16>(), 1..20),
        before in vec(any::<u8>(), 0..40),
        behind in vec(any::<u8>(), 0..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = client_hello(&name, &session, &ciphers, &before, &behind);
        let expect = name.to_ascii_lowercase();
        prop_assert_eq!(hello::server_name(&whole), Some(expect.clone()));
        // A cut hello gives the whole name or none.
        let told = hello::server_name(&whole[..cut.index(whole.len())]);
        prop_assert!(told.is_none_or(|told| told == expect));
    }
}
