//! DNS for the run: every allowed name has an address of its own, which only means something here; nothing is asked
//! outside. RFC 1035 section 4.

use std::net::Ipv4Addr;
use std::sync::Arc;

use event::{Object, Verb};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::gate::Gate;
use super::host::Host;
use super::refusal::Refusal;

/// Largest question: a header, a name, and what newer clients add.
const MOST: usize = 1232;
/// How long a client may keep an answer, seconds: names keep their address as long as the run lasts.
const LIFE: u32 = 60;
/// Connections of clients that ask over TCP.
const CONNECTIONS: usize = 16;

/// A question that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As it was written.
    pub name: String,
    /// Kind of record.
    pub record: u16,
    /// Where the question ends in the message.
    pub end: usize,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This address.
    Address(Ipv4Addr),
    /// The name is there and has no such record.
    Nothing,
    /// The question cannot be read.
    Malformed,
    /// There is no room for more names.
    Failed,
    /// There is no such name.
    Unknown,
    /// Not done here.
    NotDone,
    /// Not allowed.
    Refused,
}

/// Reads a question; none where nothing is to be answered, for it is no question.
pub fn question(message: &[u8]) -> Option<Result<Question, Reply>> {
    let flags = pair(message, 2)?;
    let questions = pair(message, 4)?;
    message.get(..12)?;
    if flags & 0x8000 != 0 {
        return None;
    }
    if flags & 0x7800 != 0 {
        return Some(Err(Reply::NotDone));
    }
    if questions != 1 {
        return Some(Err(Reply::Malformed));
    }
    Some(asked(message).ok_or(Reply::Malformed))
}

fn asked(message: &[u8]) -> Option<Question> {
    let (mut name, mut at) = (String::new(), 12);
    loop {
        let length = usize::from(*message.get(at)?);
        if length == 0 {
            break;
        }
        // No pointers: there is nothing yet that they could point at.
        let label = message.get(at + 1..at + 1 + length).filter(|_| length < 64)?;
        if !name.is_empty() {
            name.push('.');
        }
        let label = std::str::from_utf8(label).ok().filter(|label| !label.contains('.'))?;
        name.push_str(label);
        at += 1 + length;
        if name.len() > 253 {
            return None;
        }
    }
    let (record, class) = (pair(message, at + 1)?, pair(message, at + 3)?);
    (class == 1).then_some(Question { name, record, end: at + 5 })
}

/// The answer to a message.
pub fn answer(message: &[u8], end: usize, reply: Reply) -> Vec<u8> {
    let code = match reply {
        Reply::Address(_) | Reply::Nothing => 0,
        Reply::Malformed => 1,
        Reply::Failed => 2,
        Reply::Unknown => 3,
        Reply::NotDone => 4,
        Reply::Refused => 5,
    };
    let answers = u8::from(matches!(reply, Reply::Address(_)));
    let asked = message.get(12..end).unwrap_or_default();
    let mut bytes = message.get(..2).unwrap_or(&[0, 0]).to_vec();
    let wants_recursion = message.get(2).map_or(0, |it| it & 1);
    bytes.extend([0x80 | wants_recursion, 0x80 | code]);
    bytes.extend([0, u8::from(!asked.is_empty()), 0, answers, 0, 0, 0, 0]);
    bytes.extend(asked);
    if let Reply::Address(address) = reply {
        // The name of the question, an address, of the internet.
        bytes.extend([0xc0, 12, 0, 1, 0, 1]);
        bytes.extend(LIFE.to_be_bytes());
        bytes.extend([0, 4]);
        bytes.extend(address.octets());
    }
    bytes
}

fn pair(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..at + 2)?.first_chunk()?))
}

/// What the run is told about a question.
fn reply(gate: &Gate, question: &Question) -> Reply {
    const ADDRESS: u16 = 1;
    /// Other addresses, and services (which would bring keys to hide names with): there are none.
    const QUIET: [u16; 3] = [28, 64, 65];
    const NAME_OF_ADDRESS: u16 = 12;
    if question.record == NAME_OF_ADDRESS {
        return Reply::Unknown;
    }
    let refuse = |refusal: &Refusal| {
        let object = Object::Host {
            name: event::show::brief(&question.name, 253).into(),
            address: None,
            port: 53,
            request: "".into(),
        };
        gate.judge.refuse_act(Verb::Connect, object, refusal);
        Reply::Refused
    };
    let host = match Host::parse(&question.name) {
        Ok(host) => host,
        Err(refusal) => return refuse(&refusal),
    };
    if !gate.allowed.iter().any(|it| it.matches_name(&host)) {
        return refuse(&Refusal::NotAllowed);
    }
    match (&host, question.record) {
        (Host::Name(name), ADDRESS) => match gate.names.address(name) {
            Some(address) => Reply::Address(address),
            None => {
                refuse(&Refusal::TooManyNames);
                Reply::Failed
            }
        },
        (_, record) if QUIET.contains(&record) => Reply::Nothing,
        (_, record) => refuse(&Refusal::Record(record)),
    }
}

async fn respond(gate: &Gate, message: &[u8]) -> Option<Vec<u8>> {
    gate.judge.room().await;
    Some(match question(message)? {
        Ok(question) => answer(message, question.end, reply(gate, &question)),
        Err(reply) => answer(message, 0, reply),
    })
}

/// Answers over UDP.
pub async fn serve_udp(gate: Arc<Gate>, socket: UdpSocket) {
    let mut space = [0; MOST];
    loop {
        match socket.recv_from(&mut space).await {
            Ok((length, from)) => {
                let message = space.get(..length).unwrap_or_default();
                if let Some(answer) = respond(&gate, message).await {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
            // An answer that nobody waited for comes back as an error of the next read.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
        }
    }
}

/// Answers over TCP.
pub async fn serve_tcp(gate: Arc<Gate>, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            continue;
        };
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            let mut stream = stream;
            while let Ok(Some(())) =
                timeout(gate.bounds.opening, exchange(&gate, &mut stream)).await
            {}
            drop(permit);
        });
    }
}

/// One question and its answer; none where the client is done.
async fn exchange(gate: &Gate, stream: &mut TcpStream) -> Option<()> {
    let length = usize::from(stream.read_u16().await.ok()?);
    if length > MOST {
        return None;
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    let answer = respond(gate, &message).await?;
    let mut bytes = u16::try_from(answer.len()).ok()?.to_be_bytes().to_vec();
    bytes.extend(answer);
    stream.write_all(&bytes).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00";

    fn message(name: &[u8], record: u8) -> Vec<u8> {
        [HEAD, name, &[0, 0, record, 0, 1]].concat()
    }

    fn check(message: &[u8], expect: Result<(&str, u16), Reply>) {
        let read = question(message).expect("an answer");
        let read = read.as_ref().map(|it| (&*it.name, it.record));
        assert_eq!(read, expect.as_ref().map(|it| *it), "{message:?}");
    }

    #[test]
    fn reads_questions() {
        check(&message(b"\x03API\x07example\x03com", 1), Ok(("API.example.com", 1)));
        check(&message(b"", 16), Ok(("", 16)));
        check(&message(b"\x03a.b", 1), Err(Reply::Malformed));
        check(&message(b"\xc0\x0c", 1), Err(Reply::Malformed));
        check(&message(b"\x01\xff", 1), Err(Reply::Malformed));
        check(&message(&b"\x3f".repeat(64 * 5), 1), Err(Reply::Malformed));
        let mut update = message(b"\x01a", 1);
        update[2] = 0x28;
        check(&update, Err(Reply::NotDone));
        let whole = message(b"\x03API\x07example\x03com", 1);
        for end in 12..whole.len() {
            check(&whole[..end], Err(Reply::Malformed));
        }
        assert_eq!(question(&whole[..11]), None);
        let mut reply = whole;
        reply[2] |= 0x80;
        assert_eq!(question(&reply), None);
    }

    #[test]
    fn answers_as_it_was_asked() {
        let message = message(b"\x01a\x02bc", 1);
        let address = answer(&message, message.len(), Reply::Address(Ipv4Addr::new(198, 18, 0, 1)));
        let expect = b"\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x01a\x02bc\x00\x00\x01\x00\x01\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x12\x00\x01";
        assert_eq!(address, expect);
        let refused = answer(&message, message.len(), Reply::Refused);
        assert_eq!(refused[..12], *b"\x12\x34\x81\x85\x00\x01\x00\x00\x00\x00\x00\x00");
    }
}
