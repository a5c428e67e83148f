//! The server name in a TLS client hello (RFC 8446 section 4.1.2, RFC 6066 section 3), from the first
//! bytes of a connection. Cut or fragmented hellos give none.

/// The first host name, in lower case.
pub fn server_name(record: &[u8]) -> Option<String> {
    // TLS record header (5), handshake header (4), version (2), random (32).
    let mut rest = record.get(43..)?;
    skip_short(&mut rest)?; // session id
    let ciphers = take_u16(&mut rest)?;
    rest = rest.get(ciphers..)?;
    skip_short(&mut rest)?; // compression methods
    let _extensions = take_u16(&mut rest)?;
    loop {
        let kind = take_u16(&mut rest)?;
        let length = take_u16(&mut rest)?;
        if kind == 0 {
            return host_name(rest.get(..length)?);
        }
        rest = rest.get(length..)?;
    }
}

fn host_name(mut list: &[u8]) -> Option<String> {
    let _length = take_u16(&mut list)?;
    let (kind, mut rest) = list.split_first()?;
    let length = take_u16(&mut rest)?;
    let name = std::str::from_utf8(rest.get(..length)?).ok()?;
    (*kind == 0 && !name.is_empty()).then(|| name.to_ascii_lowercase())
}

fn skip_short(rest: &mut &[u8]) -> Option<()> {
    let (length, after) = rest.split_first()?;
    *rest = after.get(usize::from(*length)..)?;
    Some(())
}

fn take_u16(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_at_checked(2)?;
    *rest = after;
    Some(usize::from(u16::from_be_bytes(number.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::server_name;

    fn hello(name: &[u8]) -> Vec<u8> {
        let mut bytes = vec![22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3];
        bytes.extend([0; 32]);
        bytes.extend([0, 0, 2, 0x13, 0x01, 1, 0]); // session id, ciphers, compression
        let list = name.len() as u16 + 3;
        bytes.extend((list + 2 + 4 + 6).to_be_bytes());
        bytes.extend([0, 43, 0, 2, 3, 4]); // another extension first
        bytes.extend([0, 0]);
        bytes.extend((list + 2).to_be_bytes());
        bytes.extend(list.to_be_bytes());
        bytes.push(0);
        bytes.extend((name.len() as u16).to_be_bytes());
        bytes.extend(name);
        bytes
    }

    #[test]
    fn finds_the_name_and_survives_every_cut() {
        let whole = hello(b"API.Example.com");
        assert_eq!(server_name(&whole).as_deref(), Some("api.example.com"));
        for end in 0..whole.len() {
            assert_eq!(server_name(&whole[..end]), None);
        }
    }
}
