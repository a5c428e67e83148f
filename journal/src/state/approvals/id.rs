//! Names of questions that can be said over a telephone: syllables of one consonant and one vowel.

use event::Text;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// 32 bits as two words: `lusab-dofin`.
pub(super) fn speakable(number: u32) -> Text {
    let mut id = String::with_capacity(11);
    word((number >> 16) as u16, &mut id);
    id.push('-');
    word(number as u16, &mut id);
    id.into()
}

/// Four bits a consonant, two a vowel.
fn word(number: u16, id: &mut String) {
    for (shift, vowel) in [(12, false), (10, true), (6, false), (4, true), (0, false)] {
        let bits = usize::from(number >> shift);
        let letter = if vowel { VOWELS.get(bits & 3) } else { CONSONANTS.get(bits & 15) };
        id.extend(letter.map(|letter| char::from(*letter)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_said_and_differ() {
        assert_eq!(&*speakable(0), "babab-babab");
        assert_eq!(&*speakable(u32::MAX), "zuzuz-zuzuz");
        let ids: std::collections::BTreeSet<_> = (0..4096).map(|n| speakable(n * 65_537)).collect();
        assert_eq!(ids.len(), 4096);
    }
}
