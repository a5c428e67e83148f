//! The head of a GGUF file: what it says of itself before its tensors. Bounded by the bytes that are given.

/// Most entries that are looked at.
const MOST: u64 = 200;

/// The value of a key with text (`general.architecture`).
pub fn text<'b>(head: &'b [u8], wanted: &str) -> Option<&'b str> {
    let (kind, mut reader) = find(head, wanted)?;
    let value = (kind == 8).then(|| reader.text()).flatten();
    value.and_then(|it| std::str::from_utf8(it).ok())
}

/// How exact the numbers are, by the format's own list (`general.file_type`).
pub fn exactness(head: &[u8]) -> Option<&'static str> {
    let (kind, mut reader) = find(head, "general.file_type")?;
    let number = (kind == 4).then(|| reader.number(4)).flatten()?;
    EXACTNESS.iter().find(|(of, _)| *of == number).map(|(_, name)| *name)
}

/// The numbers of `general.file_type`.
const EXACTNESS: &[(u64, &str)] = &[
    (0, "F32"),
    (1, "F16"),
    (2, "Q4_0"),
    (3, "Q4_1"),
    (7, "Q8_0"),
    (8, "Q5_0"),
    (9, "Q5_1"),
    (10, "Q2_K"),
    (11, "Q3_K_S"),
    (12, "Q3_K_M"),
    (13, "Q3_K_L"),
    (14, "Q4_K_S"),
    (15, "Q4_K_M"),
    (16, "Q5_K_S"),
    (17, "Q5_K_M"),
    (18, "Q6_K"),
    (19, "IQ2_XXS"),
    (20, "IQ2_XS"),
    (21, "Q2_K_S"),
    (22, "IQ3_XS"),
    (23, "IQ3_XXS"),
    (24, "IQ1_S"),
    (25, "IQ4_NL"),
    (26, "IQ3_S"),
    (27, "IQ3_M"),
    (28, "IQ2_S"),
    (29, "IQ2_M"),
    (30, "IQ4_XS"),
    (31, "IQ1_M"),
    (32, "BF16"),
];

/// The kind of a key's value, and a reader that stands before it.
fn find<'b>(head: &'b [u8], wanted: &str) -> Option<(u64, Reader<'b>)> {
    let mut reader = Reader { rest: head.strip_prefix(b"GGUF")? };
    let version = reader.number(4)?;
    if version < 2 {
        return None;
    }
    let (_tensors, entries) = (reader.number(8)?, reader.number(8)?);
    for _ in 0..entries.min(MOST) {
        let key = reader.text()?;
        let kind = reader.number(4)?;
        if key == wanted.as_bytes() {
            return Some((kind, reader));
        }
        reader.skip(kind)?;
    }
    None
}

/// Whether it is one: its mark, a version that exists, and numbers that fit into its length.
pub fn is(head: &[u8], length: u64) -> bool {
    let mut reader = Reader { rest: head.strip_prefix(b"GGUF").unwrap_or_default() };
    let Some(version) = reader.number(4) else { return false };
    let numbers = if version < 2 { 4 } else { 8 };
    let fits = |number: Option<u64>| number.is_some_and(|number| number < length);
    (1..=16).contains(&version) && fits(reader.number(numbers)) && fits(reader.number(numbers))
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    /// A number of so many bytes, the least first.
    fn number(&mut self, length: u64) -> Option<u64> {
        let bytes = self.take(length)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.number(8)?;
        self.take(length)
    }

    fn skip(&mut self, kind: u64) -> Option<()> {
        match kind {
            8 => self.text().map(|_| ()),
            9 => {
                let (kind, count) = (self.number(4)?, self.number(8)?);
                match size(kind) {
                    Some(size) => self.take(size.checked_mul(count)?).map(|_| ()),
                    None if kind == 8 => (0..count).try_for_each(|_| self.text().map(|_| ())),
                    None => None,
                }
            }
            kind => self.take(size(kind)?).map(|_| ()),
        }
    }
}

/// Bytes of a value of this kind.
fn size(kind: u64) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, kind: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = (key.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    fn string(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
    }

    #[test]
    fn what_it_says_of_itself_is_read_as_far_as_it_goes() {
        let mut file = b"GGUF".to_vec();
        file.extend_from_slice(&3u32.to_le_bytes());
        file.extend_from_slice(&2u64.to_le_bytes());
        file.extend_from_slice(&5u64.to_le_bytes());
        file.extend(entry("a.count", 4, &7u32.to_le_bytes()));
        file.extend(entry(
            "a.list",
            9,
            &[&8u32.to_le_bytes()[..], &2u64.to_le_bytes(), &string("x"), &string("y")].concat(),
        ));
        file.extend(entry("general.architecture", 8, &string("llama")));
        file.extend(entry("general.file_type", 4, &15u32.to_le_bytes()));
        file.extend(entry(
            "a.huge",
            9,
            &[&4u32.to_le_bytes()[..], &u64::MAX.to_le_bytes()].concat(),
        ));
        assert_eq!(text(&file, "general.architecture"), Some("llama"));
        assert_eq!(text(&file, "general.name"), None);
        assert_eq!(exactness(&file), Some("Q4_K_M"));
        assert!(is(&file, 1 << 20) && !is(&file, 1));
        for length in 0..file.len() {
            let _ = text(&file[..length], "general.architecture");
        }
        assert!(!is(b"GGUF is a format", 1 << 20) && !is(b"", 0));
    }
}
