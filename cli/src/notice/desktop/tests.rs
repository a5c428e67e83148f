//! A notification over a real bus (`dbus-daemon`), to a small server of notifications.

use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::super::tests::judged;
use super::*;

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A bus of its own; none where there is no `dbus-daemon`.
fn daemon(dir: &Path) -> Option<Daemon> {
    let config = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig><type>session</type>\
         <listen>unix:path={}/bus</listen><policy context=\"default\"><allow send_destination=\"*\"/><allow eavesdrop=\"true\"/>\
         <allow own=\"*\"/></policy></busconfig>",
        dir.display()
    );
    std::fs::write(dir.join("bus.conf"), config).expect("written");
    let started = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", dir.join("bus.conf").display()))
        .arg("--nofork")
        .stdout(Stdio::null())
        .spawn();
    let daemon = Daemon(started.ok()?);
    let began = Instant::now();
    while UnixStream::connect(dir.join("bus")).is_err() {
        assert!(began.elapsed().as_secs() < 30, "the bus does not come up");
        std::thread::yield_now();
    }
    Some(daemon)
}

/// Serves notifications until one came; gives it back as it came.
fn serve(bus: &Path) -> Vec<u8> {
    let mut bus = Bus::connect(bus).expect("let in");
    let body = Body::default().text(DESKTOP).number(0).0.clone();
    let name = Call {
        to: BUS,
        path: "/org/freedesktop/DBus",
        interface: BUS,
        member: "RequestName",
        signature: "su",
        body,
    };
    bus.call(&name).expect("the name is ours");
    loop {
        let mut head = [0; 16];
        bus.stream.read_exact(&mut head).expect("a message");
        let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four"));
        let mut rest = vec![0; number(12).next_multiple_of(8) as usize + number(4) as usize];
        bus.stream.read_exact(&mut rest).expect("the rest");
        if head[1] != 1 {
            continue;
        }
        let from = rest.windows(3).position(|it| it == b":1.").expect("a sender");
        let from: Vec<u8> = rest[from..].iter().take_while(|it| **it != 0).copied().collect();
        let mut fields = Body::default();
        fields.field(6, "s", &String::from_utf8_lossy(&from));
        fields.pad(8).byte(5).signature("u").number(number(8));
        fields.pad(8).byte(8).signature("g").signature("u");
        let mut answer = Body::default();
        answer.bytes(&[b'l', 2, 1, 1]).number(4).number(99);
        answer.number(fields.0.len() as u32).bytes(&fields.0).pad(8).number(7);
        bus.stream.get_mut().write_all(&answer.0).expect("answered");
        return rest;
    }
}

#[test]
fn a_question_reaches_a_desktop_and_marks_nothing_up() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(_daemon) = daemon(home.path()) else {
        eprintln!("skipped: there is no `dbus-daemon` here");
        return;
    };
    let bus = home.path().join("bus");
    let notice = Notice::of("lusab-dofin", &judged("/home/alice/.ssh/id"), &[]);
    let error = show(&bus, &notice, 1000).expect_err("nobody shows notifications there");
    assert!(error.to_string().contains("ServiceUnknown"), "{error}");
    let served = {
        let bus = bus.clone();
        std::thread::spawn(move || serve(&bus))
    };
    let began = Instant::now();
    while let Err(error) = show(&bus, &notice, 1000) {
        assert!(began.elapsed().as_secs() < 30, "{error}");
    }
    let came = served.join().expect("served");
    let came = String::from_utf8_lossy(&came);
    for expect in ["susssasa{sv}i", "/home/alice/.ssh/id", "lusab-dofin", "urgency", "&lt;b&gt;"] {
        assert!(came.contains(expect), "{expect}: {came}");
    }
    assert!(!came.contains("<b>"), "{came}");
}

#[test]
fn whatever_the_bus_says_ends() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("bus");
    let notice = Notice::of("lusab-dofin", &judged("/x"), &[]);
    let check = |says: &'static [&'static [u8]]| {
        let _ = std::fs::remove_file(&path);
        let listener = std::os::unix::net::UnixListener::bind(&path).expect("bound");
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody comes");
            for said in says {
                let mut heard = [0; 4096];
                let _ = stream.read(&mut heard);
                let _ = stream.write_all(said);
            }
        });
        assert!(show(&path, &notice, 0).is_err());
        server.join().expect("ended");
    };
    check(&[b"REJECTED EXTERNAL\r\n"]);
    check(&[b"OK 1\r\n", b"l\x02\x00\x01\xff\xff\xff\xff\x01\x00\x00\x00\xff\xff\xff\xff"]);
    check(&[b"OK 1\r\n", b"l\x02\x00\x01\x00\x00\x00\x00\x01\x00\x00\x00\x08\x00\x00\x00\x05\xff\xff\xff\xff\xff\xff\xff"]);
    check(&[b"OK 1\r\n", b"B\x02\x00\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"]);
    check(&[]);
}
