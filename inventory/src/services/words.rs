//! A command line as a shell would take it apart: commands, and the words of each. Nothing is expanded.

/// Most words that are looked at.
const MOST: usize = 2_000;

/// The commands of a line, in order.
pub fn commands(line: &str) -> Vec<Vec<String>> {
    let (mut commands, mut words) = (Vec::new(), Vec::new());
    let (mut word, mut quote) = (None::<String>, None::<char>);
    let mut letters = line.chars().peekable();
    let mut left = MOST;
    while let Some(letter) = letters.next() {
        if left == 0 {
            break;
        }
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some('\''), letter) => word.get_or_insert_default().push(letter),
            (_, '\\') => match letters.next() {
                Some('\n') | None => {}
                Some(next) => word.get_or_insert_default().push(next),
            },
            (Some(_), letter) => word.get_or_insert_default().push(letter),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => {
                while letters.next_if(|letter| *letter != '\n').is_some() {}
            }
            (None, ';' | '&' | '|' | '\n' | '(' | ')' | '{' | '}' | '`')
                if !holds(letter, &word) =>
            {
                words.extend(word.take());
                if !words.is_empty() {
                    commands.push(std::mem::take(&mut words));
                }
            }
            (None, letter) if letter.is_whitespace() => {
                left -= usize::from(word.is_some());
                words.extend(word.take());
            }
            (None, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    if !words.is_empty() {
        commands.push(words);
    }
    commands
}

/// Braces inside of a word are a part of it: `${HOME}`, `find -exec x {} +`.
fn holds(letter: char, word: &Option<String>) -> bool {
    let inside = word.as_ref().is_some_and(|word| word.ends_with('$') || word.contains('{'));
    matches!(letter, '{' | '}') && (inside || word.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_as_a_shell_does() {
        let check = |line: &str, expect: &[&[&str]]| {
            assert_eq!(commands(line), expect, "{line}");
        };
        check(
            "cd /srv && claude -p 'a b' ; x",
            &[&["cd", "/srv"], &["claude", "-p", "a b"], &["x"]],
        );
        check("a \"b \\\" c\" # d", &[&["a", "b \" c"]]);
        check("a 'it''s' ''", &[&["a", "its", ""]]);
        check("run ${HOME}/x {y", &[&["run", "${HOME}/x"], &["y"]]);
        check("a \\\n b", &[&["a", "b"]]);
        check("'open", &[&["open"]]);
    }
}
