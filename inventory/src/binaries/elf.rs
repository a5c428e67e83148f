//! One section of an ELF file (64 bit, the least byte first): no more of the file is read than leads there.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Most sections that are looked at.
const MOST_SECTIONS: usize = 1_000;
/// Most bytes of the names, and of the section.
const MOST_BYTES: u64 = 512 << 10;
/// Bytes of one entry of the table of sections.
const ENTRY: usize = 64;

/// The bytes of the section called `name`.
pub fn section(file: &File, length: u64, name: &[u8]) -> Option<Vec<u8>> {
    let header = bytes(file, length, 0, ENTRY as u64)?;
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let table = number(&header, 40, 8)?;
    let (entry, count, names) =
        (number(&header, 58, 2)?, number(&header, 60, 2)?, number(&header, 62, 2)?);
    let count = usize::try_from(count).ok()?.min(MOST_SECTIONS);
    if entry != ENTRY as u64 {
        return None;
    }
    let table = bytes(file, length, table, (count * ENTRY) as u64)?;
    let entries: Vec<&[u8]> = table.chunks_exact(ENTRY).collect();
    let content = |entry: &[u8]| {
        bytes(file, length, number(entry, 24, 8)?, number(entry, 32, 8)?.min(MOST_BYTES))
    };
    let names = content(entries.get(usize::try_from(names).ok()?)?)?;
    let is = |entry: &&&[u8]| {
        let at = number(entry, 0, 4).and_then(|at| usize::try_from(at).ok());
        let rest = at.and_then(|at| names.get(at..));
        rest.and_then(|it| it.strip_prefix(name)).is_some_and(|it| it.first() == Some(&0))
    };
    content(entries.iter().find(is)?)
}

/// So many bytes of the file, if it has them.
fn bytes(file: &File, length: u64, at: u64, count: u64) -> Option<Vec<u8>> {
    let end = at.checked_add(count)?;
    if end > length || count > MOST_BYTES {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(count).ok()?];
    file.read_exact_at(&mut bytes, at).ok()?;
    Some(bytes)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A file with the sections `.names` and `.wanted`.
    fn file(change: fn(&mut Vec<u8>)) -> File {
        let mut bytes = b"\x7fELF\x02\x01".to_vec();
        bytes.resize(40, 0);
        bytes.extend_from_slice(&100u64.to_le_bytes());
        bytes.resize(58, 0);
        for number in [64u16, 2, 0] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.resize(64, 0);
        bytes.extend_from_slice(b"\0.names\0.wanted\0");
        bytes.resize(90, 0);
        bytes.extend_from_slice(b"what it is");
        for (name, at, size) in [(1u32, 64u64, 20u64), (8, 90, 10)] {
            let begin = bytes.len();
            bytes.extend_from_slice(&name.to_le_bytes());
            bytes.resize(begin + 24, 0);
            bytes.extend_from_slice(&at.to_le_bytes());
            bytes.extend_from_slice(&size.to_le_bytes());
            bytes.resize(begin + 64, 0);
        }
        change(&mut bytes);
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("written");
        file
    }

    #[test]
    fn a_section_is_found_by_its_name_and_a_lie_leads_nowhere() {
        let check = |change: fn(&mut Vec<u8>), expect: Option<&[u8]>| {
            let file = file(change);
            let length = file.metadata().expect("there").len();
            assert_eq!(section(&file, length, b".wanted").as_deref(), expect);
        };
        check(|_| {}, Some(b"what it is"));
        check(|bytes| bytes[4] = 1, None);
        check(|bytes| bytes[40..48].fill(0xff), None);
        check(|bytes| bytes[60..62].fill(0xff), None);
        check(|bytes| bytes[62..64].fill(0xff), None);
        check(|bytes| bytes[100 + 64 + 24..100 + 64 + 40].fill(0xff), None);
        check(|bytes| bytes.truncate(70), None);
        check(Vec::clear, None);
    }
}
