//! A notification on the desktop of a person (`org.freedesktop.Notifications`), over their own session bus. D-Bus is
//! spoken as far as this one call needs it: the crate `zbus` brings a runtime and some sixty crates, and `notify-send` is
//! not everywhere.
//!
//! A session bus hears its owner alone, and who serves it is anybody of that account: so this runs in a process of
//! theirs (`chaperone notify`), which ends after seconds whatever the other side does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::Notice;

/// The longest that one read or write waits.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest message that is read.
const LONGEST: u32 = 1 << 20;
/// Messages that are not for us, until we give up.
const OTHERS: usize = 64;

const DESKTOP: &str = "org.freedesktop.Notifications";
const BUS: &str = "org.freedesktop.DBus";

/// Shows a question until it is closed or `shown_ms` are over.
pub fn show(bus: &Path, notice: &Notice, shown_ms: i32) -> io::Result<()> {
    let mut bus = Bus::connect(bus)?;
    let mut body = Body::default();
    body.text("Chaperone").number(0).text("dialog-warning");
    body.text(&notice.title()).text(&markup(&notice.lines().join("\n")));
    // No buttons: an agent of this account could press them.
    body.number(0);
    // Hints: one, that it is urgent.
    let hint = Body::default().pad(8).text("urgency").signature("y").byte(2).0.clone();
    body.number(hint.len() as u32).pad(8).bytes(&hint).number(shown_ms.cast_unsigned());
    bus.call(&Call {
        to: DESKTOP,
        path: "/org/freedesktop/Notifications",
        interface: DESKTOP,
        member: "Notify",
        signature: "susssasa{sv}i",
        body: body.0,
    })
}

/// Bodies of notifications are marked up; what is told is not.
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A connection to a bus that knows us.
struct Bus {
    stream: BufReader<UnixStream>,
    serial: u32,
}

/// A call of a method.
struct Call<'c> {
    to: &'c str,
    path: &'c str,
    interface: &'c str,
    member: &'c str,
    signature: &'c str,
    body: Vec<u8>,
}

impl Bus {
    fn connect(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut bus = Self { stream: BufReader::new(stream), serial: 0 };
        let uid = rustix::process::geteuid().as_raw().to_string();
        let uid: String = uid.bytes().map(|byte| format!("{byte:02x}")).collect();
        bus.stream.get_mut().write_all(format!("\0AUTH EXTERNAL {uid}\r\n").as_bytes())?;
        let mut line = String::new();
        (&mut bus.stream).take(1024).read_line(&mut line)?;
        if !line.starts_with("OK ") {
            return Err(io::Error::other("the bus does not let this account in"));
        }
        bus.stream.get_mut().write_all(b"BEGIN\r\n")?;
        bus.call(&Call {
            to: BUS,
            path: "/org/freedesktop/DBus",
            interface: BUS,
            member: "Hello",
            signature: "",
            body: Vec::new(),
        })?;
        Ok(bus)
    }

    /// Calls, and waits for the answer.
    fn call(&mut self, call: &Call<'_>) -> io::Result<()> {
        self.serial += 1;
        let message = call.message(self.serial);
        self.stream.get_mut().write_all(&message)?;
        for _ in 0..OTHERS {
            let answer = Answer::read(&mut self.stream)?;
            match answer.kind {
                2 if answer.to == Some(self.serial) => return Ok(()),
                3 if answer.to == Some(self.serial) => {
                    let name = event::show::brief(&answer.error.unwrap_or_default(), 120);
                    return Err(io::Error::other(format!("the bus answers {name}")));
                }
                _ => {}
            }
        }
        Err(io::Error::other("the bus answers with something else"))
    }
}

impl Call<'_> {
    fn message(&self, serial: u32) -> Vec<u8> {
        let mut fields = Body::default();
        fields.field(1, "o", self.path).field(2, "s", self.interface);
        fields.field(3, "s", self.member).field(6, "s", self.to);
        if !self.signature.is_empty() {
            fields.pad(8).byte(8).signature("g").signature(self.signature);
        }
        let mut message = Body::default();
        // Little endian, a call, no flags, version 1.
        message.bytes(&[b'l', 1, 0, 1]).number(self.body.len() as u32).number(serial);
        // The fields begin at the sixteenth byte: what is aligned in them is aligned in the message.
        message.number(fields.0.len() as u32).bytes(&fields.0).pad(8).bytes(&self.body);
        message.0
    }
}

/// Values one behind the other, each at a multiple of its size.
#[derive(Default)]
struct Body(Vec<u8>);

impl Body {
    fn pad(&mut self, to: usize) -> &mut Self {
        self.0.resize(self.0.len().next_multiple_of(to), 0);
        self
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn byte(&mut self, byte: u8) -> &mut Self {
        self.bytes(&[byte])
    }

    fn number(&mut self, number: u32) -> &mut Self {
        self.pad(4).bytes(&number.to_le_bytes())
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len() as u32).bytes(text.as_bytes()).byte(0)
    }

    fn signature(&mut self, signature: &str) -> &mut Self {
        self.byte(signature.len() as u8).bytes(signature.as_bytes()).byte(0)
    }

    fn field(&mut self, code: u8, signature: &str, text: &str) -> &mut Self {
        self.pad(8).byte(code).signature(signature).text(text)
    }
}

/// What of a message says whose answer it is.
#[derive(Default)]
struct Answer {
    kind: u8,
    to: Option<u32>,
    error: Option<String>,
}

impl Answer {
    fn read(from: &mut impl Read) -> io::Result<Self> {
        let wrong = || io::Error::other("what the bus says cannot be read");
        let mut head = [0; 16];
        from.read_exact(&mut head)?;
        let [endian, kind, ..] = head;
        let number = |at: usize| -> Option<u32> {
            let bytes = head.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(bytes))
        };
        let (body, fields) = (number(4).ok_or_else(wrong)?, number(12).ok_or_else(wrong)?);
        if endian != b'l' || body > LONGEST || fields > LONGEST {
            return Err(wrong());
        }
        let mut rest = vec![0; fields.next_multiple_of(8) as usize + body as usize];
        from.read_exact(&mut rest)?;
        let mut answer = Self { kind, ..Self::default() };
        answer.fields(rest.get(..fields as usize).unwrap_or_default()).ok_or_else(wrong)?;
        Ok(answer)
    }

    fn fields(&mut self, bytes: &[u8]) -> Option<()> {
        let mut at = 0_usize;
        while at < bytes.len() {
            at = at.next_multiple_of(8);
            let (code, length) = (*bytes.get(at)?, usize::from(*bytes.get(at + 1)?));
            let signature = bytes.get(at + 2..at + 2 + length)?;
            at += 3 + length;
            let number = |at: usize| -> Option<u32> {
                Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
            };
            match signature {
                b"u" => {
                    at = at.next_multiple_of(4);
                    if code == 5 {
                        self.to = number(at);
                    }
                    at += 4;
                }
                b"s" | b"o" => {
                    at = at.next_multiple_of(4);
                    let length = number(at)? as usize;
                    let text = bytes.get(at + 4..at.checked_add(4)?.checked_add(length)?)?;
                    if code == 4 {
                        self.error = Some(String::from_utf8_lossy(text).into_owned());
                    }
                    at += 5 + length;
                }
                b"g" => at += 2 + usize::from(*bytes.get(at)?),
                _ => return None,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
