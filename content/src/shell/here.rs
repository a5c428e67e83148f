//! Here-documents: announced in one line, written from the next one on.
//!
//! Their text is read when they are announced. A quote that spans lines behind the announcement can move the
//! place where a shell looks for it; then either both places end at the same line, or the text is read
//! as commands as well: too much is reported, never too little.

use super::cursor::Cursor;
use super::word::{blanks, here_text, word};
use super::{Part, Why, Word};

/// Behind `<<`: the word that ends it, and its text from the next line on.
pub fn document(cursor: &mut Cursor<'_>) -> Word {
    let strip = cursor.take("-");
    blanks(cursor);
    let end = word(cursor).unwrap_or_default();
    let expanded = end.parts.iter().all(|part| matches!(part, Part::Plain(_)));
    let Some(end) = end.literal() else {
        cursor.note(Why::Grammar);
        return Word::default();
    };
    let (mut text, mut left) = (String::new(), cursor.lines_ahead());
    loop {
        let Some(line) = left.split_inclusive('\n').next() else {
            cursor.note(Why::Unclosed);
            break;
        };
        left = left.get(line.len()..).unwrap_or_default();
        let line = if strip { line.trim_start_matches('\t') } else { line };
        if line.trim_end_matches(['\r', '\n']) == end {
            break;
        }
        text.push_str(line);
    }
    cursor.resume_with(left.len());
    match expanded {
        true => cursor.inside(&text, here_text),
        false => Word { parts: vec![Part::Quoted(text)] },
    }
}
