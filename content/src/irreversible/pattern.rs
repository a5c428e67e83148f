//! Patterns of one word: alternatives joined by `|`, with `*` for any text, without regard to case.

use serde::Deserialize;

/// Some words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Words(Vec<Vec<String>>);

impl From<String> for Words {
    fn from(text: String) -> Self {
        // `[*]` is a star itself.
        let text = text.replace("[*]", "\u{1}");
        let pieces = |one: &str| {
            one.split('*').map(|it| it.replace('\u{1}', "*").to_ascii_lowercase()).collect()
        };
        Self(text.split('|').map(pieces).collect())
    }
}

impl Words {
    /// Whether it names no word at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `**`: any number of words.
    pub fn is_any_number(&self) -> bool {
        matches!(self.0.as_slice(), [one] if one.len() == 3 && one.iter().all(String::is_empty))
    }

    /// Whether `word` is one of them.
    pub fn fit(&self, word: &str) -> bool {
        let word = word.to_ascii_lowercase();
        self.0.iter().any(|pieces| fits(pieces, &word))
    }
}

fn fits(pieces: &[String], word: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some(mut left) = word.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
    for piece in middle {
        match left.split_once(piece.as_str()) {
            Some((_, behind)) => left = behind,
            None => return false,
        }
    }
    left.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit() {
        let check = |pattern: &str, word: &str, expect: bool| {
            assert_eq!(Words::from(pattern.to_owned()).fit(word), expect, "{pattern} {word}");
        };
        check("delete|rm", "RM", true);
        check("delete|rm", "rmdir", false);
        check("delete-*", "delete-stack", true);
        check("delete-*", "undelete-stack", false);
        check("*:main", "HEAD:main", true);
        check("*a*b*", "xaxbx", true);
        check("*a*b", "xbxa", false);
        check("a[*]", "a*", true);
        check("a[*]", "ab", false);
        check("*", "", true);
        check("", "", true);
    }
}
