//! What a tokenizer does to words before it looks them up.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Control letters go.
    Clean,
    /// Each Chinese letter is a word.
    Chinese,
    /// Letters without their accents.
    Plain,
    /// Small letters.
    Small,
    /// One form for what looks alike.
    Compatible,
    /// One form for what is the same.
    Composed,
}

impl Step {
    /// The word after it; blanks in it part words.
    pub fn take(self, word: &str) -> String {
        match self {
            Self::Clean => {
                let kept = |c: &char| {
                    !c.is_control()
                        && !matches!(c, '\u{fffd}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
                };
                word.chars().filter(kept).collect()
            }
            Self::Chinese => {
                let mut apart = String::with_capacity(word.len());
                for c in word.chars() {
                    if is_chinese(c) {
                        apart.extend([' ', c, ' ']);
                    } else {
                        apart.push(c);
                    }
                }
                apart
            }
            Self::Plain => word.nfd().filter(|c| !is_combining_mark(*c)).collect(),
            Self::Small => word.to_lowercase(),
            Self::Compatible => word.nfkc().collect(),
            Self::Composed => word.nfc().collect(),
        }
    }
}

fn is_chinese(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x2_CEAF | 0x2_F800..=0x2_FA1F)
}

/// Whether a letter stands for itself alone: ASCII that is neither letter nor digit, and the punctuation of others.
pub fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(u32::from(c), 0xA1 | 0xA7 | 0xAB | 0xB6 | 0xB7 | 0xBB | 0xBF
            | 0x2010..=0x2027 | 0x2030..=0x205E | 0x3001..=0x3003 | 0x3008..=0x3011
            | 0x3014..=0x301F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF3D | 0xFF5B..=0xFF65)
}
