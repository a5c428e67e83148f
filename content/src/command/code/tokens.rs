//! Code as names, texts and signs: as much of five languages as their calls need.

use super::super::UNKNOWN;
use super::Language;

/// Most tokens that are read.
const MOST: usize = 100_000;

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name with its parts joined by dots, whatever joins them in the language.
    Name(String),
    /// A text; what is put into it is unknown.
    Text(String),
    /// Text in backticks that a shell runs.
    Shell(String),
    /// Any other sign.
    Sign(char),
}

/// The tokens of `text`, without its comments, and what was not read.
pub fn tokens(language: Language, text: &str) -> (Vec<Token>, &str) {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next().filter(|_| tokens.len() < MOST) {
        let behind = rest.get(letter.len_utf8()..).unwrap_or_default();
        let slashes = matches!(language, Language::JavaScript | Language::Php);
        let comment = match letter {
            '#' => language != Language::JavaScript,
            '/' => slashes && behind.starts_with('/'),
            _ => false,
        };
        if comment {
            rest = behind.find('\n').and_then(|at| behind.get(at..)).unwrap_or_default();
        } else if slashes && rest.starts_with("/*") {
            rest = behind.split_once("*/").map_or("", |(_, rest)| rest);
        } else if letter == '"' || letter == '\'' || letter == '`' {
            rest = quoted(language, rest, letter, &mut tokens);
        } else if letter.is_alphabetic() || letter == '_' || letter == '$' || letter == UNKNOWN {
            rest = name(language, rest, &mut tokens);
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token::Sign(letter));
            } else if letter == '\n' {
                tokens.push(Token::Sign(';'));
            }
            rest = behind;
        }
    }
    (tokens, rest)
}

/// A name and its parts; what stands behind it.
fn name<'t>(language: Language, text: &'t str, tokens: &mut Vec<Token>) -> &'t str {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == UNKNOWN;
    let mut name = String::new();
    let mut rest = text;
    loop {
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        name.push_str(word);
        rest = behind;
        let joint = ["::", "->", "?.", "."].into_iter().find(|joint| behind.starts_with(joint));
        let next = joint.and_then(|joint| behind.get(joint.len()..));
        match next.filter(|next| next.starts_with(part)) {
            Some(next) => {
                name.push('.');
                rest = next;
            }
            None => break,
        }
    }
    // `r"…"`, `f'…'`: the letters before a text say how it is read.
    if language == Language::Python && name.len() <= 2 && rest.starts_with(['"', '\'']) {
        let quote = if rest.starts_with('"') { '"' } else { '\'' };
        let behind = quoted(language, rest, quote, tokens);
        if name.to_ascii_lowercase().contains('f')
            && let Some(Token::Text(text)) = tokens.last_mut()
        {
            *text = filled(text, "{");
        }
        return behind;
    }
    // `qx(…)`, `%x(…)`, `q{…}`.
    if matches!(language, Language::Perl | Language::Ruby)
        && matches!(name.as_str(), "qx" | "q" | "qq" | "x")
    {
        let close = match rest.chars().next() {
            Some('(') => ')',
            Some('{') => '}',
            Some('[') => ']',
            Some(sign @ ('/' | '|' | '!')) => sign,
            _ => {
                tokens.push(Token::Name(name));
                return rest;
            }
        };
        let inner = rest.get(1..).unwrap_or_default();
        let (text, behind) = inner.split_once(close).unwrap_or((inner, ""));
        let text = text.to_owned();
        tokens.push(if name.ends_with('x') { Token::Shell(text) } else { Token::Text(text) });
        return behind;
    }
    tokens.push(Token::Name(name));
    rest
}

/// A text in quotes; what stands behind it.
fn quoted<'t>(language: Language, text: &'t str, quote: char, tokens: &mut Vec<Token>) -> &'t str {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    if language == Language::Python && text.starts_with(&triple) {
        let inner = text.get(3..).unwrap_or_default();
        let (body, behind) = inner.split_once(triple.as_str()).unwrap_or((inner, ""));
        tokens.push(Token::Text(body.to_owned()));
        return behind;
    }
    let mut body = String::new();
    let mut letters = text.char_indices().skip(1);
    let mut end = text.len();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, 'n')) => body.push('\n'),
                Some((_, 't')) => body.push('\t'),
                Some((_, '\n')) | None => {}
                Some((_, other)) => body.push(other),
            },
            _ if letter == quote => {
                end = at + letter.len_utf8();
                break;
            }
            // No plain text goes on in the next line: a stray quote hides nothing behind it.
            '\n' if quote != '`' && language != Language::Perl && language != Language::Php => {
                end = at;
                break;
            }
            letter => body.push(letter),
        }
    }
    let token = match (quote, language) {
        ('`', Language::JavaScript) => Token::Text(filled(&body, "${")),
        ('`', Language::Perl | Language::Ruby | Language::Php) => Token::Shell(body),
        ('"', Language::Ruby) => Token::Text(filled(&body, "#{")),
        _ => Token::Text(body),
    };
    tokens.push(token);
    text.get(end..).unwrap_or_default()
}

/// A text with what stands between `open` and `}` unknown.
fn filled(text: &str, open: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        out.push_str(before);
        out.push(UNKNOWN);
        rest = behind.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}
