//! The first message of TLS (RFC 8446 section 4.1.2, RFC 6066 section 3): which name it says, and whether it hides one
//! (ECH). What two readers could read differently is refused.

/// Longest hello that is read, bytes.
const MOST: usize = 32 * 1024;
const SERVER_NAME: u16 = 0;
const ENCRYPTED_HELLO: u16 = 0xfe0d;

/// What a hello says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// The name of the host; none is said for an address.
    pub server_name: Option<String>,
    /// Another name may be hidden.
    pub hides: bool,
}

/// What the first bytes of a connection are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A hello, whole.
    Whole(Hello),
    /// What may become one.
    Open,
    /// None.
    Wrong,
}

/// Reads the first bytes of a connection.
pub fn read(bytes: &[u8]) -> Reading {
    match message(bytes) {
        Ok(Some(message)) => parse(&message).map_or(Reading::Wrong, Reading::Whole),
        Ok(None) => Reading::Open,
        Err(()) => Reading::Wrong,
    }
}

/// The handshake message, put together from its records; none yet where they are not all there.
fn message(mut bytes: &[u8]) -> Result<Option<Vec<u8>>, ()> {
    let mut message = Vec::new();
    loop {
        if let [1, high, mid, low, ..] = message.as_slice() {
            let length = usize::from(*high) << 16 | usize::from(*mid) << 8 | usize::from(*low);
            if length > MOST {
                return Err(());
            }
            match (message.len() - 4).cmp(&length) {
                std::cmp::Ordering::Equal => return Ok(Some(message.split_off(4))),
                std::cmp::Ordering::Greater => return Err(()),
                std::cmp::Ordering::Less => {}
            }
        }
        match bytes {
            [] | [22] | [22, 3] | [22, 3, _] | [22, 3, _, _] => return Ok(None),
            [22, 3, _, high, low, rest @ ..] => {
                let length = usize::from(*high) << 8 | usize::from(*low);
                if length == 0 || length > 16 * 1024 {
                    return Err(());
                }
                let part = rest.get(..length);
                message.extend_from_slice(part.unwrap_or(rest));
                if message.first().is_some_and(|kind| *kind != 1) {
                    return Err(());
                }
                let Some(after) = part.and_then(|_| rest.get(length..)) else { return Ok(None) };
                bytes = after;
            }
            _ => return Err(()),
        }
    }
}

fn parse(message: &[u8]) -> Option<Hello> {
    // Version (2), random (32).
    let mut rest = message.get(34..)?;
    short(&mut rest)?; // session id
    long(&mut rest)?; // ciphers
    short(&mut rest)?; // compression methods
    let mut hello = Hello::default();
    if rest.is_empty() {
        return Some(hello);
    }
    let mut extensions = long(&mut rest)?;
    if !rest.is_empty() {
        return None;
    }
    let mut seen = Vec::new();
    while !extensions.is_empty() {
        let kind = number(&mut extensions)?;
        let body = long(&mut extensions)?;
        if seen.contains(&kind) || seen.len() > 256 {
            return None;
        }
        seen.push(kind);
        match kind {
            SERVER_NAME => hello.server_name = Some(host_name(body)?),
            ENCRYPTED_HELLO => hello.hides = true,
            _ => {}
        }
    }
    Some(hello)
}

/// The one name of the list.
fn host_name(mut body: &[u8]) -> Option<String> {
    let mut list = long(&mut body)?;
    let (kind, rest) = list.split_first()?;
    list = rest;
    let name = std::str::from_utf8(long(&mut list)?).ok()?;
    (*kind == 0 && body.is_empty() && list.is_empty() && !name.is_empty())
        .then(|| name.to_ascii_lowercase())
}

fn number(rest: &mut &[u8]) -> Option<u16> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u16::from_be_bytes(*number))
}

fn long<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::from(number(rest)?);
    let (part, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

fn short(rest: &mut &[u8]) -> Option<()> {
    let (length, after) = rest.split_first()?;
    *rest = after.get(usize::from(*length)..)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend((body.len() as u16).to_be_bytes());
        bytes.extend(body);
        bytes
    }

    fn name(names: &[&str]) -> Vec<u8> {
        let mut list = Vec::new();
        for name in names {
            list.push(0);
            list.extend((name.len() as u16).to_be_bytes());
            list.extend(name.as_bytes());
        }
        let mut body = (list.len() as u16).to_be_bytes().to_vec();
        body.extend(list);
        extension(0, &body)
    }

    /// In records of at most `most` bytes.
    fn hello(extensions: &[Vec<u8>], most: usize) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0x13, 1, 1, 0]);
        let extensions = extensions.concat();
        body.extend((extensions.len() as u16).to_be_bytes());
        body.extend(extensions);
        let mut message = vec![1, 0];
        message.extend((body.len() as u16).to_be_bytes());
        message.extend(body);
        let record =
            |part: &[u8]| [&[22, 3, 1], &(part.len() as u16).to_be_bytes()[..], part].concat();
        message.chunks(most).flat_map(record).collect()
    }

    fn check(bytes: &[u8], expect: &Reading) {
        assert_eq!(read(bytes), *expect);
        for end in 0..bytes.len() {
            let cut = read(&bytes[..end]);
            assert!(cut == Reading::Open || *expect == Reading::Wrong, "{end}: {cut:?}");
        }
    }

    fn whole(server_name: Option<&str>, hides: bool) -> Reading {
        Reading::Whole(Hello { server_name: server_name.map(Into::into), hides })
    }

    #[test]
    fn reads_names_in_any_records() {
        for most in [1, 7, 4096] {
            let bytes = hello(&[extension(43, &[2, 3, 4]), name(&["API.Example.com"])], most);
            check(&bytes, &whole(Some("api.example.com"), false));
        }
        check(&hello(&[extension(43, &[2, 3, 4])], 4096), &whole(None, false));
        check(
            &hello(&[name(&["a.example"]), extension(0xfe0d, &[0; 40])], 4096),
            &whole(Some("a.example"), true),
        );
    }

    #[test]
    fn what_could_be_read_twice_is_wrong() {
        check(&hello(&[name(&["a.example"]), name(&["b.example"])], 4096), &Reading::Wrong);
        check(&hello(&[name(&["a.example", "b.example"])], 4096), &Reading::Wrong);
        check(&hello(&[name(&[""])], 4096), &Reading::Wrong);
        check(b"GET / HTTP/1.1\r\n\r\n", &Reading::Wrong);
        check(b"\x16\x03\x01\x00\x00", &Reading::Wrong);
        check(b"\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00", &Reading::Wrong);
        check(b"\x16\x03\x01\x00\x04\x01\xff\xff\xff", &Reading::Wrong);
        let mut long = hello(&[name(&["a.example"])], 4096);
        long.extend([22, 3, 3, 0, 1, 1]);
        assert_eq!(read(&long), whole(Some("a.example"), false));
    }
}
