//! The grammar: lists, pipelines, compound and simple commands.

use std::sync::Arc;

use super::cursor::Cursor;
use super::dollar::{arithmetic, arithmetic_end, is_name, test_words};
use super::word::{blanks, ends_word, inner_list, word};
use super::{
    Assign, Assignment, Kind, Node, Part, Redirect, RedirectKind, Simple, Why, Word, here,
};

/// What ends a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The text.
    End,
    /// `)`.
    Parenthesis,
    /// `;;` and its kin, or `esac`.
    Arm,
    /// One of these words where a command could begin.
    Words(&'static [&'static str]),
}

/// A whole text.
pub fn script(cursor: &mut Cursor<'_>) -> Vec<Node> {
    list(cursor, Until::End)
}

/// Commands up to what ends the list, which is not passed.
pub fn list(cursor: &mut Cursor<'_>, until: Until) -> Vec<Node> {
    let mut nodes = Vec::new();
    loop {
        separators(cursor, until);
        if cursor.is_done() || ends(cursor, until) {
            return nodes;
        }
        let begin = cursor.at();
        let word = reserved(cursor);
        if ["then", "do", "done", "fi", "elif", "else", "esac", "}"].contains(&word) {
            cursor.note(Why::Grammar);
            cursor.skip(word.len());
            continue;
        }
        if let Some(node) = cursor.deeper(pipeline) {
            blanks(cursor);
            let alone = cursor.peek() == Some(b'&') && cursor.peek_at(1) != Some(b'&');
            nodes.push(if alone { of(Kind::Subshell(vec![node])) } else { node });
        }
        if cursor.at() == begin {
            // Not the beginning of any command: a shell stops here, we say so and look on.
            cursor.note(Why::Grammar);
            cursor.skip(1);
        }
    }
}

/// Passes what stands between commands.
fn separators(cursor: &mut Cursor<'_>, until: Until) {
    loop {
        blanks(cursor);
        match cursor.peek() {
            Some(b'\n') => cursor.next_line(),
            Some(b'\r') => cursor.skip(1),
            Some(b';') if until == Until::Arm && matches!(cursor.peek_at(1), Some(b';' | b'&')) => {
                return;
            }
            Some(b';' | b'&') => cursor.skip(1),
            Some(b'|') if cursor.starts_with("||") => cursor.skip(2),
            Some(b'#') => {
                cursor.take_while(|byte| byte != b'\n');
            }
            _ => return,
        }
    }
}

fn ends(cursor: &Cursor<'_>, until: Until) -> bool {
    match until {
        Until::End => false,
        Until::Parenthesis => cursor.peek() == Some(b')'),
        Until::Arm => cursor.peek() == Some(b';') || reserved(cursor) == "esac",
        Until::Words(words) => words.contains(&reserved(cursor)),
    }
}

/// The plain text that stands here up to what ends a word: a reserved word, if it is one.
fn reserved<'t>(cursor: &Cursor<'t>) -> &'t str {
    let rest = cursor.rest();
    let length = rest.bytes().take(16).position(|byte| ends_word(byte) || byte == b'\r');
    rest.get(..length.unwrap_or(rest.len().min(16))).unwrap_or_default()
}

fn of(kind: Kind) -> Node {
    Node { kind, redirects: Vec::new() }
}

fn pipeline(cursor: &mut Cursor<'_>) -> Option<Node> {
    let mut nodes = Vec::new();
    loop {
        blanks(cursor);
        while matches!(reserved(cursor), "!" | "time" | "coproc") {
            cursor.skip(reserved(cursor).len());
            blanks(cursor);
            if cursor.take("-p") {
                blanks(cursor);
            }
        }
        match command(cursor) {
            Some(node) => nodes.push(node),
            None => break,
        }
        blanks(cursor);
        if cursor.peek() != Some(b'|') || cursor.starts_with("||") {
            break;
        }
        cursor.skip(1);
        cursor.take("&");
        while matches!(cursor.peek(), Some(b'\n' | b' ' | b'\t' | b'\r' | b'#')) {
            match cursor.peek() {
                Some(b'\n') => cursor.next_line(),
                Some(b'#') => {
                    cursor.take_while(|byte| byte != b'\n');
                }
                _ => cursor.skip(1),
            }
        }
    }
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => Some(of(Kind::Pipeline(nodes))),
    }
}

fn command(cursor: &mut Cursor<'_>) -> Option<Node> {
    let kind = match cursor.peek()? {
        b'(' => {
            if cursor.starts_with("((") && arithmetic_end(cursor).is_some() {
                Some(arithmetic_command(cursor))
            } else {
                cursor.skip(1);
                Some(Kind::Subshell(inner_list(cursor)))
            }
        }
        _ => compound(cursor),
    };
    let Some(kind) = kind else { return simple(cursor) };
    let mut redirects = Vec::new();
    loop {
        blanks(cursor);
        match redirect(cursor) {
            Some(redirect) => redirects.push(redirect),
            None => return Some(Node { kind, redirects }),
        }
    }
}

fn arithmetic_command(cursor: &mut Cursor<'_>) -> Kind {
    let words = vec![Word { parts: vec![arithmetic(cursor)] }];
    Kind::For { name: "_".into(), words, body: Vec::new() }
}

/// A command that begins with a reserved word.
fn compound(cursor: &mut Cursor<'_>) -> Option<Kind> {
    let name = reserved(cursor);
    let read: fn(&mut Cursor<'_>) -> Kind = match name {
        "{" => |cursor| Kind::Group(body(cursor, &["}"])),
        "if" => conditional,
        "while" | "until" => |cursor| {
            let mut nodes = body(cursor, &["do"]);
            nodes.append(&mut body(cursor, &["done"]));
            Kind::Loop(nodes)
        },
        "for" | "select" => each,
        "case" => case,
        "function" => |cursor| {
            blanks(cursor);
            let name = word(cursor).and_then(|word| word.literal()).unwrap_or_default();
            blanks(cursor);
            if cursor.take("(") {
                blanks(cursor);
                cursor.take(")");
            }
            function(cursor, name)
        },
        "[[" => {
            |cursor| Kind::For { name: "_".into(), words: test_words(cursor), body: Vec::new() }
        }
        _ => return None,
    };
    cursor.skip(name.len());
    Some(read(cursor))
}

/// Commands up to one of `words`, which is passed.
fn body(cursor: &mut Cursor<'_>, words: &'static [&'static str]) -> Vec<Node> {
    let nodes = list(cursor, Until::Words(words));
    match cursor.is_done() {
        true => cursor.note(Why::Unclosed),
        false => cursor.skip(reserved(cursor).len()),
    }
    nodes
}

/// Behind `if`: tests and branches, each a list of its own.
fn conditional(cursor: &mut Cursor<'_>) -> Kind {
    let mut lists = Vec::new();
    loop {
        lists.push(body(cursor, &["then"]));
        let list = list(cursor, Until::Words(&["elif", "else", "fi"]));
        lists.push(list);
        let word = reserved(cursor);
        cursor.skip(word.len());
        match word {
            "elif" => {}
            "else" => {
                lists.push(body(cursor, &["fi"]));
                return Kind::Choice(lists);
            }
            _ => {
                if word != "fi" {
                    cursor.note(Why::Unclosed);
                }
                return Kind::Choice(lists);
            }
        }
    }
}

/// Behind `for`.
fn each(cursor: &mut Cursor<'_>) -> Kind {
    blanks(cursor);
    if cursor.starts_with("((") {
        let length = cursor.rest().find("))").unwrap_or(cursor.rest().len());
        let text = cursor.rest().get(2..length).unwrap_or_default();
        cursor.skip(length + 2);
        cursor.inside(text, super::word::here_text);
        return Kind::Loop(do_body(cursor));
    }
    let name = cursor.take_while(is_name).to_owned();
    if name.is_empty() {
        cursor.note(Why::Grammar);
    }
    separators(cursor, Until::End);
    let mut words = Vec::new();
    if reserved(cursor) == "in" {
        cursor.skip(2);
        loop {
            blanks(cursor);
            match word(cursor) {
                Some(word) => words.push(word),
                None => break,
            }
        }
    } else {
        words.push(Word { parts: vec![Part::Unknown(Vec::new())] });
    }
    Kind::For { name, words, body: do_body(cursor) }
}

/// `do … done`, or `{ … }`.
fn do_body(cursor: &mut Cursor<'_>) -> Vec<Node> {
    separators(cursor, Until::End);
    match reserved(cursor) {
        "do" => {
            cursor.skip(2);
            body(cursor, &["done"])
        }
        "{" => {
            cursor.skip(1);
            body(cursor, &["}"])
        }
        _ => {
            cursor.note(Why::Grammar);
            Vec::new()
        }
    }
}

/// Behind `case`.
fn case(cursor: &mut Cursor<'_>) -> Kind {
    blanks(cursor);
    let subject = word(cursor).unwrap_or_default();
    let test = Kind::For { name: "_".into(), words: vec![subject], body: Vec::new() };
    let mut lists = vec![vec![of(test)]];
    separators(cursor, Until::End);
    if reserved(cursor) != "in" {
        cursor.note(Why::Grammar);
        return Kind::Choice(lists);
    }
    cursor.skip(2);
    loop {
        separators(cursor, Until::End);
        if cursor.is_done() {
            cursor.note(Why::Unclosed);
            return Kind::Choice(lists);
        }
        if reserved(cursor) == "esac" {
            cursor.skip(4);
            return Kind::Choice(lists);
        }
        cursor.take("(");
        // The patterns: what is expanded in them is of no consequence but for substitutions.
        let mut words = Vec::new();
        while !matches!(cursor.peek(), None | Some(b')')) {
            match word(cursor) {
                Some(word) => words.push(word),
                None => cursor.skip(1),
            }
        }
        cursor.take(")");
        let patterns = Kind::For { name: "_".into(), words, body: Vec::new() };
        let mut arm = vec![of(patterns)];
        arm.append(&mut cursor.deeper(|cursor| list(cursor, Until::Arm)));
        cursor.take_while(|byte| byte == b';' || byte == b'&');
        lists.push(arm);
    }
}

/// Behind the name of a function and its brackets.
fn function(cursor: &mut Cursor<'_>, name: String) -> Kind {
    separators(cursor, Until::End);
    match cursor.deeper(command) {
        Some(node) => Kind::Function { name, body: Arc::new(node) },
        None => {
            cursor.note(Why::Unclosed);
            Kind::Group(Vec::new())
        }
    }
}

fn simple(cursor: &mut Cursor<'_>) -> Option<Node> {
    let begin = cursor.at();
    let (mut simple, mut redirects) = (Simple::default(), Vec::new());
    loop {
        blanks(cursor);
        if cursor.peek() == Some(b'#') {
            cursor.take_while(|byte| byte != b'\n');
        }
        if let Some(redirect) = redirect(cursor) {
            redirects.push(redirect);
        } else if let Some(assignment) = assignment(cursor, &simple) {
            simple.assignments.push(assignment);
        } else if let Some(word) = word(cursor) {
            simple.words.push(word);
        } else if cursor.peek() == Some(b'(') && simple.words.len() == 1 {
            let name = simple.words.first().and_then(Word::literal).unwrap_or_default();
            cursor.skip(1);
            blanks(cursor);
            if !cursor.take(")") {
                cursor.note(Why::Grammar);
                return Some(of(Kind::Simple(simple)));
            }
            return Some(of(function(cursor, name)));
        } else {
            break;
        }
    }
    (cursor.at() > begin).then_some(Node { kind: Kind::Simple(simple), redirects })
}

/// `NAME=…` before the program, or behind `export` and its kin.
fn assignment(cursor: &mut Cursor<'_>, simple: &Simple) -> Option<Assignment> {
    const DECLARES: [&str; 5] = ["export", "declare", "local", "readonly", "typeset"];
    if let Some(first) = simple.words.first() {
        let name = first.literal()?;
        if !DECLARES.contains(&name.as_str()) {
            return None;
        }
    }
    let begin = cursor.at();
    let name = cursor.take_while(is_name);
    let index = cursor.peek() == Some(b'[');
    if index {
        cursor.take_while(|byte| !b"]\n =".contains(&byte));
        cursor.take("]");
    }
    let mode = if cursor.take("+") { Assign::Append } else { Assign::Set };
    let starts_well = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if !starts_well || !cursor.take("=") {
        cursor.back_to(begin);
        return None;
    }
    let value = match cursor.peek() {
        Some(b'(') => {
            cursor.skip(1);
            array(cursor)
        }
        _ => word(cursor).unwrap_or_default(),
    };
    Some(Assignment { name: name.to_owned(), value, mode })
}

/// The values of an array, joined by blanks.
fn array(cursor: &mut Cursor<'_>) -> Word {
    let mut parts = Vec::new();
    loop {
        separators(cursor, Until::End);
        if cursor.take(")") {
            break;
        }
        match word(cursor) {
            Some(mut word) => {
                if !parts.is_empty() {
                    parts.push(Part::Quoted(" ".into()));
                }
                parts.append(&mut word.parts);
            }
            None if cursor.is_done() => {
                cursor.note(Why::Unclosed);
                break;
            }
            None => cursor.skip(1),
        }
    }
    Word { parts }
}

/// A redirection, with the descriptor before it.
fn redirect(cursor: &mut Cursor<'_>) -> Option<Redirect> {
    let begin = cursor.at();
    let descriptor = match cursor.peek()? {
        b'{' => {
            cursor.skip(1);
            let named = !cursor.take_while(is_name).is_empty() && cursor.take("}");
            if named { "{" } else { "no" }
        }
        _ => cursor.take_while(|byte| byte.is_ascii_digit()),
    };
    let found = operator(cursor, descriptor);
    if found.is_none() {
        cursor.back_to(begin);
    }
    let kind = found?;
    if kind == RedirectKind::Text && !cursor.take("<") {
        return Some(Redirect { kind, target: here::document(cursor) });
    }
    blanks(cursor);
    let target = word(cursor).unwrap_or_else(|| {
        cursor.note(Why::Grammar);
        Word::default()
    });
    let number = |text: String| text == "-" || text.trim_end_matches('-').parse::<u32>().is_ok();
    let duplicates = kind == RedirectKind::Duplicate;
    let kind = match target.literal().is_some_and(number) {
        false if duplicates => RedirectKind::Write,
        _ => kind,
    };
    Some(Redirect { kind, target })
}

fn operator(cursor: &mut Cursor<'_>, descriptor: &str) -> Option<RedirectKind> {
    let standard = matches!(descriptor, "" | "1");
    let write = if standard { RedirectKind::Write } else { RedirectKind::WriteOther };
    // A pipe to commands is a word, not a redirection.
    if descriptor == "no" || (descriptor.is_empty() && starts_pipe(cursor)) {
        return None;
    }
    const SIGNS: [(&str, Option<RedirectKind>); 10] = [
        ("&>>", Some(RedirectKind::Append)),
        ("&>", Some(RedirectKind::Write)),
        ("<<", Some(RedirectKind::Text)),
        ("<&", Some(RedirectKind::Duplicate)),
        ("<>", Some(RedirectKind::ReadWrite)),
        ("<", Some(RedirectKind::Read)),
        (">>", Some(RedirectKind::Append)),
        (">&", Some(RedirectKind::Duplicate)),
        (">|", None),
        (">", None),
    ];
    let (sign, kind) = SIGNS.iter().find(|(sign, _)| cursor.starts_with(sign))?;
    // `a &` followed by a redirection is not `a &>`: that one has no descriptor.
    if sign.starts_with('&') && !descriptor.is_empty() {
        return None;
    }
    cursor.skip(sign.len());
    Some(kind.unwrap_or(write))
}

fn starts_pipe(cursor: &Cursor<'_>) -> bool {
    cursor.starts_with("<(") || cursor.starts_with(">(")
}
