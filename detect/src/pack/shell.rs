//! A command as people write it in a test becomes arguments: words, single and double quotes,
//! backslashes. Nothing is expanded.

/// The words of a command.
pub fn split(command: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (None, '\\') => word.get_or_insert_default().extend(letters.next()),
            (Some('"'), '\\') => {
                let escaped = letters.next_if(|next| ['"', '\\', '$', '`'].contains(next));
                word.get_or_insert_default().push(escaped.unwrap_or('\\'));
            }
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_a_shell() {
        assert_eq!(split("a  b\tc"), ["a", "b", "c"]);
        assert_eq!(split("bash -c 'cat x | sh'"), ["bash", "-c", "cat x | sh"]);
        assert_eq!(split(r#"echo "a \"b\" \n" '' c\ d"#), ["echo", r#"a "b" \n"#, "", "c d"]);
        assert_eq!(split("a=\"x y\"z"), ["a=x yz"]);
        assert!(split("").is_empty());
    }
}
