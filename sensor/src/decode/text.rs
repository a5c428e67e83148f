//! Bytes to numbers and text, never past the end.

/// Reads a record from its start to its end.
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_ne_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_ne_bytes)
    }

    pub fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_ne_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_ne_bytes)
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// Bytes as text: what is not UTF-8 becomes `\xNN`, so that two names of such bytes do not look alike.
pub fn lossless(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
            text
        }),
    }
}

/// The parts of a path as the kernel side wrote them, leaf first, each ended by a zero byte.
pub fn path(parts: &[u8]) -> String {
    let parts = parts.strip_suffix(&[0]).unwrap_or(parts);
    let mut bytes = Vec::with_capacity(parts.len() + 1);
    for part in parts.rsplit(|byte| *byte == 0) {
        // A file system's own root is called `/`; files that are nowhere have only that parent.
        if !part.is_empty() && part != b"/" {
            bytes.push(b'/');
            bytes.extend_from_slice(part);
        }
    }
    if bytes.is_empty() {
        bytes.push(b'/');
    }
    String::from_utf8(bytes).unwrap_or_else(|error| lossless(error.as_bytes()))
}

/// A name from user memory, at the directory it is relative to; `.` and `..` are resolved by text.
pub fn join(base: &[u8], name: &[u8]) -> String {
    let name = name.strip_suffix(&[0]).unwrap_or(name);
    let mut joined = if name.starts_with(b"/") { Vec::new() } else { path(base).into_bytes() };
    for part in name.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                let parent = joined.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                joined.truncate(parent);
            }
            part => {
                if joined.last() != Some(&b'/') {
                    joined.push(b'/');
                }
                joined.extend_from_slice(part);
            }
        }
    }
    if joined.is_empty() {
        joined.push(b'/');
    }
    lossless(&joined)
}

/// A device by the number that `stat` and procfs show; the kernel itself keeps twelve bits of major
/// above twenty of minor.
pub fn device(kernel: u64) -> u64 {
    let (major, minor) = (kernel >> 20 & 0xfff, kernel & 0xf_ffff);
    (minor & 0xff) | major << 8 | (minor & !0xff) << 12
}

/// Words that a zero byte ends each, of an argument list or an environment; an empty word is one, too.
pub fn words(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let most = if block.is_empty() { 0 } else { usize::MAX };
    block.strip_suffix(&[0]).unwrap_or(block).split(|byte| *byte == 0).take(most)
}

/// Text that ends at its first zero byte.
pub fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_turned_round() {
        for (parts, expect) in [
            (&b"passwd\0etc\0"[..], "/etc/passwd"),
            (b"", "/"),
            (b"memfd:x\0/\0", "/memfd:x"),
            (b"b\xff\0a\0", "/a/b\\xff"),
        ] {
            assert_eq!(path(parts), expect);
        }
    }

    #[test]
    fn devices_are_numbered_as_stat_numbers_them() {
        for (major, minor) in [(0, 0), (0, 254), (8, 1), (136, 7), (136, 300), (0xfff, 0xf_ffff)] {
            let kernel = u64::from(major) << 20 | u64::from(minor);
            assert_eq!(device(kernel), rustix::fs::makedev(major, minor), "{major}:{minor}");
        }
    }

    #[test]
    fn relative_names_are_joined_and_cleaned() {
        for (base, name, expect) in [
            (&b"desk\0home\0"[..], &b"a/b\0"[..], "/home/desk/a/b"),
            (b"work\0home\0", b"../x\0", "/home/x"),
            (b"work\0home\0", b"./..//../../y\0", "/y"),
            (b"", b"/abs//olute/.\0", "/abs/olute"),
            (b"", b"name\0", "/name"),
        ] {
            assert_eq!(join(base, name), expect, "{name:?}");
        }
    }
}
