//! Hashes, keys and signatures as hexadecimal digits, as they stand in the log.

use std::fmt::Write;

/// Lower-case digits.
pub fn write(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `None` unless `text` is exactly `N` bytes in lower-case digits: what says the same has one form only.
pub fn read<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let pairs = text.chunks_exact(2);
    if text.len() != N * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_no_second_form() {
        let check = |text: &str, expect: Option<[u8; 2]>| assert_eq!(read(text.as_bytes()), expect);
        check("00ff", Some([0, 255]));
        for wrong in ["00FF", "00f", "00ff0", "", "0x0f", "zz00"] {
            check(wrong, None);
        }
        assert_eq!(write(&[0, 255]), "00ff");
    }
}
