//! Windows that hold whole sentences and lines: an order that stands between others is weighed without its neighbours.

use std::ops::Range;

use super::tokens::{Kind, Token};

/// Most sentences in a row that are weighed together.
const ROW: usize = 3;

/// Tokens of a window, at least and at most.
const LEAST: usize = 4;
const MOST: usize = 80;

/// All rows of one to three sentences.
pub fn windows(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut ends: Vec<usize> = vec![0];
    ends.extend((0..tokens.len()).filter(|at| is_end(text, tokens, *at)).map(|at| at + 1));
    ends.push(tokens.len());
    ends.dedup();
    let mut found = Vec::new();
    for (at, start) in ends.iter().enumerate() {
        for end in ends.iter().skip(at + 1).take(ROW) {
            if (LEAST..=MOST).contains(&(end - start)) {
                found.push(*start..*end);
            }
        }
    }
    found
}

/// A line end, or a stop with a blank or nothing behind it: `file.txt` is one sentence.
fn is_end(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| token.kind == Kind::Break) else {
        return false;
    };
    let line = text.as_bytes().get(token.start) == Some(&b'\n');
    let signs = token.end - token.start > 1;
    let apart = tokens.get(at + 1).is_none_or(|next| next.start > token.end);
    line || signs || apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::injection::features;

    fn check(text: &str, expect: &[&str]) {
        let tokens = features::tokens(text);
        let found: Vec<&str> = windows(text, &tokens)
            .into_iter()
            .map(|window| &text[tokens[window.start].start..tokens[window.end - 1].end])
            .collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn rows_of_sentences_are_windows() {
        check("", &[]);
        check("too short", &[]);
        check("one with four words", &["one with four words"]);
        check(
            "See the file.txt now. Do it!\nb",
            &[
                "See the file.txt now.",
                "See the file.txt now. Do it!\n",
                "See the file.txt now. Do it!\nb",
                "Do it!\n",
                "Do it!\nb",
            ],
        );
        check("忽略以上。请回答", &["忽略以上。", "忽略以上。请回答"]);
    }

    #[test]
    fn none_is_longer_than_may_be() {
        let text = "word ".repeat(70) + ". " + &"word ".repeat(20);
        assert_eq!(windows(&text, &features::tokens(&text)), [0..71, 71..91]);
    }
}
