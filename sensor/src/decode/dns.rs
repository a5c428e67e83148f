//! DNS messages (RFC 1035 section 4): the question and the addresses of an answer, from one UDP
//! payload that anyone may have made.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is kept of a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    pub name: String,
    pub record: u16,
    pub code: u8,
    pub addresses: Vec<IpAddr>,
}

/// Most answers looked at, most labels in a name: a message fits 1,500 bytes, pointers could loop.
const MOST_ANSWERS: u16 = 64;
const MOST_JUMPS: usize = 16;
const MOST_NAME: usize = 255;

pub fn parse(payload: &[u8]) -> Option<Message> {
    let flags = u16_at(payload, 2)?;
    let (questions, answers) = (u16_at(payload, 4)?, u16_at(payload, 6)?);
    if questions != 1 {
        return None;
    }
    let (name, mut at) = name(payload, 12)?;
    let record = u16_at(payload, at)?;
    at += 4;
    let mut addresses = Vec::new();
    for _ in 0..answers.min(MOST_ANSWERS) {
        let Some((address, next)) = answer(payload, at) else { break };
        addresses.extend(address);
        at = next;
    }
    Some(Message { name, record, code: (flags & 15) as u8, addresses })
}

/// One resource record: its address, if it holds one, and where the next begins.
fn answer(payload: &[u8], at: usize) -> Option<(Option<IpAddr>, usize)> {
    let (_, at) = name(payload, at)?;
    let (record, length) = (u16_at(payload, at)?, usize::from(u16_at(payload, at + 8)?));
    let data = payload.get(at + 10..at + 10 + length)?;
    let address = match (record, length) {
        (1, 4) => <[u8; 4]>::try_from(data).ok().map(|bytes| Ipv4Addr::from(bytes).into()),
        (28, 16) => <[u8; 16]>::try_from(data).ok().map(|bytes| Ipv6Addr::from(bytes).into()),
        _ => None,
    };
    Some((address, at + 10 + length))
}

/// A name in lower case without its last dot, and where what follows it begins.
fn name(payload: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut after = None;
    let mut jumps = 0;
    loop {
        let length = usize::from(*payload.get(at)?);
        match length {
            0 => break,
            1..=63 => {
                let label = payload.get(at + 1..at + 1 + length)?;
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&super::text::lossless(label).to_lowercase());
                at += 1 + length;
            }
            192.. => {
                after.get_or_insert(at + 2);
                at = usize::from(u16_at(payload, at)? & 0x3fff);
                jumps += 1;
            }
            _ => return None,
        }
        if jumps > MOST_JUMPS || name.len() > 4 * MOST_NAME {
            return None;
        }
    }
    Some((name, after.unwrap_or(at + 1)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &[u8] = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03API\x07example\x03com\x00\x00\x01\x00\x01";

    #[test]
    fn reads_a_question() {
        let message = parse(QUERY).expect("a question");
        assert_eq!((message.name.as_str(), message.record), ("api.example.com", 1));
    }

    #[test]
    fn reads_addresses_behind_a_pointer() {
        let mut answer = QUERY.to_vec();
        answer[2] = 0x81;
        answer[7] = 1;
        answer.extend(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x5d\xb8\xd8\x22");
        let message = parse(&answer).expect("an answer");
        assert_eq!(message.addresses, [IpAddr::from([93, 184, 216, 34])]);
    }

    #[test]
    fn survives_loops_and_every_cut() {
        let mut looped = QUERY.to_vec();
        looped[12] = 0xc0;
        looped[13] = 12;
        assert_eq!(parse(&looped), None);
        for end in 0..QUERY.len() {
            let _ = parse(&QUERY[..end]);
        }
    }
}
